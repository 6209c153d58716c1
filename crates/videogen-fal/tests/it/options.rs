//! `QueueOptions`: what a submission says to the queue.

use std::time::Duration;

use proptest::prelude::*;
use videogen_core::{ErrorKind, HttpRequest, NewGeneration, Provider as _};
use videogen_fal::{Priority, QueueOptions, RetryCondition};
use videogen_testkit::{error_chain, shown_request};

use crate::provider;

fn new() -> NewGeneration {
    NewGeneration::from_json(r#"{"prompt": "A kite"}"#).unwrap().for_endpoint("fal-ai/veo3")
}

fn request(options: &QueueOptions) -> HttpRequest {
    provider().submit_with(&new(), options).unwrap().request().clone()
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name).map(|value| value.to_str().unwrap())
}

fn full() -> QueueOptions {
    QueueOptions::new()
        .with_webhook("https://example.com/hooks/fal?token=a&b=c#d")
        .with_max_queue_length(10)
        .with_start_timeout(Duration::from_millis(1500))
        .with_priority(Priority::Low)
        .with_runner_hint("lora 42")
        .with_media_expiration(Duration::from_secs(3600))
        .with_stored_payloads(false)
        .with_retries(RetryCondition::Timeout, 0)
        .with_retries(RetryCondition::ServerError, 3)
        .with_retries(RetryCondition::ConnectionError, 1)
        .without_fallback()
        .with_tag("team", "design")
        .with_tag("env", "prod = 1")
}

fn refused(options: &QueueOptions, what: &str) -> Result<(), TestCaseError> {
    let error = provider().submit_with(&new(), options).unwrap_err();
    prop_assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let shown = error_chain(&error);
    prop_assert!(shown.contains(what), "{}", shown);
    prop_assert!(!shown.contains("SECRET"), "{}", shown);
    Ok(())
}

#[test]
fn every_request() {
    let requests = [
        ("none", QueueOptions::new()),
        ("all", full()),
        ("no retries", QueueOptions::new().without_retries()),
        (
            "normal, stored",
            QueueOptions::new().with_priority(Priority::Normal).with_stored_payloads(true),
        ),
    ];
    let shown: Vec<String> = requests
        .iter()
        .map(|(what, options)| format!("# {what}\n{}", shown_request(&request(options))))
        .collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn a_providers_own_options_go_with_each_submission() {
    let fal = provider().with_options(full());
    let call = fal.submit(&new()).unwrap();
    assert_eq!(call.request().uri(), request(&full()).uri());
    assert_eq!(call.request().headers(), request(&full()).headers());
    // Those of one submission stand in their place.
    let call = fal.submit_with(&new(), &QueueOptions::new()).unwrap();
    assert_eq!(call.request().uri().query(), None);
}

#[test]
fn the_webhook_is_one_value_of_the_query() {
    let request = request(&full());
    let query = request.uri().query().unwrap();
    assert_eq!(
        query,
        "fal_webhook=https%3A%2F%2Fexample.com%2Fhooks%2Ffal%3Ftoken%3Da%26b%3Dc%23d&fal_max_queue_length=10"
    );
}

#[test]
fn what_is_beyond_a_limit_is_refused() {
    let options = QueueOptions::new;
    for url in [
        "",
        "example.com/hook",
        "/hook",
        "ftp://example.com/hook",
        "https:///hook",
        "https://a b/",
        "https://example.com/ü",
        "javascript:alert(1)",
    ] {
        refused(&options().with_webhook(url), "webhook").unwrap();
    }
    refused(&options().with_webhook("ftp://example.com/hook?token=SECRET"), "webhook").unwrap();
    for hint in ["", " ", "a\nb", "ü", &"x".repeat(3000)] {
        refused(&options().with_runner_hint(hint), "runner hint").unwrap();
    }
    for after in [Duration::ZERO, Duration::from_millis(1500)] {
        refused(&options().with_media_expiration(after), "media expiration").unwrap();
    }
    let both = options().without_retries().with_retries(RetryCondition::Timeout, 1);
    refused(&both, "retries").unwrap();
    for name in ["", "Team", "a b", "ü", "a=b", "fal.team", &"x".repeat(65)] {
        refused(&options().with_tag(name, "v"), "tag").unwrap();
    }
    for value in ["a,b", "a\nb", "ü", &"x".repeat(257)] {
        refused(&options().with_tag("team", value), "`team`").unwrap();
    }
    refused(&options().with_tag("team", "a").with_tag("team", "b"), "twice").unwrap();
    let many = (0..11).fold(options(), |options, n| options.with_tag(format!("t{n}"), "v"));
    refused(&many, "11 tags").unwrap();
    let long =
        (0..5).fold(options(), |options, n| options.with_tag(format!("t{n}"), "x".repeat(210)));
    refused(&long, "1024").unwrap();
    assert!(provider().submit_with(&new(), &options().with_tag("a.b_c-9", "")).is_ok());
}

#[test]
fn debug_shows_no_secret_of_a_webhook() {
    let options =
        QueueOptions::new().with_webhook("https://user:SECRET1@example.com/hook?token=SECRET2");
    let fal = provider().with_options(options.clone());
    let call = fal.submit(&new());
    let shown = format!("{options:?} {fal:?} {call:?}");
    assert!(!shown.contains("SECRET"), "{shown}");
}

proptest! {
    #[test]
    fn a_start_timeout_is_sent_in_seconds_or_refused(
        millis in prop_oneof![0_u64..200, 1000_u64..100_000_000],
    ) {
        let options = QueueOptions::new().with_start_timeout(Duration::from_millis(millis));
        if millis <= 100 {
            return refused(&options, "start timeout");
        }
        let request = request(&options);
        let sent: f64 = header(&request, "x-fal-request-start-timeout").unwrap().parse().unwrap();
        prop_assert!((sent - Duration::from_millis(millis).as_secs_f64()).abs() < 1e-6);
    }

    #[test]
    fn any_webhook_arrives_as_it_is(path in "[!-~]{0,40}") {
        let url = format!("https://example.com/{path}");
        let options = QueueOptions::new().with_webhook(&url);
        let Ok(call) = provider().submit_with(&new(), &options) else { return Ok(()) };
        let query = call.request().uri().query().unwrap();
        let sent = query.strip_prefix("fal_webhook=").unwrap();
        prop_assert!(!sent.contains(['&', '#', '=', '+', ' ']));
        let decoded = percent_decoded(sent);
        prop_assert_eq!(decoded, url);
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        rest = more;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(&rest[..2]).unwrap();
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        rest = &rest[2..];
    }
    String::from_utf8(bytes).unwrap()
}
