//! Codes: what each means, whatever it comes with.

use videogen_core::{Error, ErrorKind, Refusal, Submit, SubmitEvent, SubmitOptions};
use videogen_core::{Moment, NewGeneration, Provider as _};
use videogen_kling::DOCUMENTED_ERRORS;
use videogen_testkit::{decode, json};

use crate::{TASK, provider};

fn submitted(status: u16, code: &str) -> Error {
    let new = NewGeneration::from_json("{}").unwrap().for_endpoint("text2video");
    let body = format!(r#"{{"code":{code},"message":"m","request_id":"r"}}"#);
    provider().submit(&new).unwrap().decode(&json(status, body)).unwrap_err()
}

fn asked(status: u16, code: &str) -> Error {
    let body = format!(r#"{{"code":{code},"message":"m","request_id":"r","data":null}}"#);
    decode(&provider(), &format!("text2video/{TASK}"), &json(status, body)).unwrap_err()
}

/// How a submission ends that is answered so.
fn end(error: Error) -> ErrorKind {
    let mut machine = Submit::new("kling", None, SubmitOptions::default());
    let _ = machine.on(Moment::ORIGIN, SubmitEvent::Begin);
    match machine.on(Moment::ORIGIN, SubmitEvent::Answered(Err(error))) {
        std::ops::ControlFlow::Break(Err(error)) => error.kind(),
        step => unreachable!("{step:?}"),
    }
}

#[test]
fn a_code_means_the_same_with_its_status_and_with_a_200() {
    for &(status, code) in DOCUMENTED_ERRORS {
        for error in [submitted(status, code), submitted(200, code)] {
            let (kind, refusal) = match code {
                "1000" | "1001" | "1002" | "1003" | "1004" => {
                    (ErrorKind::Unauthorized, Some(Refusal::Auth))
                }
                "1100" | "1103" | "1304" => (ErrorKind::Forbidden, Some(Refusal::Auth)),
                "1101" | "1102" => (ErrorKind::PaymentRequired, Some(Refusal::Credits)),
                "1200" | "1201" | "1202" => (ErrorKind::Refused, Some(Refusal::Input)),
                "1203" => (ErrorKind::NotFound, Some(Refusal::Input)),
                "1300" | "1301" => (ErrorKind::Refused, Some(Refusal::Moderation)),
                "1302" => (ErrorKind::RateLimited, Some(Refusal::Rate)),
                "1303" => (ErrorKind::RateLimited, Some(Refusal::Concurrency)),
                _ => (ErrorKind::Unavailable, None),
            };
            assert_eq!(error.kind(), kind, "{code}");
            assert_eq!(error.refusal(), refusal, "{code}");
            assert_eq!(error.provider_code(), Some(code));
            assert_eq!(error.provider_message(), Some("m"));
            assert_eq!(error.request_id(), Some("r"));
        }
    }
}

#[test]
fn what_was_surely_not_made_is_told_from_what_may_have_been() {
    for &(status, code) in DOCUMENTED_ERRORS {
        for error in [submitted(status, code), submitted(200, code)] {
            let expected = match code {
                "5000" | "5001" | "5002" => ErrorKind::Ambiguous,
                _ => error.kind(),
            };
            assert_eq!(end(error), expected, "{code}");
        }
    }
    // Neither a code of tomorrow nor a gateway's status says that nothing was made.
    assert_eq!(end(submitted(200, "4242")), ErrorKind::Ambiguous);
    assert_eq!(end(submitted(502, "1200")), ErrorKind::Ambiguous);
    assert_eq!(end(submitted(429, "5000")), ErrorKind::Ambiguous);
    assert_eq!(end(submitted(429, "4242")), ErrorKind::RateLimited);
}

#[test]
fn an_id_that_kling_does_not_know_is_not_found() {
    for (status, code) in [(400, "1201"), (200, "1201"), (404, "1203"), (200, "1203")] {
        assert_eq!(asked(status, code).kind(), ErrorKind::NotFound, "{status} {code}");
    }
    // Only where the id is all that can be wrong.
    assert_eq!(submitted(400, "1201").kind(), ErrorKind::Refused);
    // A path of nothing is not a task that is not there.
    assert_eq!(asked(404, "1202").kind(), ErrorKind::Refused);
}

#[test]
fn what_passes_does_not_end_a_wait() {
    for &(status, code) in DOCUMENTED_ERRORS {
        let passes = matches!(code, "1302" | "1303" | "5000" | "5001" | "5002");
        assert_eq!(asked(status, code).is_transient(), passes, "{code}");
        assert_eq!(asked(200, code).is_transient(), passes, "{code}");
    }
    assert!(asked(200, "4242").is_transient());
    // No code, or one that is none, says nothing against an answer.
    for code in ["0", "null", "\"\"", "\"0\"", "{}", "true"] {
        let body = format!(
            r#"{{"code":{code},"data":{{"task_id":"{TASK}","task_status":"processing"}}}}"#
        );
        assert!(decode(&provider(), &format!("text2video/{TASK}"), &json(200, body)).is_ok());
    }
}
