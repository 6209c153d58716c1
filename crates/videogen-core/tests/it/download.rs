//! Downloads, one at a time.

use std::error::Error as _;
use std::ops::ControlFlow;

use http::header::{HeaderName, HeaderValue, LOCATION};
use videogen_core::container::Container;
use videogen_core::download::{
    Download, DownloadAction, DownloadEvent, DownloadHead, DownloadOptions, Downloaded, Kept,
    Validator, WhichOutput, container_check, verdict,
};
use videogen_core::stream::{CannotOpen, IdleTimeout, NotPublic, PublicAddressesOnly};
use videogen_core::{
    BaseUrl, Delivery, Error, ErrorKind, Generation, Handle, HttpRequest, HttpResponse, Moment,
    Output, OutputKind, TransportError,
};
use videogen_testkit::{DownloadCourse, MemorySink, ScriptedTransport, VirtualClock, download};

use crate::{WORDS, handle, seconds, seen};

const FILE: &[u8] = b"all of the video's bytes";
const TOTAL: usize = FILE.len();

fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> HttpResponse {
    let mut answer = http::Response::new(body.to_vec());
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        answer.headers_mut().append(name, HeaderValue::from_str(value).unwrap());
    }
    answer
}

fn whole() -> HttpResponse {
    answer(200, &[("content-length", &TOTAL.to_string()), ("etag", "\"v1\"")], FILE)
}

/// Of the whole file, only so many bytes.
fn cut(at: usize) -> HttpResponse {
    whole().map(|body| body[..at].to_vec())
}

fn part(from: usize) -> HttpResponse {
    let range = format!("bytes {from}-{}/{TOTAL}", TOTAL - 1);
    answer(206, &[("content-range", &range), ("etag", "\"v1\"")], &FILE[from..])
}

fn status(status: u16) -> HttpResponse {
    answer(status, &[], b"<Error><Code>AccessDenied</Code></Error>")
}

fn at(url: &str) -> Generation {
    let mut generation = seen("done");
    generation.outputs[0] = Output::primary(OutputKind::Video, url);
    generation
}

struct Ran {
    course: DownloadCourse,
    sink: MemorySink,
}

impl Ran {
    fn ok(&self) -> &Downloaded {
        let done = self.course.result.as_ref().unwrap();
        assert_eq!(self.sink.bytes, FILE);
        done
    }

    fn error(&self) -> &Error {
        self.course.result.as_ref().unwrap_err()
    }

    fn ranges(&self) -> Vec<Option<&str>> {
        self.course.requests.iter().map(|request| header(request, "range")).collect()
    }
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name).map(|value| value.to_str().unwrap())
}

fn run(script: ScriptedTransport) -> Ran {
    run_with(script, DownloadOptions::default(), MemorySink::default(), &mut || Ok(seen("done")))
}

fn run_with(
    script: ScriptedTransport,
    options: DownloadOptions,
    mut sink: MemorySink,
    renew: &mut dyn FnMut() -> Result<Generation, Error>,
) -> Ran {
    let machine = Download::new(&seen("done"), WhichOutput::FirstPrimary, options).unwrap();
    let course = download(machine, &script, &VirtualClock::new(), &mut sink, renew);
    Ran { course, sink }
}

#[test]
fn a_file_is_fetched_with_one_request_without_credentials() {
    let ran = run(ScriptedTransport::new().then(whole()));
    assert_eq!(ran.ok().bytes, TOTAL as u64);
    assert_eq!(ran.ok().fetched, TOTAL as u64);
    let [request] = &ran.course.requests[..] else { panic!("several requests") };
    assert_eq!(request.uri(), "https://cdn.example/v.mp4");
    let mut names: Vec<_> = request.headers().keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "user-agent"]);
    assert_eq!(header(request, "accept-encoding"), Some("identity"));
    let extensions = request.extensions();
    assert_eq!(extensions.get::<IdleTimeout>(), Some(&IdleTimeout(seconds(30))));
    assert!(extensions.get::<PublicAddressesOnly>().is_some());
}

#[test]
fn after_a_cut_it_goes_on_where_it_was() {
    for error in [false, true] {
        let script = ScriptedTransport::new();
        let script = if error { script.then_cut(cut(9)) } else { script.then(cut(9)) };
        let ran = run(script.then_fail(Delivery::SurelyNot).then(part(9)));
        assert_eq!((ran.ok().fetched, ran.ok().resumed), (TOTAL as u64, 1));
        assert_eq!(ran.ranges(), [None, Some("bytes=9-"), Some("bytes=9-")]);
        assert_eq!(header(&ran.course.requests[2], "if-range"), Some("\"v1\""));
        // A rest of one second, and then of two.
        let opened: Vec<_> = ran.course.opened.iter().map(|at| at.since_origin()).collect();
        assert_eq!(opened, [seconds(0), seconds(1), seconds(3)]);
    }
}

