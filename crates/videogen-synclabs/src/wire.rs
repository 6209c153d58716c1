//! Sync Labs' JSON under its own names, as the page "Get Generation" of its API reference describes it.
//!
//! Read leniently: a member that is missing, `null` or empty is `None`, and numbers may be written as text.

use std::fmt;

use serde::{Deserialize, Serialize};
use videogen_core::fields::{FieldMap, Slot};
use videogen_core::{Json, json, lenient, redact};

/// The answer of `GET /generate/{id}`.
///
/// Serialises as a captured answer was: the members that were `null` there are `null`, the others are
/// left out when there is nothing to say.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Generation {
    /// The generation's id, a UUID.
    #[serde(deserialize_with = "lenient::text")]
    pub id: Option<String>,
    /// When it was submitted, ISO 8601.
    #[serde(deserialize_with = "lenient::text")]
    pub created_at: Option<String>,
    /// `PENDING`, `PROCESSING`, `COMPLETED`, `FAILED` or `REJECTED`.
    #[serde(deserialize_with = "lenient::string")]
    pub status: Option<String>,
    /// The model used.
    #[serde(deserialize_with = "lenient::text")]
    pub model: Option<String>,
    /// The inputs: objects told apart by their `type`.
    #[serde(deserialize_with = "json::optional")]
    pub input: Option<Json>,
    /// The segments.
    #[serde(deserialize_with = "json::optional")]
    pub segments: Option<Json>,
    /// The webhook.
    #[serde(deserialize_with = "lenient::string")]
    pub webhook_url: Option<String>,
    /// The options, with names in snake case.
    #[serde(deserialize_with = "json::optional")]
    pub options: Option<Json>,
    /// The output's URL, when completed.
    #[serde(deserialize_with = "lenient::string")]
    pub output_url: Option<String>,
    /// The URL of the output's segment.
    #[serde(deserialize_with = "lenient::string")]
    pub segment_output_url: Option<String>,
    /// How long the output plays, in seconds.
    #[serde(deserialize_with = "lenient::number", serialize_with = "lenient::write_number")]
    pub output_duration: Option<f64>,
    /// The file name given to the output, made safe by Sync Labs.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub output_file_name: Option<String>,
    /// What went wrong, in prose.
    #[serde(deserialize_with = "lenient::text")]
    pub error: Option<String>,
    /// What went wrong, as a code such as `generation_input_video_inaccessible`.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The same by the name that the SDKs and the webhooks use.
    #[serde(
        rename = "error_code",
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub error_code_snake: Option<String>,
    /// The audio made from a text input.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub synthesized_audio_url: Option<String>,
    /// The project that it belongs to.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// Percent done. Only with `include=progress`.
    #[serde(
        rename = "progress_percent",
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub progress_percent: Option<f64>,
}

/// Shows no query of a URL.
impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = |url: &Option<String>| url.as_deref().map(redact::url);
        f.debug_struct("Generation")
            .field("id", &self.id)
            .field("created_at", &self.created_at)
            .field("status", &self.status)
            .field("model", &self.model)
            .field("input", &self.input)
            .field("segments", &self.segments)
            .field("webhook_url", &url(&self.webhook_url))
            .field("options", &self.options)
            .field("output_url", &url(&self.output_url))
            .field("segment_output_url", &url(&self.segment_output_url))
            .field("output_duration", &self.output_duration)
            .field("output_file_name", &self.output_file_name)
            .field("error", &self.error.as_deref().map(redact::text))
            .field("error_code", &self.error_code.as_deref().map(redact::text))
            .field("error_code_snake", &self.error_code_snake.as_deref().map(redact::text))
            .field("synthesized_audio_url", &url(&self.synthesized_audio_url))
            .field("project_id", &self.project_id)
            .field("progress_percent", &self.progress_percent)
            .finish()
    }
}

/// Where the members of [`Generation`] are in videogen's model.
pub const FIELDS: FieldMap = &[
    ("id", Slot::Id),
    ("createdAt", Slot::Created),
    ("status", Slot::Status),
    ("model", Slot::Model),
    ("input", Slot::Asked),
    ("segments", Slot::Asked),
    ("webhookUrl", Slot::Asked),
    ("options", Slot::Asked),
    ("projectId", Slot::Asked),
    ("outputUrl", Slot::OutputUrl),
    ("segmentOutputUrl", Slot::OutputUrl),
    ("synthesizedAudioUrl", Slot::OutputUrl),
    ("outputDuration", Slot::OutputDuration),
    ("outputFileName", Slot::OutputName),
    ("error", Slot::Failure),
    ("errorCode", Slot::Failure),
    ("error_code", Slot::Failure),
    ("progress_percent", Slot::Progress),
];

/// What the body of `IDEMPOTENCY_OUTCOME_UNKNOWN` may have beside an [`Error`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct OutcomeUnknown {
    /// The generation that may have been made.
    #[serde(deserialize_with = "lenient::string")]
    pub generation_id: Option<String>,
}

/// The body of an error answer.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Error {
    /// The HTTP status again.
    #[serde(deserialize_with = "lenient::number", serialize_with = "lenient::write_number")]
    pub status_code: Option<f64>,
    /// What went wrong, in prose; several messages are joined by `; `.
    #[serde(deserialize_with = "lenient::text")]
    pub message: Option<String>,
    /// The HTTP reason phrase.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// A code such as `rate_limit_exceeded`.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The same by its other name.
    #[serde(
        rename = "error_code",
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub error_code_snake: Option<String>,
    /// What Sync Labs suggests.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// Which field of the request it is about.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The request's id.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// How long to rest, in seconds, when too many generations run at once.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub retry_after_seconds: Option<f64>,
    /// How many generations run, when too many do.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub active_generations: Option<f64>,
    /// How many may run, when too many do.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub concurrency_limit: Option<f64>,
    /// Where to buy more, when too many run.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub upgrade_url: Option<String>,
}

/// Shows no query of a URL.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("status_code", &self.status_code)
            .field("message", &self.message.as_deref().map(redact::text))
            .field("error", &self.error.as_deref().map(redact::text))
            .field("error_code", &self.error_code.as_deref().map(redact::text))
            .field("error_code_snake", &self.error_code_snake.as_deref().map(redact::text))
            .field("field", &self.field)
            .field("request_id", &self.request_id)
            .field("retry_after_seconds", &self.retry_after_seconds)
            .finish_non_exhaustive()
    }
}
