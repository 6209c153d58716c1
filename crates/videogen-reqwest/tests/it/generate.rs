//! Submitting and waiting in one go.

use std::error::Error as _;
use std::future::IntoFuture as _;
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::mpsc::channel;

use videogen_core::generate::GenerateError;
use videogen_core::webhook::Hint;
use videogen_core::{
    ApiKey, AsyncTransport, Error, ErrorKind, Handle, HttpRequest, HttpResponse, NewGeneration,
    Phase, Remedy, Report, StatusQuery, TransportError,
};
use videogen_prism::Prism;
use videogen_reqwest::{Client, GenerateBuilder, GenerateFuture};
use videogen_testkit::{TEST_KEY, fast_wait, json, shown_report};

const _: fn(&Client, NewGeneration) = |client, new| {
    fn send<T: Send>() {}
    send::<GenerateFuture<'static>>();
    let _: GenerateBuilder<'static> = client.generate(new);
};

/// Accepts two generations, says "generating" once of each, and then that the second one failed.
#[derive(Debug, Default)]
struct Two {
    asked: Mutex<Vec<String>>,
}

impl Two {
    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let path = request.uri().path().to_owned();
        let mut asked = self.asked.lock().unwrap();
        asked.push(path.clone());
        let times = asked.iter().filter(|before| **before == path).count();
        let Some((_, id)) = path.split_once("/generations/") else {
            return json(
                200,
                r#"{"generations":[{"generation_id":"gen_1"},{"generation_id":"gen_2"}],"credits_charged":8}"#,
            );
        };
        json(
            200,
            match (id, times) {
                (_, 1) => format!(r#"{{"id":"{id}","status":"generating"}}"#),
                ("gen_1", _) => {
                    format!(
                        r#"{{"id":"{id}","status":"completed","video_url":"https://cdn.example.com/1.mp4"}}"#
                    )
                }
                _ => format!(r#"{{"id":"{id}","status":"failed","error":"too many kites"}}"#),
            },
        )
    }
}

#[async_trait::async_trait]
impl AsyncTransport for &'static Two {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        Ok(self.answer(&request))
    }
}

fn stage() -> (&'static Two, Client) {
    let two: &'static Two = Box::leak(Box::default());
    let prism = Prism::new(ApiKey::new(TEST_KEY).unwrap());
    (two, Client::with_transport(prism, two))
}

