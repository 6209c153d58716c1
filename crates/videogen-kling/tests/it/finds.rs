//! Finding a submission by the caller's own id of it.

use videogen_core::{Error, ErrorKind, Generation, Phase};
use videogen_testkit::{Fixture, TEST_KEY, error_chain, json, leaks};

use crate::{FIXTURES, TURBO, fixture, fixtures, provider, shown_failure, signed};

fn external_id(fixture: &Fixture) -> String {
    fixture.request.path.rsplit(['/', '=']).next().unwrap().to_owned()
}

fn found(fixture: &Fixture) -> Result<Option<Generation>, Error> {
    let endpoint = fixture.endpoint.as_deref().unwrap();
    let call = provider().find_by_external_id(endpoint, &external_id(fixture)).unwrap();
    let path = call.request().uri().path_and_query().unwrap().as_str();
    assert_eq!(path, fixture.request.path, "{}", fixture.name);
    for cut in 0..fixture.response.body().len() {
        let mut response = fixture.response.clone();
        response.body_mut().truncate(cut);
        let whole = serde_json::from_slice::<serde_json::Value>(response.body()).is_ok();
        let is_bad = fixture.response.status().is_success();
        assert!(
            whole || !is_bad || call.decode(&response).is_err(),
            "{} after {cut} bytes",
            fixture.name
        );
    }
    call.decode(&fixture.response)
}

#[test]
fn every_answer() {
    let fixtures = fixtures("find");
    insta::glob!(FIXTURES, "kling/find/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        let shown = match found(fixture) {
            Ok(Some(seen)) => serde_json::to_string_pretty(&seen).unwrap(),
            Ok(None) => "none".to_owned(),
            Err(error) => {
                assert!(leaks(&error_chain(&error), TEST_KEY, fixture.body()).is_empty());
                shown_failure(&error)
            }
        };
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown);
        });
    });
}

#[test]
fn what_is_found_can_be_waited_for() {
    for (name, id) in
        [("path_found", "tasks/893605946402811985"), ("found", "text2video/893605946402811985")]
    {
        let seen = found(&fixture("find", name)).unwrap().unwrap();
        assert_eq!(seen.handle.id(), id);
        assert_ne!(seen.phase(), Phase::Unrecognized);
    }
}

#[test]
fn none_is_told_from_not_known() {
    for name in ["path_none", "none"] {
        assert!(matches!(found(&fixture("find", name)), Ok(None)), "{name}");
    }
    for name in [
        "path_of_another",
        "path_without_external_id",
        "path_without_id",
        "path_data_null",
        "of_another",
        "without_external_id",
    ] {
        let error = found(&fixture("find", name)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{name}");
    }
    let call = provider().find_by_external_id(TURBO, "my-task-1").unwrap();
    let trouble = call.decode(&json(503, r#"{"code":5001}"#)).unwrap_err();
    assert!(trouble.is_transient());
}

#[test]
fn an_external_id_is_one_value() {
    let uri = |endpoint, id| {
        let call = provider().find_by_external_id(endpoint, id).unwrap();
        call.request().uri().path_and_query().unwrap().to_string()
    };
    assert_eq!(uri(TURBO, "a&b=c/d e"), "/tasks?external_task_ids=a%26b%3Dc%2Fd%20e");
    assert_eq!(uri("text2video", "a&b=c/d e"), "/v1/videos/text2video/a%26b%3Dc%2Fd%20e");
    for id in ["", " ", "a\nb", ".."] {
        for endpoint in [TURBO, "text2video"] {
            let error = provider().find_by_external_id(endpoint, id).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{id:?}");
        }
    }
    let error = provider().find_by_external_id(TURBO, "a,b").unwrap_err();
    assert!(error.to_string().contains("comma"), "{error}");
    assert!(signed().find_by_external_id("text2video", "a,b").is_ok());
}
