use std::collections::BTreeSet;

use videogen_core::Provider as _;
use videogen_testkit::{shown_answer, shown_request};

use crate::{FIXTURES, fixtures, provider};

#[test]
fn every_answer() {
    let fixtures = fixtures();
    insta::glob!(FIXTURES, "token360/status/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown_answer(&provider(), fixture));
        });
    });
}

#[test]
fn every_request() {
    let shown: BTreeSet<String> = fixtures()
        .iter()
        .map(|fixture| {
            let handle = provider().handle(fixture.id()).unwrap();
            shown_request(provider().status(&handle, fixture.query()).unwrap().request())
        })
        .collect();
    let shown: Vec<String> = shown.into_iter().collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}
