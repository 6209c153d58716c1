//! What only fal's queue does.

use std::time::Duration;

use videogen_core::{ErrorKind, Lifecycle, Observed, Phase, Provider as _, StatusQuery, Verdict};
use videogen_fal::{STATUSES, inference_time, logs, nsfw_flags};
use videogen_testkit::json;

use crate::{handle, missed, provider, seen};

#[test]
fn the_position_is_how_many_are_before_it_in_the_queue() {
    assert_eq!(seen("in_queue").queue_position, Some(2));
    assert_eq!(seen("in_queue_older_page").queue_position, Some(0));
    assert_eq!(seen("in_queue_position_text").queue_position, Some(2));
    for name in
        ["in_queue_position_negative", "in_queue_position_null", "in_progress_with_position"]
    {
        assert_eq!(seen(name).queue_position, None, "{name}");
    }
    // What is not understood is not lost.
    assert_eq!(seen("in_queue_position_negative").field("queue_position"), Some(&(-1).into()));
    assert_eq!(seen("in_progress_with_position").field("queue_position"), Some(&0.into()));
}

#[test]
fn logs_are_asked_for_and_read() {
    let uri = |logs| {
        let call = provider().with_logs(logs).status(&handle(), StatusQuery::Plain).unwrap();
        call.request().uri().query().map(ToOwned::to_owned)
    };
    assert_eq!(uri(false), None);
    assert_eq!(uri(true).as_deref(), Some("logs=1"));
    let messages = |name| -> Vec<String> {
        logs(&seen(name)).into_iter().map(|line| line.message.unwrap_or_default()).collect()
    };
    assert_eq!(
        messages("in_progress_abbreviated"),
        ["Loading model weights...", "Generating image..."]
    );
    // Also of one that has ended, whose result has members called so of its own.
    assert_eq!(messages("completed_abbreviated"), ["Done."]);
    assert_eq!(messages("completed_with_own_logs"), ["Done."]);
    assert_eq!(messages("in_progress_logs_items_odd"), ["Loading model weights...", ""]);
    for name in ["in_queue", "in_progress", "in_progress_logs_text", "completed"] {
        assert!(logs(&seen(name)).is_empty(), "{name}");
    }
    let line = &logs(&seen("in_progress_logs_with_level"))[0];
    assert_eq!(line.level.as_deref(), Some("INFO"));
    assert!(line.at().is_some());
    // Without a zone it is not known when that was.
    assert_eq!(logs(&seen("in_progress_logs_with_labels"))[0].at(), None);
    let shown = format!("{:?}", logs(&seen("in_progress_log_with_url")));
    assert!(shown.contains("bucket.example") && !shown.contains("EXAMPLE"), "{shown}");
}

#[test]
fn the_time_of_the_runner_is_told_at_the_end() {
    assert_eq!(inference_time(&seen("completed")), Some(Duration::from_millis(61_420)));
    assert_eq!(
        inference_time(&seen("completed_metrics_text")),
        Some(Duration::from_millis(61_420))
    );
    // That of the queue, and not what the model calls so.
    assert_eq!(
        inference_time(&seen("completed_with_own_logs")),
        Some(Duration::from_millis(61_420))
    );
    for name in ["in_progress", "completed_metrics_null", "completed_metrics_negative"] {
        assert_eq!(inference_time(&seen(name)), None, "{name}");
    }
}

#[test]
fn a_runner_that_fails_sends_its_request_back() {
    let mut lifecycle = Lifecycle::new(&STATUSES);
    for (name, verdict) in [
        ("in_queue", Verdict::Advances),
        ("in_progress", Verdict::Advances),
        ("in_progress_again_in_queue", Verdict::Advances),
        ("completed", Verdict::Advances),
    ] {
        assert_eq!(lifecycle.observe(&seen(name)), verdict, "{name}");
    }
}

#[test]
fn an_answer_is_about_the_request_that_was_asked_for() {
    for name in ["request_id_missing", "request_id_null", "in_queue_older_page"] {
        assert!(!seen(name).is_terminal(), "{name}");
    }
    for name in ["request_id_and_urls_missing", "request_id_of_another", "urls_of_another"] {
        assert_eq!(missed(name).kind(), ErrorKind::InvalidResponse, "{name}");
    }
    // Neither is a result asked for on its word.
    let call = provider().status(&handle(), StatusQuery::Plain).unwrap();
    for id in
        [r#""00000000""#, "null", "7", "[]", r#""""#, r#""764cabcf-b745-4b3e-ae38-1200304cf45B""#]
    {
        let answer = json(200, format!(r#"{{"status": "COMPLETED", "request_id": {id}}}"#));
        assert_eq!(call.decode(&answer).unwrap_err().kind(), ErrorKind::InvalidResponse, "{id}");
    }
}

#[test]
fn completed_asks_for_the_result_and_nothing_else_does() {
    let call = provider().status(&handle(), StatusQuery::Plain).unwrap();
    for word in ["IN_QUEUE", "IN_PROGRESS", "COMPLETED", "completed", "FAILED", "OK"] {
        let body = serde_json::json!({
            "status": word,
            "request_id": videogen_fal::request_id(&handle()),
        });
        let observed = call.decode(&json(200, body.to_string())).unwrap();
        let asks = matches!(observed, Observed::Then(_));
        assert_eq!(asks, word == "COMPLETED", "{word}");
    }
}

#[test]
fn a_flag_of_the_safety_checker_is_told_and_rejects_nothing() {
    let flagged = seen("completed_with_nsfw_flag");
    assert_eq!(nsfw_flags(&flagged), [false, true]);
    assert_eq!((flagged.phase(), flagged.outputs.len()), (Phase::Succeeded, 2));
    assert_eq!(nsfw_flags(&seen("completed_nsfw_flag_of_a_video")), [true]);
    assert!(nsfw_flags(&seen("completed")).is_empty());
}
