//! Looking for a submission whose answer was lost.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use videogen_core::{
    ApiKey, Delivery, Error, ErrorKind, NewGeneration, Provider, SubmitOptions, Transport,
};
use videogen_emulator::{Emulator, InProcess, ProviderName, Script, SubmitFault, SubmitPlan, When};
use videogen_testkit::{ScriptedTransport, TEST_KEY, VirtualClock, error_chain, json, leaks};
use videogen_token360::{NewVideo, Token360};
use videogen_ureq::{CancelToken, Client};

const TOKEN360: ProviderName = ProviderName::TOKEN360;
const LISTED: &str = "Thu, 26 Feb 2026 12:00:30 GMT";
/// 25 seconds before that.
const CREATED: u64 = 1_772_107_205;

fn token360() -> Token360 {
    Token360::new(ApiKey::new(TEST_KEY).unwrap())
}

fn new() -> NewGeneration {
    NewVideo::new("seedance-2.0", "a kite").build().unwrap()
}

/// Submits, and looks it up if it is lost. It must be.
fn lost(transport: Arc<dyn Transport + Send + Sync>) -> Error {
    let provider: Arc<dyn Provider> = Arc::new(token360());
    // An exchange with the emulator takes none of the client's time: it must not count for more than the margin does.
    let mut options = SubmitOptions::default();
    options.answer_timeout = Duration::from_secs(10);
    let submit = Client::from_parts(provider, transport).submit(new()).options(options);
    let error = submit.look_up_lost(true).run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    error
}

fn candidates(error: &Error) -> Vec<&str> {
    error.candidates().iter().map(|candidate| candidate.handle.id()).collect()
}

/// What was sent: method and path with query.
fn sent(transport: &ScriptedTransport) -> Vec<String> {
    let requests = transport.requests();
    let line = |request: &videogen_core::HttpRequest| {
        format!("{} {}", request.method(), request.uri().path_and_query().unwrap())
    };
    requests.iter().map(line).collect()
}

