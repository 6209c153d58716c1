//! OpenRouter's webhooks are signed; others' are hints. Forgeries are made of every part.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use sha2::Sha256;
use videogen_core::webhook::{DEFAULT_TOLERANCE, MAX_WEBHOOK_BYTES, Verified, WebhookSecret};
use videogen_core::{Error, ErrorKind, Phase, Provider as _, StatusQuery};
use videogen_openai::webhook;
use videogen_testkit::error_chain;

use crate::{all, named, openai, openrouter};

pub(crate) const SECRET: &str = "EXAMPLE-webhook-secret";
pub(crate) const AT: u64 = 1_777_032_000;

/// As the guide prints them.
pub(crate) const COMPLETED: &str = r#"{
  "type": "video.generation.completed",
  "created_at": "2026-04-24T12:00:00.000Z",
  "data": {
    "id": "abc123",
    "status": "completed",
    "generation_id": "gen-xyz789",
    "model": "google/veo-3.1",
    "unsigned_urls": [
      "https://openrouter.ai/api/v1/videos/abc123/content?index=0"
    ],
    "usage": {
      "cost": 0.5,
      "is_byok": false
    }
  }
}"#;

fn ended(status: &str, error: &str) -> String {
    format!(
        r#"{{"type":"video.generation.{status}","created_at":"2026-04-24T12:00:00.000Z","data":{{"id":"abc123","status":"{status}","generation_id":"gen-xyz789","model":"google/veo-3.1","error":"{error}"}}}}"#
    )
}

fn hex(time: &str, body: &str, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{time},{body}").as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn signed(body: &str) -> String {
    format!("t={AT},v1={}", hex(&AT.to_string(), body, SECRET))
}

fn headers(signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("x-openrouter-signature", HeaderValue::from_str(signature).unwrap());
    headers
}

pub(crate) fn secret(text: &str) -> WebhookSecret {
    WebhookSecret::new(text).unwrap()
}

pub(crate) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn verify(signature: &str, body: &str) -> Result<Verified, Error> {
    webhook::verify(
        &openrouter(),
        &headers(signature),
        body.as_bytes(),
        &secret(SECRET),
        at(AT + 1),
        DEFAULT_TOLERANCE,
    )
}

#[test]
fn every_printed_event_is_read() {
    let done = verify(&signed(COMPLETED), COMPLETED).unwrap();
    assert_eq!(done.deduplication_key(), "openrouter:abc123:completed");
    assert_eq!(done.signed_at(), at(AT));
    let seen = done.generation();
    assert_eq!(seen.phase(), Phase::Succeeded);
    assert_eq!(seen.model.as_deref(), Some("google/veo-3.1"));
    assert_eq!(seen.cost.unwrap().usd, Some(0.5));
    assert!(seen.video().unwrap().needs_credentials);
    for (status, error, phase) in [
        ("failed", "Content policy violation", Phase::Failed),
        ("cancelled", "Job was cancelled", Phase::Cancelled),
        ("expired", "Job exceeded maximum time to live", Phase::Expired),
    ] {
        let body = ended(status, error);
        let seen = verify(&signed(&body), &body).unwrap().into_generation();
        assert_eq!(seen.phase(), phase);
        assert_eq!(seen.failure.unwrap().message.as_deref(), Some(error));
    }
}

/// An HMAC that was made elsewhere, with another tool.
#[test]
fn the_signature_is_the_guides() {
    let body = r#"{"type":"video.generation.failed","data":{"id":"abc123","status":"failed","error":"no"}}"#;
    let signature =
        "t=1777032000,v1=d8567ef914657fe8dce04ebb46e4e74794436483fb805ae81728110b09751e37";
    assert!(verify(signature, body).is_ok());
}

#[test]
fn no_part_can_be_changed() {
    let good = hex(&AT.to_string(), COMPLETED, SECRET);
    let flipped = good.replace('0', "1");
    let later = AT + 1;
    let of_other_joint = {
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(format!("{AT}.{COMPLETED}").as_bytes());
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    for signature in [
        format!("t={AT},v1={flipped}"),
        format!("t={later},v1={good}"),
        format!("t={AT},v1={of_other_joint}"),
        format!("t={AT},v1={}", hex(&AT.to_string(), COMPLETED, "EXAMPLE-other-secret")),
        format!("t={AT},v1={}", good.to_uppercase()),
        format!("t={AT},v1={}", &good[..62]),
        format!("t={AT},v0={good}"),
        format!("t={AT},t={AT},v1={good}"),
        format!("v1={good}"),
        format!("t={AT}"),
        format!("t=+{AT},v1={good}"),
        format!("t=,v1={good}"),
        format!("t={AT}v1={good}"),
        good.clone(),
        String::new(),
    ] {
        let error = verify(&signature, COMPLETED).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForgedWebhook, "{signature}");
        let shown = error_chain(&error);
        assert!(!shown.contains(SECRET) && !shown.contains(&good[..20]), "{shown}");
    }
    let reformatted = COMPLETED.replace('\n', "");
    let error = verify(&signed(COMPLETED), &reformatted).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForgedWebhook);
    assert!(verify(&format!(" t={AT}, v1={flipped}, v1={good}, v2=x"), COMPLETED).is_ok());
}

