//! Prism's words, bodies and errors.

use videogen_core::path;
use videogen_prism::wire;

use crate::json;
use crate::script::Ending;
use crate::side::Reason;
use crate::view::{Stage, View};
use crate::webhooks::FORGED_URL;

pub(super) const STRING_MEMBERS: &[&str] = &[
    "id",
    "status",
    "template_id",
    "video_url",
    "share_url",
    "created_at",
    "completed_at",
    "error",
];

/// Prism shows no queue. The script's check lets no other ends through than these.
pub(super) const fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Queued | Stage::Running { .. } | Stage::Ended(Ending::Never) => "generating",
        Stage::Ended(Ending::Completed) => "completed",
        Stage::Ended(_) => "failed",
    }
}

pub(super) fn body(view: &View<'_>) -> String {
    let mut wire = wire::Generation::default();
    wire.id = Some(view.id.to_owned());
    wire.status = Some(view.status(word(view.stage)));
    wire.template_id = view.script.template_id.clone();
    wire.created_at = Some(view.created.iso());
    if view.stage == Stage::Ended(Ending::Completed) {
        wire.completed_at = Some(view.updated.iso());
    }
    if view.shows_urls() {
        let id = path::encode_segment(view.id).unwrap_or_default();
        wire.video_url = Some(view.video_url(0));
        wire.share_url = Some(format!("{}/workspace/s/share_{id}", view.origin));
    }
    if view.shows_error() {
        wire.error = view.error("Generation timed out", "").0;
    }
    json::text(&wire)
}

/// A webhook. That it has no more than this, and this, is inferred.
pub(super) fn webhook(view: &View<'_>, forged: bool) -> String {
    let url = forged.then_some(FORGED_URL);
    let mut body =
        serde_json::json!({ "generation_id": view.id, "status": view.status(word(view.stage)) });
    if let (Some(url), Some(body)) = (url, body.as_object_mut()) {
        body.insert("video_url".to_owned(), url.into());
    }
    body.to_string()
}

/// What the printed answer to a submission says.
const CREDITS: u8 = 50;
const TYPICAL_S: f64 = 127.0;
const BUSY_S: f64 = 241.0;

/// The answer to a submission that made these generations: the one that is printed for templates.
pub(super) fn accepted(ids: &[String], template: Option<&str>) -> String {
    let mut wire = wire::Submitted::default();
    wire.generations = ids
        .iter()
        .map(|id| {
            let mut generation = wire::SubmittedGeneration::default();
            generation.generation_id = Some(id.clone());
            generation.status = Some(word(Stage::Queued).to_owned());
            generation
        })
        .collect();
    wire.template_id = template.map(str::to_owned);
    wire.credits_charged = Some(ids.iter().map(|_| f64::from(CREDITS)).sum());
    let mut estimate = wire::LatencyEstimate::default();
    (estimate.typical, estimate.busy) = (Some(TYPICAL_S), Some(BUSY_S));
    wire.latency_estimate_sec = Some(estimate);
    json::text(&wire)
}

pub(super) fn error(reason: Reason, message: Option<String>) -> String {
    let (code, usual) = match reason {
        Reason::MissingKey | Reason::BadKey => ("unauthorized", "Invalid or missing API key"),
        Reason::Forbidden | Reason::BadUrl => ("forbidden", "API key lacks templates:read scope"),
        Reason::NotFound => ("not_found", "Generation not found"),
        Reason::NoSuchPath => ("not_found", "Not found"),
        Reason::MethodNotAllowed => ("method_not_allowed", "Method not allowed"),
        Reason::TooManyRequests | Reason::Concurrency => ("rate_limited", "Too many requests"),
        Reason::ServerError => ("server_error", "An unexpected error occurred on the server"),
        Reason::Unavailable | Reason::OutcomeUnknown => {
            ("server_error", "The service is temporarily unavailable")
        }
        Reason::GatewayTimeout => ("server_error", "The request timed out"),
        Reason::Invalid
        | Reason::Input
        | Reason::Moderation
        | Reason::Conflict
        | Reason::NotReady => ("validation_error", "The request is not valid"),
        Reason::Payment => ("insufficient_credits", "Insufficient credits"),
    };
    let mut wire = wire::Error::default();
    wire.error = Some(code.to_owned());
    wire.message = Some(message.unwrap_or_else(|| usual.to_owned()));
    json::text(&wire)
}
