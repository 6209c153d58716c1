//! What the crate of OpenAI's dialect does with every fixture, and with whatever else may come.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;
mod custom;
mod lists;
mod new_videos;
mod outputs;
mod snapshots;
mod statuses;
mod submits;
mod upkeep;
mod webhooks;
mod wire;

use videogen_core::{ApiKey, BaseUrl, Error, Generation};
use videogen_openai::{OpenAi, Profile, profiles};
use videogen_testkit::{Fixture, TEST_KEY};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

fn base(url: &'static str) -> BaseUrl {
    BaseUrl::parse(url).unwrap()
}

/// Every profile, those of one's own gateway at the place that the fixtures have.
fn all() -> Vec<Profile> {
    vec![
        profiles::openai::profile(),
        profiles::azure_openai::profile(base("https://my-resource.openai.azure.com/openai/v1")),
        profiles::openrouter::profile(),
        profiles::together::profile(),
        profiles::xai::profile(),
        profiles::litellm::profile(base("http://127.0.0.1:4000/v1")),
        profiles::new_api::profile(base("https://gateway.example/v1")),
    ]
}

fn named(name: &str) -> OpenAi {
    let profile = all().into_iter().find(|profile| profile.name == name).unwrap();
    OpenAi::new(profile, ApiKey::new(TEST_KEY).unwrap())
}

fn openai() -> OpenAi {
    named("openai")
}

fn openrouter() -> OpenAi {
    named("openrouter")
}

fn fixtures(provider: &str, operation: &str) -> Vec<Fixture> {
    Fixture::load_all(FIXTURES, provider, operation)
}

fn seen(provider: &str, fixture: &str) -> Generation {
    videogen_testkit::seen(&named(provider), &fixtures(provider, "status"), fixture)
}

/// An error as text, for snapshots.
fn shown_failure(error: &Error) -> String {
    format!("{error}\n\nkind: {:?}\ncode: {:?}", error.kind(), error.provider_code())
}
