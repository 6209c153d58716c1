//! The emulator as a transport on a virtual clock.

use std::ops::ControlFlow;
use std::time::Duration;

use videogen_core::{
    Action, AsyncTransport, Delivery, Event, HttpRequest, Outcome, Provider, StatusQuery,
    Transport, Wait, WaitOptions, poll,
};
use videogen_emulator::{DEFAULT_TIMEOUT, Emulator, InProcess, Script};
use videogen_testkit::VirtualClock;

use crate::support::{KEY, at, client, seconds, started};

struct Stage {
    emulator: InProcess,
    client: Box<dyn Provider>,
    handle: videogen_core::Handle,
}

fn stage(script: &str) -> Stage {
    let script = Script::parse(script).unwrap();
    let client = client(script.provider, KEY);
    let emulator = InProcess::new(Emulator::new(started()), VirtualClock::new());
    let created = emulator.add(script).unwrap();
    let handle = client.handle(&created.id).unwrap();
    Stage { emulator, client, handle }
}

impl Stage {
    fn request(&self, query: StatusQuery, timeout: Option<f64>) -> HttpRequest {
        let mut call = self.client.status(&self.handle, query).unwrap();
        if let Some(timeout) = timeout {
            call = call.with_timeout(seconds(timeout));
        }
        call.request().clone()
    }

    /// What an exchange comes to, and what time it is then, in seconds.
    fn exchange(&self, query: StatusQuery, timeout: Option<f64>) -> (Result<u16, Delivery>, f64) {
        let sent = Transport::send(&self.emulator, self.request(query, timeout));
        let sent = sent.map(|answer| answer.status().as_u16()).map_err(|error| error.delivery);
        (sent, self.emulator.clock().now().since_origin().as_secs_f64())
    }

    /// A whole wait.
    fn wait(&self) -> Outcome {
        let guidance = self.client.guidance();
        let clock = self.emulator.clock();
        let table = self.client.lifecycle();
        let options = WaitOptions::of(&guidance);
        let mut wait = Wait::new(self.handle.clone(), table, &guidance, options);
        let mut event = Event::Begin;
        loop {
            event = match wait.on(clock.now(), event) {
                ControlFlow::Break(outcome) => return outcome,
                ControlFlow::Continue(Action::Rest { until }) => {
                    clock.advance_to(until);
                    Event::Woke
                }
                ControlFlow::Continue(Action::Poll { query, timeout }) => {
                    let client = &*self.client;
                    Event::Observed(poll(client, &self.emulator, &self.handle, query, timeout))
                }
            };
        }
    }
}

const LONG_POLL: StatusQuery = StatusQuery::LongPoll { hold: None };

#[test]
fn a_wait_outlasts_everything_that_passes() {
    let stage = stage(
        r#"{"provider":"token360","queued_s":60,"running_s":300,"faults":[
            {"on":1,"fault":"not_found"},
            {"on":2,"fault":"reset"},
            {"on":3,"fault":"stall"},
            {"on":4,"fault":"cut"},
            {"on":5,"fault":"truncated_json"},
            {"on":6,"fault":"html_200"},
            {"on":7,"fault":"empty_200"},
            {"on":8,"fault":"empty_202"},
            {"on":9,"fault":"unknown_status","word":"paused"},
            {"on":10,"fault":"status_backwards"},
            {"on":11,"fault":"null_string","field":"status"},
            {"on":12,"fault":"request_timeout"},
            {"on":13,"fault":"too_many_requests","retry_after_s":30},
            {"on":14,"fault":"bad_gateway_html"},
            {"on":{"after_s":200,"for_s":30},"fault":"unavailable"}]}"#,
    );
    let Outcome::Settled(seen) = stage.wait() else { panic!("gave up") };
    assert_eq!(seen.status.raw(), "completed");
    assert!(stage.emulator.clock().now() >= at(360.0));
    // Every fault that is counted was met.
    assert!(stage.emulator.log().len() > 14);
}

#[test]
fn a_wait_ends_on_what_does_not_pass() {
    for fault in ["unauthorized", "forbidden"] {
        let stage = stage(&format!(
            r#"{{"provider":"prism","running_s":60,"faults":[{{"on":2,"fault":"{fault}"}}]}}"#
        ));
        assert!(matches!(stage.wait(), Outcome::GaveUp { .. }), "{fault}");
        assert_eq!(stage.emulator.log().len(), 2, "{fault}");
    }
}

