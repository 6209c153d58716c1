//! The emulator over a socket, with nothing but the standard library as the client.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use videogen_core::{ApiKey, Provider, StatusQuery};
use videogen_emulator::{Emulator, ProviderName, Script, Server};

use crate::support::{THREE, started};
use videogen_prism::Prism;

/// A test that waits for so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

#[expect(clippy::disallowed_methods, reason = "the server's clock is the real one")]
fn now() -> Instant {
    Instant::now()
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn get(path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nhost: emulator\r\nauthorization: Bearer k\r\nx-api-key: k\r\n\r\n"
    )
}

fn post(path: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: emulator\r\nauthorization: Bearer k\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Reads one answer: its head, and a body as long as the head says.
fn answer(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).unwrap().to_ascii_lowercase();
    let mut body = vec![0; content_length(&head)];
    stream.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

fn content_length(head: &str) -> usize {
    let (_, rest) = head.split_once("content-length: ").unwrap();
    rest.lines().next().unwrap().parse().unwrap()
}

fn asked(server: &Server, request: &str) -> (String, String) {
    let mut stream = connect(server);
    stream.write_all(request.as_bytes()).unwrap();
    answer(&mut stream)
}

fn serving(script: &str) -> Server {
    let server = Server::start().unwrap();
    server.add(Script::parse(script).unwrap()).unwrap();
    server
}

#[test]
fn an_answer_is_there() {
    let server = serving(r#"{"provider":"token360","id":"one"}"#);
    let (head, body) = asked(&server, &get("/v1/videos/one"));
    assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
    assert!(head.contains("content-type: application/json\r\n"), "{head}");
    assert_eq!(head.matches("\r\ndate: ").count(), 1, "{head}");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["status"], "completed");
    let url = body["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("{}/files/", server.origin())), "{url}");
}

#[test]
fn the_providers_base_urls_lead_to_it() {
    let server = serving(r#"{"provider":"prism","id":"one"}"#);
    let prism = Prism::new(ApiKey::new("k").unwrap());
    let prism = prism.at(server.base_url(ProviderName::PRISM).clone());
    let call = prism.status(&prism.handle("one").unwrap(), StatusQuery::Plain).unwrap();
    let uri = call.request().uri();
    assert_eq!(uri.authority().unwrap().as_str(), server.address().to_string());
    let (head, _) = asked(&server, &get(uri.path()));
    assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
    for provider in THREE {
        let base = server.base_url(provider).as_str();
        let emulator = Emulator::new(started()).at_origin(server.origin());
        assert_eq!(base, emulator.base_url(provider).unwrap().as_str());
    }
}

#[test]
fn a_script_can_be_posted_and_requests_are_logged() {
    let server = Server::start().unwrap();
    let script = r#"{"provider":"synclabs","id":"one","running_s":1000}"#;
    let (head, body) = asked(&server, &post("/_emulator/generations", script));
    assert!(head.starts_with("http/1.1 201 created\r\n"), "{head}");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["base_url"], server.base_url(ProviderName::SYNCLABS).as_str());
    let mut stream = connect(&server);
    for _ in 0..2 {
        stream.write_all(get("/v2/generate/one?include=progress").as_bytes()).unwrap();
        let (_, body) = answer(&mut stream);
        assert!(body.contains("progress_percent"), "{body}");
    }
    let polls: Vec<_> = server.log().iter().map(|recorded| recorded.poll).collect();
    assert_eq!(polls, [Some(1), Some(2)]);
    assert_eq!(server.polls(ProviderName::SYNCLABS, "one"), Some(2));
}

#[test]
fn a_body_that_says_it_is_too_long_is_not_read() {
    let server = Server::start().unwrap();
    let head =
        "POST /_emulator/generations HTTP/1.1\r\nhost: e\r\ncontent-length: 999999999\r\n\r\n";
    let (head, _) = asked(&server, head);
    assert!(head.starts_with("http/1.1 413 "), "{head}");
}

#[test]
fn a_reset_is_a_reset() {
    let server = serving(r#"{"provider":"prism","id":"one","faults":[{"on":1,"fault":"reset"}]}"#);
    let mut stream = connect(&server);
    stream.write_all(get("/api/generations/one").as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let error = stream.read_to_end(&mut bytes).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert!(bytes.is_empty());
    // Only that connection is gone.
    let (head, _) = asked(&server, &get("/api/generations/one"));
    assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
}

#[test]
fn a_submission_whose_answer_is_lost_makes_one_generation() {
    let server = Server::start().unwrap();
    let plan = r#"{"provider":"token360","faults":[{"on":1,"fault":"lost_answer"}]}"#;
    let (head, _) = asked(&server, &post("/_emulator/submits", plan));
    assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
    let mut stream = connect(&server);
    let body = r#"{"model":"seedance-2.0","prompt":"a kite"}"#;
    stream.write_all(post("/v1/videos", body).as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let error = stream.read_to_end(&mut bytes).unwrap_err();
    assert_eq!((error.kind(), bytes.len()), (ErrorKind::ConnectionReset, 0));
    // The client cannot know; the witness does.
    assert_eq!(server.generations(ProviderName::TOKEN360), ["video_000001"]);
    assert_eq!(server.submits(ProviderName::TOKEN360), 1);
    let (head, body) = asked(&server, &get("/v1/videos/video_000001"));
    assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
    assert!(body.contains("a kite"), "{body}");
}

#[test]
fn a_cut_ends_in_the_middle_of_the_body() {
    let server = serving(r#"{"provider":"prism","id":"one","faults":[{"on":1,"fault":"cut"}]}"#);
    let mut stream = connect(&server);
    stream.write_all(get("/api/generations/one").as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    let promised = content_length(head);
    assert!(body.starts_with(r#"{"id":"one","#), "{body}");
    assert!(body.len() < promised, "{} of {promised}", body.len());
}

#[test]
fn a_long_poll_is_held_open() {
    let server = serving(r#"{"provider":"synclabs","id":"one","ends":"never"}"#);
    let begun = now();
    let (head, body) = asked(&server, &get("/v2/generate/one?wait=true&timeout=0.05"));
    assert!(begun.elapsed() >= Duration::from_millis(50));
    assert!(head.contains("x-sync-wait-timeout-seconds: 0.05\r\n"), "{head}");
    assert!(head.contains("retry-after: 2\r\n"), "{head}");
    assert!(body.contains(r#""status":"PROCESSING""#), "{body}");
}

/// A request that is held while the server ends, by `script` and `query`.
fn ends_at_once(script: &str, query: &str) {
    let server = serving(script);
    let mut stream = connect(&server);
    stream.write_all(get(&format!("/v2/generate/one{query}")).as_bytes()).unwrap();
    let begun = now();
    while server.log().is_empty() {
        assert!(begun.elapsed() < PATIENCE, "the request did not arrive");
        std::thread::yield_now();
    }
    drop(server);
    let mut bytes = Vec::new();
    // The end of the connection, and not of the patience.
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
    assert_eq!(String::from_utf8_lossy(&bytes), "");
}

#[test]
fn a_long_poll_ends_when_the_server_does() {
    ends_at_once(r#"{"provider":"synclabs","id":"one","ends":"never"}"#, "?wait=true&timeout=55");
}

#[test]
fn a_stalled_request_ends_when_the_server_does() {
    ends_at_once(r#"{"provider":"synclabs","id":"one","faults":[{"on":1,"fault":"stall"}]}"#, "");
}

#[test]
fn clients_that_go_away_do_no_harm() {
    let server = serving(
        r#"{"provider":"synclabs","id":"one","ends":"never","faults":[{"on":2,"fault":"stall"}]}"#,
    );
    for query in ["?wait=true&timeout=55", ""] {
        let mut stream = connect(&server);
        stream.write_all(get(&format!("/v2/generate/one{query}")).as_bytes()).unwrap();
    }
    drop(connect(&server));
    connect(&server).write_all(b"\x16\x03\x01 this is no HTTP\r\n\r\n").unwrap();
    let (head, _) = asked(&server, &get("/_emulator/requests"));
    assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
}

#[test]
fn an_address_that_is_taken_is_an_error() {
    let server = Server::start().unwrap();
    let error = Server::start_at(server.address()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}
