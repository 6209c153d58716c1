//! `FalRequest`: a model's input, member by member.

use proptest::prelude::*;
use serde_json::{Value, json};
use videogen_core::{ErrorKind, NewGeneration, Provider as _};
use videogen_fal::FalRequest;
use videogen_testkit::Fixture;

use crate::{load, provider};

#[test]
fn it_writes_what_the_fixture_has() {
    let queued: Fixture = load("submit").into_iter().find(|it| it.name == "queued").unwrap();
    let new = FalRequest::new("fal-ai/veo3")
        .with_prompt("A kite climbs above the dunes")
        .with("aspect_ratio", "16:9")
        .build()
        .unwrap();
    assert_eq!(serde_json::from_str::<Value>(&new.body).ok(), queued.request.body);
    assert_eq!(new.endpoint.as_deref(), queued.endpoint.as_deref());
}

#[test]
fn raw_json_goes_as_it_is() {
    let raw = "{ \"prompt\":\"p\",\n \"seed\": 196619188014358660 }";
    let new = NewGeneration::from_json(raw).unwrap().for_endpoint("fal-ai/veo3");
    let call = provider().submit(&new).unwrap();
    assert_eq!(call.request().body(), raw.as_bytes());
    assert_eq!(call.request().headers()["content-type"], "application/json");
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    for (request, name) in [
        (FalRequest::new("veo3"), "endpoint"),
        (FalRequest::new("fal-ai/veo3").with_prompt(" \n"), "prompt"),
    ] {
        let error = request.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(name), "{error}");
    }
    // Not every model has one.
    assert!(FalRequest::new("fal-ai/veo3").build().is_ok());
}

#[test]
fn debug_shows_nothing_of_the_input() {
    let request = FalRequest::new("fal-ai/veo3")
        .with_prompt("SECRET")
        .with("image_url", "https://example.com/a.png?signature=SECRET");
    let shown = format!("{request:?}");
    assert!(shown.contains("image_url") && !shown.contains("SECRET"), "{shown}");
}

proptest! {
    #[test]
    fn texts_are_written_as_they_are(
        prompt in "(?s).{0,40}[a-z]",
        name in "[a-z_]{1,10}x",
        value in "(?s).{0,20}",
        seed: u64,
    ) {
        let new = FalRequest::new("fal-ai/veo3")
            .with_prompt(&prompt)
            .with(&name, value.as_str())
            .with("seed", seed)
            .build()
            .unwrap();
        let body: Value = serde_json::from_str(&new.body).unwrap();
        prop_assert_eq!(&body["prompt"], &json!(prompt));
        prop_assert_eq!(&body[&name], &json!(value));
        prop_assert_eq!(&body["seed"], &json!(seed));
    }
}
