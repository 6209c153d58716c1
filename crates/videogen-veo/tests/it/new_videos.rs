//! The typed body: what is written for every field, and what is refused.

use proptest::prelude::*;
use serde_json::{Value, json};
use videogen_core::{Error, ErrorKind, NewGeneration, Provider as _};
use videogen_testkit::{error_chain, shown_request};
use videogen_veo::{
    Api, AspectRatio, CompressionQuality, Media, NewVideo, PersonGeneration, ReferenceType,
    ResizeMode, Resolution,
};

use crate::{fixtures, gemini, vertex};

const PREVIEW: &str = "veo-3.1-generate-preview";
const STABLE: &str = "veo-3.1-generate-001";

fn bare(model: &str) -> NewVideo {
    NewVideo::new(model, "A kite over a stormy bay")
}

fn png() -> Media {
    Media::base64("aGVsbG8=", "image/png")
}

/// All that both have.
fn common(new: NewVideo) -> NewVideo {
    new.with_image(png())
        .with_last_frame(Media::base64("d29ybGQ=", "image/jpeg"))
        .with_samples(1)
        .with_duration(8)
        .with_aspect_ratio(AspectRatio::R9x16)
        .with_resolution(Resolution::P1080)
        .with_negative_prompt("walls")
        .with_person_generation(PersonGeneration::AllowAdult)
        .with_prompt_enhanced(false)
        .with_seed(7)
}

fn vertex_only(new: NewVideo) -> NewVideo {
    new.with_audio(true)
        .with_storage("gs://my-bucket/veo/")
        .with_compression_quality(CompressionQuality::Lossless)
        .with_resize_mode(ResizeMode::Crop)
        .with_label("team", "kites")
}

fn gemini_only(new: NewVideo) -> NewVideo {
    new.with_webhook("https://example.com/hooks?token=EXAMPLE").with_user_metadata("order", 7)
}

fn built(new: &NewVideo, api: Api) -> NewGeneration {
    new.build(api).unwrap()
}

fn body(new: &NewVideo, api: Api) -> Value {
    serde_json::from_str(&built(new, api).body).unwrap()
}

/// Names the field, and does not repeat a URL's query.
fn refused(new: &NewVideo, api: Api, field: &str) -> Result<(), TestCaseError> {
    let error: Error = match new.build(api) {
        Err(error) => error,
        Ok(new) => return Err(TestCaseError::fail(format!("{field} passes: {}", new.body))),
    };
    prop_assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let shown = error_chain(&error);
    prop_assert!(shown.contains(field), "{}", shown);
    prop_assert!(!shown.contains("SECRET"), "{}", shown);
    Ok(())
}