fn new() -> NewGeneration {
    NewGeneration::from_json(r#"{"variables":{}}"#).unwrap().from_template("abc123")
}

fn ids(handles: &[Handle]) -> Vec<&str> {
    handles.iter().map(Handle::id).collect()
}

#[tokio::test(start_paused = true)]
async fn handles_are_told_before_the_first_poll_and_every_end_is_in_the_result() {
    let (two, client) = stage();
    let mut stored = Vec::new();
    let reports = Mutex::new(Vec::new());
    let generated = client
        .generate(new())
        .wait_options(fast_wait(client.provider()))
        .on_submitted(|accepted| {
            assert_eq!(two.asked.lock().unwrap().len(), 1, "nothing was polled yet");
            stored.extend(accepted.handles);
            async { Ok::<_, std::io::Error>(()) }
        })
        .on_report(|handle, report| {
            reports.lock().unwrap().push((handle.id().to_owned(), shown_report(&report)));
        })
        .await
        .unwrap();
    assert_eq!(ids(&stored), ["gen_1", "gen_2"]);
    assert_eq!(generated.accepted.handles, stored);
    let ends: Vec<_> = generated.ended.iter().map(|end| end.as_ref().unwrap().phase()).collect();
    assert_eq!(ends, [Phase::Succeeded, Phase::Failed]);
    for (id, last) in [("gen_1", "observed completed"), ("gen_2", "observed failed")] {
        let mut own = reports.lock().unwrap().clone();
        own.retain(|(about, report)| about == id && report != "resting");
        let own: Vec<_> = own.into_iter().map(|(_, report)| report).collect();
        assert_eq!(own, ["polling", "observed generating", "polling", last, "ended"]);
    }
    assert_eq!(generated.clone().into_first().unwrap().handle.id(), "gen_1");
    assert_eq!(generated.into_all().unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn handles_that_could_not_be_stored_are_in_the_error_and_nothing_is_polled() {
    let (two, client) = stage();
    let error = client
        .generate(new())
        .on_submitted(|_| async { Err("the disk is full") })
        .await
        .unwrap_err();
    assert_eq!(two.asked.lock().unwrap().len(), 1);
    assert_eq!(ids(error.handles()), ["gen_1", "gen_2"]);
    assert_eq!(
        error.to_string(),
        "what was accepted could not be stored, and is being made: prism:gen_1, prism:gen_2"
    );
    assert_eq!(error.source().unwrap().to_string(), "the disk is full");
    let GenerateError::NotStored { accepted, .. } = &error else { panic!("{error:?}") };
    assert_eq!(accepted.cost.unwrap().credits, Some(8.0));
    // As the one error that all the crates have.
    let error = Error::from(error);
    assert_eq!((error.kind(), error.remedy()), (ErrorKind::WaitCancelled, Remedy::WaitLonger));
    assert_eq!(error.handle().unwrap().id(), "gen_1");
    assert!(error.to_string().contains("prism:gen_2"));
    assert_eq!(error.source().unwrap().to_string(), "the disk is full");
}

#[tokio::test(start_paused = true)]
async fn a_submission_that_is_refused_is_not_stored_and_not_waited_for() {
    #[derive(Debug)]
    struct Refusing;
    #[async_trait::async_trait]
    impl AsyncTransport for Refusing {
        async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
            Ok(json(402, r#"{"error":"insufficient_credits"}"#))
        }
    }
    let client = Client::with_transport(Prism::new(ApiKey::new(TEST_KEY).unwrap()), Refusing);
    let never = async |_| -> Result<(), Error> { panic!("nothing was accepted") };
    let error = client.generate(new()).on_submitted(never).await.unwrap_err();
    assert!(
        matches!(&error, GenerateError::NotSubmitted(error) if error.kind() == ErrorKind::PaymentRequired)
    );
    assert!(error.handles().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_waits_go_on_at_once_and_begin_when_the_provider_says() {
    let (two, client) = stage();
    let begun = tokio::time::Instant::now();
    let future = client.generate(new()).into_future();
    let generated = tokio::spawn(future).await.unwrap().unwrap();
    assert_eq!(generated.ended.len(), 2);
    // Not polled before it can have ended, and then every five seconds: both of them, in the time of one.
    let took = begun.elapsed();
    assert!(took >= Duration::from_secs(10) && took < Duration::from_secs(11), "{took:?}");
    let asked = two.asked.lock().unwrap();
    assert_eq!(asked.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn options_deadline_and_webhooks_reach_the_waits() {
    let (_, client) = stage();
    let mut options = fast_wait(client.provider());
    options.query = StatusQuery::Progress;
    let heard = Mutex::new(Vec::new());
    let mut senders = Vec::new();
    let generated = client
        .generate(new())
        .wait_options(options)
        .deadline(Duration::ZERO)
        .webhooks(|handle| {
            let (send, receive) = channel(1);
            send.try_send(Hint::new(handle.clone()).into()).unwrap();
            senders.push(send);
            receive
        })
        .on_report(|handle, report| {
            if let Report::Ended { polls, .. } = report {
                heard.lock().unwrap().push((handle.id().to_owned(), polls));
            }
        })
        .await
        .unwrap();
    assert_eq!(senders.len(), 2);
    for end in generated.ended {
        assert_eq!(end.unwrap_err().kind(), ErrorKind::DeadlinePassed);
    }
    let mut heard = heard.into_inner().unwrap();
    heard.sort();
    assert_eq!(heard, [("gen_1".to_owned(), 1), ("gen_2".to_owned(), 1)]);
}
