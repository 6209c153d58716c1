//! What the crate of fal does with every fixture, and with whatever else may come.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cancels;
mod conformance;
mod keys;
mod options;
mod paths;
mod requests;
mod results;
mod snapshots;
mod statuses;
mod submits;
mod webhooks;
mod wire;

use videogen_core::{ApiKey, Error, Generation, Handle, Provider as _};
use videogen_fal::Fal;
use videogen_testkit::{Fixture, TEST_KEY};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

/// A request as most fixtures have it.
const ID: &str = "fal-ai/veo3/requests/764cabcf-b745-4b3e-ae38-1200304cf45b";

fn provider() -> Fal {
    Fal::new(ApiKey::new(TEST_KEY).unwrap())
}

fn handle() -> Handle {
    provider().handle(ID).unwrap()
}

fn fixtures() -> Vec<Fixture> {
    load("status")
}

fn load(operation: &str) -> Vec<Fixture> {
    Fixture::load_all(FIXTURES, videogen_fal::NAME, operation)
}

fn seen(fixture: &str) -> Generation {
    videogen_testkit::seen(&provider(), &fixtures(), fixture)
}

fn missed(fixture: &str) -> Error {
    let fixtures = fixtures();
    let fixture = fixtures.iter().find(|it| it.name == fixture).unwrap();
    videogen_testkit::decode_fixture(&provider(), fixture).unwrap_err()
}

/// An error as text, for snapshots.
fn shown_failure(error: &Error) -> String {
    format!("{error}\n\nkind: {:?}\ncode: {:?}", error.kind(), error.provider_code())
}
