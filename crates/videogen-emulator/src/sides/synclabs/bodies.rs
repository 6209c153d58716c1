//! Sync Labs' words, bodies and errors.

use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use videogen_core::{Json, path};
use videogen_synclabs::wire;

use crate::json;
use crate::script::Ending;
use crate::side::{Reason, Refused};
use crate::view::{Stage, View};
use crate::webhooks::FORGED_URL;

pub(super) const STRING_MEMBERS: &[&str] =
    &["id", "createdAt", "status", "model", "outputUrl", "error", "errorCode"];

pub(super) const fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Queued => "PENDING",
        Stage::Running { .. } | Stage::Ended(Ending::Never) => "PROCESSING",
        Stage::Ended(Ending::Completed) => "COMPLETED",
        Stage::Ended(Ending::Failed) => "FAILED",
        Stage::Ended(Ending::Rejected) => "REJECTED",
        Stage::Ended(Ending::Cancelled) => "CANCELLED",
        Stage::Ended(Ending::Expired) => "TIMED_OUT",
    }
}

pub(super) fn body(view: &View<'_>) -> String {
    let mut wire = wire::Generation::default();
    wire.id = Some(view.id.to_owned());
    wire.created_at = Some(view.created.iso());
    wire.status = Some(view.status(word(view.stage)));
    wire.model = Some(view.script.model.clone().unwrap_or_else(|| "lipsync-2".to_owned()));
    if view.submission.is_some() {
        echo(&mut wire, view);
    } else {
        wire.input = Some(
            json!([
                { "type": "video", "url": "https://example.com/v.mp4" },
                { "type": "audio", "url": "https://example.com/a.wav" },
            ])
            .into(),
        );
        wire.options = Some(json!({ "sync_mode": "loop" }).into());
    }
    if view.stage == Stage::Ended(Ending::Completed) {
        wire.output_duration = Some(9.98);
    }
    if view.shows_urls() {
        wire.output_url = Some(result_url(view));
    }
    if view.shows_error() {
        (wire.error, wire.error_code) = match view.stage {
            Stage::Ended(Ending::Rejected) => {
                view.error("Failed to validate the input.", "generation_input_validation_failed")
            }
            Stage::Ended(Ending::Expired) => {
                view.error("The generation timed out.", "generation_timeout")
            }
            Stage::Ended(Ending::Cancelled) => {
                (view.script.error.clone(), view.script.error_code.clone())
            }
            _ => view.error(
                "Failed to access the provided input video.",
                "generation_input_video_inaccessible",
            ),
        };
    }
    if view.asked.progress {
        wire.progress_percent = view.percent().map(f64::from);
    }
    json::text(&wire)
}

/// On the API's own host, as it was captured.
fn result_url(view: &View<'_>) -> String {
    let id = path::encode_segment(view.id).unwrap_or_default();
    format!("{}/v2/generations/{id}/result?token={}", view.origin, view.token())
}

/// What a webhook has of a generation, by the SDKs' types.
const WEBHOOK_MEMBERS: [&str; 12] = [
    "status",
    "createdAt",
    "id",
    "input",
    "model",
    "error",
    "error_code",
    "options",
    "outputDuration",
    "outputUrl",
    "segmentOutputUrl",
    "webhookUrl",
];

/// A webhook that goes to `url`.
pub(super) fn webhook(view: &View<'_>, url: &str, forged: bool) -> String {
    let Ok(Value::Object(mut body)) = serde_json::from_str(&body(view)) else {
        return String::new();
    };
    if let Some(code) = body.remove("errorCode") {
        body.insert("error_code".to_owned(), code);
    }
    body.insert("webhookUrl".to_owned(), url.into());
    if forged {
        body.insert("outputUrl".to_owned(), FORGED_URL.into());
    }
    body.retain(|member, _| WEBHOOK_MEMBERS.contains(&&**member));
    Value::Object(body).to_string()
}

/// Repeats what was submitted.
fn echo(wire: &mut wire::Generation, view: &View<'_>) {
    let json = |member| view.submitted(member).cloned().map(Json::from);
    wire.input = json("input");
    wire.options = json("options");
    wire.segments = json("segments");
    let text = |member| view.submitted(member).and_then(Value::as_str).map(str::to_owned);
    wire.webhook_url = text("webhookUrl");
    wire.output_file_name = text("outputFileName");
    wire.project_id = text("projectId");
}

/// The HTTP status of a refusal.
pub(super) const fn status(reason: Reason) -> StatusCode {
    match reason {
        Reason::Input => StatusCode::UNPROCESSABLE_ENTITY,
        reason => reason.status(),
    }
}

