//! fal's webhooks: signed with Ed25519, with keys that everybody may know here.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use http::header::HeaderName;
use http::{HeaderMap, StatusCode};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use videogen_core::HttpResponse;
use videogen_fal::wire::WebhookBody;

use super::{bodies, outcome, path};
use crate::json;
use crate::reply;
use crate::side::{Message, Sending, json_answer};
use crate::view::View;

/// The seeds of the keys in the set. The last one signs: no receiver may count on the first.
const SEEDS: [[u8; 32]; 2] = [[0xfa; 32], [0xa1; 32]];

/// The seed of the forger's.
const FORGERS_SEED: [u8; 32] = [0xee; 32];

/// The account of every key.
const USER: &str = "emulated_user";

const REQUEST_ID: HeaderName = HeaderName::from_static("x-fal-webhook-request-id");
const USER_ID: HeaderName = HeaderName::from_static("x-fal-webhook-user-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-fal-webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("x-fal-webhook-signature");

/// The public keys.
pub(super) fn keys() -> HttpResponse {
    let keys = SEEDS.map(|seed| {
        let public = SigningKey::from_bytes(&seed).verifying_key();
        let x = BASE64_URL_SAFE_NO_PAD.encode(public.as_bytes());
        json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "x": x })
    });
    json_answer(StatusCode::OK, &json!({ "keys": keys }))
}

pub(super) fn message(view: &View<'_>, is_cancelled: bool, sending: &Sending<'_>) -> Message {
    let request_id = path::request_id(view.id);
    let outcome =
        if sending.forged { Some(outcome::forged(view)) } else { outcome::of(view, is_cancelled) };
    // There is one: nothing is sent before the end.
    let Some(outcome) = outcome else { return Message::default() };
    let mut wire = WebhookBody::default();
    wire.request_id = Some(request_id.to_owned());
    wire.gateway_request_id.clone_from(&wire.request_id);
    wire.error = outcome.error();
    wire.status = Some(if wire.error.is_none() { "OK" } else { "ERROR" }.to_owned());
    wire.payload = bodies::part(&outcome.body);
    let mut message = Message::new(json::text(&wire));
    let seed = if sending.wrong_signature { Some(&FORGERS_SEED) } else { SEEDS.last() };
    if let Some(seed) = seed {
        sign(&mut message, seed, request_id, sending.signed.unix_seconds());
    }
    message
}

fn sign(message: &mut Message, seed: &[u8; 32], request_id: &str, time: u64) {
    let digest = hex(&Sha256::digest(&message.body));
    let signed = format!("{request_id}\n{USER}\n{time}\n{digest}");
    let signature = SigningKey::from_bytes(seed).sign(signed.as_bytes());
    let headers: &mut HeaderMap = &mut message.headers;
    reply::set(headers, REQUEST_ID, request_id);
    reply::set(headers, USER_ID, USER);
    reply::set(headers, TIMESTAMP, &time.to_string());
    reply::set(headers, SIGNATURE, &hex(&signature.to_bytes()));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
