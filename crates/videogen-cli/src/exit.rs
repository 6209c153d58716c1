//! Exit codes. The help text lists them.

use std::process::ExitCode;

use videogen_core::{Error, ErrorKind, Generation, Phase};

/// How the command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Succeeded = 0,
    Failed = 1,
    BadUsage = 2,
    Rejected = 3,
    CancelledOrExpired = 4,
    Deadline = 5,
    CouldNotAsk = 6,
    WithoutOutput = 7,
    Ambiguous = 8,
    NotDownloaded = 9,
    Interrupted = 130,
}

impl Exit {
    /// Of several generations the one that leaves most to do comes first.
    const BY_WEIGHT: [Self; 9] = [
        Self::BadUsage,
        Self::CouldNotAsk,
        Self::Deadline,
        Self::WithoutOutput,
        Self::NotDownloaded,
        Self::Failed,
        Self::Rejected,
        Self::CancelledOrExpired,
        Self::Succeeded,
    ];

    /// How a wait ended.
    pub(crate) fn of(result: &Result<Generation, Error>) -> Self {
        match result {
            Ok(generation) => match generation.phase() {
                Phase::Succeeded => Self::Succeeded,
                Phase::Rejected => Self::Rejected,
                Phase::Cancelled | Phase::Expired => Self::CancelledOrExpired,
                _ => Self::Failed,
            },
            Err(error) => Self::of_error(error),
        }
    }

    /// How it ends with an error.
    pub(crate) fn of_error(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::DeadlinePassed | ErrorKind::GenerationUnfinished => Self::Deadline,
            ErrorKind::CompletedWithoutOutput => Self::WithoutOutput,
            ErrorKind::GenerationGone => Self::CancelledOrExpired,
            ErrorKind::Ambiguous => Self::Ambiguous,
            ErrorKind::InvalidInput | ErrorKind::ForeignHandle | ErrorKind::Unsupported => {
                Self::BadUsage
            }
            _ => Self::CouldNotAsk,
        }
    }

    /// How several ended.
    pub(crate) fn worst(exits: impl IntoIterator<Item = Self>) -> Self {
        let weight = |exit: &Self| Self::BY_WEIGHT.iter().position(|other| other == exit);
        exits.into_iter().min_by_key(weight).unwrap_or(Self::Succeeded)
    }

    /// The word for it in JSON.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::BadUsage => "bad_usage",
            Self::Rejected => "rejected",
            Self::CancelledOrExpired => "cancelled_or_expired",
            Self::Deadline => "deadline",
            Self::CouldNotAsk => "could_not_ask",
            Self::WithoutOutput => "without_output",
            Self::Ambiguous => "ambiguous",
            Self::NotDownloaded => "not_downloaded",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
