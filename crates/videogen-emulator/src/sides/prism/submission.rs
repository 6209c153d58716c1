//! What is submitted to Prism, and what is wrong with it.

use serde_json::{Map, Value};
use videogen_core::HttpRequest;

use super::form;
use crate::side::Submission;

/// The most generations that one submission makes.
const MOST_AT_ONCE: u64 = 4;

/// The submission, from a template if there is one, or the first thing that is wrong.
pub(super) fn read(request: &HttpRequest, template: Option<&str>) -> Result<Submission, String> {
    let body = match template {
        Some(_) => form::submitted(request),
        None => serde_json::from_slice(request.body()).ok(),
    };
    let Some(Value::Object(body)) = body else {
        return Err("the body must be a JSON object".to_owned());
    };
    match template {
        Some(_) => check_variables(&body)?,
        None => check(&body)?,
    }
    let count = match body.get("count").and_then(Value::as_u64) {
        Some(count) if template.is_none() => usize::try_from(count.clamp(1, MOST_AT_ONCE)),
        _ => Ok(1),
    };
    let submission = Submission::new(template.map(str::to_owned), body);
    Ok(submission.with_count(count.unwrap_or(1)))
}

fn given<'a>(body: &'a Map<String, Value>, member: &str) -> Option<&'a Value> {
    body.get(member).filter(|value| !value.is_null())
}

fn check_variables(body: &Map<String, Value>) -> Result<(), String> {
    match given(body, "variables") {
        Some(Value::Object(_)) => Ok(()),
        Some(_) => Err("variables must be an object".to_owned()),
        None => Err("variables is required".to_owned()),
    }
}

fn check(body: &Map<String, Value>) -> Result<(), String> {
    for member in ["prompt", "modelName"] {
        let problem = match given(body, member) {
            Some(Value::String(text)) if !text.is_empty() => continue,
            Some(Value::String(_)) | None => "is required",
            Some(_) => "must be a string",
        };
        return Err(format!("{member} {problem}"));
    }
    match given(body, "count").map(Value::as_u64) {
        None | Some(Some(1..=MOST_AT_ONCE)) => Ok(()),
        Some(_) => Err("count must be an integer from 1 to 4".to_owned()),
    }
}
