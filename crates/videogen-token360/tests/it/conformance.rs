use videogen_testkit::provider_suite;

use crate::{fixtures, provider};

#[test]
fn keeps_the_promises_of_a_provider() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 20, "only {} fixtures", fixtures.len());
    provider_suite::check(&provider, &fixtures).assert();
}
