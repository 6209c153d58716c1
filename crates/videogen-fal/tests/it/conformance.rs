use videogen_fal::Fal;
use videogen_testkit::provider_suite::ProviderSuite;

use crate::webhooks::sample;
use crate::{FIXTURES, fixtures, provider};

/// What decides whether the generation failed, and which request an answer is about: by the URLs too, where one page prints it without an id.
const DECIDING: [&str; 6] =
    ["request_id", "response_url", "error", "error_type", "detail.loc", "detail.type"];

fn suite() -> ProviderSuite<'static> {
    let suite = ProviderSuite::new(provider, Fal::at)
        .fixtures(FIXTURES)
        .documented_errors(videogen_fal::DOCUMENTED_ERRORS)
        // A model's own JSON has none, and what is one of another request is looked at in `statuses`.
        .without_id_member()
        .second_answer_is_the_outcome()
        .ids_of_any_length()
        .webhook(sample());
    DECIDING.into_iter().fold(suite, ProviderSuite::deciding_member)
}

videogen_testkit::provider_tests!(suite());

#[test]
fn there_are_fixtures_enough() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 30, "only {} fixtures", fixtures.len());
}
