//! Token360's words, bodies and errors.

use serde_json::json;
use videogen_token360::wire;

use crate::json;
use crate::script::Ending;
use crate::side::Reason;
use crate::view::{Stage, View};
use crate::webhooks::FORGED_URL;

pub(super) const STRING_MEMBERS: &[&str] =
    &["id", "object", "status", "model", "prompt", "url", "video_url"];

/// What `parameters` repeats of what was submitted.
const PARAMETERS: [&str; 9] = [
    "duration",
    "resolution",
    "aspect_ratio",
    "seed",
    "generate_audio",
    "watermark",
    "return_last_frame",
    "execution_expires_after",
    "video_mode",
];

/// Of the printed example.
const RESOLUTION: &str = "720p";
const DURATION_S: u8 = 4;

/// What ModelArk, a vendor behind Token360, calls a prompt that is against its policy.
const MODERATED: &str = "InputTextSensitiveContentDetected";

/// The script's check lets no other ends through than these.
pub(super) const fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Queued => "queued",
        Stage::Running { .. } | Stage::Ended(Ending::Never) => "in_progress",
        Stage::Ended(Ending::Completed) => "completed",
        Stage::Ended(_) => "failed",
    }
}

pub(super) fn body(view: &View<'_>) -> String {
    let script = view.script;
    let text = |given: &Option<String>, usual: &str| {
        Some(given.clone().unwrap_or_else(|| usual.to_owned()))
    };
    let mut wire = wire::Video::default();
    wire.id = Some(view.id.to_owned());
    wire.object = Some("video".to_owned());
    wire.status = Some(view.status(word(view.stage)));
    wire.model = text(&script.model, "seedance-2.0");
    wire.prompt = text(&script.prompt, "Add gentle motion to the scene");
    wire.created_at = i64::try_from(view.created.unix_seconds()).ok();
    wire.updated_at = i64::try_from(view.updated.unix_seconds()).ok();
    let mut parameters =
        json!({ "duration": DURATION_S, "resolution": RESOLUTION, "aspect_ratio": "16:9" });
    if script.last_frame
        && let Some(parameters) = parameters.as_object_mut()
    {
        parameters.insert("return_last_frame".to_owned(), true.into());
    }
    for name in PARAMETERS {
        if let (Some(value), Some(parameters)) = (view.submitted(name), parameters.as_object_mut())
        {
            parameters.insert(name.to_owned(), value.clone());
        }
    }
    if view.stage != Stage::Queued {
        wire.progress = view.percent().map(f64::from);
    }
    if view.stage == Stage::Ended(Ending::Completed) {
        wire.duration = parameters["duration"].as_f64();
        wire.resolution = parameters["resolution"].as_str().map(str::to_owned);
    }
    wire.parameters = Some(parameters.into());
    if view.shows_urls() {
        wire.url = Some(view.video_url(0));
        wire.video_url = wire.url.clone();
        if script.last_frame {
            let mut content = wire::Content::default();
            content.last_frame_url = Some(view.last_frame_url());
            wire.content = Some(content);
        }
    }
    if view.shows_error() {
        let mut error = wire::JobError::default();
        (error.message, error.code) = view.error(
            "The parameter `duration` specified in the request is not valid",
            "InvalidParameter",
        );
        wire.error = Some(error);
    }
    json::text(&wire)
}

/// A webhook. All of it is inferred but that `request_id` is what was submitted.
pub(super) fn webhook(view: &View<'_>, forged: bool) -> String {
    let mut body =
        json!({ "id": view.id, "object": "video", "status": view.status(word(view.stage)) });
    if let Some(body) = body.as_object_mut() {
        if let Some(request_id) = view.submitted("request_id") {
            body.insert("request_id".to_owned(), request_id.clone());
        }
        if forged {
            body.insert("url".to_owned(), FORGED_URL.into());
        }
    }
    body.to_string()
}

pub(super) fn error(reason: Reason, message: Option<String>) -> String {
    let (kind, usual) = match reason {
        Reason::MissingKey | Reason::BadKey => {
            ("invalid_api_key", "Invalid API key or token provided")
        }
        Reason::Forbidden | Reason::BadUrl => {
            ("model_access_denied", "The API key does not have access to this model")
        }
        Reason::NotFound | Reason::NoSuchPath => {
            ("not_found_error", "The requested resource does not exist")
        }
        Reason::MethodNotAllowed => ("invalid_request_error", "Method not allowed"),
        Reason::TooManyRequests | Reason::Concurrency => {
            ("rate_limit_error", "Rate limit exceeded")
        }
        Reason::ServerError => {
            ("api_error", "Server-side error from Token360 or the model service")
        }
        Reason::Unavailable | Reason::OutcomeUnknown => {
            ("api_error", "Service temporarily overloaded")
        }
        Reason::GatewayTimeout => ("api_error", "The model service did not answer in time"),
        Reason::Invalid | Reason::Input | Reason::Conflict | Reason::NotReady => {
            ("invalid_request_error", "The request is not valid")
        }
        Reason::Moderation => {
            ("invalid_request_error", "The input text may contain sensitive information")
        }
        Reason::Payment => ("insufficient_balance", "Insufficient account balance"),
    };
    let status = reason.status();
    let code = if reason == Reason::Moderation { MODERATED } else { status.as_str() };
    api_error(kind, code, message.unwrap_or_else(|| usual.to_owned()), None)
}

/// The body of a 400, about one parameter if about one.
pub(super) fn invalid(param: Option<&str>, code: &str, message: String) -> String {
    api_error("invalid_request_error", code, message, param)
}

fn api_error(kind: &str, code: &str, message: String, param: Option<&str>) -> String {
    let mut api_error = wire::ApiError::default();
    api_error.message = Some(message);
    api_error.kind = Some(kind.to_owned());
    api_error.param = param.map(str::to_owned);
    api_error.code = Some(code.to_owned());
    let mut envelope = wire::ErrorEnvelope::default();
    envelope.error = Some(api_error);
    json::text(&envelope)
}
