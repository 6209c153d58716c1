use videogen_prism::{Prism, webhook};
use videogen_testkit::provider_suite::ProviderSuite;

use crate::{FIXTURES, fixtures, provider};

fn suite() -> ProviderSuite<'static> {
    ProviderSuite::new(provider, Prism::at)
        .fixtures(FIXTURES)
        .documented_errors(videogen_prism::DOCUMENTED_ERRORS)
        .hint(r#"{"generation_id": "gen_1", "status": "completed"}"#, |body| {
            webhook::hint(&provider(), body)
        })
}

videogen_testkit::provider_tests!(suite());

#[test]
fn there_are_fixtures_enough() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 20, "only {} fixtures", fixtures.len());
}
