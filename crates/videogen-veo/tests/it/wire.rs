//! The wire model survives being written and read, and any bytes.

use proptest::prelude::*;
use videogen_core::Json;
use videogen_testkit::{decode, json};
use videogen_veo::wire::{
    GenerateVideoResponse, Media, Operation, Response, Sample, Status, VertexVideo,
};

use crate::{OPERATION, VERTEX_OPERATION, gemini, vertex};

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[ -~äß🎬]{0,20}[a-z]")
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[ -~äß🎬]{0,20}[a-z]", 0..3)
}

fn any_json() -> impl Strategy<Value = Json> {
    text().prop_map(|text| Json::from(serde_json::json!({"@type": text, "b": [1]})))
}

prop_compose! {
    fn status()(
        code in proptest::option::of(-5_i64..1000),
        message in text(),
        status in text(),
        details in proptest::collection::vec(any_json(), 0..3),
    ) -> Status {
        let mut made = Status::default();
        (made.code, made.message, made.status, made.details) = (code, message, status, details);
        made
    }
}

prop_compose! {
    fn sample()(
        media in proptest::option::of(proptest::array::uniform4(text())),
        encoding in text(),
    ) -> Sample {
        let mut made = Sample::default();
        made.encoding = encoding;
        made.video = media.map(|[uri, encoded_video, video, encoding]| {
            let mut made = Media::default();
            (made.uri, made.encoded_video) = (uri, encoded_video);
            (made.video, made.encoding) = (video, encoding);
            made
        });
        made
    }
}

fn samples() -> impl Strategy<Value = Vec<Sample>> {
    proptest::collection::vec(sample(), 0..3)
}

prop_compose! {
    fn response()(
        kind in text(),
        nested in proptest::option::of((samples(), proptest::option::of(0_i64..9), texts())),
        count in proptest::option::of(0_i64..9),
        reasons in texts(),
        videos in proptest::collection::vec(proptest::array::uniform3(text()), 0..3),
        generated_samples in samples(),
    ) -> Response {
        let mut made = Response::default();
        made.kind = kind;
        made.generate_video_response = nested.map(|(samples, count, reasons)| {
            let mut made = GenerateVideoResponse::default();
            made.generated_samples = samples;
            made.rai_media_filtered_count = count;
            made.rai_media_filtered_reasons = reasons;
            made
        });
        made.rai_media_filtered_count = count;
        made.rai_media_filtered_reasons = reasons;
        made.videos = videos.into_iter().map(|[gcs_uri, bytes, mime_type]| {
            let mut made = VertexVideo::default();
            (made.gcs_uri, made.bytes_base64_encoded, made.mime_type) = (gcs_uri, bytes, mime_type);
            made
        }).collect();
        made.generated_samples = generated_samples;
        made
    }
}

prop_compose! {
    fn operation()(
        name in text(),
        metadata in proptest::option::of(any_json()),
        done: Option<bool>,
        error in proptest::option::of(status()),
        response in proptest::option::of(response()),
    ) -> Operation {
        let mut made = Operation::default();
        (made.name, made.metadata, made.done) = (name, metadata, done);
        (made.error, made.response) = (error, response);
        made
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(operation in operation()) {
        let text = serde_json::to_string(&operation).unwrap();
        prop_assert_eq!(serde_json::from_str::<Operation>(&text).unwrap(), operation);
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(status in 100_u16..=599, body: Vec<u8>) {
        drop(decode(&gemini(), OPERATION, &json(status, body.clone())));
        drop(decode(&vertex(), VERTEX_OPERATION, &json(status, body)));
    }

    /// Whatever the operation says otherwise, its name is enough; and all of it survives the JSON form.
    #[test]
    fn any_operation_is_an_answer(mut operation in operation()) {
        for (veo, id) in [(gemini(), OPERATION), (vertex(), VERTEX_OPERATION)] {
            operation.name = Some(id.to_owned());
            let body = serde_json::to_string(&operation).unwrap();
            let seen = decode(&veo, id, &json(200, body)).unwrap();
            let form = serde_json::to_string(&seen).unwrap();
            let read: videogen_core::Generation = serde_json::from_str(&form).unwrap();
            prop_assert_eq!(read, seen);
        }
    }
}
