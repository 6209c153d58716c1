//! What is submitted to Token360, and what is wrong with it.

use serde_json::{Map, Value};
use videogen_core::HttpRequest;

use super::bodies;
use crate::side::Submission;

/// Whether the body is to be handed on as it is.
fn is_native(request: &HttpRequest) -> bool {
    request.headers().get("token360-native-params").is_some_and(|asked| asked == "true")
}

/// The submission, or the body of the 400.
pub(super) fn read(request: &HttpRequest) -> Result<Submission, String> {
    let Ok(Value::Object(body)) = serde_json::from_slice(request.body()) else {
        return Err(bodies::invalid(None, "400", "the body must be a JSON object".to_owned()));
    };
    // The model's own body is for the model to check.
    if !is_native(request) {
        check(&body)?;
    }
    Ok(Submission::new(None, body))
}

/// Only the first thing that is wrong is told.
fn check(body: &Map<String, Value>) -> Result<(), String> {
    let given = |member: &str| body.get(member).filter(|value| !value.is_null());
    for member in ["model", "prompt"] {
        let problem = match given(member) {
            Some(Value::String(text)) if !text.is_empty() => continue,
            Some(Value::String(_)) | None => "is required",
            Some(_) => "must be a string",
        };
        return Err(bodies::invalid(Some(member), "400", format!("{member} {problem}")));
    }
    match given("duration") {
        Some(duration) if !duration.is_u64() => {
            let message = "The parameter `duration` specified in the request is not valid";
            Err(bodies::invalid(Some("duration"), "InvalidParameter", message.to_owned()))
        }
        _ => Ok(()),
    }
}
