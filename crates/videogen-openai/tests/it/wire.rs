//! The wire models survive being written and read.

use proptest::prelude::*;
use videogen_core::Json;
use videogen_openai::wire::{
    ApiError, Deleted, ErrorEnvelope, ErrorMetadata, Info, JobError, MadeVideo, Outputs, Usage,
    Video, VideoList,
};

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[ -~äß🎬]{0,20}[a-z]")
}

/// Numbers that decimal notation writes exactly.
fn number() -> impl Strategy<Value = Option<f64>> {
    proptest::option::of((0_u32..100_000_000).prop_map(|n| f64::from(n) / 4.0))
}

fn urls() -> impl Strategy<Value = Option<Vec<String>>> {
    proptest::option::of(proptest::collection::vec("https://[a-z]{1,9}\\.example/v", 0..3))
}

fn any_json() -> impl Strategy<Value = Option<Json>> {
    proptest::option::of(
        text().prop_map(|text| Json::from(serde_json::json!({"a": text, "b": [1]}))),
    )
}

prop_compose! {
    fn video()(
        texts in proptest::collection::vec(text(), 14),
        times in proptest::array::uniform5(proptest::option::of(0_i64..10_000_000_000)),
        progress in number(),
        (unsigned_urls, urls) in (urls(), urls()),
        made in proptest::option::of((text(), number(), any::<Option<bool>>())),
        outputs in proptest::option::of((number(), text())),
        usage in proptest::option::of((number(), any::<Option<bool>>(), number(), number())),
        error in proptest::option::of((text(), text())),
        info in proptest::option::of((text(), text())),
        (inputs, metadata) in (any_json(), any_json()),
    ) -> Video {
        let mut texts = texts.into_iter();
        let mut text = || texts.next().flatten();
        let mut video = Video::default();
        (video.id, video.request_id, video.task_id, video.object) = (text(), text(), text(), text());
        (video.polling_url, video.status, video.model) = (text(), text(), text());
        (video.prompt, video.seconds, video.size, video.quality) = (text(), text(), text(), text());
        (video.remixed_from_video_id, video.generation_id) = (text(), text());
        [video.created_at, video.claimed_at, video.completed_at, video.done_at, video.expires_at] = times;
        video.progress = progress;
        (video.unsigned_urls, video.urls) = (unsigned_urls, urls);
        video.video = made.map(|(url, duration, flag)| {
            let mut made = MadeVideo::default();
            (made.url, made.duration, made.respect_moderation) = (url, duration, flag);
            made
        });
        video.outputs = outputs.map(|(cost, url)| {
            let mut outputs = Outputs::default();
            (outputs.cost, outputs.video_url) = (cost, url);
            outputs
        });
        video.usage = usage.map(|(cost, is_byok, ticks, seconds)| {
            let mut usage = Usage::default();
            (usage.cost, usage.is_byok) = (cost, is_byok);
            (usage.cost_in_usd_ticks, usage.duration_seconds) = (ticks, seconds);
            usage
        });
        video.error = error.map(|(code, message)| {
            let mut error = JobError::default();
            (error.code, error.message) = (code, message);
            error
        });
        video.info = info.map(|(user_id, errors)| {
            let mut info = Info::default();
            (info.user_id, info.errors) = (user_id, errors);
            info
        });
        (video.inputs, video.metadata) = (inputs, metadata);
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
    fn errors_too(
        (message, kind, param, code) in (text(), text(), text(), text()),
        reasons in proptest::option::of(proptest::collection::vec("[a-z]{1,9}", 0..3)),
        (outer_code, outer_message, detail, provider_name) in (text(), text(), text(), text()),
    ) {
        let mut metadata = ErrorMetadata::default();
        (metadata.reasons, metadata.provider_name) = (reasons, provider_name);
        let mut error = ApiError::default();
        (error.message, error.kind, error.param, error.code) = (message, kind, param, code);
        error.metadata = Some(metadata);
        let mut envelope = ErrorEnvelope::default();
        envelope.error = Some(error);
        (envelope.code, envelope.message, envelope.detail) = (outer_code, outer_message, detail);
        let text = serde_json::to_string(&envelope).unwrap();
        prop_assert_eq!(serde_json::from_str::<ErrorEnvelope>(&text).unwrap(), envelope);
    }
}

#[test]
fn lists_and_deletions_are_written_as_the_reference_prints_them() {
    let mut deleted = Deleted::default();
    deleted.id = Some("id".to_owned());
    deleted.deleted = Some(true);
    deleted.object = Some("video.deleted".to_owned());
    assert_eq!(
        serde_json::to_string(&deleted).unwrap(),
        r#"{"id":"id","deleted":true,"object":"video.deleted"}"#
    );
    let list: VideoList =
        serde_json::from_str(r#"{"object":"list","data":[{"id":"v"}],"has_more":false}"#).unwrap();
    assert_eq!(
        serde_json::to_string(&list).unwrap(),
        r#"{"object":"list","data":[{"id":"v"}],"first_id":null,"last_id":null,"has_more":false}"#
    );
}

#[test]
fn debug_shows_no_query_of_a_url() {
    let mut video = Video::default();
    let secret = || Some("https://b.example/v.mp4?signature=SECRET".to_owned());
    (video.polling_url, video.prompt) = (secret(), secret());
    video.urls = Some(vec![secret().unwrap()]);
    video.unsigned_urls = Some(vec![secret().unwrap()]);
    let mut made = MadeVideo::default();
    made.url = secret();
    video.video = Some(made);
    let mut outputs = Outputs::default();
    outputs.video_url = secret();
    video.outputs = Some(outputs);
    let mut error = JobError::default();
    error.message = secret();
    video.error = Some(error);
    let shown = format!("{video:?}");
    assert!(shown.contains("b.example") && !shown.contains("SECRET"), "{shown}");
}
