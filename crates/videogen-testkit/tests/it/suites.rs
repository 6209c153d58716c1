//! Suites notice what is wrong.

use std::io::{Cursor, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use videogen_core::stream::StreamedResponse;
use videogen_core::{
    ApiKey, BaseUrl, Error, ErrorKind, Generation, Handle, HttpRequest, HttpResponse, Provider,
    Transport, TransportError,
};
use videogen_testkit::doc_provider::Example;
use videogen_testkit::log_suite::Indiscreet;
use videogen_testkit::{
    ScriptedTransport, Suite, TEST_KEY, error_chain, json, leaks, provider_suite, redirect_suite,
    stream_suite, transport_suite,
};

#[test]
#[should_panic(expected = "the suite checked nothing")]
fn a_suite_without_checks_fails() {
    Suite::new().assert();
}

#[test]
#[should_panic(expected = "1 of 2 checks failed:\n- two is three\n")]
fn a_suite_shows_what_failed() {
    let mut suite = Suite::new();
    suite.check(true, || "one is not one".to_owned());
    suite.check(false, || "two is three".to_owned());
    suite.assert();
}

#[test]
fn a_transport_that_does_nothing_keeps_no_point_of_the_contract() {
    let suite = transport_suite::check(&ScriptedTransport::new());
    let failures = suite.failures().join("\n");
    for expected in [
        "HTTP 200 is an error",
        "`Date`",
        "requests were sent",
        "a 301",
        "/silent",
        "localhost is not refused as private",
    ] {
        assert!(failures.contains(expected), "{expected} is not in\n{failures}");
    }
}

#[test]
fn a_transport_that_opens_nothing_keeps_no_point_of_the_contract() {
    let suite = stream_suite::check(&ScriptedTransport::new());
    let failures = suite.failures().join("\n");
    for expected in [
        "a body in chunks fails",
        "`Date`",
        "a 308 arrives as",
        "a body that is cut has no head",
        "a body that stops coming fails",
        "a body that comes slowly fails",
        "localhost is not refused",
    ] {
        assert!(failures.contains(expected), "{expected} is not in\n{failures}");
    }
}

#[test]
fn a_transport_that_takes_every_end_for_an_end_is_noticed() {
    /// Reads what comes, whatever the head says of it.
    struct Credulous;
    impl Transport for Credulous {
        fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
            Err(TransportError::not_delivered("not asked for here"))
        }

        fn open(&self, request: HttpRequest) -> Result<StreamedResponse, TransportError> {
            let failed = |_| TransportError::not_delivered("no answer");
            let uri = request.uri();
            let (host, port) = (uri.host().unwrap_or_default(), uri.port_u16().unwrap_or(80));
            let mut stream = TcpStream::connect((host, port)).map_err(failed)?;
            // For what never ends.
            stream.set_read_timeout(Some(Duration::from_millis(50))).map_err(failed)?;
            let path = uri.path_and_query().map_or("/", |path| path.as_str());
            write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n").map_err(failed)?;
            let mut said = Vec::new();
            // What came before the time limit is kept.
            let _ = stream.read_to_end(&mut said);
            let end = said.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(0);
            let body = Cursor::new(said.split_off((end + 4).min(said.len())));
            Ok(http::Response::new(Box::new(body)))
        }
    }
    let suite = stream_suite::check(&Credulous);
    let failures = suite.failures().join("\n");
    for expected in [
        "a body that is cut ends as if it were whole",
        "a body without its last chunk ends as if it were whole",
        "a body that stops coming ends as if it were whole",
        "a head came that was not sent",
        "a head that is cut gives HTTP 200",
        "a 404 arrives as 200",
        "127.0.0.1 is not refused as private",
        "a private address was connected to",
    ] {
        assert!(failures.contains(expected), "{expected} is not in\n{failures}");
    }
}

#[test]
fn a_transport_that_shows_secrets_is_noticed() {
    struct Loud;
    impl Transport for Loud {
        fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
            Err(TransportError::interrupted(format!("no answer from {}", request.uri())))
        }
    }
    let suite = transport_suite::check(&Loud);
    assert!(suite.failures().iter().any(|failure| failure.contains("shows a secret")));
}

#[test]
fn the_example_is_a_provider() {
    let make = || Example::new(ApiKey::new(TEST_KEY).unwrap());
    provider_suite::check(&make, &[]).assert();
}

fn example(base_url: BaseUrl) -> Arc<dyn Provider> {
    Arc::new(Example::new(ApiKey::new(TEST_KEY).unwrap()).at(base_url))
}

#[test]
fn a_client_that_makes_up_an_answer_to_a_redirect_is_noticed() {
    let suite = redirect_suite::check(&example, &|provider, handle: &Handle| {
        let status = provider.lifecycle().status("done");
        let unasked = Error::new(ErrorKind::Redirected, format!("to nowhere, with {TEST_KEY}"));
        vec![Ok(Generation::new(handle.clone(), status)), Err(unasked)]
    });
    let failures = suite.failures().join("\n");
    for expected in ["0 requests arrived", "gives done", "names no generation", "shows"] {
        assert!(failures.contains(expected), "{expected} is not in\n{failures}");
    }
}

#[test]
fn a_log_with_a_key_or_without_the_wait_is_noticed() {
    let indiscreet = Indiscreet::start();
    let said = indiscreet.check("gen_logged QWERTYUIOPASDFG, MNBVCXZLKJHGFDSA").failures().join("");
    assert!(said.contains("[\"QWERTYUIOPAS\", \"MNBVCXZLKJHGFDSA\"] is in"), "{said}");
    assert!(said.contains("polling is not in"), "{said}");
    assert_eq!(indiscreet.check_below("").failures(), ["nothing was logged"]);
}

#[test]
fn leaks_are_pieces_of_the_key_and_values_of_queries() {
    let body = r#"{"url": "https://cdn.example/v?sig=ABCDEF&n=1234567", "x": "y"}"#;
    assert_eq!(leaks("all is well", TEST_KEY, body), [""; 0]);
    assert_eq!(leaks("…0123456789abcdef…", TEST_KEY, body), ["0123456789ab"]);
    assert_eq!(leaks("ABCDEF 1234567", TEST_KEY, body), ["ABCDEF"]);
    assert_eq!(leaks("short", "short", ""), ["short"]);
}

#[test]
fn a_chain_shows_every_cause() {
    let inner = Error::new(ErrorKind::Refused, "inner");
    let chain = error_chain(&Error::new(ErrorKind::Refused, "outer").with_source(inner));
    assert!(chain.contains("outer") && chain.contains("inner"));
    let answer = json(404, "{}");
    assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (404, &b"{}"[..]));
}
