//! The account's packages.

use std::time::{Duration, UNIX_EPOCH};

use videogen_core::ErrorKind;
use videogen_testkit::TEST_KEY;

use crate::{FIXTURES, fixtures, provider, shown_failure, signed};

fn at(milliseconds: u64) -> std::time::SystemTime {
    UNIX_EPOCH + Duration::from_millis(milliseconds)
}

#[test]
fn every_answer() {
    let fixtures = fixtures("costs");
    let call = provider().resource_packs(at(1_726_124_664_368), at(1_727_366_400_000)).unwrap();
    insta::glob!(FIXTURES, "kling/costs/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        let sent = call.request().uri().path_and_query().unwrap().as_str();
        assert_eq!(sent, fixture.request.path);
        let shown = match call.decode(&fixture.response) {
            Ok(packs) => format!("{packs:#?}"),
            Err(error) => shown_failure(&error),
        };
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown);
        });
    });
    assert!(!format!("{call:?}").contains(TEST_KEY));
}

#[test]
fn times_that_cannot_be_asked_with_are_refused() {
    for (begin, end) in
        [(at(2), at(2)), (at(3), at(2)), (UNIX_EPOCH - Duration::from_secs(1), at(2))]
    {
        let error = provider().resource_packs(begin, end).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    // By either key.
    assert!(signed().resource_packs(at(1), at(2)).is_ok());
}
