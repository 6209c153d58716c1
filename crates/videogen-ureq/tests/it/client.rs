//! The client with the real providers.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use videogen_core::{
    Error, ErrorKind, Generation, Handle, HttpRequest, HttpResponse, Phase, Provider, Report,
    StatusQuery, Transport, TransportError,
};
use videogen_testkit::{
    ScriptedServer, ServerReply, TEST_KEY, fast_wait, leaks, shown_report, slow_wait,
};
use videogen_ureq::{Client, UreqTransport, WaitBuilder, Watch};

use crate::providers::{completed, generating, prism, synclabs};

const _: fn() = || {
    fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<Client>();
    send_and_sync::<UreqTransport>();
    send_and_sync::<videogen_ureq::CancelToken>();
};
const _: fn(&Client, &Handle) = |client, handle| {
    let _: (WaitBuilder<'static>, Watch<'static>) = (client.wait(handle), client.watch(handle));
};

fn phases(
    items: impl IntoIterator<Item = Result<Generation, Error>>,
) -> Vec<Result<Phase, ErrorKind>> {
    items.into_iter().map(|item| item.map(|seen| seen.phase()).map_err(|e| e.kind())).collect()
}

#[test]
fn everything_that_happens_is_reported() {
    let server = ScriptedServer::start([
        generating(),
        ServerReply::json(503, "<html>"),
        ServerReply::json(200, r#"{"id":"gen_1","status":"upscaling"}"#),
        completed(),
    ]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let mut reports = Vec::new();
    let wait = client.wait(&handle).options(fast_wait(client.provider()));
    let ended = wait.on_report(|report| reports.push(shown_report(&report))).run().unwrap();
    assert_eq!(ended.video().unwrap().url.expose(), "https://cdn.example.com/v.mp4?sig=SECRET");
    reports.retain(|report| report != "resting");
    let [generating, missed] = ["observed generating", "missed Unavailable"];
    let [upscaling, completed] = ["observed upscaling", "observed completed"];
    assert_eq!(
        reports,
        [
            "polling", generating, "polling", missed, "polling", upscaling, "polling", completed,
            "ended"
        ]
    );
}

#[test]
fn what_has_ended_already_takes_one_request_and_no_rest() {
    let server = ScriptedServer::start([completed(), completed(), completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let mut rests = 0;
    let count = |report: Report<'_>| rests += usize::from(matches!(report, Report::Resting { .. }));
    // As the provider wants it: a rest would take five seconds, and is reported.
    client.wait(&handle).on_report(count).run().unwrap();
    assert_eq!((server.received().len(), rests), (1, 0));
    assert_eq!(phases(client.watch(&handle)), [Ok(Phase::Succeeded)]);
    assert_eq!(server.received().len(), 2);
    assert_eq!(client.status(&handle).unwrap().phase(), Phase::Succeeded);
    assert_eq!(server.received().len(), 3);
}

#[test]
fn watch_shows_every_observation_and_ends() {
    let server = ScriptedServer::start([generating(), generating(), completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let mut watch = client.watch(&handle).options(fast_wait(client.provider()));
    assert_eq!(server.connections(), 0, "lazy");
    let seen = phases(&mut watch);
    assert_eq!(seen, [Ok(Phase::Running), Ok(Phase::Running), Ok(Phase::Succeeded)]);
    assert!(watch.next().is_none());
}

#[test]
fn watch_shows_what_it_saw_before_it_rests() {
    let server = ScriptedServer::start([generating()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    // The rest after it would take an hour.
    let first = client.watch(&handle).options(slow_wait(client.provider())).next();
    assert_eq!(phases(first), [Ok(Phase::Running)]);
}

#[test]
fn a_wait_may_have_all_the_time_there_is() {
    let server = ScriptedServer::start([generating(), completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let mut options = fast_wait(client.provider());
    options.answer_timeout = Duration::MAX;
    let wait = client.wait(&handle).options(options).deadline(Duration::MAX);
    assert_eq!(wait.run().unwrap().phase(), Phase::Succeeded);
}

#[test]
fn watch_ends_with_one_error() {
    let server = ScriptedServer::start([generating(), ServerReply::json(401, "{}")]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let seen = phases(client.watch(&handle).options(fast_wait(client.provider())));
    assert_eq!(seen, [Ok(Phase::Running), Err(ErrorKind::Unauthorized)]);
}

#[test]
fn success_without_an_output_is_looked_at_again_and_is_then_an_error() {
    let bare = || ServerReply::json(200, r#"{"id":"gen_1","status":"completed"}"#);
    let server = ScriptedServer::start((0..1000).map(|_| bare()));
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let mut options = fast_wait(client.provider());
    options.output_grace = Duration::from_millis(20);
    let mut seen = phases(client.watch(&handle).options(options));
    assert_eq!(seen.pop(), Some(Err(ErrorKind::CompletedWithoutOutput)));
    assert!(seen.len() >= 2, "{seen:?}");
    assert!(seen.iter().all(|seen| *seen == Ok(Phase::Succeeded)));
}

#[test]
fn a_deadline_ends_a_wait_and_loses_nothing() {
    let server = ScriptedServer::start((0..10_000).map(|_| generating()));
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let options = fast_wait(client.provider());
    for wait in [
        client.wait(&handle).options(options.clone()).deadline(Duration::from_millis(20)),
        client.wait(&handle).deadline(Duration::from_millis(20)).options(options),
    ] {
        let error = wait.run().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DeadlinePassed);
        assert_eq!(error.handle(), Some(&handle));
        assert_eq!(error.last_observation().unwrap().phase(), Phase::Running);
    }
}

#[test]
fn a_handle_of_another_place_is_refused_and_nothing_is_sent() {
    let (here, there) = (ScriptedServer::start([]), ScriptedServer::start([]));
    let client = Client::new(prism(&here));
    let handle = prism(&there).handle("gen_1").unwrap();
    assert_eq!(client.status(&handle).unwrap_err().kind(), ErrorKind::ForeignHandle);
    assert_eq!(client.wait(&handle).run().unwrap_err().kind(), ErrorKind::ForeignHandle);
    assert_eq!((here.connections(), there.connections()), (0, 0));
}

#[test]
fn the_status_is_asked_for_plainly_and_once() {
    let id = "00000000-0000-4000-8000-000000000001";
    let server = ScriptedServer::start([ServerReply::json(503, "")]);
    let client = Client::new(synclabs(&server));
    let error = client.status(&client.handle(id).unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.handle().unwrap().id(), id);
    let paths: Vec<_> = server.received().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, [format!("/api/generate/{id}")]);
}

#[test]
fn a_client_is_used_from_four_threads() {
    let server = ScriptedServer::start((0..40).map(|_| completed()));
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10 {
                    client.wait(&handle).run().unwrap();
                }
            });
        }
    });
    assert_eq!(server.received().len(), 40);
    assert!(server.connections() <= 4);
}

#[test]
fn a_transport_of_ones_own_gets_the_time_limit() {
    struct Offline;
    impl Transport for Offline {
        fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
            let limit: &videogen_core::ExchangeTimeout = request.extensions().get().unwrap();
            Err(TransportError::not_delivered(format!("limit {:?}", limit.0)))
        }
    }
    let server = ScriptedServer::start([]);
    let provider: Arc<dyn Provider> = Arc::new(synclabs(&server));
    let handle = provider.handle("00000000-0000-4000-8000-000000000001").unwrap();
    let client = Client::from_parts(provider, Arc::new(Offline));
    let limit = |query| {
        let mut options = fast_wait(client.provider());
        options.query = query;
        options.max_failures = std::num::NonZeroU32::new(1);
        let error = client.wait(&handle).options(options).run().unwrap_err();
        error.last_error().unwrap().to_string()
    };
    assert!(limit(StatusQuery::Plain).contains("limit 30s"));
    assert!(limit(StatusQuery::LongPoll { hold: None }).contains("limit 60s"));
    assert!(client.status(&handle).unwrap_err().to_string().contains("limit 30s"));
}

#[test]
fn debug_shows_no_key() {
    let server = ScriptedServer::start([]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let shown = format!("{client:?} {:?} {:?}", client.wait(&handle), client.watch(&handle));
    assert!(shown.contains("gen_1") && shown.contains("Prism"));
    assert_eq!(leaks(&shown, TEST_KEY, ""), [""; 0], "{shown}");
}
