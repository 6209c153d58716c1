//! fal's JSON under its own names: what the queue says, what a model gives, and errors.
//!
//! Read leniently: a member that is missing, `null` or empty is `None`, and numbers may be written as text.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use videogen_core::fields::{FieldMap, Slot};
use videogen_core::{Json, json, lenient, redact};

/// What the queue says of a request: the answer to a submission, and that of `GET …/status`.
///
/// From the references "Submit a request" and "Get request status" (<https://fal.ai/docs/inference-api/queue/status>) and the page
/// "Asynchronous Inference" (<https://fal.ai/docs/documentation/model-apis/inference/queue>). Serialises as fal does, without the members that have
/// nothing to say.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct QueueStatus {
    /// `IN_QUEUE`, `IN_PROGRESS` or `COMPLETED`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The request's id, a UUID.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The id of the last attempt, where the page of webhooks shows an answer to a submission.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub gateway_request_id: Option<String>,
    /// Where the result is.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub response_url: Option<String>,
    /// Where the status is.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub status_url: Option<String>,
    /// Where it is cancelled.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub cancel_url: Option<String>,
    /// How many requests are before it, while it is `IN_QUEUE`.
    #[serde(deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub queue_position: Option<i64>,
    /// The runner's lines, if they were asked for, in order. See [`LogLine`].
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub logs: Option<Json>,
    /// Numbers of a request that is `COMPLETED`.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Metrics>,
    /// Why it failed, for people. There only if it failed.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Why it failed, as a word of the page "Request Error Types". There only if it failed.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub error_type: Option<String>,
}

/// Shows no query of a URL.
impl fmt::Debug for QueueStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueStatus")
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("gateway_request_id", &self.gateway_request_id)
            .field("response_url", &self.response_url.as_deref().map(redact::url))
            .field("status_url", &self.status_url.as_deref().map(redact::url))
            .field("cancel_url", &self.cancel_url.as_deref().map(redact::url))
            .field("queue_position", &self.queue_position)
            .field("logs", &self.logs)
            .field("metrics", &self.metrics)
            .field("error", &self.error.as_deref().map(redact::text))
            .field("error_type", &self.error_type)
            .finish()
    }
}

/// Where the members of [`QueueStatus`] are in videogen's model. Its URLs, logs and metrics stay under fal's names.
pub const QUEUE_FIELDS: FieldMap = &[
    ("status", Slot::Status),
    ("queue_position", Slot::QueuePosition),
    ("error", Slot::Failure),
    ("error_type", Slot::Failure),
];

/// Numbers of a request that has ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Metrics {
    /// How long the runner took, in seconds.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub inference_time: Option<f64>,
}

/// A line of a runner's log.
///
/// From copies of the page: one shows `message` and `timestamp`, one names `level` and `source` too, and one shows `labels`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LogLine {
    /// The line.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `STDERR`, `STDOUT`, `ERROR`, `INFO`, `WARN` or `DEBUG`.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// `USER`.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// When it was written, in RFC 3339, or without a zone as an older copy of the page prints it.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// What else there is to it, an object: in the printed examples it is empty.
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub labels: Option<Json>,
}

/// Shows no query of a URL: models log what they fetch.
impl fmt::Debug for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogLine")
            .field("message", &self.message.as_deref().map(redact::text))
            .field("level", &self.level)
            .field("source", &self.source)
            .field("timestamp", &self.timestamp)
            .field("labels", &self.labels)
            .finish()
    }
}