#[test]
fn every_request() {
    let extend = |media| bare(PREVIEW).with_video(media);
    let made = "https://generativelanguage.googleapis.com/v1beta/files/abc:download?alt=media";
    let requests = [
        ("gemini, the least", gemini().submit(&built(&bare(PREVIEW), Api::Gemini))),
        ("vertex, the least", vertex().submit(&built(&bare(STABLE), Api::Vertex))),
        (
            "gemini, everything",
            gemini().submit(&built(&gemini_only(common(bare(PREVIEW))), Api::Gemini)),
        ),
        (
            "vertex, everything",
            vertex().submit(&built(&vertex_only(common(bare(STABLE))), Api::Vertex)),
        ),
        (
            "gemini, a video that it made",
            gemini().submit(&built(&extend(Media::made(made)), Api::Gemini)),
        ),
        (
            "gemini, a video",
            gemini().submit(&built(&extend(Media::base64("aGVsbG8=", "video/mp4")), Api::Gemini)),
        ),
        (
            "vertex, a video with a mask",
            vertex().submit(&built(
                &bare("veo-2.0-generate-preview")
                    .with_video(Media::gcs("gs://b/v.mp4", "video/mp4"))
                    .with_mask(Media::gcs("gs://b/m.png", "image/png"), "REMOVE"),
                Api::Vertex,
            )),
        ),
        (
            "vertex, references",
            vertex().submit(&built(
                &bare(STABLE)
                    .with_reference(png(), ReferenceType::Asset)
                    .with_reference(Media::gcs("gs://b/i.webp", "image/webp"), ReferenceType::Asset)
                    .with_duration(8),
                Api::Vertex,
            )),
        ),
        (
            "an image without a prompt",
            vertex().submit(&built(&NewVideo::new(STABLE, " ").with_image(png()), Api::Vertex)),
        ),
    ];
    let shown: Vec<String> = requests
        .into_iter()
        .map(|(what, call)| format!("# {what}\n{}", shown_request(call.unwrap().request())))
        .collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn it_writes_what_the_fixtures_have() {
    let accepted = |veo: videogen_veo::Veo| {
        let fixtures = fixtures(&veo, "submit");
        fixtures.into_iter().find(|it| it.name == "accepted").unwrap().request.body.unwrap()
    };
    let new = bare(PREVIEW)
        .with_aspect_ratio(AspectRatio::R16x9)
        .with_duration(8)
        .with_resolution(Resolution::P1080);
    assert_eq!(body(&new, Api::Gemini), accepted(gemini()));
    let new = bare(STABLE).with_samples(2).with_storage("gs://my-bucket/veo/");
    assert_eq!(body(&new, Api::Vertex), accepted(vertex()));
}

#[test]
fn the_model_is_the_endpoint_and_not_in_the_body() {
    let new = built(&bare(STABLE), Api::Vertex);
    assert_eq!(new.endpoint.as_deref(), Some(STABLE));
    assert!(!new.body.contains(STABLE));
}

#[test]
fn what_the_other_api_has_is_refused_by_name() {
    let [gemini, vertex] = [bare(PREVIEW), bare(STABLE)];
    for (new, field) in [
        (gemini.clone().with_audio(true), "`generateAudio`"),
        (gemini.clone().with_storage("gs://b/"), "`storageUri`"),
        (
            gemini.clone().with_compression_quality(CompressionQuality::Optimized),
            "`compressionQuality`",
        ),
        (gemini.clone().with_resize_mode(ResizeMode::Pad), "`resizeMode`"),
        (gemini.clone().with_label("a", "b"), "`labels`"),
        (gemini.clone().with_mask(png(), "REMOVE"), "`mask`"),
        (gemini.clone().with_image(Media::gcs("gs://b/i.png", "image/png")), "`image`"),
        (gemini.with_reference(png(), ReferenceType::Style), "`referenceImages`"),
    ] {
        refused(&new, Api::Gemini, field).unwrap();
    }
    for (new, field) in [
        (vertex.clone().with_webhook("https://example.com/"), "`webhookConfig.uris`"),
        (vertex.clone().with_user_metadata("a", 1), "`webhookConfig.userMetadata`"),
        (vertex.clone().with_video(Media::made("https://example.com/v?x=SECRET")), "`video`"),
    ] {
        refused(&new, Api::Vertex, field).unwrap();
    }
}

#[test]
fn documented_limits_are_checked() {
    let veo_2 = || bare("veo-2.0-generate-001");
    let asset = |new: NewVideo| new.with_reference(png(), ReferenceType::Asset);
    for (new, api, field) in [
        (NewVideo::new(" ", "x"), Api::Vertex, "the model is blank"),
        (NewVideo::new(STABLE, "\n"), Api::Vertex, "`prompt`"),
        (asset(NewVideo::new(STABLE, "")), Api::Vertex, "`prompt`"),
        (bare(STABLE).with_duration(5), Api::Vertex, "`durationSeconds`"),
        (bare(STABLE).with_duration(0), Api::Vertex, "`durationSeconds`"),
        (veo_2().with_duration(4), Api::Vertex, "`durationSeconds`"),
        (veo_2().with_duration(9), Api::Vertex, "`durationSeconds`"),
        (bare("my-model").with_duration(0), Api::Vertex, "`durationSeconds`"),
        (asset(bare(STABLE)).with_duration(6), Api::Vertex, "`durationSeconds`"),
        (
            bare(PREVIEW).with_resolution(Resolution::P1080).with_duration(4),
            Api::Gemini,
            "`durationSeconds`",
        ),
        (
            bare(PREVIEW).with_resolution(Resolution::K4).with_duration(6),
            Api::Gemini,
            "`durationSeconds`",
        ),
        (veo_2().with_resolution(Resolution::P720), Api::Vertex, "`resolution`"),
        (
            bare(PREVIEW)
                .with_video(Media::made("https://e.example/v"))
                .with_resolution(Resolution::K4),
            Api::Gemini,
            "`resolution`",
        ),
        (bare(STABLE).with_samples(0), Api::Vertex, "`sampleCount`"),
        (bare(STABLE).with_samples(5), Api::Vertex, "`sampleCount`"),
        (bare(PREVIEW).with_samples(2), Api::Gemini, "`sampleCount`"),
        (veo_2().with_samples(3), Api::Gemini, "`sampleCount`"),
        (bare(PREVIEW).with_last_frame(png()), Api::Gemini, "`lastFrame`"),
        (bare(STABLE).with_resize_mode(ResizeMode::Pad), Api::Vertex, "`resizeMode`"),
        (asset(asset(asset(asset(bare(STABLE))))), Api::Vertex, "`referenceImages`"),
        (asset(bare(STABLE)).with_image(png()), Api::Vertex, "`image`"),
        (asset(bare(STABLE)).with_last_frame(png()), Api::Vertex, "`lastFrame`"),
        (
            asset(bare(STABLE)).with_video(Media::gcs("gs://b/v", "video/mp4")),
            Api::Vertex,
            "`video`",
        ),
        (
            bare(STABLE).with_reference(png(), ReferenceType::Style),
            Api::Vertex,
            "`referenceImages`",
        ),
        (
            asset(veo_2()).with_reference(png(), ReferenceType::Style),
            Api::Vertex,
            "`referenceImages`",
        ),
        (bare(STABLE).with_storage("https://b.example/?x=SECRET"), Api::Vertex, "`storageUri`"),
        (bare(STABLE).with_storage("gs://"), Api::Vertex, "`storageUri`"),
        (
            bare(PREVIEW).with_webhook("http://e.example/?x=SECRET"),
            Api::Gemini,
            "`webhookConfig.uris`",
        ),
        (bare(PREVIEW).with_webhook("/hooks"), Api::Gemini, "`webhookConfig.uris`"),
        (bare(STABLE).with_image(Media::base64("", "image/png")), Api::Vertex, "`image`"),
        (bare(STABLE).with_image(Media::base64("aGk=", "image/gif")), Api::Vertex, "`image`"),
        (bare(STABLE).with_image(Media::base64("aGk=", "video/mp4")), Api::Vertex, "`image`"),
        (bare(STABLE).with_video(Media::base64("aGk=", "image/png")), Api::Vertex, "`video`"),
        (
            bare(STABLE).with_image(Media::gcs("https://e.example/?x=SECRET", "image/png")),
            Api::Vertex,
            "`image`",
        ),
        (bare(STABLE).with_image(Media::made("https://e.example/")), Api::Vertex, "`image`"),
        (bare(PREVIEW).with_image(Media::made("https://e.example/")), Api::Gemini, "`image`"),
        (
            bare(PREVIEW).with_video(Media::made("http://e.example/?x=SECRET")),
            Api::Gemini,
            "`video`",
        ),
    ] {
        refused(&new, api, field).unwrap();
    }
    for (new, api) in [
        (bare(STABLE).with_duration(6).with_resolution(Resolution::P1080), Api::Vertex),
        (bare(STABLE).with_last_frame(png()), Api::Vertex),
        (veo_2().with_duration(5).with_samples(2), Api::Gemini),
        (veo_2().with_reference(png(), ReferenceType::Style).with_duration(8), Api::Vertex),
        (bare("my-model").with_duration(30), Api::Vertex),
    ] {
        assert!(new.build(api).is_ok(), "{new:?}");
    }
}

#[test]
fn debug_shows_no_input() {
    let shown = format!(
        "{:?} {:?}",
        common(bare(STABLE)).with_webhook("https://e.example/?x=SECRET"),
        Media::made("https://e.example/v?x=SECRET")
    );
    assert!(!shown.contains("aGVsbG8") && !shown.contains("SECRET"), "{shown}");
}

#[test]
fn the_words_are_googles() {
    let words = [
        AspectRatio::ALL.iter().map(ToString::to_string).collect::<Vec<_>>(),
        Resolution::ALL.iter().map(ToString::to_string).collect(),
        PersonGeneration::ALL.iter().map(ToString::to_string).collect(),
        CompressionQuality::ALL.iter().map(ToString::to_string).collect(),
        ResizeMode::ALL.iter().map(ToString::to_string).collect(),
        ReferenceType::ALL.iter().map(ToString::to_string).collect(),
    ];
    assert_eq!(
        json!(words),
        json!([
            ["16:9", "9:16"],
            ["720p", "1080p", "4k"],
            ["allow_all", "allow_adult", "dont_allow", "disallow"],
            ["optimized", "lossless"],
            ["pad", "crop"],
            ["asset", "style"],
        ])
    );
}

proptest! {
    /// What is given is in the body, or refused by name.
    #[test]
    fn numbers_are_sent_or_refused(seconds in 0_u32..12, samples in 0_u32..7, is_gemini: bool) {
        let api = if is_gemini { Api::Gemini } else { Api::Vertex };
        let new = bare(STABLE).with_duration(seconds).with_samples(samples);
        match new.build(api) {
            Ok(new) => {
                let body: Value = serde_json::from_str(&new.body).unwrap();
                prop_assert_eq!(&body["parameters"]["durationSeconds"], &json!(seconds));
                prop_assert_eq!(&body["parameters"]["sampleCount"], &json!(samples));
                prop_assert!([4, 6, 8].contains(&seconds) && (1..=4).contains(&samples));
            }
            Err(error) => {
                let shown = error.to_string();
                prop_assert!(shown.contains("`durationSeconds`") || shown.contains("`sampleCount`"), "{}", shown);
            }
        }
    }
}
