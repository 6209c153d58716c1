//! Access key and secret key: the token of each request.
//!
//! The tokens that they are compared with were made by PyJWT (`tests/data/make_vectors.py`).

use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use serde::Deserialize;
use videogen_core::{ApiKey, ErrorKind, HttpRequest, NewGeneration, Provider as _, StatusQuery};
use videogen_kling::Kling;
use videogen_testkit::{ScriptedTransport, error_chain, json, test_now};

use crate::{TASK, signed};

#[derive(Deserialize)]
struct Vectors {
    tokens: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    access: String,
    secret: String,
    now: u64,
    token: String,
}

fn key(text: &str) -> ApiKey {
    ApiKey::new(text).unwrap()
}

fn request(kling: &Kling, seconds: u64) -> HttpRequest {
    let handle = kling.handle(&format!("text2video/{TASK}")).unwrap();
    let call = kling.status(&handle, StatusQuery::Plain).unwrap();
    call.request_at(UNIX_EPOCH + Duration::from_secs(seconds)).unwrap()
}

fn token(request: &HttpRequest) -> String {
    let value = &request.headers()["authorization"];
    assert!(value.is_sensitive());
    value.to_str().unwrap().strip_prefix("Bearer ").unwrap().to_owned()
}

#[test]
fn tokens_are_those_of_pyjwt() {
    let vectors: Vectors = serde_json::from_str(include_str!("../data/vectors.json")).unwrap();
    assert_eq!(vectors.tokens.len(), 4);
    for Vector { access, secret, now, token: expected } in vectors.tokens {
        let by_two = Kling::signed(&key(&access), &key(&secret));
        assert_eq!(token(&request(&by_two, now)), expected, "{access}");
        let by_one = Kling::new(key(&format!("{access}:{secret}")));
        assert_eq!(token(&request(&by_one, now)), expected, "{access}");
    }
}

#[test]
fn each_request_has_a_token_of_its_own_time() {
    let kling = signed();
    let handle = kling.handle(&format!("text2video/{TASK}")).unwrap();
    // One call, sent again and again: a wait that goes on for hours.
    let call = kling.status(&handle, StatusQuery::Plain).unwrap();
    let mut tokens = Vec::new();
    for minutes in [0, 29, 31, 600] {
        let at = test_now() + Duration::from_secs(minutes * 60);
        let sent = call.request_at(at).unwrap();
        tokens.push(token(&sent));
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 4);
    assert!(call.request().headers().get("authorization").is_none());
}

#[test]
fn a_secret_may_have_a_colon_and_an_access_key_has_none() {
    let one = token(&request(&Kling::new(key("a:b:c")), 7));
    assert_eq!(one, token(&request(&Kling::signed(&key("a"), &key("b:c")), 7)));
}

#[test]
fn half_a_pair_is_refused_before_anything_is_sent() {
    for (text, what) in [(":hidden-0123", "no access key"), ("hidden-0123:", "no secret key")] {
        let kling = Kling::new(key(text));
        let handle = kling.handle("text2video/7").unwrap();
        let error = kling.status(&handle, StatusQuery::Plain).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(what), "{error}");
        assert!(!error.to_string().contains(text), "{error}");
    }
}

#[test]
fn an_api_key_goes_as_it_is() {
    let kling = Kling::with_api_key(key("sk-0123:456789"));
    assert_eq!(token(&request(&kling, 7)), "sk-0123:456789");
}

#[test]
fn neither_key_nor_token_is_shown() {
    let kling = signed();
    let handle = kling.handle(&format!("text2video/{TASK}")).unwrap();
    let call = kling.status(&handle, StatusQuery::Plain).unwrap();
    let sent = call.request_at(test_now()).unwrap();
    let token = token(&sent);
    let body = format!(r#"{{"code":1002,"message":"bad token {token}"}}"#);
    let transport = ScriptedTransport::new().then(json(401, body));
    let error = call.send(&transport).unwrap_err();
    let shown = format!("{kling:?}\n{call:?}\n{sent:?}\n{}", error_chain(&error));
    for secret in ["access-0123456789", "secret-0123456789", &token] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

#[test]
fn a_clock_before_1970_signs_nothing() {
    let new = NewGeneration::from_json("{}").unwrap().for_endpoint("text2video");
    let call = signed().submit(&new).unwrap();
    let error = call.request_at(UNIX_EPOCH - Duration::from_secs(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotDelivered);
    // Just after it, there is no time before it.
    assert!(call.request_at(UNIX_EPOCH).is_ok());
}

proptest! {
    #[test]
    fn any_pair_signs(access in "[!-9;-~]{1,40}", secret in "[!-~]{1,80}", now in 0_u64..10_000_000_000) {
        let kling = Kling::signed(&key(&access), &key(&secret));
        let made = token(&request(&kling, now));
        let parts: Vec<&str> = made.split('.').collect();
        prop_assert_eq!(parts.len(), 3);
        prop_assert_eq!(parts[2].len(), 43);
        let is_safe = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        prop_assert!(parts.iter().all(|part| part.chars().all(is_safe)));
        // Signed with something else it is another one.
        let other = Kling::signed(&key(&access), &key(&format!("{secret}x")));
        prop_assert_ne!(token(&request(&other, now)), made);
    }
}
