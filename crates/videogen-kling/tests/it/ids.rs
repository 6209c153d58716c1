//! Ids and endpoints: which of Kling's two APIs they lead to, and that they lead nowhere else.

use proptest::prelude::*;
use videogen_core::{ErrorKind, Handle, NewGeneration, Provider as _, StatusQuery};
use videogen_kling::{LEGACY_KINDS, PRODUCTS};
use videogen_testkit::provider_suite::HOSTILE_IDS;

use crate::{TASK, TURBO, provider, signed};

fn asked(id: &str) -> String {
    let handle = provider().handle(id).unwrap();
    let call = provider().status(&handle, StatusQuery::Plain).unwrap();
    call.request().uri().to_string().replace("https://api-singapore.klingai.com", "")
}

fn submitted(endpoint: &str) -> String {
    let new = NewGeneration::from_json("{}").unwrap().for_endpoint(endpoint);
    let call = provider().submit(&new).unwrap();
    call.request().uri().to_string().replace("https://api-singapore.klingai.com", "")
}

#[test]
fn an_id_says_where_its_task_is() {
    assert_eq!(asked("text2video/7"), "/v1/videos/text2video/7");
    assert_eq!(asked("avatar/image2video/7"), "/v1/videos/avatar/image2video/7");
    assert_eq!(asked("tasks/7"), "/tasks?task_ids=7");
    // A kind that no page has yet.
    assert_eq!(asked("dream2video/7"), "/v1/videos/dream2video/7");
    for kind in LEGACY_KINDS {
        assert_eq!(asked(&format!("{kind}/7")), format!("/v1/videos/{kind}/7"));
        assert_eq!(submitted(kind), format!("/v1/videos/{kind}"));
    }
    for product in PRODUCTS {
        let endpoint = format!("{product}/kling-9");
        assert_eq!(submitted(&endpoint), format!("/{endpoint}"));
    }
}

#[test]
fn an_id_that_does_not_say_how_it_was_made_is_refused_with_what_to_write() {
    for id in [TASK, "text-to-video/kling-3.0/7", "a/b/c", "avatar/7/8", "text2video/7/8"] {
        let error = provider().handle(id).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{id}");
        let shown = error.to_string();
        assert!(shown.contains("`tasks/<id>`") && shown.contains("text2video"), "{shown}");
        assert!(shown.len() < 400, "{} bytes", shown.len());
    }
    for id in ["tasks/", "/7", "tasks//7", "text2video/", "tasks/7,8", "tasks/..", "../7"] {
        let error = provider().handle(id).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{id}");
    }
    // From a file it comes without having been looked at.
    let plain = Handle::new("kling", provider().base_url(), TASK).unwrap();
    let error = provider().status(&plain, StatusQuery::Plain).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn an_endpoint_that_cannot_be_one_is_refused_with_what_to_write() {
    for endpoint in ["", "a/b/c", "tasks", "tasks/x", "/", "a/", "/a", "..", "a/..", "a\nb"] {
        let new = NewGeneration::from_json("{}").unwrap().for_endpoint(endpoint);
        let error = provider().submit(&new).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{endpoint:?}");
        assert!(error.to_string().contains("text-to-video/kling-3.0-turbo"), "{error}");
    }
    let error = provider().submit(&NewGeneration::from_json("{}").unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("text2video"), "{error}");
}

#[test]
fn an_id_in_a_query_is_one_value() {
    for id in HOSTILE_IDS {
        let Ok(handle) = provider().handle(&format!("tasks/{id}")) else { continue };
        let call = provider().status(&handle, StatusQuery::Plain).unwrap();
        let uri = call.request().uri();
        assert_eq!(uri.path(), "/tasks", "{id:?}");
        let query = uri.query().unwrap();
        let value = query.strip_prefix("task_ids=").unwrap();
        assert!(
            value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)),
            "{query}"
        );
    }
}

#[test]
fn an_access_key_leads_to_the_older_api_only() {
    let new = |endpoint| NewGeneration::from_json("{}").unwrap().for_endpoint(endpoint);
    assert!(signed().submit(&new("text2video")).is_ok());
    let handle = signed().handle("tasks/7").unwrap();
    for error in [
        signed().submit(&new(TURBO)).unwrap_err(),
        signed().status(&handle, StatusQuery::Plain).unwrap_err(),
        signed().list(&videogen_core::ListQuery::first()).unwrap_err(),
        signed().find_by_external_id(TURBO, "my-task-1").unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("API key"), "{error}");
    }
}

proptest! {
    /// Whatever the two parts are, what is asked for is where they stand.
    #[test]
    fn what_is_asked_for_stays_where_it_belongs(kind in "\\PC{1,12}", task in "\\PC{1,12}") {
        let id = format!("{kind}/{task}");
        let Ok(handle) = provider().handle(&id) else { return Ok(()) };
        prop_assert_eq!(handle.id(), &id);
        let call = provider().status(&handle, StatusQuery::Plain).unwrap();
        let uri = call.request().uri();
        if id.starts_with("tasks/") {
            prop_assert_eq!(uri.path(), "/tasks");
        } else {
            prop_assert!(uri.path().starts_with("/v1/videos/"));
            prop_assert_eq!(uri.path().split('/').count(), 4 + kind.matches('/').count() + 1);
            prop_assert_eq!(uri.query(), None);
        }
    }

    #[test]
    fn any_text_is_an_endpoint_or_an_error(endpoint in "\\PC{0,30}") {
        let new = NewGeneration::from_json("{}").unwrap().for_endpoint(endpoint);
        match provider().submit(&new) {
            Ok(call) => {
                let path = call.request().uri().path();
                let parts = path.split('/').count();
                prop_assert!(parts == 3 || path.starts_with("/v1/videos/"), "{}", path);
            }
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::InvalidInput),
        }
    }
}
