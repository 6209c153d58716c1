//! Ending waits early.

use std::thread;

use videogen_core::{ErrorKind, Phase, Report};
use videogen_testkit::{ScriptedServer, ServerEvent, ServerReply, fast_wait, slow_wait};
use videogen_ureq::{CancelToken, Client};

use crate::providers::{completed, generating, prism};

#[test]
fn cancelling_ends_a_rest_of_an_hour_at_once() {
    let server = ScriptedServer::start([generating()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let token = CancelToken::new();
    let (rests, resting) = std::sync::mpsc::channel();
    let canceller = token.clone();
    thread::spawn(move || {
        resting.recv().unwrap();
        canceller.cancel();
    });
    let error = client
        .wait(&handle)
        .options(slow_wait(client.provider()))
        .on_report(|report| {
            if matches!(report, Report::Resting { .. }) {
                rests.send(()).unwrap();
            }
        })
        .cancel(&token)
        .run()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitCancelled);
    assert_eq!(error.handle(), Some(&handle));
    assert_eq!(error.last_observation().unwrap().phase(), Phase::Running);
    assert!(token.is_cancelled());
}

#[test]
fn cancelling_ends_an_exchange_at_once() {
    let server = ScriptedServer::start([ServerReply::Silence]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let token = CancelToken::new();
    let result = thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            client.wait(&handle).options(slow_wait(client.provider())).cancel(&token).run()
        });
        assert_eq!(server.event(), ServerEvent::Asked);
        token.cancel();
        waiting.join().unwrap()
    });
    assert_eq!(result.unwrap_err().kind(), ErrorKind::WaitCancelled);
}

#[test]
fn a_cancelled_token_lets_nothing_begin() {
    let server = ScriptedServer::start([completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let token = CancelToken::new();
    token.cancel();
    let error = client.wait(&handle).cancel(&token).run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitCancelled);
    let mut watch = client.watch(&handle).cancel(&token);
    assert_eq!(watch.next().unwrap().unwrap_err().kind(), ErrorKind::WaitCancelled);
    assert!(watch.next().is_none());
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_token_that_is_never_cancelled_changes_nothing() {
    let server = ScriptedServer::start([generating(), completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let options = fast_wait(client.provider());
    let token = CancelToken::new();
    let ended = client.wait(&handle).options(options).cancel(&token).run().unwrap();
    assert_eq!(ended.phase(), Phase::Succeeded);
    assert_eq!(server.received().len(), 2);
}

#[test]
fn one_token_ends_many_waits() {
    let server = ScriptedServer::start((0..4).map(|_| ServerReply::Silence));
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let token = CancelToken::new();
    thread::scope(|scope| {
        let waits: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    client.wait(&handle).options(slow_wait(client.provider())).cancel(&token).run()
                })
            })
            .collect();
        for _ in 0..4 {
            assert_eq!(server.event(), ServerEvent::Asked);
        }
        token.cancel();
        for wait in waits {
            assert_eq!(wait.join().unwrap().unwrap_err().kind(), ErrorKind::WaitCancelled);
        }
    });
}
