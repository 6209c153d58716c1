//! What the crate of Token360 does with every fixture, and with whatever else may come.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;
mod lists;
mod models;
mod new_videos;
mod snapshots;
mod statuses;
mod submits;
mod webhooks;
mod wire;

use videogen_core::{ApiKey, Error, Generation};
use videogen_testkit::{Fixture, TEST_KEY};
use videogen_token360::Token360;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

fn provider() -> Token360 {
    Token360::new(ApiKey::new(TEST_KEY).unwrap())
}

fn fixtures() -> Vec<Fixture> {
    Fixture::load_all(FIXTURES, videogen_token360::NAME, "status")
}

fn seen(fixture: &str) -> Generation {
    videogen_testkit::seen(&provider(), &fixtures(), fixture)
}

/// An error as text, for snapshots.
fn shown_failure(error: &Error) -> String {
    format!("{error}\n\nkind: {:?}\ncode: {:?}", error.kind(), error.provider_code())
}
