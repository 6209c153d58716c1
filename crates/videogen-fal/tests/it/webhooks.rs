//! Webhooks: those that others signed, and whatever a stranger may make of them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use proptest::prelude::*;
use serde::Deserialize;
use videogen_core::webhook::{MAX_WEBHOOK_BYTES, Verified};
use videogen_core::{
    BaseUrl, Error, ErrorKind, FailureClass, Handle, OutputKind, Phase, Provider as _,
};
use videogen_fal::webhook::{self, TOLERANCE};
use videogen_fal::{KeySet, QUEUE, request_id};
use videogen_testkit::error_chain;
use videogen_testkit::provider_suite::WebhookSample;

use crate::provider;

/// How they were made is in the file.
const VECTORS: &str = include_str!("../vectors/webhooks.json");

const SIGNED_AT: u64 = 1_771_324_206;

#[derive(Deserialize)]
struct Vectors {
    jwks: serde_json::Value,
    webhooks: Vec<Vector>,
}

#[derive(Clone, Deserialize)]
struct Vector {
    name: String,
    key: String,
    headers: std::collections::BTreeMap<String, String>,
    body: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(VECTORS).unwrap()
}

fn vector(name: &str) -> Vector {
    vectors().webhooks.into_iter().find(|vector| vector.name == name).unwrap()
}

fn all_keys() -> KeySet {
    KeySet::from_json(vectors().jwks.to_string()).unwrap()
}

/// The set with these of the keys.
fn keys(ids: &[&str]) -> KeySet {
    let mut set = vectors().jwks;
    set["keys"].as_array_mut().unwrap().retain(|key| ids.contains(&key["kid"].as_str().unwrap()));
    KeySet::from_json(set.to_string()).unwrap()
}

fn headers(vector: &Vector) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in &vector.headers {
        let name: http::HeaderName = name.parse().unwrap();
        headers.insert(name, value.parse().unwrap());
    }
    headers
}

fn signed_at() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(SIGNED_AT)
}

fn handle() -> Handle {
    provider().handle("fal-ai/veo3/requests/123e4567-e89b-12d3-a456-426614174000").unwrap()
}

fn verify(headers: &HeaderMap, body: &[u8], now: SystemTime) -> Result<Verified, Error> {
    webhook::verify(headers, body, &all_keys(), now, TOLERANCE)?.about(&provider(), &handle())
}

fn verified(name: &str) -> Verified {
    let vector = vector(name);
    verify(&headers(&vector), vector.body.as_bytes(), signed_at()).unwrap()
}

fn kind(headers: &HeaderMap, body: &[u8]) -> ErrorKind {
    verify(headers, body, signed_at()).unwrap_err().kind()
}

/// One that others signed, for the suite.
pub(crate) fn sample() -> WebhookSample<'static> {
    let vector = vector("ok_video");
    let pairs: Vec<(&str, &str)> =
        vector.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    WebhookSample::new(&pairs, vector.body.as_bytes(), signed_at(), verify)
}

#[test]
fn what_others_signed_is_verified() {
    for vector in vectors().webhooks {
        let name = &vector.name;
        let read = webhook::verify(
            &headers(&vector),
            vector.body.as_bytes(),
            &all_keys(),
            signed_at(),
            TOLERANCE,
        );
        match name.as_str() {
            "no_request_id" | "no_status" | "unknown_status" | "not_json" | "a_list" | "empty" => {
                assert_eq!(read.unwrap_err().kind(), ErrorKind::InvalidWebhook, "{name}");
            }
            _ => {
                let signed = read.unwrap();
                assert_eq!(signed.request_id(), request_id(&handle()), "{name}");
                assert_eq!(signed.user_id(), "user-0001");
                assert_eq!(signed.signed_at(), signed_at());
            }
        }
    }
}

