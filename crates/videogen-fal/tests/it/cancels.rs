//! Cancelling: the request, and what is made of every answer.

use http::Method;
use videogen_core::{ErrorKind, Provider as _};
use videogen_testkit::{TEST_KEY, error_chain, leaks};

use crate::{FIXTURES, handle, load, provider, shown_failure};

#[test]
fn the_request_is_the_fixtures() {
    for fixture in load("cancel") {
        let call = provider().cancel(&handle()).unwrap();
        let request = call.request();
        assert_eq!(request.method(), Method::PUT);
        assert_eq!(request.uri().path(), fixture.request.path);
        assert!(request.headers()["authorization"].is_sensitive());
        assert!(request.body().is_empty());
    }
}

#[test]
fn every_answer() {
    let fixtures = load("cancel");
    insta::glob!(FIXTURES, "fal/cancel/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        let shown = match provider().cancel(&handle()).unwrap().decode(&fixture.response) {
            Ok(()) => "asked to stop".to_owned(),
            Err(error) => {
                let leaked = leaks(&error_chain(&error), TEST_KEY, fixture.body());
                assert_eq!(leaked, [""; 0], "{name}");
                shown_failure(&error)
            }
        };
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown);
        });
    });
}

#[test]
fn what_has_ended_is_not_said_to_be_stopped() {
    for name in ["error_400_already_completed", "already_completed_200"] {
        let fixture = load("cancel").into_iter().find(|fixture| fixture.name == name).unwrap();
        let error = provider().cancel(&handle()).unwrap().decode(&fixture.response).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{name}");
        assert_eq!(error.provider_code(), Some("ALREADY_COMPLETED"), "{name}");
    }
}
