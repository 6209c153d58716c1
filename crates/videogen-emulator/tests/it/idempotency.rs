//! Sync Labs' idempotency keys.

use videogen_core::{ErrorKind, HttpRequest, HttpResponse};
use videogen_emulator::{Emulator, ProviderName};

use crate::submission::{new, planned};
use crate::submit_requests::post;
use crate::support::{KEY, at, client, json, response, started};

const BODY: &str = r#"{"model":"sync-3","input":[{"type":"text"}]}"#;

fn keyed(key: &str, body: &str) -> HttpRequest {
    let mut request = post("/v2/generate", body);
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    request
}

fn answered(emulator: &mut Emulator, s: f64, request: &HttpRequest) -> HttpResponse {
    response(emulator.answer(at(s), request))
}

fn made(emulator: &Emulator) -> usize {
    emulator.generations(ProviderName::SYNCLABS).len()
}

#[test]
fn the_same_key_and_body_make_one_generation_with_the_same_answer() {
    let mut emulator = Emulator::new(started());
    let first = answered(&mut emulator, 0.0, &keyed("k-1", BODY));
    // However it is written, and long after the generation has ended.
    let other = r#"{ "input": [{"type": "text"}], "model": "sync-3" }"#;
    let second = answered(&mut emulator, 3600.0, &keyed("k-1", other));
    assert_eq!((first.status().as_u16(), second.status().as_u16()), (201, 201));
    assert_eq!(json(&first), json(&second));
    assert_eq!(json(&first)["status"], "PENDING");
    assert_eq!(made(&emulator), 1);
    assert_eq!(emulator.submits(ProviderName::SYNCLABS), 2);
}

#[test]
fn another_key_or_none_makes_another_generation() {
    let mut emulator = Emulator::new(started());
    for request in [
        keyed("k-1", BODY),
        keyed("k-2", BODY),
        post("/v2/generate", BODY),
        post("/v2/generate", BODY),
    ] {
        assert_eq!(answered(&mut emulator, 0.0, &request).status(), 201);
    }
    assert_eq!(made(&emulator), 4);
}

#[test]
fn the_same_key_with_another_body_is_a_conflict() {
    let mut emulator = Emulator::new(started());
    answered(&mut emulator, 0.0, &keyed("k-1", BODY));
    let other = keyed("k-1", &BODY.replace("sync-3", "lipsync-2"));
    let conflict = answered(&mut emulator, 0.0, &other);
    assert_eq!(conflict.status(), 409);
    assert_eq!(json(&conflict)["error"], "Conflict");
    assert_eq!(made(&emulator), 1);
    // The key still is the first one's.
    assert_eq!(answered(&mut emulator, 0.0, &keyed("k-1", BODY)).status(), 201);
}

#[test]
fn a_key_has_1_to_128_of_some_characters() {
    let longest = "a".repeat(128);
    for key in ["x", "AZaz09._~-", &longest] {
        let mut emulator = Emulator::new(started());
        assert_eq!(answered(&mut emulator, 0.0, &keyed(key, BODY)).status(), 201, "{key}");
    }
    let too_long = "a".repeat(129);
    for key in ["", "a b", "a/b", "a+b", &too_long] {
        let mut emulator = Emulator::new(started());
        let refused = answered(&mut emulator, 0.0, &keyed(key, BODY));
        assert_eq!(refused.status(), 400, "{key}");
        assert_eq!(json(&refused)["errorCode"], "INVALID_IDEMPOTENCY_KEY", "{key}");
        assert_eq!(made(&emulator), 0);
    }
}

#[test]
fn a_submission_that_was_refused_leaves_its_key_free() {
    let mut emulator = Emulator::new(started());
    assert_eq!(answered(&mut emulator, 0.0, &keyed("k-1", r#"{"model":"m"}"#)).status(), 400);
    assert_eq!(answered(&mut emulator, 0.0, &keyed("k-1", BODY)).status(), 201);
}

#[test]
fn the_others_know_no_keys() {
    for (provider, path) in
        [(ProviderName::PRISM, "/api/generations"), (ProviderName::TOKEN360, "/v1/videos")]
    {
        let mut emulator = Emulator::new(started());
        let mut request = post(path, &new(provider).body);
        request.headers_mut().insert("idempotency-key", "k-1".parse().unwrap());
        for _ in 0..2 {
            assert_eq!(answered(&mut emulator, 0.0, &request).status(), 200);
        }
        assert_eq!(emulator.generations(provider).len(), 2, "{provider}");
    }
}

#[test]
fn the_clients_key_arrives() {
    let provider = ProviderName::SYNCLABS;
    let emulator = planned(videogen_emulator::SubmitPlan::new(provider));
    let send = |body: &str| {
        let new = videogen_core::NewGeneration::from_json(body).unwrap();
        let call = client(provider, KEY).submit(&new.with_idempotency_key("k-1")).unwrap();
        call.send(&emulator)
    };
    let first = send(BODY).unwrap();
    assert_eq!(send(BODY).unwrap().handles, first.handles);
    let conflict = send(&new(provider).body).unwrap_err();
    assert_ne!(conflict.kind(), ErrorKind::Ambiguous);
    assert_eq!(conflict.http_status(), Some(409));
}
