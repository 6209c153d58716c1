//! Submitting: what is refused before anything is sent.

use videogen_core::{ErrorKind, FilePart, NewGeneration, Phase, Provider as _};
use videogen_testkit::submission;

use crate::{fixture, provider};

#[test]
fn what_kling_does_not_have_is_refused_before_sending() {
    let new = NewGeneration::from_json("{}").unwrap().for_endpoint("text2video");
    let error = |new: NewGeneration| {
        let error = provider().submit(&new).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        error.to_string()
    };
    // The way that there is instead.
    assert!(error(new.clone().with_idempotency_key("k")).contains("external id"));
    error(new.clone().from_template("t"));
    error(new.clone().as_native());
    error(new.with_file(FilePart::new("image", "a.png", "image/png", "x")));
    assert!(!provider().promises_idempotency());
    let estimate = provider().estimate(&NewGeneration::from_json("{}").unwrap());
    assert_eq!(estimate.unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn an_accepted_generation_is_where_its_endpoint_leaves_it() {
    for (name, id, phase) in [
        ("accepted", "text2video/893605946402811985", Some(Phase::Queued)),
        ("accepted_avatar", "avatar/image2video/893605946402811992", Some(Phase::Queued)),
        ("path_accepted", "tasks/930831534075682845", Some(Phase::Queued)),
        ("path_accepted_page_sample", "tasks/893605946402811985", Some(Phase::Unrecognized)),
        // Paid for, whatever else is said of it.
        ("accepted_id_only", "text2video/893605946402811985", None),
    ] {
        let fixture = fixture("submit", name);
        let accepted = submission(&provider(), &fixture).decode(&fixture.response).unwrap();
        let ids: Vec<_> = accepted.handles.iter().map(|handle| handle.id()).collect();
        assert_eq!(ids, [id], "{name}");
        assert_eq!(accepted.generation.map(|seen| seen.phase()), phase, "{name}");
    }
}
