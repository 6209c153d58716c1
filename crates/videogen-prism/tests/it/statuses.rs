//! What only Prism does.

use std::time::Duration;

use videogen_core::{ErrorKind, FailureClass, OutputKind, Phase, Provider as _, StatusQuery};
use videogen_testkit::{decode, json};

use crate::{provider, seen};

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn a_url_works_for_an_hour_from_the_answer() {
    let video = seen("completed_url_without_expiry_params");
    let observed = video.times.observed.expect("the answer has a date");
    assert_eq!(video.video().unwrap().expires_at, Some(observed + HOUR));
}

#[test]
fn a_presigned_url_knows_better_than_the_hour() {
    let video = seen("completed_presigned_url_short_lifetime");
    let expires_at = video.video().unwrap().expires_at.expect("it says so itself");
    assert!(expires_at < video.times.observed.expect("the answer has a date") + HOUR);
}

#[test]
fn a_share_page_alone_is_no_video() {
    let seen = seen("completed_with_share_url_only");
    assert_eq!(seen.phase(), Phase::Succeeded);
    assert!(!seen.has_primary_output());
    assert!(seen.output(OutputKind::SharePage).is_ok());
    assert_eq!(seen.video().unwrap_err().kind(), ErrorKind::OutputMissing);
}

#[test]
fn a_failed_generation_has_no_end_time_and_is_over_all_the_same() {
    let failed = seen("failed");
    assert!(failed.is_terminal());
    assert_eq!(failed.times.finished, None);
    let failure = failed.failure.as_ref().unwrap();
    assert_eq!(failure.class, FailureClass::Timeout);
    assert_eq!(failure.message.as_deref(), Some("Generation timed out"));
    let error = failed.succeeded().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::GenerationFailed);
    assert_eq!(error.provider_message(), Some("Generation timed out"));
}

#[test]
fn a_generation_of_the_dashboard_has_no_template() {
    assert!(seen("completed_dashboard_without_template").asked().is_empty());
    assert_eq!(seen("completed").asked()["template_id"], "abc123");
}

#[test]
fn not_found_is_not_said_to_not_exist() {
    let body = r#"{"error":"not_found","message":"Generation not found"}"#;
    let error = decode(&provider(), "gen_abc123", &json(404, body)).unwrap_err();
    assert!(error.to_string().contains("account that submitted"), "{error}");
    assert_eq!(error.provider_code(), Some("not_found"));
}

#[test]
fn neither_long_polls_nor_progress_are_sent() {
    let handle = provider().handle("gen_abc123").unwrap();
    for query in [StatusQuery::Progress, StatusQuery::LongPoll { hold: None }] {
        let error = provider().status(&handle, query).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
}
