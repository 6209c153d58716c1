//! Webhooks signed by Python's `hmac` (`tests/data/make_vectors.py`), and what becomes of them when anything is changed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use serde::Deserialize;
use videogen_core::webhook::{DEFAULT_TOLERANCE, MAX_WEBHOOK_BYTES, Verified};
use videogen_core::{
    ApiKey, BaseUrl, Error, ErrorKind, Phase, Provider as _, Remedy, SeenWebhooks, WebhookSecret,
};
use videogen_synclabs::{SyncLabs, webhook};
use videogen_testkit::{TEST_KEY, error_chain};

use crate::provider;

const VECTORS: &str = include_str!("../data/vectors.json");

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    secrets: Vec<String>,
    header: String,
    body_hex: String,
    signed_at: u64,
    expect: String,
    id: Option<String>,
    status: Option<String>,
}

impl Vector {
    fn body(&self) -> Vec<u8> {
        let digits = self.body_hex.as_bytes();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
        digits.chunks(2).map(|pair| byte(pair).unwrap()).collect()
    }

    fn headers(&self) -> HeaderMap {
        headers(&[("sync-signature", &self.header)])
    }

    fn secrets(&self) -> Vec<WebhookSecret> {
        self.secrets.iter().map(|secret| WebhookSecret::new(secret).unwrap()).collect()
    }

    fn signed_at(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.signed_at)
    }

    fn verify_at(&self, now: SystemTime) -> Result<Verified, Error> {
        self.verify_with(&self.headers(), &self.body(), now)
    }

    fn verify_with(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> Result<Verified, Error> {
        webhook::verify(&provider(), headers, body, &self.secrets(), now, DEFAULT_TOLERANCE)
            .inspect_err(|error| self.shows_nothing(&error_chain(error)))
            .inspect(|verified| self.shows_nothing(&format!("{verified:?}")))
    }

    /// No secret, no signature, no token of an output.
    fn shows_nothing(&self, shown: &str) {
        let signatures = self.header.split(',').filter_map(|part| part.trim().strip_prefix("v1="));
        let secrets = self.secrets.iter().map(String::as_str).filter(|secret| secret.len() > 1);
        for hidden in signatures.chain(secrets).chain(["example-token", TEST_KEY]) {
            assert!(hidden.is_empty() || !shown.contains(hidden), "{}: {shown}", self.name);
        }
    }
}

