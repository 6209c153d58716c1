//! Google's JSON under its own names: `google.longrunning.Operation`, what Veo puts into it at the Gemini API
//! (<https://ai.google.dev/gemini-api/docs/video>) and at Vertex AI
//! (<https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation>,
//! <https://docs.cloud.google.com/gemini-enterprise-agent-platform/reference/rest/Shared.Types/GenerateVideoResponse>), and errors.
//!
//! Read leniently: a member that is missing, `null` or empty is `None`, and numbers may be written as text.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use videogen_core::fields::{FieldMap, Slot};
use videogen_core::{Json, OutputUrl, json, lenient, redact};

/// The answer of `predictLongRunning`, of `GET {name}` and of `fetchPredictOperation`.
///
/// Serialises as Google does, without the members that have nothing to say.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Operation {
    /// Its name: the generation's id.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whatever the service says of it. Nothing is documented for Veo.
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Json>,
    /// Whether it has ended. Missing while it has not: Google leaves out what is `false`.
    #[serde(deserialize_with = "lenient::boolean", skip_serializing_if = "Option::is_none")]
    pub done: Option<bool>,
    /// Why it failed, if it did.
    #[serde(deserialize_with = "status", skip_serializing_if = "Option::is_none")]
    pub error: Option<Status>,
    /// What it made, if it did not.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
}

/// Shows no query of a URL, no video and no metadata.
impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation")
            .field("name", &self.name.as_deref().map(redact::text))
            .field("metadata", &self.metadata)
            .field("done", &self.done)
            .field("error", &self.error)
            .field("response", &self.response)
            .finish()
    }
}

/// Where the members of [`Operation`] are in videogen's model, at the Gemini API.
pub const GEMINI_FIELDS: FieldMap = &[
    ("name", Slot::Id),
    ("done", Slot::Constant("true")),
    ("error.code", Slot::Failure),
    ("error.message", Slot::Failure),
    (
        "response.@type",
        Slot::Constant(
            "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse",
        ),
    ),
    ("response.generateVideoResponse.generatedSamples[].video.uri", Slot::OutputUrl),
    ("response.generateVideoResponse.generatedSamples[].video.encodedVideo", Slot::OutputUrl),
    ("response.generateVideoResponse.generatedSamples[].video.video", Slot::OutputUrl),
    ("response.generateVideoResponse.generatedSamples[].encoding", Slot::Constant("video/mp4")),
    (
        "response.generateVideoResponse.generatedSamples[].video.encoding",
        Slot::Constant("video/mp4"),
    ),
    ("response.generateVideoResponse.raiMediaFilteredCount", Slot::Constant("0")),
    ("response.generateVideoResponse.raiMediaFilteredReasons[]", Slot::Failure),
];

/// Where the members of [`Operation`] are in videogen's model, at Vertex AI.
pub const VERTEX_FIELDS: FieldMap = &[
    ("name", Slot::Id),
    ("done", Slot::Constant("true")),
    ("error.code", Slot::Failure),
    ("error.message", Slot::Failure),
    (
        "response.@type",
        Slot::Constant("type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"),
    ),
    ("response.videos[].gcsUri", Slot::OutputUrl),
    ("response.videos[].bytesBase64Encoded", Slot::OutputUrl),
    ("response.videos[].mimeType", Slot::Constant("video/mp4")),
    ("response.generatedSamples[]", Slot::OutputUrl),
    ("response.raiMediaFilteredCount", Slot::Constant("0")),
    ("response.raiMediaFilteredReasons[]", Slot::Failure),
];

/// What an operation made. The Gemini API has it one level further down, in `generateVideoResponse`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Response {
    /// The name of its type.
    #[serde(
        rename = "@type",
        deserialize_with = "lenient::string",
        skip_serializing_if = "Option::is_none"
    )]
    pub kind: Option<String>,
    /// All of it, at the Gemini API.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub generate_video_response: Option<GenerateVideoResponse>,
    /// How many videos safety filters held back, at Vertex AI.
    #[serde(deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub rai_media_filtered_count: Option<i64>,
    /// Why, at Vertex AI.
    #[serde(deserialize_with = "texts", skip_serializing_if = "Vec::is_empty")]
    pub rai_media_filtered_reasons: Vec<String>,
    /// The videos, at Vertex AI.
    #[serde(deserialize_with = "object_list", skip_serializing_if = "Vec::is_empty")]
    pub videos: Vec<VertexVideo>,
    /// The videos by an older name, which the reference of `v1beta1` calls deprecated.
    #[serde(deserialize_with = "samples", skip_serializing_if = "Vec::is_empty")]
    pub generated_samples: Vec<Sample>,
}

/// What the Gemini API has of what an operation made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct GenerateVideoResponse {
    /// The videos.
    #[serde(deserialize_with = "samples", skip_serializing_if = "Vec::is_empty")]
    pub generated_samples: Vec<Sample>,
    /// How many videos safety filters held back.
    #[serde(deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub rai_media_filtered_count: Option<i64>,
    /// Why.
    #[serde(deserialize_with = "texts", skip_serializing_if = "Vec::is_empty")]
    pub rai_media_filtered_reasons: Vec<String>,
}

/// A video of Vertex AI's: where it is, or the video itself.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct VertexVideo {
    /// Where it is in the caller's bucket: `gs://…`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub gcs_uri: Option<String>,
    /// The video itself, if no bucket was named.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub bytes_base64_encoded: Option<String>,
    /// Its media type, `video/mp4`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
}

