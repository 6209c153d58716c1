use videogen_testkit::provider_suite::ProviderSuite;
use videogen_token360::{Token360, webhook};

use crate::{FIXTURES, fixtures, provider};

fn suite() -> ProviderSuite<'static> {
    ProviderSuite::new(provider, Token360::at)
        .fixtures(FIXTURES)
        .documented_errors(videogen_token360::DOCUMENTED_ERRORS)
        .hint(r#"{"video_id": "video_1", "status": "completed"}"#, |body| {
            webhook::hint(&provider(), body)
        })
}

videogen_testkit::provider_tests!(suite());

#[test]
fn there_are_fixtures_enough() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 20, "only {} fixtures", fixtures.len());
}
