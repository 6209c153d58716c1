//! The typed body: what is written for every field, and what is refused.

use proptest::prelude::*;
use serde_json::{Value, json};
use videogen_core::{Error, ErrorKind, FilePart, NewGeneration, Provider as _};
use videogen_testkit::{Fixture, error_chain, shown_request};
use videogen_token360::{AspectRatio, NewVideo, Resolution};

use crate::{FIXTURES, provider};

fn bare() -> NewVideo {
    NewVideo::new("seedance-2.0", "Add gentle motion to the scene")
}

fn full() -> NewVideo {
    bare()
        .with_duration(4)
        .with_resolution(Resolution::P720)
        .with_aspect_ratio(AspectRatio::R16x9)
        .with_audio(true)
        .with_watermark(false)
        .with_last_frame_returned(true)
        .with_seed(7)
        .with_execution_expires_after(3600)
        .with_safety_identifier("user-1")
        .with_callback_url("https://example.com/hooks?token=EXAMPLE")
        .with_metadata("order", 7)
        .with_metadata("tags", json!(["kite", null]))
        .with_first_frame("https://example.com/first.png")
        .with_last_frame("asset://ta_1")
        .with_image_reference("https://example.com/a.png")
        .with_video_reference("https://example.com/b.mp4")
        .with_audio_reference("https://example.com/c.wav")
        .with_image_reference("data:image/png;base64,aGVsbG8=")
        .with_request_id("order-7")
}

fn body(new: &NewVideo) -> Value {
    serde_json::from_str(&new.build().unwrap().body).unwrap()
}

/// Names the field, and does not repeat a URL's query.
fn refused(new: &NewVideo, field: &str) -> Result<(), TestCaseError> {
    let error: Error = match new.build() {
        Err(error) => error,
        Ok(new) => return Err(TestCaseError::fail(format!("{field} passes: {}", new.body))),
    };
    prop_assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let shown = error_chain(&error);
    prop_assert!(shown.contains(&format!("`{field}`")), "{}", shown);
    prop_assert!(!shown.contains("SECRET"), "{}", shown);
    Ok(())
}

