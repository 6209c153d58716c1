//! Plans as JSON, and posted.

use serde_json::json;
use videogen_core::Moment;
use videogen_emulator::{
    Emulator, Ending, PlannedFault, ProviderName, Script, SubmitFault, SubmitPlan, When,
};

use crate::submission::new;
use crate::submit_requests::{path, post};
use crate::support::{at, get, json, read_plan, response, seconds, started};

#[test]
fn every_member_is_read() {
    let plan = SubmitPlan::parse(
        r#"{"provider":"synclabs","generation":{"queued_s":2,"running_s":20.5,"ends":"rejected",
            "error_code":"c","model":"m","faults":[{"on":1,"fault":"not_found"}]},
            "faults":[{"on":{"from":2,"to":3},"fault":"refused_rate","retry_after_s":5},
                      {"on":{"after_s":60,"for_s":30},"fault":"outcome_unknown"}]}"#,
    )
    .unwrap();
    let mut script = Script::new(ProviderName::SYNCLABS)
        .queued_for(seconds(2.0))
        .running_for(seconds(20.5))
        .ending(Ending::Rejected)
        .with_fault(When::poll(1), videogen_emulator::Fault::NotFound);
    script.error_code = Some("c".to_owned());
    script.model = Some("m".to_owned());
    let expected = SubmitPlan::new(ProviderName::SYNCLABS)
        .with_generation(script)
        .with_fault(When::polls(2..=3), SubmitFault::RefusedRate)
        .with_fault(When::outage(seconds(60.0), seconds(30.0)), SubmitFault::OutcomeUnknown);
    assert_eq!(plan.generation, expected.generation);
    assert_eq!(plan.faults[0], expected.faults[0].resting(seconds(5.0)));
    assert_eq!(plan.faults[1], expected.faults[1]);
}

