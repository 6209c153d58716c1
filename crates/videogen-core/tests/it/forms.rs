//! Forms with files, read again by a parser that knows only the rules of the format.

use proptest::collection::vec;
use proptest::prelude::*;
use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderValue};
use videogen_core::multipart::{self, FilePart};
use videogen_core::stream::PublicAddressesOnly;
use videogen_core::{Call, ExchangeTimeout, post_form, put_file};
use videogen_testkit::{ScriptedTransport, json};

use crate::{base_url, seconds};

/// The parts of a form: head and bytes of each.
fn parts(content_type: &str, body: &[u8]) -> Vec<(String, Vec<u8>)> {
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let text = String::from_utf8_lossy(body);
    assert!(text.starts_with(&format!("--{boundary}\r\n")) || text.starts_with("--"), "{text}");
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    // The first delimiter has no line before it.
    let mut rest = [b"\r\n", body].concat();
    let mut found = Vec::new();
    loop {
        let at = rest.windows(delimiter.len()).position(|it| it == delimiter).unwrap();
        found.push(rest[..at].to_vec());
        rest = rest[at + delimiter.len()..].to_vec();
        if rest == b"--\r\n" {
            break;
        }
        assert!(rest.starts_with(b"\r\n"));
    }
    found
        .into_iter()
        .skip(1)
        .map(|part| {
            let split = part.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
            let head = String::from_utf8(part[2..split].to_vec()).unwrap();
            (head, part[split + 4..].to_vec())
        })
        .collect()
}

#[test]
fn a_form_is_written_as_browsers_write_it() {
    let file = FilePart::new("video", "my \"best\".mp4", "video/mp4", *b"\0\x01");
    let (content_type, body) = multipart::encode(&[("model", "sync-3")], &[file]).unwrap();
    let parts = parts(content_type.to_str().unwrap(), &body);
    assert_eq!(
        parts,
        [
            ("Content-Disposition: form-data; name=\"model\"".to_owned(), b"sync-3".to_vec()),
            (
                "Content-Disposition: form-data; name=\"video\"; filename=\"my %22best%22.mp4\"\r\nContent-Type: video/mp4"
                    .to_owned(),
                b"\0\x01".to_vec()
            ),
        ]
    );
}

/// The time limit of an exchange with a file of this length.
fn limit(bytes: usize, timeout: Option<Duration>) -> Option<Duration> {
    let file = FilePart::new("video", "me.mp4", "video/mp4", vec![0; bytes]);
    let key = (AUTHORIZATION, HeaderValue::from_static("Bearer key"));
    let request = post_form(&base_url(), "/generate", key, &[], &[file]).unwrap();
    let transport = ScriptedTransport::new().then(json(200, "{}"));
    Call::new(request, |_| Ok(())).send_within(timeout, &transport).unwrap();
    let requests = transport.requests();
    requests[0].extensions().get().map(|&ExchangeTimeout(limit)| limit)
}

#[test]
fn a_long_upload_has_time() {
    assert_eq!(limit(1000, None), None);
    assert_eq!(limit(1000, Some(seconds(60))), Some(seconds(60)));
    assert_eq!(limit(20_000_000, None), Some(seconds(30 + 160)));
    assert_eq!(limit(20_000_000, Some(seconds(60))), Some(seconds(60 + 160)));
}

#[test]
fn a_file_goes_to_public_addresses_unless_the_api_is_there_too() {
    let is_guarded = |url: &str| {
        let request = put_file(&base_url(), url, "video/mp4", Vec::new()).unwrap();
        request.extensions().get::<PublicAddressesOnly>().is_some()
    };
    assert!(is_guarded("https://bucket.example/v.mp4?sig=1"));
    assert!(is_guarded("https://api.example.com:8443/v.mp4"));
    assert!(!is_guarded("https://api.example.com/uploads/v.mp4?sig=1"));
}

#[test]
fn a_header_cannot_be_smuggled_in() {
    for name in ["", "a\r\nX-Evil: 1", "a\0"] {
        multipart::encode(&[(name, "v")], &[]).unwrap_err();
        let file = |name: &str, file_name: &str, content_type: &str| {
            multipart::encode(&[], &[FilePart::new(name, file_name, content_type, *b"")])
        };
        file(name, "f", "t/t").unwrap_err();
        file("n", name, "t/t").unwrap_err();
        file("n", "f", name).unwrap_err();
        file("n", "f", "t/t").unwrap();
    }
}

proptest! {
    /// Whatever is in the values and files, boundaries included, comes out as it went in.
    #[test]
    fn nothing_in_a_form_is_lost(
        values in vec("(videogen-form-[0-2]|--|\r\n|[a-z]){0,8}", 0..4),
        files in vec("(\r\n--videogen-form-[0-3]|--|\r\n|[a-z]){0,8}", 0..4),
    ) {
        let fields: Vec<(&str, &str)> = values.iter().map(|value| ("f", value.as_str())).collect();
        let files: Vec<FilePart> =
            files.iter().map(|file| FilePart::new("n", "f", "t/t", file.as_bytes())).collect();
        prop_assume!(!fields.is_empty() || !files.is_empty());
        let (content_type, body) = multipart::encode(&fields, &files).unwrap();
        let read = parts(content_type.to_str().unwrap(), &body);
        let bytes: Vec<Vec<u8>> = read.into_iter().map(|(_, bytes)| bytes).collect();
        let meant = values.iter().map(|it| it.as_bytes().to_vec());
        let meant: Vec<Vec<u8>> = meant.chain(files.iter().map(|it| it.bytes.clone())).collect();
        prop_assert_eq!(bytes, meant);
    }
}
