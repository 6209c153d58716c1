//! Token360 signs nothing that is known: a webhook names a video, and that is all that is taken from it.

use proptest::prelude::*;
use videogen_core::webhook::{Hint, MAX_WEBHOOK_BYTES};
use videogen_core::{Error, ErrorKind, Provider as _, StatusQuery};
use videogen_testkit::error_chain;
use videogen_token360::webhook;

use crate::provider;

fn hint(body: impl AsRef<[u8]>) -> Result<Hint, Error> {
    webhook::hint(&provider(), body.as_ref())
}

#[test]
fn a_webhook_names_a_video() {
    for body in [
        r#"{"id":"vid_1","status":"completed"}"#,
        r#"{"video_id":"vid_1","status":"completed","error":null}"#,
        r#"{"data":{"id":"vid_1"}}"#,
        r#"{"data":{"video_id":"vid_1"}}"#,
        // The more exact name counts.
        r#"{"id":"evt_1","video_id":"vid_1"}"#,
        r#"{"id":"evt_1","type":"video.completed","data":{"id":"vid_1"}}"#,
        r#"{"id":"evt_1","data":{"id":"x","video_id":"vid_1"}}"#,
        // Oddities.
        r#"{"id":"vid_1","video_id":null,"data":null}"#,
        r#"{"id":"vid_1","video_id":"","data":[{"id":"vid_2"}]}"#,
        r#"{"id":"vid_1","video_id":7,"data":"vid_2","status":{"deep":[1]}}"#,
        "\u{feff} {\"id\":\"vid_1\"}\n",
    ] {
        let hint = hint(body).unwrap();
        assert_eq!(hint.handle(), &provider().handle("vid_1").unwrap(), "{body}");
        assert_eq!(hint.deduplication_key(), "token360:vid_1");
    }
}

#[test]
fn a_stranger_gets_no_further_than_a_question_at_the_configured_place() {
    for id in ["https://evil.example/x", "//evil.example/x", "x?y#z", "a b/c", "@evil.example", "ü"]
    {
        let body = serde_json::json!({
            "id": id,
            "base_url": "https://evil.example",
            "url": "https://evil.example/v.mp4",
            "status": "completed",
        });
        let hint = hint(body.to_string()).unwrap();
        let call = provider().status(hint.handle(), StatusQuery::Plain).unwrap();
        assert_eq!(call.request().uri().host(), Some("api.token360.ai"), "{id}");
        assert!(call.request().uri().path().starts_with("/v1/videos/"));
        assert_eq!(call.request().uri().query(), None);
        assert!(!format!("{hint:?}").contains("v.mp4"));
    }
}

#[test]
fn what_names_no_video_is_refused() {
    let deep = format!("{}null{}", "{\"data\":".repeat(100_000), "}".repeat(100_000));
    let long_id = format!("{{\"id\":\"{}\"}}", "x".repeat(513));
    let long = vec![b' '; MAX_WEBHOOK_BYTES + 1];
    for (body, what) in [
        (&b""[..], "is empty"),
        (b"null", "is not a JSON object"),
        (b"id=vid_1", "is not a JSON object"),
        (b"{\"id\":\"vid_1\"", "is not JSON that can be read"),
        (b"{\"id\":\"vid_1\",\"id\":\"vid_2\"}", "is not JSON that can be read"),
        (b"{\"id\":\"vid_1\xff\"}", "is not UTF-8"),
        (b"{}", "names no generation"),
        (b"{\"id\":[\"vid_1\"]}", "names no generation"),
        (b"{\"request_id\":\"vid_1\"}", "names no generation"),
        (b"{\"data\":{\"data\":{\"id\":\"vid_1\"}}}", "names no generation"),
        (b"{\"id\":\"../models\"}", "by an id that cannot be one"),
        (b"{\"id\":\"vid\\n1\"}", "by an id that cannot be one"),
        (long_id.as_bytes(), "by an id that cannot be one"),
        (deep.as_bytes(), "names no generation"),
        (&long, "1048577 bytes"),
    ] {
        let error = hint(body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidWebhook);
        assert!(error.to_string().contains(what), "{error}");
        assert!(error_chain(&error).len() < 2000);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_hint_or_an_error(body: Vec<u8>, id in "\\PC{0,20}") {
        drop(hint(&body));
        let body = serde_json::json!({"id": id, "data": {"video_id": id}}).to_string();
        if let Ok(hint) = hint(&body) {
            prop_assert_eq!(hint.handle().id(), id);
        }
    }
}