#[test]
fn a_header_that_is_missing_or_there_twice_is_refused() {
    let check = |headers: &HeaderMap| {
        let body = COMPLETED.as_bytes();
        webhook::verify(&openrouter(), headers, body, &secret(SECRET), at(AT), DEFAULT_TOLERANCE)
    };
    assert_eq!(check(&HeaderMap::new()).unwrap_err().kind(), ErrorKind::ForgedWebhook);
    let mut twice = headers(&signed(COMPLETED));
    twice.append("x-openrouter-signature", HeaderValue::from_str(&signed(COMPLETED)).unwrap());
    assert_eq!(check(&twice).unwrap_err().kind(), ErrorKind::ForgedWebhook);
    let mut bytes = HeaderMap::new();
    bytes.insert("x-openrouter-signature", HeaderValue::from_bytes(b"t=\xff").unwrap());
    assert_eq!(check(&bytes).unwrap_err().kind(), ErrorKind::ForgedWebhook);
}

#[test]
fn an_old_one_is_stale_and_secrets_may_change() {
    let check = |now: u64, secrets: &[WebhookSecret]| {
        let headers = headers(&signed(COMPLETED));
        let body = COMPLETED.as_bytes();
        webhook::verify(&openrouter(), &headers, body, secrets, at(now), DEFAULT_TOLERANCE)
    };
    let both = [secret("EXAMPLE-old"), secret(SECRET)];
    assert!(check(AT + 300, &both).is_ok());
    assert!(check(AT - 300, &both).is_ok());
    for now in [AT + 301, AT - 301] {
        assert_eq!(check(now, &both).unwrap_err().kind(), ErrorKind::StaleWebhook);
    }
    assert_eq!(check(AT, &both[..1]).unwrap_err().kind(), ErrorKind::ForgedWebhook);
    assert_eq!(check(AT, &[]).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn what_is_signed_and_no_video_is_refused() {
    let long = format!("{{\"a\":\"{}\"}}", " ".repeat(MAX_WEBHOOK_BYTES));
    for body in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"data":null}"#,
        r#"{"data":"abc123"}"#,
        r#"{"data":{"id":"abc123"}}"#,
        r#"{"data":{"status":"completed"}}"#,
        r#"{"data":{"id":"../x","status":"completed"}}"#,
        r#"{"id":"abc123","status":"completed"}"#,
        &long,
    ] {
        let error = verify(&signed(body), body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidWebhook, "{body:.60}");
        assert!(error_chain(&error).len() < 2000);
    }
    let unknown = r#"{"type":"video.generation.paused","data":{"id":"a","status":"paused"}}"#;
    let seen = verify(&signed(unknown), unknown).unwrap().into_generation();
    assert_eq!(seen.phase(), Phase::Unrecognized);
}

#[test]
fn who_signs_nothing_that_is_known_cannot_be_verified() {
    for profile in all().into_iter().filter(|profile| profile.name != "openrouter") {
        let headers = headers(&signed(COMPLETED));
        let body = COMPLETED.as_bytes();
        let provider = named(profile.name);
        let error =
            webhook::verify(&provider, &headers, body, &secret(SECRET), at(AT), DEFAULT_TOLERANCE)
                .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{}", profile.name);
    }
}

#[test]
fn a_hint_names_a_video() {
    // As OpenAI's guide prints it.
    let event = r#"{"id":"evt_abc123","object":"event","created_at":1758941485,"type":"video.completed","data":{"id":"video_abc123"}}"#;
    let hint = webhook::hint(&openai(), event.as_bytes()).unwrap();
    assert_eq!(hint.handle(), &openai().handle("video_abc123").unwrap());
    for body in
        [COMPLETED, r#"{"id":"abc123","status":"completed"}"#, r#"{"id":"abc123","data":null}"#]
    {
        let hint = webhook::hint(&openrouter(), body.as_bytes()).unwrap();
        assert_eq!(hint.deduplication_key(), "openrouter:abc123", "{body}");
    }
    for body in [
        "",
        "{}",
        "[]",
        r#"{"id":"evt_1","data":{}}"#,
        r#"{"id":"evt_1","data":[1]}"#,
        r#"{"data":{"id":7}}"#,
    ] {
        let error = webhook::hint(&openai(), body.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidWebhook, "{body}");
    }
}

#[test]
fn a_stranger_gets_no_further_than_a_question_at_the_configured_place() {
    for id in ["https://evil.example/x", "//evil.example/x", "x?y#z", "a b/c", "@evil.example"] {
        let body = serde_json::json!({"data": {"id": id, "status": "completed"}}).to_string();
        let hint = webhook::hint(&openrouter(), body.as_bytes()).unwrap();
        let call = openrouter().status(hint.handle(), StatusQuery::Plain).unwrap();
        assert_eq!(call.request().uri().host(), Some("openrouter.ai"), "{id}");
        assert!(call.request().uri().path().starts_with("/api/v1/videos/"));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_refused_or_a_hint(signature in "[ -~]{0,90}", body: Vec<u8>) {
        drop(webhook::hint(&openrouter(), &body));
        let headers = headers(&signature);
        let checked = webhook::verify(&openrouter(), &headers, &body, &secret(SECRET), at(AT), DEFAULT_TOLERANCE);
        prop_assert!(checked.is_err());
    }
}
