//! What the crate of Veo does with every fixture, and with whatever else may come.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;
mod models;
mod new_videos;
mod operations;
mod outputs;
mod places;
mod snapshots;
mod statuses;
mod submits;
mod tokens;
mod webhooks;
mod wire;

use videogen_core::{ApiKey, Error, Generation, Provider};
use videogen_testkit::{Fixture, TEST_KEY};
use videogen_veo::Veo;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

const OPERATION: &str = "models/veo-3.1-generate-preview/operations/2wuadveixogd";
const VERTEX_OPERATION: &str = "projects/my-project/locations/us-central1/publishers/google/models/veo-3.1-generate-001/operations/a1b07c8e-7b5a-4aba-bb34-3e1ccb8afcc8";

fn gemini() -> Veo {
    Veo::gemini(ApiKey::new(TEST_KEY).unwrap())
}

fn vertex() -> Veo {
    Veo::vertex("my-project", "us-central1", ApiKey::new(TEST_KEY).unwrap()).unwrap()
}

fn fixtures(veo: &Veo, operation: &str) -> Vec<Fixture> {
    Fixture::load_all(FIXTURES, veo.name(), operation)
}

fn seen(veo: &Veo, fixture: &str) -> Generation {
    videogen_testkit::seen(veo, &fixtures(veo, "status"), fixture)
}

/// An error as text, for snapshots.
fn shown_failure(error: &Error) -> String {
    format!("{error}\n\nkind: {:?}\ncode: {:?}", error.kind(), error.provider_code())
}
