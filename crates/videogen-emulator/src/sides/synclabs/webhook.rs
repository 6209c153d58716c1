//! How Sync Labs signs its webhooks.

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderValue;
use http::header::HeaderName;
use sha2::Sha256;

use super::bodies;
use crate::side::{Message, Sending};
use crate::view::View;
use crate::wall::Time;

const SIGNATURE: HeaderName = HeaderName::from_static("sync-signature");

pub(super) fn message(view: &View<'_>, sending: &Sending<'_>) -> Message {
    let mut message = Message::new(bodies::webhook(view, sending.url, sending.forged));
    let signature = signature(sending.signed, sending.secret, &message.body);
    if let Ok(signature) = HeaderValue::from_str(&signature) {
        message.headers.insert(SIGNATURE, signature);
    }
    message
}

/// The header, as its guide describes it.
fn signature(now: Time, secret: &str, body: &[u8]) -> String {
    let time = now.unix_seconds();
    let mut hex = String::new();
    // HMAC has a use for a key of any length: this cannot fail.
    if let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        let mac = mac.chain_update(time.to_string()).chain_update(b".").chain_update(body);
        for byte in mac.finalize().into_bytes() {
            hex.push_str(&format!("{byte:02x}"));
        }
    }
    format!("t={time},v1={hex}")
}
