//! What is made of every answer, and every request of a status.

use videogen_core::{Provider as _, StatusQuery};
use videogen_testkit::{shown_answer, shown_request};

use crate::{FIXTURES, all, fixtures, named};

#[test]
fn every_answer() {
    for profile in all() {
        let provider = named(profile.name);
        let fixtures = fixtures(profile.name, "status");
        insta::glob!(FIXTURES, &format!("{}/status/*.json", profile.name), |path| {
            let name = path.file_stem().unwrap().to_string_lossy();
            let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
            insta::with_settings!({
                description => &fixture.about,
                omit_expression => true,
                snapshot_suffix => format!("{}_{name}", profile.name),
            }, {
                insta::assert_snapshot!(shown_answer(&provider, fixture));
            });
        });
    }
}

#[test]
fn every_request() {
    let shown: Vec<String> = all()
        .iter()
        .map(|profile| {
            let provider = named(profile.name);
            let handle = provider.handle("video_123").unwrap();
            let call = provider.status(&handle, StatusQuery::Plain).unwrap();
            format!("# {}\n{}", profile.name, shown_request(call.request()))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}
