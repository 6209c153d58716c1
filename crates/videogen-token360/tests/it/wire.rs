//! The wire model survives being written and read, and any bytes.

use proptest::prelude::*;
use videogen_core::Json;
use videogen_testkit::{decode, json};
use videogen_token360::wire::{Content, JobError, Video};

use crate::provider;

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[ -~äß🎬]{0,20}[a-z]")
}

/// Numbers that decimal notation writes exactly.
fn number() -> impl Strategy<Value = Option<f64>> {
    proptest::option::of((0_u32..100_000_000).prop_map(|n| f64::from(n) / 4.0))
}

fn any_json() -> impl Strategy<Value = Option<Json>> {
    proptest::option::of(
        text().prop_map(|text| Json::from(serde_json::json!({"a": text, "b": [1]}))),
    )
}

prop_compose! {
    fn video()(
        texts in proptest::array::uniform9(text()),
        numbers in proptest::array::uniform3(number()),
        times in proptest::array::uniform2(proptest::option::of(0_i64..10_000_000_000)),
        parameters in any_json(),
        response in any_json(),
        last_frame_url in proptest::option::of(text()),
        error in proptest::option::of((text(), text())),
        generate_audio: Option<bool>,
    ) -> Video {
        let [id, object, status, model, prompt, url, video_url, resolution, fileformat] = texts;
        let [duration, progress, frames] = numbers;
        let [created_at, updated_at] = times;
        let mut video = Video::default();
        (video.id, video.object, video.status, video.model) = (id, object, status, model);
        (video.prompt, video.url, video.video_url) = (prompt, url, video_url);
        (video.resolution, video.fileformat) = (resolution, fileformat);
        (video.created_at, video.updated_at, video.duration) = (created_at, updated_at, duration);
        (video.progress, video.frames) = (progress, frames);
        (video.parameters, video.response) = (parameters, response);
        video.generate_audio = generate_audio;
        video.content = last_frame_url.map(|url| {
            let mut content = Content::default();
            content.last_frame_url = url;
            content
        });
        video.error = error.map(|(code, message)| {
            let mut error = JobError::default();
            (error.code, error.message) = (code, message);
            error
        });
        video
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(video in video()) {
        let text = serde_json::to_string(&video).unwrap();
        prop_assert_eq!(serde_json::from_str::<Video>(&text).unwrap(), video);
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(status in 100_u16..=599, body: Vec<u8>) {
        drop(decode(&provider(), "your-video-id", &json(status, body)));
    }
}
