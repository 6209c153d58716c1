//! The state of an emulated generation, and the body that tells it.

use std::time::Duration;

use serde_json::Value;
use videogen_core::Moment;

use crate::emulator::Emulated;
use crate::provider_name::ProviderName;
use crate::script::{Ending, Script};
use crate::signed_url::Signer;
use crate::submission::Body;
use crate::wall::{Time, Wall};
use crate::{prism, synclabs, token360};

/// How far a generation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Queued,
    /// Being made, 0 to 99 percent done.
    Running {
        percent: u8,
    },
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

    pub(crate) const fn has_ended(self) -> bool {
        matches!(self, Self::Ended(_))
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

/// What a body is made of.
pub(crate) struct View<'a> {
    pub(crate) generation: &'a Emulated,
    pub(crate) script: &'a Script,
    /// What was submitted, if it was submitted to the provider.
    pub(crate) submitted: Option<&'a Body>,
    pub(crate) id: &'a str,
    pub(crate) stage: Stage,
    /// The word that the body has instead of the stage's.
    pub(crate) word: Option<&'a str>,
    pub(crate) created: Time,
    pub(crate) updated: Time,
    pub(crate) now: Time,
    /// Scheme, host and port of the outputs' URLs.
    pub(crate) origin: &'a str,
    /// Whether a completed generation has its URLs.
    pub(crate) with_urls: bool,
    /// Whether progress was asked for.
    pub(crate) progress_asked: bool,
}

impl<'a> View<'a> {
    /// The truth at `now`.
    pub(crate) fn new(
        generation: &'a Emulated,
        id: &'a str,
        now: Moment,
        wall: Wall,
        origin: &'a str,
    ) -> Self {
        let Emulated { script, submitted, created, .. } = generation;
        let created = *created;
        let stage = stage(script, now.since(created));
        let updated = match (stage, lifetime(script)) {
            (Stage::Queued, _) => created,
            (Stage::Ended(_), Some(lifetime)) => created + lifetime,
            _ => now,
        };
        Self {
            generation,
            script,
            submitted: submitted.as_ref(),
            id,
            stage,
            word: None,
            created: wall.at(created),
            updated: wall.at(updated),
            now: wall.at(now),
            origin,
            with_urls: true,
            progress_asked: false,
        }
    }

    /// A member of what was submitted.
    pub(crate) fn asked(&self, member: &str) -> Option<&'a Value> {
        self.submitted?.get(member)
    }

    pub(crate) fn status(&self) -> String {
        self.word.unwrap_or_else(|| word(self.script.provider, self.stage)).to_owned()
    }

    /// What makes the URLs that the body shows.
    pub(crate) const fn signer(&self) -> Signer<'a> {
        Signer { origin: self.origin, generation: self.generation, id: self.id, now: self.now }
    }

    pub(crate) fn shows_urls(&self) -> bool {
        self.with_urls && self.stage == Stage::Ended(Ending::Completed)
    }

    /// Whether it ended, and not well.
    pub(crate) const fn shows_error(&self) -> bool {
        matches!(self.stage, Stage::Ended(ending) if !matches!(ending, Ending::Completed))
    }

    /// Message and code of the failure: the script's, or these if it has neither.
    pub(crate) fn error(&self, message: &str, code: &str) -> (Option<String>, Option<String>) {
        match (&self.script.error, &self.script.error_code) {
            (None, None) => (Some(message.to_owned()), Some(code.to_owned())),
            (None, code) => (Some(message.to_owned()), code.clone()),
            (message, code) => (message.clone(), code.clone()),
        }
    }

    /// Percent done, where there is something to say.
    pub(crate) const fn percent(&self) -> Option<u8> {
        match self.stage {
            Stage::Queued => Some(0),
            Stage::Running { percent } => Some(percent),
            Stage::Ended(Ending::Completed) => Some(100),
            Stage::Ended(_) => None,
        }
    }
}

/// The provider's word for a stage.
pub(crate) const fn word(provider: ProviderName, stage: Stage) -> &'static str {
    match provider {
        ProviderName::Prism => prism::word(stage),
        ProviderName::Token360 => token360::word(stage),
        ProviderName::Synclabs => synclabs::word(stage),
    }
}

/// The provider's JSON for a state.
pub(crate) fn body(view: &View<'_>) -> String {
    match view.script.provider {
        ProviderName::Prism => prism::body(view),
        ProviderName::Token360 => token360::body(view),
        ProviderName::Synclabs => synclabs::body(view),
    }
}

/// The members of the provider's JSON that are promised to be strings, where they are there.
pub(crate) const fn string_members(provider: ProviderName) -> &'static [&'static str] {
    match provider {
        ProviderName::Prism => prism::STRING_MEMBERS,
        ProviderName::Token360 => token360::STRING_MEMBERS,
        ProviderName::Synclabs => synclabs::STRING_MEMBERS,
    }
}
