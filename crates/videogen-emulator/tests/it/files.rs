//! The files that URLs lead to.

use std::io::Read;

use http::{HeaderMap, Method};
use proptest::prelude::*;
use videogen_core::stream::IdleTimeout;
use videogen_core::{HttpRequest, HttpResponse, OutputKind, Transport};
use videogen_emulator::{
    BodyEnd, Emulator, Framing, InProcess, MIN_FILE_BYTES, OutputFile, ProviderName, Script,
    Streamed, Wire,
};
use videogen_testkit::VirtualClock;

use crate::support::{One, THREE, at, get, json, response, seconds, started};

/// What came of a request for a file.
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl From<Wire> for Got {
    fn from(wire: Wire) -> Self {
        let (head, body) = match wire {
            Wire::Response(response) => response.into_parts(),
            Wire::Streamed(Streamed { head, mut body, framing, end }) => {
                assert_eq!((framing, end), (Framing::Length, BodyEnd::Whole));
                let mut bytes = Vec::new();
                body.read_to_end(&mut bytes).unwrap();
                (head.into_parts().0, bytes)
            }
            other => panic!("no answer: {other:?}"),
        };
        Self { status: head.status.as_u16(), headers: head.headers, body }
    }
}

impl One {
    /// The URL of the video that a status at `s` seconds shows.
    pub(crate) fn url(&mut self, s: f64) -> String {
        let seen = self.seen(s).unwrap();
        seen.succeeded().unwrap().video().unwrap().url.expose().to_owned()
    }

    /// What comes of a `GET` of `url` at `s` seconds, without following redirects.
    pub(crate) fn fetch(&mut self, s: f64, url: &str, headers: &[(&str, &str)]) -> Wire {
        let reply = self.emulator.answer(at(s), &get(url, headers));
        assert_eq!(reply.at, at(s));
        reply.wire
    }

    /// The same, following redirects.
    pub(crate) fn got(&mut self, s: f64, url: &str, headers: &[(&str, &str)]) -> Got {
        let mut url = url.to_owned();
        loop {
            let got = Got::from(self.fetch(s, &url, headers));
            if got.status != 302 {
                return got;
            }
            url = got.header("location").to_owned();
        }
    }

    pub(crate) fn file(&self) -> OutputFile {
        self.emulator.output_file(self.created.provider, &self.created.id).unwrap()
    }

    /// The whole file as it ought to be.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.file().reader().read_to_end(&mut bytes).unwrap();
        bytes
    }
}

/// The top-level boxes of an MP4: where each begins, its name and its size.
fn boxes(file: &OutputFile) -> Vec<(u64, String, u64)> {
    let mut boxes = Vec::new();
    let mut offset = 0;
    while offset < file.len() {
        let mut head = [0; 16];
        assert!(file.read_at(offset, &mut head) >= 8);
        let size = match u32::from_be_bytes(head[..4].try_into().unwrap()) {
            1 => u64::from_be_bytes(head[8..].try_into().unwrap()),
            size => u64::from(size),
        };
        boxes.push((offset, String::from_utf8(head[4..8].to_vec()).unwrap(), size));
        offset += size;
    }
    assert_eq!(offset, file.len(), "the boxes add up");
    boxes
}

fn video(bytes: u64) -> One {
    One::following(Script::new(ProviderName::PRISM).with_file_bytes(bytes))
}

#[test]
fn a_file_is_an_mp4_of_any_length() {
    const GIB: u64 = 1 << 30;
    // Just below and above where the size of `mdat` needs 64 bits.
    let edge = u64::from(u32::MAX) + MIN_FILE_BYTES - 8;
    for length in [MIN_FILE_BYTES, MIN_FILE_BYTES + 1, 1 << 17, GIB, edge, edge + 1, 1 << 40] {
        let file = video(length).file();
        assert_eq!(file.len(), length);
        let names: Vec<_> = boxes(&file).into_iter().map(|(_, name, _)| name).collect();
        assert_eq!(names, ["ftyp", "moov", "mdat"], "{length}");
    }
}

