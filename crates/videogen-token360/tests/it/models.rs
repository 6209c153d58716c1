//! Models: the request, and what is made of every answer.

use videogen_testkit::{Fixture, TEST_KEY, error_chain, leaks, shown_request};

use crate::{FIXTURES, provider, shown_failure};

fn fixtures() -> Vec<Fixture> {
    Fixture::load_all(FIXTURES, videogen_token360::NAME, "models")
}

fn shown(fixture: &Fixture) -> String {
    match provider().models().unwrap().decode(&fixture.response) {
        Ok(models) => {
            models.iter().map(|model| format!("{}: {}\n", model.id, model.json.get())).collect()
        }
        Err(error) => {
            let leaked = leaks(&error_chain(&error), TEST_KEY, fixture.body());
            assert_eq!(leaked, [""; 0], "{}", fixture.name);
            shown_failure(&error)
        }
    }
}

#[test]
fn every_answer() {
    let fixtures = fixtures();
    insta::glob!(FIXTURES, "token360/models/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown(fixture));
        });
    });
}

#[test]
fn the_request() {
    insta::assert_snapshot!(shown_request(provider().models().unwrap().request()));
}
