use std::collections::BTreeSet;

use videogen_core::{Observed, Provider as _};
use videogen_testkit::{Fixture, shown_answer, shown_request, shown_submission};

use crate::{FIXTURES, fixtures, load, provider, shown_failure};

fn of<'a>(fixtures: &'a [Fixture], path: &std::path::Path) -> &'a Fixture {
    let name = path.file_stem().unwrap().to_string_lossy();
    fixtures.iter().find(|fixture| fixture.name == name).unwrap()
}

#[test]
fn every_answer() {
    let fixtures = fixtures();
    insta::glob!(FIXTURES, "fal/status/*.json", |path| {
        let fixture = of(&fixtures, path);
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown_answer(&provider(), fixture));
        });
    });
}

#[test]
fn every_submission() {
    let fixtures = load("submit");
    insta::glob!(FIXTURES, "fal/submit/*.json", |path| {
        let fixture = of(&fixtures, path);
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown_submission(&provider(), fixture));
        });
    });
}

#[test]
fn every_set_of_keys() {
    let fixtures = load("keys");
    insta::glob!(FIXTURES, "fal/keys/*.json", |path| {
        let fixture = of(&fixtures, path);
        let shown = match videogen_fal::webhook::keys().unwrap().decode(&fixture.response) {
            Ok(keys) => format!("{keys:?}"),
            Err(error) => shown_failure(&error),
        };
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown);
        });
    });
}

#[test]
fn every_request() {
    let mut shown = BTreeSet::new();
    for fixture in fixtures() {
        let handle = provider().handle(fixture.id()).unwrap();
        let call = provider().status(&handle, fixture.query()).unwrap();
        shown.insert(shown_request(call.request()));
        if let Ok(Observed::Then(next)) = call.decode(&fixture.response) {
            shown.insert(shown_request(next.request()));
        }
    }
    shown.insert(shown_request(provider().cancel(&crate::handle()).unwrap().request()));
    shown.insert(shown_request(videogen_fal::webhook::keys().unwrap().request()));
    let shown: Vec<String> = shown.into_iter().collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}
