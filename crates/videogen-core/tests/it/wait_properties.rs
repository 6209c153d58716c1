//! What holds of a wait whatever happens to it.

use std::ops::ControlFlow;
use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use videogen_core::webhook::{Hint, Verified};
use videogen_core::{
    Action, Error, ErrorKind, Event, Generation, LongPoll, Moment, Outcome, Pace, StatusQuery,
    Wait, WaitOptions,
};

use crate::{WORDS, guidance, handle, seconds, seen, without_output};

/// What a poll gives, and how long that takes.
#[derive(Clone, Debug)]
enum Answer {
    Seen { word: &'static str, with_output: bool, poll_after: Option<Duration> },
    Failed { kind: ErrorKind, retry_after: Option<Duration> },
}

const TRANSIENT: [ErrorKind; 5] = [
    ErrorKind::RateLimited,
    ErrorKind::Unavailable,
    ErrorKind::InvalidResponse,
    ErrorKind::NotDelivered,
    ErrorKind::Interrupted,
];

fn milliseconds(up_to: u64) -> impl Strategy<Value = Duration> {
    (0..=up_to).prop_map(Duration::from_millis)
}

fn hint() -> impl Strategy<Value = Option<Duration>> {
    prop::option::weighted(0.3, milliseconds(200_000))
}

fn kind() -> impl Strategy<Value = ErrorKind> {
    prop_oneof![
        8 => prop::sample::select(TRANSIENT.to_vec()),
        2 => Just(ErrorKind::NotFound),
        1 => prop::sample::select(vec![ErrorKind::Refused, ErrorKind::Unauthorized]),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    let word = prop::sample::select(vec!["queued", "running", "polishing", "done", "failed"]);
    prop_oneof![
        (word, any::<bool>(), hint()).prop_map(|(word, with_output, poll_after)| Answer::Seen {
            word,
            with_output,
            poll_after
        }),
        (kind(), hint()).prop_map(|(kind, retry_after)| Answer::Failed { kind, retry_after }),
    ]
}

fn options() -> impl Strategy<Value = WaitOptions> {
    (
        milliseconds(300_000),
        milliseconds(20_000),
        milliseconds(5_000),
        milliseconds(60_000),
        milliseconds(10_000),
        prop::option::weighted(0.2, 1_u32..6),
        prop::sample::select(vec![
            StatusQuery::Plain,
            StatusQuery::Progress,
            StatusQuery::LongPoll { hold: None },
            StatusQuery::LongPoll { hold: Some(seconds(20)) },
        ]),
    )
        .prop_map(|(deadline, interval, floor, longest, first, failures, query)| {
            let mut options = WaitOptions::with_deadline(&guidance(), deadline);
            options.pace = Pace::of(&guidance(), deadline);
            options.pace.interval = interval;
            // A floor of nothing would let a virtual wait poll for ever in no time.
            options.pace.floor = floor.max(Duration::from_millis(20));
            options.pace.longest_rest = longest;
            options.pace.first_rest = first;
            options.max_failures = failures.and_then(std::num::NonZeroU32::new);
            options.query = query;
            options
        })
}

fn observed(answer: &Answer) -> Result<Generation, Error> {
    match answer {
        Answer::Seen { word, with_output, poll_after } => {
            let mut generation = if *with_output { seen(word) } else { without_output(word) };
            generation.poll_after = *poll_after;
            Ok(generation)
        }
        Answer::Failed { kind, retry_after } => {
            Err(Error::new(*kind, "made up").with_retry_after(*retry_after))
        }
    }
}

fn hint_of(answer: &Answer) -> Duration {
    match answer {
        Answer::Seen { poll_after, .. } => poll_after.unwrap_or_default(),
        Answer::Failed { retry_after, .. } => retry_after.unwrap_or_default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Over arbitrary answers that take arbitrarily long, with a driver that wakes arbitrarily late:
    /// bounds, hints, the end, and what is said about it.
    #[test]
    fn a_wait_keeps_its_promises(
        options in options(),
        answers in prop::collection::vec((answer(), milliseconds(40_000)), 1..40),
        late in prop::collection::vec(milliseconds(3_000), 1..10),
        has_long_poll: bool,
    ) {
        let mut guidance = guidance();
        if has_long_poll {
            guidance = guidance.with_long_poll(LongPoll::new(seconds(30), seconds(55)));
        }
        let mut wait = Wait::new(handle(), &WORDS, &guidance, options.clone());
        let mut now = Moment::new(seconds(1_000));
        let deadline = now + options.deadline;
        let last_poll = deadline.saturating_sub(Duration::from_millis(200).min(options.deadline / 10));
        let mut event = Event::Begin;
        // When the last answer came, and when the provider would like to be asked again.
        let mut answered: Option<(Moment, Moment)> = None;
        let (mut polls, mut last_polls, mut wakes) = (0, 0, 0);
        let mut last_seen = None;
        let mut last_failed = None;
        let outcome = loop {
            match wait.on(now, event) {
                ControlFlow::Break(outcome) => break outcome,
                ControlFlow::Continue(Action::Poll { query, timeout }) => {
                    prop_assert!(now <= deadline, "polls after the deadline");
                    last_polls += usize::from(now >= last_poll);
                    prop_assert!(last_polls <= 1, "polls again after the last poll");
                    if let Some((answered, wanted)) = answered {
                        prop_assert!(now.since(answered) >= options.pace.floor, "polls before the floor");
                        prop_assert!(now >= wanted || now >= last_poll, "polls before the hint");
                    }
                    if let StatusQuery::LongPoll { hold } = query {
                        prop_assert!(has_long_poll);
                        prop_assert!(hold.is_none_or(|hold| hold >= seconds(1)), "hardly held at all");
                        let held = hold.unwrap_or_else(|| seconds(30));
                        prop_assert!(now + held <= deadline, "held past the deadline");
                        prop_assert!(timeout >= held, "the time limit is shorter than the hold");
                    }
                    prop_assert!(query != StatusQuery::Progress, "asks for what there is not");
                    prop_assert!((now + timeout).since(deadline) <= seconds(5), "the answer may come too late");
                    let (answer, took) = &answers[polls % answers.len()];
                    polls += 1;
                    now = now + *took;
                    answered = Some((now, now + hint_of(answer)));
                    let result = observed(answer);
                    match &result {
                        Ok(generation) => last_seen = Some(generation.clone()),
                        Err(error) => last_failed = Some(error.kind()),
                    }
                    event = Event::Observed(result);
                }
                ControlFlow::Continue(Action::Rest { until }) => {
                    prop_assert!(until <= deadline, "rests past the deadline");
                    now = now.max(until) + late[wakes % late.len()];
                    wakes += 1;
                    event = Event::Woke;
                }
            }
            prop_assert!(polls < 10_000, "does not end");
        };
        prop_assert_eq!(wait.polls() as usize, polls);
        match &outcome {
            Outcome::Settled(generation) => {
                prop_assert!(generation.is_terminal());
                prop_assert!(generation.status.raw() != "done" || generation.has_primary_output());
            }
            Outcome::WithoutOutput(generation) => prop_assert!(!generation.has_primary_output()),
            Outcome::GaveUp { handle: named, last, error } => {
                prop_assert_eq!(named, &handle());
                prop_assert_eq!(error.handle(), Some(&handle()));
                prop_assert_eq!(last.as_deref(), last_seen.as_ref());
                prop_assert_eq!(error.last_observation(), last_seen.as_ref());
                let last_error = error.last_error().map_or_else(|| error.kind(), Error::kind);
                // What was seen before and is not found any longer is gone.
                let is_gone = last_seen.is_some() && error.kind() == ErrorKind::GenerationGone;
                let told = [last_error, if is_gone { ErrorKind::NotFound } else { error.kind() }];
                let is_told = last_failed.is_none_or(|kind| told.contains(&kind));
                prop_assert!(is_told, "ends with {:?} after {:?}", told, last_failed);
                prop_assert!(error.to_string().starts_with("example:g1: "));
            }
        }
        // Settled is settled.
        let said = format!("{outcome:?}");
        for event in [Event::Woke, Event::Observed(Ok(seen("running"))), Event::Begin, Event::Cancelled,
            Event::Observed(Err(Error::new(ErrorKind::Unauthorized, "late")))] {
            let again = wait.on(now, event);
            let ControlFlow::Break(again) = again else { panic!("goes on after its end") };
            prop_assert_eq!(format!("{again:?}"), said.as_str());
        }
    }

    /// An outage of half the deadline, unless it lasts to the very end, changes nothing about the outcome.
    #[test]
    fn an_outage_of_half_the_deadline_is_outlived(
        deadline in 20_u64..20_000,
        from in 0.0_f64..0.48,
        ends_at in 0.0_f64..0.9,
        kinds in prop::collection::vec(prop::sample::select(TRANSIENT.to_vec()), 1..8),
        fails: bool,
    ) {
        let deadline = seconds(deadline);
        let outage = deadline.mul_f64(from)..deadline.mul_f64(from + 0.5);
        let ends_at = deadline.mul_f64(ends_at);
        let mut wait = Wait::new(handle(), &WORDS, &guidance(), WaitOptions::with_deadline(&guidance(), deadline));
        let mut now = Moment::ORIGIN;
        let mut event = Event::Begin;
        let mut polls = 0;
        let outcome = loop {
            match wait.on(now, event) {
                ControlFlow::Break(outcome) => break outcome,
                ControlFlow::Continue(Action::Rest { until }) => {
                    now = until;
                    event = Event::Woke;
                }
                ControlFlow::Continue(Action::Poll { .. }) => {
                    let age = now.since(Moment::ORIGIN);
                    polls += 1;
                    event = Event::Observed(if outage.contains(&age) {
                        Err(Error::new(kinds[polls % kinds.len()], "out of order"))
                    } else if age >= ends_at {
                        Ok(seen(if fails { "failed" } else { "done" }))
                    } else {
                        Ok(seen("running"))
                    });
                }
            }
        };
        prop_assert!(matches!(&outcome, Outcome::Settled(_)), "{outcome:?}");
        // And it does not hammer: no more than one poll an interval, with some for the ends.
        prop_assert!(polls as f64 <= deadline.as_secs_f64() / 5.0 + 3.0, "{polls} polls");
    }

    /// Events in any order, at any times, even ones that go back: the machine answers each and nothing panics.
    #[test]
    fn any_events_in_any_order_are_fine(
        options in options(),
        events in prop::collection::vec((0..8_u8, answer(), milliseconds(400_000)), 0..60),
    ) {
        let mut wait = Wait::new(handle(), &WORDS, &guidance(), options);
        let mut over: Option<String> = None;
        for (which, answer, at) in events {
            let event = match which {
                0 => Event::Begin,
                1 | 2 => Event::Observed(observed(&answer)),
                3 => Event::Woke,
                4 => Event::Notified(Hint::new(handle()).into()),
                5 | 6 => match observed(&answer) {
                    Ok(generation) => Event::Notified(Verified::new(generation, UNIX_EPOCH).into()),
                    Err(_) => Event::Notified(Hint::new(handle()).into()),
                },
                _ if over.is_none() && at.subsec_millis() > 10 => Event::Woke,
                _ => Event::Cancelled,
            };
            let step = wait.on(Moment::new(at), event);
            if let ControlFlow::Break(outcome) = step {
                let said = format!("{outcome:?}");
                prop_assert_eq!(over.get_or_insert_with(|| said.clone()), &said);
            } else {
                prop_assert!(over.is_none());
            }
        }
    }
}
