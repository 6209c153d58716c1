//! Prism's JSON under its own names, as the page "Get generation" (<https://docs.prismvideos.com>) describes it: generations, errors, and
//! what lists have in common. What is in the lists is at the crate's root.
//!
//! Read leniently: a member that is missing, `null` or empty is `None`.

use serde::{Deserialize, Serialize};
use videogen_core::fields::{FieldMap, Slot};
use videogen_core::{lenient, redact};

pub use crate::page::{Data, Paged, Pagination};

/// The answer of `GET /generations/{id}`.
///
/// Serialises as Prism does, with every member, `null` where there is nothing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Generation {
    /// The generation's id.
    #[serde(deserialize_with = "lenient::text")]
    pub id: Option<String>,
    /// `generating`, `completed` or `failed`.
    #[serde(deserialize_with = "lenient::string")]
    pub status: Option<String>,
    /// The template, if it was generated from one.
    #[serde(deserialize_with = "lenient::text")]
    pub template_id: Option<String>,
    /// Presigned URL of the video, good for one hour. Only when completed.
    #[serde(deserialize_with = "lenient::string")]
    pub video_url: Option<String>,
    /// Public share page. Only when completed; older pages do not have it.
    #[serde(deserialize_with = "lenient::string")]
    pub share_url: Option<String>,
    /// When it was submitted, ISO 8601.
    #[serde(deserialize_with = "lenient::text")]
    pub created_at: Option<String>,
    /// When it finished, ISO 8601. Only when completed: a failed generation has none.
    #[serde(deserialize_with = "lenient::text")]
    pub completed_at: Option<String>,
    /// What went wrong, in prose. Only when failed.
    #[serde(deserialize_with = "lenient::text")]
    pub error: Option<String>,
}

/// Shows no query of a URL.
impl std::fmt::Debug for Generation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Generation")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("template_id", &self.template_id)
            .field("video_url", &self.video_url.as_deref().map(redact::url))
            .field("share_url", &self.share_url.as_deref().map(redact::url))
            .field("created_at", &self.created_at)
            .field("completed_at", &self.completed_at)
            .field("error", &self.error.as_deref().map(redact::text))
            .finish()
    }
}

/// Where the members of [`Generation`] are in videogen's model.
pub const FIELDS: FieldMap = &[
    ("id", Slot::Id),
    ("status", Slot::Status),
    ("template_id", Slot::Asked),
    ("video_url", Slot::OutputUrl),
    ("share_url", Slot::OutputUrl),
    ("created_at", Slot::Created),
    ("completed_at", Slot::Finished),
    ("error", Slot::Failure),
];

/// The answer of `POST /templates/{id}/generate`.
///
/// Also read as the answer of `POST /generations`, whose page is cut before it: then a bare generation, with `id` or
/// `generation_id`, is understood too. Inferred.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Submitted {
    /// What was begun: one or several.
    #[serde(deserialize_with = "lenient::list")]
    pub generations: Vec<SubmittedGeneration>,
    /// The generation's id, where there is no list.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub generation_id: Option<String>,
    /// The same by the name that the status answer uses.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The template.
    #[serde(deserialize_with = "lenient::text")]
    pub template_id: Option<String>,
    /// The credits that were charged.
    #[serde(deserialize_with = "lenient::number", serialize_with = "lenient::write_number")]
    pub credits_charged: Option<f64>,
    /// How long it is expected to take.
    #[serde(deserialize_with = "lenient::object")]
    pub latency_estimate_sec: Option<LatencyEstimate>,
}

/// One generation that was begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SubmittedGeneration {
    /// Its id; `id` in the status answer.
    #[serde(deserialize_with = "lenient::text")]
    pub generation_id: Option<String>,
    /// Its status.
    #[serde(deserialize_with = "lenient::string")]
    pub status: Option<String>,
}

/// How long a generation is expected to take, in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LatencyEstimate {
    /// Usually.
    #[serde(deserialize_with = "lenient::number", serialize_with = "lenient::write_number")]
    pub typical: Option<f64>,
    /// When many are made at once.
    #[serde(deserialize_with = "lenient::number", serialize_with = "lenient::write_number")]
    pub busy: Option<f64>,
}

/// The body of an error answer.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Error {
    /// A code such as `unauthorized`.
    #[serde(deserialize_with = "lenient::text")]
    pub error: Option<String>,
    /// What went wrong, in prose.
    #[serde(deserialize_with = "lenient::text")]
    pub message: Option<String>,
}

/// Shows no query of a URL.
impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Error")
            .field("error", &self.error.as_deref().map(redact::text))
            .field("message", &self.message.as_deref().map(redact::text))
            .finish()
    }
}
