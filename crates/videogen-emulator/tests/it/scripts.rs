//! Scripts as JSON.

use videogen_core::Moment;
use videogen_emulator::{Emulator, Ending, Fault, ProviderName, RetryAfter, Script, When};

use crate::support::{read, seconds, started};

fn refused(json: &str) -> String {
    read(json).expect_err(json).to_string()
}

#[test]
fn every_member_is_read() {
    let script = Script::parse(
        r#"{"provider":"synclabs","id":"x","queued_s":1.5,"running_s":20,"ends":"rejected",
            "error":"no","error_code":"c","model":"m"}"#,
    )
    .unwrap();
    assert_eq!(script.provider, ProviderName::SYNCLABS);
    assert_eq!(script.id.as_deref(), Some("x"));
    assert_eq!((script.queued, script.running), (seconds(1.5), seconds(20.0)));
    assert_eq!(script.ends, Ending::Rejected);
    assert_eq!(script.error.as_deref(), Some("no"));
    assert_eq!(script.error_code.as_deref(), Some("c"));
    assert_eq!(script.model.as_deref(), Some("m"));
}

#[test]
fn the_provider_alone_is_a_script() {
    assert_eq!(Script::parse(r#"{"provider":"prism"}"#).unwrap(), Script::new(ProviderName::PRISM));
}

#[test]
fn every_kind_of_time_is_read() {
    let on = |on: &str| {
        let json = format!(r#"{{"provider":"prism","faults":[{{"on":{on},"fault":"reset"}}]}}"#);
        Script::parse(&json).unwrap().faults[0].on
    };
    assert_eq!(on("3"), When::poll(3));
    assert_eq!(on(r#""every""#), When::every());
    assert_eq!(on(r#"{"from":2,"to":13}"#), When::polls(2..=13));
    assert_eq!(on(r#"{"from":2}"#), When::Polls { from: 2, to: None });
    assert_eq!(on(r#"{"after_s":10,"for_s":20}"#), When::outage(seconds(10.0), seconds(20.0)));
    assert_eq!(on(r#"{"after_s":1}"#), When::Time { after: seconds(1.0), lasting: None });
}

#[test]
fn every_fault_is_read() {
    let fault = |rest: &str| {
        let json = format!(r#"{{"provider":"prism","faults":[{{"on":1,"fault":{rest}}}]}}"#);
        Script::parse(&json).unwrap().faults[0].fault.clone()
    };
    let rest = Some(RetryAfter::Seconds(seconds(3.0)));
    let date = Some(RetryAfter::Date(seconds(90.0)));
    let table = [
        (r#""unauthorized""#, Fault::Unauthorized),
        (r#""forbidden""#, Fault::Forbidden),
        (r#""not_found""#, Fault::NotFound),
        (r#""request_timeout""#, Fault::RequestTimeout),
        (r#""too_many_requests""#, Fault::TooManyRequests { retry_after: None }),
        (r#""too_many_requests","retry_after_s":3"#, Fault::TooManyRequests { retry_after: rest }),
        (
            r#""too_many_requests","retry_after_date_s":90"#,
            Fault::TooManyRequests { retry_after: date },
        ),
        (r#""server_error""#, Fault::ServerError),
        (r#""bad_gateway_html""#, Fault::BadGatewayHtml),
        (r#""unavailable","retry_after_s":3"#, Fault::Unavailable { retry_after: rest }),
        (r#""gateway_timeout""#, Fault::GatewayTimeout),
        (r#""reset""#, Fault::Reset),
        (r#""stall""#, Fault::Stall),
        (r#""cut""#, Fault::Cut),
        (r#""truncated_json""#, Fault::TruncatedJson),
        (r#""html_200""#, Fault::Html200),
        (r#""empty_200""#, Fault::Empty200),
        (r#""empty_202""#, Fault::Empty202 { retry_after: None }),
        (r#""unknown_status","word":"paused""#, Fault::UnknownStatus { word: "paused".to_owned() }),
        (r#""status_backwards""#, Fault::StatusBackwards),
        (r#""completed_without_url""#, Fault::CompletedWithoutUrl),
        (r#""null_string","field":"status""#, Fault::NullString { field: "status".to_owned() }),
        (r#""echo_key""#, Fault::EchoKey { http_status: 401 }),
        (r#""echo_key","http_status":500"#, Fault::EchoKey { http_status: 500 }),
    ];
    for (json, expected) in table {
        assert_eq!(fault(json), expected);
    }
}

#[test]
fn what_is_wrong_with_a_script_is_said_with_the_member() {
    let fault = |rest: &str| refused(&format!(r#"{{"provider":"prism","faults":[{{{rest}}}]}}"#));
    let said = [
        refused("{}"),
        refused("[1]"),
        refused(r#"{"provider":"prism"} x"#),
        refused(r#"{"provider":"sora"}"#),
        refused(r#"{"provider":"prism","runing_s":3}"#),
        refused(r#"{"provider":"prism","running_s":"3"}"#),
        refused(r#"{"provider":"prism","running_s":-1}"#),
        refused(r#"{"provider":"prism","queued_s":1e300}"#),
        refused(r#"{"provider":"prism","ends":"exploded"}"#),
        refused(r#"{"provider":"prism","ends":"rejected"}"#),
        refused(r#"{"provider":"token360","ends":"expired"}"#),
        refused(r#"{"provider":"prism","ends":"never","running_s":3}"#),
        refused(r#"{"provider":"prism","error":"why"}"#),
        refused(r#"{"provider":"prism","ends":"failed","error_code":"c"}"#),
        refused(r#"{"provider":"prism","model":"m"}"#),
        refused(r#"{"provider":"synclabs","prompt":"p"}"#),
        refused(r#"{"provider":"synclabs","template_id":"t"}"#),
        refused(r#"{"provider":"prism","last_frame":true}"#),
        refused(r#"{"provider":"prism","id":""}"#),
        refused(r#"{"provider":"prism","id":"a/../b"}"#),
        fault(r#""on":1"#),
        fault(r#""fault":"reset""#),
        fault(r#""on":1,"fault":"rest""#),
        fault(r#""on":0,"fault":"reset""#),
        fault(r#""on":1.5,"fault":"reset""#),
        fault(r#""on":"always","fault":"reset""#),
        fault(r#""on":{"from":3,"to":2},"fault":"reset""#),
        fault(r#""on":{"to":2},"fault":"reset""#),
        fault(r#""on":{"from":1,"after_s":2},"fault":"reset""#),
        fault(r#""on":{"after_s":-2},"fault":"reset""#),
        fault(r#""on":1,"fault":"reset","retry_after_s":3"#),
        fault(r#""on":1,"fault":"unavailable","retry_after_s":-3"#),
        fault(r#""on":1,"fault":"unavailable","retry_after_s":3,"retry_after_date_s":3"#),
        fault(r#""on":1,"fault":"unknown_status""#),
        fault(r#""on":1,"fault":"unknown_status","word":"failed""#),
        fault(r#""on":1,"fault":"null_string""#),
        fault(r#""on":1,"fault":"null_string","field":"outputUrl""#),
        fault(r#""on":1,"fault":"echo_key","http_status":404"#),
    ];
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn an_id_is_taken_once_per_provider() {
    let mut emulator = Emulator::new(started());
    let mut add = |provider| {
        let script = Script::new(provider).with_id("same");
        emulator.add(Moment::ORIGIN, script).map_err(|error| error.to_string())
    };
    assert!(add(ProviderName::PRISM).is_ok());
    assert!(add(ProviderName::TOKEN360).is_ok());
    assert_eq!(add(ProviderName::PRISM).unwrap_err(), "`id`: prism:same is there already");
}

#[test]
fn an_id_that_is_given_is_not_made_again() {
    let mut emulator = Emulator::new(started());
    let given = Script::new(ProviderName::PRISM).with_id("gen_000001");
    emulator.add(Moment::ORIGIN, given).unwrap();
    let made = emulator.add(Moment::ORIGIN, Script::new(ProviderName::PRISM)).unwrap();
    assert_eq!(made.id, "gen_000002");
}

#[test]
fn a_script_made_in_rust_is_checked_too() {
    let mut emulator = Emulator::new(started());
    let bad = Script::new(ProviderName::PRISM).with_fault(When::poll(0), Fault::Reset);
    let error = emulator.add(Moment::ORIGIN, bad).unwrap_err();
    assert_eq!(error.field, "faults[0].on");
    let bad = Script::new(ProviderName::PRISM).running_for(std::time::Duration::MAX);
    assert_eq!(emulator.add(Moment::ORIGIN, bad).unwrap_err().field, "running_s");
}
