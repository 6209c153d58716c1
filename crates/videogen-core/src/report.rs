//! What a driver tells of a wait while it goes on.

use std::time::Duration;

use crate::error::Error;
use crate::generation::Generation;
use crate::lifecycle::Verdict;
use crate::provider::StatusQuery;

/// One thing that happened in a wait, for progress lines and logs.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Report<'a> {
    /// The provider is being asked.
    Polling {
        /// How.
        query: StatusQuery,
    },
    /// It answered.
    Observed {
        /// What it said.
        generation: &'a Generation,
        /// What that means for the generation's course.
        verdict: Verdict,
    },
    /// The poll was missed: nothing was learnt.
    Missed {
        /// Why.
        error: &'a Error,
    },
    /// Nothing happens for a while.
    Resting {
        /// How long.
        rest: Duration,
    },
}
