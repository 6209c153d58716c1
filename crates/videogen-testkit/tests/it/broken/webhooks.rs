//! A webhook with a toy of a signature: nothing to protect anything with.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use videogen_core::webhook::{self, DEFAULT_TOLERANCE, Hint, Verified};
use videogen_core::{ApiKey, BaseUrl, Error, ErrorKind, Generation, Handle, Provider as _};
use videogen_testkit::TEST_KEY;
use videogen_testkit::doc_provider::{Example, words};
use videogen_testkit::provider_suite::WebhookSample;

pub(super) const BODY: &str = r#"{"id":"g1","status":"done","url":"https://cdn.example/v.mp4"}"#;

const SIGNED_AT: u64 = 1_780_000_000;

type Verify = fn(&HeaderMap, &[u8], SystemTime) -> Result<Verified, Error>;

pub(super) fn signed_at() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(SIGNED_AT)
}

/// The genuine one, and what verifies it.
pub(super) fn sample(verify: Verify) -> WebhookSample<'static> {
    let signature = format!("{SIGNED_AT}.{:032x}", toy(SIGNED_AT, BODY.as_bytes()));
    WebhookSample::new(&[("x-signature", &signature)], BODY, signed_at(), verify)
}

pub(super) fn verify(headers: &HeaderMap, body: &[u8], now: SystemTime) -> Result<Verified, Error> {
    webhook::check_length(body)?;
    let text =
        headers.get("x-signature").and_then(|value| value.to_str().ok()).ok_or_else(forged)?;
    let (time, signature) = text.split_once('.').ok_or_else(forged)?;
    let time: u64 = time.parse().map_err(|_| forged())?;
    if signature != format!("{:032x}", toy(time, body)) {
        return Err(forged());
    }
    let signed_at = UNIX_EPOCH + Duration::from_secs(time);
    let age = now.duration_since(signed_at).unwrap_or_else(|early| early.duration());
    if age > DEFAULT_TOLERANCE {
        return Err(Error::new(ErrorKind::StaleWebhook, "it is of another time"));
    }
    read(body, signed_at)
}

pub(super) fn read(body: &[u8], signed_at: SystemTime) -> Result<Verified, Error> {
    let body: serde_json::Value = webhook::parse(body)?;
    let handle = webhook::handle(&example(), body["id"].as_str())?;
    Ok(Verified::new(Generation::new(handle, words().status("done")), signed_at))
}

pub(super) fn about(id: &str, signed_at: SystemTime) -> Verified {
    let handle = example().handle(id).unwrap();
    Verified::new(Generation::new(handle, words().status("done")), signed_at)
}

pub(super) fn hint(body: &[u8]) -> Result<Hint, Error> {
    let body: serde_json::Value = webhook::parse(body)?;
    webhook::handle(&example(), body["id"].as_str()).map(Hint::new)
}

/// Believes the host that a webhook names.
pub(super) fn hint_to_anywhere(body: &[u8]) -> Result<Hint, Error> {
    let hint = hint(body)?;
    let base_url = BaseUrl::parse("https://cdn.example")?;
    Ok(Hint::new(Handle::new("example", &base_url, hint.handle().id())?))
}

pub(super) fn forged() -> Error {
    Error::new(ErrorKind::ForgedWebhook, "the signature does not fit")
}

fn example() -> Example {
    Example::new(ApiKey::new(TEST_KEY).unwrap())
}

/// Changes with every bit, and that is all that is asked of it here.
fn toy(time: u64, body: &[u8]) -> u128 {
    let signed = time.to_be_bytes().into_iter().chain(body.iter().copied());
    signed.fold(0xcbf2_9ce4_8422_2325, |hash: u128, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}
