//! Submitting: the request, and what is made of every answer.

use videogen_core::{ErrorKind, FilePart, NewGeneration, Provider as _, Refusal};
use videogen_testkit::{Fixture, json, shown_submission, submission};
use videogen_veo::Veo;

use crate::{FIXTURES, fixtures, gemini, vertex};

#[test]
fn every_answer_of_gemini() {
    let fixtures = fixtures(&gemini(), "submit");
    insta::glob!(FIXTURES, "veo/submit/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown_submission(&gemini(), fixture));
        });
    });
}

#[test]
fn every_answer_of_vertex() {
    let fixtures = fixtures(&vertex(), "submit");
    insta::glob!(FIXTURES, "vertex-veo/submit/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown_submission(&vertex(), fixture));
        });
    });
}

#[test]
fn what_veo_does_not_have_is_refused_before_sending() {
    let new = NewGeneration::from_json("{}").unwrap().for_endpoint("veo-3.1-generate-001");
    let file = FilePart::new("image", "a.png", "image/png", b"x".to_vec());
    for veo in [gemini(), vertex()] {
        let kind = |new: NewGeneration| veo.submit(&new).unwrap_err().kind();
        assert!(veo.submit(&new).is_ok());
        assert_eq!(kind(new.clone().with_idempotency_key("k")), ErrorKind::InvalidInput);
        assert_eq!(kind(new.clone().from_template("t")), ErrorKind::InvalidInput);
        assert_eq!(kind(new.clone().with_file(file.clone())), ErrorKind::InvalidInput);
        assert_eq!(kind(new.clone().as_native()), ErrorKind::InvalidInput);
        assert!(!veo.promises_idempotency());
    }
}

#[test]
fn a_submission_without_a_model_says_how_to_name_one() {
    let new = NewGeneration::from_json("{}").unwrap();
    for (veo, example) in
        [(gemini(), "veo-3.1-generate-preview"), (vertex(), "veo-3.1-generate-001")]
    {
        let error = veo.submit(&new).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(example), "{error}");
    }
}

fn refusal(veo: &Veo, fixture: &str) -> Option<Refusal> {
    let fixtures: Vec<Fixture> = fixtures(veo, "submit");
    let fixture = fixtures.iter().find(|it| it.name == fixture).unwrap();
    submission(veo, fixture).decode(&fixture.response).unwrap_err().refusal()
}

#[test]
fn a_refusal_goes_by_codes() {
    assert_eq!(refusal(&gemini(), "error_400_invalid_argument"), Some(Refusal::Input));
    assert_eq!(refusal(&gemini(), "error_400_moderation"), Some(Refusal::Moderation));
    assert_eq!(refusal(&gemini(), "error_400_api_key_invalid"), Some(Refusal::Auth));
    assert_eq!(refusal(&gemini(), "error_402_resource_exhausted"), Some(Refusal::Credits));
    assert_eq!(refusal(&gemini(), "error_429_retry_info"), Some(Refusal::Rate));
    assert_eq!(refusal(&vertex(), "error_403_billing_disabled"), Some(Refusal::Credits));
    assert_eq!(refusal(&vertex(), "error_403_permission_denied"), Some(Refusal::Auth));
    assert_eq!(refusal(&vertex(), "error_400_moderation"), Some(Refusal::Moderation));

    // Never by the words around them.
    let new = NewGeneration::from_json("{}").unwrap().for_endpoint("veo-3.1-generate-001");
    let body = r#"{"error":{"code":400,"message":"violates our usage guidelines, API key not valid, billing","status":"INVALID_ARGUMENT"}}"#;
    let error = vertex().submit(&new).unwrap().decode(&json(400, body)).unwrap_err();
    assert_eq!(error.refusal(), Some(Refusal::Input));
}
