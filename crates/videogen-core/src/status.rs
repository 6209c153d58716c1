//! The provider's own word, and what it means.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::redact;

/// How much of a word is shown, in bytes.
const LONGEST_WORD: usize = 80;

/// What a provider's status word means, the same for all providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Phase {
    /// Accepted, not yet begun.
    Queued,
    /// Being made.
    Running,
    /// Ended well. That outputs are there is a separate question.
    Succeeded,
    /// Ended without success, for whatever reason the failure tells.
    Failed,
    /// Refused by validation or policy before or instead of being made, in whichever way the provider tells it: a status of its own, a
    /// code of the failure, a flag beside a success, or a success without anything in it.
    Rejected,
    /// Ended because somebody asked for it.
    Cancelled,
    /// Ended because it took too long at the provider.
    Expired,
    /// A word that the provider's table does not list. Never terminal.
    Unrecognized,
}

impl Phase {
    /// Every phase.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Running,
        Self::Succeeded,
        Self::Failed,
        Self::Rejected,
        Self::Cancelled,
        Self::Expired,
        Self::Unrecognized,
    ];

    /// Whether the generation has ended: nothing it does later changes how.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Succeeded | Self::Failed | Self::Rejected | Self::Cancelled | Self::Expired => {
                true
            }
            Self::Queued | Self::Running | Self::Unrecognized => false,
        }
    }

    /// The phase as the JSON form writes it: `queued`, `running` and so on.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Unrecognized => "unrecognized",
        }
    }
}

/// A phase written by a newer version of this crate reads as [`Phase::Unrecognized`].
impl<'de> Deserialize<'de> for Phase {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Cow::<'de, str>::deserialize(deserializer)?;
        let known = Self::ALL.into_iter().find(|phase| phase.as_str() == word);
        Ok(known.unwrap_or(Self::Unrecognized))
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A provider's word for the state of a generation, with the [`Phase`] it means.
///
/// Made by a [`StatusTable`](crate::StatusTable), so that a word and its phase cannot disagree.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Status {
    phase: Phase,
    raw: Cow<'static, str>,
}

impl Status {
    pub(crate) const fn new(phase: Phase, raw: Cow<'static, str>) -> Self {
        Self { phase, raw }
    }

    /// This word with another meaning.
    pub(crate) fn meaning(mut self, phase: Phase) -> Self {
        self.phase = phase;
        self
    }

    /// What the word means.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// The provider's word, letter for letter.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Whether the generation has ended.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        self.phase.is_terminal()
    }
}

/// The provider's word, fit to print: on one line, and cut if it is no word. [`Status::raw`] has all of it.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&redact::excerpt(self.raw.as_bytes(), LONGEST_WORD))
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({:?})", self.raw, self.phase)
    }
}
