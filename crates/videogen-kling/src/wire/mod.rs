//! Kling's JSON under its own names.
//!
//! Read leniently: a member that is missing, `null` or empty is `None`, and numbers may be written as text.
//!
//! Everything is in an [`Envelope`]. What is in it differs between Kling's two APIs: [`Task`] in the newer one, [`LegacyTask`]
//! in the older one.

mod account;
mod legacy;
mod task;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use videogen_core::{Json, json, lenient, redact};

pub use account::{Costs, ResourcePack};
pub use legacy::{
    BalanceDeduction, LEGACY_FIELDS, LEGACY_LISTED_FIELDS, LegacyTask, LegacyVideo, ParentVideo,
    TaskInfo, TaskResult, WatermarkInfo,
};
pub use task::{Billing, FIELDS, LISTED_FIELDS, MADE_FIELDS, Output, Task, TaskPage};

/// What every answer of Kling's is in, also that of an error.
///
/// Serialises as Kling does, without the members that have nothing to say.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Envelope {
    /// 0, or what is wrong with the request: see [`DOCUMENTED_ERRORS`](crate::DOCUMENTED_ERRORS).
    #[serde(deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// What is wrong, in prose. `SUCCEED` where nothing is, as it was seen.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Kling's id of the request.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What was asked for. The page "Concurrency Rules" prints an error without it.
    #[serde(deserialize_with = "json::optional", skip_serializing_if = "Option::is_none")]
    pub data: Option<Json>,
}

/// Shows no query of a URL.
impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("code", &self.code)
            .field("message", &self.message.as_deref().map(redact::text))
            .field("request_id", &self.request_id)
            .field("data", &self.data)
            .finish()
    }
}

/// The objects of a list, as they came; anything else than a list is `None`.
fn items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Json>>, D::Error> {
    let items: Option<Vec<Json>> = Json::deserialize(deserializer)?.parse().ok();
    // A struct could be read from an array too, member by member.
    Ok(items.map(|items| items.into_iter().filter(|it| it.get().starts_with('{')).collect()))
}
