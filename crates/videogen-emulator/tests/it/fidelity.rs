//! The emulator against what the providers printed, and what was captured of them.

use serde_json::Value;
use videogen_core::Moment;
use videogen_emulator::{Fault, ProviderName, Script, When};

use crate::support::{One, get, json, response, seconds};

/// The body of a fixture that was not made here.
macro_rules! printed {
    ($path:literal) => {{
        let text = include_str!(concat!("../../../../fixtures/", $path, ".json"));
        let fixture: Value = serde_json::from_str(text).unwrap();
        assert_ne!(fixture["class"], "synthetic", $path);
        fixture["response"]["body"].clone()
    }};
}

/// The members of an object, each with the type of its value.
fn shape(body: &Value) -> Vec<(String, &'static str)> {
    let kind = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "fraction",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let members = body.as_object().unwrap().iter();
    members.map(|(name, value)| (name.clone(), kind(value))).collect()
}

fn completed(script: Script) -> Value {
    let mut one = One::following(script.running_for(seconds(150.0)));
    json(&response(one.plain(150.0)))
}

#[test]
fn a_completed_generation_has_the_members_of_the_printed_one() {
    let mut prism = Script::new(ProviderName::PRISM);
    prism.template_id = Some("abc123".to_owned());
    assert_eq!(shape(&completed(prism)), shape(&printed!("prism/status/completed")));
    assert_eq!(
        shape(&completed(Script::new(ProviderName::TOKEN360))),
        shape(&printed!("token360/status/completed"))
    );
    assert_eq!(
        shape(&completed(Script::new(ProviderName::SYNCLABS))),
        shape(&printed!("synclabs/status/completed"))
    );
}

#[test]
fn prism_is_as_printed_but_for_the_urls() {
    let script = r#"{"provider":"prism","id":"gen_abc123","template_id":"abc123","running_s":150,
        "ends":"failed"}"#;
    let mut one = One::of(script);
    assert_eq!(json(&response(one.plain(0.0))), printed!("prism/status/generating"));
    assert_eq!(json(&response(one.plain(150.0))), printed!("prism/status/failed"));
    let mut one = One::of(&script.replace("failed", "completed"));
    let mut body = json(&response(one.plain(200.0)));
    let printed = printed!("prism/status/completed");
    for url in ["video_url", "share_url"] {
        body[url] = printed[url].clone();
    }
    assert_eq!(body, printed);
}

#[test]
fn errors_are_as_printed() {
    let refused = |provider, path: &str, headers: &[(&str, &str)]| {
        let mut emulator = One::following(Script::new(provider)).emulator;
        json(&response(emulator.answer(Moment::ORIGIN, &get(path, headers))))
    };
    assert_eq!(
        refused(ProviderName::PRISM, "/api/generations/x", &[]),
        printed!("prism/status/error_401_unauthorized")
    );
    assert_eq!(
        refused(ProviderName::TOKEN360, "/v1/videos/x", &[]),
        printed!("token360/status/error_401_invalid_api_key")
    );
    assert_eq!(
        refused(ProviderName::SYNCLABS, "/v2/generate/x", &[]),
        printed!("synclabs/status/error_401_no_key")
    );
    assert_eq!(
        refused(ProviderName::SYNCLABS, "/v2/generate/x", &[("x-api-key", "revoked")]),
        printed!("synclabs/status/error_401_bad_key")
    );
    let fault = Fault::TooManyRequests { retry_after: None };
    let script = Script::new(ProviderName::SYNCLABS).with_fault(When::every(), fault);
    assert_eq!(
        json(&response(One::following(script).plain(0.0))),
        printed!("synclabs/status/error_429_rate_limit_exceeded")
    );
}

mod kling {
    //! Kling, of which a page prints the newer API's task, and others saw some answers.

    use videogen_core::{HttpRequest, NewGeneration, Provider as _, StatusQuery};
    use videogen_emulator::{Emulator, Ending, SubmitFault, SubmitPlan};
    use videogen_kling::Kling;

    use super::*;
    use crate::support::{KEY, at, started};

    const KLING: ProviderName = ProviderName::KLING;

    fn client() -> Kling {
        let kling = Kling::new(videogen_core::ApiKey::new(KEY).unwrap());
        kling.at(Emulator::new(started()).base_url(KLING).unwrap())
    }