#[test]
fn success_without_a_url_for_ever_is_its_own_outcome() {
    for provider in ["prism", "token360", "synclabs"] {
        let stage = stage(&format!(
            r#"{{"provider":"{provider}","faults":[{{"on":"every","fault":"completed_without_url"}}]}}"#
        ));
        assert!(matches!(stage.wait(), Outcome::WithoutOutput(_)), "{provider}");
    }
}

#[test]
fn an_hour_at_sync_takes_the_polls_that_long_polls_need() {
    let stage = stage(r#"{"provider":"synclabs","queued_s":60,"running_s":3540}"#);
    let Outcome::Settled(seen) = stage.wait() else { panic!("gave up") };
    assert_eq!(seen.status.raw(), "COMPLETED");
    // The answer comes at the end and not a poll later.
    assert_eq!(stage.emulator.clock().now(), at(3600.0));
    // Each is held for 30 seconds and followed by the rest of 2 seconds that is asked for, or more.
    let polls = stage.emulator.log().len();
    assert!((60..=113).contains(&polls), "{polls}");
}

#[test]
fn an_answer_takes_no_time_but_what_a_long_poll_holds() {
    let stage = stage(r#"{"provider":"synclabs","running_s":40}"#);
    assert_eq!(stage.exchange(StatusQuery::Plain, Some(10.0)), (Ok(200), 0.0));
    assert_eq!(stage.exchange(LONG_POLL, Some(60.0)), (Ok(200), 30.0));
    assert_eq!(stage.exchange(LONG_POLL, None), (Ok(200), 40.0));
    assert_eq!(stage.exchange(LONG_POLL, None), (Ok(200), 40.0));
}

#[test]
fn an_exchange_ends_with_its_timeout() {
    let stage = stage(r#"{"provider":"synclabs","running_s":400}"#);
    // Just in time counts.
    assert_eq!(stage.exchange(LONG_POLL, Some(30.0)), (Ok(200), 30.0));
    assert_eq!(stage.exchange(LONG_POLL, Some(29.0)), (Err(Delivery::Possible), 59.0));
}

#[test]
fn a_stalled_answer_takes_the_whole_timeout() {
    let stage = stage(r#"{"provider":"prism","faults":[{"on":"every","fault":"stall"}]}"#);
    assert_eq!(stage.exchange(StatusQuery::Plain, Some(7.0)), (Err(Delivery::Possible), 7.0));
    let (result, now) = stage.exchange(StatusQuery::Plain, None);
    assert_eq!(result, Err(Delivery::Possible));
    assert_eq!(Duration::from_secs_f64(now), Duration::from_secs(7) + DEFAULT_TIMEOUT);
}

#[test]
fn a_connection_that_ends_may_have_delivered() {
    for fault in ["reset", "cut"] {
        let stage =
            stage(&format!(r#"{{"provider":"prism","faults":[{{"on":1,"fault":"{fault}"}}]}}"#));
        assert_eq!(
            stage.exchange(StatusQuery::Plain, Some(7.0)),
            (Err(Delivery::Possible), 0.0),
            "{fault}"
        );
        assert_eq!(stage.exchange(StatusQuery::Plain, Some(7.0)), (Ok(200), 0.0), "{fault}");
    }
}

#[test]
fn async_is_the_same() {
    let stage = stage(r#"{"provider":"synclabs","running_s":20}"#);
    let transport: &dyn AsyncTransport = &stage.emulator;
    let request = stage.request(LONG_POLL, Some(60.0));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answer = runtime.block_on(transport.send(request)).unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(stage.emulator.clock().now(), at(20.0));
}

#[test]
fn clones_are_the_same_emulator() {
    let stage = stage(r#"{"provider":"prism"}"#);
    let clone = stage.emulator.clone();
    assert_eq!(stage.exchange(StatusQuery::Plain, None), (Ok(200), 0.0));
    assert_eq!(clone.log().len(), 1);
    assert_eq!(
        clone.emulator().polls(videogen_emulator::ProviderName::PRISM, "gen_000001"),
        Some(1)
    );
}
