//! The wire model survives being written and read, and any bytes.

use proptest::prelude::*;
use videogen_prism::wire::Generation;
use videogen_testkit::{decode, json};

use crate::provider;

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[ -~äß🎬]{0,20}[a-z]")
}

fn generation() -> impl Strategy<Value = Generation> {
    (text(), text(), text(), text(), text(), text(), text(), text()).prop_map(
        |(id, status, template_id, video_url, share_url, created_at, completed_at, error)| {
            let mut generation = Generation::default();
            generation.id = id;
            generation.status = status;
            generation.template_id = template_id;
            generation.video_url = video_url;
            generation.share_url = share_url;
            generation.created_at = created_at;
            generation.completed_at = completed_at;
            generation.error = error;
            generation
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(generation in generation()) {
        let text = serde_json::to_string(&generation).unwrap();
        prop_assert_eq!(serde_json::from_str::<Generation>(&text).unwrap(), generation);
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(status in 100_u16..=599, body: Vec<u8>) {
        drop(decode(&provider(), "gen_abc123", &json(status, body)));
    }

    #[test]
    fn any_words_are_kept(status in "[ -~]{1,30}", error in "[ -~]{0,30}") {
        let body = serde_json::json!({"id": "gen_abc123", "status": status, "error": error});
        let decoded = decode(&provider(), "gen_abc123", &json(200, body.to_string()));
        if let Ok(seen) = decoded {
            prop_assert_eq!(seen.status.raw(), status.as_str());
            let form = serde_json::to_string(&seen).unwrap();
            let said = serde_json::to_string(&error).unwrap();
            prop_assert!(error.trim().is_empty() || form.contains(&said), "{} not in {}", said, form);
        } else {
            prop_assert!(status.trim().is_empty());
        }
    }
}
