use std::collections::BTreeSet;

use videogen_core::Provider as _;
use videogen_testkit::{shown_answer, shown_request};
use videogen_veo::Veo;

use crate::{FIXTURES, fixtures, gemini, vertex};

#[test]
fn every_answer_of_gemini() {
    let fixtures = fixtures(&gemini(), "status");
    insta::glob!(FIXTURES, "veo/status/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown_answer(&gemini(), fixture));
        });
    });
}

#[test]
fn every_answer_of_vertex() {
    let fixtures = fixtures(&vertex(), "status");
    insta::glob!(FIXTURES, "vertex-veo/status/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown_answer(&vertex(), fixture));
        });
    });
}

fn requests(veo: &Veo) -> BTreeSet<String> {
    let shown = fixtures(veo, "status").into_iter().map(|fixture| {
        let handle = veo.handle(fixture.id()).unwrap();
        shown_request(veo.status(&handle, fixture.query()).unwrap().request())
    });
    shown.collect()
}

#[test]
fn every_request() {
    let shown: Vec<String> = requests(&gemini()).into_iter().chain(requests(&vertex())).collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}