#[test]
fn a_date_is_a_validator_if_it_is_old_enough_and_a_weak_etag_is_none() {
    let dated = |modified: &str, more: &[(&str, &str)]| {
        let length = TOTAL.to_string();
        let mut headers = vec![
            ("content-length", &*length),
            ("date", "Thu, 26 Feb 2026 12:02:31 GMT"),
            ("last-modified", modified),
        ];
        headers.extend(more);
        Validator::of(answer(200, &headers, FILE).headers())
    };
    let before = "Thu, 26 Feb 2026 12:02:30 GMT";
    assert_eq!(dated(before, &[]).unwrap().as_str(), before);
    assert_eq!(dated(before, &[("etag", "W/\"v1\"")]).unwrap().as_str(), before);
    assert_eq!(dated(before, &[("etag", "\"v1\"")]).unwrap().as_str(), "\"v1\"");
    assert_eq!(dated("Thu, 26 Feb 2026 12:02:31 GMT", &[]), None);
    assert_eq!(dated("yesterday", &[]), None);
    for text in [before, "\"v1\""] {
        assert_eq!(Validator::parse(text).unwrap().as_str(), text);
    }
    for text in ["", "W/\"v1\"", "v1", "\"a\"b\"", "\"a\nb\"", "yesterday"] {
        assert_eq!(Validator::parse(text), None, "{text}");
    }
}

#[test]
fn what_an_earlier_process_left_is_gone_on_with_if_it_is_known_what_it_is() {
    let left = |validator: Option<&str>, total: Option<u64>| MemorySink {
        bytes: FILE[..9].to_vec(),
        validator: validator.and_then(Validator::parse),
        total,
        ..MemorySink::default()
    };
    let go_on = |sink: MemorySink, script: ScriptedTransport| {
        run_with(script, DownloadOptions::default(), sink, &mut || panic!("asked"))
    };
    let ran = go_on(left(Some("\"v1\""), None), ScriptedTransport::new().then(part(9)));
    assert_eq!((ran.ok().fetched, ran.ok().resumed), (TOTAL as u64 - 9, 1));
    // Of which file nobody knows, or one that is shorter than its part.
    for left in [left(None, Some(TOTAL as u64)), left(Some("\"v1\""), Some(8))] {
        let ran = go_on(left, ScriptedTransport::new().then(whole()));
        assert_eq!((ran.ok().fetched, ran.ok().resumed), (TOTAL as u64, 0));
        assert_eq!(ran.ranges(), [None]);
    }
    // All of it was there, and it was not known.
    let all = MemorySink { bytes: FILE.to_vec(), ..left(Some("\"v1\""), None) };
    let range = format!("bytes */{TOTAL}");
    let ran =
        go_on(all, ScriptedTransport::new().then(answer(416, &[("content-range", &range)], b"")));
    assert_eq!((ran.ok().fetched, ran.ok().bytes), (0, TOTAL as u64));
}

#[test]
fn a_file_that_changed_is_begun_anew_and_no_two_are_mixed() {
    let other = part(9).map(|_| b"bytes of another file".to_vec());
    let with = |name: &'static str, value: &'static str| {
        let mut answer = other.clone();
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
        answer
    };
    let without = |name: &str| {
        let mut answer = other.clone();
        answer.headers_mut().remove(name);
        answer
    };
    let changed = [
        whole(),
        with("etag", "\"v2\""),
        with("etag", "W/\"v1\""),
        without("etag"),
        with("content-range", "bytes 9-20/21"),
        with("content-range", "bytes 8-23/24"),
        with("content-range", "bytes 9-24/24"),
        with("content-range", "bytes 9-23"),
        with("content-range", "parsecs 9-23/24"),
        with("content-length", "3"),
        answer(206, &[], b"no range at all"),
        answer(416, &[("content-range", "bytes */5")], b""),
        answer(416, &[], b""),
    ];
    for second in changed {
        let shown = format!("{second:?}");
        let is_whole = second.status() == 200;
        let script = ScriptedTransport::new().then_cut(cut(9)).then(second);
        let script = if is_whole { script } else { script.then(whole()) };
        let ran = run(script);
        let done = ran.ok();
        assert_eq!((done.restarted, done.resumed), (1, 0), "{shown}");
        assert_eq!(done.fetched, TOTAL as u64 + 9, "{shown}");
        assert_eq!(ran.ranges().last(), Some(&is_whole.then_some("bytes=9-")), "{shown}");
    }
}

#[test]
fn a_server_without_ranges_is_begun_at_four_times() {
    let ran = run(ScriptedTransport::new().then_cut(cut(9)));
    assert_eq!(ran.error().kind(), ErrorKind::DownloadDamaged);
    // The fifth is not read.
    assert_eq!(ran.course.requests.len(), 5);
    insta::assert_snapshot!(ran.error(), @"example:g1: the video would have to be begun anew again and again: the server sends the file from its beginning; ask for the status and download again; if it stays so, tell the provider, with the id");
}

#[test]
fn every_new_byte_renews_the_patience() {
    let mut script = ScriptedTransport::new().then_cut(cut(1));
    for from in 1..TOTAL {
        for _ in 0..10 {
            script = script.then(status(503));
        }
        script = script.then_cut(part(from).map(|body| body[..1].to_vec()));
    }
    let ran = run(script);
    assert!(ran.course.ended.since_origin() > 5 * DownloadOptions::default().patience);
    assert_eq!(ran.ok().fetched, TOTAL as u64);
}

