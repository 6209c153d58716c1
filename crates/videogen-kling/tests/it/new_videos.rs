//! The typed bodies: what is written for every field, and what is refused.

use proptest::prelude::*;
use serde_json::{Value, json};
use videogen_core::{Error, ErrorKind, NewGeneration, Provider as _};
use videogen_kling::{
    AspectRatio, Audio, CameraControl, CameraMove, ImageToVideo, LegacyImageToVideo,
    LegacyTextToVideo, Mode, Resolution, TextToVideo,
};
use videogen_testkit::{error_chain, shown_request};

use crate::{fixture, provider};

const IMAGE: &str = "https://example.com/first.png";

fn text() -> TextToVideo {
    TextToVideo::new("kling-3.0", "A lighthouse in a storm")
}

fn image() -> ImageToVideo {
    ImageToVideo::new("kling-3.0", IMAGE)
}

fn legacy_text() -> LegacyTextToVideo {
    LegacyTextToVideo::new("A lighthouse in a storm")
}

fn legacy_image() -> LegacyImageToVideo {
    LegacyImageToVideo::new(IMAGE)
}

type Built = Result<NewGeneration, Error>;

fn body(built: Built) -> Value {
    serde_json::from_str(&built.unwrap().body).unwrap()
}

/// Names the field, and does not repeat a URL's query.
fn refused(built: Built, field: &str) -> Result<(), TestCaseError> {
    let error = match built {
        Err(error) => error,
        Ok(new) => return Err(TestCaseError::fail(format!("{field} passes: {}", new.body))),
    };
    prop_assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let shown = error_chain(&error);
    prop_assert!(shown.contains(&format!("`{field}`")), "{} {}", field, shown);
    prop_assert!(!shown.contains("SECRET"), "{}", shown);
    Ok(())
}

