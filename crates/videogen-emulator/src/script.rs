//! What an emulated generation does, as data.
//!
//! # As JSON
//!
//! ```
//! # use videogen_emulator::Script;
//! let script = Script::parse(r#"{
//!   "provider": "synclabs",
//!   "queued_s": 5,
//!   "running_s": 40,
//!   "ends": "failed",
//!   "error": "Failed to access the provided input video.",
//!   "error_code": "generation_input_video_inaccessible",
//!   "faults": [
//!     { "on": { "from": 1, "to": 2 }, "fault": "not_found" },
//!     { "on": 4, "fault": "too_many_requests", "retry_after_s": 3 },
//!     { "on": { "after_s": 20, "for_s": 10 }, "fault": "unavailable" }
//!   ]
//! }"#).unwrap();
//! # assert_eq!(script.faults.len(), 3);
//! ```
//!
//! | member | what it is | unless given |
//! |---|---|---|
//! | `provider` | `prism`, `token360`, `synclabs` or another that the emulator [has](crate::Emulator::with_side) | must be given |
//! | `id` | the generation's id | the emulator makes one like the provider's |
//! | `queued_s` | seconds in the queue. At Prism, which shows no queue, they add to `running_s` | 0 |
//! | `running_s` | seconds of being made. None for a generation that never ends | 0 |
//! | `ends` | `completed`, `failed`, `rejected`, `cancelled`, `expired` or `never`: see [`Ending`] | `completed` |
//! | `error` | why it did not succeed, in prose | a text like the provider's |
//! | `error_code` | the same as a code; Prism has none | a code like the provider's, if `error` is not given either |
//! | `model` | the model that is echoed; Prism echoes none | a model of the provider's |
//! | `prompt` | the prompt that is echoed; only Token360 echoes it | a prompt |
//! | `template_id` | the template that is echoed; only Prism has templates | none |
//! | `last_frame` | whether the last frame comes with the video; only Token360 has that | `false` |
//! | `faults` | what goes wrong and when: see [`Fault`] and [`When`]. Of several at once the first counts | none |
//! | `file_bytes` | how long the video is, [`MIN_FILE_BYTES`](crate::MIN_FILE_BYTES) to [`MAX_FILE_BYTES`](crate::MAX_FILE_BYTES) | [`DEFAULT_FILE_BYTES`] |
//! | `url_expires_after_s` | how long the URLs of each answer are good | an hour at Prism; for ever elsewhere, but 7 days for the file that Sync Labs' URL leads to |
//! | `fetches` | what goes wrong with fetching the video and when: see [`FetchFault`] and [`ScriptedFetch`]. Of several at once the first counts | none |
//! | `webhook` | where its webhook goes and what goes wrong with it: see [`WebhookPlan`] | where the submission says, once, when it is completed or failed |
//! | `outputs` | how many videos it makes, where [that can be](crate::Feature::Outputs) | 1 |
//! | `failed_outputs` | how many of them fail and do not come, the last ones, where [that can be](crate::Feature::FailedOutputs) | 0 |
//!
//! ```
//! # use videogen_emulator::Script;
//! let script = Script::parse(r#"{
//!   "provider": "prism",
//!   "file_bytes": 1073741824,
//!   "url_expires_after_s": 60,
//!   "fetches": [
//!     { "on": 1, "fault": "redirect", "hops": 2 },
//!     { "on": { "from": 1, "to": 3 }, "fault": "cut", "after_bytes": 65536 },
//!     { "on": 4, "fault": "unavailable", "retry_after_s": 1 },
//!     { "on": 5, "fault": "expired" }
//!   ],
//!   "webhook": { "url": "http://127.0.0.1:9000/hook", "late_s": 5, "doubled": true, "forged": true }
//! }"#).unwrap();
//! # assert_eq!(script.fetches.len(), 4);
//! ```
//!
//! Seconds may have fractions, and are at most [`MAX_SECONDS`].