#[test]
fn the_provider_alone_is_a_plan() {
    let plan = SubmitPlan::parse(r#"{"provider":"prism"}"#).unwrap();
    assert_eq!(plan, SubmitPlan::new(ProviderName::PRISM));
    assert_eq!(plan.generation.running, seconds(5.0));
    // A generation that is given has no usual run.
    let plan = SubmitPlan::parse(r#"{"provider":"prism","generation":{}}"#).unwrap();
    assert_eq!(plan.generation, Script::new(ProviderName::PRISM));
}

#[test]
fn every_fault_has_its_name() {
    let names = [
        "lost_answer",
        "stalled_answer",
        "cut_answer",
        "truncated_answer",
        "bad_gateway_after",
        "bad_gateway_before",
        "reset_before",
        "unavailable",
        "outcome_unknown",
        "refused_input",
        "refused_moderation",
        "refused_credits",
        "refused_concurrency",
        "refused_rate",
        "unauthorized",
        "forbidden",
    ];
    for (fault, name) in SubmitFault::ALL.into_iter().zip(names) {
        let planned = json!({ "on": "every", "fault": name });
        assert_eq!(json!(PlannedFault::new(When::every(), fault)), planned);
        let read: PlannedFault = serde_json::from_value(planned).unwrap();
        assert_eq!(read.fault, fault);
    }
}

#[test]
fn what_is_wrong_with_a_plan_is_said_with_the_member() {
    let refused = |json: &str| {
        let error = read_plan(json).expect_err(json);
        format!("[{}] {error}", error.field)
    };
    let fault = |provider: &str, rest: &str| {
        refused(&format!(r#"{{"provider":"{provider}","faults":[{{{rest}}}]}}"#))
    };
    let said = [
        refused("{}"),
        refused("[]"),
        refused(r#"{"provider":"prism"} x"#),
        refused(r#"{"provider":"sora"}"#),
        refused(r#"{"provider":"prism","running_s":5}"#),
        refused(r#"{"provider":"prism","generation":[]}"#),
        refused(r#"{"provider":"prism","generation":{"provider":"prism"}}"#),
        refused(r#"{"provider":"prism","generation":{"id":"one"}}"#),
        refused(r#"{"provider":"prism","generation":{"runing_s":5}}"#),
        refused(r#"{"provider":"prism","generation":{"running_s":-5}}"#),
        refused(r#"{"provider":"prism","generation":{"ends":"rejected"}}"#),
        refused(r#"{"provider":"prism","generation":{"faults":[{"on":0,"fault":"reset"}]}}"#),
        fault("prism", r#""on":1"#),
        fault("prism", r#""fault":"lost_answer""#),
        fault("prism", r#""on":1,"fault":"reset""#),
        fault("prism", r#""on":0,"fault":"lost_answer""#),
        fault("prism", r#""on":1,"fault":"lost_answer","retry_after_s":3"#),
        fault("prism", r#""on":1,"fault":"unavailable","retry_after_s":-3"#),
        fault("prism", r#""on":1,"fault":"unavailable","retry_after":3"#),
        fault("prism", r#""on":1,"fault":"outcome_unknown""#),
        fault("token360", r#""on":1,"fault":"refused_concurrency""#),
        fault("prism", r#""on":1,"fault":"refused_moderation""#),
        fault("synclabs", r#""on":1,"fault":"refused_moderation""#),
    ];
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_plan_made_in_rust_is_checked_too() {
    let mut emulator = Emulator::new(started());
    let mut field = |plan| emulator.plan_submits(Moment::ORIGIN, plan).unwrap_err().field;
    let plan = SubmitPlan::new(ProviderName::PRISM);
    let others = plan.clone().with_generation(Script::new(ProviderName::TOKEN360));
    assert_eq!(field(others), "generation.provider");
    let named = plan.clone().with_generation(Script::new(ProviderName::PRISM).with_id("one"));
    assert_eq!(field(named), "generation.id");
    assert_eq!(field(plan.with_fault(When::poll(0), SubmitFault::LostAnswer)), "faults[0].on");
}

/// The codes of submissions at these times.
fn codes(emulator: &mut Emulator, provider: ProviderName, times: &[f64]) -> Vec<u16> {
    let request = post(path(provider), &new(provider).body);
    let code = |s| response(emulator.answer(at(s), &request)).status().as_u16();
    times.iter().copied().map(code).collect()
}

#[test]
fn faults_are_counted_from_the_plan_on_per_provider_and_the_first_counts() {
    let (prism, token360) = (ProviderName::PRISM, ProviderName::TOKEN360);
    let mut emulator = Emulator::new(started());
    assert_eq!(codes(&mut emulator, prism, &[0.0]), [200]);
    let plan = SubmitPlan::new(prism)
        .with_fault(When::poll(2), SubmitFault::RefusedCredits)
        .with_fault(When::polls(2..=3), SubmitFault::Unauthorized)
        .with_fault(When::outage(seconds(10.0), seconds(20.0)), SubmitFault::Unavailable);
    emulator.plan_submits(at(100.0), plan).unwrap();
    // What cannot be accepted does not count.
    let bad = response(emulator.answer(at(100.0), &post(path(prism), "{}")));
    assert_eq!(bad.status(), 400);
    assert_eq!(codes(&mut emulator, token360, &[100.0, 110.0]), [200, 200]);
    let times = [100.0, 100.0, 100.0, 109.9, 110.0, 129.9, 130.0];
    assert_eq!(codes(&mut emulator, prism, &times), [200, 402, 401, 200, 503, 503, 200]);
    assert_eq!((emulator.submits(prism), emulator.submits(token360)), (9, 2));
    assert_eq!(emulator.generations(prism).len(), 4);
    // The next plan takes its place.
    emulator.plan_submits(at(130.0), SubmitPlan::new(prism)).unwrap();
    assert_eq!(codes(&mut emulator, prism, &[130.0, 130.0, 140.0]), [200, 200, 200]);
}

fn control(emulator: &mut Emulator, body: &str) -> (u16, serde_json::Value) {
    let answer = response(emulator.answer(at(7.0), &post("/_emulator/submits", body)));
    (answer.status().as_u16(), json(&answer))
}

#[test]
fn a_plan_can_be_posted() {
    let mut emulator = Emulator::new(started()).at_origin("http://127.0.0.1:4010");
    let plan = json!({
        "provider": "token360",
        "generation": { "running_s": 30.0, "ends": "failed" },
        "faults": [{ "on": 1, "fault": "bad_gateway_after" }],
    });
    let (code, answer) = control(&mut emulator, &plan.to_string());
    assert_eq!(code, 200);
    let expected = json!({
        "provider": "token360", "base_url": "http://127.0.0.1:4010/v1", "arrived": 0, "plan": plan,
    });
    assert_eq!(answer, expected);
    assert_eq!(codes(&mut emulator, ProviderName::TOKEN360, &[7.0, 8.0]), [502, 200]);
    let status = |s| emulator.status(at(s), ProviderName::TOKEN360, "video_000001");
    assert_eq!((status(36.9), status(37.0)), (Some("in_progress"), Some("failed")));
    // The witness over HTTP.
    let listed = json(&response(emulator.answer(at(9.0), &get("/_emulator/submits", &[]))));
    let arrived: Vec<_> = listed["submits"].as_array().unwrap().iter().collect();
    assert_eq!(arrived.len(), emulator.sides().count());
    assert_eq!((&arrived[1]["arrived"], &arrived[1]["plan"]), (&2.into(), &plan));
    let usual = json!(SubmitPlan::new(ProviderName::PRISM));
    assert_eq!(arrived[0]["plan"], usual);
    let listed = json(&response(emulator.answer(at(9.0), &get("/_emulator/generations", &[]))));
    assert_eq!(listed["generations"].as_array().unwrap().len(), 2);
    let listed = json(&response(emulator.answer(at(9.0), &get("/_emulator/requests", &[]))));
    let first = &listed["requests"][0];
    assert_eq!((&first["submit"], &first["handle"]), (&1.into(), &"token360:video_000001".into()));
}

#[test]
fn a_bad_plan_is_refused_with_the_member_that_is_wrong() {
    let mut emulator = Emulator::new(started());
    let bad = r#"{"provider":"prism","faults":[{"on":1,"fault":"refused_moderation"}]}"#;
    let (code, answer) = control(&mut emulator, bad);
    assert_eq!((code, &answer["field"]), (400, &"faults[0].fault".into()));
    assert!(answer["error"].as_str().unwrap().contains("token360"), "{answer}");
}
