//! The typed bodies of submissions: what is sent, and what is refused before sending.

use std::time::Duration;

use serde_json::Value;
use videogen_core::{Error, ErrorKind, FilePart, NewGeneration, Provider as _};
use videogen_prism::{AspectRatio, PromptGeneration, TemplateGeneration};
use videogen_testkit::{Fixture, shown_request};

use crate::{FIXTURES, provider};

/// The request's body in a fixture.
fn body(name: &str) -> Value {
    let fixtures = Fixture::load_all(FIXTURES, videogen_prism::NAME, "submit");
    fixtures.into_iter().find(|it| it.name == name).unwrap().request.body.unwrap()
}

fn parsed(new: &NewGeneration) -> Value {
    serde_json::from_str(&new.body).unwrap()
}

fn from_template() -> TemplateGeneration {
    TemplateGeneration::new("abc123")
        .with_variable("hook", "Check out this amazing product")
        .with_variable("productImage", "https://example.com/product.jpg")
        .with_variable("benefit", "2x faster results")
        .with_character("personImage", "d2a7e0d5-1705-43b5-be96-85b9c5f25b80")
        .with_webhook_url("https://example.com/webhook")
}

pub(crate) fn with_every_field() -> PromptGeneration {
    PromptGeneration::new("veo-3.1", "Use these references")
        .with_aspect_ratio(AspectRatio::Auto)
        .with_duration(Duration::from_secs(10))
        .with_resolution("720p")
        .with_count(4)
        .with_audio(false)
        .with_start_frame("u/start.png")
        .with_end_frame("u/end.png")
        .with_ingredient_image("u/ref1.png")
        .with_ingredient_image("u/ref2.png")
        .with_character_reference_image("u/face.png")
        .with_source_video("u/source.mp4")
        .with_reference_video("u/ref.mp4")
        .with_audio_file("u/voice.mp3")
        .with_template_id("abc123")
}

fn picture(key: &str) -> FilePart {
    FilePart::new(key, "product.png", "image/png", *b"\x89PNG")
}

#[test]
fn the_printed_requests_are_what_is_built() {
    let new = from_template().build().unwrap();
    assert_eq!(parsed(&new), body("template_request_as_printed"));
    let new = PromptGeneration::new("veo-3.1", "A fast-paced product demo with bold captions")
        .with_aspect_ratio(AspectRatio::Portrait9x16)
        .with_duration(Duration::from_secs(8))
        .with_resolution("1080p")
        .with_count(1)
        .with_audio(true)
        .build()
        .unwrap();
    assert_eq!(parsed(&new), body("generation_request_as_printed"));
    let new = with_every_field().build().unwrap();
    assert_eq!(parsed(&new), body("generation_with_every_field"));
}