mod check;
mod fault;
mod fetch;
mod form;
pub(crate) mod seconds;
mod webhook;
mod when;

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::output_file::DEFAULT_FILE_BYTES;
use crate::provider_name::ProviderName;

pub(crate) use check::only;
pub use fault::{Fault, RetryAfter, ScriptedFault};
pub use fetch::{FetchFault, ScriptedFetch};
pub(crate) use fetch::{HTTP, OTHER_HOST};
pub use seconds::MAX_SECONDS;
pub(crate) use seconds::text as seconds_text;
pub use webhook::WebhookPlan;
pub(crate) use webhook::target as webhook_target;
pub use when::When;

/// What an emulated generation does: how long it queues and runs, how it ends, which faults it throws.
///
/// See [the JSON form](crate::script).
///
/// ```
/// use std::time::Duration;
/// use videogen_emulator::{Fault, ProviderName, Script, When};
/// let script = Script::new(ProviderName::PRISM)
///     .running_for(Duration::from_secs(30))
///     .with_fault(When::polls(2..=4), Fault::ServerError);
/// assert!(script.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Script {
    /// Whose generation it is.
    pub provider: ProviderName,
    /// Its id. The emulator makes one if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How long it queues. `queued_s` in JSON.
    #[serde(
        default,
        rename = "queued_s",
        with = "seconds",
        skip_serializing_if = "Duration::is_zero"
    )]
    pub queued: Duration,
    /// How long it is being made. `running_s` in JSON.
    #[serde(
        default,
        rename = "running_s",
        with = "seconds",
        skip_serializing_if = "Duration::is_zero"
    )]
    pub running: Duration,
    /// How it ends.
    #[serde(default)]
    pub ends: Ending,
    /// Why it did not succeed, in prose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Why it did not succeed, as a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The model that is echoed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The prompt that is echoed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The template that is echoed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_id: Option<String>,
    /// Whether the last frame comes with the video.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub last_frame: bool,
    /// What goes wrong and when. Of several at once the first counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<ScriptedFault>,
    /// How long the video is, in bytes.
    #[serde(default = "usual_file_bytes", skip_serializing_if = "is_usual_file_bytes")]
    pub file_bytes: u64,
    /// How long the URLs of each answer are good, if another time than the provider's. `url_expires_after_s` in JSON.
    #[serde(
        default,
        rename = "url_expires_after_s",
        with = "seconds::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub url_lifetime: Option<Duration>,
    /// What goes wrong with fetching the video and when. Of several at once the first counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fetches: Vec<ScriptedFetch>,
    /// Where its webhook goes, and what goes wrong with it.
    #[serde(default, skip_serializing_if = "WebhookPlan::is_usual")]
    pub webhook: WebhookPlan,
    /// How many videos it makes.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub outputs: u32,
    /// How many of them fail, the last ones.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub failed_outputs: u32,
}

const fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_one(number: &u32) -> bool {
    *number == 1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

const fn usual_file_bytes() -> u64 {
    DEFAULT_FILE_BYTES
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_usual_file_bytes(bytes: &u64) -> bool {
    *bytes == DEFAULT_FILE_BYTES
}

/// How a generation ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Ending {
    /// With a video.
    #[default]
    Completed,
    /// Without success.
    Failed,
    /// Refused, at a provider that tells it from failed: see [`Side::endings`](crate::Side::endings).
    Rejected,
    /// Cancelled, in the same way.
    Cancelled,
    /// Timed out, in the same way.
    Expired,
    /// Not at all: it runs for ever.
    Never,
}

impl Ending {
    /// The ending as scripts write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Never => "never",
        }
    }
}

