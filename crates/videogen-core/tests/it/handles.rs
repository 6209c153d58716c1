use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use videogen_core::{BaseUrl, ErrorKind, Handle, path};

use crate::{base_url, handle};

#[test]
fn the_json_form_is_this() {
    let handle = handle()
        .submitted_at(UNIX_EPOCH + Duration::from_millis(1_772_107_200_123))
        .with_context("model", "swift-2");
    insta::assert_snapshot!(serde_json::to_string(&handle).unwrap(), @r#"{"v":1,"provider":"example","base_url":"https://api.example.com/v1","id":"g1","submitted_at":"2026-02-26T12:00:00.123Z","context":{"model":"swift-2"}}"#);
    assert_eq!(handle.to_string(), "example:g1");
}

#[test]
fn a_form_of_tomorrow_is_read_or_refused_with_a_reason() {
    let with_more = r#"{"v":1,"provider":"p","base_url":"https://h/v1","id":"g","colour":"blue"}"#;
    assert!(serde_json::from_str::<Handle>(with_more).is_ok());
    let newer = r#"{"v":2,"provider":"p","base_url":"https://h/v1","id":"g"}"#;
    let error = serde_json::from_str::<Handle>(newer).unwrap_err().to_string();
    assert!(error.contains("newer videogen"), "{error}");
    for broken in [
        r#"{"v":1,"provider":"\u001b[31mp","base_url":"https://h/v1","id":"g"}"#,
        r#"{"v":1,"provider":"","base_url":"https://h/v1","id":"g"}"#,
        r#"{"v":1,"provider":"p","base_url":"https://h/v1","id":"g","submitted_at":"yesterday"}"#,
    ] {
        assert!(serde_json::from_str::<Handle>(broken).is_err(), "{broken}");
    }
    let hostile = r#"{"v":1,"provider":"p","base_url":"https://h/v1","id":"../x"}"#;
    assert!(serde_json::from_str::<Handle>(hostile).is_err());
}

#[test]
fn a_handle_is_refused_elsewhere() {
    let error = handle().check("example", &BaseUrl::parse("https://evil.example/v1").unwrap());
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignHandle);
    insta::assert_snapshot!(error, @"example:g1: the generation was made at https://api.example.com/v1, and the provider is configured for https://evil.example/v1; nothing was sent; configure the base URL where the generation was made if you trust it with your key");
    assert!(handle().check("other", &base_url()).is_err());
    assert!(handle().check("example", &base_url()).is_ok());
}

#[test]
fn base_urls_are_compared_as_what_they_mean() {
    let same = [
        "https://api.example.com/v1",
        "https://API.example.com:443/v1/",
        " HTTPS://api.example.com/v1 ",
    ];
    for text in same {
        assert_eq!(BaseUrl::parse(text).unwrap(), base_url(), "{text}");
    }
    for text in [
        "",
        "api.example.com",
        "ftp://api.example.com",
        "https://",
        "https:///v1",
        "http://api.example.com",
        "https://user:pass@api.example.com",
        "https://api.example.com?x=1",
        "https://api.example.com/#x",
        "https://api.example.com/../x",
        "https://api example.com",
        "http://127.0.0.1.evil.example",
        "https://api.example.com:99999/v1",
        "https://api.example.com:/v1",
        "https://api.example.com:443x/v1",
    ] {
        let error = BaseUrl::parse(text).expect_err(text);
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{text}");
        assert!(!error.to_string().contains("pass"), "{error}");
    }
    for text in ["http://localhost:4010", "http://127.0.0.1:1/api", "http://[::1]:8080/v1"] {
        assert_eq!(BaseUrl::parse(text).expect(text).as_str(), text);
    }
    assert!(BaseUrl::parse_allowing_plaintext("http://emulator:8080/v1").is_ok());
}

proptest! {
    #[test]
    fn an_id_is_one_segment_or_refused(id in "\\PC{0,40}|[./\\\\?#%&=:@ a]{0,12}") {
        match path::encode_segment(&id) {
            Ok(segment) => {
                prop_assert!(segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)), "{}", segment);
                prop_assert!(segment != "." && segment != "..");
                let decoded = percent_encoding::percent_decode_str(&segment).decode_utf8().unwrap();
                prop_assert_eq!(decoded.as_ref(), id.as_str());
                let uri = base_url().join(&format!("/generations/{segment}")).unwrap();
                prop_assert_eq!(uri.path(), format!("/v1/generations/{segment}"));
                prop_assert_eq!(uri.query(), None);
            }
            Err(_) => prop_assert!(
                id.trim().is_empty() || id.chars().any(char::is_control) || id.contains('.')
            ),
        }
    }

    #[test]
    fn a_handle_survives_its_json_form(id in "[a-zA-Z0-9 _/:ü-]{1,40}", ms in prop::option::of(0_u64..4_000_000_000_000)) {
        prop_assume!(!id.trim().is_empty());
        let mut handle = Handle::new("example", &base_url(), &id).unwrap();
        if let Some(ms) = ms {
            handle = handle.submitted_at(UNIX_EPOCH + Duration::from_millis(ms));
            prop_assert_eq!(handle.submission_time(), Some(UNIX_EPOCH + Duration::from_millis(ms)));
        }
        let text = serde_json::to_string(&handle).unwrap();
        prop_assert_eq!(serde_json::from_str::<Handle>(&text).unwrap(), handle.clone());
        let shown = handle.to_string();
        prop_assert_eq!(Handle::split_text(&shown).unwrap(), ("example", id.as_str()));
    }
}

#[test]
fn an_id_may_be_a_path() {
    let handle = Handle::new_path("example", &base_url(), "text2video/a b").unwrap();
    assert_eq!(handle.id_path(), "text2video/a%20b");
    assert_eq!(handle.to_string(), "example:text2video/a b");
    let text = serde_json::to_string(&handle).unwrap();
    assert_eq!(serde_json::from_str::<Handle>(&text).unwrap(), handle);
    for id in ["", "/", "a/", "/a", "a//b", "a/../b", "./a", "a/ /b"] {
        assert!(Handle::new_path("example", &base_url(), id).is_err(), "{id:?}");
    }
}
