//! A whole wait in virtual time.

use std::ops::ControlFlow;

use videogen_core::{
    Action, Error, Event, Handle, Moment, Outcome, Provider, StatusQuery, Transport, Wait,
    WaitOptions, poll,
};

use crate::clock::VirtualClock;

/// One poll of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polled {
    /// When it began.
    pub began: Moment,
    /// When its answer was there.
    pub answered: Moment,
    /// How the provider was asked.
    pub query: StatusQuery,
}

/// How a wait went.
#[derive(Debug)]
pub struct Course {
    /// How it ended.
    pub outcome: Outcome,
    /// When it ended.
    pub ended: Moment,
    /// Its polls.
    pub polls: Vec<Polled>,
    /// What came of the polls that were missed.
    pub missed: Vec<Error>,
    /// How often it rested.
    pub rests: usize,
}

/// Waits for `handle` at once: where a driver would sleep, the clock is moved.
///
/// The transport may move the clock too, by as long as an exchange takes.
#[must_use]
pub fn wait(
    provider: &dyn Provider,
    transport: &dyn Transport,
    clock: &VirtualClock,
    handle: &Handle,
    options: WaitOptions,
) -> Course {
    let mut machine =
        Wait::new(handle.clone(), provider.lifecycle(), &provider.guidance(), options);
    let mut polls = Vec::new();
    let mut missed = Vec::new();
    let mut rests = 0;
    let mut event = Event::Begin;
    loop {
        match machine.on(clock.now(), event) {
            ControlFlow::Continue(Action::Poll { query, timeout }) => {
                let began = clock.now();
                let observed = poll(provider, transport, handle, query, timeout);
                missed.extend(observed.as_ref().err().cloned());
                event = Event::Observed(observed);
                polls.push(Polled { began, answered: clock.now(), query });
            }
            ControlFlow::Continue(Action::Rest { until }) => {
                rests += 1;
                clock.advance_to(until);
                event = Event::Woke;
            }
            ControlFlow::Break(outcome) => {
                return Course { outcome, ended: clock.now(), polls, missed, rests };
            }
        }
    }
}
