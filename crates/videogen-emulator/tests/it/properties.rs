//! What holds for every script and every poll.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use videogen_core::{Moment, Phase, StatusQuery};
use videogen_emulator::{
    Emulator, Ending, Fault, FetchFault, MAX_FILE_BYTES, MIN_FILE_BYTES, ProviderName, RetryAfter,
    Script, ScriptedFault, ScriptedFetch, WebhookPlan, When, Wire,
};

use crate::support::{One, THREE, check, get};

fn milliseconds() -> impl Strategy<Value = Duration> {
    (0_u64..600_000).prop_map(Duration::from_millis)
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        (1_u64..8).prop_map(When::poll),
        (1_u64..8, 0_u64..4).prop_map(|(from, more)| When::polls(from..=from + more)),
        (1_u64..8).prop_map(|from| When::Polls { from, to: None }),
        Just(When::every()),
        (milliseconds(), option::of(milliseconds()))
            .prop_map(|(after, lasting)| When::Time { after, lasting }),
    ]
}

fn rest() -> impl Strategy<Value = Option<RetryAfter>> {
    option::of(prop_oneof![
        milliseconds().prop_map(RetryAfter::Seconds),
        milliseconds().prop_map(RetryAfter::Date),
    ])
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        select(vec![
            Fault::Unauthorized,
            Fault::Forbidden,
            Fault::NotFound,
            Fault::RequestTimeout,
            Fault::ServerError,
            Fault::BadGatewayHtml,
            Fault::GatewayTimeout,
            Fault::Reset,
            Fault::Stall,
            Fault::Cut,
            Fault::TruncatedJson,
            Fault::Html200,
            Fault::Empty200,
            Fault::StatusBackwards,
            Fault::CompletedWithoutUrl,
            Fault::NullString { field: "id".to_owned() },
            Fault::EchoKey { http_status: 401 },
            Fault::EchoKey { http_status: 500 },
        ]),
        rest().prop_map(|retry_after| Fault::TooManyRequests { retry_after }),
        rest().prop_map(|retry_after| Fault::Unavailable { retry_after }),
        rest().prop_map(|retry_after| Fault::Empty202 { retry_after }),
        "[A-Za-z ]{0,8}".prop_map(|word| Fault::UnknownStatus { word: format!("?{word}") }),
    ]
}

fn faultless() -> impl Strategy<Value = Script> {
    let provider = select(THREE.to_vec());
    let ends = select(vec![
        Ending::Completed,
        Ending::Failed,
        Ending::Rejected,
        Ending::Cancelled,
        Ending::Expired,
        Ending::Never,
    ]);
    (provider, ends, milliseconds(), milliseconds())
        .prop_map(|(provider, ends, queued, running)| {
            let running = if ends == Ending::Never { Duration::ZERO } else { running };
            Script::new(provider).ending(ends).queued_for(queued).running_for(running)
        })
        .prop_filter("only what the provider has", |script| check(script).is_ok())
}

pub(crate) fn fetch() -> impl Strategy<Value = ScriptedFetch> {
    use FetchFault::{
        Changed, Cut, Expired, Forbidden, IgnoredRange, NoLength, NotFound, Redirect, Reset,
        ServerError, Stall, Truncated, Unavailable, UntilClose, WrongRange,
    };
    let bare = select(vec![
        Changed,
        Cut,
        Expired,
        Forbidden,
        IgnoredRange,
        NoLength,
        NotFound,
        Redirect,
        Reset,
        ServerError,
        Stall,
        Truncated,
        Unavailable,
        UntilClose,
        WrongRange,
    ]);
    let bare = (when(), bare).prop_map(|(on, fault)| ScriptedFetch::new(on, fault));
    let breaking = select(vec![Cut, Truncated, Stall, NoLength, UntilClose]);
    let breaking = (when(), breaking, 0_u64..2000)
        .prop_map(|(on, fault, bytes)| ScriptedFetch::new(on, fault).after_bytes(bytes));
    let to = select(vec!["other_host", "http", "https://e.example/?a=b"]);
    let redirect = (when(), 1_u32..4, to)
        .prop_map(|(on, hops, to)| ScriptedFetch::new(on, Redirect).with_hops(hops).leading_to(to));
    let resting = (when(), milliseconds())
        .prop_map(|(on, rest)| ScriptedFetch::new(on, Unavailable).resting(rest));
    prop_oneof![4 => bare, 2 => breaking, 1 => redirect, 1 => resting]
}

fn webhook() -> impl Strategy<Value = WebhookPlan> {
    let url = option::of(Just("http://receiver.example/hook".to_owned()));
    (url, any::<[bool; 3]>(), milliseconds()).prop_map(|(url, [missing, odd, forged], late)| {
        let mut plan = WebhookPlan::default();
        (plan.url, plan.missing, plan.forged) = (url, missing, forged);
        if !missing {
            (plan.doubled, plan.late) = (odd, late);
        }
        plan
    })
}

