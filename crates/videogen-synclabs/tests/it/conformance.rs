use std::time::{Duration, UNIX_EPOCH};

use videogen_core::WebhookSecret;
use videogen_core::webhook::DEFAULT_TOLERANCE;
use videogen_synclabs::{SyncLabs, webhook};
use videogen_testkit::provider_suite::{ProviderSuite, WebhookSample};

use crate::{FIXTURES, fixtures, provider};

fn suite() -> ProviderSuite<'static> {
    ProviderSuite::new(provider, SyncLabs::at)
        .fixtures(FIXTURES)
        .documented_errors(videogen_synclabs::DOCUMENTED_ERRORS)
        .webhook(webhook_sample())
}

/// The one of the crate's page, which is signed with `whsec_EXAMPLE-old`.
fn webhook_sample() -> WebhookSample<'static> {
    let signature =
        "t=1769075311,v1=1f0a1b544f97e9d82c6f5ea70322a360a0ad1507a4f9da409cb91fa720adab31";
    let body = r#"{"id":"g1","status":"COMPLETED","outputUrl":"https://cdn.example/v.mp4"}"#;
    let signed_at = UNIX_EPOCH + Duration::from_secs(1_769_075_311);
    WebhookSample::new(&[("sync-signature", signature)], body, signed_at, |headers, body, now| {
        let secret = WebhookSecret::new("whsec_EXAMPLE-old").unwrap();
        webhook::verify(&provider(), headers, body, &secret, now, DEFAULT_TOLERANCE)
    })
}

videogen_testkit::provider_tests!(suite());

#[test]
fn there_are_fixtures_enough() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 20, "only {} fixtures", fixtures.len());
}
