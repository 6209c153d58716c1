//! A webhook names an operation, and that is all that is taken from it.

use proptest::prelude::*;
use videogen_core::webhook::{Hint, MAX_WEBHOOK_BYTES};
use videogen_core::{Error, ErrorKind, Provider as _, StatusQuery};
use videogen_testkit::error_chain;
use videogen_veo::webhook;

use crate::{OPERATION, gemini, vertex};

fn hint(body: impl AsRef<[u8]>) -> Result<Hint, Error> {
    webhook::hint(&gemini(), body.as_ref())
}

fn event(data: &str) -> String {
    format!(
        r#"{{"type":"video.generated","version":"v1","timestamp":"2026-06-01T12:00:00Z","data":{data}}}"#
    )
}

#[test]
fn a_webhook_names_a_video() {
    for data in [
        format!(
            r#"{{"id":"{OPERATION}","output_file_uri":"https://generativelanguage.googleapis.com/v1beta/files/x:download?alt=media","file_name":"files/x"}}"#
        ),
        format!(r#"{{"id":"{OPERATION}","user_metadata":{{"order":7}}}}"#),
        format!(r#"{{"id":"{OPERATION}","output_file_uri":null,"file_name":[7]}}"#),
    ] {
        let hint = hint(event(&data)).unwrap();
        assert_eq!(hint.handle(), &gemini().handle(OPERATION).unwrap(), "{data}");
        assert_eq!(hint.deduplication_key(), format!("veo:{OPERATION}"));
    }
}

#[test]
fn a_stranger_gets_no_further_than_a_question_at_the_configured_place() {
    for id in ["https://evil.example/x", "//evil.example/x", "x?y#z", "@evil.example", "ü"] {
        let id = format!("models/m/operations/{id}");
        let Ok(hint) = hint(event(&serde_json::json!({ "id": id }).to_string())) else { continue };
        let call = gemini().status(hint.handle(), StatusQuery::Plain).unwrap();
        let uri = call.request().uri();
        assert_eq!(uri.host(), Some("generativelanguage.googleapis.com"), "{id}");
        assert!(uri.path().starts_with("/v1beta/models/m/operations/"), "{uri}");
        assert_eq!(uri.query(), None);
    }
}

#[test]
fn what_names_no_video_is_refused() {
    let long = vec![b' '; MAX_WEBHOOK_BYTES + 1];
    let other = format!(r#"{{"type":"batch.succeeded","data":{{"id":"{OPERATION}"}}}}"#);
    let untyped = format!(r#"{{"data":{{"id":"{OPERATION}"}}}}"#);
    for (body, what) in [
        (&b""[..], "is empty"),
        (b"null", "is not a JSON object"),
        (b"{\"type\":\"video.generated\"", "is not JSON that can be read"),
        (b"{}", "is about something else"),
        (other.as_bytes(), "is about something else"),
        (untyped.as_bytes(), "is about something else"),
        (event("null").as_bytes(), "names no generation"),
        (event("[]").as_bytes(), "names no generation"),
        (event(r#"{"id":7}"#).as_bytes(), "names no generation"),
        (event(r#"{"id":"video_123"}"#).as_bytes(), "by an id that cannot be one"),
        (event(r#"{"id":"models/../operations/x"}"#).as_bytes(), "by an id that cannot be one"),
        (&long, "1048577 bytes"),
    ] {
        let error = hint(body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidWebhook);
        assert!(error.to_string().contains(what), "{error}");
        assert!(error_chain(&error).len() < 2000);
    }
    // Vertex AI has none, and another form of names.
    let event = event(&format!(r#"{{"id":"{OPERATION}"}}"#));
    assert_eq!(
        webhook::hint(&vertex(), event.as_bytes()).unwrap_err().kind(),
        ErrorKind::InvalidWebhook
    );
}

proptest! {
    #[test]
    fn any_bytes_are_a_hint_or_an_error(body: Vec<u8>, id in "\\PC{0,20}") {
        drop(hint(&body));
        let id = format!("models/{id}/operations/{id}");
        if let Ok(hint) = hint(event(&serde_json::json!({ "id": id }).to_string())) {
            prop_assert_eq!(hint.handle().id(), id);
        }
    }
}