impl Script {
    /// A generation that is completed at once.
    #[must_use]
    pub const fn new(provider: ProviderName) -> Self {
        let webhook = WebhookPlan::USUAL;
        Self {
            webhook,
            provider,
            id: None,
            queued: Duration::ZERO,
            running: Duration::ZERO,
            ends: Ending::Completed,
            error: None,
            error_code: None,
            model: None,
            prompt: None,
            template_id: None,
            last_frame: false,
            faults: Vec::new(),
            file_bytes: DEFAULT_FILE_BYTES,
            url_lifetime: None,
            fetches: Vec::new(),
            outputs: 1,
            failed_outputs: 0,
        }
    }

    /// Reads a script from JSON and [checks](Script::check) it. Whether its provider is there, and has what it says, is checked
    /// when it is [added](crate::Emulator::add).
    ///
    /// # Errors
    ///
    /// When it is not JSON, or not a script that a generation can follow.
    pub fn parse(json: &str) -> Result<Self, ScriptError> {
        let script: Self = read(json, "a script")?;
        script.check()?;
        Ok(script)
    }

    /// This script with this id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// This script with this time in the queue.
    #[must_use]
    pub const fn queued_for(mut self, queued: Duration) -> Self {
        self.queued = queued;
        self
    }

    /// This script with this time of being made.
    #[must_use]
    pub const fn running_for(mut self, running: Duration) -> Self {
        self.running = running;
        self
    }

    /// This script with this end.
    #[must_use]
    pub const fn ending(mut self, ends: Ending) -> Self {
        self.ends = ends;
        self
    }

    /// This script with one more fault.
    #[must_use]
    pub fn with_fault(mut self, on: When, fault: Fault) -> Self {
        self.faults.push(ScriptedFault::new(on, fault));
        self
    }

    /// This script with a video of so many bytes.
    #[must_use]
    pub const fn with_file_bytes(mut self, bytes: u64) -> Self {
        self.file_bytes = bytes;
        self
    }

    /// This script with URLs that are good for so long.
    #[must_use]
    pub const fn with_url_lifetime(mut self, lifetime: Duration) -> Self {
        self.url_lifetime = Some(lifetime);
        self
    }

    /// This script with one more fault of fetching the video.
    #[must_use]
    pub fn with_fetch(mut self, fetch: ScriptedFetch) -> Self {
        self.fetches.push(fetch);
        self
    }

    /// This script with this webhook.
    #[must_use]
    pub fn with_webhook(mut self, webhook: WebhookPlan) -> Self {
        self.webhook = webhook;
        self
    }

    /// This script with so many videos, of which the last `failed` fail.
    #[must_use]
    pub const fn with_outputs(mut self, outputs: u32, failed: u32) -> Self {
        (self.outputs, self.failed_outputs) = (outputs, failed);
        self
    }
}

/// Reads `what` from a JSON object. The error names the member that is wrong.
pub(crate) fn read<T: DeserializeOwned>(json: &str, what: &str) -> Result<T, ScriptError> {
    // Serde would take a list for the members in their order.
    if !json.trim_start().starts_with('{') {
        return Err(ScriptError::new("", format!("{what} is a JSON object")));
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| ScriptError::new(&error.path().to_string(), error.inner()))?;
    deserializer.end().map_err(|error| ScriptError::new(".", error))?;
    Ok(value)
}

/// Why a script or a [`SubmitPlan`](crate::SubmitPlan) cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", at(.field))]
#[non_exhaustive]
pub struct ScriptError {
    /// The member that is wrong, such as `faults[0].on`; empty if it is the whole.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl ScriptError {
    pub(crate) fn new(field: &str, problem: impl ToString) -> Self {
        // `.` is how serde_path_to_error writes the whole.
        let field = if field == "." { "" } else { field };
        Self { field: field.to_owned(), problem: problem.to_string() }
    }

    pub(crate) fn within(self, outer: &str) -> Self {
        let field = match &*self.field {
            "" => outer.to_owned(),
            inner => format!("{outer}.{inner}"),
        };
        Self { field, ..self }
    }
}

fn at(field: &str) -> String {
    if field.is_empty() { String::new() } else { format!("`{field}`: ") }
}
