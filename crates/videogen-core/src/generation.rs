//! One model of a generation for every provider.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use crate::cost::Cost;
use crate::error::{Error, ErrorKind};
use crate::failure::{Failure, FailureClass};
use crate::fields::{FieldMap, Fields};
use crate::handle::Handle;
use crate::output::{FailedOutput, Output, OutputKind};
use crate::progress::Progress;
use crate::redact;
use crate::status::{Phase, Status};

/// What one poll learnt of a generation.
///
/// A generation that failed is a value of this type, not an error: the provider was asked and it
/// answered. Everything but the handle and the status may be missing.
///
/// Serialises to one JSON form, the same for all providers: see [`generation_json`](crate::generation_json).
#[derive(Clone)]
#[non_exhaustive]
pub struct Generation {
    /// Which generation.
    pub handle: Handle,
    /// The provider's word for its state, and what that means.
    pub status: Status,
    /// How far it has come, 0 to 1.
    pub progress: Option<Progress>,
    /// How many generations are before it in the queue, if told.
    pub queue_position: Option<u64>,
    /// The model that makes it.
    pub model: Option<String>,
    /// The prompt.
    pub prompt: Option<String>,
    /// When things happened.
    pub times: Times,
    /// What it made. The primary outputs come first.
    pub outputs: Vec<Output>,
    /// What was asked for and did not come, as far as the provider says so of each output. A generation of which at least one primary
    /// output came has succeeded; one of which none did has not.
    pub failed_outputs: Vec<FailedOutput>,
    /// Why it did not succeed.
    pub failure: Option<Failure>,
    /// How long the provider asked to rest before the next poll.
    pub poll_after: Option<Duration>,
    /// What it costs, if told.
    pub cost: Option<Cost>,
    pub(crate) fields: Fields,
}

/// When things happened to a generation, each if known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Times {
    /// Submitted.
    pub created: Option<SystemTime>,
    /// Begun to be made.
    pub started: Option<SystemTime>,
    /// Last changed at the provider.
    pub updated: Option<SystemTime>,
    /// Ended.
    pub finished: Option<SystemTime>,
    /// When the provider said all this: the `Date` of its answer.
    pub observed: Option<SystemTime>,
}

impl Times {
    /// How long it was in the queue: from submitted to begun, if both are known.
    #[must_use]
    pub fn queue_time(&self) -> Option<Duration> {
        between(self.created, self.started)
    }

    /// How long it was made: from begun to ended, if both are known.
    #[must_use]
    pub fn run_time(&self) -> Option<Duration> {
        between(self.started, self.finished)
    }

    /// How long it took: from submitted to ended, if both are known.
    #[must_use]
    pub fn total_time(&self) -> Option<Duration> {
        between(self.created, self.finished)
    }
}

/// `None` also where a provider's clocks say that the end was first.
fn between(from: Option<SystemTime>, to: Option<SystemTime>) -> Option<Duration> {
    to?.duration_since(from?).ok()
}

impl Generation {
    /// A generation of which only the status is known.
    #[must_use]
    pub fn new(handle: Handle, status: Status) -> Self {
        Self {
            handle,
            status,
            progress: None,
            queue_position: None,
            model: None,
            prompt: None,
            times: Times::default(),
            outputs: Vec::new(),
            failed_outputs: Vec::new(),
            failure: None,
            poll_after: None,
            cost: None,
            fields: Fields::default(),
        }
    }

    /// Keeps the provider's whole JSON, so that every field the model does not name stays reachable.
    ///
    /// `map` says which members of `body` the model covers.
    pub fn keep_body(&mut self, body: &str, map: FieldMap) {
        self.fields = Fields::of_body(body, map);
    }

    /// Takes down why a generation that has ended did not succeed, whatever its word says: its phase becomes [`Phase::Failed`], or
    /// [`Phase::Rejected`] where moderation is why, or it was that already. So a rejection means the same in whichever way a provider tells it.
    ///
    /// For the crates of providers. Where the word alone means another phase, the table says so with
    /// [`StatusWord::or`](crate::StatusWord::or).
    pub fn fail(&mut self, failure: Failure) {
        let is_rejected =
            self.phase() == Phase::Rejected || failure.class == FailureClass::Moderation;
        if matches!(self.phase(), Phase::Succeeded | Phase::Failed | Phase::Rejected) {
            let phase = if is_rejected { Phase::Rejected } else { Phase::Failed };
            self.status = self.status.clone().meaning(phase);
        }
        self.failure = Some(failure);
    }

