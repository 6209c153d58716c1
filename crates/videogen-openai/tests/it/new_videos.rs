//! The typed bodies: what is written for every field, and what is refused.

use proptest::prelude::*;
use serde_json::{Value, json};
use videogen_core::{Error, ErrorKind, NewGeneration, Provider as _};
use videogen_openai::NewVideo;
use videogen_openai::profiles::together::OutputFormat;
use videogen_openai::profiles::{openrouter, together, xai};
use videogen_testkit::{error_chain, shown_request};

use crate::{fixtures, named};

type Built = Result<NewGeneration, Error>;

fn sora() -> NewVideo {
    NewVideo::new("sora-2", "A calico cat playing a piano on stage")
}

fn veo() -> openrouter::NewVideo {
    openrouter::NewVideo::new("google/veo-3.1", "A golden retriever playing fetch on a sunny beach")
}

fn hailuo() -> together::NewVideo {
    together::NewVideo::new(
        "minimax/video-01-director",
        "A serene sunset over the ocean with gentle waves",
    )
}

fn grok() -> xai::NewVideo {
    xai::NewVideo::new("grok-imagine-video", "A glowing rocket launching from red dunes")
}

fn body(built: Built) -> Value {
    serde_json::from_str(&built.unwrap().body).unwrap()
}

/// Names the field, and does not repeat a URL's query.
fn refused(built: Built, field: &str) {
    let error = built.map(|new| new.body).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let shown = error_chain(&error);
    assert!(shown.contains(&format!("`{field}`")), "{shown}");
    assert!(!shown.contains("SECRET"), "{shown}");
}

