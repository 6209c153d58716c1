//! Submitting: never twice what may have arrived.

use std::ops::ControlFlow;

use proptest::prelude::*;
use videogen_core::{
    Accepted, Error, ErrorKind, Moment, NewGeneration, Refusal, Submit, SubmitAction, SubmitEvent,
    SubmitOptions,
};

use crate::{handle, seconds};

const KEY: &str = "key-1";

/// What came of sending it once.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Accepted,
    NotDelivered,
    MayHaveArrived(ErrorKind),
    Refused(ErrorKind),
}

fn result(answer: Answer) -> Result<Accepted, Error> {
    match answer {
        Answer::Accepted => Ok(Accepted::new(vec![handle()])),
        Answer::NotDelivered => Err(Error::new(ErrorKind::NotDelivered, "no connection")),
        Answer::MayHaveArrived(kind) | Answer::Refused(kind) => Err(Error::new(kind, "made up")),
    }
}

/// Submits at once, in virtual time; each exchange takes a second.
fn run(key: Option<&str>, answers: &[Answer]) -> (Result<Accepted, Error>, Vec<Moment>) {
    let mut submit = Submit::new("example", key.map(ToOwned::to_owned), SubmitOptions::default());
    let mut now = Moment::ORIGIN;
    let mut event = SubmitEvent::Begin;
    let mut sent = Vec::new();
    loop {
        match submit.on(now, event) {
            ControlFlow::Break(result) => {
                let said = format!("{result:?}");
                for event in [SubmitEvent::Begin, SubmitEvent::Woke, SubmitEvent::Cancelled] {
                    let ControlFlow::Break(again) = submit.on(now, event) else {
                        panic!("goes on")
                    };
                    assert_eq!(format!("{again:?}"), said);
                }
                assert_eq!(submit.sent() as usize, sent.len());
                return (result, sent);
            }
            ControlFlow::Continue(SubmitAction::Rest { until }) => {
                now = until;
                event = SubmitEvent::Woke;
            }
            ControlFlow::Continue(SubmitAction::Send { .. }) => {
                let answer = answers[sent.len() % answers.len()];
                sent.push(now);
                now = now + seconds(1);
                event = SubmitEvent::Answered(result(answer));
            }
        }
    }
}

const UNCLEAR: [ErrorKind; 3] =
    [ErrorKind::Interrupted, ErrorKind::Unavailable, ErrorKind::InvalidResponse];
const CLEAR: [ErrorKind; 5] = [
    ErrorKind::Refused,
    ErrorKind::Unauthorized,
    ErrorKind::PaymentRequired,
    ErrorKind::Forbidden,
    ErrorKind::RateLimited,
];

#[test]
fn what_was_accepted_is_accepted() {
    let (accepted, sent) = run(None, &[Answer::Accepted]);
    assert_eq!(accepted.unwrap().handles, [handle()]);
    assert_eq!(sent.len(), 1);
}

#[test]
fn a_lost_answer_is_ambiguous_and_nothing_is_repeated() {
    for kind in UNCLEAR {
        let (result, sent) = run(None, &[Answer::MayHaveArrived(kind)]);
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Ambiguous, "{kind:?}");
        assert_eq!(error.refusal(), None);
        assert_eq!(sent.len(), 1, "{kind:?}");
    }
    let (result, _) = run(None, &[Answer::MayHaveArrived(ErrorKind::Interrupted)]);
    insta::assert_snapshot!(result.unwrap_err(), @"the submission to example may have been accepted, and billed: no answer said so; look at the provider whether it is there before you submit it anew");
}

#[test]
fn with_a_key_a_lost_answer_is_asked_for_again() {
    let (result, sent) =
        run(Some(KEY), &[Answer::MayHaveArrived(ErrorKind::Interrupted), Answer::Accepted]);
    assert!(result.is_ok());
    assert_eq!(sent.len(), 2);
    assert_eq!(
        run(None, &[Answer::NotDelivered]).0.unwrap_err().to_string(),
        "no connection; nothing was submitted; check the network, the host's name, proxies and certificates"
    );
    // For as long as the budget lasts.
    let (result, sent) = run(Some(KEY), &[Answer::MayHaveArrived(ErrorKind::Unavailable)]);
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert_eq!(error.idempotency_key(), Some(KEY));
    assert!(
        sent.len() > 3 && *sent.last().unwrap() <= Moment::new(SubmitOptions::default().budget),
        "{sent:?}"
    );
    insta::assert_snapshot!(error, @"the submission to example may have been accepted, and billed: no answer said so; submitting the same with the idempotency key `key-1` makes nothing twice; look at the provider whether it is there before you submit it anew");
}