#[test]
fn without_a_validator_the_length_must_be_the_same() {
    let unnamed = |mut answer: HttpResponse| {
        answer.headers_mut().remove("etag");
        answer
    };
    let script = ScriptedTransport::new().then_cut(unnamed(cut(9)));
    let ran = run(script.then(unnamed(part(9))));
    assert_eq!((ran.ok().resumed, header(&ran.course.requests[1], "if-range")), (1, None));
    // With neither there is nothing to go on with.
    let mut unknown = unnamed(cut(9));
    unknown.headers_mut().remove("content-length");
    let ran = run(ScriptedTransport::new().then_cut(unknown).then(whole()));
    assert_eq!((ran.ok().restarted, ran.ranges()), (1, vec![None, None]));
}

#[test]
fn a_date_that_is_another_is_another_file() {
    let dated = |mut answer: HttpResponse, modified: &'static str| {
        let headers = answer.headers_mut();
        headers.remove("etag");
        headers.insert("date", HeaderValue::from_static("Thu, 26 Feb 2026 12:02:31 GMT"));
        if !modified.is_empty() {
            headers.insert("last-modified", HeaderValue::from_static(modified));
        }
        answer
    };
    let first = "Thu, 26 Feb 2026 12:02:29 GMT";
    // Too new to name a file by, and another all the same.
    for (second, restarted) in [(first, 0), ("", 0), ("Thu, 26 Feb 2026 12:02:31 GMT", 1)] {
        let script = ScriptedTransport::new().then_cut(dated(cut(9), first));
        let ran = run(script.then(dated(part(9), second)).then(whole()));
        assert_eq!(ran.ok().restarted, restarted, "{second}");
    }
}

#[test]
fn the_length_alone_is_no_name_at_another_place() {
    let unnamed = |mut answer: HttpResponse| {
        answer.headers_mut().remove("etag");
        answer
    };
    let places = [
        ("https://cdn.example/v.mp4?sig=2", 0),
        ("https://cdn.example/other.mp4", 1),
        ("https://other.example/v.mp4", 1),
    ];
    for (url, restarted) in places {
        let script = ScriptedTransport::new().then_cut(unnamed(cut(9))).then(status(403));
        let script =
            if restarted == 0 { script.then(unnamed(part(9))) } else { script.then(whole()) };
        let sink = MemorySink::default();
        let ran = run_with(script, DownloadOptions::default(), sink, &mut || Ok(at(url)));
        assert_eq!((ran.ok().restarted, ran.ok().renewed), (restarted, 1), "{url}");
        let last = (restarted == 0).then_some("bytes=9-");
        assert_eq!(ran.ranges().last(), Some(&last), "{url}");
    }
    // A name that comes late counts from then on.
    let late = part(9).map(|body| body[..3].to_vec());
    let script = ScriptedTransport::new().then_cut(unnamed(cut(9))).then_cut(late).then(part(12));
    let ran = run(script);
    assert_eq!(ran.ok().restarted, 0);
    assert_eq!(header(&ran.course.requests[2], "if-range"), Some("\"v1\""));
}

/// A part of a file of which the server does not say how long it is.
fn piece(from: usize, to: usize) -> HttpResponse {
    let range = format!("bytes {from}-{}/*", to - 1);
    answer(206, &[("content-range", &range), ("etag", "\"v1\"")], &FILE[from..to])
}

#[test]
fn after_a_part_of_nobody_knows_how_much_the_next_is_asked_for() {
    let left = || MemorySink {
        bytes: FILE[..5].to_vec(),
        validator: Validator::parse("\"v1\""),
        ..MemorySink::default()
    };
    let total = format!("bytes */{TOTAL}");
    for end in [answer(416, &[], b""), answer(416, &[("content-range", &total)], b"")] {
        let script = ScriptedTransport::new().then(piece(5, 10)).then(piece(10, TOTAL)).then(end);
        let ran = run_with(script, DownloadOptions::default(), left(), &mut || panic!("asked"));
        assert_eq!((ran.ok().resumed, ran.ok().restarted), (3, 0));
        let last = format!("bytes={TOTAL}-");
        assert_eq!(ran.ranges(), [Some("bytes=5-"), Some("bytes=10-"), Some(&*last)]);
    }
    // More than it said.
    let more = piece(5, 10).map(|_| FILE[5..20].to_vec());
    let script = ScriptedTransport::new().then(more);
    let ran = run_with(script, DownloadOptions::default(), left(), &mut || panic!("asked"));
    assert_eq!(ran.error().kind(), ErrorKind::InvalidResponse);
}

