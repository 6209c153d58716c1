//! What only Veo does: outcomes without a word.

use serde_json::json;
use videogen_core::{Contradiction, FailureClass, Lifecycle, Phase, Verdict};
use videogen_testkit::{decode, json as answer};
use videogen_veo::{STATUSES, SUPPORT_CODES};

use crate::{OPERATION, VERTEX_OPERATION, gemini, seen, vertex};

fn of_error(error: &serde_json::Value) -> videogen_core::Generation {
    let body = json!({"name": OPERATION, "done": true, "error": error}).to_string();
    decode(&gemini(), OPERATION, &answer(200, body)).unwrap()
}

#[test]
fn the_words_are_made() {
    let words: Vec<_> = STATUSES.words().iter().map(|word| (word.word, word.phase)).collect();
    assert_eq!(
        words,
        [
            ("running", Phase::Running),
            ("succeeded", Phase::Succeeded),
            ("failed", Phase::Failed),
            ("rejected", Phase::Rejected),
            ("cancelled", Phase::Cancelled),
        ]
    );
    for word in STATUSES.words() {
        assert_eq!(word.standing, videogen_core::Standing::Made);
    }
}

#[test]
fn done_is_what_counts() {
    for name in [
        "running_without_done",
        "running_done_false",
        "running_done_null",
        "running_done_is_text",
        "running_done_is_object",
        "running_with_error",
        "running_with_response",
    ] {
        let running = seen(&gemini(), name);
        assert_eq!(running.phase(), Phase::Running, "{name}");
        assert!(running.outputs.is_empty() && running.failure.is_none(), "{name}");
    }
    // Either of the two is there only when it is done.
    assert_eq!(seen(&gemini(), "succeeded_without_done").phase(), Phase::Succeeded);
    assert_eq!(seen(&gemini(), "failed_without_done").phase(), Phase::Failed);
}

#[test]
fn filtered_videos_are_failed_outputs_or_a_rejection() {
    for veo in [gemini(), vertex()] {
        let part = seen(&veo, "succeeded_one_filtered");
        assert_eq!(part.phase(), Phase::Succeeded);
        assert_eq!((part.outputs.len(), part.failed_outputs.len()), (1, 1));
        assert_eq!(part.failed_outputs[0].failure.class, FailureClass::Moderation);
        assert!(part.failure.is_none());

        let all = seen(&veo, "rejected");
        assert_eq!(all.phase(), Phase::Rejected);
        assert!(all.outputs.is_empty());
        let failure = all.failure.unwrap();
        assert_eq!(failure.class, FailureClass::Moderation);
        assert!(failure.message.is_some());
    }
}

#[test]
fn each_filtered_video_has_its_reason_where_there_are_as_many() {
    let both = seen(&gemini(), "rejected_two_reasons");
    let codes: Vec<_> = both.failed_outputs.iter().map(|it| it.failure.code.clone()).collect();
    assert_eq!(codes, [Some("15236754".to_owned()), Some("61493863".to_owned())]);
    assert_eq!(both.failure.unwrap().code.as_deref(), Some("15236754, 61493863"));

    let one_reason = seen(&gemini(), "succeeded_two_filtered_one_reason");
    let messages: Vec<_> =
        one_reason.failed_outputs.iter().map(|it| it.failure.message.as_deref().unwrap()).collect();
    assert_eq!(messages, ["One reason for both"; 2]);
}

#[test]
fn a_count_is_not_believed_beyond_what_may_be_asked_for() {
    assert_eq!(seen(&gemini(), "succeeded_filtered_count_huge").failed_outputs.len(), 16);
    for name in ["succeeded_filtered_count_zero", "succeeded_filtered_count_negative"] {
        assert_eq!(seen(&gemini(), name).failed_outputs, [], "{name}");
    }
}

#[test]
fn done_with_nothing_is_a_success_without_an_output() {
    for (veo, names) in [
        (
            gemini(),
            &[
                "succeeded_without_samples",
                "succeeded_samples_empty",
                "succeeded_response_empty",
                "succeeded_response_null",
                "succeeded_response_is_text",
                "succeeded_without_response",
                "succeeded_uri_null",
                "succeeded_uri_empty",
                "succeeded_samples_is_object",
            ][..],
        ),
        (
            vertex(),
            &[
                "succeeded_without_videos",
                "succeeded_count_zero_without_videos",
                "succeeded_response_null",
                "succeeded_videos_is_object",
                "succeeded_inline_empty",
            ],
        ),
    ] {
        for name in names {
            let verdict = Lifecycle::new(&STATUSES).observe(&seen(&veo, name));
            let without = Verdict::Contradicts(Contradiction::SucceededWithoutOutput);
            assert_eq!(verdict, without, "{name}");
        }
    }
}