#[test]
fn it_says_how_the_generation_ended() {
    let video = verified("ok_video");
    assert_eq!(video.generation().phase(), Phase::Succeeded);
    assert_eq!(
        video.generation().video().unwrap().url.expose(),
        "https://v3.fal.media/files/kangaroo/v.mp4"
    );
    assert_eq!(video.handle(), &handle());
    assert_eq!(video.signed_at(), signed_at());
    assert_eq!(video.generation().times.observed, Some(signed_at()));
    assert_eq!(video.deduplication_key(), format!("{}:COMPLETED", handle()));
    // The result's own members are where a result has them, and what stands around it is not lost.
    assert_eq!(video.generation().field("seed"), Some(&7.into()));
    let around = video.generation().field(QUEUE).unwrap();
    assert_eq!(around["gateway_request_id"], "00000000-0000-4000-8000-000000000002");
    assert!(verified("ok_images").generation().output(OutputKind::Image).unwrap().primary);
    assert_eq!(
        verified("unicode_and_line_feeds").generation().prompt.as_deref(),
        Some("🎬 café\n")
    );

    let failed = |name: &str| {
        let generation = verified(name).into_generation();
        let failure = generation.failure.clone().unwrap();
        (generation.phase(), failure.class, failure.code, failure.message)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        failed("error"),
        (Phase::Failed, FailureClass::Input, some("value_error.missing"), some("field required"))
    );
    let (phase, class, code, _) = failed("rejected");
    assert_eq!(
        (phase, class, code),
        (Phase::Rejected, FailureClass::Moderation, some("content_policy_violation"))
    );
    assert_eq!(
        failed("failed_by_platform"),
        (Phase::Failed, FailureClass::Timeout, some("request_timeout"), some("Request timed out"))
    );
    assert_eq!(failed("cancelled").0, Phase::Cancelled);
    assert_eq!(
        failed("error_without_payload"),
        (Phase::Failed, FailureClass::Unknown, None, some("it failed"))
    );
}

#[test]
fn a_payload_that_is_missing_is_no_failure() {
    let seen = verified("payload_error").into_generation();
    // A wait asks for the result then.
    assert_eq!(seen.phase(), Phase::Succeeded);
    assert!(seen.outputs.is_empty());
    let said = seen.field(QUEUE).unwrap()["payload_error"].as_str().unwrap().to_owned();
    assert!(said.starts_with("Response payload is not JSON serializable"), "{said}");
}

#[test]
fn it_is_about_the_handle_of_its_request_only() {
    let vector = vector("ok_video");
    let signed = webhook::verify(
        &headers(&vector),
        vector.body.as_bytes(),
        &all_keys(),
        signed_at(),
        TOLERANCE,
    )
    .unwrap();
    let another = provider().handle("fal-ai/veo3/requests/another").unwrap();
    let error = signed.about(&provider(), &another).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let elsewhere = provider().at(BaseUrl::parse("https://proxy.example").unwrap());
    let foreign = elsewhere.handle(handle().id()).unwrap();
    let error = signed.about(&provider(), &foreign).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignHandle);
    // Wherever its app is.
    let other =
        provider().handle(&format!("acme/kite/x/requests/{}", signed.request_id())).unwrap();
    assert_eq!(signed.about(&provider(), &other).unwrap().handle(), &other);
}

#[test]
fn any_of_the_keys_may_have_signed_and_no_other() {
    for vector in vectors().webhooks.iter().filter(|it| it.name.starts_with("ok_")) {
        let (headers, body) = (headers(vector), vector.body.as_bytes());
        let verify = |keys: &KeySet| webhook::verify(&headers, body, keys, signed_at(), TOLERANCE);
        let other = if vector.key == "rfc8032-1" { "rfc8032-2" } else { "rfc8032-1" };
        assert!(verify(&all_keys()).is_ok());
        assert!(verify(&keys(&[&vector.key])).is_ok());
        // Signed with a key that has been replaced, or is not there yet.
        let error = verify(&keys(&[other])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForgedWebhook);
    }
}

#[test]
fn a_bit_that_is_flipped_is_found_wherever_it_is() {
    let vector = vector("ok_video");
    let genuine = headers(&vector);
    let body = vector.body.as_bytes();
    for at in 0..body.len() {
        for bit in 0..8 {
            let mut flipped = body.to_vec();
            flipped[at] ^= 1 << bit;
            assert_eq!(kind(&genuine, &flipped), ErrorKind::ForgedWebhook, "{at}.{bit}");
        }
    }
    for (name, value) in &vector.headers {
        for at in 0..value.len() {
            for bit in 0..8 {
                let mut flipped = value.as_bytes().to_vec();
                flipped[at] ^= 1 << bit;
                let Ok(flipped) = http::HeaderValue::from_bytes(&flipped) else { continue };
                // Hexadecimal digits in the other case are the same.
                if name.ends_with("signature")
                    && flipped.as_bytes().eq_ignore_ascii_case(value.as_bytes())
                {
                    continue;
                }
                let mut headers = genuine.clone();
                headers.insert(name.parse::<http::HeaderName>().unwrap(), flipped);
                assert_eq!(kind(&headers, body), ErrorKind::ForgedWebhook, "{name} {at}.{bit}");
            }
        }
    }
}

