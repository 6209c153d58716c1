use std::collections::BTreeSet;

use videogen_core::Provider as _;
use videogen_testkit::{shown_answer, shown_request, shown_submission, submission};

use crate::{FIXTURES, fixtures, provider};

#[test]
fn every_answer() {
    let fixtures = fixtures("status");
    insta::glob!(FIXTURES, "kling/status/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown_answer(&provider(), fixture));
        });
    });
}

#[test]
fn every_answer_to_a_submission() {
    let fixtures = fixtures("submit");
    insta::glob!(FIXTURES, "kling/submit/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown_submission(&provider(), fixture));
        });
    });
}

#[test]
fn every_request() {
    let asked = fixtures("status").into_iter().map(|fixture| {
        let handle = provider().handle(fixture.id()).unwrap();
        shown_request(provider().status(&handle, fixture.query()).unwrap().request())
    });
    let submitted = fixtures("submit")
        .into_iter()
        .map(|fixture| shown_request(submission(&provider(), &fixture).request()));
    let shown: BTreeSet<String> = asked.chain(submitted).collect();
    let shown: Vec<String> = shown.into_iter().collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}
