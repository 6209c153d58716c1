//! fal's public keys: where they are fetched, and which are taken.

use proptest::prelude::*;
use videogen_core::{BaseUrl, ErrorKind};
use videogen_fal::{KeySet, webhook};
use videogen_testkit::{TEST_KEY, json};

use crate::load;

#[test]
fn they_are_fetched_without_the_key() {
    let call = webhook::keys().unwrap();
    assert_eq!(call.request().uri(), "https://rest.fal.ai/.well-known/jwks.json");
    assert!(!call.request().headers().contains_key("authorization"));
    assert!(!format!("{:?}", call.request()).contains(TEST_KEY));
    let there = BaseUrl::parse("http://127.0.0.1:4010/fal").unwrap();
    let call = webhook::keys_at(&there).unwrap();
    assert_eq!(call.request().uri(), "http://127.0.0.1:4010/fal/.well-known/jwks.json");
}

#[test]
fn what_is_no_key_is_left_out_and_a_set_of_none_is_refused() {
    for (name, keys) in [
        ("one", 1),
        ("two", 2),
        ("x_only", 1),
        ("x_padded", 1),
        ("twice", 1),
        ("malformed_entries", 1),
    ] {
        let fixture = load("keys").into_iter().find(|fixture| fixture.name == name).unwrap();
        let set = webhook::keys().unwrap().decode(&fixture.response).unwrap();
        assert_eq!(set.len(), keys, "{name}");
        assert!(!set.is_empty());
        assert_eq!(KeySet::from_json(fixture.response.body().clone()).unwrap().len(), keys);
    }
    for name in ["empty", "weak_only", "keys_missing", "keys_is_object", "html_200"] {
        let fixture = load("keys").into_iter().find(|fixture| fixture.name == name).unwrap();
        let error = webhook::keys().unwrap().decode(&fixture.response).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{name}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_keys_or_an_error(status in 100_u16..=599, body: Vec<u8>) {
        drop(webhook::keys().unwrap().decode(&json(status, body)));
    }

    #[test]
    fn any_x_is_a_key_or_none(x in "[A-Za-z0-9_=-]{0,50}") {
        let set = serde_json::json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x}]});
        if let Ok(set) = KeySet::from_json(set.to_string()) {
            prop_assert_eq!(set.len(), 1);
            prop_assert_eq!(x.trim_end_matches('=').len(), 43);
        }
    }
}
