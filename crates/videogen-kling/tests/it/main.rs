//! What the crate of Kling does with every fixture, and with whatever else may come.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
mod conformance;
mod errors;
mod finds;
mod ids;
mod lists;
mod new_videos;
mod signing;
mod snapshots;
mod statuses;
mod submits;
mod webhooks;
mod wire;

use videogen_core::{ApiKey, Error, Generation};
use videogen_kling::Kling;
use videogen_testkit::{Fixture, TEST_KEY};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

/// A task's id in fixtures.
const TASK: &str = "893605946402811985";

/// An endpoint of the newer API.
const TURBO: &str = "text-to-video/kling-3.0-turbo";

fn provider() -> Kling {
    Kling::new(ApiKey::new(TEST_KEY).unwrap())
}

/// With an access key and a secret key.
fn signed() -> Kling {
    Kling::new(ApiKey::new("access-0123456789:secret-0123456789").unwrap())
}

fn fixtures(operation: &str) -> Vec<Fixture> {
    Fixture::load_all(FIXTURES, videogen_kling::NAME, operation)
}

fn fixture(operation: &str, name: &str) -> Fixture {
    fixtures(operation).into_iter().find(|fixture| fixture.name == name).unwrap()
}

fn seen(fixture: &str) -> Generation {
    videogen_testkit::seen(&provider(), &fixtures("status"), fixture)
}

/// An error as text, for snapshots.
fn shown_failure(error: &Error) -> String {
    format!("{error}\n\nkind: {:?}\ncode: {:?}", error.kind(), error.provider_code())
}
