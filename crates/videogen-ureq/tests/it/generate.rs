//! Submitting and waiting in one go.

use std::error::Error as _;
use std::sync::Mutex;
use std::sync::mpsc::channel;

use videogen_core::generate::GenerateError;
use videogen_core::webhook::Hint;
use videogen_core::{
    ApiKey, Error, ErrorKind, Handle, HttpRequest, HttpResponse, NewGeneration, Phase, Remedy,
    Report, StatusQuery, Transport, TransportError,
};
use videogen_prism::Prism;
use videogen_testkit::{TEST_KEY, fast_wait, json, shown_report};
use videogen_ureq::{CancelToken, Client, GenerateBuilder};

const _: fn(&Client, NewGeneration) = |client, new| {
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

impl Transport for &'static Two {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
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

#[test]
fn handles_are_told_before_the_first_poll_and_every_end_is_in_the_result() {
    let (two, client) = stage();
    let mut stored = Vec::new();
    let reports = Mutex::new(Vec::new());
    let generated = client
        .generate(new())
        .wait_options(fast_wait(client.provider()))
        .on_submitted(|accepted| {
            assert_eq!(two.asked.lock().unwrap().len(), 1, "nothing was polled yet");
            stored.extend(accepted.handles.clone());
            Ok::<_, std::io::Error>(())
        })
        .on_report(|handle, report| {
            reports.lock().unwrap().push((handle.id().to_owned(), shown_report(&report)));
        })
        .run()
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

#[test]
fn handles_that_could_not_be_stored_are_in_the_error_and_nothing_is_polled() {
    let (two, client) = stage();
    let error = client.generate(new()).on_submitted(|_| Err("the disk is full")).run().unwrap_err();
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

#[test]
fn a_submission_that_is_refused_is_not_stored_and_not_waited_for() {
    #[derive(Debug)]
    struct Refusing;
    impl Transport for Refusing {
        fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
            Ok(json(402, r#"{"error":"insufficient_credits"}"#))
        }
    }
    let client = Client::with_transport(Prism::new(ApiKey::new(TEST_KEY).unwrap()), Refusing);
    let never = |_: &_| -> Result<(), Error> { panic!("nothing was accepted") };
    let error = client.generate(new()).on_submitted(never).run().unwrap_err();
    assert!(
        matches!(&error, GenerateError::NotSubmitted(error) if error.kind() == ErrorKind::PaymentRequired)
    );
    assert!(error.handles().is_empty());
}

#[test]
fn a_token_that_is_cancelled_after_the_submission_loses_no_handle() {
    let (two, client) = stage();
    let token = CancelToken::new();
    let generated = client
        .generate(new())
        .on_submitted(|_| {
            token.cancel();
            Ok::<_, Error>(())
        })
        .cancel(&token)
        .run()
        .unwrap();
    assert_eq!(two.asked.lock().unwrap().len(), 1);
    let errors: Vec<_> = generated.ended.iter().map(|end| end.as_ref().unwrap_err()).collect();
    assert_eq!(
        errors.iter().map(|error| error.kind()).collect::<Vec<_>>(),
        [ErrorKind::WaitCancelled; 2]
    );
    assert_eq!(errors[1].handle().unwrap().id(), "gen_2");
    assert_eq!(generated.into_all().unwrap_err().handle().unwrap().id(), "gen_1");
}

#[test]
fn options_deadline_and_webhooks_reach_the_waits() {
    let (_, client) = stage();
    let mut options = fast_wait(client.provider());
    options.query = StatusQuery::Progress;
    let heard = Mutex::new(Vec::new());
    let mut senders = Vec::new();
    let generated = client
        .generate(new())
        .wait_options(options)
        .deadline(std::time::Duration::ZERO)
        .webhooks(|handle| {
            let (send, receive) = channel();
            send.send(Hint::new(handle.clone()).into()).unwrap();
            senders.push(send);
            receive
        })
        .on_report(|handle, report| {
            if let Report::Ended { polls, .. } = report {
                heard.lock().unwrap().push((handle.id().to_owned(), polls));
            }
        })
        .run()
        .unwrap();
    assert_eq!(senders.len(), 2);
    for end in generated.ended {
        assert_eq!(end.unwrap_err().kind(), ErrorKind::DeadlinePassed);
    }
    let mut heard = heard.into_inner().unwrap();
    heard.sort();
    assert_eq!(heard, [("gen_1".to_owned(), 1), ("gen_2".to_owned(), 1)]);
}
