use std::time::{Duration, UNIX_EPOCH};

use videogen_core::ErrorKind;
use videogen_core::webhook::{DEFAULT_TOLERANCE, WebhookSecret};
use videogen_kling::{Kling, webhook};
use videogen_testkit::provider_suite::{ProviderSuite, WebhookSample};

use crate::webhooks::{DOCUMENTED_BODY, DOCUMENTED_HEADERS, LEGACY_BODY, LEGACY_HEADERS, SECRET};
use crate::{FIXTURES, TURBO, fixtures, provider};

fn suite() -> ProviderSuite<'static> {
    ProviderSuite::new(provider, Kling::at)
        .fixtures(FIXTURES)
        .id_member("data.task_id")
        .status_member("data.task_status")
        // In the newer API, the same two in each item of a list.
        .deciding_member("data.id")
        .deciding_member("data.status")
        .deciding_member("code")
        .empty_list_is_not_found("data")
        .constant("SUCCEED")
        .documented_errors(videogen_kling::DOCUMENTED_ERRORS)
        .kind_of_code("1100", ErrorKind::Forbidden)
        .kind_of_code("1101", ErrorKind::PaymentRequired)
        .kind_of_code("1102", ErrorKind::PaymentRequired)
        .kind_of_code("1201", ErrorKind::NotFound)
        .kind_of_code("1202", ErrorKind::Refused)
        .kind_of_code("1304", ErrorKind::Forbidden)
        .webhook(sample(TURBO, &DOCUMENTED_HEADERS, DOCUMENTED_BODY))
        .webhook(sample("text2video", &LEGACY_HEADERS, LEGACY_BODY))
        .hint(DOCUMENTED_BODY, |body| webhook::hint(&provider(), TURBO, body))
        .hint(LEGACY_BODY, |body| webhook::hint(&provider(), "text2video", body))
}

fn sample(
    endpoint: &'static str,
    headers: &[(&str, &str)],
    body: &'static str,
) -> WebhookSample<'static> {
    let signed_at = UNIX_EPOCH + Duration::from_secs(1_781_080_794);
    WebhookSample::new(headers, body, signed_at, move |headers, body, now| {
        let secret = WebhookSecret::new(SECRET).unwrap();
        webhook::verify(&provider(), endpoint, headers, body, &secret, now, DEFAULT_TOLERANCE)
    })
}

videogen_testkit::provider_tests!(suite());

#[test]
fn there_are_fixtures_enough() {
    let count: usize = ["status", "submit", "list", "list_of", "find", "costs"]
        .into_iter()
        .map(|operation| fixtures(operation).len())
        .sum();
    assert!(count >= 200, "only {count} fixtures");
}
