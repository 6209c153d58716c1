//! What comes of a request that is `COMPLETED`: the second answer, and what the first one told.

use proptest::prelude::*;
use videogen_core::{
    Call, ErrorKind, FailureClass, HttpResponse, Observed, OutputKind, Phase, Provider as _,
    StatusQuery,
};
use videogen_fal::{DOCUMENTED_MODEL_ERRORS, QUEUE};
use videogen_testkit::{decode_fixture, json};

use crate::{fixtures, handle, missed, provider, seen};

/// The call for the result, after a status with these members.
fn result(more: &str) -> Call<Observed> {
    let id = videogen_fal::request_id(&handle()).to_owned();
    let status = format!(r#"{{"status": "COMPLETED", "request_id": "{id}"{more}}}"#);
    let call = provider().status(&handle(), StatusQuery::Plain).unwrap();
    let observed = call.decode(&json(200, status)).unwrap();
    let next = if let Observed::Then(next) = observed { Some(*next) } else { None };
    next.unwrap()
}

fn ended(call: &Call<Observed>, response: &HttpResponse) -> Option<Phase> {
    let observed = call.decode(response).ok()?;
    let seen = if let Observed::Generation(seen) = observed { Some(seen) } else { None };
    Some(seen.unwrap().phase())
}

#[test]
fn every_documented_error_of_a_model_ends_the_generation() {
    for &(status, code) in DOCUMENTED_MODEL_ERRORS {
        let fixtures = fixtures();
        let fixture = fixtures
            .iter()
            .find(|fixture| {
                fixture.then.as_ref().is_some_and(|then| {
                    let body = String::from_utf8_lossy(then.response.body()).into_owned();
                    then.response.status() == status && body.contains(&format!("\"{code}\""))
                })
            })
            .unwrap_or_else(|| panic!("no fixture of {status} {code}"));
        let seen = decode_fixture(&provider(), fixture).unwrap();
        let failure = seen.failure.clone().unwrap();
        assert_eq!(failure.code.as_deref(), Some(code));
        assert_ne!(failure.class, FailureClass::Unknown, "{code}");
        let is_rejected = code == "content_policy_violation";
        let phase = if is_rejected { Phase::Rejected } else { Phase::Failed };
        assert_eq!(seen.phase(), phase, "{code}");
        assert_eq!(seen.status.raw(), "COMPLETED");
    }
}

#[test]
fn moderation_is_a_rejection_wherever_it_stands() {
    for name in [
        "rejected_content_policy_violation",
        "rejected_second_of_two",
        "rejected_told_too",
        "rejected_with_categories",
    ] {
        let seen = seen(name);
        assert_eq!(seen.phase(), Phase::Rejected, "{name}");
        assert_eq!(seen.failure.unwrap().class, FailureClass::Moderation, "{name}");
    }
}

#[test]
fn who_cancelled_is_told_it_is_cancelled() {
    for name in ["cancelled", "cancelled_without_error", "cancelled_by_result_only"] {
        let seen = seen(name);
        assert_eq!(seen.phase(), Phase::Cancelled, "{name}");
        assert_eq!(seen.failure.unwrap().code.as_deref(), Some("client_cancelled"), "{name}");
    }
}

#[test]
fn what_is_not_known_to_be_the_generations_is_a_missed_poll() {
    for fixture in fixtures().iter().filter(|fixture| fixture.name.starts_with("result_")) {
        let name = &fixture.name;
        let error = decode_fixture(&provider(), fixture).unwrap_err();
        let ends_a_wait = matches!(
            error.kind(),
            ErrorKind::Unauthorized
                | ErrorKind::Forbidden
                | ErrorKind::NotFound
                | ErrorKind::Redirected
        );
        assert!(error.is_transient() || ends_a_wait, "{name}: {error}");
    }
    // Not a refusal, which would end a wait.
    assert_eq!(missed("result_error_400_still_in_progress").kind(), ErrorKind::Unavailable);
    assert_eq!(missed("result_error_422_text").kind(), ErrorKind::Unavailable);
    // The message is the provider's all the same.
    let error = missed("result_error_400_still_in_progress");
    assert_eq!(error.provider_message(), Some("Request is still in progress"));
    assert_eq!(error.http_status(), Some(400));
}

#[test]
fn a_failure_that_the_status_told_needs_no_type_in_the_result() {
    let seen = seen("failed_told_and_text");
    let failure = seen.failure.as_ref().unwrap();
    assert_eq!(failure.message.as_deref(), Some("Prompt is too long"));
    assert_eq!(failure.code, None);
    // What the status said is not lost.
    assert_eq!(seen.field(QUEUE).unwrap()["error"], "Invalid status code: 400");
    // A gateway's page is still none of the model's words, which may say that it was rejected.
    assert_eq!(missed("result_html_502_told").kind(), ErrorKind::Unavailable);
}

#[test]
fn the_platforms_errors_end_it_only_where_they_speak_of_it() {
    for error_type in [
        "request_timeout",
        "startup_timeout",
        "runner_scheduling_failure",
        "runner_connection_timeout",
        "runner_disconnected",
        "runner_connection_refused",
        "runner_connection_error",
        "runner_incomplete_response",
        "runner_server_error",
        "client_cancelled",
        "client_disconnected",
        "bad_request",
        "internal_error",
        "gateway_upset",
    ] {
        let may_be_the_exchange =
            ["client_disconnected", "bad_request", "internal_error", "gateway_upset"];
        let body = format!(r#"{{"detail": "words", "error_type": "{error_type}"}}"#);
        let phase = ended(&result(""), &json(500, body.clone()));
        assert_eq!(phase.is_none(), may_be_the_exchange.contains(&error_type), "{error_type}");
        // That it failed is told: only what is the exchange's for sure is not the model's last word.
        let told = result(r#", "error": "it failed""#);
        let is_the_exchange = ["client_disconnected", "bad_request", "internal_error"];
        let phase = ended(&told, &json(500, body.clone()));
        assert_eq!(phase.is_none(), is_the_exchange.contains(&error_type), "{error_type}");
        // With the status's own type there is no better word to come.
        let told = result(r#", "error": "it failed", "error_type": "internal_error""#);
        assert!(ended(&told, &json(500, body)).is_some(), "{error_type}");
    }
}

#[test]
fn a_gateways_error_is_not_the_last_word_of_a_failure() {
    for status in [502, 503, 504] {
        let body = r#"{"detail": "upstream"}"#;
        assert_eq!(ended(&result(r#", "error": "it failed""#), &json(status, body)), None);
        let typed = result(r#", "error_type": "runner_server_error""#);
        assert_eq!(ended(&typed, &json(status, body)), Some(Phase::Failed));
        // The model's word is, with whatever status.
        let body = r#"{"detail": [{"loc": ["body"], "type": "content_policy_violation"}]}"#;
        let phase = ended(&result(r#", "error": "it failed""#), &json(status, body));
        assert_eq!(phase, Some(Phase::Rejected));
    }
}

#[test]
fn a_key_that_is_not_accepted_fails_no_generation() {
    for status in [401, 402, 403, 407, 408, 425, 429] {
        for more in ["", r#", "error": "it failed""#, r#", "error_type": "internal_error""#] {
            for retryable in [None, Some("true"), Some("false")] {
                let mut response = json(status, r#"{"detail": "no"}"#);
                if let Some(retryable) = retryable {
                    let headers = response.headers_mut();
                    headers.insert("x-fal-retryable", retryable.parse().unwrap());
                }
                assert_eq!(ended(&result(more), &response), None, "{status} {more} {retryable:?}");
            }
        }
    }
}

#[test]
fn a_file_that_is_there_is_not_thrown_away() {
    let seen = seen("completed_error_and_video");
    assert_eq!(seen.phase(), Phase::Succeeded);
    assert!(seen.video().is_ok());
    assert_eq!(seen.field(QUEUE).unwrap()["error"], "Invalid status code: 500");
}

#[test]
fn the_result_keeps_what_the_status_told() {
    let made = seen("completed");
    let queue = made.field(QUEUE).unwrap();
    assert_eq!(queue["metrics"]["inference_time"], 61.42);
    assert_eq!(queue["request_id"], videogen_fal::request_id(&handle()));
    // The status word is the generation's own.
    assert_eq!(queue.get("status"), None);
    // A result that has such a member itself keeps it.
    let own = seen("completed_with_own_queue");
    assert_eq!(own.field("queue").unwrap()["name"], "fast");
    assert_eq!(own.field("queue_").unwrap()["metrics"]["inference_time"], 61.42);
}

#[test]
fn videos_are_what_was_asked_for_where_there_are_any() {
    let kinds = |name: &str| -> Vec<(OutputKind, bool)> {
        seen(name).outputs.iter().map(|output| (output.kind, output.primary)).collect()
    };
    assert_eq!(kinds("completed"), [(OutputKind::Video, true)]);
    assert_eq!(
        kinds("completed_with_thumbnail"),
        [(OutputKind::Video, true), (OutputKind::Image, false), (OutputKind::Audio, false)]
    );
    assert_eq!(kinds("completed_abbreviated"), [(OutputKind::Image, true)]);
    assert_eq!(kinds("completed_audio"), [(OutputKind::Audio, true)]);
    assert_eq!(kinds("completed_audio_url"), [(OutputKind::Audio, true)]);
    assert_eq!(kinds("completed_videos").len(), 2);
    assert_eq!(kinds("completed_video_and_videos").len(), 1);
    assert_eq!(kinds("completed_videos_one_missing").len(), 1);
    assert_eq!(kinds("completed_videos_one_without_url").len(), 1);
    assert_eq!(kinds("completed_url_bare"), [(OutputKind::Video, true)]);
    assert_eq!(kinds("completed_envelope_with_video"), [(OutputKind::Video, true)]);
    for name in ["completed_without_output", "completed_empty_object", "completed_video_null"] {
        assert_eq!(seen(name).phase(), Phase::Succeeded, "{name}");
        assert!(!seen(name).has_primary_output(), "{name}");
    }
}

#[test]
fn the_result_is_asked_for_below_the_base_url_only() {
    for url in [
        "https://evil.example/fal-ai/veo3/requests/{id}",
        "https://queue.fal.run.evil.example/fal-ai/veo3/requests/{id}",
        "https://queue.fal.run@evil.example/fal-ai/veo3/requests/{id}",
        "https://queue.fal.run:443@evil.example/fal-ai/veo3/requests/{id}",
        "//evil.example/fal-ai/veo3/requests/{id}",
        "http://queue.fal.run/fal-ai/veo3/requests/{id}",
        "https://queue.fal.run/fal-ai/veo3/requests/{id}?x=1",
        "https://queue.fal.run/fal-ai/veo3/requests/{id}#x",
        "https://queue.fal.run/fal-ai/../requests/{id}",
        "https://queue.fal.run//evil.example/requests/{id}",
        "https://queue.fal.run/fal-ai/veo3/requests/{id}/cancel",
        "https://queue.fal.run/fal-ai/veo3/requests/another",
        "https://queue.fal.run/fal-ai/%2e%2e/requests/{id}",
        "https://queue.fal.run/fal-ai\\\\veo3/requests/{id}",
        "",
        "x",
    ] {
        let url = url.replace("{id}", videogen_fal::request_id(&handle()));
        let call = result(&format!(r#", "response_url": "{url}""#));
        let uri = call.request().uri().to_string();
        assert_eq!(uri, format!("https://queue.fal.run/{}", crate::ID), "{url}");
    }
}

proptest! {
    /// Whatever is between: only what is documented to be the generation's ends it.
    #[test]
    fn no_odd_answer_fails_a_generation(
        status in 300_u16..=599,
        body in prop_oneof![
            "<html>.{0,40}",
            ".{0,40}",
            prop::collection::vec(any::<u8>(), 0..60)
                .prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
            "[a-z ]{0,20}".prop_map(|text| format!(r#"{{"detail": "{text}"}}"#)),
            "[a-z_]{0,20}".prop_map(|text| format!(r#"{{"error": {{"type": "{text}", "loc": ["body"]}}}}"#)),
            "[a-z_]{1,20}".prop_map(|text| format!(r#"{{"detail": [{{"type": "{text}", "loc": ["path"], "msg": "m"}}]}}"#)),
            "[a-z_]{1,20}".prop_map(|text| format!(r#"{{"detail": [{{"loc": ["body"], "msg": "{text}"}}]}}"#)),
        ],
    ) {
        prop_assert_eq!(ended(&result(""), &json(status, body)), None);
    }

    #[test]
    fn any_bytes_are_a_result_or_an_error(status in 100_u16..=599, body: Vec<u8>, told: bool) {
        let call = result(if told { r#", "error": "it failed""# } else { "" });
        drop(call.decode(&json(status, body)));
    }

    /// A result stays valid JSON with what the status told, and nothing of it is lost.
    #[test]
    fn a_result_is_kept_whole(
        names in prop::collection::btree_set("[a-z_\"\\\\é]{0,8}", 0..6),
        before in "[ \n\t]{0,3}",
        after in "[ \n\t]{0,3}",
    ) {
        let members: serde_json::Map<String, serde_json::Value> =
            names.iter().enumerate().map(|(n, name)| (name.clone(), n.into())).collect();
        let text = format!("{before}{}{after}", serde_json::Value::from(members.clone()));
        let observed = result("").decode(&json(200, text)).unwrap();
        let seen = if let Observed::Generation(seen) = observed { Some(seen) } else { None };
        let seen = seen.unwrap();
        let body: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(seen.body().unwrap()).unwrap();
        prop_assert_eq!(body.len(), members.len() + 1);
        for (name, value) in &members {
            prop_assert_eq!(body.get(name), Some(value));
        }
    }
}
