//! What faults make of answers.

use videogen_core::{ErrorKind, Phase};
use videogen_emulator::{Fault, ProviderName, RetryAfter, Script, When, Wire};

use crate::support::{KEY, One, THREE, response, seconds, text};

fn every() -> Vec<Fault> {
    let rest = Some(RetryAfter::Seconds(seconds(3.0)));
    let date = Some(RetryAfter::Date(seconds(90.0)));
    vec![
        Fault::Unauthorized,
        Fault::Forbidden,
        Fault::NotFound,
        Fault::RequestTimeout,
        Fault::TooManyRequests { retry_after: None },
        Fault::TooManyRequests { retry_after: rest },
        Fault::TooManyRequests { retry_after: date },
        Fault::ServerError,
        Fault::BadGatewayHtml,
        Fault::Unavailable { retry_after: None },
        Fault::Unavailable { retry_after: rest },
        Fault::GatewayTimeout,
        Fault::Reset,
        Fault::Stall,
        Fault::Cut,
        Fault::TruncatedJson,
        Fault::Html200,
        Fault::Empty200,
        Fault::Empty202 { retry_after: rest },
        Fault::UnknownStatus { word: "paused".to_owned() },
        Fault::StatusBackwards,
        Fault::CompletedWithoutUrl,
        Fault::NullString { field: "status".to_owned() },
        Fault::EchoKey { http_status: 401 },
        Fault::EchoKey { http_status: 500 },
    ]
}

