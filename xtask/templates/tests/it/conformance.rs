use videogen_core::ApiKey;
use videogen_newcomer::{DOCUMENTED_ERRORS, Newcomer};
use videogen_testkit::TEST_KEY;
use videogen_testkit::provider_suite::ProviderSuite;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

fn provider() -> Newcomer {
    Newcomer::new(ApiKey::new(TEST_KEY).unwrap())
}

fn suite() -> ProviderSuite<'static> {
    ProviderSuite::new(provider, Newcomer::at)
        .fixtures(FIXTURES)
        .documented_errors(DOCUMENTED_ERRORS)
}

videogen_testkit::provider_tests!(suite());