/// Shows no query of a URL and no video.
impl fmt::Debug for VertexVideo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VertexVideo")
            .field("gcs_uri", &self.gcs_uri.as_deref().map(redact::url))
            .field("bytes_base64_encoded", &self.bytes_base64_encoded.as_deref().map(shown_bytes))
            .field("mime_type", &self.mime_type.as_deref().map(redact::text))
            .finish()
    }
}

/// A video of the Gemini API's.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Sample {
    /// Where it is, or the video itself.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub video: Option<Media>,
    /// Its media type, where the SDKs read it. The reference has it in [`Media`].
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sample")
            .field("video", &self.video)
            .field("encoding", &self.encoding.as_deref().map(redact::text))
            .finish()
    }
}

/// Where a video is, or the video itself.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Media {
    /// Where it is. Fetching it takes the key.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// The video itself, where the SDKs read it.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub encoded_video: Option<String>,
    /// The video itself, by the reference's other name.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub video: Option<String>,
    /// Its media type.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

/// Shows no query of a URL and no video.
impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Media")
            .field("uri", &self.uri.as_deref().map(redact::url))
            .field("encoded_video", &self.encoded_video.as_deref().map(shown_bytes))
            .field("video", &self.video.as_deref().map(shown_bytes))
            .field("encoding", &self.encoding.as_deref().map(redact::text))
            .finish()
    }
}

/// The answer of `GET /models/{model}/operations` at the Gemini API.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct OperationList {
    /// A list of [`Operation`]s; missing where there are none. Kept as it came: one that is none must not lose the others.
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub operations: Option<Json>,
    /// What asks for the next page, if there is one.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

/// The body of an error answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ErrorEnvelope {
    /// What it holds.
    #[serde(deserialize_with = "status")]
    pub error: Option<Status>,
}

/// `google.rpc.Status`: why an operation failed, and what an error answer says.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Status {
    /// A `google.rpc.Code` in an operation, the HTTP status in an error answer.
    #[serde(deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// What went wrong, in prose.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The name of the code, in an error answer.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// More, each an object with its type as `@type`.
    #[serde(deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Json>,
}

/// Shows no query of a URL.
impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Status")
            .field("code", &self.code)
            .field("message", &self.message.as_deref().map(redact::text))
            .field("status", &self.status.as_deref().map(redact::text))
            .field("details", &self.details)
            .finish()
    }
}

/// One of the `details`, of whichever type.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ErrorDetail {
    #[serde(rename = "@type", deserialize_with = "lenient::string")]
    pub(crate) kind: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) reason: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    pub(crate) retry_delay: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) request_id: Option<String>,
    #[serde(deserialize_with = "object_list")]
    pub(crate) violations: Vec<QuotaViolation>,
    #[serde(rename = "fieldViolations", deserialize_with = "object_list")]
    pub(crate) fields: Vec<FieldViolation>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct QuotaViolation {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) quota_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) subject: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct FieldViolation {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) field: Option<String>,
}

fn shown_bytes(base64: &str) -> OutputUrl {
    // Shows how long it is.
    OutputUrl::inline("", base64)
}

/// An object; a bare text counts as its message.
fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Status>, D::Error> {
    lenient::object_or_text(deserializer, |message| Status {
        message: Some(message),
        ..Status::default()
    })
}

/// A list of samples; a bare text in it counts as where the video is, as the reference of `v1beta1` has it.
fn samples<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Sample>, D::Error> {
    let of_text = |uri| {
        let video = Media { uri: Some(uri), ..Media::default() };
        Sample { video: Some(video), encoding: None }
    };
    let items: Vec<Json> = Json::deserialize(deserializer)?.parse().unwrap_or_default();
    let samples = items.iter().filter_map(|item| match item.get().as_bytes().first() {
        Some(b'"') => item.parse().ok().filter(|uri: &String| !uri.trim().is_empty()).map(of_text),
        Some(b'{') => item.parse().ok(),
        _ => None,
    });
    Ok(samples.collect())
}

/// A list of texts; one text is a list of one, and what is neither is left out.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Text(#[serde(deserialize_with = "lenient::text")] Option<String>);
    let json = Json::deserialize(deserializer)?;
    let items: Vec<Json> = match json.parse() {
        Ok(items) => items,
        Err(_) if json.get().starts_with('{') => Vec::new(),
        Err(_) => vec![json],
    };
    Ok(items.iter().filter_map(|item| item.parse::<Text>().ok()?.0).collect())
}

/// The objects of a list that are a `T`; anything else is empty.
fn object_list<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let items = items(deserializer)?.unwrap_or_default();
    Ok(items.iter().filter_map(|item| item.parse().ok()).collect())
}

/// The objects of a list, as they came; anything else is empty.
fn objects<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Json>, D::Error> {
    Ok(items(deserializer)?.unwrap_or_default())
}

/// The objects of a list, as they came; anything else than a list is `None`.
fn items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Json>>, D::Error> {
    let items: Option<Vec<Json>> = Json::deserialize(deserializer)?.parse().ok();
    // A struct could be read from an array too, member by member.
    Ok(items.map(|items| items.into_iter().filter(|it| it.get().starts_with('{')).collect()))
}
