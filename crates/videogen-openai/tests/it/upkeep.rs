//! Deleting, stopping and remixing.

use videogen_core::{Call, ErrorKind, Handle, Provider as _};
use videogen_testkit::{Fixture, TEST_KEY, error_chain, json, leaks, shown_request};

use crate::{FIXTURES, all, fixtures, named, openai, shown_failure};

fn handle(fixture: &Fixture) -> Handle {
    let id = fixture.request.path.trim_end_matches("/remix").rsplit('/').next().unwrap();
    openai().handle(id).unwrap()
}

fn check<T: std::fmt::Debug>(fixture: &Fixture, call: &Call<T>) -> String {
    let request = call.request();
    assert_eq!(request.method().as_str(), fixture.request.method, "{}", fixture.name);
    assert_eq!(request.uri().path(), fixture.request.path, "{}", fixture.name);
    assert!(!format!("{call:?}").contains(TEST_KEY));
    match call.decode(&fixture.response) {
        Ok(done) => format!("{done:?}"),
        Err(error) => {
            let leaked = leaks(&error_chain(&error), TEST_KEY, fixture.body());
            assert_eq!(leaked, [""; 0], "{}", fixture.name);
            shown_failure(&error)
        }
    }
}

#[test]
fn every_answer_to_a_deletion() {
    let fixtures = fixtures("openai", "delete");
    insta::glob!(FIXTURES, "openai/delete/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        let call = openai().delete(&handle(fixture)).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(check(fixture, &call));
        });
    });
}

/// Billed: what no answer says the end of is ambiguous.
#[test]
fn every_answer_to_a_remix() {
    let fixtures = fixtures("openai", "remix");
    insta::glob!(FIXTURES, "openai/remix/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        let body = fixture.request.body.as_ref().unwrap();
        let prompt = body["prompt"].as_str().unwrap();
        let call = openai().remix(&handle(fixture), prompt).unwrap();
        let sent: serde_json::Value = serde_json::from_slice(call.request().body()).unwrap();
        assert_eq!(&sent, body, "{}", fixture.name);
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(check(fixture, &call));
        });
    });
    let done = openai().handle("video_123").unwrap();
    assert_eq!(openai().remix(&done, " \n").unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn who_has_what() {
    let has = |what: &str| -> Vec<&str> {
        let profiles = all().into_iter().filter(|profile| {
            let provider = named(profile.name);
            let handle = provider.handle("video_123").unwrap();
            let refused = match what {
                "delete" => provider.delete(&handle).err(),
                "cancel" => provider.cancel(&handle).err(),
                "remix" => provider.remix(&handle, "p").err(),
                _ => provider.list(&videogen_core::ListQuery::first()).err(),
            };
            if let Some(error) = &refused {
                assert_eq!(error.kind(), ErrorKind::Unsupported);
                assert!(error.to_string().contains(profile.name), "{error}");
            }
            refused.is_none()
        });
        profiles.map(|profile| profile.name).collect()
    };
    assert_eq!(has("delete"), ["openai", "azure-openai"]);
    assert_eq!(has("remix"), ["openai", "azure-openai", "litellm"]);
    assert_eq!(has("list"), ["openai", "azure-openai", "litellm"]);
    assert_eq!(has("cancel"), [""; 0]);
}

#[test]
fn a_profile_of_ones_own_may_cancel() {
    let profile = openai().profile().clone();
    let paths = profile.paths.with_cancel("/videos/{id}/cancel");
    let key = videogen_core::ApiKey::new(TEST_KEY).unwrap();
    let provider = videogen_openai::OpenAi::new(profile.with_paths(paths), key);
    let call = provider.cancel(&provider.handle("a/b").unwrap()).unwrap();
    insta::assert_snapshot!(shown_request(call.request()));
    assert!(call.decode(&json(200, r#"{"id":"a/b","status":"cancelled"}"#)).is_ok());
    assert!(call.decode(&json(202, "")).is_ok());
    let refused = json(400, r#"{"error":{"code":"cancel_failed","message":"runs"}}"#);
    let error = call.decode(&refused).unwrap_err();
    assert_eq!(error.provider_code(), Some("cancel_failed"));
    assert_eq!(error.handle().map(Handle::id), Some("a/b"));
}
