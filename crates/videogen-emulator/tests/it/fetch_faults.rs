//! What goes wrong with fetching videos.

use std::io::Read;

use proptest::prelude::*;
use videogen_core::Moment;
use videogen_emulator::{
    BodyEnd, FetchFault, Framing, OutputFile, ProviderName, Script, ScriptedFetch, Streamed, When,
    Wire,
};

use crate::files::Got;
use crate::support::{One, THREE, at, get, response, seconds, text};

const LENGTH: u64 = 1000;

fn one(fetches: Vec<ScriptedFetch>) -> One {
    let mut script = Script::new(ProviderName::TOKEN360).with_file_bytes(LENGTH);
    script.fetches = fetches;
    One::following(script)
}

fn first(fault: FetchFault) -> ScriptedFetch {
    ScriptedFetch::new(When::poll(1), fault)
}

/// What comes of the first fetch, of the whole file or of a part.
fn fetched(fetch: ScriptedFetch, range: Option<&str>) -> Wire {
    let mut one = one(vec![fetch]);
    let url = one.url(0.0);
    let range = range.map(|range| ("range", range));
    one.fetch(0.0, &url, range.as_slice())
}

fn streamed(wire: Wire) -> (Streamed, Vec<u8>) {
    let Wire::Streamed(mut streamed) = wire else { panic!("no file: {wire:?}") };
    let mut bytes = Vec::new();
    streamed.body.read_to_end(&mut bytes).unwrap();
    (streamed, bytes)
}

fn whole() -> Vec<u8> {
    one(Vec::new()).bytes()
}

