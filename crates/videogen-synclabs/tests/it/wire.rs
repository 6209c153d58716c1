//! The wire model survives being written and read, and any bytes.

use proptest::prelude::*;
use videogen_core::Json;
use videogen_synclabs::wire::Generation;
use videogen_testkit::{decode, json};

use crate::provider;

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[ -~äß🎬]{0,20}[a-z]")
}

/// Numbers that decimal notation writes exactly.
fn number() -> impl Strategy<Value = Option<f64>> {
    proptest::option::of((0_u32..100_000_000).prop_map(|n| f64::from(n) / 4.0))
}

fn any_json() -> impl Strategy<Value = Option<Json>> {
    proptest::option::of(text().prop_map(|text| Json::from(serde_json::json!([{"type": text}]))))
}

prop_compose! {
    fn generation()(
        texts in proptest::array::uniform13(text()),
        output_duration in number(),
        progress_percent in number(),
        input in any_json(),
        segments in any_json(),
        options in any_json(),
    ) -> Generation {
        let [id, created_at, status, model, webhook_url, output_url, segment_output_url,
            output_file_name, error, error_code, error_code_snake, synthesized_audio_url, project_id] = texts;
        let mut g = Generation::default();
        (g.id, g.created_at, g.status, g.model) = (id, created_at, status, model);
        (g.webhook_url, g.output_url) = (webhook_url, output_url);
        (g.segment_output_url, g.output_file_name) = (segment_output_url, output_file_name);
        (g.error, g.error_code, g.error_code_snake) = (error, error_code, error_code_snake);
        (g.synthesized_audio_url, g.project_id) = (synthesized_audio_url, project_id);
        (g.output_duration, g.progress_percent) = (output_duration, progress_percent);
        (g.input, g.segments, g.options) = (input, segments, options);
        g
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(generation in generation()) {
        let text = serde_json::to_string(&generation).unwrap();
        prop_assert_eq!(serde_json::from_str::<Generation>(&text).unwrap(), generation);
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(status in 100_u16..=599, body: Vec<u8>) {
        drop(decode(&provider(), "00000000-0000-4000-8000-000000000001", &json(status, body)));
    }
}
