//! The state of an emulated generation, as a side tells it.

use std::time::Duration;

use serde_json::Value;
use videogen_core::Moment;

use crate::output_file::OutputFile;
use crate::script::{Ending, Script};
use crate::side::{Asked, Submission};
use crate::signed_url::{Signer, Signing};
use crate::wall::Time;
use crate::world::{Emulated, World};

/// How far a generation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a side must have a word for every stage")]
pub enum Stage {
    /// It waits for its turn.
    Queued,
    /// It is being made.
    Running {
        /// 0 to 99 percent of it is done.
        percent: u8,
    },
    /// It has ended, and how. Never [`Ending::Never`].
    Ended(Ending),
}

impl Stage {
    /// The stage before this one, as a status that goes backwards tells it.
    pub(crate) const fn earlier(self) -> Self {
        match self {
            Self::Queued | Self::Running { .. } => Self::Queued,
            Self::Ended(_) => Self::Running { percent: 99 },
        }
    }

    /// Whether it has ended.
    #[must_use]
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Ended(_))
    }

    /// Whether it has ended well.
    #[must_use]
    pub const fn is_completed(self) -> bool {
        matches!(self, Self::Ended(Ending::Completed))
    }
}

/// When the generation ends, counted from its creation. `None` if it never does.
pub(crate) fn lifetime(script: &Script) -> Option<Duration> {
    (script.ends != Ending::Never).then(|| script.queued.saturating_add(script.running))
}

/// The stage of a generation of this age.
pub(crate) fn stage(script: &Script, age: Duration) -> Stage {
    if lifetime(script).is_some_and(|lifetime| age >= lifetime) {
        return Stage::Ended(script.ends);
    }
    let Some(running) = age.checked_sub(script.queued) else { return Stage::Queued };
    // One that never ends comes ever nearer to an end.
    let whole = match script.ends {
        Ending::Never => running.saturating_add(Duration::from_secs(60)),
        _ => script.running,
    };
    let percent = (running.as_nanos() * 100).checked_div(whole.as_nanos()).unwrap_or_default();
    Stage::Running { percent: u8::try_from(percent).unwrap_or(99).min(99) }
}

/// What an answer about a generation is made of: its state at one time, with what a fault changes about it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct View<'a> {
    /// Its id.
    pub id: &'a str,
    /// What it follows.
    pub script: &'a Script,
    /// What was submitted, if it was submitted to the provider.
    pub submission: Option<&'a Submission>,
    /// How many generations the emulator had before it: the order of their creation.
    pub number: usize,
    /// How far it has come.
    pub stage: Stage,
    /// The status word that is to stand in place of the stage's: see [`View::status`].
    pub word: Option<&'a str>,
    /// When it was made.
    pub created: Time,
    /// When its state changed last, or its progress.
    pub updated: Time,
    /// When it is told.
    pub now: Time,
    /// Scheme, host and port of the emulator, for URLs.
    pub origin: &'a str,
    /// What was asked for.
    pub asked: Asked,
    /// How long the request was held in vain, if it is a long-poll that ran out.
    pub held: Option<Duration>,
    pub(crate) with_urls: bool,
    signing: Signing,
    generation: &'a Emulated,
}

impl<'a> View<'a> {
    /// The truth at `now`.
    pub(crate) fn new(
        world: &'a World,
        signing: Signing,
        generation: &'a Emulated,
        id: &'a str,
        now: Moment,
    ) -> Self {
        let Emulated { script, submitted, created, before, .. } = generation;
        let (created, wall) = (*created, world.wall);
        let stage = stage(script, now.since(created));
        let updated = match (stage, lifetime(script)) {
            (Stage::Queued, _) => created,
            (Stage::Ended(_), Some(lifetime)) => created + lifetime,
            _ => now,
        };
        Self {
            id,
            script,
            submission: submitted.as_ref(),
            number: *before,
            stage,
            word: None,
            created: wall.at(created),
            updated: wall.at(updated),
            now: wall.at(now),
            origin: &world.origin,
            asked: Asked::plainly(),
            held: None,
            with_urls: true,
            signing,
            generation,
        }
    }

    /// A member of what was submitted.
    #[must_use]
    pub fn submitted(&self, member: &str) -> Option<&'a Value> {
        self.submission?.get(member)
    }

    /// The status word: this one, the side's for the stage, unless a fault has another.
    #[must_use]
    pub fn status(&self, word: &str) -> String {
        self.word.unwrap_or(word).to_owned()
    }

    /// Whether it has an output that the answer is to show. A fault may have taken it away.
    #[must_use]
    pub const fn shows_urls(&self) -> bool {
        self.with_urls && self.stage.is_completed()
    }

    /// Whether it ended, and not well.
    #[must_use]
    pub const fn shows_error(&self) -> bool {
        self.stage.has_ended() && !self.stage.is_completed()
    }

    /// Message and code of the failure: the script's, or these if it has neither.
    #[must_use]
    pub fn error(&self, message: &str, code: &str) -> (Option<String>, Option<String>) {
        match (&self.script.error, &self.script.error_code) {
            (None, None) => (Some(message.to_owned()), Some(code.to_owned())),
            (None, code) => (Some(message.to_owned()), code.clone()),
            (message, code) => (message.clone(), code.clone()),
        }
    }

    /// Percent done, where there is something to say.
    #[must_use]
    pub const fn percent(&self) -> Option<u8> {
        match self.stage {
            Stage::Queued => Some(0),
            Stage::Running { percent } => Some(percent),
            Stage::Ended(Ending::Completed) => Some(100),
            Stage::Ended(_) => None,
        }
    }

    /// How many videos it was to make, and how many of them there are once it is completed: the last ones fail.
    #[must_use]
    pub const fn videos(&self) -> (usize, usize) {
        let (asked, failed) = (self.script.outputs, self.script.failed_outputs);
        (asked as usize, asked.saturating_sub(failed) as usize)
    }

    /// The URL of a video on the storage, signed as [`Side::signing`](crate::Side::signing) says; videos are counted from 0.
    #[must_use]
    pub fn video_url(&self, number: usize) -> String {
        self.signer().video(number)
    }

    /// The URL of the last frame on the storage, in the same way.
    #[must_use]
    pub fn last_frame_url(&self) -> String {
        self.signer().last_frame()
    }

    /// What makes a URL of the API's a [signed](crate::ApiFile::signed) one, as its parameter `token`.
    #[must_use]
    pub fn token(&self) -> String {
        self.signer().token()
    }

    /// A video itself, counted from 0, for an answer that has it in it.
    #[must_use]
    pub fn video(&self, number: usize) -> OutputFile {
        self.generation.video(self.id, number)
    }

    const fn signer(&self) -> Signer<'a> {
        Signer {
            origin: self.origin,
            generation: self.generation,
            id: self.id,
            now: self.now,
            signing: self.signing,
        }
    }
}