/// The answer of a completed generation under each fault.
fn gallery(provider: ProviderName) -> String {
    let shown = every().into_iter().map(|fault| {
        let name = format!("{fault:?}");
        let script = Script::new(provider).with_fault(When::every(), fault);
        format!("## {name}\n{}", text(&One::following(script).plain(0.5)))
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn of_prism() {
    insta::assert_snapshot!(gallery(ProviderName::PRISM));
}

#[test]
fn of_token360() {
    insta::assert_snapshot!(gallery(ProviderName::TOKEN360));
}

#[test]
fn of_synclabs() {
    insta::assert_snapshot!(gallery(ProviderName::SYNCLABS));
}

#[test]
fn clients_see_each_fault_as_what_it_is() {
    for provider in THREE {
        for fault in every() {
            let expected = match fault {
                Fault::Unauthorized | Fault::EchoKey { http_status: 401 } => {
                    ErrorKind::Unauthorized
                }
                Fault::Forbidden => ErrorKind::Forbidden,
                Fault::NotFound => ErrorKind::NotFound,
                Fault::TooManyRequests { .. } => ErrorKind::RateLimited,
                Fault::RequestTimeout
                | Fault::ServerError
                | Fault::BadGatewayHtml
                | Fault::Unavailable { .. }
                | Fault::GatewayTimeout
                | Fault::EchoKey { .. } => ErrorKind::Unavailable,
                Fault::TruncatedJson
                | Fault::Html200
                | Fault::Empty200
                | Fault::Empty202 { .. }
                | Fault::NullString { .. } => ErrorKind::InvalidResponse,
                _ => continue,
            };
            let name = format!("{provider} {fault:?}");
            let script = Script::new(provider).with_fault(When::every(), fault);
            let error = One::following(script).seen(0.0).expect_err(&name);
            assert_eq!(error.kind(), expected, "{name}");
        }
    }
}

#[test]
fn connections_end_as_told() {
    let wire = |fault| {
        let script = Script::new(ProviderName::PRISM).with_fault(When::every(), fault);
        One::following(script).plain(0.0).wire
    };
    assert!(matches!(wire(Fault::Reset), Wire::Reset));
    assert!(matches!(wire(Fault::Stall), Wire::Stall));
    let Wire::Cut { response, keep } = wire(Fault::Cut) else { panic!("not cut") };
    assert!(0 < keep && keep < response.body().len());
}

#[test]
fn a_retry_after_is_what_the_client_reads() {
    let rest = |retry_after| {
        let fault = Fault::TooManyRequests { retry_after: Some(retry_after) };
        let script = Script::new(ProviderName::PRISM).with_fault(When::every(), fault);
        One::following(script).seen(0.7).unwrap_err().retry_after()
    };
    assert_eq!(rest(RetryAfter::Seconds(seconds(30.0))), Some(seconds(30.0)));
    assert_eq!(rest(RetryAfter::Seconds(seconds(0.5))), Some(seconds(0.5)));
    assert_eq!(rest(RetryAfter::Date(seconds(90.0))), Some(seconds(90.0)));
}

#[test]
fn faults_happen_on_their_polls_and_the_first_counts() {
    let mut one = One::of(
        r#"{"provider":"token360","running_s":1000,"faults":[
            {"on":2,"fault":"server_error"},
            {"on":{"from":2,"to":3},"fault":"not_found"},
            {"on":{"from":6},"fault":"forbidden"}]}"#,
    );
    let codes: Vec<u16> = (0..8).map(|_| response(one.plain(1.0)).status().as_u16()).collect();
    assert_eq!(codes, [200, 500, 404, 200, 200, 403, 403, 403]);
    assert_eq!(one.emulator.polls(ProviderName::TOKEN360, &one.created.id), Some(8));
}

#[test]
fn an_outage_is_counted_from_the_creation() {
    let mut emulator = videogen_emulator::Emulator::new(crate::support::started());
    let script = Script::new(ProviderName::PRISM)
        .running_for(seconds(1000.0))
        .with_fault(When::outage(seconds(10.0), seconds(20.0)), Fault::GatewayTimeout);
    let created = emulator.add(crate::support::at(100.0), script).unwrap();
    let mut one = One { emulator, created };
    for (s, code) in [(109.9, 200), (110.0, 504), (129.9, 504), (130.0, 200), (10.0, 200)] {
        assert_eq!(response(one.plain(s)).status(), code, "at {s}");
    }
}

#[test]
fn not_found_and_then_found() {
    let mut one = One::of(
        r#"{"provider":"synclabs","faults":[{"on":{"from":1,"to":2},"fault":"not_found"}]}"#,
    );
    assert_eq!(one.seen(0.0).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(one.seen(1.0).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(one.status(2.0), "COMPLETED");
}

#[test]
fn a_status_goes_backwards() {
    let script = |provider| {
        Script::new(provider)
            .queued_for(seconds(10.0))
            .running_for(seconds(10.0))
            .with_fault(When::every(), Fault::StatusBackwards)
    };
    let words = |provider| {
        let mut one = One::following(script(provider));
        [5.0, 15.0, 25.0].map(|s| one.status(s))
    };
    assert_eq!(words(ProviderName::PRISM), ["generating", "generating", "generating"]);
    assert_eq!(words(ProviderName::TOKEN360), ["queued", "queued", "in_progress"]);
    assert_eq!(words(ProviderName::SYNCLABS), ["PENDING", "PENDING", "PROCESSING"]);
    for provider in THREE {
        let seen = One::following(script(provider)).seen(25.0).unwrap();
        assert!(!seen.has_primary_output(), "{provider}");
    }
}

#[test]
fn a_word_that_nobody_knows_ends_nothing() {
    for provider in THREE {
        let fault = Fault::UnknownStatus { word: "PAUSED".to_owned() };
        let script = Script::new(provider).with_fault(When::poll(1), fault);
        let mut one = One::following(script);
        let seen = one.seen(0.0).unwrap();
        assert_eq!((seen.phase(), seen.status.raw()), (Phase::Unrecognized, "PAUSED"));
        assert_eq!(one.seen(0.0).unwrap().phase(), Phase::Succeeded);
    }
}

#[test]
fn a_url_can_come_later_or_never() {
    for provider in THREE {
        let has_url = |on| {
            let script = Script::new(provider)
                .running_for(seconds(5.0))
                .with_fault(on, Fault::CompletedWithoutUrl);
            let mut one = One::following(script);
            [4.0, 5.0, 6.0, 7.0].map(|s| {
                let seen = one.seen(s).unwrap();
                let completed = seen.phase() == Phase::Succeeded;
                assert_eq!(completed, s >= 5.0, "{provider} at {s}");
                seen.has_primary_output()
            })
        };
        assert_eq!(has_url(When::polls(2..=3)), [false, false, false, true], "{provider}");
        assert_eq!(has_url(When::every()), [false; 4], "{provider}");
        let late = When::outage(seconds(0.0), seconds(6.0));
        assert_eq!(has_url(late), [false, false, true, true], "{provider}");
    }
}

#[test]
fn a_null_stands_where_a_string_was_promised() {
    for (provider, field) in [
        (ProviderName::PRISM, "video_url"),
        (ProviderName::TOKEN360, "url"),
        (ProviderName::SYNCLABS, "outputUrl"),
    ] {
        let fault = Fault::NullString { field: field.to_owned() };
        let script = Script::new(provider).with_fault(When::every(), fault);
        let body = crate::support::json(&response(One::following(script).plain(0.0)));
        assert!(body.as_object().unwrap()[field].is_null(), "{provider}");
        assert!(body["id"].is_string(), "{provider}");
    }
}

#[test]
fn the_key_is_echoed_on_the_wire_and_the_client_hides_it() {
    for provider in THREE {
        for http_status in [401, 500] {
            let fault = Fault::EchoKey { http_status };
            let script = Script::new(provider).with_fault(When::every(), fault);
            let mut one = One::following(script);
            let answer = response(one.plain(0.0));
            assert_eq!(answer.status(), http_status);
            assert!(String::from_utf8_lossy(answer.body()).contains(KEY), "{provider}");
            let bytes = answer.body().len();
            let shown = format!("Response({}, {bytes} of {bytes} bytes)", answer.status());
            assert_eq!(format!("{:?}", Wire::Response(answer.clone())), shown);
            let error = one.decoded(&answer).unwrap_err();
            assert!(!format!("{error:?} {error}").contains(KEY), "{provider}");
        }
    }
}

#[test]
fn truncated_json_is_half_of_the_answer() {
    let mut one = One::of(r#"{"provider":"prism","faults":[{"on":1,"fault":"truncated_json"}]}"#);
    let half = response(one.plain(0.0)).into_body();
    let whole = response(one.plain(0.0)).into_body();
    assert_eq!(half, whole[..whole.len() / 2]);
}
