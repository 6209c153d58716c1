//! Tasks of the older API, as the page "Avatar" (<https://kling.ai/document-api/api/video/avatar>) and the older pages of the other
//! kinds, such as <https://kling.ai/document-api/apiReference/model/textToVideo>, describe them, all alike.

use std::fmt;

use serde::{Deserialize, Serialize};
use videogen_core::fields::{FieldMap, Slot};
use videogen_core::{lenient, redact};

/// A task: `data` of `POST /v1/videos/<kind>` and of `GET /v1/videos/<kind>/<id>`, an item of `GET /v1/videos/<kind>`, and a
/// callback's body.
///
/// Serialises as Kling does, without the members that have nothing to say.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LegacyTask {
    /// The task's id.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
    /// `submitted`, `processing`, `succeed` or `failed`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub task_status: Option<String>,
    /// Why it failed, in prose: the only place where it is said that the platform's content control did it.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub task_status_msg: Option<String>,
    /// What it was made with.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub task_info: Option<TaskInfo>,
    /// What it made, once it succeeded.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub task_result: Option<TaskResult>,
    /// Whether a video with a watermark was asked for too.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub watermark_info: Option<WatermarkInfo>,
    /// What it cost in units, as text.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub final_unit_deduction: Option<String>,
    /// What it cost of the balance.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub final_balance_deduction: Option<BalanceDeduction>,
    /// When it was made, in unix milliseconds.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub created_at: Option<f64>,
    /// When it last changed, in unix milliseconds.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub updated_at: Option<f64>,
}

/// Shows no query of a URL.
impl fmt::Debug for LegacyTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LegacyTask")
            .field("task_id", &self.task_id)
            .field("task_status", &self.task_status)
            .field("task_status_msg", &self.task_status_msg.as_deref().map(redact::text))
            .field("task_info", &self.task_info)
            .field("task_result", &self.task_result)
            .field("watermark_info", &self.watermark_info)
            .field("final_unit_deduction", &self.final_unit_deduction)
            .field("final_balance_deduction", &self.final_balance_deduction)
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .finish()
    }
}

/// What a task was made with.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TaskInfo {
    /// The caller's own id of the task.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub external_task_id: Option<String>,
    /// The video that was gone on with or worked on.
    #[serde(deserialize_with = "lenient::object", skip_serializing_if = "Option::is_none")]
    pub parent_video: Option<ParentVideo>,
}

/// Shows no query of a URL.
impl fmt::Debug for TaskInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskInfo")
            .field("external_task_id", &self.external_task_id.as_deref().map(redact::text))
            .field("parent_video", &self.parent_video)
            .finish()
    }
}

/// The video that a task went on with or worked on.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ParentVideo {
    /// Kling's id of it.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where it is.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// How long it plays, in seconds, as text.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
}

/// Shows no query of a URL.
impl fmt::Debug for ParentVideo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParentVideo")
            .field("id", &self.id)
            .field("url", &self.url.as_deref().map(redact::url))
            .field("duration", &self.duration)
            .finish()
    }
}

/// What a task made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TaskResult {
    /// The videos: one, as far as the pages go.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    pub videos: Vec<LegacyVideo>,
    /// The images. Tasks of `/v1/videos` have none, but callbacks have the member.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<LegacyVideo>,
}

/// A video, or an image, which has no `duration`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LegacyVideo {
    /// Kling's id of it. Images have none.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where it is. Cleared after 30 days.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where it is with a watermark.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub watermark_url: Option<String>,
    /// How long it plays, in seconds, as text. Effects have none.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
}

/// Shows no query of a URL.
impl fmt::Debug for LegacyVideo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LegacyVideo")
            .field("id", &self.id)
            .field("url", &self.url.as_deref().map(redact::url))
            .field("watermark_url", &self.watermark_url.as_deref().map(redact::url))
            .field("duration", &self.duration)
            .finish()
    }
}

/// Whether a video with a watermark was asked for too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct WatermarkInfo {
    /// Whether it was.
    #[serde(deserialize_with = "lenient::boolean", skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// What a task cost of the balance. The currency is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct BalanceDeduction {
    /// With discount, as text.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub quota: Option<String>,
    /// Without discount, as text.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub list_price: Option<String>,
}

macro_rules! fields {
    ($($envelope:expr,)? in $data:literal) => {
        &[
            $(("code", $envelope), ("message", Slot::Constant("SUCCEED")),)?
            (concat!($data, "task_id"), Slot::Id),
            (concat!($data, "task_status"), Slot::Status),
            (concat!($data, "task_status_msg"), Slot::Failure),
            (concat!($data, "task_info"), Slot::Asked),
            (concat!($data, "watermark_info"), Slot::Asked),
            (concat!($data, "created_at"), Slot::Created),
            (concat!($data, "updated_at"), Slot::Updated),
            (concat!($data, "task_result.videos[].url"), Slot::OutputUrl),
            (concat!($data, "task_result.videos[].watermark_url"), Slot::OutputUrl),
            (concat!($data, "task_result.videos[].duration"), Slot::OutputDuration),
            (concat!($data, "task_result.images[].url"), Slot::OutputUrl),
            (concat!($data, "task_result.images[].watermark_url"), Slot::OutputUrl),
        ]
    };
}

/// Where the members of an answer about one task are in videogen's model.
pub const LEGACY_FIELDS: FieldMap = fields!(Slot::Constant("0"), in "data.");

/// The same of a task by itself: an item of a list, and a callback's body.
pub const LEGACY_LISTED_FIELDS: FieldMap = fields!(in "");
