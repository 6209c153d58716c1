//! The dialect's JSON under its own names: one model for all who speak it, each with some of the members. Which are whose is said at each.
//!
//! Read leniently: a member that is missing, `null` or empty is `None`, and numbers may be written as text.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use videogen_core::fields::{FieldMap, Slot};
use videogen_core::{Json, json, lenient, redact};

/// The answer of `GET /videos/{id}`, and of a submission.
///
/// Serialises as the services do, without the members that have nothing to say.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Video {
    /// The id. All but xAI.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The id. xAI, where it is in a submission's answer only.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The id once more. new-api, for older clients.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
    /// Always `video`. OpenAI, Azure, Together, LiteLLM, new-api.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Where to ask for the status. OpenRouter; not followed, since it is the path that is asked anyway.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub polling_url: Option<String>,
    /// The status word.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The model. All but OpenRouter, which tells it in webhooks only.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The prompt. OpenAI, Azure.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// Percent done, 0 to 100. OpenAI, Azure, xAI, LiteLLM, new-api.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub progress: Option<f64>,
    /// When it was submitted, in unix seconds. OpenAI, Azure, Together (which has written RFC 3339 too), LiteLLM, new-api.
    #[serde(deserialize_with = "lenient::unix_seconds", skip_serializing_if = "Option::is_none")]
    pub created_at: Option<i64>,
    /// When it was begun to be made. Together, on an older page.
    #[serde(deserialize_with = "lenient::unix_seconds", skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<i64>,
    /// When it ended, in unix seconds. OpenAI, Azure, Together, LiteLLM, new-api.
    #[serde(deserialize_with = "lenient::unix_seconds", skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<i64>,
    /// When it ended. Together, on an older page.
    #[serde(deserialize_with = "lenient::unix_seconds", skip_serializing_if = "Option::is_none")]
    pub done_at: Option<i64>,
    /// When what was made is no longer kept, in unix seconds. OpenAI, Azure, OpenRouter, LiteLLM, new-api.
    #[serde(deserialize_with = "lenient::unix_seconds", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// How long it plays, in seconds, written as text. OpenAI, Azure, Together, LiteLLM, new-api.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub seconds: Option<String>,
    /// Width and height, such as `1280x720`. OpenAI, Azure, Together, LiteLLM, new-api.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// Such as `standard`. OpenAI, in a printed example only.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// The id of the video that it is a remix of. OpenAI, Azure, LiteLLM, new-api.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub remixed_from_video_id: Option<String>,
    /// The id in the account's history. OpenRouter.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub generation_id: Option<String>,
    /// Where the outputs are, for who has the key. OpenRouter.
    #[serde(deserialize_with = "texts", skip_serializing_if = "Option::is_none")]
    pub unsigned_urls: Option<Vec<String>>,
    /// Where the outputs are, for anybody, until `expires_at`. OpenRouter, where it keeps a copy.
    #[serde(deserialize_with = "texts", skip_serializing_if = "Option::is_none")]
    pub urls: Option<Vec<String>>,
    /// What was made. xAI.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub video: Option<MadeVideo>,
    /// What was made. Together.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Outputs>,
    /// What it cost. OpenRouter, xAI, and in other units LiteLLM and new-api.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// Why it failed: an object, or a text at OpenRouter.
    #[serde(deserialize_with = "job_error", skip_serializing_if = "Option::is_none")]
    pub error: Option<JobError>,
    /// What else is known. Together, on an older page.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub info: Option<Info>,
    /// What was asked for. Together, on an older page.
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Json>,
    /// What else the vendor says, an open object. new-api, where it may have the video's `url`.
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Json>,
}

/// Shows no query of a URL.
impl fmt::Debug for Video {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let urls = |urls: &Option<Vec<String>>| {
            urls.as_ref().map(|urls| urls.iter().map(|url| redact::url(url)).collect::<Vec<_>>())
        };
        f.debug_struct("Video")
            .field("id", &self.id)
            .field("request_id", &self.request_id)
            .field("polling_url", &self.polling_url.as_deref().map(redact::url))
            .field("status", &self.status)
            .field("model", &self.model)
            .field("prompt", &self.prompt.as_deref().map(redact::text))
            .field("progress", &self.progress)
            .field("created_at", &self.created_at)
            .field("completed_at", &self.completed_at)
            .field("expires_at", &self.expires_at)
            .field("seconds", &self.seconds)
            .field("size", &self.size)
            .field("unsigned_urls", &urls(&self.unsigned_urls))
            .field("urls", &urls(&self.urls))
            .field("video", &self.video)
            .field("outputs", &self.outputs)
            .field("usage", &self.usage)
            .field("error", &self.error)
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

/// Where the members of [`Video`] are in videogen's model. What a service of one's own has beside them stays among the other fields.
pub const FIELDS: FieldMap = &[
    ("id", Slot::Id),
    ("request_id", Slot::Id),
    ("task_id", Slot::Id),
    ("object", Slot::Constant("video")),
    ("status", Slot::Status),
    ("model", Slot::Model),
    ("prompt", Slot::Prompt),
    ("progress", Slot::Progress),
    ("created_at", Slot::Created),
    ("claimed_at", Slot::Started),
    ("completed_at", Slot::Finished),
    ("done_at", Slot::Finished),
    ("seconds", Slot::Asked),
    ("size", Slot::Asked),
    ("quality", Slot::Asked),
    ("inputs", Slot::Asked),
    ("unsigned_urls[]", Slot::OutputUrl),
    ("urls[]", Slot::OutputUrl),
    ("video.url", Slot::OutputUrl),
    ("video.duration", Slot::OutputDuration),
    ("outputs.video_url", Slot::OutputUrl),
    ("metadata.url", Slot::OutputUrl),
    ("metadata.video_url", Slot::OutputUrl),
    ("error", Slot::Failure),
    ("info.errors", Slot::Failure),
];

/// What was made, at xAI.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MadeVideo {
    /// Where it is, for a while.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// How long it plays, in seconds.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub duration: Option<f64>,
    /// Whether it passed moderation. `false` means that it is kept back.
    #[serde(deserialize_with = "lenient::boolean", skip_serializing_if = "Option::is_none")]
    pub respect_moderation: Option<bool>,
}