#[test]
fn long_parts_are_fetched_without_a_rest_and_short_ones_with_one() {
    for (size, rests) in [(64 * 1024, 0), (64 * 1024 - 1, 2)] {
        let file = vec![b'v'; 3 * size];
        let body = |n: usize| {
            let range = format!("bytes {}-{}/{}", n * size, (n + 1) * size - 1, file.len());
            answer(206, &[("content-range", &range), ("etag", "\"v1\"")], &file[..size])
        };
        let headers = [("content-length", &*file.len().to_string()), ("etag", "\"v1\"")];
        let first = answer(200, &headers, &file[..size]);
        let script = ScriptedTransport::new().then_cut(first).then(body(1)).then(body(2));
        let ran = run(script);
        assert_eq!(ran.course.result.unwrap().bytes, file.len() as u64);
        // The first answer was cut.
        assert_eq!(ran.course.rests.len(), 1 + usize::from(rests > 0), "{size}");
    }
}

#[test]
fn a_byte_at_a_time_is_not_asked_for_without_a_pause() {
    // Each answer brings a byte, each URL serves once.
    let mut script = ScriptedTransport::new().then_cut(cut(1));
    for from in 1..TOTAL {
        script = script.then(status(403)).then_cut(part(from).map(|body| body[..1].to_vec()));
    }
    let mut asked = 0;
    let ran = run_with(script, DownloadOptions::default(), MemorySink::default(), &mut || {
        asked += 1;
        Ok(at(&format!("https://cdn.example/v.mp4?sig={asked}")))
    });
    assert_eq!(ran.error().kind(), ErrorKind::OutputGone);
    assert_eq!(asked, 20);
    let renewals: Vec<_> = ran.course.renewals.iter().map(|at| at.since_origin()).collect();
    let between: Vec<_> = renewals.windows(2).map(|pair| (pair[1] - pair[0]).as_secs()).collect();
    // The rest after the cut, and the one before asking.
    assert_eq!(between[..3], [6, 23, 30]);
    assert!(between[3..].iter().all(|seconds| *seconds == 30), "{between:?}");
}

#[test]
fn it_ends_by_its_deadline() {
    let mut options = DownloadOptions::default();
    options.deadline = Some(seconds(60));
    let mut script = ScriptedTransport::new().then_cut(cut(1));
    for from in 1..TOTAL {
        script = script.then_cut(part(from).map(|body| body[..1].to_vec()));
    }
    let ran = run_with(script, options.clone(), MemorySink::default(), &mut || panic!("asked"));
    assert_eq!(ran.error().kind(), ErrorKind::DownloadStalled);
    let ended = ran.course.ended.since_origin();
    assert!(ended > seconds(40) && ended <= seconds(60), "{ended:?}");
    insta::assert_snapshot!(ran.error(), @"example:g1: the video did not come within the 60 seconds that are allowed, after 8 of 24 bytes; the generation is not lost; download again, and a file goes on where it stopped");
    // Also where nothing goes wrong.
    let slow = MemorySink { takes: seconds(25), ..MemorySink::default() };
    let script = ScriptedTransport::new().then(whole());
    let ran = run_with(script, options, slow, &mut || panic!("asked"));
    assert_eq!((ran.error().kind(), ran.sink.bytes.len()), (ErrorKind::DownloadStalled, 14));
}

#[test]
fn the_time_that_keeping_takes_is_not_the_servers() {
    let slow = MemorySink { takes: seconds(301), ..MemorySink::default() };
    let script = ScriptedTransport::new().then_cut(cut(9)).then(part(9));
    let ran = run_with(script, DownloadOptions::default(), slow, &mut || panic!("asked"));
    assert_eq!(ran.ok().resumed, 1);
}

#[test]
fn what_cannot_forget_is_not_begun_anew() {
    let run = |second: HttpResponse| {
        let script = ScriptedTransport::new().then_cut(cut(9)).then(second);
        let options = DownloadOptions::default();
        let machine = Download::new(&seen("done"), WhichOutput::FirstPrimary, options).unwrap();
        let mut sink = MemorySink::default();
        let clock = VirtualClock::new();
        let course =
            download(machine.only_forward(), &script, &clock, &mut sink, &mut || panic!("asked"));
        (course.result, sink.bytes)
    };
    assert_eq!(run(part(9)).1, FILE);
    let (result, bytes) = run(whole());
    assert_eq!(bytes, FILE[..9]);
    assert_eq!(result.as_ref().unwrap_err().kind(), ErrorKind::DownloadDamaged);
    insta::assert_snapshot!(result.unwrap_err(), @"example:g1: the video would have to be begun anew, and what was written is gone: the server sends the file from its beginning; ask for the status and download again; if it stays so, tell the provider, with the id");
}

#[test]
fn an_expired_url_is_asked_for_anew() {
    for refusal in [400, 401, 403, 404, 410] {
        let script = ScriptedTransport::new().then_cut(cut(9)).then(status(refusal)).then(part(9));
        let mut asked = 0;
        let ran = run_with(script, DownloadOptions::default(), MemorySink::default(), &mut || {
            asked += 1;
            Ok(at("https://cdn.example/v.mp4?sig=fresh"))
        });
        assert_eq!((ran.ok().renewed, asked), (1, 1), "{refusal}");
        assert_eq!(ran.course.requests[2].uri(), "https://cdn.example/v.mp4?sig=fresh");
    }
}

