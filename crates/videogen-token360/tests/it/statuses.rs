//! What only Token360 does.

use std::time::Duration;

use videogen_core::{FailureClass, OutputKind, Phase};
use videogen_testkit::{decode, json};

use crate::{provider, seen};

#[test]
fn url_comes_before_video_url() {
    let video = seen("completed_urls_differ");
    assert_eq!(video.outputs.len(), 1);
    let body: serde_json::Value = serde_json::from_str(video.body().unwrap()).unwrap();
    assert_eq!(video.video().unwrap().url.expose(), body["url"].as_str().unwrap());
    // The other one is not lost.
    assert_eq!(video.field("video_url"), Some(&body["video_url"]));
}

#[test]
fn video_url_serves_where_url_is_missing() {
    assert!(seen("completed_video_url_only").video().is_ok());
    assert!(seen("completed_url_null").video().is_ok());
}

#[test]
fn the_vendors_extras_are_reachable_by_name() {
    let video = seen("completed_provider_extras");
    for name in ["resolution", "fileformat", "frames", "generate_audio", "response"] {
        assert!(video.field(name).is_some(), "{name} is lost");
    }
    assert!(video.asked().contains_key("parameters"));
}

#[test]
fn the_last_frame_is_an_output_on_the_side() {
    let video = seen("completed_with_last_frame");
    let frame = video.output(OutputKind::LastFrame).unwrap();
    assert!(!frame.primary);
    assert!(!seen("completed_last_frame_only").has_primary_output());
}

#[test]
fn duration_is_in_seconds_in_whatever_form() {
    for name in ["completed", "completed_duration_integral_float", "completed_duration_string"] {
        let video = seen(name);
        let duration = video.video().unwrap().duration;
        assert_eq!(duration, Some(Duration::from_secs(4)), "{name}");
    }
}

#[test]
fn progress_is_a_percentage_within_bounds() {
    let fraction = |name| seen(name).progress.map(|progress| progress.fraction());
    assert_eq!(fraction("in_progress"), Some(0.4));
    assert_eq!(fraction("in_progress_progress_above_100"), Some(1.0));
    assert_eq!(fraction("in_progress_progress_negative"), Some(0.0));
    assert_eq!(fraction("in_progress_without_progress"), None);
}

#[test]
fn the_vendors_own_words_are_not_taken_for_an_end() {
    for name in ["status_unknown_succeeded", "status_unknown_cancelled", "status_unknown_expired"] {
        assert_eq!(seen(name).phase(), Phase::Unrecognized, "{name}");
    }
}

#[test]
fn failures_are_classed_by_code() {
    let class = |code: &str| {
        let body = serde_json::json!(
            {"id": "v1", "status": "failed", "error": {"code": code, "message": "timeout policy input"}}
        );
        decode(&provider(), "v1", &json(200, body.to_string())).unwrap().failure.unwrap().class
    };
    assert_eq!(class("InvalidParameter"), FailureClass::Input);
    assert_eq!(class("insufficient_balance"), FailureClass::Quota);
    assert_eq!(class("api_error"), FailureClass::Infrastructure);
    assert_eq!(
        class("OutputVideoSensitiveContentDetected.PolicyViolation"),
        FailureClass::Moderation
    );
    assert_eq!(class("something_new"), FailureClass::Unknown);
}

#[test]
fn an_error_answer_goes_by_its_type() {
    let body =
        r#"{"error":{"message":"Rate limit exceeded","type":"rate_limit_error","code":"429"}}"#;
    let error = decode(&provider(), "v1", &json(429, body)).unwrap_err();
    assert_eq!(error.provider_code(), Some("rate_limit_error"));
    assert_eq!(error.provider_message(), Some("Rate limit exceeded"));
}
