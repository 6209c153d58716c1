//! The answers of generations that nothing goes wrong with.

use videogen_core::{OutputKind, Phase, StatusQuery, timestamp};
use videogen_emulator::{Ending, ProviderName, Script};

use crate::support::{One, THREE, json, response, seconds, started, text};

/// Queued, running and ended, one after the other.
fn course(one: &mut One, times: &[f64]) -> String {
    times.iter().map(|&s| text(&one.plain(s))).collect::<Vec<_>>().join("\n")
}

#[test]
fn prism_from_submission_to_video() {
    let mut one =
        One::of(r#"{"provider":"prism","running_s":150,"template_id":"abc123","id":"gen_abc123"}"#);
    insta::assert_snapshot!(course(&mut one, &[0.0, 149.999, 150.0, 3600.0]));
}

#[test]
fn prism_fails() {
    let mut one = One::of(r#"{"provider":"prism","running_s":60,"ends":"failed"}"#);
    insta::assert_snapshot!(course(&mut one, &[60.0]));
}

#[test]
fn token360_from_submission_to_video() {
    let mut one = One::of(
        r#"{"provider":"token360","queued_s":10,"running_s":80,"last_frame":true,"prompt":"a red bus"}"#,
    );
    insta::assert_snapshot!(course(&mut one, &[5.0, 42.0, 90.0, 1000.0]));
}

#[test]
fn token360_fails() {
    let mut one = One::of(
        r#"{"provider":"token360","queued_s":10,"ends":"failed","error":"no","error_code":"E1"}"#,
    );
    insta::assert_snapshot!(course(&mut one, &[10.0]));
}

#[test]
fn synclabs_from_submission_to_video() {
    let mut one =
        One::of(r#"{"provider":"synclabs","queued_s":2.5,"running_s":40,"model":"sync-3"}"#);
    insta::assert_snapshot!(course(&mut one, &[0.0, 2.5, 42.5]));
}

#[test]
fn synclabs_ends_badly_in_four_ways() {
    let ends = ["failed", "rejected", "cancelled", "expired"].map(|end| {
        let script = format!(r#"{{"provider":"synclabs","running_s":5,"ends":"{end}"}}"#);
        course(&mut One::of(&script), &[5.0])
    });
    insta::assert_snapshot!(ends.join("\n"));
}

#[test]
fn clients_read_every_state_as_it_is_meant() {
    const PRISM: ProviderName = ProviderName::PRISM;
    const TOKEN360: ProviderName = ProviderName::TOKEN360;
    const SYNCLABS: ProviderName = ProviderName::SYNCLABS;
    let ends = [
        (PRISM, Ending::Completed, Phase::Succeeded),
        (PRISM, Ending::Failed, Phase::Failed),
        (TOKEN360, Ending::Completed, Phase::Succeeded),
        (TOKEN360, Ending::Failed, Phase::Failed),
        (SYNCLABS, Ending::Completed, Phase::Succeeded),
        (SYNCLABS, Ending::Failed, Phase::Failed),
        (SYNCLABS, Ending::Rejected, Phase::Rejected),
        (SYNCLABS, Ending::Cancelled, Phase::Cancelled),
        (SYNCLABS, Ending::Expired, Phase::Expired),
    ];
    for (provider, ends, phase) in ends {
        let script =
            Script::new(provider).queued_for(seconds(10.0)).running_for(seconds(20.0)).ending(ends);
        let mut one = One::following(script);
        let queued = if provider == PRISM { Phase::Running } else { Phase::Queued };
        assert_eq!(one.seen(9.9).unwrap().phase(), queued, "{provider}");
        assert_eq!(one.seen(10.0).unwrap().phase(), Phase::Running, "{provider}");
        assert_eq!(one.seen(29.9).unwrap().phase(), Phase::Running, "{provider}");
        let ended = one.seen(30.0).unwrap();
        assert_eq!(ended.phase(), phase, "{provider}");
        assert_eq!(ended.has_primary_output(), ends == Ending::Completed, "{provider}");
        let has_failure = ended.failure.is_some();
        assert_eq!(has_failure, ends != Ending::Completed, "{provider} {ends:?}");
        assert_eq!(ended.times.created, Some(started()), "{provider}");
        assert_eq!(ended.times.observed, Some(started() + seconds(30.0)), "{provider}");
    }
}

#[test]
fn nothing_is_told_that_the_wire_models_do_not_know() {
    for provider in THREE {
        let mut one = One::following(Script::new(provider).running_for(seconds(10.0)));
        for s in [5.0, 10.0] {
            let seen = one.seen(s).unwrap();
            let mut unknown: Vec<_> = seen.other_fields().keys().collect();
            // A vendor's extra, which is in the printed example.
            unknown.retain(|name| *name != "resolution");
            assert_eq!(unknown, Vec::<&String>::new(), "{provider}");
        }
    }
}

#[test]
fn numbers_are_integers_where_the_pages_promise_integers() {
    let mut one = One::of(r#"{"provider":"token360","running_s":10}"#);
    let body = json(&response(one.plain(10.0)));
    for member in ["created_at", "updated_at", "duration", "progress"] {
        assert!(body[member].is_u64(), "{member} is {}", body[member]);
    }
    let mut one = One::of(r#"{"provider":"synclabs","faults":[{"on":1,"fault":"server_error"}]}"#);
    assert!(json(&response(one.plain(0.0)))["statusCode"].is_u64());
    assert_eq!(json(&response(one.plain(0.0)))["outputDuration"], 9.98);
}

#[test]
fn prism_signs_its_url_anew_for_every_answer() {
    let mut one = One::of(r#"{"provider":"prism"}"#);
    let mut expiry = |s| {
        let video = one.seen(s).unwrap();
        let url = video.video().unwrap().url.expose().to_owned();
        timestamp::presigned_expiry(&url).unwrap()
    };
    assert_eq!(expiry(0.0), started() + seconds(3600.0));
    assert_eq!(expiry(1800.0), started() + seconds(5400.0));
}

#[test]
fn only_token360_asked_for_it_gives_a_last_frame() {
    let mut with = One::of(r#"{"provider":"token360","last_frame":true}"#);
    assert!(with.seen(0.0).unwrap().output(OutputKind::LastFrame).is_ok());
    let mut without = One::of(r#"{"provider":"token360"}"#);
    assert!(without.seen(0.0).unwrap().output(OutputKind::LastFrame).is_err());
}

#[test]
fn progress_grows_and_is_told_by_sync_only_when_asked() {
    let mut one = One::of(r#"{"provider":"synclabs","queued_s":10,"running_s":100}"#);
    let mut percent = |s, query| {
        let answer = response(one.asked(s, query));
        json(&answer).get("progress_percent").and_then(serde_json::Value::as_u64)
    };
    assert_eq!(percent(50.0, StatusQuery::Plain), None);
    assert_eq!(percent(50.0, StatusQuery::LongPoll { hold: None }), None);
    assert_eq!(percent(5.0, StatusQuery::Progress), Some(0));
    assert_eq!(percent(52.0, StatusQuery::Progress), Some(42));
    assert_eq!(percent(109.9999, StatusQuery::Progress), Some(99));
    assert_eq!(percent(110.0, StatusQuery::Progress), Some(100));
}

#[test]
fn a_generation_that_never_ends_runs_for_ever() {
    for provider in THREE {
        let mut one = One::following(Script::new(provider).ending(Ending::Never));
        let mut before = None;
        for s in [0.0, 60.0, 3600.0, 1e9] {
            let seen = one.seen(s).unwrap();
            assert_eq!(seen.phase(), Phase::Running, "{provider}");
            assert!(seen.progress >= before, "{provider}");
            before = seen.progress;
        }
    }
}

#[test]
fn ids_are_like_the_providers_and_count_up() {
    let mut one = One::of(r#"{"provider":"prism"}"#);
    let mut next =
        |provider| one.emulator.add(videogen_core::Moment::ORIGIN, Script::new(provider)).unwrap();
    assert_eq!(next(ProviderName::PRISM).handle, "prism:gen_000002");
    assert_eq!(next(ProviderName::TOKEN360).handle, "token360:video_000003");
    assert_eq!(
        next(ProviderName::SYNCLABS).handle,
        "synclabs:00000000-0000-4000-8000-000000000004"
    );
}

#[test]
fn an_id_that_must_be_encoded_is_found() {
    for provider in THREE {
        let mut one = One::following(Script::new(provider).with_id("a b/ü?c"));
        let seen = one.seen(0.0).unwrap();
        assert_eq!(seen.handle.id(), "a b/ü?c");
        let url = seen.video().unwrap().url.expose();
        assert!(url.contains("a%20b%2F%C3%BC%3Fc"), "{provider}");
    }
}