#[test]
fn what_is_gone_is_gone() {
    // The same URL again: it is tried for a grace more, since the storage may be behind.
    let ran = run(ScriptedTransport::new().then(status(404)));
    assert_eq!(ran.error().kind(), ErrorKind::OutputGone);
    let opened: Vec<_> = ran.course.opened.iter().map(|at| at.since_origin().as_secs()).collect();
    assert_eq!((opened, ran.course.renewals.len()), (vec![0, 1, 3, 7, 15, 30], 1));
    let mut script = ScriptedTransport::new();
    for _ in 0..5 {
        script = script.then(status(404));
    }
    assert_eq!(run(script.then(whole())).ok().renewed, 1);
    let mut options = DownloadOptions::default();
    options.grace = seconds(0);
    let gone = ScriptedTransport::new().then(status(404));
    let once = run_with(gone, options, MemorySink::default(), &mut || Ok(seen("done")));
    assert_eq!(once.course.requests.len(), 2);
    insta::assert_snapshot!(ran.error(), @"example:g1: the storage refuses the video, also after the provider was asked anew where it is (HTTP 404); providers keep outputs for a limited time; look whether the provider's own site still has it");
    // Another each time: three times.
    let mut asked = 0;
    let ran = run_with(
        ScriptedTransport::new().then(status(403)),
        DownloadOptions::default(),
        MemorySink::default(),
        &mut || {
            asked += 1;
            Ok(at(&format!("https://cdn.example/v.mp4?sig={asked}")))
        },
    );
    assert_eq!(ran.error().kind(), ErrorKind::OutputGone);
    assert_eq!((ran.course.requests.len(), asked), (4, 3));
    // The provider itself has it no longer.
    let refused = |renewed: Result<Generation, Error>| {
        let script = ScriptedTransport::new().then(status(403));
        let options = DownloadOptions::default();
        let ran = run_with(script, options, MemorySink::default(), &mut || renewed.clone());
        ran.error().kind()
    };
    let mut without = seen("done");
    without.outputs.clear();
    assert_eq!(refused(Ok(without)), ErrorKind::OutputMissing);
    let failed = Generation::new(handle(), WORDS.status("failed"));
    assert_eq!(refused(Ok(failed)), ErrorKind::GenerationFailed);
    let unauthorized = Error::new(ErrorKind::Unauthorized, "no");
    assert_eq!(refused(Err(unauthorized)), ErrorKind::Unauthorized);
    assert_eq!(refused(Ok(at("http://cdn.example/v.mp4"))), ErrorKind::InvalidInput);
    // It is in trouble just now: there is patience for that too.
    let trouble = Error::new(ErrorKind::Unavailable, "in trouble");
    assert_eq!(refused(Err(trouble)), ErrorKind::DownloadStalled);
}

#[test]
fn trouble_is_outlived_within_the_patience() {
    for trouble in [408, 409, 423, 425, 429, 500, 502, 503, 504, 599] {
        let ran = run(ScriptedTransport::new().then(status(trouble)).then(whole()));
        assert_eq!(ran.ok().fetched, TOTAL as u64, "{trouble}");
    }
    let later = answer(503, &[("retry-after", "40")], b"");
    let ran = run(ScriptedTransport::new().then(later).then(whole()));
    assert_eq!(ran.course.opened[1].since_origin(), seconds(40));
    // And no longer.
    let ran = run(ScriptedTransport::new().then_cut(cut(9)).then(status(503)));
    assert_eq!(ran.error().kind(), ErrorKind::DownloadStalled);
    assert_eq!(ran.error().http_status(), Some(503));
    let ended = ran.course.ended.since_origin();
    assert!(ended > seconds(280) && ended <= seconds(300), "{ended:?}");
    assert_eq!(ran.sink.bytes, FILE[..9]);
    insta::assert_snapshot!(ran.error(), @"example:g1: no new byte of the video came for 300 seconds, after 9 of 24 bytes (HTTP 503); the generation is not lost; download again, and a file goes on where it stopped");
    insta::assert_snapshot!(ran.error().source().unwrap(), @"the storage is in trouble (HTTP 503); this is the provider's trouble; ask again later, but look first if the request was to make or delete something");
    let much_later = answer(429, &[("retry-after", "3600")], b"");
    let ran = run(ScriptedTransport::new().then(much_later));
    assert_eq!(ran.course.ended, Moment::ORIGIN);
    assert_eq!(ran.error().retry_after(), Some(seconds(3600)));
    insta::assert_snapshot!(ran.error(), @"example:g1: the server asks to rest for 3600 seconds, which is too long to go on, after 0 bytes (HTTP 429); the generation is not lost; download again, and a file goes on where it stopped");
}