#[test]
fn a_header_that_is_missing_empty_or_there_twice_is_found() {
    let vector = vector("ok_video");
    let body = vector.body.as_bytes();
    for name in vector.headers.keys() {
        let mut headers = headers(&vector);
        headers.remove(name);
        let error = verify(&headers, body, signed_at()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForgedWebhook, "{name}");
        assert!(error.to_string().contains(name.as_str()), "{error}");
        headers
            .insert(name.parse::<http::HeaderName>().unwrap(), http::HeaderValue::from_static(""));
        assert_eq!(kind(&headers, body), ErrorKind::ForgedWebhook, "{name}");
        let mut headers = self::headers(&vector);
        let again = headers[name.as_str()].clone();
        headers.append(name.parse::<http::HeaderName>().unwrap(), again);
        assert_eq!(kind(&headers, body), ErrorKind::ForgedWebhook, "{name}");
    }
}

#[test]
fn a_signature_of_another_webhook_is_found() {
    let (ok, error) = (vector("ok_images"), vector("error"));
    assert_eq!(kind(&headers(&ok), error.body.as_bytes()), ErrorKind::ForgedWebhook);
    let mut mixed = headers(&ok);
    mixed.insert("x-fal-webhook-signature", headers(&error)["x-fal-webhook-signature"].clone());
    assert_eq!(kind(&mixed, ok.body.as_bytes()), ErrorKind::ForgedWebhook);
    // Longer, shorter, or parsed and written anew it is another body.
    for body in [
        format!("{} ", ok.body),
        ok.body.trim_end_matches('}').to_owned(),
        serde_json::from_str::<serde_json::Value>(&ok.body).unwrap().to_string(),
    ] {
        assert_eq!(kind(&headers(&ok), body.as_bytes()), ErrorKind::ForgedWebhook);
    }
}

#[test]
fn what_is_no_signature_is_found() {
    let vector = vector("ok_video");
    let signature = &vector.headers["x-fal-webhook-signature"];
    let half = &signature[..64];
    for value in [
        "0".repeat(128),
        "f".repeat(128),
        signature[..126].to_owned(),
        format!("{signature}00"),
        format!(" {half}{half}"),
        format!("0x{}", &signature[2..]),
        format!("{}zz", &signature[..126]),
        half.to_owned() + &"0".repeat(64),
        "0".repeat(64) + &signature[64..],
    ] {
        let mut headers = headers(&vector);
        headers.insert("x-fal-webhook-signature", value.parse().unwrap());
        let error = verify(&headers, vector.body.as_bytes(), signed_at()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForgedWebhook, "{value}");
        assert!(!error_chain(&error).contains(half), "{error}");
    }
    for time in ["", "now", "-1771324206", "1771324206.0", " 1771324206", "0x69", "+1771324206"] {
        let mut headers = headers(&vector);
        headers.insert("x-fal-webhook-timestamp", time.parse().unwrap());
        assert_eq!(kind(&headers, vector.body.as_bytes()), ErrorKind::ForgedWebhook, "{time}");
    }
}

#[test]
fn five_minutes_are_tolerated_in_both_directions() {
    let vector = vector("ok_video");
    let at = |seconds: i64| {
        let now = UNIX_EPOCH + Duration::from_secs(SIGNED_AT.saturating_add_signed(seconds));
        verify(&headers(&vector), vector.body.as_bytes(), now).map_err(|error| error.kind())
    };
    for seconds in [0, 1, -1, 299, 300, -299, -300] {
        assert!(at(seconds).is_ok(), "{seconds}");
    }
    for seconds in [301, -301, 86_400, -86_400, 1_000_000_000, -1_000_000_000] {
        assert_eq!(at(seconds).unwrap_err(), ErrorKind::StaleWebhook, "{seconds}");
    }
}

#[test]
fn a_body_that_is_too_long_is_not_read() {
    let vector = vector("ok_video");
    let long = vec![b' '; MAX_WEBHOOK_BYTES + 1];
    assert_eq!(kind(&headers(&vector), &long), ErrorKind::InvalidWebhook);
}

proptest! {
    #[test]
    fn nothing_that_a_stranger_sends_is_verified(
        body: Vec<u8>,
        values in proptest::array::uniform4("[!-~]{0,130}"),
        genuine_headers: bool,
    ) {
        let vector = vector("ok_video");
        let mut headers = headers(&vector);
        if !genuine_headers {
            for (name, value) in vector.headers.keys().zip(&values) {
                headers.insert(name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap());
            }
        }
        prop_assert!(verify(&headers, &body, signed_at()).is_err());
    }
}
