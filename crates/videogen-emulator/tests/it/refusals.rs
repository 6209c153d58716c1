//! Requests that the providers refuse.

use videogen_core::Moment;
use videogen_emulator::{
    Emulator, MAX_GENERATIONS, MAX_RECORDED, ProviderName, Reply, Script, Wire,
};

use crate::support::{One, THREE, at, get, json, response, started, text};

fn path(provider: ProviderName) -> &'static str {
    match provider {
        ProviderName::PRISM => "/api/generations/one",
        ProviderName::TOKEN360 => "/v1/videos/one",
        _ => "/v2/generate/one",
    }
}

fn with_one(provider: ProviderName) -> Emulator {
    One::following(Script::new(provider).with_id("one")).emulator
}

fn asked(provider: ProviderName, headers: &[(&str, &str)]) -> Reply {
    with_one(provider).answer(Moment::ORIGIN, &get(path(provider), headers))
}

#[test]
fn each_in_the_providers_own_body() {
    let mut shown = String::new();
    for provider in THREE {
        let keyed = |key: &str| match provider {
            ProviderName::SYNCLABS => asked(provider, &[("x-api-key", key)]),
            _ => asked(provider, &[("authorization", &format!("Bearer {key}"))]),
        };
        let mut show = |what: &str, reply: &Reply| {
            shown.push_str(&format!("## {provider}, {what}\n{}\n", text(reply)));
        };
        show("no key", &asked(provider, &[]));
        show("a revoked key", &keyed("revoked-1"));
        show("a key without the scope", &keyed("noscope-1"));
        let headers = [("authorization", "Bearer k"), ("x-api-key", "k")];
        let unknown = get(&path(provider).replace("one", "two"), &headers);
        show("an unknown id", &with_one(provider).answer(Moment::ORIGIN, &unknown));
        let nowhere = get(&path(provider).replace("/one", "/one/more"), &headers);
        show("an unknown path", &with_one(provider).answer(Moment::ORIGIN, &nowhere));
        let mut delete = get(path(provider), &headers);
        *delete.method_mut() = http::Method::DELETE;
        show("DELETE", &with_one(provider).answer(Moment::ORIGIN, &delete));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_key_is_where_the_provider_wants_it() {
    let code =
        |provider, headers: &[(&str, &str)]| response(asked(provider, headers)).status().as_u16();
    for provider in [ProviderName::PRISM, ProviderName::TOKEN360] {
        assert_eq!(code(provider, &[("authorization", "Bearer k")]), 200);
        assert_eq!(code(provider, &[("authorization", "bearer k")]), 200);
        assert_eq!(code(provider, &[("authorization", "Bearer ")]), 401);
        assert_eq!(code(provider, &[("authorization", "Basic k")]), 401);
        assert_eq!(code(provider, &[("authorization", "k")]), 401);
        assert_eq!(code(provider, &[("x-api-key", "k")]), 401);
    }
    assert_eq!(code(ProviderName::SYNCLABS, &[("x-api-key", "k")]), 200);
    assert_eq!(code(ProviderName::SYNCLABS, &[("x-api-key", "")]), 401);
    assert_eq!(code(ProviderName::SYNCLABS, &[("authorization", "Bearer k")]), 401);
}

#[test]
fn a_generation_of_another_provider_is_not_found() {
    let mut emulator = with_one(ProviderName::PRISM);
    let reply =
        emulator.answer(Moment::ORIGIN, &get("/v1/videos/one", &[("authorization", "Bearer k")]));
    assert_eq!(response(reply).status(), 404);
}

#[test]
fn only_polls_that_were_let_in_count() {
    let mut emulator = with_one(ProviderName::SYNCLABS);
    let path = path(ProviderName::SYNCLABS);
    emulator.answer(Moment::ORIGIN, &get(path, &[]));
    emulator.answer(Moment::ORIGIN, &get(path, &[("x-api-key", "revoked")]));
    emulator.answer(Moment::ORIGIN, &get(&format!("{path}?timeout=99"), &[("x-api-key", "k")]));
    assert_eq!(emulator.polls(ProviderName::SYNCLABS, "one"), Some(0));
    emulator.answer(Moment::ORIGIN, &get(path, &[("x-api-key", "k")]));
    assert_eq!(emulator.polls(ProviderName::SYNCLABS, "one"), Some(1));
    assert_eq!(emulator.polls(ProviderName::PRISM, "one"), None);
}

#[test]
fn a_path_of_nobodys_says_what_there_is() {
    let mut emulator = Emulator::new(started());
    for path in ["/", "/v3/x", "/apix/generations/one", "/_emulator/nothing"] {
        let answer = response(emulator.answer(Moment::ORIGIN, &get(path, &[])));
        assert_eq!(answer.status(), 404);
        let error = json(&answer)["error"].as_str().unwrap().to_owned();
        assert!(error.contains("token360 below /v1,"), "{path}: {error}");
    }
}

#[test]
fn the_last_requests_are_kept() {
    let mut emulator = Emulator::new(started());
    let request = get("/v1/nothing", &[]);
    for millisecond in 0..=MAX_RECORDED as u64 {
        emulator.answer(Moment::new(std::time::Duration::from_millis(millisecond)), &request);
    }
    assert_eq!(emulator.log().count(), MAX_RECORDED);
    assert_eq!(emulator.log().next().unwrap().at, at(0.001));
}

#[test]
fn there_is_a_most_of_generations() {
    let mut emulator = Emulator::new(started());
    for _ in 0..MAX_GENERATIONS {
        emulator.add(Moment::ORIGIN, Script::new(ProviderName::PRISM)).unwrap();
    }
    assert!(emulator.add(Moment::ORIGIN, Script::new(ProviderName::PRISM)).is_err());
}

#[test]
fn every_request_is_recorded_and_no_key_is_shown() {
    let mut emulator = with_one(ProviderName::SYNCLABS);
    let headers =
        [("x-api-key", "sk-very-secret"), ("x-my-token", "sk-very-secret"), ("accept", "a/b")];
    let path = "/v2/generate/one?wait=true&api_key=sk-very-secret";
    let reply = emulator.answer(at(3.0), &get(path, &headers));
    assert!(matches!(reply.wire, Wire::Response(_)));
    let recorded: Vec<_> = emulator.log().cloned().collect();
    let [one] = &recorded[..] else { panic!("{recorded:?}") };
    assert_eq!((one.at, &one.method), (at(3.0), &http::Method::GET));
    assert_eq!(one.path, path);
    assert_eq!(one.headers["x-api-key"], "sk-very-secret");
    assert_eq!(one.handle.as_deref(), Some("synclabs:one"));
    assert_eq!(one.poll, Some(1));
    let shown = format!("{recorded:?} {emulator:?}");
    assert!(!shown.contains("very-secret"), "{shown}");
    assert!(shown.contains("a/b") && shown.contains("wait=true"), "{shown}");
}
