//! What providers tell in different ways means the same: a rejection, an output that did not come, a 404.

use std::ops::ControlFlow;
use std::sync::Arc;

use videogen_core::{
    ApiKey, BaseUrl, Error, ErrorKind, Event, FailureClass, Generation, Moment, Outcome, Phase,
    Provider, Refusal, Wait, WaitOptions,
};
use videogen_testkit::{Fixture, TEST_KEY, decode_fixture, shown_submission, submission};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

/// The provider of this name, with the places that fixtures have.
fn provider(name: &str) -> Arc<dyn Provider> {
    let key = ApiKey::new(TEST_KEY).unwrap();
    if name == videogen_veo::VERTEX_NAME {
        return Arc::new(videogen_veo::Veo::vertex("your-project", "us-central1", key).unwrap());
    }
    let known = videogen_cli::built_in().into_iter().find(|known| known.name() == name).unwrap();
    known.provider(key.clone(), None).unwrap_or_else(|_| {
        let somewhere = BaseUrl::parse("https://gateway.example/v1").unwrap();
        known.provider(key, Some(somewhere)).unwrap()
    })
}

fn fixture(provider: &str, operation: &str, name: &str) -> Fixture {
    let fixtures = Fixture::load_all(FIXTURES, provider, operation);
    fixtures.into_iter().find(|it| it.name == name).unwrap()
}

fn seen(name: &str, case: &str) -> Generation {
    decode_fixture(&*provider(name), &fixture(name, "status", case)).unwrap()
}

#[test]
fn a_rejection_is_one_in_whichever_way_it_is_told() {
    for (way, name, case) in [
        ("a status of its own", "synclabs", "rejected"),
        ("a code of the failure", "openai", "failed_moderation"),
        ("a code of the failure", "token360", "failed_error_message_missing"),
        ("a code of the failure", "fal", "rejected_content_policy_violation"),
        ("a flag beside a success", "xai", "done_kept_back"),
        ("a success without anything in it", "veo", "rejected"),
        ("a success without anything in it", "vertex-veo", "rejected"),
    ] {
        let generation = seen(name, case);
        assert_eq!(generation.phase(), Phase::Rejected, "{name}: {way}");
        let error = generation.clone().succeeded().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::GenerationRejected, "{name}: {way}");
        // The status of its own is for other reasons too.
        if name != "synclabs" {
            let class = generation.failure.unwrap().class;
            assert_eq!(class, FailureClass::Moderation, "{name}: {way}");
        }
    }
}

#[test]
fn a_rejection_of_a_submission_is_a_refusal() {
    for (name, case) in [
        ("openai", "error_400_moderation_blocked"),
        ("openrouter", "error_403_moderation"),
        ("azure-openai", "error_400_content_filter"),
        ("token360", "error_400_moderation"),
        ("fal", "error_422_content_policy_violation"),
        ("kling", "error_400_1301_content_policy"),
    ] {
        let error = refused(name, case);
        assert_eq!(error.refusal(), Some(Refusal::Moderation), "{name}: {error}");
    }
}

fn refused(name: &str, case: &str) -> Error {
    let (provider, fixture) = (provider(name), fixture(name, "submit", case));
    submission(&*provider, &fixture).decode(&fixture.response).unwrap_err()
}

#[test]
fn one_of_two_outputs_is_a_success_and_says_what_is_missing() {
    for (name, case) in
        [("veo", "succeeded_one_filtered"), ("vertex-veo", "succeeded_one_filtered")]
    {
        let generation = seen(name, case).succeeded().unwrap();
        assert!(generation.has_primary_output(), "{name}");
        assert_eq!(generation.failed_outputs.len(), 1, "{name}");
        let failure = &generation.failed_outputs[0].failure;
        assert_eq!(failure.class, FailureClass::Moderation, "{name}");
        assert_eq!(generation.failure, None, "{name}");
    }
}

#[test]
fn a_404_for_what_existed_says_that_it_is_gone() {
    for (name, before, case) in [
        ("prism", "generating", "error_404_not_found"),
        ("token360", "in_progress", "error_404_not_found_error"),
        ("synclabs", "processing", "error_404_generation_not_found"),
        ("openai", "in_progress", "error_404_not_found"),
        ("openrouter", "in_progress", "error_404_not_found"),
        ("xai", "pending", "error_404_not_found"),
        ("new-api", "in_progress", "error_404_task_not_exist"),
        ("fal", "in_progress", "error_404_not_found"),
        ("veo", "running_without_done", "error_404_not_found"),
        ("vertex-veo", "running_without_done", "error_404_not_found"),
        ("kling", "processing", "code_1201_with_200_unknown_task"),
    ] {
        let provider = provider(name);
        let existed = seen(name, before);
        let missing = decode_fixture(&*provider, &fixture(name, "status", case)).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound, "{name}: {missing}");
        for (was_seen, kind) in [(true, ErrorKind::GenerationGone), (false, ErrorKind::NotFound)] {
            let guidance = provider.guidance();
            let options = WaitOptions::of(&guidance);
            let handle = existed.handle.clone();
            let mut wait = Wait::new(handle, provider.lifecycle(), &guidance, options.clone());
            let mut now = Moment::ORIGIN;
            let _ = wait.on(now, Event::Begin);
            if was_seen {
                let _ = wait.on(now, Event::Observed(Ok(existed.clone())));
            }
            let outcome = loop {
                let _ = wait.on(now, Event::Woke);
                let missed = Event::Observed(Err(missing.clone()));
                if let ControlFlow::Break(outcome) = wait.on(now, missed) {
                    break outcome;
                }
                now = now + options.not_found_grace;
            };
            let Outcome::GaveUp { error, .. } = outcome else { panic!("{name}: {outcome:?}") };
            assert_eq!(error.kind(), kind, "{name}");
        }
    }
}

/// What the tests above have is in the snapshots of the providers' crates, too: none is only looked at here.
#[test]
fn refusals_are_shown_with_their_reason() {
    let provider = provider("openai");
    let fixture = fixture("openai", "submit", "error_400_moderation_blocked");
    assert!(shown_submission(&*provider, &fixture).contains("Moderation"));
}