/// Shows no query of a URL.
impl fmt::Debug for MadeVideo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MadeVideo")
            .field("url", &self.url.as_deref().map(redact::url))
            .field("duration", &self.duration)
            .field("respect_moderation", &self.respect_moderation)
            .finish()
    }
}

/// What was made, at Together.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Outputs {
    /// What it cost.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub cost: Option<f64>,
    /// Where it is.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub video_url: Option<String>,
}

/// Shows no query of a URL.
impl fmt::Debug for Outputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outputs")
            .field("cost", &self.cost)
            .field("video_url", &self.video_url.as_deref().map(redact::url))
            .finish()
    }
}

/// What it cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Usage {
    /// In US dollars. OpenRouter.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub cost: Option<f64>,
    /// Whether it was made with a key of one's own at the vendor. OpenRouter.
    #[serde(deserialize_with = "lenient::boolean", skip_serializing_if = "Option::is_none")]
    pub is_byok: Option<bool>,
    /// In ticks, of which ten thousand millions are a US dollar. xAI.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub cost_in_usd_ticks: Option<f64>,
    /// How many seconds were made. LiteLLM.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub duration_seconds: Option<f64>,
}

/// What else Together knew, on an older page.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Info {
    /// Whose it is.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Why it failed.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub errors: Option<String>,
}

/// Shows no query of a URL.
impl fmt::Debug for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Info")
            .field("user_id", &self.user_id)
            .field("errors", &self.errors.as_deref().map(redact::text))
            .finish()
    }
}

/// Why a generation failed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct JobError {
    /// A code. An open set: OpenAI names none.
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

/// The answer of `GET /videos`. OpenAI, Azure, LiteLLM.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct VideoList {
    /// Always `list`.
    #[serde(deserialize_with = "lenient::text")]
    pub object: Option<String>,
    /// The videos, each a [`Video`]. Kept as they came: one that is no video must not lose the others.
    #[serde(deserialize_with = "items")]
    pub data: Option<Vec<Json>>,
    /// The id of the first one. `null` where there is none.
    #[serde(deserialize_with = "lenient::text")]
    pub first_id: Option<String>,
    /// The id of the last one. `null` where there is none.
    #[serde(deserialize_with = "lenient::text")]
    pub last_id: Option<String>,
    /// Whether there are more.
    #[serde(deserialize_with = "lenient::boolean")]
    pub has_more: Option<bool>,
}

/// The answer of `DELETE /videos/{id}`. OpenAI, Azure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Deleted {
    /// The id of what was deleted.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether it was.
    #[serde(deserialize_with = "lenient::boolean", skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
    /// Always `video.deleted`.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
}

/// The body of an error answer.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ErrorEnvelope {
    /// What is wrong: an object, or a text at xAI.
    #[serde(deserialize_with = "api_error", skip_serializing_if = "Option::is_none")]
    pub error: Option<ApiError>,
    /// A code beside it. xAI and new-api, in some of their errors.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What is wrong, in prose. new-api, in some of its errors.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What is wrong, in prose. LiteLLM, in errors of its framework.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Shows no query of a URL.
impl fmt::Debug for ErrorEnvelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorEnvelope")
            .field("error", &self.error)
            .field("code", &self.code.as_deref().map(redact::text))
            .field("message", &self.message.as_deref().map(redact::text))
            .field("detail", &self.detail.as_deref().map(redact::text))
            .finish()
    }
}

/// What an error answer says.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ApiError {
    /// What went wrong, in prose.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// A kind such as `invalid_request_error`.
    #[serde(
        rename = "type",
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub kind: Option<String>,
    /// The parameter that is wrong.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    /// A code such as `invalid_api_key`. The HTTP status, a number, at OpenRouter, and as text at LiteLLM.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// More about it. OpenRouter.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub metadata: Option<ErrorMetadata>,
}

/// Shows no query of a URL.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("message", &self.message.as_deref().map(redact::text))
            .field("kind", &self.kind.as_deref().map(redact::text))
            .field("param", &self.param)
            .field("code", &self.code.as_deref().map(redact::text))
            .field("metadata", &self.metadata)
            .finish()
    }
}

/// More about an error of OpenRouter's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ErrorMetadata {
    /// Why moderation flagged the input: only then it is there.
    #[serde(deserialize_with = "texts", skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<String>>,
    /// Whose error it is.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub provider_name: Option<String>,
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

/// The texts of a list that are not blank; anything else than a list is `None`.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let items: Option<Vec<Json>> = Json::deserialize(deserializer)?.parse().ok();
    Ok(items.map(|items| {
        let texts = items.iter().filter_map(|item| item.parse::<String>().ok());
        texts.filter(|text| !text.trim().is_empty()).collect()
    }))
}

/// The objects of a list, as they came; anything else than a list is `None`.
fn items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Json>>, D::Error> {
    let items: Option<Vec<Json>> = Json::deserialize(deserializer)?.parse().ok();
    // A struct could be read from an array too, member by member.
    Ok(items.map(|items| items.into_iter().filter(|it| it.get().starts_with('{')).collect()))
}
