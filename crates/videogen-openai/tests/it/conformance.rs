use videogen_testkit::provider_suite;

use crate::{all, fixtures, named};

#[test]
fn every_profile_keeps_the_promises_of_a_provider() {
    let mut count = 0;
    for profile in all() {
        let fixtures = fixtures(profile.name, "status");
        count += fixtures.len();
        provider_suite::check(&|| named(profile.name), &fixtures).assert();
    }
    assert!(count >= 150, "only {count} fixtures");
}
