//! What a driver tells of a wait while it goes on.

use std::time::Duration;

use crate::error::Error;
use crate::generation::Generation;
use crate::lifecycle::Verdict;
use crate::provider::StatusQuery;
use crate::wait::Timeline;
use crate::webhook::Notice;

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
    /// A webhook about the generation was heard. If it taught something, [`Report::Observed`] comes next.
    Notified {
        /// What was heard.
        notice: &'a Notice,
    },
    /// The wait is over, however it ended. Nothing comes after it.
    Ended {
        /// When the generation was seen queued, running and ended.
        timeline: &'a Timeline,
        /// How many polls were begun.
        polls: u32,
        /// How many of them were missed.
        missed: u32,
    },
}
