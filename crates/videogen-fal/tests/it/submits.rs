//! Submissions: the requests, and what is made of the answers.

use videogen_core::{ErrorKind, FilePart, NewGeneration, Phase, Provider as _, Refusal};
use videogen_testkit::Fixture;

use crate::{load, provider};

fn fixture(name: &str) -> Fixture {
    load("submit").into_iter().find(|fixture| fixture.name == name).unwrap()
}

fn accepted(name: &str) -> videogen_core::Accepted {
    let fixture = fixture(name);
    videogen_testkit::submission(&provider(), &fixture).decode(&fixture.response).unwrap()
}

fn refused(name: &str) -> videogen_core::Error {
    let fixture = fixture(name);
    videogen_testkit::submission(&provider(), &fixture).decode(&fixture.response).unwrap_err()
}

#[test]
fn the_answer_is_seen_where_it_has_a_status() {
    let seen = accepted("queued").generation.unwrap();
    assert_eq!((seen.phase(), seen.queue_position), (Phase::Queued, Some(0)));
    assert_eq!(accepted("in_progress").generation.unwrap().phase(), Phase::Running);
    assert_eq!(accepted("queued_older_page").generation, None);
    // What ended at once may have failed: that is not known yet.
    assert_eq!(accepted("completed_at_once").generation, None);
}

#[test]
fn why_it_was_refused() {
    for (name, kind, refusal) in [
        ("error_401_invalid_key", ErrorKind::Unauthorized, Refusal::Auth),
        ("error_403_locked", ErrorKind::Forbidden, Refusal::Auth),
        ("error_404_no_app", ErrorKind::NotFound, Refusal::Input),
        ("error_422_content_policy_violation", ErrorKind::Refused, Refusal::Moderation),
        ("error_422_missing_field", ErrorKind::Refused, Refusal::Input),
        ("error_429_concurrent_requests_limit", ErrorKind::RateLimited, Refusal::Concurrency),
        ("error_429_queue_full", ErrorKind::RateLimited, Refusal::Rate),
    ] {
        let error = refused(name);
        assert_eq!((error.kind(), error.refusal()), (kind, Some(refusal)), "{name}");
    }
    assert_eq!(refused("error_500_internal_error").refusal(), None);
    assert_eq!(refused("error_500_internal_error").provider_code(), Some("internal_error"));
}

#[test]
fn an_error_repeats_nothing_of_the_input() {
    let error = refused("error_422_echoes_input");
    assert!(!videogen_testkit::error_chain(&error).contains("EXAMPLE"));
}

#[test]
fn what_the_queue_has_not_is_refused() {
    let new = || NewGeneration::from_json("{}").unwrap().for_endpoint("fal-ai/veo3");
    assert!(provider().submit(&new()).is_ok());
    assert!(!provider().promises_idempotency());
    for (what, new) in [
        ("idempotency", new().with_idempotency_key("k")),
        ("templates", new().from_template("t")),
        ("files", new().with_file(FilePart::new("video", "me.mp4", "video/mp4", *b"...."))),
        ("native", new().as_native()),
    ] {
        let error = provider().submit(&new).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{what}");
        assert!(error.to_string().contains(what), "{error}");
    }
}
