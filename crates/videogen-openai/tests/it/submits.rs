//! Submitting: the requests, as JSON and as forms, and what is made of every answer.

use videogen_core::{ErrorKind, FilePart, NewGeneration, Provider as _, Refusal};
use videogen_testkit::{shown_request, shown_submission};

use crate::{FIXTURES, all, fixtures, named, openai};

#[test]
fn every_answer() {
    for profile in all() {
        let provider = named(profile.name);
        let fixtures = fixtures(profile.name, "submit");
        insta::glob!(FIXTURES, &format!("{}/submit/*.json", profile.name), |path| {
            let name = path.file_stem().unwrap().to_string_lossy();
            let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
            insta::with_settings!({
                description => &fixture.about,
                omit_expression => true,
                snapshot_suffix => format!("{}_{name}", profile.name),
            }, {
                insta::assert_snapshot!(shown_submission(&provider, fixture));
            });
        });
    }
}

#[test]
fn a_refusal_by_policy_is_one_in_whichever_way_it_is_told() {
    for (provider, fixture) in [
        ("openai", "error_400_moderation_blocked"),
        ("openai", "error_400_content_policy_violation"),
        ("openai", "error_400_sentinel_block"),
        ("azure-openai", "error_400_content_filter"),
        ("openrouter", "error_403_moderation"),
        ("litellm", "error_400_moderation"),
    ] {
        let fixtures = fixtures(provider, "submit");
        let fixture = fixtures.iter().find(|it| it.name == fixture).unwrap();
        let call = videogen_testkit::submission(&named(provider), fixture);
        let error = call.decode(&fixture.response).unwrap_err();
        assert_eq!(error.refusal(), Some(Refusal::Moderation), "{provider}: {}", fixture.name);
    }
    let forbidden = fixtures("openrouter", "submit");
    let forbidden = forbidden.iter().find(|it| it.name == "error_403_forbidden").unwrap();
    let call = videogen_testkit::submission(&named("openrouter"), forbidden);
    assert_eq!(call.decode(&forbidden.response).unwrap_err().refusal(), Some(Refusal::Auth));
}

#[test]
fn every_form() {
    let picture = || FilePart::new("input_reference", "first.png", "image/png", *b"PNG");
    let json = r#"{"model":"sora-2","prompt":"A cat, \"calico\"","seconds":"8","n":1,"off":null,
        "metadata":{"a":[1,"b"],"c":true}}"#;
    let new = NewGeneration::from_json(json).unwrap();
    let azure = named("azure-openai");
    let always = videogen_openai::OpenAi::new(
        openai().profile().clone().with_body(videogen_openai::BodyForm::Form),
        videogen_core::ApiKey::new(videogen_testkit::TEST_KEY).unwrap(),
    );
    let requests = [
        ("OpenAI, with a file", openai().submit(&new.clone().with_file(picture()))),
        ("Azure, with a file", azure.submit(&new.clone().with_file(picture()))),
        ("always a form, without a file", always.submit(&new)),
        (
            "an edit of an uploaded video",
            openai().submit(
                &NewGeneration::from_json(r#"{"model":"sora-2-pro","prompt":"Warmer"}"#)
                    .unwrap()
                    .with_file(FilePart::new("video", "source.mp4", "video/mp4", *b"...."))
                    .for_endpoint("edits"),
            ),
        ),
    ];
    let shown: Vec<String> = requests
        .into_iter()
        .map(|(what, call)| format!("# {what}\n{}", shown_request(call.unwrap().request())))
        .collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn what_is_there_twice_is_refused() {
    let new = NewGeneration::from_json(r#"{"prompt":"p","input_reference":{"file_id":"f"}}"#)
        .unwrap()
        .with_file(FilePart::new("input_reference", "a.png", "image/png", *b"PNG"));
    let error = openai().submit(&new).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("`input_reference`"), "{error}");
}

#[test]
fn endpoints_are_those_of_the_profile() {
    let new = || NewGeneration::from_json(r#"{"prompt":"p"}"#).unwrap();
    let path = |provider: &str, endpoint: &str| {
        let call = named(provider).submit(&new().for_endpoint(endpoint))?;
        Ok::<_, videogen_core::Error>(call.request().uri().path().to_owned())
    };
    assert_eq!(path("openai", "edits").unwrap(), "/v1/videos/edits");
    assert_eq!(path("xai", "extensions").unwrap(), "/v1/videos/extensions");
    for (provider, endpoint) in
        [("openai", "remix"), ("openai", "../models"), ("openrouter", "edits"), ("xai", "a\nb")]
    {
        let error = path(provider, endpoint).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{provider}: {endpoint}");
        assert!(!error.to_string().contains('\n'));
    }
}

#[test]
fn what_the_dialect_does_not_have_is_refused_before_sending() {
    let new = NewGeneration::from_json("{}").unwrap();
    let file = FilePart::new("video", "me.mp4", "video/mp4", *b"....");
    for profile in all() {
        let provider = named(profile.name);
        let kind = |new: NewGeneration| provider.submit(&new).unwrap_err().kind();
        assert_eq!(kind(new.clone().with_idempotency_key("k")), ErrorKind::InvalidInput);
        assert_eq!(kind(new.clone().from_template("t")), ErrorKind::InvalidInput);
        assert_eq!(kind(new.clone().as_native()), ErrorKind::InvalidInput);
        assert!(!provider.promises_idempotency());
        let takes_files = !["openrouter", "together", "xai"].contains(&profile.name);
        let with_file = provider.submit(&new.clone().with_file(file.clone()));
        assert_eq!(with_file.is_ok(), takes_files, "{}", profile.name);
        assert_eq!(provider.estimate(&new).unwrap_err().kind(), ErrorKind::Unsupported);
    }
}