/// What a model gives, as far as models are alike: each has a schema of its own.
///
/// From the page "Asynchronous Inference": "video generation models return a `video` object, and audio/speech models return an `audio_url` or
/// `audio` object", images come as `images` in its example; `videos` and `image` are the same in models' own schemas. What else
/// is there is in [`Generation::other_fields`](videogen_core::Generation::other_fields).
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ModelOutput {
    /// The video.
    #[serde(deserialize_with = "file", skip_serializing_if = "Option::is_none")]
    pub video: Option<File>,
    /// The videos.
    #[serde(deserialize_with = "files", skip_serializing_if = "Vec::is_empty")]
    pub videos: Vec<File>,
    /// The image.
    #[serde(deserialize_with = "file", skip_serializing_if = "Option::is_none")]
    pub image: Option<File>,
    /// The images.
    #[serde(deserialize_with = "files", skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<File>,
    /// The sound.
    #[serde(deserialize_with = "file", skip_serializing_if = "Option::is_none")]
    pub audio: Option<File>,
    /// The sound, at other models.
    #[serde(deserialize_with = "file", skip_serializing_if = "Option::is_none")]
    pub audio_url: Option<File>,
    /// The prompt that was used.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The seed that was used: a number that may have more digits than a float.
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub seed: Option<Json>,
    /// Whether the safety checker found something in each of the outputs, in order. See [`nsfw_flags`](crate::nsfw_flags).
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub has_nsfw_concepts: Option<Json>,
    /// The result, where an envelope has it beside `"status": "COMPLETED"`, as an older copy of the page prints it.
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub response: Option<Json>,
}

/// Shows no query of a URL, and of the prompt none either.
impl fmt::Debug for ModelOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelOutput")
            .field("video", &self.video)
            .field("videos", &self.videos)
            .field("image", &self.image)
            .field("images", &self.images)
            .field("audio", &self.audio)
            .field("audio_url", &self.audio_url)
            .field("prompt", &self.prompt.as_deref().map(redact::text))
            .field("seed", &self.seed)
            .field("has_nsfw_concepts", &self.has_nsfw_concepts)
            .field("response", &self.response)
            .finish()
    }
}

/// Where the members of [`ModelOutput`] are in videogen's model, of a result that has the queue's answer below
/// [`QUEUE`](crate::QUEUE).
pub const OUTPUT_FIELDS: FieldMap = &[
    ("video.url", Slot::OutputUrl),
    ("video.file_name", Slot::OutputName),
    ("video.duration", Slot::OutputDuration),
    ("videos[].url", Slot::OutputUrl),
    ("videos[].file_name", Slot::OutputName),
    ("videos[].duration", Slot::OutputDuration),
    ("image.url", Slot::OutputUrl),
    ("image.file_name", Slot::OutputName),
    ("images[].url", Slot::OutputUrl),
    ("images[].file_name", Slot::OutputName),
    ("audio.url", Slot::OutputUrl),
    ("audio.file_name", Slot::OutputName),
    ("audio.duration", Slot::OutputDuration),
    ("audio_url.url", Slot::OutputUrl),
    ("audio_url.file_name", Slot::OutputName),
    ("audio_url.duration", Slot::OutputDuration),
    ("prompt", Slot::Prompt),
    ("detail[].type", Slot::Failure),
    ("detail[].msg", Slot::Failure),
    ("error_type", Slot::Failure),
    ("queue.status", Slot::Status),
    ("queue.error", Slot::Failure),
    ("queue.error_type", Slot::Failure),
];

/// A file that a model made, on fal's CDN. Models with more to say of one have it in its schema.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct File {
    /// Where it is.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its type, such as `video/mp4`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Its name.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// How long it is, in bytes.
    #[serde(deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
    /// How wide the picture is, in pixels.
    #[serde(deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// How high the picture is, in pixels.
    #[serde(deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
    /// How long it plays, in seconds.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub duration: Option<f64>,
}

/// Shows no query of a URL.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("url", &self.url.as_deref().map(redact::url))
            .field("content_type", &self.content_type)
            .field("file_name", &self.file_name)
            .field("file_size", &self.file_size)
            .field("width", &self.width)
            .field("height", &self.height)
            .field("duration", &self.duration)
            .finish()
    }
}

