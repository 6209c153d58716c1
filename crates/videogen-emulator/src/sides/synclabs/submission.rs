//! What is submitted to Sync Labs, and what is wrong with it.

use http::StatusCode;
use serde_json::{Map, Value};
use videogen_core::{HttpRequest, HttpResponse};

use super::{bodies, form, idempotency};
use crate::side::{Submission, text_answer};

/// The submission, as JSON or as a form with files, or the 400.
#[expect(clippy::result_large_err, reason = "it is made once a request")]
pub(super) fn read(request: &HttpRequest) -> Result<Submission, HttpResponse> {
    let refused = |body| text_answer(StatusCode::BAD_REQUEST, "application/json", body);
    let key = idempotency::key(request.headers())
        .map_err(|_| refused(bodies::invalid_idempotency_key()))?;
    let body = if crate::form::is_form(request) {
        form::submitted(request).map_err(|problems| refused(bodies::invalid(&problems)))?
    } else {
        match serde_json::from_slice(request.body()) {
            Ok(Value::Object(body)) => body,
            _ => {
                let problem = "the body must be a JSON object".to_owned();
                return Err(refused(bodies::invalid(&[problem])));
            }
        }
    };
    match problems(&body) {
        problems if problems.is_empty() => {
            Ok(Submission::new(None, body).with_idempotency_key(key))
        }
        problems => Err(refused(bodies::invalid(&problems))),
    }
}

/// All of them are told.
fn problems(body: &Map<String, Value>) -> Vec<String> {
    let given = |member: &str| body.get(member).filter(|value| !value.is_null());
    let mut problems = Vec::new();
    match given("model") {
        Some(Value::String(text)) if !text.is_empty() => {}
        Some(Value::String(_)) | None => problems.push("model is required".to_owned()),
        Some(_) => problems.push("model must be a string".to_owned()),
    }
    match given("input") {
        Some(Value::Array(input)) if !input.is_empty() => {}
        Some(Value::Array(_)) => problems.push("input should not be empty".to_owned()),
        _ => problems.push("input must be an array".to_owned()),
    }
    problems
}