#[test]
fn what_is_no_file_is_an_error() {
    let length = ("content-length", "5");
    let cases = [
        answer(204, &[], b""),
        answer(205, &[], b""),
        answer(203, &[length], b"a b c"),
        answer(206, &[("content-range", "bytes 0-4/5")], b"a b c"),
        answer(300, &[], b""),
        answer(302, &[], b""),
        answer(304, &[], b""),
        answer(416, &[("content-range", "bytes */0")], b""),
        answer(200, &[length, ("content-encoding", "gzip")], b"a b c"),
        answer(200, &[length, ("content-type", "text/HTML; charset=utf-8")], b"<html>"),
        answer(402, &[], b""),
        answer(451, &[], b""),
    ];
    let errors: Vec<_> = cases
        .into_iter()
        .map(|case| {
            let ran = run(ScriptedTransport::new().then(case));
            assert_eq!((ran.course.requests.len(), ran.sink.bytes.len()), (1, 0));
            format!("{:?}: {}", ran.error().kind(), ran.error())
        })
        .collect();
    insta::assert_snapshot!(errors.join("\n"));
    // Emptiness may be a passing trouble.
    let ran = run(ScriptedTransport::new().then(answer(200, &[], b"")).then(whole()));
    assert_eq!(ran.ok().bytes, TOTAL as u64);
    let identity = answer(200, &[("content-encoding", "identity")], FILE);
    assert_eq!(run(ScriptedTransport::new().then(identity)).ok().bytes, TOTAL as u64);
}

#[test]
fn nothing_longer_than_allowed_is_kept() {
    let limited = |limit: usize, answer: HttpResponse| {
        let mut options = DownloadOptions::default();
        options.max_bytes = Some(limit as u64);
        let sink = MemorySink::default();
        run_with(ScriptedTransport::new().then(answer), options, sink, &mut || panic!("asked"))
    };
    assert_eq!(limited(TOTAL, whole()).ok().bytes, TOTAL as u64);
    let ran = limited(TOTAL - 1, whole());
    assert_eq!((ran.error().kind(), ran.sink.bytes.len()), (ErrorKind::DownloadTooLarge, 0));
    insta::assert_snapshot!(ran.error(), @"example:g1: the video has 24 bytes, and 23 are allowed; if it is expected to be so long, allow more bytes");
    let mut unknown = whole();
    unknown.headers_mut().remove("content-length");
    let ran = limited(TOTAL - 1, unknown);
    assert_eq!(ran.error().kind(), ErrorKind::DownloadTooLarge);
    assert!(ran.sink.bytes.len() < TOTAL);
    insta::assert_snapshot!(ran.error(), @"example:g1: the video is longer than the 23 bytes that are allowed; if it is expected to be so long, allow more bytes");
    // Also not what was there before, nor more than was announced.
    let mut options = DownloadOptions::default();
    options.max_bytes = Some(8);
    let sink = MemorySink {
        bytes: FILE[..9].to_vec(),
        validator: Validator::parse("\"v1\""),
        ..MemorySink::default()
    };
    let ran = run_with(ScriptedTransport::new(), options, sink, &mut || panic!("asked"));
    assert_eq!(ran.error().kind(), ErrorKind::DownloadTooLarge);
    let more = answer(200, &[("content-length", "9")], FILE);
    let ran = run(ScriptedTransport::new().then(more));
    assert_eq!((ran.error().kind(), ran.sink.bytes.len()), (ErrorKind::InvalidResponse, 7));
}

#[test]
fn redirects_are_followed_and_an_attempt_begins_at_the_outputs_own_url() {
    let to = |status: u16, location: &str| answer(status, &[("location", location)], b"");
    let script = ScriptedTransport::new()
        .then(to(302, "/a/b/one?x=1"))
        .then(to(301, "../two"))
        .then(to(303, "?y=2#there"))
        .then(to(307, "//other.example:8443/d/./e/../f"))
        .then(to(308, "https://last.example/z\u{20ac} w'?q='"))
        .then_cut(cut(9))
        .then(to(302, "https://last.example/again"))
        .then(part(9));
    let ran = run(script);
    assert_eq!(ran.ok().resumed, 1);
    let urls: Vec<_> = ran.course.requests.iter().map(|it| it.uri().to_string()).collect();
    assert_eq!(
        urls,
        [
            "https://cdn.example/v.mp4",
            "https://cdn.example/a/b/one?x=1",
            "https://cdn.example/a/two",
            "https://cdn.example/a/two?y=2",
            "https://other.example:8443/d/f",
            "https://last.example/z%E2%82%AC%20w'?q=%27",
            "https://cdn.example/v.mp4",
            "https://last.example/again",
        ]
    );
    assert_eq!(header(&ran.course.requests[7], "range"), Some("bytes=9-"));
}

#[test]
fn redirects_lead_nowhere_else() {
    let mut errors = Vec::new();
    for location in [
        "http://cdn.example/v.mp4?sig=1f",
        "https://10.0.0.1/v.mp4",
        "https://localhost/v.mp4",
        "https://user:pass@cdn.example/v.mp4",
        "ftp://cdn.example/v.mp4",
        "javascript:alert(1)",
        "//[::1]/v.mp4",
        "https://",
    ] {
        let ran = run(ScriptedTransport::new().then(answer(302, &[("location", location)], b"")));
        assert_eq!(ran.course.requests.len(), 1, "{location}");
        let cause = ran.error().source().map(ToString::to_string);
        errors.push(format!("{}\n    {}", ran.error(), cause.unwrap_or_default()));
    }
    // Round and round.
    let ran = run(ScriptedTransport::new().then(answer(302, &[("location", "/v.mp4")], b"")));
    assert_eq!(ran.course.requests.len(), 6);
    errors.push(ran.error().to_string());
    insta::assert_snapshot!(errors.join("\n"));
}

