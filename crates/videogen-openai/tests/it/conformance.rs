//! What every provider must do, of each profile.

use videogen_core::webhook::DEFAULT_TOLERANCE;
use videogen_openai::{Ids, OpenAi, profiles, webhook};
use videogen_testkit::provider_suite::{ProviderSuite, WebhookSample};

use crate::webhooks::{AT, COMPLETED, SECRET, at, secret, signed};
use crate::{FIXTURES, all, fixtures, named, openrouter};

fn suite(name: &'static str) -> ProviderSuite<'static> {
    let event = r#"{"id": "evt_1", "type": "video.completed", "data": {"id": "video_123"}}"#;
    let suite = ProviderSuite::new(move || named(name), OpenAi::at)
        .fixtures(FIXTURES)
        .constant("video")
        .hint(event, move |body| webhook::hint(&named(name), body));
    match named(name).profile().ids {
        Ids::NotCompared(_) => suite.without_id_member(),
        _ => suite,
    }
}

mod openai {
    use super::*;
    videogen_testkit::provider_tests!(
        suite("openai").documented_errors(profiles::openai::DOCUMENTED_ERRORS)
    );
}

mod azure_openai {
    use super::*;
    videogen_testkit::provider_tests!(suite("azure-openai"));
}

mod openrouter {
    use super::*;
    videogen_testkit::provider_tests!(
        suite("openrouter")
            .documented_errors(profiles::openrouter::DOCUMENTED_ERRORS)
            .webhook(genuine())
    );
}

mod together {
    use super::*;
    videogen_testkit::provider_tests!(suite("together"));
}

mod xai {
    use super::*;
    videogen_testkit::provider_tests!(
        // A video that is there stands for the word that says so.
        suite("xai").empty_202_is_an_answer().deciding_member("video.url")
    );
}

mod litellm {
    use super::*;
    videogen_testkit::provider_tests!(suite("litellm"));
}

mod new_api {
    use super::*;
    videogen_testkit::provider_tests!(suite("new-api"));
}

fn genuine() -> WebhookSample<'static> {
    let signature = signed(COMPLETED);
    let headers = [("x-openrouter-signature", signature.as_str())];
    WebhookSample::new(&headers, COMPLETED, at(AT), |headers, body, now| {
        webhook::verify(&openrouter(), headers, body, &secret(SECRET), now, DEFAULT_TOLERANCE)
    })
}

#[test]
fn there_are_fixtures_enough() {
    let count: usize = all().iter().map(|it| fixtures(it.name, "status").len()).sum();
    assert!(count >= 150, "only {count} fixtures");
}
