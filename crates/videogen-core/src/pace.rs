//! How long to rest between two polls.

use std::time::Duration;

use crate::provider::PollGuidance;

/// The shortest rest unless the caller says otherwise.
const FLOOR: Duration = Duration::from_secs(1);
/// The longest rest after missed polls, for the longest waits.
const LONGEST_REST: Duration = Duration::from_secs(60);
/// How many of the longest rests a wait has room for.
const LONGEST_RESTS_A_WAIT: u32 = 20;
/// How long no hint counts after the first poll that one brought about.
const REST_AFTER_HINT: Duration = Duration::from_secs(5);

/// How long to rest between two polls, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// How long to rest before the first poll. Zero unless the generation was just submitted.
    pub first_rest: Duration,
    /// How long from the beginning of one poll to the beginning of the next, while all is well.
    pub interval: Duration,
    /// The shortest rest between an answer and the next poll, whatever the provider asks for.
    pub floor: Duration,
    /// The longest rest after missed polls. A provider that asks for a longer one gets it.
    pub longest_rest: Duration,
}

impl Pace {
    /// The pace that a provider's guidance asks for, in a wait that takes `deadline` at the most.
    ///
    /// The floor is one second, or a tenth of a deadline below ten: a last poll must fit in. After missed polls the rest doubles from `interval` up to a twentieth of
    /// the deadline, but 60 seconds at the most: a wait outlives some twenty missed polls in a row. It is never
    /// shorter than the interval, so that a short wait outlives fewer.
    #[must_use]
    pub fn of(guidance: &PollGuidance, deadline: Duration) -> Self {
        let floor = FLOOR.min(deadline / 10);
        let longest = (deadline / LONGEST_RESTS_A_WAIT).min(LONGEST_REST);
        Self {
            first_rest: Duration::ZERO,
            interval: guidance.interval,
            floor,
            longest_rest: longest.max(guidance.interval).max(floor),
        }
    }

    /// How long to rest after `missed` missed polls in a row: the interval, doubled with each
    /// after the first, within the floor and the longest rest.
    #[must_use]
    pub fn rest_after_missed(&self, missed: u32) -> Duration {
        let doublings = missed.saturating_sub(1).min(31);
        self.interval
            .saturating_mul(1 << doublings)
            .min(self.longest_rest.max(self.floor))
            .max(self.floor)
    }

    /// How long no hint brings about another poll after one did, when `before` others did before: five seconds, or the
    /// floor if that is longer, doubled with each.
    ///
    /// Anybody can send a hint. So the polls that any number of them bring about in a wait are never more than
    /// 1 + log2(1 + deadline / 5 s): eight in fifteen minutes, eleven in two hours.
    #[must_use]
    pub fn rest_after_hint(&self, before: u32) -> Duration {
        REST_AFTER_HINT.max(self.floor).saturating_mul(1 << before.min(31))
    }
}
