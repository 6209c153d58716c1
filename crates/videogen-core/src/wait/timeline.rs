//! What a wait measured itself: when it first saw a generation queued, running, ended.

use std::time::Duration;

use crate::status::Phase;

/// When a wait saw its generation queued, running and ended, counted from the wait's beginning.
///
/// For who wants to know how long a generation was in the queue and how long it was made, where the provider does
/// not tell: most do not. What is known from outside are bounds, since between two polls nobody looks. What the
/// provider tells is in [`Times`](crate::Times), and is better.
///
/// ```
/// use std::time::Duration;
/// # use videogen_core::wait::Timeline;
/// fn line(timeline: &Timeline) -> Option<String> {
///     let run = timeline.run_time()?;
///     Some(match run.at_most {
///         Some(at_most) => format!("made in {:?} to {at_most:?}", run.at_least),
///         None => format!("made in {:?} at the least", run.at_least),
///     })
/// }
/// assert_eq!(line(&Timeline::default()), None); // nothing was seen yet
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    queued: Option<Sighting>,
    running: Option<Sighting>,
    ended: Option<Duration>,
}

/// A time that lies between two others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bounds {
    /// It was so long at the least.
    pub at_least: Duration,
    /// It was so long at the most. `None` if that is not known.
    pub at_most: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sighting {
    /// When it was known for the first time.
    first: Duration,
    /// It was surely still so then: when the last poll that saw it began. Webhooks do not say, since they may be late.
    still: Option<Duration>,
}

impl Timeline {
    /// When it was first seen queued.
    #[must_use]
    pub fn queued(&self) -> Option<Duration> {
        self.queued.map(|seen| seen.first)
    }

    /// When it was first seen running.
    #[must_use]
    pub fn running(&self) -> Option<Duration> {
        self.running.map(|seen| seen.first)
    }

    /// When it was first seen ended, in whatever way.
    #[must_use]
    pub const fn ended(&self) -> Option<Duration> {
        self.ended
    }

    /// How long it was in the queue, counted from the wait's beginning: that of a wait which begins when the generation
    /// is submitted is the whole time. `None` if it was never seen.
    #[must_use]
    pub fn queue_time(&self) -> Option<Bounds> {
        let at_most = self.running().or(self.ended);
        let at_least = self.queued.and_then(|seen| seen.still).unwrap_or_default();
        (self.queued.is_some() || at_most.is_some()).then_some(Bounds { at_least, at_most })
    }

    /// How long it was made. `None` unless it has ended; at the most is not known if it was never seen queued.
    #[must_use]
    pub fn run_time(&self) -> Option<Bounds> {
        let ended = self.ended?;
        let at_least = self
            .running
            .and_then(|seen| Some(seen.still?.saturating_sub(seen.first)))
            .unwrap_or_default();
        let queued = self.queued.and_then(|seen| seen.still);
        Some(Bounds { at_least, at_most: queued.map(|still| ended.saturating_sub(still)) })
    }

    /// It is known now to be in this phase; `asked` is when the poll began that says so.
    pub(super) fn note(&mut self, phase: Phase, now: Duration, asked: Option<Duration>) {
        // What comes after an end, or goes back to the queue, says nothing about when it got there.
        if self.ended.is_some() || phase == Phase::Unrecognized {
            return;
        }
        let place = match phase {
            Phase::Queued if self.running.is_none() => &mut self.queued,
            Phase::Queued => return,
            Phase::Running => &mut self.running,
            _ => {
                self.ended = Some(now);
                return;
            }
        };
        let seen = place.get_or_insert(Sighting { first: now, still: None });
        seen.still = seen.still.max(asked);
    }
}
