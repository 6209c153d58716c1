//! What only Kling does.

use std::time::Duration;

use videogen_core::{
    ErrorKind, FailureClass, Observed, OutputKind, Phase, Provider as _, StatusQuery, timestamp,
};
use videogen_testkit::{decode, json};

use crate::{TASK, provider, seen};

const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);

#[test]
fn each_api_has_its_word_for_success_and_either_is_one() {
    for (name, word) in [
        ("succeed", "succeed"),
        ("tasks_succeeded", "succeeded"),
        ("status_of_the_newer_api", "succeeded"),
        ("tasks_status_of_the_older_api", "succeed"),
    ] {
        let video = seen(name);
        assert_eq!((video.phase(), video.status.raw()), (Phase::Succeeded, word), "{name}");
        assert!(video.video().is_ok(), "{name}");
    }
}

#[test]
fn the_video_is_primary_and_the_one_with_a_watermark_is_not() {
    for name in ["succeed_with_watermark", "tasks_succeeded_with_watermark"] {
        let video = seen(name);
        let primary: Vec<bool> = video.outputs.iter().map(|output| output.primary).collect();
        assert_eq!(primary, [true, false], "{name}");
        assert!(video.outputs[1].url.expose().ends_with("-watermark.mp4"));
        assert!(video.video().unwrap().url.expose().ends_with("/v.mp4"));
    }
}

#[test]
fn every_video_of_a_task_is_there() {
    for name in ["succeed_two_videos", "tasks_succeeded_two_videos"] {
        assert_eq!(seen(name).outputs.iter().filter(|output| output.primary).count(), 2, "{name}");
    }
    for name in ["succeed_one_of_two_without_url", "tasks_succeeded_one_of_two_without_url"] {
        let video = seen(name);
        assert_eq!(video.phase(), Phase::Succeeded, "{name}");
        assert_eq!(video.outputs.len(), 1, "{name}");
        // The other one is not lost.
        assert!(video.other_fields().contains_key("data"), "{name}");
    }
}

#[test]
fn what_is_beside_a_video_is_primary_where_there_is_none() {
    let both = seen("tasks_succeeded_video_and_sound");
    let kinds: Vec<_> = both.outputs.iter().map(|it| (it.kind, it.primary)).collect();
    assert_eq!(
        kinds,
        [(OutputKind::Video, true), (OutputKind::Audio, false), (OutputKind::Audio, false)]
    );
    let sound = seen("tasks_succeeded_sound_only");
    let kinds: Vec<_> = sound.outputs.iter().map(|it| (it.kind, it.primary)).collect();
    assert_eq!(kinds, [(OutputKind::Audio, true), (OutputKind::Audio, false)]);
    assert!(seen("tasks_succeeded_image_only").has_primary_output());
    assert!(seen("succeed_images_only").has_primary_output());
    assert!(!seen("tasks_succeeded_element_only").has_primary_output());
}

#[test]
fn outputs_are_there_for_thirty_days_unless_the_url_says_otherwise() {
    for name in ["succeed", "tasks_succeeded"] {
        let video = seen(name);
        let until = video.times.updated.unwrap() + MONTH;
        assert_eq!(video.video().unwrap().expires_at, Some(until), "{name}");
    }
    for name in ["succeed_presigned_url", "tasks_succeeded_presigned_url"] {
        let until = timestamp::from_unix_seconds(1_783_672_794);
        assert_eq!(seen(name).video().unwrap().expires_at, until, "{name}");
    }
    assert_eq!(provider().guidance().url_lifetime, Some(MONTH));
}

#[test]
fn times_are_exact_to_the_millisecond() {
    for name in ["processing", "tasks_processing", "times_as_text"] {
        let created = seen(name).times.created;
        assert_eq!(created, timestamp::parse("2026-06-10T08:39:38.802Z"), "{name}");
    }
    let seconds = seen("times_in_seconds").times.created;
    assert_eq!(seconds, timestamp::from_unix_seconds(1_775_872_087));
}

