//! `wait`, `timeout` and `include` at Sync Labs.

use videogen_emulator::{Emulator, Reply, Script};

use crate::support::{One, at, get, json, response, started};

fn emulator() -> Emulator {
    let script = r#"{"provider":"synclabs","id":"one","queued_s":10,"running_s":90}"#;
    One::following(Script::parse(script).unwrap()).emulator
}

fn asked(emulator: &mut Emulator, s: f64, query: &str) -> Reply {
    let path = format!("/v2/generate/one?{query}");
    emulator.answer(at(s), &get(&path, &[("x-api-key", "k")]))
}

/// When the answer comes, in seconds, the status that it tells, and whether it says that the time ran out.
fn told(s: f64, query: &str) -> (f64, String, bool) {
    let reply = asked(&mut emulator(), s, query);
    let at = reply.at.since_origin().as_secs_f64();
    let answer = response(reply);
    assert_eq!(answer.status(), 200, "{query}");
    let ran_out = answer.headers().contains_key("x-sync-wait-mode");
    assert_eq!(ran_out, answer.headers().contains_key("retry-after"), "{query}");
    (at, json(&answer)["status"].as_str().unwrap().to_owned(), ran_out)
}

fn tells(at: f64, status: &str, ran_out: bool) -> (f64, String, bool) {
    (at, status.to_owned(), ran_out)
}

#[test]
fn a_long_poll_is_held_until_the_end_or_its_timeout() {
    assert_eq!(told(0.0, "wait=true"), tells(30.0, "PROCESSING", true));
    assert_eq!(told(0.0, "wait=true&timeout=5"), tells(5.0, "PENDING", true));
    assert_eq!(told(0.0, "timeout=2.5&wait=true"), tells(2.5, "PENDING", true));
    assert_eq!(told(60.0, "wait=true&timeout=55"), tells(100.0, "COMPLETED", false));
    assert_eq!(told(70.0, "wait=true"), tells(100.0, "COMPLETED", false));
    assert_eq!(told(69.999, "wait=true"), tells(99.999, "PROCESSING", true));
    assert_eq!(told(200.0, "wait=true"), tells(200.0, "COMPLETED", false));
}

#[test]
fn without_wait_nothing_is_held() {
    assert_eq!(told(60.0, ""), tells(60.0, "PROCESSING", false));
    assert_eq!(told(60.0, "wait=false&timeout=20"), tells(60.0, "PROCESSING", false));
    assert_eq!(told(60.0, "include=progress"), tells(60.0, "PROCESSING", false));
    assert_eq!(told(60.0, "other=1&flag"), tells(60.0, "PROCESSING", false));
}

#[test]
fn a_long_poll_that_ran_out_says_so() {
    let answer = response(asked(&mut emulator(), 0.0, "wait=true&timeout=2.5"));
    assert_eq!(answer.headers()["retry-after"], "2");
    assert_eq!(answer.headers()["x-sync-wait-mode"], "long_poll");
    assert_eq!(answer.headers()["x-sync-wait-timeout-seconds"], "2.5");
    // The answer is made when the time has run out.
    assert_eq!(answer.headers()["date"], httpdate(2.5));
    let answer = response(asked(&mut emulator(), 0.0, "wait=true"));
    assert_eq!(answer.headers()["x-sync-wait-timeout-seconds"], "30");
}

fn httpdate(s: f64) -> String {
    httpdate::fmt_http_date(started() + std::time::Duration::from_secs_f64(s))
}

#[test]
fn what_the_page_forbids_is_refused_with_a_list_of_messages() {
    for (query, message) in [
        ("wait=true&timeout=0", "timeout must be greater than 0"),
        ("wait=true&timeout=-1", "timeout must be greater than 0"),
        ("wait=true&timeout=NaN", "timeout must be greater than 0"),
        ("wait=true&timeout=55.1", "timeout must not be greater than 55"),
        ("wait=true&timeout=inf", "timeout must not be greater than 55"),
        ("timeout=99", "timeout must not be greater than 55"),
        (
            "wait=true&timeout=soon",
            "timeout must be a number conforming to the specified constraints",
        ),
        ("wait=maybe", "wait must be a boolean value"),
        ("wait=true&include=progress", "wait cannot be combined with include=progress"),
        ("include=a%2Cprogress&wait=true", "wait cannot be combined with include=progress"),
    ] {
        let answer = response(asked(&mut emulator(), 0.0, query));
        assert_eq!(answer.status(), 400, "{query}");
        let expected = serde_json::json!({
            "statusCode": 400, "message": [message], "error": "Bad Request",
        });
        assert_eq!(json(&answer), expected, "{query}");
    }
}

#[test]
fn a_generation_that_never_ends_is_held_for_the_whole_time() {
    let mut one = One::of(r#"{"provider":"synclabs","id":"one","ends":"never"}"#);
    let reply = asked(&mut one.emulator, 1000.0, "wait=true&timeout=55");
    assert_eq!(reply.at, at(1055.0));
}

#[test]
fn errors_are_not_held() {
    let mut one = One::of(
        r#"{"provider":"synclabs","id":"one","running_s":100,"faults":[
            {"on":1,"fault":"unavailable"},{"on":2,"fault":"unknown_status","word":"HELD"}]}"#,
    );
    assert_eq!(asked(&mut one.emulator, 5.0, "wait=true").at, at(5.0));
    // A fault that changes the truth waits for the truth.
    assert_eq!(asked(&mut one.emulator, 5.0, "wait=true").at, at(35.0));
}

#[test]
fn other_providers_ignore_the_query() {
    let mut one = One::of(r#"{"provider":"token360","id":"one","running_s":100}"#);
    let request = get("/v1/videos/one?wait=true&timeout=99", &[("authorization", "Bearer k")]);
    let reply = one.emulator.answer(at(5.0), &request);
    assert_eq!(reply.at, at(5.0));
    assert_eq!(response(reply).status(), 200);
}
