//! What the crate of Prism Videos does with every fixture, and with whatever else may come.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;
mod limits;
mod operations;
mod snapshots;
mod statuses;
mod submits;
mod typed;
mod webhooks;
mod wire;

use videogen_core::{ApiKey, Generation};
use videogen_prism::Prism;
use videogen_testkit::{Fixture, TEST_KEY};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

fn provider() -> Prism {
    Prism::new(ApiKey::new(TEST_KEY).unwrap())
}

fn fixtures() -> Vec<Fixture> {
    Fixture::load_all(FIXTURES, videogen_prism::NAME, "status")
}

fn seen(fixture: &str) -> Generation {
    videogen_testkit::seen(&provider(), &fixtures(), fixture)
}
