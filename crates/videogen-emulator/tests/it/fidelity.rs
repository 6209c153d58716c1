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