    fn new(endpoint: &str) -> HttpRequest {
        let body = r#"{"prompt":"A kite","external_task_id":"my-task-1","watermark_info":{"enabled":true},
            "options":{"external_task_id":"my-task-1","watermark_info":{"enabled":true}}}"#;
        let new = NewGeneration::from_json(body).unwrap().for_endpoint(endpoint);
        client().submit(&new).unwrap().request().clone()
    }

    fn asked(id: &str) -> HttpRequest {
        let handle = client().handle(id).unwrap();
        client().status(&handle, StatusQuery::Plain).unwrap().request().clone()
    }

    fn told(emulator: &mut Emulator, s: f64, request: &HttpRequest) -> Value {
        json(&response(emulator.answer(at(s), request)))
    }

    /// Without what no two answers have in common.
    fn without_request_id(mut body: Value) -> Value {
        body.as_object_mut().unwrap().remove("request_id").unwrap();
        body
    }

    #[test]
    fn a_task_of_the_newer_api_has_the_members_of_the_printed_one() {
        let mut emulator = Emulator::new(started());
        let made = told(&mut emulator, 0.0, &new("text-to-video/kling-3.0-turbo"));
        let printed = printed!("kling/submit/path_accepted_page_sample");
        assert_eq!(shape(&made), shape(&printed));
        assert_eq!(shape(&made["data"]), shape(&printed["data"]));

        let id = emulator.generations(KLING).remove(0);
        let body = told(&mut emulator, 3600.0, &asked(&id));
        let printed = printed!("kling/status/tasks_page_sample");
        assert_eq!(shape(&body), shape(&printed));
        let (task, printed) = (&body["data"][0], &printed["data"][0]);
        assert_eq!(shape(task), shape(printed));
        assert_eq!(shape(&task["outputs"][0]), shape(&printed["outputs"][0]));
        // Paid in units, it has no members of cash.
        let members = shape(&printed["billing"][0]);
        assert!(shape(&task["billing"][0]).iter().all(|member| members.contains(member)));
    }

    #[test]
    fn a_task_of_the_older_api_is_as_it_was_seen() {
        let mut emulator = Emulator::new(started());
        let mut plan = SubmitPlan::new(KLING);
        plan.generation = Script::new(KLING).ending(Ending::Failed);
        emulator.plan_submits(Moment::ORIGIN, plan).unwrap();
        let made = told(&mut emulator, 0.0, &new("text2video"));
        let seen = printed!("kling/submit/accepted");
        assert_eq!(shape(&made), shape(&seen));
        assert_eq!(shape(&made["data"]), shape(&seen["data"]));
        assert_eq!(made["data"]["task_info"], seen["data"]["task_info"]);

        let id = emulator.generations(KLING).remove(0);
        let body = told(&mut emulator, 3600.0, &asked(&id));
        let seen = printed!("kling/status/failed");
        assert_eq!(shape(&body), shape(&seen));
        assert_eq!(shape(&body["data"]), shape(&seen["data"]));
        for member in ["task_status", "task_status_msg", "task_result"] {
            assert_eq!(body["data"][member], seen["data"][member]);
        }
    }

    #[test]
    fn refusals_are_as_printed_or_seen() {
        let refused = |fault| {
            let mut emulator = Emulator::new(started());
            let plan = SubmitPlan::new(KLING).with_fault(When::poll(1), fault);
            emulator.plan_submits(Moment::ORIGIN, plan).unwrap();
            without_request_id(told(&mut emulator, 0.0, &new("text2video")))
        };
        for (fault, printed) in [
            (SubmitFault::RefusedConcurrency, printed!("kling/submit/error_429_1303_concurrency")),
            (SubmitFault::RefusedCredits, printed!("kling/submit/error_429_1102_no_units")),
        ] {
            assert_eq!(refused(fault), without_request_id(printed));
        }
        let unknown =
            |id: &str| without_request_id(told(&mut Emulator::new(started()), 0.0, &asked(id)));
        assert_eq!(
            unknown("text2video/893605946402811985"),
            without_request_id(printed!("kling/status/error_400_1201_unknown_task"))
        );
        assert_eq!(
            unknown("tasks/930831534075682845"),
            without_request_id(printed!("kling/status/tasks_unknown"))
        );
        let call = client().find_by_external_id("text2video", "my-task-1").unwrap();
        let none = told(&mut Emulator::new(started()), 0.0, call.request());
        assert_eq!(without_request_id(none), without_request_id(printed!("kling/find/none")));
        let call = client().list(&videogen_core::ListQuery::first()).unwrap();
        let empty = told(&mut Emulator::new(started()), 0.0, call.request());
        assert_eq!(without_request_id(empty), without_request_id(printed!("kling/list/empty")));
    }
}