#[test]
fn every_request() {
    let requests = [
        ("text, the least", text().build()),
        (
            "text, everything",
            text()
                .with_resolution(Resolution::K4)
                .with_duration(8)
                .with_audio(Audio::Native)
                .with_multi_shot(true)
                .with_aspect_ratio(AspectRatio::R9x16)
                .with_callback_url("https://example.com/hooks?token=EXAMPLE")
                .with_external_task_id("my-task-1")
                .with_watermark(true)
                .build(),
        ),
        ("image, the least", image().build()),
        (
            "image, everything",
            image()
                .with_prompt("The waves begin to move")
                .with_last_frame("aGVsbG8=")
                .with_resolution(Resolution::P1080)
                .with_duration(3)
                .with_audio(Audio::Off)
                .with_multi_shot(false)
                .with_callback_url("https://example.com/hooks?token=EXAMPLE")
                .with_external_task_id("my-task-1")
                .with_watermark(false)
                .build(),
        ),
        ("legacy text, the least", legacy_text().build()),
        (
            "legacy text, everything",
            legacy_text()
                .with_model_name("kling-v1-6")
                .with_negative_prompt("blur")
                .with_cfg_scale(0.5)
                .with_mode(Mode::Professional)
                .with_duration(10)
                .with_sound(false)
                .with_camera_control(CameraControl::Simple(CameraMove::Zoom, -4.5))
                .with_aspect_ratio(AspectRatio::R1x1)
                .with_callback_url("https://example.com/hooks?token=EXAMPLE")
                .with_external_task_id("my-task-1")
                .with_watermark(true)
                .build(),
        ),
        ("legacy image, the least", legacy_image().build()),
        (
            "legacy image, everything",
            legacy_image()
                .with_model_name("kling-v3")
                .with_prompt("The waves begin to move")
                .with_image_tail("https://example.com/last.png")
                .with_negative_prompt("blur")
                .with_cfg_scale(1.0)
                .with_mode(Mode::Standard)
                .with_duration(15)
                .with_sound(true)
                .with_callback_url("https://example.com/hooks?token=EXAMPLE")
                .with_external_task_id("my-task-1")
                .with_watermark(false)
                .build(),
        ),
        ("legacy image, a last one only", LegacyImageToVideo::ending_with(IMAGE).build()),
    ];
    let shown: Vec<String> = requests
        .into_iter()
        .map(|(what, new)| {
            let call = provider().submit(&new.unwrap()).unwrap();
            format!("# {what}\n{}", shown_request(call.request()))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn they_write_what_the_fixtures_have() {
    let rabbit = "A cute little rabbit wearing glasses, sitting at a table, reading a newspaper, with a cup of cappuccino on the table";
    let girl = "A girl sat on the train, looking out the window with a melancholic expression, her head swaying with the train.";
    for (name, new) in [
        (
            "path_accepted",
            TextToVideo::new("kling-3.0-turbo", girl)
                .with_duration(3)
                .with_resolution(Resolution::P720)
                .with_aspect_ratio(AspectRatio::R9x16)
                .with_external_task_id("my-task-1")
                .with_watermark(false)
                .build(),
        ),
        (
            "path_accepted_image",
            image()
                .with_prompt("The waves begin to move")
                .with_resolution(Resolution::K4)
                .with_duration(15)
                .build(),
        ),
        (
            "accepted",
            LegacyTextToVideo::new(rabbit)
                .with_model_name("kling-v2-6")
                .with_duration(5)
                .with_mode(Mode::Professional)
                .with_sound(true)
                .with_aspect_ratio(AspectRatio::R1x1)
                .build(),
        ),
        (
            "accepted_image2video",
            legacy_image()
                .with_model_name("kling-v2-1")
                .with_prompt("The waves begin to move")
                .with_duration(5)
                .with_external_task_id("my-task-2")
                .build(),
        ),
    ] {
        let fixture = fixture("submit", name);
        let new = new.unwrap();
        assert_eq!(new.endpoint, fixture.endpoint, "{name}");
        let mut expected = fixture.request.body.unwrap();
        // The page's sample has every text that is optional, empty.
        expected.as_object_mut().unwrap().retain(|_, value| value != "");
        assert_eq!(body(Ok(new)), expected, "{name}");
    }
}

#[test]
fn every_word_is_the_pages() {
    let setting = |new: TextToVideo, name: &str| body(new.build())["settings"][name].clone();
    let resolutions: Vec<_> = Resolution::ALL
        .iter()
        .map(|&word| setting(text().with_resolution(word), "resolution"))
        .collect();
    assert_eq!(resolutions, ["720p", "1080p", "4k"]);
    let ratios: Vec<_> = AspectRatio::ALL
        .iter()
        .map(|&word| setting(text().with_aspect_ratio(word), "aspect_ratio"))
        .collect();
    assert_eq!(ratios, ["16:9", "9:16", "1:1"]);
    let words: Vec<_> = Audio::ALL.iter().map(|word| word.as_str()).collect();
    assert_eq!(words, ["native", "original", "off"]);
    let modes: Vec<_> = Mode::ALL
        .iter()
        .map(|&word| body(legacy_text().with_mode(word).build())["mode"].clone())
        .collect();
    assert_eq!(modes, ["std", "pro", "4k"]);
    assert_eq!(format!("{:>7}", Mode::Standard), "    std");
}

#[test]
fn every_movement_of_the_camera_is_the_pages() {
    let written =
        |camera| body(legacy_text().with_camera_control(camera).build())["camera_control"].clone();
    for (camera, word) in [
        (CameraControl::DownBack, "down_back"),
        (CameraControl::ForwardUp, "forward_up"),
        (CameraControl::RightTurnForward, "right_turn_forward"),
        (CameraControl::LeftTurnForward, "left_turn_forward"),
    ] {
        assert_eq!(written(camera), json!({"type": word}));
    }
    for (along, name) in [
        (CameraMove::Horizontal, "horizontal"),
        (CameraMove::Vertical, "vertical"),
        (CameraMove::Pan, "pan"),
        (CameraMove::Tilt, "tilt"),
        (CameraMove::Roll, "roll"),
        (CameraMove::Zoom, "zoom"),
    ] {
        let camera = written(CameraControl::Simple(along, 2.5));
        assert_eq!(camera["type"], "simple");
        let config = camera["config"].as_object().unwrap();
        // All six, of which one is not 0.
        assert_eq!(config.len(), 6);
        for (key, by) in config {
            let expected = if key == name { 2.5 } else { 0.0 };
            assert_eq!(by.as_f64(), Some(expected), "{key}");
        }
    }
    for by in [0.0, -0.0, 10.01, -10.01, f64::NAN, f64::INFINITY] {
        let camera = CameraControl::Simple(CameraMove::Pan, by);
        refused(legacy_text().with_camera_control(camera).build(), "camera_control").unwrap();
    }
    for by in [-10.0, 10.0] {
        let camera = CameraControl::Simple(CameraMove::Pan, by);
        assert!(legacy_text().with_camera_control(camera).build().is_ok());
    }
}

#[test]
fn a_model_that_a_page_names_keeps_to_it() {
    let turbo = || TextToVideo::new("kling-3.0-turbo", "p");
    let older = || TextToVideo::new("kling-2.6", "p");
    let older_turbo = || TextToVideo::new("kling-2.5-turbo", "p");
    for (new, field) in [
        (turbo().with_audio(Audio::Native), "audio"),
        (turbo().with_audio(Audio::Off), "audio"),
        (turbo().with_multi_shot(false), "multi_shot"),
        (turbo().with_resolution(Resolution::K4), "resolution"),
        (turbo().with_duration(2), "duration"),
        (turbo().with_duration(16), "duration"),
        (older().with_audio(Audio::Native), "audio"),
        (older().with_audio(Audio::Native).with_resolution(Resolution::P720), "audio"),
        (older().with_multi_shot(true), "multi_shot"),
        (older().with_resolution(Resolution::K4), "resolution"),
        (older().with_duration(6), "duration"),
        (older_turbo().with_audio(Audio::Off), "audio"),
        (older_turbo().with_duration(11), "duration"),
        (text().with_audio(Audio::Original), "audio"),
        (TextToVideo::new("kling-9", "p").with_duration(0), "duration"),
    ] {
        refused(new.build(), field).unwrap();
    }
    let sounding = older().with_audio(Audio::Native).with_resolution(Resolution::P1080);
    for new in [
        sounding,
        older().with_audio(Audio::Off).with_duration(5),
        older_turbo().with_duration(10),
        turbo().with_duration(3).with_resolution(Resolution::P1080),
        text().with_duration(15),
        // What no page names is Kling's to refuse.
        TextToVideo::new("kling-9", "p")
            .with_duration(60)
            .with_audio(Audio::Native)
            .with_multi_shot(true)
            .with_resolution(Resolution::K4),
    ] {
        assert!(new.build().is_ok(), "{new:?}");
    }
    for (model, resolution, passes) in [
        ("kling-3.0-turbo", None, false),
        ("kling-2.6", None, false),
        ("kling-2.5-turbo", Some(Resolution::P720), false),
        ("kling-2.5-turbo", Some(Resolution::P1080), true),
        ("kling-3.0", None, true),
        ("kling-9", None, true),
    ] {
        let mut new = ImageToVideo::new(model, IMAGE).with_last_frame(IMAGE);
        if let Some(resolution) = resolution {
            new = new.with_resolution(resolution);
        }
        match passes {
            true => drop(new.build().unwrap()),
            false => refused(new.build(), "last_frame").unwrap(),
        }
    }
}

#[test]
fn an_older_model_keeps_to_its_page() {
    for model in ["kling-v1", "kling-v2-1-master", "kling-v2-6"] {
        let new = || legacy_text().with_model_name(model);
        refused(new().with_duration(6).build(), "duration").unwrap();
        assert!(new().with_duration(5).build().is_ok() && new().with_duration(10).build().is_ok());
    }
    // By later ones, and where the model is not told.
    for new in [legacy_text(), legacy_text().with_model_name("kling-v3")] {
        assert!(new.clone().with_duration(3).build().is_ok());
        assert!(new.clone().with_duration(15).build().is_ok());
        refused(new.clone().with_duration(2).build(), "duration").unwrap();
        refused(new.with_duration(16).build(), "duration").unwrap();
    }
    let scaled = |model| legacy_text().with_model_name(model).with_cfg_scale(0.5).build();
    assert!(scaled("kling-v1-6").is_ok() && scaled("kling-v3").is_ok());
    refused(scaled("kling-v2-1"), "cfg_scale").unwrap();
    for scale in [-0.01, 1.01, f64::NAN, f64::INFINITY] {
        refused(legacy_text().with_cfg_scale(scale).build(), "cfg_scale").unwrap();
    }
    let both = legacy_image().with_image_tail(IMAGE).with_camera_control(CameraControl::DownBack);
    refused(both.build(), "image_tail").unwrap();
}

#[test]
fn what_is_no_image_is_refused() {
    for url in [
        "",
        " ",
        "me.png",
        "/srv/me.png",
        "C:\\me.png",
        "https://",
        "https://example.com/a b.png",
        "https://example.com/a.png\n",
        "file:///me.png",
        "data:image/png;base64,aGVsbG8=",
        "aGVsbG8",
        "ftp://example.com/me.png?signature=SECRET",
    ] {
        refused(ImageToVideo::new("kling-3.0", url).build(), "first_frame").unwrap();
        refused(image().with_last_frame(url).build(), "last_frame").unwrap();
        refused(LegacyImageToVideo::new(url).build(), "image").unwrap();
        refused(LegacyImageToVideo::ending_with(url).build(), "image_tail").unwrap();
    }
    // It says what to leave out.
    let data = ImageToVideo::new("kling-3.0", "data:image/png;base64,aGVsbG8=").build();
    assert!(data.unwrap_err().to_string().contains("behind the comma"));
    for url in ["aGVsbG8=", "HTTPS://example.com:8443/a.png?x=y", "http://example.com/a.png"] {
        assert!(ImageToVideo::new("kling-3.0", url).build().is_ok(), "{url}");
        assert!(LegacyImageToVideo::new(url).build().is_ok(), "{url}");
    }
}

#[test]
fn what_is_no_callback_url_and_no_external_id_is_refused() {
    for url in
        ["", "example.com", "ftp://example.com/hook?token=SECRET", "https:///hook", "https://a b"]
    {
        refused(text().with_callback_url(url).build(), "callback_url").unwrap();
        refused(image().with_callback_url(url).build(), "callback_url").unwrap();
        refused(legacy_text().with_callback_url(url).build(), "callback_url").unwrap();
        refused(legacy_image().with_callback_url(url).build(), "callback_url").unwrap();
    }
    for id in ["", " ", "a,b"] {
        refused(text().with_external_task_id(id).build(), "external_task_id").unwrap();
        refused(legacy_text().with_external_task_id(id).build(), "external_task_id").unwrap();
    }
}

#[test]
fn a_blank_model_or_prompt_is_refused() {
    for blank in ["", " ", "\n\t"] {
        refused(TextToVideo::new(blank, "p").build(), "model").unwrap();
        refused(TextToVideo::new("kling-3.0", blank).build(), "prompt").unwrap();
        refused(image().with_prompt(blank).build(), "prompt").unwrap();
        refused(LegacyTextToVideo::new(blank).build(), "prompt").unwrap();
        refused(legacy_image().with_prompt(blank).build(), "prompt").unwrap();
        refused(legacy_text().with_model_name(blank).build(), "model_name").unwrap();
        refused(legacy_text().with_negative_prompt(blank).build(), "negative_prompt").unwrap();
    }
    for model in ["..", "a/b", "a\nb"] {
        refused(TextToVideo::new(model, "p").build(), "model").unwrap();
        refused(ImageToVideo::new(model, IMAGE).build(), "model").unwrap();
    }
}

#[test]
fn debug_shows_no_url_of_the_callers() {
    let secret = "https://example.com/a.png?signature=SECRET";
    let shown = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        TextToVideo::new("m", format!("like {secret}")).with_callback_url(secret),
        ImageToVideo::new("m", secret).with_last_frame(secret).with_prompt(secret),
        LegacyTextToVideo::new(format!("like {secret}")).with_callback_url(secret),
        LegacyImageToVideo::new(secret).with_image_tail(secret).with_prompt(secret),
        LegacyImageToVideo::ending_with(secret),
    );
    assert!(!shown.contains("SECRET"), "{shown}");
}

proptest! {
    #[test]
    fn a_prompt_has_a_most_of_characters(
        length in prop_oneof![2490_usize..2510, 3065_usize..3080, 1_usize..4000],
        letter in prop_oneof![Just('a'), Just('雪')],
    ) {
        let prompt: String = std::iter::repeat_n(letter, length).collect();
        for (built, most) in [
            (TextToVideo::new("kling-3.0", &prompt).build(), 3072),
            (TextToVideo::new("kling-3.0-turbo", &prompt).build(), 3072),
            (TextToVideo::new("kling-2.6", &prompt).build(), 2500),
            (TextToVideo::new("kling-9", &prompt).build(), 3072),
            (ImageToVideo::new("kling-3.0-turbo", IMAGE).with_prompt(&prompt).build(), 2500),
            (ImageToVideo::new("kling-3.0", IMAGE).with_prompt(&prompt).build(), 3072),
            (LegacyTextToVideo::new(&prompt).build(), 2500),
            (LegacyImageToVideo::new(IMAGE).with_prompt(&prompt).build(), 2500),
        ] {
            if length > most {
                refused(built, "prompt")?;
            } else {
                prop_assert!(built.unwrap().body.contains(&prompt));
            }
        }
        let negative = legacy_text().with_negative_prompt(&prompt).build();
        if length > 2500 {
            refused(negative, "negative_prompt")?;
        } else {
            prop_assert_eq!(&body(negative)["negative_prompt"], &json!(prompt));
        }
    }

    #[test]
    fn any_text_of_the_callers_is_written_or_refused(
        prompt in "\\PC{0,40}",
        model in "\\PC{0,20}",
        id in "\\PC{0,20}",
    ) {
        let new = TextToVideo::new(&model, &prompt).with_external_task_id(&id).build();
        if let Ok(new) = new {
            prop_assert_eq!(new.endpoint.as_deref(), Some(&*format!("text-to-video/{model}")));
            let body = body(Ok(new.clone()));
            prop_assert_eq!(&body["prompt"], &json!(prompt));
            prop_assert_eq!(&body["options"]["external_task_id"], &json!(id));
            // What builds can be sent.
            prop_assert!(provider().submit(&new).is_ok());
        }
        let new = LegacyTextToVideo::new(&prompt).with_model_name(&model).build();
        if let Ok(new) = new {
            prop_assert_eq!(&body(Ok(new))["model_name"], &json!(model));
        }
    }
}
