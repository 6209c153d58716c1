//! Where the APIs are, and what a generation is called there.

use proptest::prelude::*;
use videogen_core::{ApiKey, BaseUrl, ErrorKind, Handle, Provider as _, StatusQuery};
use videogen_veo::{Api, NAME, VERTEX_NAME, Veo};

use crate::{OPERATION, VERTEX_OPERATION, gemini, vertex};

fn at(project: &str, location: &str) -> Result<String, ErrorKind> {
    let veo = Veo::vertex(project, location, ApiKey::new("ya29.token").unwrap());
    veo.map(|veo| veo.base_url().to_string()).map_err(|error| error.kind())
}

#[test]
fn locations_have_hosts_of_three_forms() {
    for (location, base) in [
        ("us-central1", "https://us-central1-aiplatform.googleapis.com/v1"),
        ("europe-west4", "https://europe-west4-aiplatform.googleapis.com/v1"),
        ("global", "https://aiplatform.googleapis.com/v1"),
        ("us", "https://aiplatform.us.rep.googleapis.com/v1"),
        ("eu", "https://aiplatform.eu.rep.googleapis.com/v1"),
    ] {
        assert_eq!(at("p", location).as_deref(), Ok(base));
    }
}

#[test]
fn a_location_or_a_project_that_leads_elsewhere_is_refused() {
    for location in [
        "",
        " ",
        "US",
        "evil.example/",
        "a.b",
        "a/b",
        "x@evil.example",
        "x#",
        "x?",
        "-x",
        "x-",
        "ü",
        "a\nb",
    ] {
        assert_eq!(at("my-project", location), Err(ErrorKind::InvalidInput), "{location:?}");
    }
    for project in ["", " ", ".", "..", "a/b", "a?b", "a#b", "a%2fb", "ü", "a\nb", "../x"] {
        assert_eq!(at(project, "global"), Err(ErrorKind::InvalidInput), "{project:?}");
    }
    for project in ["my-project", "123456789012", "example.com:my-project"] {
        assert!(at(project, "global").is_ok(), "{project:?}");
    }
}

#[test]
fn a_handle_finds_its_generation_again() {
    assert_eq!((gemini().api(), gemini().name()), (Api::Gemini, NAME));
    assert_eq!((vertex().api(), vertex().name()), (Api::Vertex, VERTEX_NAME));
    for (veo, id) in [(gemini(), OPERATION), (vertex(), VERTEX_OPERATION)] {
        let handle = veo.handle(id).unwrap();
        let text = handle.to_string();
        let (name, id) = Handle::split_text(&text).unwrap();
        assert_eq!(name, veo.name());
        assert_eq!(veo.handle(id).unwrap(), handle);
        let stored = serde_json::to_string(&handle).unwrap();
        assert_eq!(serde_json::from_str::<Handle>(&stored).unwrap(), handle);
    }
}

#[test]
fn neither_takes_the_others_operations() {
    assert_eq!(gemini().handle(VERTEX_OPERATION).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(vertex().handle(OPERATION).unwrap_err().kind(), ErrorKind::InvalidInput);
    let handle = gemini().handle(OPERATION).unwrap();
    let error = vertex().status(&handle, StatusQuery::Plain).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignHandle);
    // Another region is another place.
    let elsewhere =
        Veo::vertex("my-project", "global", ApiKey::new("ya29.token").unwrap()).unwrap();
    let handle = vertex().handle(VERTEX_OPERATION).unwrap();
    let error = elsewhere.status(&handle, StatusQuery::Plain).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignHandle);
}

#[test]
fn a_handle_whose_id_is_no_operation_is_not_asked_about() {
    for veo in [gemini(), vertex()] {
        let handle = Handle::new(veo.name(), veo.base_url(), "g1").unwrap();
        let error = veo.status(&handle, StatusQuery::Plain).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.handle(), Some(&handle));
    }
}

#[test]
fn ids_that_are_no_operations_are_refused() {
    for id in [
        "",
        "g1",
        "operations/",
        "models//operations/x",
        "models/m/operations/../x",
        "models/m/x/y",
        "models/m/operations/x/y",
        "/models/m/operations/x",
        "models/m/operations/x/",
        "models/m/operations/.",
        "tunedModels/m/operations/x",
    ] {
        assert_eq!(gemini().handle(id).unwrap_err().kind(), ErrorKind::InvalidInput, "{id:?}");
    }
    for id in [
        "operations/x",
        "projects/p/locations/l/operations/x",
        "projects/p/locations/l/publishers/google/models/m",
        "projects/../locations/l/publishers/google/models/m/operations/x",
    ] {
        assert_eq!(vertex().handle(id).unwrap_err().kind(), ErrorKind::InvalidInput, "{id:?}");
    }
}

#[test]
fn other_queries_are_not_there() {
    for (veo, id) in [(gemini(), OPERATION), (vertex(), VERTEX_OPERATION)] {
        let handle = veo.handle(id).unwrap();
        for query in [StatusQuery::Progress, StatusQuery::LongPoll { hold: None }] {
            let error = veo.status(&handle, query).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
        }
        assert_eq!(veo.cancel(&handle).unwrap_err().kind(), ErrorKind::Unsupported);
        assert_eq!(veo.delete(&handle).unwrap_err().kind(), ErrorKind::Unsupported);
    }
}

proptest! {
    /// Whatever stands in an operation's name, the request stays at the place of the operation.
    #[test]
    fn an_operation_is_asked_for_in_its_place(part in "\\PC{1,30}") {
        let id = format!("models/m/operations/{part}");
        if let Ok(handle) = gemini().handle(&id) {
            let call = gemini().status(&handle, StatusQuery::Plain).unwrap();
            let uri = call.request().uri();
            prop_assert!(uri.path().starts_with("/v1beta/models/m/operations/"), "{}", uri);
            prop_assert_eq!(uri.path().split('/').count(), 6);
            prop_assert_eq!(uri.query(), None);
        }
        let id = format!("projects/p/locations/l/publishers/google/models/{part}/operations/x");
        if let Ok(handle) = vertex().handle(&id) {
            let call = vertex().status(&handle, StatusQuery::Plain).unwrap();
            let uri = call.request().uri();
            prop_assert!(uri.path().ends_with(":fetchPredictOperation"), "{}", uri);
            prop_assert_eq!(uri.path().split('/').count(), 10);
            let body: serde_json::Value = serde_json::from_slice(call.request().body()).unwrap();
            prop_assert_eq!(body, serde_json::json!({ "operationName": id }));
        }
    }

    #[test]
    fn a_location_makes_a_base_url_at_google_or_none(location in "\\PC{0,20}") {
        if let Ok(base) = at("p", &location) {
            let base = BaseUrl::parse(&base).unwrap();
            let uri: http::Uri = base.as_str().parse().unwrap();
            prop_assert!(uri.host().unwrap().ends_with("aiplatform.googleapis.com")
                || uri.host().unwrap().ends_with(".rep.googleapis.com"));
            prop_assert_eq!(uri.path(), "/v1");
        }
    }
}