#[test]
fn a_movie_header_fills_its_box() {
    let mut moov = [0; 116];
    let file = video(1 << 20).file();
    let (offset, _, size) = boxes(&file)[1].clone();
    assert_eq!(size, 116);
    file.read_at(offset, &mut moov);
    assert_eq!(moov[4..16], *b"moov\0\0\0\x6cmvhd");
}

#[test]
fn every_place_and_every_generation_has_other_bytes() {
    let mut blocks = std::collections::BTreeSet::new();
    for id in ["one", "two"] {
        let script = Script::new(ProviderName::PRISM).with_id(id).with_file_bytes(1 << 33);
        let file = One::following(script).file();
        // As blocks of 1 MiB are what bytes come from.
        for block in 0..8000 {
            let mut bytes = [0; 16];
            file.read_at(MIN_FILE_BYTES + (block << 20) + 77, &mut bytes);
            blocks.insert(bytes);
        }
    }
    // Chance may make two of 16 000 the same, which begin at one of a million places.
    assert!(blocks.len() > 15_700, "{}", blocks.len());
}

#[test]
fn urls_of_every_provider_lead_to_the_file() {
    for provider in THREE {
        let mut one = One::following(Script::new(provider));
        let url = one.url(0.0);
        let got = one.got(1.0, &url, &[]);
        assert_eq!(got.status, 200, "{provider}");
        assert!(got.body == one.bytes(), "{provider}");
        assert_eq!(got.body.len(), 128 * 1024);
        assert_eq!(got.header("content-type"), "video/mp4");
        assert_eq!(got.header("content-length"), "131072");
        assert_eq!(got.header("accept-ranges"), "bytes");
        assert_eq!(got.header("etag"), one.file().etag());
        assert_eq!(got.header("last-modified"), "Thu, 26 Feb 2026 12:00:00 GMT");
        assert_eq!(got.header("date"), "Thu, 26 Feb 2026 12:00:01 GMT");
    }
}

#[test]
fn sync_labs_own_url_redirects_once_and_without_a_key() {
    let mut one = One::following(Script::new(ProviderName::SYNCLABS));
    let url = one.url(0.0);
    let got = Got::from(one.fetch(0.0, &url, &[]));
    assert_eq!((got.status, got.body.len()), (302, 0));
    let (before, query) = got.header("location").split_once('?').unwrap();
    let id = &one.created.id;
    assert_eq!(before, format!("https://emulator.example/files/synclabs/{id}.mp4"));
    assert!(query.contains("X-Amz-Expires=604800&"), "{query}");
}

#[test]
fn the_other_urls_lead_somewhere_too() {
    let mut script = Script::new(ProviderName::TOKEN360);
    script.last_frame = true;
    for (script, kind, content_type, beginning) in [
        (script, OutputKind::LastFrame, "image/png", &b"\x89PNG\r\n\x1a\n"[..]),
        (
            Script::new(ProviderName::PRISM),
            OutputKind::SharePage,
            "text/html; charset=utf-8",
            b"<!DOCTYPE html>",
        ),
    ] {
        let mut one = One::following(script);
        let seen = one.seen(0.0).unwrap();
        let output = seen.outputs.iter().find(|output| output.kind == kind).unwrap();
        let got = one.got(0.0, output.url.expose(), &[]);
        assert_eq!((got.status, got.header("content-type")), (200, content_type));
        assert!(got.body.starts_with(beginning));
        let fetches = one.emulator.fetches(one.created.provider, &one.created.id).unwrap();
        assert_eq!(fetches.requests, 0, "it is not the video");
    }
}

#[test]
fn head_says_what_get_would() {
    for provider in THREE {
        let mut one = One::following(Script::new(provider));
        let mut url = one.url(0.0);
        if provider == ProviderName::SYNCLABS {
            url = Got::from(one.fetch(0.0, &url, &[])).header("location").to_owned();
        }
        let mut request = get(&url, &[("range", "bytes=0-9")]);
        *request.method_mut() = Method::HEAD;
        let head = response(one.emulator.answer(at(0.0), &request));
        let got = one.got(0.0, &url, &[]);
        assert_eq!((head.status().as_u16(), head.body().len()), (200, 0));
        assert_eq!(*head.headers(), got.headers);
    }
}