/// A page of a list, answered a little after it was asked for.
fn page(items: &[(&str, &str, u64)], has_more: bool) -> videogen_core::HttpResponse {
    let items: Vec<String> = items
        .iter()
        .map(|(id, prompt, created)| {
            format!(
                r#"{{"id":"{id}","status":"queued","prompt":"{prompt}","created_at":{created}}}"#
            )
        })
        .collect();
    let body = format!(r#"{{"data":[{}],"has_more":{has_more}}}"#, items.join(","));
    let mut response = json(200, body);
    response.headers_mut().insert("date", LISTED.parse().unwrap());
    response
}

fn interrupted() -> ScriptedTransport {
    ScriptedTransport::new().then_fail(Delivery::Possible)
}

#[test]
fn candidates_come_with_the_error() {
    let transport = Arc::new(
        interrupted()
            .then(page(&[("v4", "a kite", CREATED), ("v3", "a boat", CREATED)], true))
            .then(page(&[("v2", "a kite", CREATED - 10), ("v1", "a kite", CREATED - 3600)], true)),
    );
    let error = lost(transport.clone());
    assert_eq!(candidates(&error), ["v4", "v2"]);
    // The list goes on, and what is on it is older.
    assert_eq!(sent(&transport), ["POST /v1/videos", "GET /v1/videos", "GET /v1/videos?after=v3"]);
    assert!(error.last_error().is_some(), "the cause is kept");
    assert!(error.to_string().contains("token360:v4, token360:v2"), "{error}");
    assert_eq!(leaks(&error_chain(&error), TEST_KEY, ""), [""; 0]);
}

#[test]
fn a_failed_look_up_leaves_the_error_as_it_was() {
    for (status, kind) in [(503, ErrorKind::Unavailable), (401, ErrorKind::Unauthorized)] {
        let transport = Arc::new(interrupted().then(json(status, "{}")));
        let error = lost(transport.clone());
        assert_eq!(candidates(&error), [""; 0]);
        assert_eq!(error.look_up().unwrap().unwrap_err().kind(), kind);
        assert_eq!(sent(&transport), ["POST /v1/videos", "GET /v1/videos"]);
    }
}

#[test]
fn nothing_is_looked_up_unasked_or_where_the_end_is_clear() {
    let run = |transport: ScriptedTransport, look_up| {
        let transport = Arc::new(transport);
        let client = Client::from_parts(Arc::new(token360()), transport.clone());
        let result = client.submit(new()).look_up_lost(look_up).run();
        (result.map_err(|error| (error.kind(), error.look_up().is_some())), sent(&transport).len())
    };
    let (result, sent) = run(interrupted(), false);
    assert_eq!((result.unwrap_err(), sent), ((ErrorKind::Ambiguous, false), 1));
    let (result, sent) = run(ScriptedTransport::new().then(json(400, "{}")), true);
    assert_eq!((result.unwrap_err(), sent), ((ErrorKind::Refused, false), 1));
    let accepted = json(200, r#"{"id":"v1","status":"queued"}"#);
    let (result, sent) = run(ScriptedTransport::new().then(accepted), true);
    assert!(result.is_ok() && sent == 1);
}

#[test]
fn a_provider_without_a_list_says_so() {
    let transport = Arc::new(interrupted());
    let prism = videogen_prism::Prism::new(ApiKey::new(TEST_KEY).unwrap());
    let client = Client::from_parts(Arc::new(prism), transport.clone());
    let new = NewGeneration::from_json(r#"{"prompt": "a kite", "modelName": "m"}"#).unwrap();
    let error = client.submit(new).look_up_lost(true).run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert_eq!(error.look_up().unwrap().unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(sent(&transport).len(), 1);
}

/// Against the emulator: what was made, what is found, how often it was submitted.
#[test]
fn the_emulator_bears_witness() {
    for (fault, made) in [
        (SubmitFault::LostAnswer, true),
        (SubmitFault::StalledAnswer, true),
        (SubmitFault::TruncatedAnswer, true),
        (SubmitFault::BadGatewayAfter, true),
        (SubmitFault::ResetBefore, false),
        (SubmitFault::Unavailable, false),
    ] {
        let emulator = InProcess::new(Emulator::new(SystemTime::UNIX_EPOCH), VirtualClock::new());
        let mut other = Script::new(TOKEN360).with_id("other");
        (other.model, other.prompt) = (Some("seedance-2.0".to_owned()), Some("a boat".to_owned()));
        emulator.add(other).unwrap();
        emulator.plan_submits(SubmitPlan::new(TOKEN360).with_fault(When::every(), fault)).unwrap();
        let error = lost(Arc::new(emulator.clone()));
        let expected: &[&str] = if made { &["video_000001"] } else { &[] };
        assert_eq!(candidates(&error), expected, "{fault:?}");
        assert_eq!(error.look_up().map(|found| found.is_ok()), Some(true), "{fault:?}");
        assert_eq!(emulator.generations(TOKEN360).len(), 1 + usize::from(made), "{fault:?}");
        assert_eq!(emulator.submits(TOKEN360), 1, "{fault:?}");
    }
}

#[test]
fn after_a_cancellation_nothing_is_looked_up() {
    /// Cancels the submission that it is sent, as if the caller had.
    struct Cancelling(CancelToken, Arc<ScriptedTransport>);
    impl Transport for Cancelling {
        fn send(
            &self,
            request: videogen_core::HttpRequest,
        ) -> Result<videogen_core::HttpResponse, videogen_core::TransportError> {
            self.0.cancel();
            self.1.send(request)
        }
    }
    let (token, scripted) = (CancelToken::new(), Arc::new(interrupted()));
    let transport = Cancelling(token.clone(), scripted.clone());
    let client = Client::with_transport(token360(), transport);
    let error = client.submit(new()).look_up_lost(true).cancel(&token).run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert!(error.look_up().is_none());
}
