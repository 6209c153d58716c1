//! The client with the real providers.

use std::future::{Future, IntoFuture, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;
use futures_core::stream::FusedStream;
use videogen_core::{
    AsyncTransport, Error, ErrorKind, Generation, Handle, HttpRequest, HttpResponse, Phase,
    Provider, Report, StatusQuery, TransportError,
};
use videogen_reqwest::{Client, ReqwestTransport, WaitBuilder, WaitFuture, Watch};
use videogen_testkit::{
    ScriptedServer, ServerEvent, ServerReply, TEST_KEY, fast_wait, leaks, shown_report, slow_wait,
};

use crate::providers::{completed, generating, prism, synclabs};
use crate::transport::event;

const _: fn() = || {
    fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<Client>();
    send_and_sync::<ReqwestTransport>();
    fn send<T: Send>() {}
    send::<WaitBuilder<'static>>();
    send::<WaitFuture<'static>>();
    send::<Watch<'static>>();
};
const _: fn(&Client, &Handle) = |client, handle| {
    let _: (WaitBuilder<'static>, Watch<'static>) = (client.wait(handle), client.watch(handle));
};

type Seen = Result<Phase, ErrorKind>;

fn phase(item: Result<Generation, Error>) -> Seen {
    item.map(|seen| seen.phase()).map_err(|error| error.kind())
}

async fn phases(watch: &mut Watch<'_>) -> Vec<Seen> {
    let mut seen = Vec::new();
    while let Some(item) = watch.next().await {
        seen.push(phase(item));
    }
    seen
}

#[tokio::test]
async fn everything_that_happens_is_reported() {
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
    let ended = wait.on_report(|report| reports.push(shown_report(&report))).await.unwrap();
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

#[tokio::test]
async fn what_has_ended_already_takes_one_request_and_no_rest() {
    let server = ScriptedServer::start([completed(), completed(), completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let mut rests = 0;
    let count = |report: Report<'_>| rests += usize::from(matches!(report, Report::Resting { .. }));
    // As the provider wants it: a rest would take five seconds, and is reported.
    client.wait(&handle).on_report(count).await.unwrap();
    assert_eq!((server.received().len(), rests), (1, 0));
    assert_eq!(phases(&mut client.watch(&handle)).await, [Ok(Phase::Succeeded)]);
    assert_eq!(server.received().len(), 2);
    assert_eq!(client.status(&handle).await.unwrap().phase(), Phase::Succeeded);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn watch_shows_every_observation_and_ends() {
    let server = ScriptedServer::start([generating(), generating(), completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let mut watch = client.watch(&handle).options(fast_wait(client.provider()));
    assert_eq!(server.connections(), 0, "lazy");
    let seen = phases(&mut watch).await;
    assert_eq!(seen, [Ok(Phase::Running), Ok(Phase::Running), Ok(Phase::Succeeded)]);
    assert!(watch.next().await.is_none());
    assert!(watch.is_terminated());
}

#[tokio::test]
async fn watch_shows_what_it_saw_before_it_rests() {
    let server = ScriptedServer::start([generating()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    // The rest after it would take an hour.
    let first = client.watch(&handle).options(slow_wait(client.provider())).next().await;
    assert_eq!(phase(first.unwrap()), Ok(Phase::Running));
}

#[tokio::test]
async fn a_wait_may_have_all_the_time_there_is() {
    let server = ScriptedServer::start([generating(), completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let mut options = fast_wait(client.provider());
    options.answer_timeout = Duration::MAX;
    let wait = client.wait(&handle).options(options).deadline(Duration::MAX);
    assert_eq!(wait.await.unwrap().phase(), Phase::Succeeded);
}

#[tokio::test]
async fn watch_ends_with_one_error() {
    let server = ScriptedServer::start([generating(), ServerReply::json(401, "{}")]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let seen = phases(&mut client.watch(&handle).options(fast_wait(client.provider()))).await;
    assert_eq!(seen, [Ok(Phase::Running), Err(ErrorKind::Unauthorized)]);
}

#[tokio::test]
async fn success_without_an_output_is_looked_at_again_and_is_then_an_error() {
    let bare = || ServerReply::json(200, r#"{"id":"gen_1","status":"completed"}"#);
    let server = ScriptedServer::start((0..1000).map(|_| bare()));
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let mut options = fast_wait(client.provider());
    options.output_grace = Duration::from_millis(20);
    let mut seen = phases(&mut client.watch(&handle).options(options)).await;
    assert_eq!(seen.pop(), Some(Err(ErrorKind::CompletedWithoutOutput)));
    assert!(seen.len() >= 2, "{seen:?}");
    assert!(seen.iter().all(|seen| *seen == Ok(Phase::Succeeded)));
}

#[tokio::test]
async fn a_deadline_ends_a_wait_and_loses_nothing() {
    let server = ScriptedServer::start((0..10_000).map(|_| generating()));
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let options = fast_wait(client.provider());
    for wait in [
        client.wait(&handle).options(options.clone()).deadline(Duration::from_millis(20)),
        client.wait(&handle).deadline(Duration::from_millis(20)).options(options),
    ] {
        let error = wait.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DeadlinePassed);
        assert_eq!(error.handle(), Some(&handle));
        assert_eq!(error.last_observation().unwrap().phase(), Phase::Running);
    }
}

#[tokio::test]
async fn a_handle_of_another_place_is_refused_and_nothing_is_sent() {
    let (here, there) = (ScriptedServer::start([]), ScriptedServer::start([]));
    let client = Client::new(prism(&here));
    let handle = prism(&there).handle("gen_1").unwrap();
    assert_eq!(client.status(&handle).await.unwrap_err().kind(), ErrorKind::ForeignHandle);
    assert_eq!(client.wait(&handle).await.unwrap_err().kind(), ErrorKind::ForeignHandle);
    assert_eq!((here.connections(), there.connections()), (0, 0));
}

#[tokio::test]
async fn the_status_is_asked_for_plainly_and_once() {
    let id = "00000000-0000-4000-8000-000000000001";
    let server = ScriptedServer::start([ServerReply::json(503, "")]);
    let client = Client::new(synclabs(&server));
    let error = client.status(&client.handle(id).unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.handle().unwrap().id(), id);
    let paths: Vec<_> = server.received().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, [format!("/api/generate/{id}")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_is_used_from_four_tasks() {
    let server = ScriptedServer::start((0..40).map(|_| completed()));
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (client, handle) = (client.clone(), handle.clone());
            tokio::spawn(async move {
                for _ in 0..10 {
                    client.wait(&handle).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(server.received().len(), 40);
}

#[tokio::test]
async fn a_wait_is_spawned_as_it_is() {
    let server = ScriptedServer::start([completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let ended = tokio::spawn(client.wait(&handle).into_future()).await.unwrap().unwrap();
    assert_eq!(ended.phase(), Phase::Succeeded);
}

#[tokio::test]
async fn a_watch_is_a_stream() {
    let server = ScriptedServer::start([generating(), completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let mut watch = pin!(client.watch(&handle).options(fast_wait(client.provider())));
    let mut seen = Vec::new();
    while let Some(item) = poll_fn(|context| watch.as_mut().poll_next(context)).await {
        seen.push(phase(item));
    }
    assert_eq!(seen, [Ok(Phase::Running), Ok(Phase::Succeeded)]);
}

#[tokio::test]
async fn dropping_the_next_items_future_loses_nothing() {
    let server = ScriptedServer::start([generating(), ServerReply::Silence]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let mut watch = client.watch(&handle).options(fast_wait(client.provider()));
    for _ in 0..3 {
        // Polled once, and dropped before an answer can have come.
        let mut next = Box::pin(watch.next());
        poll_fn(|context| {
            assert!(next.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
    }
    assert_eq!(phase(watch.next().await.unwrap()), Ok(Phase::Running));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn dropping_a_wait_ends_its_exchange() {
    let server = Arc::new(ScriptedServer::start([ServerReply::Silence]));
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let waiting = client.wait(&handle).options(slow_wait(client.provider())).into_future();
    let waiting = tokio::spawn(waiting);
    assert_eq!(event(&server).await, ServerEvent::Asked);
    waiting.abort();
    assert_eq!(event(&server).await, ServerEvent::Gone);
}

#[tokio::test]
async fn a_transport_of_ones_own_gets_the_time_limit() {
    struct Offline;
    #[async_trait::async_trait]
    impl AsyncTransport for Offline {
        async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
            let limit: &videogen_core::ExchangeTimeout = request.extensions().get().unwrap();
            Err(TransportError::not_delivered(format!("limit {:?}", limit.0)))
        }
    }
    let server = ScriptedServer::start([]);
    let provider: Arc<dyn Provider> = Arc::new(synclabs(&server));
    let handle = provider.handle("00000000-0000-4000-8000-000000000001").unwrap();
    let client = Client::from_parts(provider, Arc::new(Offline));
    let limit = async |query| {
        let mut options = fast_wait(client.provider());
        options.query = query;
        options.max_failures = std::num::NonZeroU32::new(1);
        let error = client.wait(&handle).options(options).await.unwrap_err();
        error.last_error().unwrap().to_string()
    };
    assert!(limit(StatusQuery::Plain).await.contains("limit 30s"));
    assert!(limit(StatusQuery::LongPoll { hold: None }).await.contains("limit 60s"));
    assert!(client.status(&handle).await.unwrap_err().to_string().contains("limit 30s"));
}

#[tokio::test]
async fn debug_shows_no_key() {
    let server = ScriptedServer::start([]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let shown = format!("{client:?} {:?} {:?}", client.wait(&handle), client.watch(&handle));
    assert!(shown.contains("gen_1") && shown.contains("Prism"));
    assert_eq!(leaks(&shown, TEST_KEY, ""), [""; 0], "{shown}");
}