#[test]
fn a_redirect_may_say_where_what_was_made_is() {
    for (status, kind) in [
        (301, ErrorKind::Ambiguous),
        (302, ErrorKind::Ambiguous),
        (303, ErrorKind::Ambiguous),
        (307, ErrorKind::Redirected),
        (308, ErrorKind::Redirected),
    ] {
        for key in [None, Some(KEY)] {
            let error = Error::new(ErrorKind::of_http_status(status), "a redirect")
                .with_http_status(status);
            let mut machine =
                Submit::new("example", key.map(str::to_owned), SubmitOptions::default());
            let _ = machine.on(Moment::ORIGIN, SubmitEvent::Begin);
            let step = machine.on(Moment::ORIGIN, SubmitEvent::Answered(Err(error)));
            let ControlFlow::Break(Err(error)) = step else { panic!("{status}: {step:?}") };
            assert_eq!(error.kind(), kind, "{status}");
        }
    }
}

#[test]
fn what_never_left_is_repeated_and_is_no_riddle() {
    let (result, sent) = run(None, &[Answer::NotDelivered, Answer::NotDelivered, Answer::Accepted]);
    assert!(result.is_ok());
    assert_eq!(sent.len(), 3);
    let (result, sent) = run(None, &[Answer::NotDelivered]);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::NotDelivered);
    assert!(*sent.last().unwrap() <= Moment::new(SubmitOptions::default().budget));
}

#[test]
fn a_refusal_is_final_and_says_why() {
    for kind in CLEAR {
        let (result, sent) = run(Some(KEY), &[Answer::Refused(kind)]);
        let error = result.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.refusal().is_some());
        assert_eq!(sent.len(), 1);
    }
    // But not of what was sent before it.
    let (result, _) = run(
        Some(KEY),
        &[Answer::MayHaveArrived(ErrorKind::Interrupted), Answer::Refused(ErrorKind::Unauthorized)],
    );
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Ambiguous);
    // And its cause does not say that nothing was made.
    let (result, _) = run(
        Some(KEY),
        &[Answer::MayHaveArrived(ErrorKind::Interrupted), Answer::Refused(ErrorKind::Refused)],
    );
    let error = result.unwrap_err();
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "made up");
    let limited = Error::new(ErrorKind::RateLimited, "too many at once");
    assert_eq!(limited.refusal(), Some(Refusal::Rate));
    let limited = limited.with_refusal(Some(Refusal::Concurrency));
    assert_eq!(limited.refusal(), Some(Refusal::Concurrency));
}

#[test]
fn cancelling_what_was_sent_is_ambiguous_and_what_was_not_is_not() {
    let cancelled = |first: SubmitEvent| {
        let mut submit = Submit::new("example", None, SubmitOptions::default());
        let step = submit.on(Moment::ORIGIN, first);
        assert!(step.is_continue() || matches!(step, ControlFlow::Break(Err(_))));
        let ControlFlow::Break(Err(error)) = submit.on(Moment::ORIGIN, SubmitEvent::Cancelled)
        else {
            panic!("goes on")
        };
        error.kind()
    };
    assert_eq!(cancelled(SubmitEvent::Begin), ErrorKind::Ambiguous);
    assert_eq!(cancelled(SubmitEvent::Cancelled), ErrorKind::WaitCancelled);
}

#[test]
fn what_is_no_json_object_is_refused_before_anything_is_sent() {
    for body in ["", "[]", "null", "{", "\"x\""] {
        let error = NewGeneration::from_json(body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{body}");
    }
    assert!(NewGeneration::from_json("{}").is_ok());
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        1 => Just(Answer::Accepted),
        3 => Just(Answer::NotDelivered),
        3 => prop::sample::select(UNCLEAR.to_vec()).prop_map(Answer::MayHaveArrived),
        1 => prop::sample::select(CLEAR.to_vec()).prop_map(Answer::Refused),
    ]
}

proptest! {
    /// The one that matters: whatever happens, what may have arrived is not sent again without a key.
    #[test]
    fn nothing_is_paid_twice(has_key: bool, answers in prop::collection::vec(answer(), 1..12)) {
        let (result, sent) = run(has_key.then_some(KEY), &answers);
        let given: Vec<Answer> = (0..sent.len()).map(|n| answers[n % answers.len()]).collect();
        let arrived = |answer: &&Answer| !matches!(answer, Answer::NotDelivered | Answer::Refused(_));
        if !has_key {
            prop_assert!(given.iter().filter(arrived).count() <= 1, "{:?}", given);
        }
        prop_assert!(sent.iter().all(|at| at.since(Moment::ORIGIN) <= SubmitOptions::default().budget));
        // And what may have arrived is never called undelivered.
        match result {
            Ok(_) => prop_assert_eq!(given.last(), Some(&Answer::Accepted)),
            Err(error) => match error.kind() {
                ErrorKind::Ambiguous => {
                    prop_assert!(given.iter().any(|a| matches!(a, Answer::MayHaveArrived(_))));
                }
                ErrorKind::NotDelivered => {
                    prop_assert!(given.iter().all(|a| *a == Answer::NotDelivered));
                }
                kind => {
                    prop_assert_eq!(given.last(), Some(&Answer::Refused(kind)));
                    prop_assert!(!given.iter().any(|a| matches!(a, Answer::MayHaveArrived(_))));
                }
            },
        }
    }
}