/// The first step of a download of `url` from a provider at `base`.
fn first(base: &str, url: &str, allow_private: bool) -> Result<HttpRequest, ErrorKind> {
    let handle = Handle::new("example", &BaseUrl::parse(base).unwrap(), "g1").unwrap();
    let mut generation = Generation::new(handle, WORDS.status("done"));
    generation.outputs.push(Output::primary(OutputKind::Video, url));
    let mut options = DownloadOptions::default();
    options.allow_private_addresses = allow_private;
    let mut machine = Download::new(&generation, WhichOutput::FirstPrimary, options)
        .map_err(|error| error.kind())?;
    match machine.on(Moment::ORIGIN, DownloadEvent::Begin(None)) {
        ControlFlow::Continue(DownloadAction::Open(request)) => Ok(request),
        other => panic!("{other:?}"),
    }
}

#[test]
fn private_addresses_are_asked_only_where_that_is_meant() {
    let (public, emulator) = ("https://api.example.com", "http://127.0.0.1:4010");
    let only_public =
        |request: HttpRequest| request.extensions().get::<PublicAddressesOnly>().is_some();
    for url in ["http://127.0.0.1:4010/v.mp4", "https://192.168.0.1/v.mp4"] {
        assert_eq!(first(public, url, false).unwrap_err(), ErrorKind::InvalidInput);
        assert!(!only_public(first(emulator, url, false).unwrap()));
        assert!(!only_public(first(public, url, true).unwrap()));
    }
    assert!(only_public(first(public, "https://cdn.example/v.mp4", false).unwrap()));
    let odd = first(public, "https://cdn.example/a b\u{20ac}.mp4?x={1}", false).unwrap();
    assert_eq!(odd.uri(), "https://cdn.example/a%20b%E2%82%AC.mp4?x=%7B1%7D");
    // From https to http never, also on this machine.
    let mut local = at("https://localhost/v.mp4");
    local.handle = Handle::new("example", &BaseUrl::parse(emulator).unwrap(), "g1").unwrap();
    let machine =
        Download::new(&local, WhichOutput::FirstPrimary, DownloadOptions::default()).unwrap();
    let script =
        ScriptedTransport::new().then(answer(302, &[("location", "http://localhost/v")], b""));
    let mut sink = MemorySink::default();
    let course = download(machine, &script, &VirtualClock::new(), &mut sink, &mut || panic!());
    assert_eq!(course.result.unwrap_err().kind(), ErrorKind::InvalidResponse);
    assert_eq!(course.requests.len(), 1);
}

#[test]
fn what_asking_again_does_not_change_ends_it_at_once() {
    for error in [NotPublic::error("cdn.example"), CannotOpen::error()] {
        let mut machine =
            Download::new(&seen("done"), WhichOutput::FirstPrimary, DownloadOptions::default())
                .unwrap();
        assert!(machine.on(Moment::ORIGIN, DownloadEvent::Begin(None)).is_continue());
        let step = machine.on(Moment::ORIGIN, DownloadEvent::Answered(Err(error)));
        let ControlFlow::Break(Err(error)) = step else { panic!("{step:?}") };
        assert_eq!(error.kind(), ErrorKind::NotDelivered);
        assert_eq!(error.handle(), Some(&handle()));
    }
}

#[test]
fn the_output_that_is_meant_is_taken_also_after_a_renewal() {
    let mut generation = Generation::new(handle(), WORDS.status("done"));
    let url = |n: u32| format!("https://cdn.example/{n}.mp4");
    generation.outputs = vec![
        Output::secondary(OutputKind::Video, url(0)),
        Output::secondary(OutputKind::LastFrame, url(1)),
        Output::primary(OutputKind::Video, url(2)),
        Output::secondary(OutputKind::Video, url(3)),
    ];
    let which = |which: WhichOutput| {
        which.of(&generation).map(|(output, nth)| (output.url.expose().to_owned(), nth))
    };
    assert_eq!(which(WhichOutput::FirstPrimary).unwrap(), (url(2), 1));
    assert_eq!(which(WhichOutput::Nth(OutputKind::Video, 2)).unwrap(), (url(3), 2));
    assert_eq!(which(WhichOutput::Nth(OutputKind::LastFrame, 0)).unwrap(), (url(1), 0));
    let missing = which(WhichOutput::Nth(OutputKind::Video, 3)).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::OutputMissing);
    insta::assert_snapshot!(missing, @"example:g1: there is no output 4 of kind video; look at the generation's list of outputs");
    let unfinished = WhichOutput::FirstPrimary.of(&seen("running")).unwrap_err();
    assert_eq!(unfinished.kind(), ErrorKind::GenerationUnfinished);
    // The same again, where it is now.
    let options = DownloadOptions::default();
    let machine = Download::new(&generation, WhichOutput::FirstPrimary, options).unwrap();
    let script = ScriptedTransport::new().then(status(403)).then(whole());
    let mut renewed = generation.clone();
    renewed.outputs.remove(1);
    for output in &mut renewed.outputs {
        *output = Output::primary(output.kind, output.url.expose().replace("mp4", "new"));
    }
    let mut sink = MemorySink::default();
    let course =
        download(machine, &script, &VirtualClock::new(), &mut sink, &mut || Ok(renewed.clone()));
    assert_eq!(course.requests[1].uri(), "https://cdn.example/2.new");
}

