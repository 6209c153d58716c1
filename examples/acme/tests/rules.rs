//! Acme keeps the rules of a provider.

use videogen_acme::{Acme, DOCUMENTED_ERRORS};
use videogen_core::ApiKey;
use videogen_testkit::TEST_KEY;
use videogen_testkit::provider_suite::ProviderSuite;

fn acme() -> Acme {
    Acme::new(ApiKey::new(TEST_KEY).unwrap())
}

fn suite() -> ProviderSuite<'static> {
    ProviderSuite::new(acme, Acme::at)
        .fixtures(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"))
        .documented_errors(DOCUMENTED_ERRORS)
}

videogen_testkit::provider_tests!(suite());