    /// The state, the same for all providers.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.status.phase()
    }

    /// Whether it has ended.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        self.status.is_terminal()
    }

    /// Whether there is an output that was asked for, and not only something on the side.
    #[must_use]
    pub fn has_primary_output(&self) -> bool {
        self.outputs.iter().any(|output| output.primary)
    }

    /// The generation if it succeeded: the word from "it ended" to "it worked".
    ///
    /// # Errors
    ///
    /// [`ErrorKind::GenerationFailed`], [`GenerationRejected`](ErrorKind::GenerationRejected),
    /// [`GenerationCancelled`](ErrorKind::GenerationCancelled),
    /// [`GenerationExpired`](ErrorKind::GenerationExpired) with the provider's reason, or
    /// [`GenerationUnfinished`](ErrorKind::GenerationUnfinished).
    pub fn succeeded(self) -> Result<Self, Error> {
        let kind = match self.phase() {
            Phase::Succeeded => return Ok(self),
            Phase::Failed => ErrorKind::GenerationFailed,
            Phase::Rejected => ErrorKind::GenerationRejected,
            Phase::Cancelled => ErrorKind::GenerationCancelled,
            Phase::Expired => ErrorKind::GenerationExpired,
            Phase::Queued | Phase::Running | Phase::Unrecognized => ErrorKind::GenerationUnfinished,
        };
        let (code, message) = match &self.failure {
            Some(failure) => (failure.code.clone(), failure.message.clone()),
            None => (None, None),
        };
        Err(Error::new(kind, format!("the generation is {}", self.status))
            .about(&self.handle)
            .with_provider_words(code, message)
            .with_last_observation(Some(self)))
    }

    /// The video.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutputMissing`].
    pub fn video(&self) -> Result<&Output, Error> {
        self.output(OutputKind::Video)
    }

    /// The first output of this kind.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutputMissing`].
    pub fn output(&self, kind: OutputKind) -> Result<&Output, Error> {
        self.outputs.iter().find(|output| output.kind == kind).ok_or_else(|| {
            Error::new(ErrorKind::OutputMissing, format!("there is no output of kind {kind}"))
                .about(&self.handle)
        })
    }

    /// What was asked for, as the provider echoes it, under the provider's names.
    #[must_use]
    pub fn asked(&self) -> &Map<String, Value> {
        &self.fields.parts(self).asked
    }

    /// Every field of the provider's answer that the rest of the model does not cover, under the
    /// provider's names. A field that the model covers is here all the same when its value could not be
    /// understood, so that nothing is lost.
    #[must_use]
    pub fn other_fields(&self) -> &Map<String, Value> {
        &self.fields.parts(self).other
    }

    /// One of [`Generation::other_fields`] or [`Generation::asked`], by the provider's name for it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        let parts = self.fields.parts(self);
        parts.other.get(name).or_else(|| parts.asked.get(name))
    }

    /// The provider's JSON, letter for letter. `None` if this came from the JSON form.
    ///
    /// It holds whole URLs: do not log it.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.fields.body()
    }
}

/// Two generations are equal when they say the same, whether or not the provider's own JSON is still there.
impl PartialEq for Generation {
    fn eq(&self, other: &Self) -> bool {
        self.handle == other.handle
            && self.status == other.status
            && self.progress == other.progress
            && self.queue_position == other.queue_position
            && self.model == other.model
            && self.prompt == other.prompt
            && self.times == other.times
            && self.outputs == other.outputs
            && self.failed_outputs == other.failed_outputs
            && self.failure == other.failure
            && self.poll_after == other.poll_after
            && self.cost == other.cost
            && self.fields.parts(self) == other.fields.parts(other)
    }
}

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names only: the values may hold presigned URLs of the caller's own inputs.
        let names = |map: &Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
        f.debug_struct("Generation")
            .field("handle", &self.handle)
            .field("status", &self.status)
            .field("progress", &self.progress)
            .field("queue_position", &self.queue_position)
            .field("model", &self.model.as_deref().map(redact::text))
            .field("prompt", &self.prompt.as_deref().map(redact::text))
            .field("times", &self.times)
            .field("outputs", &self.outputs)
            .field("failed_outputs", &self.failed_outputs)
            .field("failure", &self.failure)
            .field("poll_after", &self.poll_after)
            .field("cost", &self.cost)
            .field("asked", &names(self.asked()))
            .field("other_fields", &names(self.other_fields()))
            .finish()
    }
}