#[test]
fn every_request() {
    let raw = r#"{"model":"seedance-2.0","content":[{"type":"text","text":"A kite"}]}"#;
    let native = NewGeneration::from_json(raw).unwrap().as_native();
    let requests = [
        ("the least", bare().build().unwrap()),
        ("everything", full().build().unwrap()),
        ("a last frame only", bare().with_last_frame("https://example.com/l.png").build().unwrap()),
        ("native", native),
    ];
    let shown: Vec<String> = requests
        .iter()
        .map(|(what, new)| {
            let call = provider().submit(new).unwrap();
            format!("# {what}\n{}", shown_request(call.request()))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn it_writes_what_the_fixture_has() {
    let fixtures = Fixture::load_all(FIXTURES, videogen_token360::NAME, "submit");
    let queued = fixtures.into_iter().find(|fixture| fixture.name == "queued").unwrap();
    let new = bare()
        .with_duration(4)
        .with_resolution(Resolution::P720)
        .with_aspect_ratio(AspectRatio::R16x9);
    assert_eq!(Some(body(&new)), queued.request.body);
}

#[test]
fn a_body_of_the_vendors_is_unchanged_and_marked() {
    let raw = "{ \"model\":\"m\",\n \"content\": [ ] }";
    let call = |new: NewGeneration| provider().submit(&new).unwrap();
    let new = NewGeneration::from_json(raw).unwrap();
    let native = call(new.clone().as_native());
    assert_eq!(native.request().body(), raw.as_bytes());
    assert_eq!(native.request().headers()["token360-native-params"], "true");
    assert!(!call(new).request().headers().contains_key("token360-native-params"));
}

#[test]
fn files_are_refused() {
    let file = FilePart::new("video", "me.mp4", "video/mp4", *b"....");
    let new = bare().build().unwrap().with_file(file);
    assert_eq!(provider().submit(&new).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn every_word_is_the_pages() {
    let resolutions =
        Resolution::ALL.map(|word| body(&bare().with_resolution(word))["resolution"].clone());
    assert_eq!(resolutions, ["360p", "480p", "540p", "720p", "1080p", "1K", "2K", "4K"]);
    let ratios =
        AspectRatio::ALL.map(|word| body(&bare().with_aspect_ratio(word))["aspect_ratio"].clone());
    assert_eq!(ratios, ["adaptive", "16:9", "9:16", "1:1", "4:3", "3:4", "21:9", "9:21"]);
}

#[test]
fn debug_shows_no_url_of_the_callers() {
    let new = bare()
        .with_callback_url("https://example.com/hooks?token=SECRET1")
        .with_first_frame("https://example.com/first.png?signature=SECRET2")
        .with_image_reference("https://example.com/a.png?signature=SECRET3")
        .with_metadata("key", "SECRET4");
    let shown = format!("{new:?} {:?}", NewVideo::new("m", "like https://example.com/?a=SECRET5"));
    assert!(!shown.contains("SECRET"), "{shown}");
}

#[test]
fn what_is_no_url_is_refused() {
    for url in [
        "",
        "me.png",
        "/srv/me.png",
        "C:\\me.png",
        "https://",
        "https://example.com/a b.png",
        "https://example.com/a.png\n",
        "file:///me.png",
        "asset://",
        "asset://ta_",
        "asset://me",
        "ftp://example.com/me.png?signature=SECRET",
    ] {
        refused(&bare().with_first_frame(url), "frame_images").unwrap();
        refused(&bare().with_last_frame(url), "frame_images").unwrap();
        refused(&bare().with_audio_reference(url), "input_references").unwrap();
    }
    for url in
        ["", "example.com", "http://example.com/hook?token=SECRET", "https:///hook", "https://a b"]
    {
        refused(&bare().with_callback_url(url), "callback_url").unwrap();
    }
    assert!(bare().with_callback_url("HTTPS://example.com:8443/hook").build().is_ok());
}

#[test]
fn a_blank_model_or_prompt_is_refused() {
    for blank in ["", " ", "\n\t"] {
        refused(&NewVideo::new(blank, "p"), "model").unwrap();
        refused(&NewVideo::new("m", blank), "prompt").unwrap();
    }
}

proptest! {
    #[test]
    fn a_duration_is_written_as_an_integer(seconds in prop_oneof![0_u32..4, any::<u32>()]) {
        let new = bare().with_duration(seconds);
        if seconds == 0 {
            return refused(&new, "duration");
        }
        prop_assert_eq!(&body(&new)["duration"], &json!(seconds));
    }

    #[test]
    fn execution_expires_after_is_in_its_range_or_refused(
        seconds in prop_oneof![3590_u32..3610, 259_190_u32..259_210, any::<u32>()],
    ) {
        let new = bare().with_execution_expires_after(seconds);
        if !(3600..=259_200).contains(&seconds) {
            return refused(&new, "execution_expires_after");
        }
        prop_assert_eq!(&body(&new)["execution_expires_after"], &json!(seconds));
    }

    #[test]
    fn there_is_a_most_of_references(images in 0_usize..12, videos in 0_usize..6, sounds in 0_usize..6) {
        let mut new = bare();
        for n in 0..images.max(videos).max(sounds) {
            if n < images {
                new = new.with_image_reference(format!("https://example.com/{n}.png"));
            }
            if n < videos {
                new = new.with_video_reference(format!("asset://ta_{n}"));
            }
            if n < sounds {
                new = new.with_audio_reference(format!("https://example.com/{n}.wav"));
            }
        }
        if images > 9 || videos > 3 || sounds > 3 {
            return refused(&new, "input_references");
        }
        let body = body(&new);
        let written = body.get("input_references").and_then(Value::as_array);
        prop_assert_eq!(written.map_or(0, Vec::len), images + videos + sounds);
    }

    /// Whatever the texts are, they arrive as they were given.
    #[test]
    fn texts_are_written_as_they_are(
        (model, prompt, id, user) in ("\\PC{0,5}[a-z]", "(?s).{0,40}[a-z]", "(?s).{0,20}", "(?s).{0,20}"),
        seed: i64,
        key in "(?s).{0,5}",
    ) {
        let new = NewVideo::new(&model, &prompt)
            .with_request_id(&id)
            .with_safety_identifier(&user)
            .with_seed(seed)
            .with_metadata(&key, user.as_str());
        let body = body(&new);
        prop_assert_eq!(&body["model"], &json!(model));
        prop_assert_eq!(&body["prompt"], &json!(prompt));
        prop_assert_eq!(&body["request_id"], &json!(id));
        prop_assert_eq!(&body["safety_identifier"], &json!(user));
        prop_assert_eq!(&body["seed"], &json!(seed));
        prop_assert_eq!(&body["metadata"][&key], &json!(user));
    }
}