fn headers(headers: &[(&'static str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, HeaderValue::from_str(value).unwrap());
    }
    map
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(VECTORS).unwrap()
}

fn vector(name: &str) -> Vector {
    vectors().into_iter().find(|vector| vector.name == name).unwrap()
}

#[test]
fn vectors_of_an_independent_implementation() {
    let vectors = vectors();
    assert!(vectors.len() > 50);
    for vector in &vectors {
        let result = vector.verify_at(vector.signed_at());
        let name = &vector.name;
        match (vector.expect.as_str(), result) {
            ("verified", Ok(verified)) => {
                let generation = verified.generation();
                assert_eq!(Some(generation.handle.id()), vector.id.as_deref(), "{name}");
                assert_eq!(Some(generation.status.raw()), vector.status.as_deref(), "{name}");
                assert_eq!(verified.signed_at(), vector.signed_at(), "{name}");
            }
            ("forged", Err(error)) => {
                assert_eq!(error.kind(), ErrorKind::ForgedWebhook, "{name}: {error}");
                assert_eq!(error.remedy(), Remedy::RefuseWebhook);
            }
            ("invalid", Err(error)) => {
                assert_eq!(error.kind(), ErrorKind::InvalidWebhook, "{name}: {error}");
            }
            (expected, result) => panic!("{name}: expected {expected}, got {result:?}"),
        }
    }
}

#[test]
fn what_is_wrong_with_a_vector_is_said() {
    let refused = vectors().into_iter().filter(|vector| vector.expect != "verified");
    let said: Vec<_> = refused
        .map(|vector| {
            format!("{}: {}", vector.name, vector.verify_at(vector.signed_at()).unwrap_err())
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_webhook_is_read_as_an_answer_is() {
    let completed = vector("completed");
    let verified = completed.verify_at(completed.signed_at()).unwrap();
    let generation = verified.generation();
    assert_eq!(generation.phase(), Phase::Succeeded);
    assert!(generation.video().unwrap().url.expose().ends_with("?token=example-token"));
    assert_eq!(generation.times.observed, Some(completed.signed_at()));
    assert_eq!(generation.body().unwrap().as_bytes(), completed.body());
    assert_eq!(
        verified.deduplication_key(),
        "synclabs:00000000-0000-4000-8000-000000000001:COMPLETED"
    );

    let failed = vector("failed");
    let failure = failed.verify_at(failed.signed_at()).unwrap().into_generation().failure.unwrap();
    assert_eq!(failure.code.as_deref(), Some("generation_input_video_inaccessible"));
    assert_eq!(failure.message.as_deref(), Some("The input video could not be fetched"));

    let silent = vector("failed silently");
    let failure = silent.verify_at(silent.signed_at()).unwrap().into_generation().failure.unwrap();
    assert_eq!((failure.code, failure.message), (None, None));

    let unknown = vector("unknown word");
    let unknown = unknown.verify_at(unknown.signed_at()).unwrap().into_generation();
    assert_eq!(unknown.phase(), Phase::Unrecognized);
    assert!(!unknown.is_terminal());
}

#[test]
fn the_handle_is_of_the_configured_base_url() {
    let completed = vector("completed");
    let base_url = BaseUrl::parse("http://127.0.0.1:9/v2").unwrap();
    let emulated = SyncLabs::new(ApiKey::new(TEST_KEY).unwrap()).at(base_url.clone());
    let verified = webhook::verify(
        &emulated,
        &completed.headers(),
        &completed.body(),
        &completed.secrets(),
        completed.signed_at(),
        DEFAULT_TOLERANCE,
    )
    .unwrap();
    assert_eq!(verified.handle().base_url(), &base_url);
    assert_eq!(verified.handle(), &emulated.handle(verified.handle().id()).unwrap());
}

/// Whether this is refused, as forged.
fn is_refused(result: Result<Verified, Error>) -> bool {
    matches!(result, Err(error) if error.kind() == ErrorKind::ForgedWebhook)
}

#[test]
fn one_bit_changed_in_the_body_is_refused() {
    for name in ["completed", "spaced", "unicode", "not UTF-8"] {
        let vector = vector(name);
        let mut body = vector.body();
        for bit in 0..body.len() * 8 {
            body[bit / 8] ^= 1 << (bit % 8);
            let result = vector.verify_with(&vector.headers(), &body, vector.signed_at());
            assert!(is_refused(result), "{name}: bit {bit}");
            body[bit / 8] ^= 1 << (bit % 8);
        }
        for body in [&body[1..], &body[..body.len() - 1], &[&body, &b" "[..]].concat(), b""] {
            let result = vector.verify_with(&vector.headers(), body, vector.signed_at());
            assert!(is_refused(result), "{name}");
        }
    }
}

#[test]
fn one_bit_changed_in_the_header_is_refused() {
    let mut tried = 0;
    for name in ["completed", "signatures before the time", "old secret, both known"] {
        let vector = vector(name);
        let mut header = vector.header.clone().into_bytes();
        for bit in 0..header.len() * 8 {
            header[bit / 8] ^= 1 << (bit % 8);
            // Some bytes cannot stand in a header at all.
            if let Ok(value) = HeaderValue::from_bytes(&header) {
                let headers = HeaderMap::from_iter([(webhook_header(), value)]);
                let result = vector.verify_with(&headers, &vector.body(), vector.signed_at());
                assert!(is_refused(result), "{name}: bit {bit}");
                tried += 1;
            }
            header[bit / 8] ^= 1 << (bit % 8);
        }
    }
    assert!(tried > 1500, "{tried}");
}

fn webhook_header() -> http::HeaderName {
    http::HeaderName::from_static("sync-signature")
}

#[test]
fn one_bit_changed_in_the_secret_is_refused() {
    let vector = vector("completed");
    let secret = vector.secrets[0].clone().into_bytes();
    for bit in 0..secret.len() * 8 {
        let mut changed = secret.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let Some(changed) =
            String::from_utf8(changed).ok().and_then(|text| WebhookSecret::new(text).ok())
        else {
            continue;
        };
        let result = webhook::verify(
            &provider(),
            &vector.headers(),
            &vector.body(),
            &changed,
            vector.signed_at(),
            DEFAULT_TOLERANCE,
        );
        assert!(is_refused(result), "bit {bit}");
    }
}

#[test]
fn stale_and_early_webhooks_are_refused() {
    let vector = vector("completed");
    let second = Duration::from_secs(1);
    for ok in [Duration::ZERO, second, DEFAULT_TOLERANCE] {
        assert!(vector.verify_at(vector.signed_at() + ok).is_ok());
        assert!(vector.verify_at(vector.signed_at() - ok).is_ok());
    }
    let refused = |now| {
        let error = vector.verify_at(now).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StaleWebhook);
        assert_eq!(error.remedy(), Remedy::AskAgain);
        error
    };
    let moment = Duration::from_nanos(1);
    refused(vector.signed_at() + DEFAULT_TOLERANCE + moment);
    refused(vector.signed_at() - DEFAULT_TOLERANCE - moment);
    insta::assert_snapshot!(refused(vector.signed_at() + DEFAULT_TOLERANCE + second), @"the webhook was signed 301 s before now, and 300 s are tolerated; check this machine's clock, and ask for the generation's status instead");
    insta::assert_snapshot!(refused(UNIX_EPOCH), @"the webhook was signed 1769075311 s after now, and 300 s are tolerated; check this machine's clock, and ask for the generation's status instead");

    // Only who has the secret learns that it is the time.
    let mut forged = vector.clone();
    forged.secrets = vec!["whsec_EXAMPLE-another".to_owned()];
    assert!(is_refused(forged.verify_at(UNIX_EPOCH)));
}

#[test]
fn a_replay_is_flagged() {
    let completed = vector("completed");
    let mut seen = SeenWebhooks::new(DEFAULT_TOLERANCE);
    let mut deliver = |vector: &Vector, after: u64| {
        let now = vector.signed_at() + Duration::from_secs(after);
        vector.verify_at(now).map(|verified| seen.first_time(verified.deduplication_key(), now))
    };
    assert!(deliver(&completed, 1).unwrap());
    assert!(!deliver(&completed, 2).unwrap());
    // The same news, signed in another way.
    assert!(!deliver(&vector("both signatures, new known"), 3).unwrap());
    // Other news.
    assert!(deliver(&vector("failed"), 4).unwrap());
    assert!(!deliver(&completed, 300).unwrap());
    assert_eq!(deliver(&completed, 301).unwrap_err().kind(), ErrorKind::StaleWebhook);
}

#[test]
fn a_header_that_is_missing_doubled_or_garbled_is_refused() {
    let vector = vector("completed");
    let refused = |headers: HeaderMap| {
        let error = vector.verify_with(&headers, &vector.body(), vector.signed_at()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForgedWebhook);
        error
    };
    let right = vector.header.as_str();
    insta::assert_snapshot!(refused(HeaderMap::new()), @"the webhook's signature (`Sync-Signature`) is missing; act on nothing in it; if it should be genuine, check the webhook secret, and that the body is passed byte for byte as it came");
    insta::assert_snapshot!(refused(headers(&[("sync-signature", right), ("sync-signature", right)])), @"the webhook's signature (`Sync-Signature`) comes twice; act on nothing in it; if it should be genuine, check the webhook secret, and that the body is passed byte for byte as it came");
    insta::assert_snapshot!(refused(headers(&[("sync-signature", "")])), @"the webhook's signature (`Sync-Signature`) is not of the form `t=…,v1=…`; act on nothing in it; if it should be genuine, check the webhook secret, and that the body is passed byte for byte as it came");
    insta::assert_snapshot!(refused(headers(&[("sync-signature", &format!("{right},"))])), @"the webhook's signature (`Sync-Signature`) is not of the form `t=…,v1=…`; act on nothing in it; if it should be genuine, check the webhook secret, and that the body is passed byte for byte as it came");
    // Its value is not looked at, whatever it is.
    insta::assert_snapshot!(refused(headers(&[("x-signature-primary", right)])), @"the webhook's signature (`Sync-Signature`) is missing; there is only `X-Signature-Primary`, which Sync Labs' payload reference names without saying how it is made; act on nothing in it; if it should be genuine, check the webhook secret, and that the body is passed byte for byte as it came");
    let both = headers(&[("x-signature-primary", "anything"), ("sync-signature", right)]);
    assert!(vector.verify_with(&both, &vector.body(), vector.signed_at()).is_ok());
}

#[test]
fn one_secret_is_enough_and_none_is_too_few() {
    let vector = vector("completed");
    let verify = |secrets: &dyn AsRef<[WebhookSecret]>| {
        let now = vector.signed_at();
        let (headers, body) = (vector.headers(), vector.body());
        webhook::verify(&provider(), &headers, &body, secrets, now, DEFAULT_TOLERANCE)
    };
    let secret = vector.secrets().remove(0);
    assert!(verify(&secret).is_ok());
    assert!(verify(&vec![secret.clone()]).is_ok());
    assert!(verify(&[secret]).is_ok());
    assert_eq!(verify(&[]).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_body_without_end_is_not_read() {
    let vector = vector("completed");
    let body = vec![b' '; MAX_WEBHOOK_BYTES + 1];
    let error = vector.verify_with(&vector.headers(), &body, vector.signed_at()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidWebhook);
    assert!(error.to_string().contains("1048577 bytes"), "{error}");
}

proptest! {
    #[test]
    fn any_header_and_body_are_refused(header in "[ -~]{0,80}|t=[0-9]{1,12},v1=[0-9a-f]{64}(,v1=[0-9a-f]{64})?", body: Vec<u8>) {
        let vector = vector("completed");
        let headers = headers(&[("sync-signature", &header)]);
        let result = vector.verify_with(&headers, &body, vector.signed_at());
        prop_assert_eq!(result.unwrap_err().kind(), ErrorKind::ForgedWebhook);
    }
}