#[test]
fn every_request() {
    let shown = [
        from_template().build(),
        TemplateGeneration::new("a b/c").build(),
        from_template().with_file(picture("logo")).build(),
        PromptGeneration::new("veo-3.1", "A kite \"over\" the sea").build(),
        with_every_field().build(),
    ]
    .map(|new| shown_request(provider().submit(&new.unwrap()).unwrap().request()));
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn aspect_ratios_are_the_words_of_the_page() {
    let words = AspectRatio::ALL.map(|ratio| {
        let new = PromptGeneration::new("m", "p").with_aspect_ratio(ratio).build().unwrap();
        parsed(&new)["aspectRatio"].as_str().unwrap().to_owned()
    });
    assert_eq!(words, ["auto", "21:9", "16:9", "4:3", "1:1", "3:4", "9:16"]);
}

/// That it is refused, and with which name of a field.
fn refused(built: Result<NewGeneration, Error>, field: &str) {
    let error = built.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{field}");
    assert!(error.to_string().contains(&format!("`{field}`")), "{field}: {error}");
}

#[test]
fn what_the_pages_forbid_is_refused_by_its_name() {
    let prompt = || PromptGeneration::new("veo-3.1", "A kite");
    refused(PromptGeneration::new("veo-3.1", " ").build(), "prompt");
    refused(PromptGeneration::new("", "A kite").build(), "modelName");
    refused(prompt().with_duration(Duration::ZERO).build(), "duration");
    refused(prompt().with_duration(Duration::from_millis(8500)).build(), "duration");
    refused(prompt().with_resolution("").build(), "resolution");
    refused(prompt().with_count(0).build(), "count");
    refused(prompt().with_count(5).build(), "count");
    let url = "https://b.example/x.png?X-Amz-Signature=EXAMPLE-0123";
    refused(prompt().with_start_frame(url).build(), "startFrameKey");
    refused(prompt().with_end_frame("data:image/png;base64,AA").build(), "endFrameKey");
    refused(
        prompt().with_ingredient_image("a").with_ingredient_image("").build(),
        "ingredientImageKeys",
    );
    refused(prompt().with_character_reference_image(url).build(), "characterReferenceImageKeys");
    refused(prompt().with_source_video(url).build(), "sourceVideoKey");
    refused(prompt().with_reference_video(url).build(), "referenceVideoKeys");
    refused(prompt().with_audio_file(" ").build(), "audioKey");
    refused(prompt().with_template_id("").build(), "templateId");
    let template = || TemplateGeneration::new("abc123");
    refused(TemplateGeneration::new("../x").build(), "id");
    refused(TemplateGeneration::new("").build(), "id");
    refused(template().with_variable(" ", "x").build(), "variables");
    refused(template().with_variable("a\nb", "x").build(), "variables");
    refused(template().with_character("", "c-1").build(), "character_variables");
    refused(template().with_character("person", "").build(), "character_variables");
    for url in
        ["", "example.com/hook", "ftp://example.com", "https://", "https:///x", "https://a b"]
    {
        refused(template().with_webhook_url(url).build(), "webhook_url");
    }
    refused(template().with_file(picture("")).build(), "variables");
    refused(template().with_file(picture("webhook_url")).build(), "variables");
    refused(template().with_file(picture("a")).with_file(picture("a")).build(), "variables");
    refused(template().with_variable("a", "x").with_file(picture("a")).build(), "variables");
    let untyped = FilePart::new("a", "a.png", "png", *b"x");
    refused(template().with_file(untyped).build(), "variables");
}

#[test]
fn what_is_refused_is_not_repeated() {
    let url = "https://b.example/x.png?X-Amz-Signature=EXAMPLE-0123";
    let built = PromptGeneration::new("veo-3.1", "A kite").with_start_frame(url);
    assert!(!format!("{built:?} {:?}", built.build()).contains("EXAMPLE"));
    let built = from_template().with_variable("image", url).with_webhook_url(url);
    assert!(!format!("{built:?} {:?}", built.build()).contains("EXAMPLE"));
}

#[test]
fn files_go_with_a_template_only_and_nothing_is_native() {
    let new = |json| NewGeneration::from_json(json).unwrap();
    let kind = |new: NewGeneration| provider().submit(&new).map(drop).map_err(|it| it.kind());
    let refused = Err(ErrorKind::InvalidInput);
    assert_eq!(kind(new("{}").with_file(picture("a"))), refused);
    assert_eq!(kind(new("{}").as_native()), refused);
    assert_eq!(kind(new("{}").from_template("t").as_native()), refused);
    assert_eq!(kind(new("{}").from_template("t").with_file(picture("a\nb"))), refused);
    assert_eq!(kind(new("{}").from_template("t").with_file(picture("a"))), Ok(()));
    assert_eq!(kind(new("{\"anything\":[1]}")), Ok(()));
}

#[test]
fn a_form_has_the_members_of_the_body_and_no_nulls() {
    let body =
        r#"{"variables":{"a":"ü"},"webhook_url":"https://example.com/h","later":[1],"none":null}"#;
    let new = NewGeneration::from_json(body).unwrap().from_template("t").with_file(picture("logo"));
    let call = provider().submit(&new).unwrap();
    let sent = String::from_utf8_lossy(call.request().body()).into_owned();
    for part in [
        "name=\"variables\"\r\n\r\n{\"a\":\"ü\"}\r\n",
        "name=\"webhook_url\"\r\n\r\nhttps://example.com/h\r\n",
        "name=\"later\"\r\n\r\n[1]\r\n",
        "name=\"logo\"; filename=\"product.png\"\r\nContent-Type: image/png\r\n\r\n",
    ] {
        assert!(sent.contains(part), "{part}");
    }
    assert!(!sent.contains("none"));
}
