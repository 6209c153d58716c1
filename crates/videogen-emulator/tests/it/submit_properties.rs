//! What holds for every submission, whatever goes wrong with it.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use videogen_core::{ErrorKind, SubmitOptions};
use videogen_emulator::{PlannedFault, ProviderName, SubmitFault, SubmitPlan, When};

use crate::submission::{new, planned, submit};
use crate::support::{THREE, check_plan, seconds};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// A fault, and how long to rest then, in seconds. Not 0: see the test of that in `submits`.
fn fault() -> impl Strategy<Value = (SubmitFault, Option<u32>)> {
    (select(SubmitFault::ALL.to_vec()), option::of(0_u32..100))
}

/// One fault or none for each submission in turn, and perhaps one for all that follow.
fn plan() -> impl Strategy<Value = SubmitPlan> {
    let provider = select(THREE.to_vec());
    let faults = prop::collection::vec(option::weighted(0.9, fault()), 0..6);
    (provider, faults, option::of(fault())).prop_map(|(provider, faults, rest)| {
        let mut plan = SubmitPlan::new(provider);
        let mut add = |on, (fault, rest): (SubmitFault, Option<u32>)| {
            let plain = PlannedFault::new(on, fault);
            let resting = rest.map(|rest| plain.resting(seconds(f64::from(rest))));
            // Only what the provider and the fault have.
            for fault in resting.into_iter().chain([plain]) {
                let mut with = plan.clone();
                with.faults.push(fault);
                if check_plan(&with).is_ok() {
                    plan = with;
                    return;
                }
            }
        };
        let mut number = 0;
        for fault in faults {
            number += 1;
            if let Some(fault) = fault {
                add(When::poll(number), fault);
            }
        }
        if let Some(fault) = rest {
            add(When::Polls { from: number + 1, to: None }, fault);
        }
        plan
    })
}

fn options() -> impl Strategy<Value = SubmitOptions> {
    (0_u32..300, 1_u32..90, 1_u32..10).prop_map(|(budget, timeout, rest)| {
        let mut options = SubmitOptions::default();
        options.budget = seconds(f64::from(budget));
        options.answer_timeout = seconds(f64::from(timeout));
        options.first_rest = seconds(f64::from(rest));
        options
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn at_most_one_generation_exists_and_the_caller_is_told_the_truth(
        plan in plan(),
        options in options(),
        keyed in any::<bool>(),
        undelivered in 0_u32..4,
    ) {
        let provider = plan.provider;
        let keyed = keyed && provider == ProviderName::SYNCLABS;
        let mut new = new(provider);
        if keyed {
            new = new.with_idempotency_key("order-7");
        }
        let emulator = planned(plan);
        let course = submit(&emulator, provider, &new, &options, undelivered);
        let made = emulator.generations(provider);
        prop_assert!(made.len() <= 1, "{made:?}");
        if !keyed {
            prop_assert!(emulator.submits(provider) <= 1);
        }
        match &course.result {
            Ok(_) => prop_assert_eq!(course.ids(), made),
            Err(error) if error.kind() == ErrorKind::Ambiguous => {
                // It may have arrived only if it did.
                prop_assert!(emulator.submits(provider) >= 1);
                if let Some(handle) = error.handle() {
                    prop_assert_eq!(vec![handle.id().to_owned()], made);
                }
                prop_assert_eq!(error.idempotency_key().is_some(), keyed);
            }
            // Anything else says that there is nothing.
            Err(error) => prop_assert_eq!(made, Vec::<String>::new(), "{:?}", error),
        }
        for request in emulator.log() {
            prop_assert!(request.at.since_origin() <= options.budget);
        }
    }

    #[test]
    fn every_plan_is_the_same_after_a_trip_through_json(plan in plan()) {
        let json = serde_json::to_string(&plan).unwrap();
        prop_assert_eq!(SubmitPlan::parse(&json).unwrap(), plan, "{}", json);
    }

    #[test]
    fn no_text_makes_reading_a_plan_panic(text in ".{0,200}", at in 0_usize..80) {
        let _ = SubmitPlan::parse(&text);
        let mut near = r#"{"provider":"prism","generation":{},"faults":[{"on":1,"fault":"cut_answer"}]}"#.to_owned();
        near.replace_range(at.min(near.len())..at.saturating_add(1).min(near.len()), &text);
        let _ = SubmitPlan::parse(&near);
    }

    #[test]
    fn whatever_is_submitted_there_is_an_answer(
        provider in select(THREE.to_vec()),
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..80),
            r#"\{"(prompt|model|modelName|input|count|duration|variables)":("x"|0|9|-1|1e400|null|\[\]|\[1\]|\{\})(,"(prompt|model|modelName)":("y"|""|7))?\}"#
                .prop_map(String::into_bytes),
        ],
        key in option::of("[ -~]{0,140}"),
    ) {
        use videogen_emulator::{Emulator, Wire};
        let mut emulator = Emulator::new(crate::support::started());
        let mut request = crate::submit_requests::post(crate::submit_requests::path(provider), "");
        *request.body_mut() = body;
        if let Some(key) = key {
            request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        }
        let reply = emulator.answer(videogen_core::Moment::ORIGIN, &request);
        let Wire::Response(response) = reply.wire else { panic!("no answer") };
        let accepted = response.status().is_success();
        prop_assert!(accepted || response.status() == 400, "{}", response.status());
        prop_assert_eq!(accepted, !emulator.generations(provider).is_empty());
    }
}
