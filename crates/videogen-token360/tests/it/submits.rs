//! Submitting: the request, and what is made of every answer.

use videogen_core::{ErrorKind, NewGeneration, Provider as _};
use videogen_testkit::{Fixture, shown_submission};

use crate::{FIXTURES, provider};

fn fixtures() -> Vec<Fixture> {
    Fixture::load_all(FIXTURES, videogen_token360::NAME, "submit")
}

#[test]
fn every_answer() {
    let fixtures = fixtures();
    insta::glob!(FIXTURES, "token360/submit/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown_submission(&provider(), fixture));
        });
    });
}

#[test]
fn what_token360_does_not_have_is_refused_before_sending() {
    let new = NewGeneration::from_json("{}").unwrap();
    let kind = |new: NewGeneration| provider().submit(&new).unwrap_err().kind();
    assert_eq!(kind(new.clone().with_idempotency_key("k")), ErrorKind::InvalidInput);
    assert_eq!(kind(new.from_template("t")), ErrorKind::InvalidInput);
    assert!(!provider().promises_idempotency());
}