#[test]
fn every_request() {
    let url = |name: &str| format!("https://example.com/{name}");
    let requests = [
        ("openai", "the least", sora().build()),
        (
            "openai",
            "everything",
            sora().with_seconds(8).with_size("1280x720").with_picture_at(url("a.png")).build(),
        ),
        ("openai", "a picture of the account's", sora().with_picture_file("file_123").build()),
        ("openai", "a picture along", sora().with_picture("a.png", "image/png", *b"PNG").build()),
        (
            "litellm",
            "another model",
            NewVideo::new("veo-3", "p").with_seconds(7).with_size("640x640").build(),
        ),
        ("openrouter", "the least", veo().build()),
        (
            "openrouter",
            "everything",
            veo()
                .with_duration(8)
                .with_resolution("720p")
                .with_aspect_ratio("16:9")
                .with_size("1280x720")
                .with_audio(true)
                .with_seed(7)
                .with_first_frame(url("first.png"))
                .with_last_frame("data:image/png;base64,aGVsbG8=")
                .with_reference(url("style.png"))
                .with_callback_url(url("hook?token=EXAMPLE"))
                .with_vendor_options(
                    "google-vertex",
                    json!({"parameters": {"personGeneration": "allow"}}),
                )
                .with_vendor_options("alibaba", json!({}))
                .build(),
        ),
        ("together", "the least", hailuo().build()),
        (
            "together",
            "everything",
            hailuo()
                .with_dimensions(1366, 768)
                .with_resolution("768P")
                .with_ratio("16:9")
                .with_seconds(6)
                .with_fps(24)
                .with_steps(20)
                .with_guidance_scale(8)
                .with_seed(7)
                .with_output_format(OutputFormat::Webm)
                .with_output_quality(20)
                .with_negative_prompt("people")
                .with_audio(false)
                .with_frame(url("first.png"))
                .with_reference(url("style.png"))
                .build(),
        ),
        ("xai", "the least", grok().build()),
        (
            "xai",
            "everything",
            grok()
                .with_duration(10)
                .with_aspect_ratio("16:9")
                .with_resolution("720p")
                .with_image(url("first.png"))
                .with_reference(url("style.png"))
                .build(),
        ),
    ];
    let shown: Vec<String> = requests
        .into_iter()
        .map(|(provider, what, new)| {
            let call = named(provider).submit(&new.unwrap()).unwrap();
            format!("# {provider}: {what}\n{}", shown_request(call.request()))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn they_write_what_the_fixtures_have() {
    let of = |provider: &str, name: &str| {
        let fixtures = fixtures(provider, "submit");
        fixtures.into_iter().find(|it| it.name == name).unwrap().request.body.unwrap()
    };
    assert_eq!(body(sora().build()), of("openai", "queued"));
    let all = veo().with_duration(8).with_resolution("720p").with_aspect_ratio("16:9");
    assert_eq!(body(all.build()), of("openrouter", "pending"));
    assert_eq!(body(hailuo().with_dimensions(1366, 768).build()), of("together", "in_progress"));
    assert_eq!(body(grok().with_duration(10).build()), of("xai", "accepted"));
}

#[test]
fn soras_limits_are_soras() {
    for seconds in [4, 8, 12, 16, 20] {
        let body = body(sora().with_seconds(seconds).build());
        // Text, as the dialect wants it.
        assert_eq!(body["seconds"], json!(seconds.to_string()));
    }
    for seconds in [0, 1, 5, 10, 24] {
        refused(sora().with_seconds(seconds).build(), "seconds");
    }
    for size in ["720x1280", "1280x720", "1024x1792", "1792x1024", "1080x1920", "1920x1080"] {
        assert_eq!(body(sora().with_size(size).build())["size"], json!(size));
    }
    refused(sora().with_size("640x640").build(), "size");
    refused(NewVideo::new("sora-2-pro", "p").with_seconds(5).build(), "seconds");
    refused(sora().with_picture("a.gif", "image/gif", *b"GIF").build(), "input_reference");
    let unknown = NewVideo::new("tomorrows-model", "p");
    assert!(unknown.clone().with_seconds(5).with_size("640x640").build().is_ok());
    assert!(unknown.clone().with_picture("a.gif", "image/gif", *b"GIF").build().is_ok());
    refused(unknown.clone().with_seconds(0).build(), "seconds");
    for size in ["", "720p", "1280x", "x720", "0x720", "1280x720x3", "-1x2", "+1x2", "1280 x 720"] {
        refused(unknown.clone().with_size(size).build(), "size");
    }
}

#[test]
fn blanks_are_refused() {
    for blank in ["", " ", "\n\t"] {
        refused(NewVideo::new(blank, "p").build(), "model");
        refused(NewVideo::new("m", blank).build(), "prompt");
        refused(openrouter::NewVideo::new(blank, "p").build(), "model");
        refused(openrouter::NewVideo::new("m", blank).build(), "prompt");
        refused(together::NewVideo::new(blank, "p").build(), "model");
        refused(together::NewVideo::new("m", blank).build(), "prompt");
        refused(xai::NewVideo::new(blank, "p").build(), "model");
        refused(xai::NewVideo::new("m", blank).build(), "prompt");
        refused(sora().with_picture_file(blank).build(), "input_reference.file_id");
    }
}

#[test]
fn what_is_no_url_is_refused() {
    for url in [
        "",
        "me.png",
        "/srv/me.png",
        "https://",
        "https://example.com/a b.png",
        "file:///me.png",
        "ftp://example.com/me.png?signature=SECRET",
    ] {
        refused(sora().with_picture_at(url).build(), "input_reference.image_url");
        refused(veo().with_first_frame(url).build(), "frame_images");
        refused(veo().with_reference(url).build(), "input_references");
        refused(hailuo().with_frame(url).build(), "media.frame_images");
        refused(hailuo().with_reference(url).build(), "media.reference_images");
        refused(grok().with_image(url).build(), "image");
        refused(grok().with_reference(url).build(), "reference_images");
    }
    for url in ["", "example.com", "http://example.com/hook?token=SECRET", "https:///hook"] {
        refused(veo().with_callback_url(url).build(), "callback_url");
    }
    let url = "https://example.com/a.png";
    refused(veo().with_first_frame(url).with_first_frame(url).build(), "frame_images");
    refused(veo().with_last_frame(url).with_last_frame(url).build(), "frame_images");
}

#[test]
fn lengths_are_lengths() {
    refused(veo().with_duration(0).build(), "duration");
    refused(grok().with_duration(0).build(), "duration");
    refused(grok().with_duration(16).build(), "duration");
    assert!(grok().with_duration(15).build().is_ok());
    refused(hailuo().with_dimensions(0, 768).build(), "width");
    refused(hailuo().with_dimensions(1366, 0).build(), "height");
    refused(hailuo().with_fps(0).build(), "fps");
    refused(hailuo().with_seconds(0).build(), "seconds");
}

#[test]
fn debug_shows_no_url_of_the_callers() {
    let url = "https://example.com/a.png?signature=SECRET";
    let shown = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        sora().with_picture_at(url),
        veo().with_first_frame(url).with_callback_url(url),
        hailuo().with_frame(url),
        grok().with_image(url),
        NewVideo::new("m", format!("like {url}")),
    );
    assert!(!shown.contains("SECRET"), "{shown}");
}

proptest! {
    /// Whatever the texts are, they arrive as they were given.
    #[test]
    fn texts_are_written_as_they_are(model in "\\PC{0,5}[a-z]", prompt in "(?s).{0,40}[a-z]") {
        let bodies = [
            NewVideo::new(&model, &prompt).build(),
            openrouter::NewVideo::new(&model, &prompt).build(),
            together::NewVideo::new(&model, &prompt).build(),
            xai::NewVideo::new(&model, &prompt).build(),
        ];
        for built in bodies {
            let body = body(built);
            prop_assert_eq!(&body["model"], &json!(model));
            prop_assert_eq!(&body["prompt"], &json!(prompt));
        }
    }
}
