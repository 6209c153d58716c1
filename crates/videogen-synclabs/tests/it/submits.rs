//! Submitting: the request, and what is made of every answer.

use videogen_core::{ErrorKind, NewGeneration, Provider as _};
use videogen_testkit::{Fixture, shown_submission};

use crate::{FIXTURES, provider};

fn fixtures() -> Vec<Fixture> {
    Fixture::load_all(FIXTURES, videogen_synclabs::NAME, "submit")
}

#[test]
fn every_answer() {
    let fixtures = fixtures();
    insta::glob!(FIXTURES, "synclabs/submit/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown_submission(&provider(), fixture));
        });
    });
}

#[test]
fn an_idempotency_key_is_checked_before_sending() {
    let new = NewGeneration::from_json("{}").unwrap();
    let submit = |key: &str| provider().submit(&new.clone().with_idempotency_key(key));
    let long = "k".repeat(129);
    for bad in ["", "a b", "a/b", "ü", "a\nb", &long] {
        assert_eq!(submit(bad).unwrap_err().kind(), ErrorKind::InvalidInput, "{bad:?}");
    }
    for good in ["k", "A-z_0.9~", &long[1..]] {
        assert!(submit(good).is_ok(), "{good:?}");
    }
    assert!(provider().submit(&new.clone().from_template("t")).is_err());
    assert!(provider().promises_idempotency());
}