#[test]
fn other_methods_are_refused() {
    let mut one = video(1000);
    let mut request = get(&one.url(0.0), &[]);
    *request.method_mut() = Method::PUT;
    let refused = response(one.emulator.answer(at(0.0), &request));
    assert_eq!(refused.status(), 405);
    assert_eq!(refused.headers()["allow"], "GET, HEAD");
}

#[test]
fn there_is_no_file_before_the_end_and_none_of_a_failure() {
    for (script, s) in [
        (r#"{"provider":"prism","running_s":10}"#, 9.0),
        (r#"{"provider":"prism","ends":"failed"}"#, 9.0),
        (r#"{"provider":"prism","id":"another"}"#, 9.0),
    ] {
        let mut one = One::of(script);
        let path = "/files/prism/gen_000001.mp4?X-Amz-Signature=EMULATED";
        let got = one.got(s, path, &[]);
        assert_eq!(got.status, 404, "{script}");
        assert!(String::from_utf8_lossy(&got.body).contains("<Code>NoSuchKey</Code>"));
    }
}

#[test]
fn urls_expire_when_they_say_so() {
    let mut one = One::following(Script::new(ProviderName::PRISM));
    let url = one.url(10.0);
    let seen = one.seen(10.0).unwrap();
    let says = seen.succeeded().unwrap().video().unwrap().expires_at.unwrap();
    assert_eq!(says, started() + seconds(3610.0));
    assert_eq!(one.got(3609.9, &url, &[]).status, 200);
    let late = one.got(3610.0, &url, &[]);
    assert_eq!((late.status, late.header("content-type")), (403, "application/xml"));
    insta::assert_snapshot!(String::from_utf8(late.body).unwrap(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>AccessDenied</Code><Message>Request has expired</Message><RequestId>EMULATED</RequestId><HostId>EMULATED</HostId></Error>
    "#);
    let fresh = one.url(3610.0);
    assert_eq!(one.got(3610.0, &fresh, &[]).status, 200);
}

#[test]
fn a_script_says_for_how_long_urls_are_good_to_the_millisecond() {
    for provider in THREE {
        let script = Script::new(provider).with_url_lifetime(seconds(2.5));
        let mut one = One::following(script);
        let (first, second) = (one.url(0.2), one.url(1.0));
        assert_ne!(first, second, "{provider}");
        assert_eq!(one.got(2.699, &first, &[]).status, 200, "{provider}");
        assert_eq!(one.got(2.7, &first, &[]).status, 403, "{provider}");
        assert_eq!(one.got(2.7, &second, &[]).status, 200, "{provider}");
        let fetches = one.emulator.fetches(provider, &one.created.id).unwrap();
        assert_eq!(fetches.refused, 1, "{provider}");
    }
}

#[test]
fn a_signature_that_was_never_given_out_opens_nothing() {
    for provider in THREE {
        let mut one = One::following(Script::new(provider).with_url_lifetime(seconds(60.0)));
        let url = one.url(0.0);
        let (path, _) = url.split_once('?').unwrap();
        for query in ["", "?signature=EMULATE", "?signature=EMULATED.x.y", "?token=1", "?token="] {
            let got = one.got(0.0, &format!("{path}{query}"), &[]);
            assert_eq!(got.status, 403, "{provider} {query}");
            assert!(got.body.len() < 1000);
        }
    }
}

#[test]
fn keys_that_come_with_a_fetch_are_seen() {
    for header in ["authorization", "x-api-key"] {
        let mut one = video(1000);
        let url = one.url(0.0);
        one.got(0.0, &url, &[]);
        one.got(0.0, &url, &[(header, "sk-1")]);
        let fetches = one.emulator.fetches(ProviderName::PRISM, &one.created.id).unwrap();
        assert_eq!((fetches.requests, fetches.with_key), (2, 1));
        let log: Vec<_> = one.emulator.log().map(|it| (it.fetch, it.has_key())).collect();
        assert_eq!(log, [(None, true), (Some(1), false), (Some(2), true)]);
        let requests =
            json(&response(one.emulator.answer(at(0.0), &get("/_emulator/requests", &[]))));
        let last = &requests["requests"][2];
        assert_eq!((&last["has_key"], &last["fetch"]), (&true.into(), &2.into()));
        assert!(!last.to_string().contains("EMULATED"), "{last}");
        let listed =
            json(&response(one.emulator.answer(at(0.0), &get("/_emulator/generations", &[]))));
        let expected = serde_json::json!({
            "requests": 2, "with_key": 1, "refused": 0, "bytes_sent": 2000,
        });
        assert_eq!(listed["generations"][0]["fetches"], expected);
    }
}

#[test]
fn bytes_are_counted_as_they_are_taken_and_for_each_clone() {
    let mut one = video(1000);
    let url = one.url(0.0);
    let sent = |emulator: &Emulator| {
        emulator.fetches(ProviderName::PRISM, "gen_000001").unwrap().bytes_sent
    };
    let Wire::Streamed(mut streamed) = one.fetch(0.0, &url, &[]) else { panic!("no file") };
    let clone = one.emulator.clone();
    streamed.body.read_exact(&mut [0; 10]).unwrap();
    assert_eq!((sent(&one.emulator), sent(&clone)), (10, 0));
    one.got(0.0, &url, &[("range", "bytes=-5")]);
    assert_eq!((sent(&one.emulator), sent(&clone)), (15, 0));
}

#[test]
fn a_difference_is_found_where_it_is() {
    let file = video(3_000_000).file();
    let mut bytes = Vec::new();
    file.reader().read_to_end(&mut bytes).unwrap();
    let first = |bytes: &[u8]| file.first_difference(bytes).unwrap();
    assert_eq!(first(&bytes), None);
    assert_eq!(first(&bytes[..2_999_999]), Some(2_999_999));
    assert_eq!(first(&[]), Some(0));
    bytes.push(0);
    assert_eq!(first(&bytes), Some(3_000_000));
    bytes[1_234_567] ^= 1;
    assert_eq!(first(&bytes), Some(1_234_567));
}

fn in_process(script: Script) -> (InProcess, VirtualClock) {
    let clock = VirtualClock::new();
    let emulator = InProcess::new(Emulator::new(started()), clock.clone());
    emulator.add(script.with_id("one")).unwrap();
    (emulator, clock)
}

const URL: &str = "https://emulator.example/files/prism/one.mp4?X-Amz-Signature=EMULATED";

fn answer(emulator: &InProcess, request: HttpRequest) -> HttpResponse {
    Transport::send(emulator, request).unwrap()
}

#[test]
fn in_process_a_file_is_read_whole_or_as_it_comes() {
    let (emulator, _) = in_process(Script::new(ProviderName::PRISM));
    let file = emulator.output_file(ProviderName::PRISM, "one").unwrap();
    let whole = answer(&emulator, get(URL, &[]));
    assert_eq!(file.first_difference(&**whole.body()).unwrap(), None);
    let opened = Transport::open(&emulator, get(URL, &[("range", "bytes=100-")])).unwrap();
    assert_eq!(opened.status(), 206);
    let mut rest = Vec::new();
    opened.into_body().read_to_end(&mut rest).unwrap();
    assert!(rest == whole.body()[100..]);
    assert_eq!(emulator.fetches(ProviderName::PRISM, "one").unwrap().bytes_sent, 131_072 * 2 - 100);
}

#[test]
fn in_process_a_stall_takes_the_idle_timeout() {
    let script = Script::parse(
        r#"{"provider":"prism","fetches":[{"on":1,"fault":"stall","after_bytes":7}]}"#,
    );
    let (emulator, clock) = in_process(script.unwrap());
    let mut request = get(URL, &[]);
    request.extensions_mut().insert(IdleTimeout(seconds(9.0)));
    let mut body = Transport::open(&emulator, request).unwrap().into_body();
    let mut bytes = Vec::new();
    let error = body.read_to_end(&mut bytes).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    assert_eq!((bytes.len(), clock.now()), (7, at(9.0)));
}

#[test]
fn in_process_a_file_that_is_too_long_to_be_held_is_an_error() {
    let (emulator, _) = in_process(Script::new(ProviderName::PRISM).with_file_bytes(1 << 40));
    let error = Transport::send(&emulator, get(URL, &[])).unwrap_err();
    assert!(error.to_string().contains("longer than"), "{error}");
    let mut body = Transport::open(&emulator, get(URL, &[])).unwrap().into_body();
    body.read_exact(&mut [0; 1000]).unwrap();
}

/// A header for some range of a file of `length` bytes, and what it means: RFC 9110, section 14.1.2.
fn range() -> impl Strategy<Value = (u64, String, Option<std::ops::Range<u64>>)> {
    let length = MIN_FILE_BYTES..3_000_000;
    (length, any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3).prop_map(
        |(length, first, more, form)| {
            // Some lie past the end.
            let first = first.index(length as usize + 1000) as u64;
            let last = first + more.index(length as usize) as u64;
            match form {
                0 => (
                    length,
                    format!("bytes={first}-{last}"),
                    (first < length).then(|| first..(last + 1).min(length)),
                ),
                1 => (length, format!("bytes={first}-"), (first < length).then_some(first..length)),
                _ => (
                    length,
                    format!("bytes=-{first}"),
                    (first > 0).then(|| length.saturating_sub(first)..length),
                ),
            }
        },
    )
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_range_is_the_slice_of_the_whole((length, range, means) in range()) {
        let mut one = video(length);
        let url = one.url(0.0);
        let got = one.got(0.0, &url, &[("range", &range)]);
        match means {
            Some(slice) => {
                let said = format!("bytes {}-{}/{length}", slice.start, slice.end - 1);
                prop_assert_eq!((got.status, got.header("content-range")), (206, &*said));
                prop_assert_eq!(got.header("content-length"), (slice.end - slice.start).to_string());
                let whole = one.bytes();
                prop_assert!(got.body == whole[slice.start as usize..slice.end as usize]);
            }
            None => {
                let said = format!("bytes */{length}");
                prop_assert_eq!((got.status, got.header("content-range")), (416, &*said));
            }
        }
    }

    #[test]
    fn any_place_is_read_as_it_is_in_the_whole(
        length in MIN_FILE_BYTES..3_000_000,
        offset in 0_u64..3_000_100,
        buffer in 0_usize..2_000_000,
    ) {
        let one = video(length);
        let mut buffer = vec![0; buffer];
        let read = one.file().read_at(offset, &mut buffer);
        let whole = one.bytes();
        let from = (offset as usize).min(whole.len());
        prop_assert_eq!(read, buffer.len().min(whole.len() - from));
        prop_assert!(buffer[..read] == whole[from..from + read]);
    }

    #[test]
    fn what_is_no_range_asks_for_the_whole(range in "(bytes=)?[-0-9,x= ]{0,6}") {
        let mut one = video(200);
        let url = one.url(0.0);
        let got = one.got(0.0, &url, &[("range", &range)]);
        match got.status {
            200 => prop_assert_eq!(got.body.len(), 200),
            206 => prop_assert!(range.trim().starts_with("bytes=")),
            status => prop_assert_eq!(status, 416),
        }
    }
}

#[test]
fn a_range_counts_only_for_the_file_that_it_was_made_for() {
    let mut one = video(1000);
    let url = one.url(0.0);
    let etag = one.file().etag();
    let mut status = |range: &str, validator: &str| {
        one.got(0.0, &url, &[("range", range), ("if-range", validator)]).status
    };
    assert_eq!(status("bytes=10-", &etag), 206);
    assert_eq!(status("bytes=10-", "Thu, 26 Feb 2026 12:00:00 GMT"), 206);
    assert_eq!(status("bytes=10-", "\"another\""), 200);
    assert_eq!(status("bytes=10-", &format!("W/{etag}")), 200);
    assert_eq!(status("bytes=10-", "Thu, 26 Feb 2026 12:00:01 GMT"), 200);
    // It is not asked whether the whole has such bytes.
    assert_eq!(status("bytes=1000-", "\"another\""), 200);
    assert_eq!(status("bytes=1000-", &etag), 416);
}
