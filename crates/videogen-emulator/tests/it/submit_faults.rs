//! What goes wrong with submissions, as the real clients see it.

use videogen_core::{Error, ErrorKind, Moment, Refusal};
use videogen_emulator::{
    Emulator, PlannedFault, ProviderName, SubmitFault, SubmitPlan, When, Wire,
};

use crate::submission::{new, planned};
use crate::support::{KEY, THREE, check_plan, client, seconds, started, text};

/// The faults that a provider has.
fn faults(provider: ProviderName) -> impl Iterator<Item = SubmitFault> {
    SubmitFault::ALL.into_iter().filter(move |fault| {
        check_plan(&SubmitPlan::new(provider).with_fault(When::every(), *fault)).is_ok()
    })
}

/// The answers to a submission under each fault.
fn gallery(provider: ProviderName) -> String {
    let call = client(provider, KEY).submit(&new(provider)).unwrap();
    let shown = std::iter::once(None).chain(faults(provider).map(Some)).map(|fault| {
        let mut emulator = Emulator::new(started());
        let plan = match fault {
            Some(fault) => SubmitPlan::new(provider).with_fault(When::every(), fault),
            None => SubmitPlan::new(provider),
        };
        emulator.plan_submits(Moment::ORIGIN, plan).unwrap();
        let reply = emulator.answer(Moment::ORIGIN, call.request());
        let made = emulator.generations(provider).len();
        let accepts = fault.is_none_or(SubmitFault::accepts);
        assert_eq!(made, usize::from(accepts), "{provider} {fault:?}");
        format!("## {fault:?}, {made} made\n{}", text(&reply))
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn of_prism() {
    insta::assert_snapshot!(gallery(ProviderName::PRISM));
}

#[test]
fn of_token360() {
    insta::assert_snapshot!(gallery(ProviderName::TOKEN360));
}

#[test]
fn of_synclabs() {
    insta::assert_snapshot!(gallery(ProviderName::SYNCLABS));
}

fn seen(provider: ProviderName, fault: PlannedFault) -> Error {
    let mut plan = SubmitPlan::new(provider);
    plan.faults.push(fault);
    let call = client(provider, KEY).submit(&new(provider)).unwrap();
    call.send(&planned(plan)).expect_err(&format!("{provider} {fault:?}"))
}

#[test]
fn clients_see_each_fault_as_what_it_is() {
    for provider in THREE {
        for fault in faults(provider) {
            let expected = match fault {
                SubmitFault::LostAnswer
                | SubmitFault::StalledAnswer
                | SubmitFault::CutAnswer
                | SubmitFault::ResetBefore => (ErrorKind::Interrupted, None),
                SubmitFault::TruncatedAnswer => (ErrorKind::InvalidResponse, None),
                SubmitFault::BadGatewayAfter
                | SubmitFault::BadGatewayBefore
                | SubmitFault::Unavailable
                | SubmitFault::OutcomeUnknown => (ErrorKind::Unavailable, None),
                SubmitFault::RefusedInput => (ErrorKind::Refused, Some(Refusal::Input)),
                SubmitFault::RefusedModeration => continue,
                SubmitFault::RefusedCredits => (ErrorKind::PaymentRequired, Some(Refusal::Credits)),
                SubmitFault::RefusedConcurrency => {
                    (ErrorKind::RateLimited, Some(Refusal::Concurrency))
                }
                SubmitFault::RefusedRate => (ErrorKind::RateLimited, Some(Refusal::Rate)),
                SubmitFault::Unauthorized => (ErrorKind::Unauthorized, Some(Refusal::Auth)),
                // Its 403 says that the plan does not have it.
                SubmitFault::Forbidden if provider == ProviderName::SYNCLABS => {
                    (ErrorKind::Forbidden, Some(Refusal::Credits))
                }
                SubmitFault::Forbidden => (ErrorKind::Forbidden, Some(Refusal::Auth)),
                other => panic!("{other:?}"),
            };
            let error = seen(provider, PlannedFault::new(When::every(), fault));
            assert_eq!((error.kind(), error.refusal()), expected, "{provider} {fault:?}");
        }
    }
}

#[test]
fn a_vendors_moderation_is_seen_as_what_it_is() {
    let fault = PlannedFault::new(When::every(), SubmitFault::RefusedModeration);
    let error = seen(ProviderName::TOKEN360, fault);
    assert_eq!((error.kind(), error.refusal()), (ErrorKind::Refused, Some(Refusal::Moderation)));
}

#[test]
fn the_rest_is_what_the_client_reads() {
    for (provider, fault) in [
        (ProviderName::PRISM, SubmitFault::Unavailable),
        (ProviderName::TOKEN360, SubmitFault::RefusedRate),
        (ProviderName::SYNCLABS, SubmitFault::RefusedConcurrency),
    ] {
        let fault = PlannedFault::new(When::every(), fault).resting(seconds(7.5));
        assert_eq!(seen(provider, fault).retry_after(), Some(seconds(7.5)), "{provider}");
    }
    let usual = PlannedFault::new(When::every(), SubmitFault::RefusedConcurrency);
    assert_eq!(seen(ProviderName::SYNCLABS, usual).retry_after(), Some(seconds(30.0)));
}

#[test]
fn an_unknown_outcome_names_the_generation() {
    let fault = PlannedFault::new(When::every(), SubmitFault::OutcomeUnknown);
    let error = seen(ProviderName::SYNCLABS, fault);
    assert_eq!(error.provider_code(), Some("IDEMPOTENCY_OUTCOME_UNKNOWN"));
    assert_eq!(error.handle().unwrap().id(), "00000000-0000-4000-8000-000000000001");
}

#[test]
fn connections_end_as_told() {
    let wire = |fault| {
        let provider = ProviderName::PRISM;
        let mut emulator = Emulator::new(started());
        let plan = SubmitPlan::new(provider).with_fault(When::every(), fault);
        emulator.plan_submits(Moment::ORIGIN, plan).unwrap();
        let call = client(provider, KEY).submit(&new(provider)).unwrap();
        emulator.answer(Moment::ORIGIN, call.request()).wire
    };
    assert!(matches!(wire(SubmitFault::LostAnswer), Wire::Reset));
    assert!(matches!(wire(SubmitFault::ResetBefore), Wire::Reset));
    assert!(matches!(wire(SubmitFault::StalledAnswer), Wire::Stall));
    let Wire::Cut { response, keep } = wire(SubmitFault::CutAnswer) else { panic!("not cut") };
    assert!(0 < keep && keep < response.body().len());
}