#[test]
fn refusals() {
    use FetchFault::{Expired, Forbidden, NotFound, ServerError, Unavailable};
    let shown = [
        first(Forbidden),
        first(NotFound),
        first(ServerError),
        first(Unavailable),
        first(Unavailable).resting(seconds(2.5)),
        first(Expired),
    ]
    .map(|fetch| {
        let mut one = one(vec![fetch.clone()]);
        let url = one.url(0.0);
        let reply = one.emulator.answer(Moment::ORIGIN, &get(&url, &[]));
        format!("## {:?}\n{}", fetch.fault, text(&reply))
    });
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_cut_is_after_as_many_bytes_as_were_said() {
    let cut = |after: Option<u64>, range| {
        let mut fetch = first(FetchFault::Cut);
        fetch.after_bytes = after;
        let (streamed, bytes) = streamed(fetched(fetch, range));
        assert_eq!(streamed.framing, Framing::Length);
        let promised = streamed.head.headers()["content-length"].to_str().unwrap().to_owned();
        (bytes, streamed.end, promised)
    };
    let all = whole();
    assert_eq!(cut(None, None), (all[..500].to_vec(), BodyEnd::Cut, "1000".to_owned()));
    assert_eq!(cut(Some(7), None), (all[..7].to_vec(), BodyEnd::Cut, "1000".to_owned()));
    assert_eq!(cut(Some(0), None), (vec![], BodyEnd::Cut, "1000".to_owned()));
    let part = Some("bytes=900-");
    assert_eq!(cut(Some(7), part), (all[900..907].to_vec(), BodyEnd::Cut, "100".to_owned()));
    assert_eq!(cut(Some(100), part), (all[900..].to_vec(), BodyEnd::Whole, "100".to_owned()));
}

#[test]
fn a_stall_is_before_the_answer_or_in_it() {
    assert!(matches!(fetched(first(FetchFault::Stall), None), Wire::Stall));
    let (streamed, bytes) = streamed(fetched(first(FetchFault::Stall).after_bytes(7), None));
    assert_eq!((streamed.end, &*bytes), (BodyEnd::Stall, &whole()[..7]));
}

#[test]
fn a_reset_is_a_reset() {
    assert!(matches!(fetched(first(FetchFault::Reset), None), Wire::Reset));
}

#[test]
fn a_truncated_file_seems_to_be_whole() {
    let (streamed, bytes) = streamed(fetched(first(FetchFault::Truncated).after_bytes(999), None));
    assert_eq!((streamed.end, streamed.framing), (BodyEnd::Whole, Framing::Length));
    assert_eq!(streamed.head.headers()["content-length"], "999");
    assert_eq!(bytes, whole()[..999]);
}

#[test]
fn a_length_may_be_missing_in_two_ways() {
    for (fault, framing, cut) in [
        (FetchFault::NoLength, Framing::Chunked, BodyEnd::Cut),
        (FetchFault::UntilClose, Framing::UntilClose, BodyEnd::Whole),
    ] {
        let (answer, bytes) = streamed(fetched(first(fault), None));
        assert_eq!((answer.framing, answer.end), (framing, BodyEnd::Whole));
        assert!(!answer.head.headers().contains_key("content-length"));
        assert_eq!(bytes, whole());
        let (answer, bytes) = streamed(fetched(first(fault).after_bytes(7), None));
        assert_eq!((answer.framing, answer.end), (framing, cut));
        assert_eq!(bytes, whole()[..7]);
    }
}

#[test]
fn a_range_may_be_ignored_or_mistaken() {
    let got = |fault, range| Got::from(fetched(first(fault), Some(range)));
    let ignored = got(FetchFault::IgnoredRange, "bytes=900-");
    assert_eq!((ignored.status, ignored.body), (200, whole()));
    let all = whole();
    for (range, said, served) in [
        ("bytes=900-", "bytes 450-999/1000", &all[450..]),
        ("bytes=0-9", "bytes 1-9/1000", &all[1..10]),
        ("bytes=0-0", "bytes 1-1/1000", &all[1..2]),
    ] {
        let mistaken = got(FetchFault::WrongRange, range);
        assert_eq!((mistaken.status, mistaken.header("content-range")), (206, said));
        assert_eq!(mistaken.body, served);
    }
    let (_, bytes) = streamed(fetched(first(FetchFault::WrongRange), None));
    assert_eq!(bytes, all);
}

#[test]
fn a_changed_file_is_another_from_then_on() {
    let mut one = one(vec![ScriptedFetch::new(When::poll(2), FetchFault::Changed)]);
    let url = one.url(0.0);
    let before = one.got(0.0, &url, &[]);
    let (etag, modified) = (before.header("etag").to_owned(), before.header("last-modified"));
    for validator in [&*etag, modified] {
        let headers = [("range", "bytes=500-"), ("if-range", validator)];
        let after = one.got(0.0, &url, &headers);
        assert_eq!(after.status, 200);
        assert_eq!(after.body.len(), before.body.len());
        assert_ne!(after.body, before.body);
        assert_eq!(after.body, one.bytes());
        assert_ne!(after.header("etag"), etag);
    }
}

#[test]
fn after_an_expiry_only_a_fresh_url_is_good() {
    for provider in THREE {
        let fetch = ScriptedFetch::new(When::poll(2), FetchFault::Expired);
        let mut one = One::following(Script::new(provider).with_fetch(fetch));
        let url = one.url(0.0);
        assert_eq!(one.got(0.0, &url, &[]).status, 200, "{provider}");
        assert_eq!(one.got(0.0, &url, &[]).status, 403, "{provider}");
        assert_eq!(one.got(0.0, &url, &[]).status, 403, "{provider}");
        // However soon it is asked for.
        let fresh = one.url(0.0);
        assert_ne!(fresh, url, "{provider}");
        assert_eq!(one.got(0.0, &fresh, &[]).status, 200, "{provider}");
    }
}

/// The URLs that a fetch is led to.
fn led(origin: &str, fetch: ScriptedFetch) -> Vec<String> {
    let mut one = one(vec![fetch]);
    one.emulator = one.emulator.at_origin(origin);
    let mut urls = vec![one.url(0.0)];
    loop {
        let got = Got::from(one.fetch(0.0, urls.last().unwrap(), &[]));
        if got.status == 200 {
            assert_eq!(got.body, one.bytes());
            let requests = one.emulator.fetches(ProviderName::TOKEN360, &one.created.id).unwrap();
            assert_eq!(requests.requests as usize, urls.len());
            let numbers: Vec<_> = one.emulator.log().filter_map(|it| it.fetch).collect();
            assert_eq!(numbers, vec![1; urls.len()], "redirects are of one fetch");
            return urls;
        }
        assert_eq!(got.status, 302);
        urls.push(got.header("location").to_owned());
        if !urls.last().unwrap().contains("/files/") {
            return urls;
        }
    }
}

#[test]
fn redirects_lead_to_another_name_of_the_same_file() {
    const FILE: &str = "/files/token360/video_000001.mp4?signature=EMULATED";
    let redirect = || first(FetchFault::Redirect);
    assert_eq!(
        led("http://127.0.0.1:4010", redirect()),
        [format!("http://127.0.0.1:4010{FILE}"), format!("http://localhost:4010{FILE}&hops=0")]
    );
    assert_eq!(
        led("http://localhost", redirect()).last(),
        Some(&format!("http://127.0.0.1{FILE}&hops=0"))
    );
    assert_eq!(
        led("https://api.example", redirect().with_hops(3)),
        [
            format!("https://api.example{FILE}"),
            format!("https://files.api.example{FILE}&hops=2"),
            format!("https://api.example{FILE}&hops=1"),
            format!("https://files.api.example{FILE}&hops=0"),
        ]
    );
    assert_eq!(
        led("https://api.example", redirect().leading_to("http")).last(),
        Some(&format!("http://api.example{FILE}&hops=0"))
    );
    let away = "http://169.254.169.254/latest/";
    assert_eq!(led("https://api.example", redirect().leading_to(away)).last().unwrap(), away);
}

#[test]
fn what_follows_a_redirect_may_go_wrong_too() {
    let mut one = one(vec![first(FetchFault::Redirect), first(FetchFault::Cut)]);
    let url = one.url(0.0);
    let redirected = Got::from(one.fetch(0.0, &url, &[]));
    let (cut, _) = streamed(one.fetch(0.0, redirected.header("location"), &[]));
    assert_eq!(cut.end, BodyEnd::Cut);
    // The next fetch is the second.
    assert_eq!(Got::from(one.fetch(0.0, &url, &[])).status, 200);
}

#[test]
fn fetches_are_counted_with_urls_that_are_good() {
    let mut one = one(vec![ScriptedFetch::new(When::poll(2), FetchFault::NotFound)]);
    let url = one.url(0.0);
    let status = |one: &mut One, url: &str| one.got(0.0, url, &[]).status;
    assert_eq!(status(&mut one, &format!("{url}x")), 403);
    assert_eq!(status(&mut one, &url), 200);
    assert_eq!(status(&mut one, &url), 404);
    assert_eq!(status(&mut one, &url), 200);
}

#[test]
fn an_outage_is_by_the_age_of_the_generation() {
    let outage = When::outage(seconds(10.0), seconds(5.0));
    let mut one = one(vec![ScriptedFetch::new(outage, FetchFault::Unavailable)]);
    let url = one.url(0.0);
    let statuses = [9.9, 10.0, 14.9, 15.0].map(|s| one.got(s, &url, &[]).status);
    assert_eq!(statuses, [200, 503, 503, 200]);
}

/// Everything about a client that resumes: it gets what there is however often it is cut.
#[test]
fn a_file_that_is_cut_often_comes_together() {
    let every = ScriptedFetch::new(When::every(), FetchFault::Cut).after_bytes(300);
    let mut one = one(vec![every]);
    let (url, file): (_, OutputFile) = (one.url(0.0), one.file());
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < LENGTH {
        let range = format!("bytes={}-", bytes.len());
        let headers = [("range", &*range), ("if-range", &file.etag())];
        bytes.extend(streamed(one.fetch(0.0, &url, &headers)).1);
    }
    assert_eq!(file.first_difference(&*bytes).unwrap(), None);
    let fetches = one.emulator.fetches(ProviderName::TOKEN360, &one.created.id).unwrap();
    assert_eq!((fetches.requests, fetches.bytes_sent), (4, LENGTH));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_goes_wrong_the_bytes_are_those_of_the_place_that_the_answer_says(
        fetches in prop::collection::vec(crate::properties::fetch(), 0..4),
        ranges in prop::collection::vec(proptest::option::of(0_u64..LENGTH), 1..8),
    ) {
        let mut one = one(fetches);
        let mut sent = 0;
        for range in ranges {
            let url = one.url(0.0);
            let range = range.map(|first| format!("bytes={first}-"));
            let headers = range.as_deref().map(|range| ("range", range));
            let Wire::Streamed(mut streamed) = one.fetch(0.0, &url, headers.as_slice()) else {
                continue;
            };
            let mut bytes = Vec::new();
            streamed.body.read_to_end(&mut bytes).unwrap();
            let said = streamed.head.headers().get("content-range");
            prop_assert_eq!(said.is_some(), streamed.head.status() == 206);
            let first = said.map_or(0, |said| {
                let said = said.to_str().unwrap().strip_prefix("bytes ").unwrap();
                said.split_once('-').unwrap().0.parse().unwrap()
            });
            let whole = one.bytes();
            prop_assert!(bytes == whole[first..first + bytes.len()]);
            if streamed.end == BodyEnd::Whole && streamed.framing == Framing::Length {
                let length = &streamed.head.headers()["content-length"];
                prop_assert_eq!(length.to_str().unwrap(), bytes.len().to_string());
            }
            sent += bytes.len() as u64;
        }
        let fetches = one.emulator.fetches(ProviderName::TOKEN360, &one.created.id).unwrap();
        prop_assert_eq!(fetches.bytes_sent, sent);
    }
}

#[test]
fn every_fetch_fault_is_read_and_written() {
    let script = r#"{"provider":"token360","file_bytes":1000,"url_expires_after_s":1.5,"fetches":[
        {"on":1,"fault":"cut"},
        {"on":1,"fault":"cut","after_bytes":3},
        {"on":1,"fault":"truncated","after_bytes":3},
        {"on":1,"fault":"reset"},
        {"on":1,"fault":"stall","after_bytes":3},
        {"on":1,"fault":"forbidden"},
        {"on":1,"fault":"not_found"},
        {"on":1,"fault":"server_error"},
        {"on":1,"fault":"unavailable","retry_after_s":3},
        {"on":1,"fault":"expired"},
        {"on":1,"fault":"ignored_range"},
        {"on":1,"fault":"wrong_range"},
        {"on":1,"fault":"changed"},
        {"on":"every","fault":"redirect","hops":3,"to":"http"},
        {"on":{"from":2},"fault":"no_length","after_bytes":3},
        {"on":{"after_s":1},"fault":"until_close","after_bytes":3}]}"#;
    let read = Script::parse(script).unwrap();
    let written: serde_json::Value = serde_json::to_value(&read).unwrap();
    let mut expected: serde_json::Value = serde_json::from_str(script).unwrap();
    expected["ends"] = "completed".into();
    expected["fetches"][8]["retry_after_s"] = 3.0.into();
    expected["fetches"][15]["on"]["after_s"] = 1.0.into();
    assert_eq!(written, expected);
}

