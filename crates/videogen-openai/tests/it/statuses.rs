//! What the tables cannot say: hints when to ask, rejections, ids, words that stand for no word.

use std::time::Duration;

use proptest::prelude::*;
use videogen_core::{ErrorKind, FailureClass, Phase, Provider as _, StatusQuery};
use videogen_testkit::{decode, json};

use crate::{all, named, openai, seen};

#[test]
fn the_services_own_hint_beats_the_usual_ones() {
    let rest = |fixture| seen("openai", fixture).poll_after;
    assert_eq!(rest("in_progress"), None);
    assert_eq!(rest("in_progress_poll_after_ms"), Some(Duration::from_millis(2500)));
    let both = rest("in_progress_poll_after_ms_beats_retry_after");
    assert_eq!(both, Some(Duration::from_millis(900)));
    assert_eq!(rest("in_progress_poll_after_ms_garbled"), Some(Duration::from_secs(7)));
    assert_eq!(rest("in_progress_retry_after"), Some(Duration::from_secs(12)));
}

/// What the SDKs keep from the first answer for ever counts here for the answer that it is in.
#[test]
fn each_answer_has_its_own_hint() {
    let provider = openai();
    let rest = |hint: Option<&str>| {
        let mut response = json(200, r#"{"id":"v","status":"queued"}"#);
        if let Some(hint) = hint {
            response.headers_mut().insert("openai-poll-after-ms", hint.parse().unwrap());
        }
        decode(&provider, "v", &response).unwrap().poll_after
    };
    assert_eq!(rest(Some("300")), Some(Duration::from_millis(300)));
    assert_eq!(rest(Some("900")), Some(Duration::from_millis(900)));
    assert_eq!(rest(None), None);
    assert_eq!(rest(Some("-1")), None);
}

#[test]
fn a_rejection_is_one_in_whichever_way_it_is_told() {
    for (provider, fixture) in [
        ("openai", "failed_moderation"),
        ("openai", "failed_error_message_missing"),
        ("azure-openai", "failed_moderation"),
        ("together", "failed"),
        ("xai", "done_kept_back"),
        ("xai", "done_kept_back_with_url"),
        ("xai", "done_moderation_flag_as_text"),
        ("litellm", "failed"),
    ] {
        let seen = seen(provider, fixture);
        assert_eq!(seen.phase(), Phase::Rejected, "{provider}: {fixture}");
        assert_eq!(seen.failure.unwrap().class, FailureClass::Moderation, "{provider}: {fixture}");
        assert_eq!(seen.outputs, [], "{provider}: {fixture}");
    }
}

#[test]
fn nothing_is_classed_by_its_wording() {
    for (provider, fixture) in [
        ("openai", "failed_unknown_code"),
        ("openai", "failed_error_is_string"),
        ("openrouter", "failed"),
        ("xai", "failed_error_is_string"),
        ("new-api", "failed"),
    ] {
        let seen = seen(provider, fixture);
        assert_eq!(seen.phase(), Phase::Failed, "{provider}: {fixture}");
        assert_eq!(seen.failure.unwrap().class, FailureClass::Unknown, "{provider}: {fixture}");
    }
}

#[test]
fn why_it_was_cancelled_or_expired_is_kept() {
    let cancelled = seen("openrouter", "cancelled");
    assert_eq!(cancelled.phase(), Phase::Cancelled);
    assert_eq!(cancelled.failure.unwrap().message.as_deref(), Some("Job was cancelled"));
    let expired = seen("openrouter", "expired");
    assert_eq!(expired.phase(), Phase::Expired);
    assert!(expired.failure.is_some());
    assert_eq!(seen("openrouter", "expired_error_missing").failure, None);
    assert_eq!(
        seen("together", "failed_info_errors_list").failure.unwrap().message.as_deref(),
        Some("no worker; timeout")
    );
}

#[test]
fn an_answer_about_another_video_is_none_unless_the_profile_says_why() {
    let body = r#"{"id":"somebody_elses","status":"completed","video":{"url":"https://b.example/v.mp4"},"outputs":{"video_url":"https://b.example/v.mp4"}}"#;
    for profile in all() {
        let provider = named(profile.name);
        let answer =
            body.replace("completed", if profile.name == "xai" { "done" } else { "completed" });
        let decoded = decode(&provider, "mine", &json(200, answer));
        match profile.ids {
            videogen_openai::Ids::NotCompared(reason) => {
                assert!(["litellm", "xai"].contains(&profile.name), "{}", profile.name);
                assert!(!reason.is_empty());
                let seen = decoded.unwrap();
                assert_eq!((seen.handle.id(), seen.phase()), ("mine", Phase::Succeeded));
            }
            _ => {
                let error = decoded.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{}", profile.name);
                assert!(error.to_string().contains("another generation"), "{error}");
            }
        }
    }
}

#[test]
fn litellms_other_id_is_not_lost() {
    let seen = seen("litellm", "completed");
    assert_eq!(seen.phase(), Phase::Succeeded);
    let told = seen.field("id").and_then(|id| id.as_str()).unwrap();
    assert_ne!(told, seen.handle.id());
    // The content is asked for by the id that the submission gave.
    assert!(seen.video().unwrap().url.expose().contains(seen.handle.id()));
}

#[test]
fn xai_says_pending_without_words() {
    for fixture in ["pending", "pending_200", "pending_empty_202", "pending_request_id_only"] {
        let seen = seen("xai", fixture);
        assert_eq!((seen.phase(), seen.status.raw()), (Phase::Running, "pending"), "{fixture}");
        assert!(seen.times.observed.is_some());
    }
    assert_eq!(seen("xai", "done_without_status").status.raw(), "done");
    // Nobody else: it teaches nothing there.
    for profile in all().into_iter().filter(|profile| profile.name != "xai") {
        let error = decode(&named(profile.name), "v", &json(202, "")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{}", profile.name);
    }
}

#[test]
fn words_are_compared_letter_for_letter_and_by_profile() {
    for (provider, fixture) in [
        ("openai", "status_upper_case"),
        ("openai", "status_unknown_cancelled"),
        ("openai", "status_unknown_expired"),
        ("openrouter", "status_unknown_queued"),
        ("together", "status_unknown_done"),
        ("xai", "status_unknown_processing"),
        ("new-api", "status_unknown"),
    ] {
        assert_eq!(seen(provider, fixture).phase(), Phase::Unrecognized, "{provider}: {fixture}");
    }
}

#[test]
fn costs_are_in_dollars() {
    let usd = |provider, fixture| seen(provider, fixture).cost.and_then(|cost| cost.usd);
    assert_eq!(usd("openrouter", "completed"), Some(0.25));
    assert_eq!(usd("openrouter", "completed_cost_string"), Some(0.25));
    assert_eq!(usd("openrouter", "completed_cost_null"), None);
    assert_eq!(usd("openrouter", "completed_cost_negative"), None);
    assert_eq!(usd("openrouter", "completed_usage_is_array"), None);
    assert_eq!(usd("together", "completed"), Some(0.28));
    assert_eq!(usd("xai", "done"), Some(0.05));
    assert_eq!(usd("xai", "done_cost_string"), Some(0.05));
    assert_eq!(usd("openai", "completed"), None);
}

#[test]
fn zero_is_no_time() {
    let placeholders = seen("openai", "queued_reference");
    assert_eq!(placeholders.times.created, None);
    assert_eq!(placeholders.times.finished, None);
    let in_milliseconds = seen("openai", "completed_times_in_milliseconds");
    assert_eq!(in_milliseconds.times.created, seen("openai", "completed").times.created);
}

#[test]
fn only_plain_polls_exist() {
    for profile in all() {
        let provider = named(profile.name);
        let handle = provider.handle("video_123").unwrap();
        for query in [StatusQuery::Progress, StatusQuery::LongPoll { hold: None }] {
            let error = provider.status(&handle, query).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_an_error(status in 100_u16..=599, body: Vec<u8>) {
        for profile in all() {
            drop(decode(&named(profile.name), "video_123", &json(status, body.clone())));
        }
    }

    #[test]
    fn any_hint_is_a_rest_or_none(hint in "[ -~]{0,20}") {
        let mut response = json(200, r#"{"id":"v","status":"queued"}"#);
        response.headers_mut().insert("openai-poll-after-ms", hint.parse().unwrap());
        prop_assert!(decode(&openai(), "v", &response).is_ok());
    }
}
