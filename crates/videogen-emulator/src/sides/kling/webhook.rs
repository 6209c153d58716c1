//! How Kling signs its callbacks: as Standard Webhooks are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderValue;
use sha2::Sha256;

use super::{bodies, is_newer};
use crate::json;
use crate::side::{Message, Sending};
use crate::view::View;
use crate::webhooks::FORGED_URL;

pub(super) fn message(view: &View<'_>, sending: &Sending<'_>) -> Message {
    let mut message = Message::new(body(view, sending.forged));
    let (id, time) = (sending.number.to_string(), sending.signed.unix_seconds().to_string());
    let signature = signature(&id, &time, sending.secret, &message.body);
    for (name, value) in
        [("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", signature)]
    {
        if let Ok(value) = HeaderValue::from_str(&value) {
            message.headers.insert(name, value);
        }
    }
    message
}

/// The task without an envelope.
fn body(view: &View<'_>, forged: bool) -> String {
    if is_newer(view.id) {
        let mut task = bodies::task(view);
        for output in &mut task.outputs {
            if forged {
                output.url = Some(FORGED_URL.to_owned());
            }
        }
        return json::text(&task);
    }
    let mut task = bodies::legacy_task(view);
    for video in task.task_result.iter_mut().flat_map(|result| &mut result.videos) {
        // The page's body has none.
        video.watermark_url = None;
        if forged {
            video.url = Some(FORGED_URL.to_owned());
        }
    }
    json::text(&task)
}

fn signature(id: &str, time: &str, secret: &str, body: &[u8]) -> String {
    let text = secret.strip_prefix("whsec_").unwrap_or(secret);
    // A secret that is none of Kling's signs all the same: with itself.
    let key = STANDARD.decode(text).unwrap_or_else(|_| secret.as_bytes().to_vec());
    // HMAC has a use for a key of any length: this cannot fail.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(&key) else { return String::new() };
    let mac = mac.chain_update(id).chain_update(".").chain_update(time).chain_update(".");
    format!("v1,{}", STANDARD.encode(mac.chain_update(body).finalize().into_bytes()))
}