#[test]
fn what_is_wrong_with_fetches_is_said_with_the_member() {
    let refused = |rest: &str| {
        let json = format!(r#"{{"provider":"prism",{rest}}}"#);
        crate::support::read(&json).expect_err(&json).to_string()
    };
    let fetch = |rest: &str| refused(&format!(r#""fetches":[{{"on":1,{rest}}}]"#));
    let said = [
        refused(r#""file_bytes":147"#),
        refused(r#""file_bytes":1e20"#),
        refused(r#""file_bytes":1099511627777"#),
        refused(r#""url_expires_after_s":-1"#),
        refused(r#""fetches":[{"on":0,"fault":"cut"}]"#),
        fetch(r#""fault":"explode""#),
        fetch(r#""fault":"reset","after_bytes":1"#),
        fetch(r#""fault":"forbidden","retry_after_s":1"#),
        fetch(r#""fault":"unavailable","retry_after_s":1e9"#),
        fetch(r#""fault":"cut","hops":1"#),
        fetch(r#""fault":"cut","to":"http""#),
        fetch(r#""fault":"redirect","hops":0"#),
        fetch(r#""fault":"redirect","to":"elsewhere""#),
        fetch(r#""fault":"redirect","to":"http://a\nb""#),
    ];
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn fetch_faults_of_a_submitted_generation_are_the_plans() {
    let plan = videogen_emulator::SubmitPlan::parse(
        r#"{"provider":"prism","generation":{"fetches":[{"on":1,"fault":"not_found"}]}}"#,
    )
    .unwrap();
    let mut emulator = videogen_emulator::Emulator::new(crate::support::started());
    emulator.plan_submits(Moment::ORIGIN, plan).unwrap();
    let client = crate::support::client(ProviderName::PRISM, crate::support::KEY);
    let call = client.submit(&crate::submission::new(ProviderName::PRISM)).unwrap();
    emulator.answer(Moment::ORIGIN, call.request());
    let url = "/files/prism/gen_000001.mp4?X-Amz-Signature=EMULATED";
    let status = |emulator: &mut videogen_emulator::Emulator| match emulator
        .answer(at(1.0), &get(url, &[]))
        .wire
    {
        Wire::Streamed(streamed) => streamed.head.status(),
        other => response(videogen_emulator::Reply { at: at(1.0), wire: other }).status(),
    };
    assert_eq!(status(&mut emulator), 404);
    assert_eq!(status(&mut emulator), 200);
}