fn script() -> impl Strategy<Value = Script> {
    let faults = prop::collection::vec((when(), fault()), 0..4);
    let fetches = prop::collection::vec(fetch(), 0..4);
    let files = (MIN_FILE_BYTES..MAX_FILE_BYTES, option::of(milliseconds()));
    (faultless(), faults, fetches, files, webhook()).prop_map(
        |(mut script, faults, fetches, (bytes, lifetime), webhook)| {
            (script.fetches, script.webhook) = (fetches, webhook);
            (script.file_bytes, script.url_lifetime) = (bytes, lifetime);
            script.faults =
                faults.into_iter().map(|(on, fault)| ScriptedFault::new(on, fault)).collect();
            script
        },
    )
}

fn times() -> impl Strategy<Value = Vec<Duration>> {
    prop::collection::vec(milliseconds(), 1..12).prop_map(|mut times| {
        times.sort_unstable();
        times
    })
}

fn query() -> impl Strategy<Value = &'static str> {
    select(vec![
        "",
        "?wait=true",
        "?wait=true&timeout=55",
        "?wait=true&timeout=0.001",
        "?include=progress",
        "?wait=true&include=progress",
        "?timeout=1e999",
        "?%%%&=&&wait",
    ])
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_script_is_the_same_after_a_trip_through_json(script in script()) {
        let json = serde_json::to_string(&script).unwrap();
        prop_assert_eq!(Script::parse(&json).unwrap(), script, "{}", json);
    }

    #[test]
    fn no_text_makes_reading_a_script_panic(text in ".{0,200}", at in 0_usize..80) {
        let _ = Script::parse(&text);
        let mut near = r#"{"provider":"prism","faults":[{"on":{"from":1},"fault":"cut"}]}"#.to_owned();
        near.replace_range(at.min(near.len())..at.saturating_add(1).min(near.len()), &text);
        let _ = Script::parse(&near);
    }

    #[test]
    fn whatever_goes_wrong_there_is_a_reply(
        script in script(),
        times in times(),
        query in query(),
        started in any::<i64>(),
        keyed in any::<bool>(),
    ) {
        let started = match UNIX_EPOCH.checked_add(Duration::from_secs(started.unsigned_abs())) {
            Some(time) if started > 0 => time,
            _ => UNIX_EPOCH.checked_sub(Duration::from_secs(1_000_000)).unwrap_or(SystemTime::UNIX_EPOCH),
        };
        let mut emulator = Emulator::new(started);
        let created = emulator.add(Moment::new(times[0]), script.clone()).unwrap();
        let base = emulator.base_url(created.provider).unwrap();
        let operation = match created.provider {
            ProviderName::PRISM => "generations",
            ProviderName::TOKEN360 => "videos",
            _ => "generate",
        };
        let url = format!("{base}/{operation}/{}{query}", created.id);
        let headers = [("authorization", "Bearer k"), ("x-api-key", "k")];
        let request = get(&url, if keyed { &headers } else { &[] });
        for time in times.into_iter().chain([Duration::MAX]) {
            let now = Moment::new(time);
            let reply = emulator.answer(now, &request);
            prop_assert!(reply.at >= now);
            prop_assert!(reply.at <= now + Duration::from_secs(55));
            match reply.wire {
                Wire::Response(response) => {
                    prop_assert!(response.headers().contains_key("date"));
                    if !keyed {
                        prop_assert_eq!(response.status(), 401);
                    }
                }
                Wire::Cut { response, keep } => prop_assert!(keep < response.body().len()),
                Wire::Reset | Wire::Stall => {}
                Wire::Streamed(_) => prop_assert!(false, "a status is no file"),
            }
        }
    }

    #[test]
    fn without_faults_statuses_move_along_the_table(script in faultless(), times in times()) {
        let mut one = One::following(script.clone());
        let table = one.emulator.side(script.provider).unwrap().statuses();
        let mut before: Option<(String, Option<videogen_core::Progress>)> = None;
        for time in times {
            let reply = one.asked(time.as_secs_f64(), StatusQuery::Plain);
            let seen = one.decoded(&crate::support::response(reply)).unwrap();
            prop_assert_ne!(seen.phase(), Phase::Unrecognized);
            let word = seen.status.raw().to_owned();
            if let Some((before, progress)) = before {
                let moved = before == word || table.reaches(&before, &word);
                prop_assert!(moved, "{} then {}", before, word);
                prop_assert!(before != word || seen.progress >= progress);
            }
            prop_assert_eq!(seen.has_primary_output(), seen.phase() == Phase::Succeeded);
            before = Some((word, seen.progress));
        }
    }

    #[test]
    fn a_generation_ends_exactly_when_the_script_says(script in faultless()) {
        prop_assume!(script.ends != Ending::Never);
        let end = script.queued + script.running;
        let mut one = One::following(script);
        let mut ended = |time: Duration| {
            let (provider, id) = (one.created.provider, one.created.id.clone());
            let word = one.emulator.status(Moment::new(time), provider, &id).unwrap();
            let phase = one.emulator.side(provider).unwrap().statuses().status(word).phase();
            let seen = one.seen(time.as_secs_f64()).unwrap();
            assert_eq!(seen.phase(), phase);
            phase.is_terminal()
        };
        if let Some(before) = end.checked_sub(Duration::from_millis(1)) {
            prop_assert!(!ended(before));
        }
        prop_assert!(ended(end));
    }
}
