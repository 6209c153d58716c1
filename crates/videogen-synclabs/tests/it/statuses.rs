//! What only Sync Labs does.

use std::time::Duration;

use videogen_core::{ErrorKind, FailureClass, OutputKind, Phase, Provider as _, StatusQuery};
use videogen_synclabs::MAX_HOLD;
use videogen_testkit::{decode, json};

use crate::{provider, seen};

const ID: &str = "00000000-0000-4000-8000-000000000001";

fn query_string(query: StatusQuery) -> Result<Option<String>, ErrorKind> {
    let handle = provider().handle(ID).unwrap();
    let call = provider().status(&handle, query).map_err(|error| error.kind())?;
    Ok(call.request().uri().query().map(ToOwned::to_owned))
}

#[test]
fn waits_and_progress_are_asked_for_apart() {
    let hold = |seconds| StatusQuery::LongPoll { hold: Some(Duration::from_secs_f64(seconds)) };
    assert_eq!(query_string(StatusQuery::Plain), Ok(None));
    assert_eq!(query_string(StatusQuery::Progress), Ok(Some("include=progress".to_owned())));
    assert_eq!(
        query_string(StatusQuery::LongPoll { hold: None }),
        Ok(Some("wait=true".to_owned()))
    );
    assert_eq!(query_string(hold(2.5)), Ok(Some("wait=true&timeout=2.5".to_owned())));
    assert_eq!(query_string(hold(55.0)), Ok(Some("wait=true&timeout=55".to_owned())));
    assert_eq!(query_string(hold(0.0)), Err(ErrorKind::InvalidInput));
    assert_eq!(query_string(hold(55.1)), Err(ErrorKind::InvalidInput));
    assert_eq!(MAX_HOLD, Duration::from_secs(55));
}

#[test]
fn rejected_is_not_failed() {
    let rejected = seen("rejected");
    assert_eq!(rejected.phase(), Phase::Rejected);
    assert_eq!(rejected.succeeded().unwrap_err().kind(), ErrorKind::GenerationRejected);
    assert_eq!(seen("failed_docs_fragment").phase(), Phase::Failed);
}

#[test]
fn older_words_are_understood() {
    assert_eq!(seen("status_canceled").phase(), Phase::Cancelled);
    assert_eq!(seen("status_cancelled").phase(), Phase::Cancelled);
    let expired = seen("status_timed_out");
    assert_eq!(expired.phase(), Phase::Expired);
    assert_eq!(expired.failure.unwrap().class, FailureClass::Timeout);
    assert_eq!(seen("status_lower_case").phase(), Phase::Unrecognized);
}

#[test]
fn both_spellings_of_the_error_code_are_read() {
    let code = |name| seen(name).failure.unwrap().code.unwrap();
    assert_eq!(code("failed_error_code_snake_case"), code("failed_error_codes_both_same"));
    // The page's name wins, and the other is not lost.
    let differ = seen("failed_error_codes_differ");
    let body: serde_json::Value = serde_json::from_str(differ.body().unwrap()).unwrap();
    assert_eq!(differ.failure.as_ref().unwrap().code.as_deref(), body["errorCode"].as_str());
    assert_eq!(differ.field("error_code"), Some(&body["error_code"]));
}

#[test]
fn an_error_text_before_the_end_is_no_failure() {
    let pending = seen("pending_empty_strings");
    assert_eq!(pending.failure, None);
    assert!(pending.outputs.is_empty());
}

#[test]
fn the_output_needs_no_key_and_shows_no_token() {
    let video = seen("completed");
    let output = video.video().unwrap();
    assert!(!output.needs_credentials);
    assert!(output.url.expose().contains("token="));
    assert!(!format!("{video:?}{}", output.url).contains("000000000002"));
    assert_eq!(output.duration, Some(Duration::from_secs_f64(9.98)));
}

#[test]
fn a_segment_counts_as_an_output_and_synthesized_audio_does_not() {
    assert!(seen("completed_segment_url_only").output(OutputKind::Segment).unwrap().primary);
    let all = seen("completed_all_fields");
    assert!(!all.output(OutputKind::Audio).unwrap().primary);
}

#[test]
fn a_long_poll_that_timed_out_says_how_long_to_rest() {
    assert_eq!(seen("wait_timeout").poll_after, Some(Duration::from_secs(2)));
}

#[test]
fn too_many_at_once_says_how_long_to_rest() {
    let body = r#"{"statusCode":429,"errorCode":"concurrency_limit_reached","message":["a","b"],"retryAfterSeconds":30}"#;
    let error = decode(&provider(), ID, &json(429, body)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert_eq!(error.provider_message(), Some("a; b"));
}

#[test]
fn failures_are_classed_by_code() {
    let class = |code: &str| {
        let body = serde_json::json!({"id": ID, "status": "FAILED", "errorCode": code});
        decode(&provider(), ID, &json(200, body.to_string())).unwrap().failure.unwrap().class
    };
    assert_eq!(class("generation_input_video_inaccessible"), FailureClass::Input);
    assert_eq!(class("generation_input_of_tomorrow"), FailureClass::Input);
    assert_eq!(class("generation_timeout"), FailureClass::Timeout);
    assert_eq!(class("generation_infra_storage_error"), FailureClass::Infrastructure);
    assert_eq!(class("account_on_hold"), FailureClass::Quota);
    assert_eq!(class("generation_unknown_error"), FailureClass::Unknown);
}