#[test]
fn failures_are_classed_by_code() {
    let class = |code: i64| {
        let seen = of_error(&json!({"code": code, "message": "timeout policy input cancelled"}));
        (seen.phase(), seen.failure.unwrap().class)
    };
    for code in [3, 5, 6, 7, 9, 11, 12, 16, 400, 403, 404] {
        assert_eq!(class(code), (Phase::Failed, FailureClass::Input), "{code}");
    }
    for code in [10, 13, 14, 15, 500, 503] {
        assert_eq!(class(code), (Phase::Failed, FailureClass::Infrastructure), "{code}");
    }
    for code in [8, 429] {
        assert_eq!(class(code), (Phase::Failed, FailureClass::Quota), "{code}");
    }
    for code in [4, 504] {
        assert_eq!(class(code), (Phase::Failed, FailureClass::Timeout), "{code}");
    }
    for code in [1, 499] {
        assert_eq!(class(code), (Phase::Cancelled, FailureClass::Unknown), "{code}");
    }
    for code in [2, 17, -1, 77] {
        assert_eq!(class(code), (Phase::Failed, FailureClass::Unknown), "{code}");
    }
    // OK is no error, unless it says something.
    assert_eq!(of_error(&json!({"code": 0})).phase(), Phase::Succeeded);
    assert_eq!(of_error(&json!({"code": 0, "message": "odd"})).phase(), Phase::Failed);
}

#[test]
fn a_support_code_is_a_number_of_the_table_and_not_the_words_around_it() {
    let phase = |message: &str| of_error(&json!({"code": 3, "message": message})).phase();
    for (code, _) in SUPPORT_CODES {
        assert_eq!(phase(&format!("… Support codes: {code}.")), Phase::Rejected);
        assert_eq!(phase(&format!("{code}")), Phase::Rejected);
        // Within another number it is none.
        assert_eq!(phase(&format!("operation 1{code}")), Phase::Failed);
        assert_eq!(phase(&format!("operation {code}a")), Phase::Failed);
    }
    assert_eq!(phase("violates our policies; Support codes: 99999999"), Phase::Failed);
    assert_eq!(phase("the prompt was rejected by safety filters"), Phase::Failed);
}

#[test]
fn an_operation_is_told_by_its_last_part() {
    let of = |veo: &videogen_veo::Veo, id: &str, name: serde_json::Value| {
        decode(veo, id, &answer(200, json!({"name": name}).to_string()))
    };
    let by_number = VERTEX_OPERATION.replace("my-project", "123456789012");
    assert!(of(&vertex(), VERTEX_OPERATION, json!(by_number)).is_ok());
    for name in [
        json!(
            "projects/my-project/locations/us-central1/publishers/google/models/veo-3.1-generate-001/operations/another"
        ),
        json!("a1b07c8e-7b5a-4aba-bb34-3e1ccb8afcc8"),
        json!("files/a1b07c8e-7b5a-4aba-bb34-3e1ccb8afcc8"),
        json!("operations/"),
        json!(null),
        json!(7),
    ] {
        assert!(of(&vertex(), VERTEX_OPERATION, name.clone()).is_err(), "{name}");
    }
    assert!(of(&gemini(), OPERATION, json!(OPERATION)).is_ok());
    assert!(of(&gemini(), OPERATION, json!(format!("{OPERATION}x"))).is_err());
}

#[test]
fn the_model_is_that_of_the_name() {
    assert_eq!(seen(&gemini(), "succeeded").model.as_deref(), Some("veo-3.1-generate-preview"));
    assert_eq!(seen(&vertex(), "succeeded_inline").model.as_deref(), Some("veo-3.1-generate-001"));
    assert_eq!(seen(&vertex(), "succeeded_of_an_endpoint").model, None);
    assert_eq!(seen(&gemini(), "succeeded_operation_without_model").model, None);
}

#[test]
fn an_error_answer_goes_by_the_name_of_its_code() {
    let error =
        |status: u16, body: &str| decode(&gemini(), OPERATION, &answer(status, body)).unwrap_err();
    let named = error(429, r#"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}"#);
    assert_eq!(named.provider_code(), Some("RESOURCE_EXHAUSTED"));
    let unnamed = error(500, r#"{"error":{"code":500,"message":"m"}}"#);
    assert_eq!(unnamed.provider_code(), Some("500"));
    let listed = error(429, r#"[{"error":{"code":429,"message":"m","status":"X"}}]"#);
    assert_eq!((listed.provider_code(), listed.provider_message()), (Some("X"), Some("m")));
    let second = error(429, r#"[{}, {"error":{"code":429,"message":"m","status":"X"}}]"#);
    assert_eq!(second.provider_code(), Some("X"));
    assert_eq!(error(429, "[]").provider_code(), None);
}
