//! The emulator's own operations.

use serde_json::json;
use videogen_core::{HttpRequest, Moment};
use videogen_emulator::{Emulator, MAX_SCRIPT_BYTES};

use crate::support::{at, get, json, response, started};

fn post(body: &str) -> HttpRequest {
    let mut request = get("/_emulator/generations", &[]);
    *request.method_mut() = http::Method::POST;
    *request.body_mut() = body.as_bytes().to_vec();
    request
}

fn emulator() -> Emulator {
    Emulator::new(started()).at_origin("http://127.0.0.1:4010")
}

#[test]
fn a_script_that_is_posted_becomes_a_generation() {
    let mut emulator = emulator();
    let script = r#"{"provider":"token360","running_s":30,"faults":[{"on":1,"fault":"reset"}]}"#;
    let answer = response(emulator.answer(at(7.0), &post(script)));
    assert_eq!(answer.status(), 201);
    let expected = json!({
        "provider": "token360",
        "id": "video_000001",
        "handle": "token360:video_000001",
        "base_url": "http://127.0.0.1:4010/v1",
    });
    assert_eq!(json(&answer), expected);
    // Its time began when it was posted.
    let status =
        |s| emulator.status(at(s), videogen_emulator::ProviderName::TOKEN360, "video_000001");
    assert_eq!(status(36.9), Some("in_progress"));
    assert_eq!(status(37.0), Some("completed"));
}

#[test]
fn a_bad_script_is_refused_with_the_member_that_is_wrong() {
    let refused = |body: &str| {
        let answer = response(emulator().answer(Moment::ORIGIN, &post(body)));
        assert_eq!(answer.status(), 400, "{body}");
        json(&answer)
    };
    let bad = refused(r#"{"provider":"prism","running_s":"long"}"#);
    assert_eq!(bad["field"], "running_s");
    assert!(bad["error"].as_str().unwrap().contains("`running_s`"));
    let bad = refused(
        r#"{"provider":"prism","faults":[{"on":1,"fault":"reset"},{"on":{},"fault":"cut"}]}"#,
    );
    assert_eq!(bad["field"], "faults[1].on");
    assert_eq!(refused("")["field"], serde_json::Value::Null);
    assert_eq!(refused("not json")["field"], serde_json::Value::Null);
}

#[test]
fn an_endless_script_is_refused() {
    let long = " ".repeat(MAX_SCRIPT_BYTES + 1);
    let answer = response(emulator().answer(Moment::ORIGIN, &post(&long)));
    assert_eq!(answer.status(), 413);
}

#[test]
fn generations_are_listed_with_their_state() {
    let mut emulator = emulator();
    emulator.answer(Moment::ORIGIN, &post(r#"{"provider":"synclabs","running_s":10}"#));
    emulator.answer(at(5.0), &post(r#"{"provider":"prism","running_s":10}"#));
    let poll = get("/api/generations/gen_000002", &[("authorization", "Bearer k")]);
    emulator.answer(at(12.0), &poll);
    let listed = response(emulator.answer(at(12.0), &get("/_emulator/generations", &[])));
    let expected = json!({ "generations": [
        {
            "provider": "prism", "id": "gen_000002", "handle": "prism:gen_000002",
            "base_url": "http://127.0.0.1:4010/api", "status": "generating", "polls": 1,
            "created_at": "2026-02-26T12:00:05.000Z",
        },
        {
            "provider": "synclabs", "id": "00000000-0000-4000-8000-000000000001",
            "handle": "synclabs:00000000-0000-4000-8000-000000000001",
            "base_url": "http://127.0.0.1:4010/v2", "status": "COMPLETED", "polls": 0,
            "created_at": "2026-02-26T12:00:00.000Z",
        },
    ]});
    assert_eq!(json(&listed), expected);
}

#[test]
fn requests_are_listed_without_keys() {
    let mut emulator = emulator();
    emulator.answer(Moment::ORIGIN, &post(r#"{"provider":"synclabs","id":"one"}"#));
    let headers = [("x-api-key", "sk-very-secret"), ("accept", "application/json")];
    let path = "/v2/generate/one?include=progress&key=sk-very-secret";
    emulator.answer(at(1.5), &get(path, &headers));
    emulator.answer(at(2.0), &get("/v2/nothing", &[]));
    let listed = response(emulator.answer(at(3.0), &get("/_emulator/requests", &[])));
    assert!(!String::from_utf8_lossy(listed.body()).contains("very-secret"));
    let expected = json!({ "requests": [
        {
            "at_s": 1.5, "at": "2026-02-26T12:00:01.500Z", "method": "GET",
            "path": "/v2/generate/one?include=progress&key=<redacted>",
            "handle": "synclabs:one", "poll": 1, "has_key": true,
            "headers": ["x-api-key", "accept"],
        },
        {
            "at_s": 2.0, "at": "2026-02-26T12:00:02.000Z", "method": "GET",
            "path": "/v2/nothing", "has_key": false, "headers": [],
        },
    ]});
    assert_eq!(json(&listed), expected);
}

#[test]
fn other_methods_are_refused() {
    for path in ["/_emulator/generations", "/_emulator/submits", "/_emulator/requests"] {
        let mut request = get(path, &[]);
        *request.method_mut() = http::Method::DELETE;
        let answer = response(emulator().answer(Moment::ORIGIN, &request));
        assert_eq!(answer.status(), 405, "{path}");
    }
}
