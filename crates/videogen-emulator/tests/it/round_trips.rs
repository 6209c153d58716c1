//! What the clients submit, as in the fixtures of their submissions, goes through the emulated half to its end.

use videogen_core::{ApiKey, BaseUrl, Provider};
use videogen_emulator::{Emulator, InProcess, ProviderName};
use videogen_kling::Kling;
use videogen_prism::Prism;
use videogen_synclabs::SyncLabs;
use videogen_testkit::provider_suite::{Group, ProviderSuite};
use videogen_testkit::{TEST_KEY, VirtualClock};
use videogen_token360::Token360;

use crate::support::started;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

fn agrees<P: Provider + 'static>(new: fn(ApiKey) -> P, at: fn(P, BaseUrl) -> P) {
    let make = move || new(ApiKey::new(TEST_KEY).unwrap());
    let name = ProviderName::new(make().name()).unwrap();
    let emulated = || {
        let (emulator, clock) = (Emulator::new(started()), VirtualClock::new());
        let base_url = emulator.base_url(name).unwrap();
        (InProcess::new(emulator, clock.clone()), clock, base_url)
    };
    let suite = ProviderSuite::new(make, at).fixtures(FIXTURES).round_trip(emulated);
    suite.check_group(Group::RoundTrip).assert();
}

#[test]
fn clients_and_emulated_halves_agree() {
    agrees(Prism::new, Prism::at);
    agrees(SyncLabs::new, SyncLabs::at);
    agrees(Token360::new, Token360::at);
    agrees(Kling::new, Kling::at);
}
