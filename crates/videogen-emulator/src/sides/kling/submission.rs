//! What is submitted to Kling, and what is wrong with it.

use serde_json::{Map, Value};
use videogen_core::HttpRequest;
use videogen_kling::LEGACY_KINDS;

use crate::side::Submission;

/// Whether this, which the path says, is of the newer API: a product and a model.
pub(super) fn is_of_newer(of: &str) -> bool {
    of.contains('/') && !LEGACY_KINDS.contains(&of)
}

/// What does not change the video: the newer API has it in `options`, the older one beside the rest.
pub(super) fn option<'a>(submission: &'a Submission, name: &str) -> Option<&'a Value> {
    let of = submission.of.as_deref().unwrap_or_default();
    if is_of_newer(of) { submission.get("options")?.get(name) } else { submission.get(name) }
}

/// The submission, or what is wrong with it.
pub(super) fn read(request: &HttpRequest, of: &str) -> Result<Submission, String> {
    let Ok(Value::Object(body)) = serde_json::from_slice(request.body()) else {
        return Err("the body must be a JSON object".to_owned());
    };
    check(&body, of)?;
    let submission = Submission::new(Some(of.to_owned()), body);
    let own = option(&submission, "external_task_id").and_then(Value::as_str);
    let own = own.filter(|id| !id.is_empty()).map(str::to_owned);
    Ok(submission.with_idempotency_key(own).refusing_repeats())
}

/// Only what the video cannot be made without.
fn check(body: &Map<String, Value>, of: &str) -> Result<(), String> {
    let has_text = |member: &str| {
        body.get(member).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty())
    };
    let is_there = match of {
        "text2video" => has_text("prompt") || body.contains_key("multi_prompt"),
        "image2video" => has_text("image") || has_text("image_tail"),
        of if of.starts_with("text-to-video/") => has_text("prompt"),
        of if of.starts_with("image-to-video/") => {
            body.get("contents").and_then(Value::as_array).is_some_and(|it| !it.is_empty())
        }
        _ => true,
    };
    if is_there {
        return Ok(());
    }
    let missing = match of {
        "image2video" => "image",
        of if of.starts_with("image-to-video/") => "contents",
        _ => "prompt",
    };
    Err(format!("{missing} cannot be empty"))
}
