use proptest::prelude::*;
use videogen_core::{ApiKey, OutputUrl, redact};

#[test]
fn a_key_is_shown_by_nothing() {
    let key = ApiKey::new(" sk_live_supersecret\n").unwrap();
    let shown = format!("{key:?} {:?} {:?}", key.bare(), key.bearer().unwrap());
    assert!(!shown.contains("supersecret"), "{shown}");
    assert_eq!(key.bearer().unwrap().as_bytes(), b"Bearer sk_live_supersecret");
    for bad in ["", "  ", "super secret", "supersecret\nx-evil: 1", "süpersecret"] {
        let error = ApiKey::new(bad).unwrap_err();
        assert!(!format!("{error}{error:?}").contains("secret"), "{error}");
    }
}

#[test]
fn a_query_is_recognised_in_whatever_it_stands() {
    for text in [
        r#"{"video_url":"https:\/\/b.example\/v.mp4?X-Amz-Signature=SECRET","x":1}"#,
        "b.s3.amazonaws.com/v.mp4?X-Amz-Signature=SECRET",
        "//b/v?sig=SECRET",
        "see https%3A%2F%2Fb%2Fv%3Fsig%3DSECRET there",
        "https://b/v?a='x'&sig=SECRET",
        "<p>https://b/v?a=1<wbr>&X-Amz-Signature=SECRET</p>",
        "https://b/v?a=1&amp;X-Amz-Signature=SECRET",
        "https://b/v#access_token=SECRET",
        "callback%3Fx%3D1%26token%3DSECRET",
    ] {
        let shown = redact::text(text);
        assert!(!shown.contains("SECRET"), "{text}: {shown}");
        assert_eq!(redact::text(&shown), shown, "{text}");
        let error = videogen_core::Error::new(videogen_core::ErrorKind::InvalidResponse, text);
        assert!(!error.to_string().contains("SECRET"), "{error}");
    }
    // Prose is left alone.
    for text in ["Really? Yes; and 50 % more & so on", "what? a=b", "R&D; 3;4"] {
        assert_eq!(redact::text(text), text);
    }
}

#[test]
fn what_a_provider_says_is_one_printable_line() {
    use videogen_core::{Error, ErrorKind, Failure, FailureClass};
    let evil = "bad\x1b]0;OWNED\x07\x1b[2Jline\nsucceeded example:x";
    let long = "x".repeat(100_000);
    for words in [evil, long.as_str()] {
        let status = crate::WORDS.status(words);
        let failure =
            Failure::new(FailureClass::Unknown, Some(words.to_owned()), Some(words.to_owned()));
        let error = Error::new(ErrorKind::Refused, words)
            .with_provider_words(Some(words.to_owned()), Some(words.to_owned()));
        for shown in [status.to_string(), failure.to_string(), error.to_string()] {
            assert!(!shown.chars().any(char::is_control), "{shown:?}");
            assert!(shown.len() < 5_000, "{} bytes", shown.len());
        }
        assert_eq!(status.raw(), words);
    }
}

#[test]
fn a_file_in_base64_is_not_shown() {
    let line = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAx";
    for file in [line.repeat(9), format!(r"{line}\n{line}\n"), line.to_owned()] {
        let body = format!(r#"{{"done":true,"bytes":"{file}"}}"#);
        let error = videogen_core::Error::new(videogen_core::ErrorKind::InvalidResponse, body);
        let shown = error.to_string();
        assert!(!shown.contains("QUJD"), "{shown}");
        assert!(shown.contains(r#"{"done":true,"bytes":"<redacted>"#), "{shown}");
    }
    // Hashes and paths are no files.
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let path =
        "projects/my-project/locations/us-central1/publishers/google/models/veo-3.1-generate-001";
    for text in [hash, path] {
        let error = videogen_core::Error::new(videogen_core::ErrorKind::InvalidResponse, text);
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn a_url_keeps_no_secret_whatever_it_begins_with() {
    for url in [
        "//user:SECRET@b.example/v.mp4",
        "///user:SECRET@b.example/v.mp4",
        "\\\\user:SECRET@b.example\\v.mp4",
        "https:/user:SECRET@b.example/v.mp4",
        "https:\\\\user:SECRET@b.example/v.mp4",
        "https://user:SECRET@b.example\\v.mp4@c",
        "user:SECRET@b.example/v.mp4",
        // What looks like a scheme is in the query.
        "/b.example/v.mp4?sig=SECRET&next=https://c.example/",
        "//user:SECRET@b.example/v.mp4?next=https://c.example/",
    ] {
        let shown = redact::url(url);
        assert!(!shown.contains("SECRET") && shown.contains("b.example"), "{url}: {shown}");
        assert_eq!(redact::url(&shown), shown, "{url}");
    }
    for url in ["/@user/v.mp4", "https://b.example/@user/v.mp4", "//b.example/a:b/v.mp4"] {
        assert_eq!(redact::url(url), url);
    }
}

proptest! {
    #[test]
    fn no_query_survives(
        before in "([a-z ]{0,9} )?",
        scheme in "https?://|https?:\\\\/\\\\/",
        host in "[a-z]{1,8}\\.example",
        path in "(/[a-z0-9]{0,6}){0,3}",
        user in prop::option::of("USER[0-9]{6}:PASS[0-9]{6}"),
        secret in "SECRET[a-zA-Z0-9%=&/?:@.+~-]{0,30}",
        mark in "[?#]",
        after in "([ \"'<>].{0,10})?",
    ) {
        let user = user.map(|user| user + "@").unwrap_or_default();
        let url = format!("{scheme}{user}{host}{path}{mark}{secret}");
        for shown in [
            redact::text(&format!("{before}{url}{after}")).into_owned(),
            redact::url(&url),
            format!("{} {:?}", OutputUrl::new(url.clone()), OutputUrl::new(url.clone())),
        ] {
            prop_assert!(!shown.contains("SECRET") && !shown.contains("PASS"), "{}", shown);
            prop_assert!(shown.contains(&host));
            prop_assert_eq!(redact::text(&shown).into_owned(), shown);
        }
    }

    #[test]
    fn no_user_survives_without_a_scheme(
        mark in r"//|\\/\\/",
        rest in "(/[a-z]{0,6}){0,2}",
        after in "([ \"<>].{0,10})?",
    ) {
        let url = format!("{mark}user:SECRET@b.example{rest}");
        for shown in [redact::text(&format!("to {url}{after}")).into_owned(), redact::url(&url)] {
            prop_assert!(!shown.contains("SECRET") && shown.contains("b.example"), "{}", shown);
        }
    }

    #[test]
    fn text_without_a_url_is_left_alone(text in "[^:?&;%@]{0,60}") {
        prop_assert_eq!(redact::text(&text), text.as_str());
    }
}