#[test]
fn only_videos_are_looked_at() {
    for kind in OutputKind::ALL {
        let is_looked_at = container_check(kind, true).is_some();
        assert_eq!(is_looked_at, matches!(kind, OutputKind::Video | OutputKind::Segment), "{kind}");
        assert!(container_check(kind, false).is_none());
        assert_eq!(verdict(None, kind, &handle()).unwrap(), None);
    }
    let mut check = container_check(OutputKind::Video, true).unwrap();
    check.feed(&include_bytes!("../data/plain.mp4")[..1000]);
    let error = verdict(Some(&check), OutputKind::Video, &handle()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DownloadDamaged);
    insta::assert_snapshot!(error, @"example:g1: the video came to its end, and is not whole: at least 563 bytes are missing at its end; ask for the status and download again; if it stays so, tell the provider, with the id");
    check.feed(&include_bytes!("../data/plain.mp4")[1000..]);
    assert_eq!(
        verdict(Some(&check), OutputKind::Video, &handle()).unwrap(),
        Some(Container::Whole)
    );
}

#[test]
fn a_key_is_not_sent_to_where_outputs_are() {
    let mut generation = seen("done");
    generation.outputs[0].needs_credentials = true;
    let error = Download::new(&generation, WhichOutput::FirstPrimary, DownloadOptions::default())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn no_query_of_a_url_is_shown() {
    let secret = "X-Amz-Signature=1f";
    let signed = at(&format!("https://cdn.example/v.mp4?{secret}"));
    let mut machine =
        Download::new(&signed, WhichOutput::FirstPrimary, DownloadOptions::default()).unwrap();
    let mut shown = vec![format!("{machine:?}")];
    shown.push(format!("{:?}", machine.on(Moment::ORIGIN, DownloadEvent::Begin(None))));
    let location = format!("https://cdn.example/w.mp4?{secret}");
    let head = DownloadHead::of(&answer(302, &[(LOCATION.as_str(), &location)], b""));
    let event = DownloadEvent::Answered(Ok(head));
    shown.push(format!("{event:?}"));
    shown.push(format!("{:?}", machine.on(Moment::ORIGIN, event)));
    shown.push(format!("{machine:?}"));
    for shown in shown {
        assert!(!shown.contains("1f"), "{shown}");
    }
}

#[test]
fn once_over_it_stays_over_and_any_event_is_fine_at_any_time() {
    let new = || {
        Download::new(&seen("done"), WhichOutput::FirstPrimary, DownloadOptions::default()).unwrap()
    };
    let sink_failed = || Error::new(ErrorKind::LocalFile, "the disk is full");
    let events = || {
        [
            DownloadEvent::Begin(None),
            DownloadEvent::Begin(Some(Kept::new(9, Validator::parse("\"v1\""), None))),
            DownloadEvent::Answered(Ok(DownloadHead::of(&whole()))),
            DownloadEvent::Answered(Ok(DownloadHead::of(&status(404)))),
            DownloadEvent::Answered(Err(TransportError::interrupted("reset"))),
            DownloadEvent::Received(3),
            DownloadEvent::BodyEnded(Ok(())),
            DownloadEvent::Renewed(Ok(seen("done"))),
            DownloadEvent::Woke,
            DownloadEvent::SinkFailed(sink_failed()),
            DownloadEvent::Cancelled,
        ]
    };
    for first in 0..events().len() {
        for second in 0..events().len() {
            let mut machine = new();
            for n in [first, second] {
                let _ = machine.on(Moment::ORIGIN, events().into_iter().nth(n).unwrap());
            }
            let ControlFlow::Break(over) = machine.on(Moment::ORIGIN, DownloadEvent::Cancelled)
            else {
                panic!("goes on")
            };
            let error = format!("{over:?}");
            assert!(error.contains("Cancelled") || error.contains("LocalFile"), "{error}");
            for event in events() {
                let ControlFlow::Break(again) = machine.on(Moment::ORIGIN, event) else {
                    panic!("goes on")
                };
                assert_eq!(format!("{again:?}"), error);
            }
        }
    }
    let mut machine = new();
    let _ = machine.on(Moment::ORIGIN, DownloadEvent::Begin(None));
    let step = machine.on(Moment::ORIGIN, DownloadEvent::SinkFailed(sink_failed()));
    let ControlFlow::Break(Err(error)) = step else { panic!("{step:?}") };
    assert_eq!((error.kind(), error.handle()), (ErrorKind::LocalFile, Some(&handle())));
}
