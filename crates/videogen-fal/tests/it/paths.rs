//! Handles: where a request is found, and where the key goes.

use proptest::prelude::*;
use videogen_core::{BaseUrl, ErrorKind, Handle, NewGeneration, Provider as _, StatusQuery};
use videogen_fal::request_id;
use videogen_testkit::json;

use crate::{handle, provider};

const REQUEST: &str = "764cabcf-b745-4b3e-ae38-1200304cf45b";

/// The handle of what was submitted to `endpoint` at `base`, by an answer with this id and this URL of the status.
fn submitted(base: &str, endpoint: &str, id: Option<&str>, status_url: Option<&str>) -> Handle {
    let fal = provider().at(BaseUrl::parse(base).unwrap());
    let new = NewGeneration::from_json("{}").unwrap().for_endpoint(endpoint);
    let answer = serde_json::json!({"request_id": id, "status_url": status_url});
    let accepted = fal.submit(&new).unwrap().decode(&json(200, answer.to_string())).unwrap();
    let handle = accepted.handles.into_iter().next().unwrap();
    // The text form is enough to find it again, from another process too.
    let text = handle.to_string();
    assert_eq!(fal.handle(Handle::split_text(&text).unwrap().1).unwrap(), handle);
    let stored = serde_json::to_string(&handle).unwrap();
    assert_eq!(serde_json::from_str::<Handle>(&stored).unwrap(), handle);
    let uri = fal.status(&handle, StatusQuery::Plain).unwrap().request().uri().to_string();
    assert!(uri.starts_with(&format!("{base}/")), "{uri}");
    handle
}

const DEFAULT: &str = "https://queue.fal.run";
const KLING: &str = "fal-ai/kling-video/v2/master/text-to-video";

#[test]
fn the_providers_url_says_where_the_request_is() {
    let of_app = format!("{DEFAULT}/fal-ai/kling-video/requests/{REQUEST}/status");
    let handle = submitted(DEFAULT, KLING, Some(REQUEST), Some(&of_app));
    assert_eq!(handle.to_string(), format!("fal:fal-ai/kling-video/requests/{REQUEST}"));
    let of_endpoint = format!("{DEFAULT}/{KLING}/requests/{REQUEST}/status");
    let handle = submitted(DEFAULT, KLING, Some(REQUEST), Some(&of_endpoint));
    assert_eq!(handle.id(), format!("{KLING}/requests/{REQUEST}"));
    // The id too, where it is not told.
    let handle = submitted(DEFAULT, KLING, None, Some(&of_app));
    assert_eq!(request_id(&handle), REQUEST);
}

#[test]
fn at_a_proxy_it_is_below_the_proxy() {
    let base = "https://proxy.example/fal";
    let there = format!("{base}/fal-ai/kling-video/v2/requests/{REQUEST}/status");
    let handle = submitted(base, KLING, Some(REQUEST), Some(&there));
    assert_eq!(handle.id(), format!("fal-ai/kling-video/v2/requests/{REQUEST}"));
    // One that hands fal's own URLs on is asked all the same, by the app.
    let elsewhere = format!("{DEFAULT}/{KLING}/requests/{REQUEST}/status");
    let handle = submitted(base, KLING, Some(REQUEST), Some(&elsewhere));
    assert_eq!(handle.id(), format!("fal-ai/kling-video/requests/{REQUEST}"));
}

#[test]
fn a_url_elsewhere_is_not_followed() {
    for url in [
        "https://evil.example/{app}/requests/{id}/status",
        "https://queue.fal.run.evil.example/{app}/requests/{id}/status",
        "https://queue.fal.runevil.example/{app}/requests/{id}/status",
        "https://queue.fal.run@evil.example/{app}/requests/{id}/status",
        "http://queue.fal.run/{app}/requests/{id}/status",
        "https://queue.fal.run/{app}/requests/another/status",
        "https://queue.fal.run/{app}/requests/{id}",
        "https://queue.fal.run/{app}/requests/{id}/status?x=1",
        "https://queue.fal.run/a/../{app}/requests/{id}/status",
        "https://queue.fal.run/requests/{id}/status",
        "https://queue.fal.run/fal-ai/requests/{id}/status",
        "https://queue.fal.run//{app}/requests/{id}/status",
        "https://queue.fal.run/a b/c/requests/{id}/status",
        "",
    ] {
        let url = url.replace("{app}", "other/app").replace("{id}", REQUEST);
        let handle = submitted(DEFAULT, KLING, Some(REQUEST), Some(&url));
        assert_eq!(handle.id(), format!("fal-ai/kling-video/requests/{REQUEST}"), "{url}");
    }
}

