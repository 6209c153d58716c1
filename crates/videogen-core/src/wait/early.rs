//! Which polls webhooks bring about.

use std::time::Duration;

use crate::moment::Moment;
use crate::pace::Pace;

/// An early poll has this much time for its answer at the least. With less before the regular poll, that one is soon enough.
const SHORTEST_EXCHANGE: Duration = Duration::from_secs(1);

/// What webhooks said since the last poll began, and how many polls they brought about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct News {
    /// There may be news.
    pending: bool,
    /// There is news: the provider signed it.
    certain: bool,
    early_polls: u32,
    /// A hint brings about no poll before.
    hints_count_from: Option<Moment>,
}

impl News {
    /// A webhook came that anybody may have sent.
    pub(super) const fn hint(&mut self) {
        self.pending = true;
    }

    /// A webhook came that the provider sent, and that leaves something to be asked.
    pub(super) const fn ask(&mut self) {
        self.pending = true;
        self.certain = true;
    }

    /// When to poll early, for news that is there at `now`. `not_before` is what the floor and the provider allow, `due` when the
    /// regular poll comes.
    pub(super) fn early(
        &self,
        now: Moment,
        not_before: Moment,
        due: Moment,
        pace: &Pace,
    ) -> Option<Moment> {
        if !self.pending {
            return None;
        }
        let mut at = now.max(not_before);
        if !self.certain {
            at = at.max(self.hints_count_from.unwrap_or_default());
        }
        fits(at, due, pace).then_some(at)
    }

    /// A poll begins, which will show what the news was.
    pub(super) fn polled(&mut self, now: Moment, is_early: bool, pace: &Pace) {
        if is_early && !self.certain {
            self.hints_count_from = Some(now + pace.rest_after_hint(self.early_polls));
            self.early_polls = self.early_polls.saturating_add(1);
        }
        self.pending = false;
        self.certain = false;
    }
}

/// Whether a poll at `at` is over, with the floor after it, before the regular one is due.
pub(super) fn fits(at: Moment, due: Moment, pace: &Pace) -> bool {
    at + pace.floor + SHORTEST_EXCHANGE <= due
}

/// How long a poll at `at` may take so that it is over a floor before the regular one is due.
pub(super) fn time_limit(at: Moment, due: Moment, pace: &Pace) -> Duration {
    due.since(at).saturating_sub(pace.floor)
}
