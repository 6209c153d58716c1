//! Whole submissions: how many generations there are afterwards, and what the caller holds.

use videogen_core::{ErrorKind, Refusal, SubmitOptions};
use videogen_emulator::{PlannedFault, ProviderName, SubmitFault, SubmitPlan, When};

use crate::submission::{new, planned, submit};
use crate::support::{THREE, seconds};

/// Accepted, and the answer does not say so.
const ACCEPTED_UNSAID: [SubmitFault; 5] = [
    SubmitFault::LostAnswer,
    SubmitFault::StalledAnswer,
    SubmitFault::CutAnswer,
    SubmitFault::TruncatedAnswer,
    SubmitFault::BadGatewayAfter,
];

const KEYLESS: [ProviderName; 2] = [ProviderName::PRISM, ProviderName::TOKEN360];

/// Room for one exchange that takes all of its time, and a repetition.
fn patient() -> SubmitOptions {
    let mut options = SubmitOptions::default();
    options.budget = options.answer_timeout + seconds(30.0);
    options
}

fn plan(provider: ProviderName, on: When, fault: SubmitFault) -> SubmitPlan {
    SubmitPlan::new(provider).with_fault(on, fault)
}

#[test]
fn without_a_promise_of_idempotency_a_lost_answer_is_ambiguous_and_nothing_is_repeated() {
    for provider in THREE {
        for fault in ACCEPTED_UNSAID {
            let emulator = planned(plan(provider, When::poll(1), fault));
            // At Sync Labs too, if there is no key.
            let course = submit(&emulator, provider, &new(provider), &patient(), 0);
            let name = format!("{provider} {fault:?}");
            assert_eq!(course.result.unwrap_err().kind(), ErrorKind::Ambiguous, "{name}");
            assert_eq!(emulator.submits(provider), 1, "{name}");
            assert_eq!(emulator.generations(provider).len(), 1, "{name}");
        }
    }
}

#[test]
fn with_an_idempotency_key_it_is_repeated_and_the_caller_holds_the_one_generation() {
    let provider = ProviderName::SYNCLABS;
    let new = new(provider).with_idempotency_key("order-7");
    for fault in ACCEPTED_UNSAID.into_iter().chain([SubmitFault::OutcomeUnknown]) {
        for lost in [1, 2] {
            let emulator = planned(plan(provider, When::polls(1..=lost), fault));
            let mut options = patient();
            options.budget *= 2;
            let course = submit(&emulator, provider, &new, &options, 0);
            let name = format!("{fault:?} {lost}");
            assert_eq!(course.ids(), emulator.generations(provider), "{name}");
            assert_eq!(emulator.generations(provider).len(), 1, "{name}");
            assert_eq!(emulator.submits(provider), lost + 1, "{name}");
            let handles: Vec<_> = emulator.log().into_iter().map(|it| it.handle).collect();
            assert_eq!(handles.len() as u64, lost + 1);
            assert!(handles.iter().all(|handle| *handle == handles[0]), "{handles:?}");
        }
    }
}

#[test]
fn with_an_idempotency_key_that_never_helps_it_is_ambiguous_within_the_budget() {
    let provider = ProviderName::SYNCLABS;
    let new = new(provider).with_idempotency_key("order-7");
    let options = patient();
    for fault in ACCEPTED_UNSAID {
        let emulator = planned(plan(provider, When::every(), fault));
        let course = submit(&emulator, provider, &new, &options, 0);
        let error = course.result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Ambiguous, "{fault:?}");
        assert_eq!(error.idempotency_key(), Some("order-7"), "{fault:?}");
        assert_eq!(emulator.generations(provider).len(), 1, "{fault:?}");
        assert!(emulator.submits(provider) > 1, "{fault:?}");
        for request in emulator.log() {
            assert!(request.at.since_origin() <= options.budget, "{fault:?}");
        }
    }
}

#[test]
fn an_unknown_outcome_that_stays_names_the_generation() {
    let provider = ProviderName::SYNCLABS;
    let new = new(provider).with_idempotency_key("order-7");
    let emulator = planned(plan(provider, When::every(), SubmitFault::OutcomeUnknown));
    let error = submit(&emulator, provider, &new, &patient(), 0).result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert_eq!(vec![error.handle().unwrap().id().to_owned()], emulator.generations(provider));
}