#[test]
fn a_namespace_is_a_part_of_the_app() {
    for (endpoint, app) in [
        ("fal-ai/veo3", "fal-ai/veo3"),
        ("fal-ai/veo3/fast", "fal-ai/veo3"),
        ("workflows/acme/kite", "workflows/acme/kite"),
        ("workflows/acme/kite/fast/x", "workflows/acme/kite"),
        ("comfy/acme/kite", "comfy/acme/kite"),
    ] {
        let handle = submitted(DEFAULT, endpoint, Some(REQUEST), None);
        assert_eq!(handle.id(), format!("{app}/requests/{REQUEST}"), "{endpoint}");
    }
}

#[test]
fn what_is_no_endpoint_is_refused() {
    let long = format!("fal-ai/{}", "x".repeat(400));
    for endpoint in [
        "",
        "veo3",
        "fal-ai/",
        "/fal-ai/veo3",
        "fal-ai//veo3",
        "fal-ai/veo3/",
        "fal-ai/../veo3",
        "fal-ai/./veo3",
        "fal-ai/veo 3",
        "fal-ai/veo3?x=1",
        "fal-ai/veo3#x",
        "fal-ai/veo%33",
        "fal-ai/ü",
        "https://queue.fal.run/fal-ai/veo3",
        "workflows/acme",
        "comfy/acme",
        "fal-ai/veo3\n",
        &long,
    ] {
        let new = NewGeneration::from_json("{}").unwrap().for_endpoint(endpoint);
        let error = provider().submit(&new).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{endpoint}");
        assert!(error.to_string().contains("endpoint"), "{error}");
        assert!(error.to_string().len() < 300, "{error}");
    }
    let error = provider().submit(&NewGeneration::from_json("{}").unwrap()).unwrap_err();
    assert!(error.to_string().contains("endpoint"), "{error}");
}

#[test]
fn an_id_alone_is_not_enough() {
    for id in [
        REQUEST,
        "requests/x",
        "veo3/requests/x",
        "fal-ai/veo3",
        "fal-ai/veo3/requests",
        "fal-ai/veo3/requests/",
        "fal-ai/veo3/requests/x/status",
        "fal-ai/veo3/request/x",
        "workflows/acme/requests/x",
        "fal-ai/veo3/requests/..",
    ] {
        let error = provider().handle(id).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{id}");
        // It says what one looks like.
        assert!(error.to_string().contains("fal-ai/veo3/requests/764cabcf"), "{error}");
    }
    assert_eq!(request_id(&handle()), REQUEST);
}

#[test]
fn a_stored_handle_of_another_form_is_refused() {
    let handle = Handle::new("fal", provider().base_url(), "a?b").unwrap();
    for error in [
        provider().status(&handle, StatusQuery::Plain).unwrap_err(),
        provider().cancel(&handle).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

proptest! {
    /// Whatever an answer says, its request is asked about below the base URL, or not at all.
    #[test]
    fn no_answer_leads_elsewhere(
        id in proptest::option::of(prop_oneof!["[a-z0-9-]{1,40}", ".{0,20}"]),
        url in proptest::option::of(prop_oneof![
            ".{0,60}",
            "https://queue\\.fal\\.run[/.@:a-z0-9?#%-]{0,60}",
            "(https://(queue\\.fal\\.run|evil\\.example)(/[a-z.]{1,6}){1,5}/requests/[a-z]{1,4}/status)",
        ]),
    ) {
        let new = NewGeneration::from_json("{}").unwrap().for_endpoint(KLING);
        let answer = serde_json::json!({"request_id": id, "status_url": url});
        let call = provider().submit(&new).unwrap();
        let Ok(accepted) = call.decode(&json(200, answer.to_string())) else { return Ok(()) };
        let handle = &accepted.handles[0];
        let call = provider().status(handle, StatusQuery::Plain).unwrap();
        let uri = call.request().uri();
        prop_assert_eq!(uri.host(), Some("queue.fal.run"));
        prop_assert!(uri.query().is_none());
        let end = format!("/requests/{}/status", request_id(handle));
        prop_assert!(uri.path().ends_with(&end));
        if let Some(id) = &id && !id.trim().is_empty() {
            prop_assert_eq!(request_id(handle), id);
        }
    }
}