#[test]
fn durations_are_texts_of_seconds() {
    for (name, seconds) in [
        ("succeed", Some(5.041)),
        ("succeed_duration_number", Some(5.0)),
        ("succeed_duration_missing", None),
        ("succeed_duration_with_unit", None),
        ("tasks_succeeded", Some(3.041)),
    ] {
        let duration = seen(name).video().unwrap().duration;
        assert_eq!(duration, seconds.map(Duration::from_secs_f64), "{name}");
    }
}

#[test]
fn units_are_credits_and_dollars_are_dollars() {
    let cost = |name| seen(name).cost.map(|cost| (cost.credits, cost.usd));
    assert_eq!(cost("succeed"), Some((Some(2.5), None)));
    assert_eq!(cost("succeed_deduction_is_text"), None);
    assert_eq!(cost("tasks_succeeded"), Some((Some(2.4), None)));
    assert_eq!(cost("tasks_succeeded_two_charges"), Some((Some(2.5), None)));
    assert_eq!(cost("tasks_succeeded_cash_usd"), Some((None, Some(0.252))));
    // There is no place for yuan in the model, but the amount is not lost.
    assert_eq!(cost("tasks_succeeded_cash_cny"), None);
    assert!(seen("tasks_succeeded_cash_cny").field("data").is_some());
}

#[test]
fn why_a_task_failed_is_not_told_by_the_wording() {
    for name in ["failed", "failed_by_content_control", "tasks_failed"] {
        let failed = seen(name);
        assert_eq!(failed.phase(), Phase::Failed, "{name}");
        let failure = failed.failure.unwrap();
        assert_eq!((failure.class, failure.code), (FailureClass::Unknown, None), "{name}");
        assert!(failure.message.is_some(), "{name}");
    }
    for name in ["failed_without_message", "failed_message_empty", "tasks_failed_without_message"] {
        assert_eq!(seen(name).failure.unwrap().message, None, "{name}");
    }
}

#[test]
fn the_callers_own_id_is_among_what_was_asked_for() {
    assert_eq!(seen("processing").asked()["task_info"]["external_task_id"], "my-task-1");
    assert_eq!(seen("tasks_processing").asked()["external_id"], "my-task-1");
}

#[test]
fn a_plain_answer_is_all_in_the_model_but_the_request_id() {
    for name in ["processing", "tasks_processing"] {
        let names: Vec<String> = seen(name).other_fields().keys().cloned().collect();
        assert_eq!(names, ["request_id"], "{name}");
    }
}

#[test]
fn an_answer_of_the_newer_api_about_another_task_is_none() {
    let kind = |body: &str| {
        decode(&provider(), &format!("tasks/{TASK}"), &json(200, body)).map_err(|it| it.kind())
    };
    for body in [
        r#"{"code":0,"data":[{"id":"1","status":"processing"}]}"#,
        r#"{"code":0,"data":[{"id":null,"status":"processing"}]}"#,
        r#"{"code":0,"data":[{"status":"processing"}]}"#,
        r#"{"code":0,"data":["x"]}"#,
        r#"{"code":0,"data":{}}"#,
        r#"{"code":0,"data":null}"#,
        r#"{"code":0}"#,
        "{}",
    ] {
        assert_eq!(kind(body).unwrap_err(), ErrorKind::InvalidResponse, "{body}");
    }
    assert_eq!(kind(r#"{"code":0,"data":[]}"#).unwrap_err(), ErrorKind::NotFound);
    let word = r#"{"code":0,"data":[{"id":"893605946402811985","status":"SUCCEEDED"}]}"#;
    assert_eq!(kind(word).unwrap().phase(), Phase::Unrecognized);
}

#[test]
fn kling_tells_no_progress_and_holds_no_request() {
    let handle = provider().handle(&format!("text2video/{TASK}")).unwrap();
    for query in [StatusQuery::Progress, StatusQuery::LongPoll { hold: None }] {
        let error = provider().status(&handle, query).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
    for result in [provider().cancel(&handle).map(drop), provider().delete(&handle).map(drop)] {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Unsupported);
    }
    let call = provider().status(&handle, StatusQuery::Plain).unwrap();
    let answer =
        json(200, r#"{"code":0,"data":{"task_id":"893605946402811985","task_status":"failed"}}"#);
    assert!(matches!(call.decode(&answer), Ok(Observed::Generation(_))));
}
