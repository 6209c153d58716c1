//! What the crate of Sync Labs does with every fixture, and with whatever else may come.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;
mod operations;
mod requests;
mod snapshots;
mod statuses;
mod submits;
mod webhooks;
mod wire;

use videogen_core::{ApiKey, Generation};
use videogen_synclabs::SyncLabs;
use videogen_testkit::{Fixture, TEST_KEY};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

fn provider() -> SyncLabs {
    SyncLabs::new(ApiKey::new(TEST_KEY).unwrap())
}

fn fixtures() -> Vec<Fixture> {
    Fixture::load_all(FIXTURES, videogen_synclabs::NAME, "status")
}

fn seen(fixture: &str) -> Generation {
    videogen_testkit::seen(&provider(), &fixtures(), fixture)
}
