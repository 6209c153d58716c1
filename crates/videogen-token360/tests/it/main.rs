//! What Token360's crate does with every fixture, and with whatever else may come.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod conformance;
mod snapshots;
mod statuses;
mod wire;

use videogen_core::{ApiKey, Error, Generation, HttpResponse, Observed, Provider, StatusQuery};
use videogen_testkit::{Fixture, TEST_KEY};
use videogen_token360::Token360;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

fn provider() -> Token360 {
    Token360::new(ApiKey::new(TEST_KEY).unwrap())
}

fn fixtures() -> Vec<Fixture> {
    Fixture::load_all(FIXTURES, videogen_token360::NAME, "status")
}

/// What the provider makes of an answer about the generation `id`.
fn decode(id: &str, response: &HttpResponse) -> Result<Generation, Error> {
    let handle = provider().handle(id)?;
    match provider().status(&handle, StatusQuery::Plain)?.decode(response)? {
        Observed::Generation(generation) => Ok(*generation),
        Observed::Then(_) => unreachable!("one request is enough"),
    }
}

/// A fixture's generation, by the fixture's name.
fn seen(name: &str) -> Generation {
    let fixture = fixtures().into_iter().find(|fixture| fixture.name == name);
    let fixture = fixture.unwrap_or_else(|| panic!("no fixture {name}"));
    decode(fixture.id(), &fixture.response).unwrap_or_else(|error| panic!("{name}: {error}"))
}
