//! Newcomer's JSON under its own names, as the page TO BE REPLACED describes it.
//!
//! Read leniently: a member that is missing, `null` or of another form is `None`.

use serde::Deserialize;
use videogen_core::fields::{FieldMap, Slot};
use videogen_core::lenient;

/// The answer of `GET /videos/{id}`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Video {
    /// The video's id.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    /// One of [`STATUSES`](crate::STATUSES).
    #[serde(deserialize_with = "lenient::string")]
    pub(crate) status: Option<String>,
    /// The prompt.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) prompt: Option<String>,
    /// Where the video is, when it succeeded.
    #[serde(deserialize_with = "lenient::string")]
    pub(crate) url: Option<String>,
    /// Why it failed, when it failed.
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) error: Option<Problem>,
}

/// Where the members of [`Video`] are in videogen's model.
pub(crate) const FIELDS: FieldMap = &[
    ("id", Slot::Id),
    ("status", Slot::Status),
    ("prompt", Slot::Prompt),
    ("url", Slot::OutputUrl),
    ("error", Slot::Failure),
];

/// The body of an error answer.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ErrorBody {
    /// What it holds.
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) error: Option<Problem>,
}

/// What went wrong.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Problem {
    /// A code.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) code: Option<String>,
    /// What went wrong, in prose.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) message: Option<String>,
}