pub(super) fn refusal(refused: &Refused) -> String {
    match refused.reason {
        Reason::Concurrency => concurrency_limit(refused),
        Reason::OutcomeUnknown => outcome_unknown(refused.id.clone()),
        Reason::BadUrl => bad_token(),
        reason => json::text(&wire_error(reason, refused.message.clone())),
    }
}

fn wire_error(reason: Reason, message: Option<String>) -> wire::Error {
    let status = status(reason);
    let (code, usual) = match reason {
        Reason::MissingKey => ("", "Either Cookie or x-api-key header must be provided"),
        Reason::BadKey => ("", "Unauthorized"),
        Reason::Forbidden | Reason::BadUrl => {
            ("plan_feature_unavailable", "This feature is not available on your plan")
        }
        Reason::NotFound => ("generation_not_found", "Generation not found"),
        Reason::NoSuchPath => ("", "Not Found"),
        Reason::MethodNotAllowed => ("", "Method Not Allowed"),
        Reason::TooManyRequests | Reason::Concurrency => {
            ("rate_limit_exceeded", "Rate limit exceeded. Please try again later.")
        }
        Reason::ServerError => ("internal_error", "Internal server error"),
        Reason::Unavailable | Reason::OutcomeUnknown => {
            ("controller_unavailable", "The service is temporarily unavailable")
        }
        Reason::GatewayTimeout => ("controller_timeout", "The request timed out"),
        Reason::Invalid | Reason::Input | Reason::Moderation | Reason::NotReady => {
            ("generation_input_validation_failed", "Failed to validate the input.")
        }
        Reason::Payment => ("account_payment_required", "Your account has a payment that is due"),
        Reason::Conflict => ("", "This idempotency key was used with another request before"),
    };
    let mut wire = wire::Error::default();
    wire.status_code = Some(f64::from(status.as_u16()));
    wire.message = Some(message.unwrap_or_else(|| usual.to_owned()));
    wire.error_code = (!code.is_empty()).then(|| code.to_owned());
    // The captured body for a bad key lacks the reason phrase, and the one of a 404 is not known to have it.
    if !matches!(reason, Reason::BadKey | Reason::NotFound) {
        wire.error = status.canonical_reason().map(str::to_owned);
    }
    if reason == Reason::Input {
        wire.suggestion = Some("Check the input and try again.".to_owned());
    }
    wire
}

/// The body of a 403 to a result's token that is not, or no longer, good. Inferred.
fn bad_token() -> String {
    let message = "The token is not valid or has expired";
    let mut wire = wire_error(Reason::Forbidden, Some(message.to_owned()));
    wire.error_code = None;
    json::text(&wire)
}

/// The body of a 429 because of too many generations at once, on the smallest plan.
fn concurrency_limit(refused: &Refused) -> String {
    let message = "You have reached the limit of concurrent generations of your plan";
    let mut wire = wire_error(Reason::TooManyRequests, Some(message.to_owned()));
    wire.error_code = Some("concurrency_limit_reached".to_owned());
    (wire.active_generations, wire.concurrency_limit) = (Some(1.0), Some(1.0));
    wire.retry_after_seconds = refused.rest.map(|rest| rest.as_secs_f64());
    wire.upgrade_url = Some(format!("{}/settings/billing", refused.origin));
    json::text(&wire)
}

/// The body of a 503 that does not know what became of a submission with an idempotency key.
fn outcome_unknown(id: Option<String>) -> String {
    let message = "The outcome of the request with this idempotency key is not known";
    let mut error = wire_error(Reason::Unavailable, Some(message.to_owned()));
    error.error_code = Some("IDEMPOTENCY_OUTCOME_UNKNOWN".to_owned());
    let mut unknown = wire::OutcomeUnknown::default();
    unknown.generation_id = id;
    match (json!(error), json!(unknown)) {
        (Value::Object(mut error), Value::Object(unknown)) => {
            error.extend(unknown);
            Value::Object(error).to_string()
        }
        _ => String::new(),
    }
}

/// The body of a 400. Its message is a list, which [`wire::Error`] reads and does not write.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invalid<'a> {
    status_code: u16,
    message: &'a [String],
    error: &'static str,
}

pub(super) fn invalid(messages: &[String]) -> String {
    let status_code = StatusCode::BAD_REQUEST.as_u16();
    json::text(&Invalid { status_code, message: messages, error: "Bad Request" })
}

/// The body of a 400 to an idempotency key that is none.
pub(super) fn invalid_idempotency_key() -> String {
    let message = "Idempotency-Key must have 1 to 128 of A-Z a-z 0-9 . _ ~ -";
    let mut wire = wire_error(Reason::Invalid, Some(message.to_owned()));
    wire.error_code = Some("INVALID_IDEMPOTENCY_KEY".to_owned());
    json::text(&wire)
}
