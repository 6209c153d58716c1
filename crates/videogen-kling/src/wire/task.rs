//! Tasks of the newer API, as the page "Text to Video" of Kling 3.0 Turbo
//! (<https://kling.ai/document-api/api/video/3-0-turbo/text-to-video>) and its siblings describe them, all alike.

use std::fmt;

use serde::{Deserialize, Serialize};
use videogen_core::fields::{FieldMap, Slot};
use videogen_core::{Json, lenient, redact};

use super::items;

/// A task: what `POST /<product>/<model>` answers with, an item of `GET /tasks` and of `POST /tasks`, and a callback's body.
///
/// Serialises as Kling does, without the members that have nothing to say.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Task {
    /// The task's id.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `submitted`, `processing`, `succeeded` or `failed`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Why it failed, in prose: the only place where it is said that the platform's content control did it.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When it was made, in unix milliseconds.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub create_time: Option<f64>,
    /// When it last changed, in unix milliseconds.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub update_time: Option<f64>,
    /// The caller's own id of it: `options.external_task_id` of the submission.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What it made, once it succeeded.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Output>,
    /// What it cost.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    pub billing: Vec<Billing>,
}

/// Shows no query of a URL.
impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("message", &self.message.as_deref().map(redact::text))
            .field("create_time", &self.create_time)
            .field("update_time", &self.update_time)
            .field("external_id", &self.external_id.as_deref().map(redact::text))
            .field("outputs", &self.outputs)
            .field("billing", &self.billing)
            .finish()
    }
}

/// One thing that a task made. Which members are there depends on `type`; those of voices and elements are not modelled.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Output {
    /// `video`, `image`, `audio`, `element` or `voice`.
    #[serde(
        rename = "type",
        deserialize_with = "lenient::string",
        skip_serializing_if = "Option::is_none"
    )]
    pub kind: Option<String>,
    /// Kling's id of it. Images have none.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where it is. Cleared after 30 days.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where it is with a watermark.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub watermark_url: Option<String>,
    /// How long a video plays, in seconds, as text.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// Which images belong together.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Where a sound is as MP3.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub mp3_url: Option<String>,
    /// Where a sound is as WAV.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub wav_url: Option<String>,
    /// How long the MP3 plays, in seconds, as text.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub mp3_duration: Option<String>,
    /// How long the WAV plays, in seconds, as text.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub wav_duration: Option<String>,
}

/// Shows no query of a URL.
impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output")
            .field("kind", &self.kind)
            .field("id", &self.id)
            .field("url", &self.url.as_deref().map(redact::url))
            .field("watermark_url", &self.watermark_url.as_deref().map(redact::url))
            .field("duration", &self.duration)
            .field("group_id", &self.group_id)
            .field("mp3_url", &self.mp3_url.as_deref().map(redact::url))
            .field("wav_url", &self.wav_url.as_deref().map(redact::url))
            .finish_non_exhaustive()
    }
}

/// What a task cost one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Billing {
    /// `unit` for the units of a resource package, `cash` for the balance.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub charge_type: Option<String>,
    /// Of cash: `balance` or `test_balance`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub cash_type: Option<String>,
    /// How much, in units or in the currency, as text.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Of cash: `CNY` or `USD`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Of units: `video`, `image` or `audio`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub package_type: Option<String>,
    /// Of cash: what it costs without discount, as text.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub list_price: Option<String>,
}

/// `data` of `POST /tasks`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TaskPage {
    /// The tasks, each a [`Task`]. Kept as they came: one that is none must not lose the others.
    #[serde(deserialize_with = "items", skip_serializing_if = "Option::is_none")]
    pub result: Option<Vec<Json>>,
    /// How many there are.
    #[serde(deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// Where the next page begins.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Whether there is one.
    #[serde(deserialize_with = "lenient::boolean", skip_serializing_if = "Option::is_none")]
    pub has_more: Option<bool>,
}

macro_rules! fields {
    ($($envelope:expr,)? in $data:literal) => {
        &[
            $(("code", $envelope), ("message", Slot::Constant("SUCCEED")),)?
            (concat!($data, "id"), Slot::Id),
            (concat!($data, "status"), Slot::Status),
            (concat!($data, "message"), Slot::Failure),
            (concat!($data, "create_time"), Slot::Created),
            (concat!($data, "update_time"), Slot::Updated),
            (concat!($data, "external_id"), Slot::Asked),
            (concat!($data, "outputs[].url"), Slot::OutputUrl),
            (concat!($data, "outputs[].watermark_url"), Slot::OutputUrl),
            (concat!($data, "outputs[].mp3_url"), Slot::OutputUrl),
            (concat!($data, "outputs[].wav_url"), Slot::OutputUrl),
            (concat!($data, "outputs[].duration"), Slot::OutputDuration),
            (concat!($data, "outputs[].mp3_duration"), Slot::OutputDuration),
            (concat!($data, "outputs[].wav_duration"), Slot::OutputDuration),
        ]
    };
}

/// Where the members of the answer of `GET /tasks` are in videogen's model.
pub const FIELDS: FieldMap = fields!(Slot::Constant("0"), in "data[].");

/// The same of the answer to a submission.
pub const MADE_FIELDS: FieldMap = fields!(Slot::Constant("0"), in "data.");

/// The same of a task by itself: an item of `POST /tasks`, and a callback's body.
pub const LISTED_FIELDS: FieldMap = fields!(in "");