/// The body of an error: of a model ([`Detail::List`]), of the platform ([`Detail::Text`] with a type), or of the queue (`status`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ErrorBody {
    /// What went wrong.
    #[serde(deserialize_with = "detail", skip_serializing_if = "Option::is_none")]
    pub detail: Option<Detail>,
    /// A word of the page "Request Error Types".
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub error_type: Option<String>,
    /// `NOT_FOUND` or `ALREADY_COMPLETED`, of the queue.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// `detail` of an error.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a text or a list, and anything else is its JSON as a text"
)]
pub enum Detail {
    /// For people.
    Text(String),
    /// What is wrong, each with a type.
    List(Vec<ErrorDetail>),
}

impl Serialize for Detail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(list) => list.serialize(serializer),
        }
    }
}

/// An error of a model, from the page "Model Errors" (<https://fal.ai/docs/documentation/model-apis/errors>).
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// Where in the request it is: `["body", "prompt"]`, or `["body"]` for all of it.
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub loc: Option<Json>,
    /// What is wrong, for people.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub msg: Option<String>,
    /// What is wrong, for programs, such as `content_policy_violation`.
    #[serde(
        rename = "type",
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub kind: Option<String>,
    /// The page about that type.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// More about it, for programs: `{"max_height": 1024}`.
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub ctx: Option<Json>,
    /// What was submitted there.
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub input: Option<Json>,
}

/// Shows nothing of what was submitted.
impl fmt::Debug for ErrorDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorDetail")
            .field("loc", &self.loc.as_ref().map(|loc| redact::text(loc.get()).into_owned()))
            .field("msg", &self.msg.as_deref().map(redact::text))
            .field("kind", &self.kind)
            .field("ctx", &self.ctx)
            .field("input", &self.input)
            .finish_non_exhaustive()
    }
}

/// The answer of `PUT …/cancel`, from the reference "Cancel a request" (<https://fal.ai/docs/inference-api/queue/cancel>).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CancelAnswer {
    /// `OK`, `CANCELLATION_REQUESTED`, `ALREADY_COMPLETED` or `NOT_FOUND`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether it was cancelled, in models' own OpenAPI documents.
    #[serde(deserialize_with = "lenient::boolean", skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
}

/// What a webhook says, from the page "Webhooks" (<https://fal.ai/docs/documentation/model-apis/inference/webhooks>).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct WebhookBody {
    /// The request's id.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The id of the last attempt.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub gateway_request_id: Option<String>,
    /// `OK` or `ERROR`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Why it failed, for people.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The result, or the body of the error.
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub payload: Option<Json>,
    /// Why the payload is not there.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub payload_error: Option<String>,
}

/// An object; a bare text counts as its URL, as some models have it.
fn file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<File>, D::Error> {
    Ok(file_of(&Json::deserialize(deserializer)?))
}

/// A list of what [`file`](file()) reads. What is none of them is left out; anything else than a list is empty.
fn files<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<File>, D::Error> {
    let items: Vec<Json> = Json::deserialize(deserializer)?.parse().unwrap_or_default();
    Ok(items.iter().filter_map(file_of).collect())
}

fn file_of(json: &Json) -> Option<File> {
    if json.get().starts_with('{') {
        return json.parse().ok();
    }
    let url: String = json.parse().ok()?;
    (!url.trim().is_empty()).then(|| File { url: Some(url), ..File::default() })
}

/// A text, or a list of objects, or one object; anything else is its JSON.
fn detail<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Detail>, D::Error> {
    let json = Json::deserialize(deserializer)?;
    let list: Vec<ErrorDetail> = match json.get().as_bytes().first() {
        Some(b'[') => {
            let items: Vec<Json> = json.parse().unwrap_or_default();
            let objects = items.iter().filter(|item| item.get().starts_with('{'));
            objects.filter_map(|item| item.parse().ok()).collect()
        }
        Some(b'{') => json.parse().ok().into_iter().collect(),
        _ => Vec::new(),
    };
    if !list.is_empty() {
        return Ok(Some(Detail::List(list)));
    }
    lenient::text(json_deserializer(&json))
        .map_err(serde::de::Error::custom)
        .map(|text| text.map(Detail::Text))
}

fn json_deserializer(json: &Json) -> serde_json::Value {
    json.parse().unwrap_or_default()
}
