//! The wait machine, step by step.

use std::ops::ControlFlow;
use std::time::Duration;

use videogen_core::{
    Action, Error, ErrorKind, Event, LongPoll, Moment, StatusQuery, Wait, WaitOptions,
};

use crate::{WORDS, guidance, handle, seconds, seen};

fn at(second: u64) -> Moment {
    Moment::new(seconds(second))
}

fn long_polling() -> Wait {
    let guidance = guidance().with_long_poll(LongPoll::new(seconds(30), seconds(55)));
    let options = WaitOptions::with_deadline(&guidance, seconds(100));
    Wait::new(handle(), &WORDS, &guidance, options)
}

#[track_caller]
fn polled(step: ControlFlow<videogen_core::Outcome, Action>) -> (StatusQuery, Duration) {
    match step {
        ControlFlow::Continue(Action::Poll { query, timeout }) => (query, timeout),
        other => panic!("does not poll: {other:?}"),
    }
}

#[track_caller]
fn rests(step: ControlFlow<videogen_core::Outcome, Action>) -> Moment {
    match step {
        ControlFlow::Continue(Action::Rest { until }) => until,
        other => panic!("does not rest: {other:?}"),
    }
}

#[test]
fn a_long_poll_is_the_default_where_there_is_one_and_fits_the_deadline() {
    let mut wait = long_polling();
    let unhurried = StatusQuery::LongPoll { hold: None };
    assert_eq!(polled(wait.on(at(0), Event::Begin)), (unhurried, seconds(60)));
    // Held for longer than the interval: the next one after the floor.
    assert_eq!(rests(wait.on(at(30), Event::Observed(Ok(seen("running"))))), at(31));
    assert_eq!(polled(wait.on(at(31), Event::Woke)), (unhurried, seconds(60)));
    assert_eq!(rests(wait.on(at(80), Event::Observed(Ok(seen("running"))))), at(81));
    // 19 seconds are left, and five more for the answer.
    let hurried = StatusQuery::LongPoll { hold: Some(seconds(19)) };
    assert_eq!(polled(wait.on(at(81), Event::Woke)), (hurried, seconds(24)));
}

#[test]
fn a_long_poll_that_is_answered_at_once_does_not_make_the_wait_hurry() {
    let mut wait = long_polling();
    polled(wait.on(at(0), Event::Begin));
    assert_eq!(rests(wait.on(at(0), Event::Observed(Ok(seen("running"))))), at(5));
}

#[test]
fn a_refused_long_poll_becomes_a_plain_one() {
    let mut wait = long_polling();
    polled(wait.on(at(0), Event::Begin));
    let refused = || Event::Observed(Err(Error::new(ErrorKind::Refused, "timeout out of range")));
    let until = rests(wait.on(at(0), refused()));
    assert_eq!(polled(wait.on(until, Event::Woke)), (StatusQuery::Plain, seconds(30)));
    // A plain one that is refused is refused.
    assert!(wait.on(until, refused()).is_break());
}

#[test]
fn a_refused_long_poll_is_no_failure() {
    let guidance = guidance().with_long_poll(LongPoll::new(seconds(30), seconds(55)));
    let mut options = WaitOptions::of(&guidance);
    options.max_failures = std::num::NonZeroU32::new(1);
    let mut wait = Wait::new(handle(), &WORDS, &guidance, options);
    polled(wait.on(at(0), Event::Begin));
    let refused = Error::new(ErrorKind::Refused, "timeout out of range");
    rests(wait.on(at(0), Event::Observed(Err(refused))));
}

#[test]
fn waking_early_is_harmless() {
    let mut wait = long_polling();
    polled(wait.on(at(0), Event::Begin));
    let until = rests(wait.on(at(0), Event::Observed(Ok(seen("running")))));
    for early in [0, 1, 4] {
        assert_eq!(rests(wait.on(at(early), Event::Woke)), until);
    }
    polled(wait.on(until, Event::Woke));
}

#[test]
fn a_clock_that_goes_back_stands_still() {
    let mut wait = long_polling();
    polled(wait.on(at(50), Event::Begin));
    let until = rests(wait.on(at(60), Event::Observed(Ok(seen("running")))));
    assert_eq!(until, at(61));
    polled(wait.on(at(61), Event::Woke));
    assert_eq!(rests(wait.on(at(3), Event::Observed(Ok(seen("running"))))), at(66));
}

#[test]
fn a_poll_that_never_comes_back_is_a_missed_one() {
    let mut wait = long_polling();
    polled(wait.on(at(0), Event::Begin));
    assert_eq!(rests(wait.on(at(60), Event::Woke)), at(65));
    assert_eq!(wait.missed_polls(), 1);
}

#[test]
fn cancelling_ends_it_wherever_it_is() {
    let mut wait = long_polling();
    polled(wait.on(at(0), Event::Begin));
    rests(wait.on(at(1), Event::Observed(Ok(seen("running")))));
    let ControlFlow::Break(outcome) = wait.on(at(2), Event::Cancelled) else { panic!() };
    let error = outcome.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitCancelled);
    assert_eq!(error.last_observation().unwrap().status.raw(), "running");
}
