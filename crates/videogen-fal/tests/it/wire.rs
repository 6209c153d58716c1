//! The wire models survive being written and read, and any bytes.

use proptest::prelude::*;
use videogen_core::{Json, Provider as _, StatusQuery};
use videogen_fal::wire::{
    Detail, ErrorBody, ErrorDetail, File, LogLine, Metrics, ModelOutput, QueueStatus, WebhookBody,
};
use videogen_testkit::json;

use crate::{handle, provider};

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[ -~äß🎬]{0,20}[a-z]")
}

/// Numbers that decimal notation writes exactly.
fn number() -> impl Strategy<Value = Option<f64>> {
    proptest::option::of((0_u32..100_000_000).prop_map(|n| f64::from(n) / 4.0))
}

fn integer() -> impl Strategy<Value = Option<i64>> {
    proptest::option::of(0_i64..1_000_000_000)
}

fn any_json() -> impl Strategy<Value = Option<Json>> {
    proptest::option::of(
        text().prop_map(|text| Json::from(serde_json::json!({"a": text, "b": [1]}))),
    )
}

prop_compose! {
    fn file()(
        [url, content_type, file_name] in proptest::array::uniform3(text()),
        [file_size, width, height] in proptest::array::uniform3(integer()),
        duration in number(),
    ) -> File {
        let mut file = File::default();
        (file.url, file.content_type, file.file_name) = (url, content_type, file_name);
        (file.file_size, file.width, file.height) = (file_size, width, height);
        file.duration = duration;
        file
    }
}

prop_compose! {
    fn output()(
        [video, image, audio, audio_url] in proptest::array::uniform4(proptest::option::of(file())),
        videos in prop::collection::vec(file(), 0..3),
        images in prop::collection::vec(file(), 0..3),
        prompt in text(),
        [seed, flags, response] in proptest::array::uniform3(any_json()),
    ) -> ModelOutput {
        let mut output = ModelOutput::default();
        (output.video, output.image, output.audio, output.audio_url) =
            (video, image, audio, audio_url);
        (output.videos, output.images, output.prompt) = (videos, images, prompt);
        (output.seed, output.has_nsfw_concepts, output.response) = (seed, flags, response);
        output
    }
}

prop_compose! {
    fn queue()(
        texts in proptest::array::uniform8(text()),
        queue_position in integer(),
        logs in any_json(),
        inference_time in proptest::option::of(number()),
    ) -> QueueStatus {
        let [status, request_id, gateway, response, url, cancel, error, error_type] = texts;
        let mut queue = QueueStatus::default();
        (queue.status, queue.request_id, queue.gateway_request_id) = (status, request_id, gateway);
        (queue.response_url, queue.status_url, queue.cancel_url) = (response, url, cancel);
        (queue.error, queue.error_type) = (error, error_type);
        (queue.queue_position, queue.logs) = (queue_position, logs);
        queue.metrics = inference_time.map(|time| {
            let mut metrics = Metrics::default();
            metrics.inference_time = time;
            metrics
        });
        queue
    }
}

prop_compose! {
    fn error_detail()(
        [msg, kind, url] in proptest::array::uniform3(text()),
        [loc, ctx, input] in proptest::array::uniform3(any_json()),
    ) -> ErrorDetail {
        let mut detail = ErrorDetail::default();
        (detail.msg, detail.kind, detail.url) = (msg, kind, url);
        (detail.loc, detail.ctx, detail.input) = (loc, ctx, input);
        detail
    }
}

prop_compose! {
    fn error_body()(
        detail in proptest::option::of(prop_oneof![
            "[ -~]{0,20}[a-z]".prop_map(Detail::Text),
            prop::collection::vec(error_detail(), 1..3).prop_map(Detail::List),
        ]),
        [error_type, status] in proptest::array::uniform2(text()),
    ) -> ErrorBody {
        let mut body = ErrorBody::default();
        (body.detail, body.error_type, body.status) = (detail, error_type, status);
        body
    }
}

prop_compose! {
    fn webhook()(
        [request_id, gateway, status, error, payload_error] in proptest::array::uniform5(text()),
        payload in any_json(),
    ) -> WebhookBody {
        let mut body = WebhookBody::default();
        (body.request_id, body.gateway_request_id, body.status) = (request_id, gateway, status);
        (body.error, body.payload_error, body.payload) = (error, payload_error, payload);
        body
    }
}

fn survives<T>(value: &T) -> Result<(), TestCaseError>
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let text = serde_json::to_string(value).unwrap();
    prop_assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value);
    Ok(())
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        queue in queue(),
        output in output(),
        error in error_body(),
        webhook in webhook(),
        [message, level, source, timestamp] in proptest::array::uniform4(text()),
    ) {
        survives(&queue)?;
        survives(&output)?;
        survives(&error)?;
        survives(&webhook)?;
        let mut line = LogLine::default();
        (line.message, line.level, line.source, line.timestamp) = (message, level, source, timestamp);
        survives(&line)?;
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(status in 100_u16..=599, body: Vec<u8>) {
        let call = provider().status(&handle(), StatusQuery::Plain).unwrap();
        drop(call.decode(&json(status, body)));
    }
}
