//! What all providers' webhooks share: secrets that do not show, keys for deduplication, and who was seen before.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use serde_json::Value;
use videogen_core::webhook::{DEFAULT_TOLERANCE, Hint, MAX_WEBHOOK_BYTES, Verified, parse};
use videogen_core::{Error, ErrorKind, Handle, Remedy, SeenWebhooks, WebhookSecret};
use videogen_testkit::error_chain;

use crate::{base_url, handle, seconds, seen};

fn at(second: u64) -> SystemTime {
    UNIX_EPOCH + seconds(1_769_075_311 + second)
}

#[test]
fn a_secret_is_shown_by_nothing() {
    let secret = WebhookSecret::new(" whsec_EXAMPLE-supersecret\n").unwrap();
    assert_eq!(secret.expose(), "whsec_EXAMPLE-supersecret");
    let several: &[WebhookSecret] = secret.as_ref();
    let shown = format!("{secret:?} {several:?}");
    assert!(!shown.contains("supersecret"), "{shown}");
    for bad in ["", " \n", "super secret", "super\nsecret", "süpersecret"] {
        let error = WebhookSecret::new(bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(
            !error_chain(&error).contains("secret\n") && !error_chain(&error).contains("super")
        );
    }
}

#[test]
fn the_same_news_has_the_same_key() {
    let key = |word, second| Verified::new(seen(word), at(second)).deduplication_key().to_owned();
    assert_eq!(key("done", 0), "example:g1:done");
    assert_eq!(key("done", 0), key("done", 9));
    assert_ne!(key("done", 0), key("failed", 0));
    assert!(key(&"long".repeat(1000), 0).len() < 100);
    assert_eq!(Hint::new(handle()).deduplication_key(), "example:g1");
    let other = Handle::new("example", &base_url(), "g2").unwrap();
    assert_ne!(Hint::new(other).deduplication_key(), Hint::new(handle()).deduplication_key());
}

#[test]
fn a_verified_webhook_is_an_observation() {
    let verified = Verified::new(seen("done"), at(0));
    assert_eq!(verified.handle(), &handle());
    assert_eq!(verified.signed_at(), at(0));
    assert_eq!(verified.generation().times.observed, Some(at(0)));
    let mut expected = seen("done");
    expected.times.observed = Some(at(0));
    assert_eq!(verified.into_generation(), expected);
}

#[test]
fn a_replay_is_found_for_as_long_as_its_signature_is_good() {
    let mut seen = SeenWebhooks::default();
    // Signed by a clock that runs ahead by the whole tolerance.
    let signed = at(0) + DEFAULT_TOLERANCE;
    let last_good = signed + DEFAULT_TOLERANCE;
    assert!(seen.first_time("k", at(0)));
    assert!(!seen.first_time("k", at(0)));
    assert!(!seen.first_time("k", last_good));
    // Replays do not keep it alive.
    assert!(seen.first_time("k", last_good + Duration::from_nanos(1)));
    assert_eq!(seen.len(), 1);
}

#[test]
fn a_webhook_that_could_not_be_handled_comes_for_the_first_time_again() {
    let mut seen = SeenWebhooks::default();
    assert!(seen.first_time("k", at(0)));
    seen.forget("k");
    seen.forget("never seen");
    assert!(seen.is_empty());
    assert!(seen.first_time("k", at(1)));
    assert!(!seen.first_time("k", at(2)));
}

#[test]
fn clocks_at_their_ends_do_no_harm() {
    for tolerance in [Duration::ZERO, Duration::MAX] {
        let mut seen = SeenWebhooks::new(tolerance).with_capacity(0);
        for now in [UNIX_EPOCH - seconds(1), UNIX_EPOCH, at(0), UNIX_EPOCH + seconds(1 << 40)] {
            seen.first_time("k", now);
            assert!(!seen.first_time("k", now));
            assert_eq!(seen.len(), 1);
        }
    }
}

proptest! {
    /// Against a list that is searched from end to end.
    #[test]
    fn seen_webhooks_are_a_bounded_window(
        tolerance in 0_u64..40,
        capacity in 0_usize..6,
        steps in prop::collection::vec((0_u8..8, 0_u64..20, prop::bool::weighted(0.1)), 0..60),
    ) {
        let mut seen = SeenWebhooks::new(seconds(tolerance)).with_capacity(capacity);
        let mut model: VecDeque<(String, u64)> = VecDeque::new();
        let mut now = 0;
        for (key, step, forget) in steps {
            now += step;
            let key = key.to_string();
            if forget {
                seen.forget(&key);
                model.retain(|(known, _)| *known != key);
                continue;
            }
            model.retain(|(_, since)| now - since <= 2 * tolerance);
            let first = model.iter().all(|(known, _)| *known != key);
            prop_assert_eq!(seen.first_time(&key, at(now)), first);
            if first {
                // Of two of the same age, the order of their keys decides.
                while model.len() >= capacity.max(1) {
                    let oldest = model.iter().enumerate().min_by_key(|(_, (key, since))| (*since, key.clone()));
                    let oldest = oldest.map(|(i, _)| i).unwrap();
                    model.remove(oldest);
                }
                model.push_back((key, now));
            }
            prop_assert_eq!(seen.len(), model.len());
            prop_assert!(seen.len() <= capacity.max(1));
        }
    }

    #[test]
    fn any_bytes_are_json_or_an_error(body: Vec<u8>) {
        if let Err(error) = parse::<Value>(&body) {
            prop_assert_eq!(error.kind(), ErrorKind::InvalidWebhook);
        }
    }
}

#[test]
fn a_body_that_is_no_json_object_is_refused_and_not_shown() {
    let refused = |body: &[u8]| -> Error {
        let error = parse::<Value>(body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidWebhook);
        assert_eq!(error.remedy(), Remedy::AskAgain);
        assert!(!error.is_transient());
        assert!(!error_chain(&error).contains("STRANGER"), "{}", error_chain(&error));
        error
    };
    insta::assert_snapshot!(refused(b""), @"the webhook's body is empty; the generation is not lost; ask for its status instead");
    insta::assert_snapshot!(refused(b" \r\n"), @"the webhook's body is empty; the generation is not lost; ask for its status instead");
    insta::assert_snapshot!(refused(b"STRANGER"), @"the webhook's body is not a JSON object; the generation is not lost; ask for its status instead");
    insta::assert_snapshot!(refused(br#"["STRANGER"]"#), @"the webhook's body is not a JSON object; the generation is not lost; ask for its status instead");
    insta::assert_snapshot!(refused(br#"{"STRANGER"}"#), @"the webhook's body is not JSON that can be read; the generation is not lost; ask for its status instead");
    insta::assert_snapshot!(refused(b"{\"STRANGER\": \"\xff\"}"), @"the webhook's body is not UTF-8; the generation is not lost; ask for its status instead");
    let mut long = br#"{"STRANGER":""#.to_vec();
    long.resize(MAX_WEBHOOK_BYTES - 2, b'x');
    long.extend(br#""}"#);
    assert!(parse::<Value>(&long).is_ok());
    long.push(b' ');
    insta::assert_snapshot!(refused(&long), @"the webhook's body has 1048577 bytes, more than 1048576, and was not read; the generation is not lost; ask for its status instead");
}
