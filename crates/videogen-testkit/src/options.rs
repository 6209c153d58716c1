//! Options of waits in real time, for tests.

use std::time::Duration;

use videogen_core::{Provider, StatusQuery, WaitOptions};

/// To wait as the provider wants it, but with rests of a millisecond: for servers on this machine.
#[must_use]
pub fn fast_wait(provider: &dyn Provider) -> WaitOptions {
    let millisecond = Duration::from_millis(1);
    let mut options = WaitOptions::of(&provider.guidance());
    options.pace.interval = millisecond;
    options.pace.floor = millisecond;
    options.pace.longest_rest = millisecond;
    options
}

/// To rest for an hour, and to wait for an answer as long: for what is to end otherwise.
#[must_use]
pub fn slow_wait(provider: &dyn Provider) -> WaitOptions {
    let hour = Duration::from_secs(3600);
    let mut options = WaitOptions::with_deadline(&provider.guidance(), 10 * hour);
    options.query = StatusQuery::Plain;
    options.pace.interval = hour;
    options.answer_timeout = hour;
    options
}