#[test]
fn what_looks_the_same_and_made_nothing_is_ambiguous_too() {
    for provider in KEYLESS {
        for fault in
            [SubmitFault::BadGatewayBefore, SubmitFault::ResetBefore, SubmitFault::Unavailable]
        {
            let emulator = planned(plan(provider, When::every(), fault));
            let course = submit(&emulator, provider, &new(provider), &patient(), 0);
            let name = format!("{provider} {fault:?}");
            assert_eq!(course.result.unwrap_err().kind(), ErrorKind::Ambiguous, "{name}");
            assert_eq!(emulator.submits(provider), 1, "{name}");
            assert_eq!(emulator.generations(provider), Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn a_gateway_that_lets_nothing_through_at_first_is_outlasted_with_a_key() {
    let provider = ProviderName::SYNCLABS;
    let new = new(provider).with_idempotency_key("order-7");
    let emulator = planned(
        plan(provider, When::poll(1), SubmitFault::BadGatewayBefore)
            .with_fault(When::poll(2), SubmitFault::ResetBefore)
            .with_fault(When::poll(3), SubmitFault::Unavailable),
    );
    let course = submit(&emulator, provider, &new, &SubmitOptions::default(), 0);
    assert_eq!(course.ids(), emulator.generations(provider));
    assert_eq!(emulator.submits(provider), 4);
}

#[test]
fn what_did_not_leave_is_repeated_within_the_budget() {
    for provider in THREE {
        let emulator = planned(SubmitPlan::new(provider));
        let options = SubmitOptions::default();
        let course = submit(&emulator, provider, &new(provider), &options, 3);
        assert_eq!(course.ids(), emulator.generations(provider), "{provider}");
        assert_eq!((course.sent, emulator.submits(provider)), (4, 1), "{provider}");
        let course = submit(&emulator, provider, &new(provider), &options, u32::MAX);
        assert_eq!(course.result.unwrap_err().kind(), ErrorKind::NotDelivered, "{provider}");
        assert!(course.sent > 4);
        assert_eq!(emulator.submits(provider), 1, "{provider}");
    }
}

#[test]
fn a_refusal_is_a_refusal_at_once_and_nothing_exists() {
    for provider in THREE {
        for (fault, refusal) in [
            (SubmitFault::RefusedInput, Refusal::Input),
            (SubmitFault::RefusedCredits, Refusal::Credits),
            (SubmitFault::RefusedRate, Refusal::Rate),
            (SubmitFault::Unauthorized, Refusal::Auth),
        ] {
            let emulator = planned(plan(provider, When::every(), fault));
            let mut new = new(provider);
            if provider == ProviderName::SYNCLABS {
                new = new.with_idempotency_key("order-7");
            }
            let course = submit(&emulator, provider, &new, &patient(), 0);
            let name = format!("{provider} {fault:?}");
            assert_eq!(course.result.unwrap_err().refusal(), Some(refusal), "{name}");
            assert_eq!(emulator.submits(provider), 1, "{name}");
            assert_eq!(emulator.generations(provider), Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn a_refusal_after_a_lost_answer_does_not_say_that_there_is_nothing() {
    let provider = ProviderName::SYNCLABS;
    let new = new(provider).with_idempotency_key("order-7");
    for fault in [
        // The first generation may be the one that runs.
        SubmitFault::RefusedConcurrency,
        SubmitFault::RefusedRate,
        SubmitFault::RefusedCredits,
        SubmitFault::Unauthorized,
        SubmitFault::Forbidden,
        SubmitFault::RefusedInput,
    ] {
        let plan = plan(provider, When::poll(1), SubmitFault::LostAnswer)
            .with_fault(When::Polls { from: 2, to: None }, fault);
        let emulator = planned(plan);
        let course = submit(&emulator, provider, &new, &patient(), 0);
        assert_eq!(course.result.unwrap_err().kind(), ErrorKind::Ambiguous, "{fault:?}");
        assert_eq!(emulator.generations(provider).len(), 1, "{fault:?}");
    }
}

#[test]
fn the_rest_that_is_asked_for_is_taken() {
    let provider = ProviderName::SYNCLABS;
    let new = new(provider).with_idempotency_key("order-7");
    let mut plan = SubmitPlan::new(provider);
    let fault = PlannedFault::new(When::poll(1), SubmitFault::Unavailable).resting(seconds(20.0));
    plan.faults.push(fault);
    let emulator = planned(plan);
    let course = submit(&emulator, provider, &new, &patient(), 0);
    assert_eq!(course.ids(), emulator.generations(provider));
    assert_eq!(course.ended.since_origin(), seconds(20.0));
}

#[test]
fn one_submission_to_prism_may_make_several() {
    let provider = ProviderName::PRISM;
    let body = r#"{"prompt":"a kite","modelName":"veo-3.1","count":4}"#;
    let new = videogen_core::NewGeneration::from_json(body).unwrap();
    let emulator = planned(SubmitPlan::new(provider));
    let course = submit(&emulator, provider, &new, &SubmitOptions::default(), 0);
    assert_eq!(course.ids(), emulator.generations(provider));
    assert_eq!(emulator.generations(provider).len(), 4);
    assert_eq!(emulator.submits(provider), 1);
}

#[test]
fn a_rest_of_nothing_is_no_reason_to_send_without_end() {
    let provider = ProviderName::SYNCLABS;
    let mut plan = SubmitPlan::new(provider);
    plan.faults
        .push(PlannedFault::new(When::every(), SubmitFault::Unavailable).resting(seconds(0.0)));
    let new = new(provider).with_idempotency_key("order-7");
    let course = submit(&planned(plan), provider, &new, &patient(), 0);
    assert_eq!(course.result.unwrap_err().kind(), ErrorKind::Ambiguous);
}

#[test]
fn a_generation_that_was_named_once_is_not_forgotten() {
    let provider = ProviderName::SYNCLABS;
    let plan = plan(provider, When::poll(1), SubmitFault::OutcomeUnknown)
        .with_fault(When::every(), SubmitFault::LostAnswer);
    let new = new(provider).with_idempotency_key("order-7");
    let error = submit(&planned(plan), provider, &new, &patient(), 0).result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert!(error.handle().is_some());
}

#[test]
fn a_stalled_answer_is_repeated_by_default_where_there_is_a_key() {
    let provider = ProviderName::SYNCLABS;
    let emulator = planned(plan(provider, When::poll(1), SubmitFault::StalledAnswer));
    let new = new(provider).with_idempotency_key("order-7");
    let course = submit(&emulator, provider, &new, &SubmitOptions::default(), 0);
    assert_eq!(course.ids(), emulator.generations(provider));
}
