//! Token360's JSON under its own names, as the page "Poll video generation status"
//! (<https://www.token360.ai/en-US/docs/api-reference/video-generation/poll-video-generation-status>) describes it.
//!
//! Read leniently: a member that is missing, `null` or empty is `None`, and numbers may be written as text.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use videogen_core::fields::{FieldMap, Slot};
use videogen_core::{Json, json, lenient, redact};

/// The answer of `GET /videos/{video_id}`.
///
/// Serialises as Token360 does, without the members that have nothing to say.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Video {
    /// The video task's id.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Always `video`.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// `queued`, `in_progress`, `completed` or `failed`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The model used.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The input prompt.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// When it was submitted, in unix seconds.
    #[serde(deserialize_with = "lenient::unix_seconds", skip_serializing_if = "Option::is_none")]
    pub created_at: Option<i64>,
    /// When it last changed, in unix seconds.
    #[serde(deserialize_with = "lenient::unix_seconds", skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<i64>,
    /// Echo of the generation parameters, an open object: `resolution`, `duration`, `aspect_ratio`, `seed`, …
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Json>,
    /// Presigned URL of the video, when completed.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// URL of the video, when available. Read `url` first.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub video_url: Option<String>,
    /// The final duration in seconds, when completed.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub duration: Option<f64>,
    /// Additional assets, where the vendor returns any.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// Why it failed, when failed.
    #[serde(deserialize_with = "job_error", skip_serializing_if = "Option::is_none")]
    pub error: Option<JobError>,
    /// Percent done, 0 to 100. In the page's example, not in its field table.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub progress: Option<f64>,
    /// A vendor's extra: the resolution, such as `720p`.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// A vendor's extra: the file format.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub fileformat: Option<String>,
    /// A vendor's extra: the number of frames.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub frames: Option<f64>,
    /// A vendor's extra: whether there is sound.
    #[serde(deserialize_with = "lenient::boolean", skip_serializing_if = "Option::is_none")]
    pub generate_audio: Option<bool>,
    /// A vendor's extra: its own answer.
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub response: Option<Json>,
}

/// Shows no query of a URL.
impl fmt::Debug for Video {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Video")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("model", &self.model)
            .field("prompt", &self.prompt.as_deref().map(redact::text))
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .field("parameters", &self.parameters)
            .field("url", &self.url.as_deref().map(redact::url))
            .field("video_url", &self.video_url.as_deref().map(redact::url))
            .field("duration", &self.duration)
            .field("content", &self.content)
            .field("error", &self.error)
            .field("progress", &self.progress)
            .field("resolution", &self.resolution)
            .finish_non_exhaustive()
    }
}

/// Where the members of [`Video`] are in videogen's model. The vendors' extras are in none.
pub const FIELDS: FieldMap = &[
    ("id", Slot::Id),
    ("object", Slot::Constant("video")),
    ("status", Slot::Status),
    ("model", Slot::Model),
    ("prompt", Slot::Prompt),
    ("created_at", Slot::Created),
    ("updated_at", Slot::Updated),
    ("parameters", Slot::Asked),
    ("url", Slot::OutputUrl),
    ("video_url", Slot::OutputUrl),
    ("content", Slot::OutputUrl),
    ("duration", Slot::OutputDuration),
    ("error", Slot::Failure),
    ("progress", Slot::Progress),
];

/// The answer of `GET /videos`, as the page "List all videos"
/// (<https://www.token360.ai/en-US/docs/api-reference/video-generation/list-all-videos>) describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct VideoList {
    /// Always `list`.
    #[serde(deserialize_with = "lenient::text")]
    pub object: Option<String>,
    /// The videos, each a [`Video`] of which only `id`, `object`, `status`, `model`, `prompt` and `created_at` are there. Kept as they
    /// came: one that is no video must not lose the others.
    #[serde(deserialize_with = "items")]
    pub data: Option<Vec<Json>>,
    /// Whether there are more.
    #[serde(deserialize_with = "lenient::boolean")]
    pub has_more: Option<bool>,
    /// The id of the first one. `null` where there is none.
    #[serde(deserialize_with = "lenient::text")]
    pub first_id: Option<String>,
    /// The id of the last one. `null` where there is none.
    #[serde(deserialize_with = "lenient::text")]
    pub last_id: Option<String>,
}

/// The answer of `GET /models`. Inferred: see [`Token360::models`](crate::Token360::models).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ModelList {
    /// Always `list`.
    #[serde(deserialize_with = "lenient::text")]
    pub object: Option<String>,
    /// The models, each an object with an `id`.
    #[serde(deserialize_with = "items")]
    pub data: Option<Vec<Json>>,
}

/// Additional assets.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Content {
    /// The last frame as an image, if it was asked for and the vendor has it.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub last_frame_url: Option<String>,
}

/// Shows no query of a URL.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("last_frame_url", &self.last_frame_url.as_deref().map(redact::url))
            .finish()
    }
}

/// Why a generation failed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct JobError {
    /// Provider or platform error code: an open set.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What went wrong, in prose.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Shows no query of a URL.
impl fmt::Debug for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobError")
            .field("code", &self.code.as_deref().map(redact::text))
            .field("message", &self.message.as_deref().map(redact::text))
            .finish()
    }
}

/// The body of an error answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ErrorEnvelope {
    /// What it holds.
    #[serde(deserialize_with = "api_error")]
    pub error: Option<ApiError>,
}

/// What an error answer says.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ApiError {
    /// What went wrong, in prose.
    #[serde(deserialize_with = "lenient::text")]
    pub message: Option<String>,
    /// A code such as `invalid_api_key`.
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub kind: Option<String>,
    /// The parameter that is wrong.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    /// In the printed examples the HTTP status as text.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Shows no query of a URL.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("message", &self.message.as_deref().map(redact::text))
            .field("kind", &self.kind.as_deref().map(redact::text))
            .field("param", &self.param)
            .field("code", &self.code)
            .finish()
    }
}

/// An object; a bare text counts as its message.
fn job_error<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<JobError>, D::Error> {
    lenient::object_or_text(deserializer, |message| JobError { code: None, message: Some(message) })
}

/// An object; a bare text counts as its message.
fn api_error<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ApiError>, D::Error> {
    lenient::object_or_text(deserializer, |message| ApiError {
        message: Some(message),
        ..ApiError::default()
    })
}

/// The objects of a list, as they came; anything else than a list is `None`.
fn items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Json>>, D::Error> {
    let items: Option<Vec<Json>> = Json::deserialize(deserializer)?.parse().ok();
    // A struct could be read from an array too, member by member.
    Ok(items.map(|items| items.into_iter().filter(|it| it.get().starts_with('{')).collect()))
}
