//! Waits that hear webhooks.

use std::sync::mpsc::{SyncSender, channel, sync_channel};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use videogen_core::webhook::{Hint, Notice, Verified};
use videogen_core::{
    ErrorKind, Generation, Handle, Output, OutputKind, Phase, Provider, Report, WaitOptions,
};
use videogen_testkit::{
    ScriptedServer, ServerEvent, ServerReply, fast_wait, shown_report, slow_wait,
};
use videogen_ureq::{CancelToken, Client};

use crate::providers::{completed, generating, prism};

fn verified(client: &Client, handle: &Handle, word: &str) -> Notice {
    let mut generation =
        Generation::new(handle.clone(), client.provider().lifecycle().status(word));
    if word == "completed" {
        let video = Output::primary(OutputKind::Video, "https://cdn.example.com/hook.mp4");
        generation.outputs.push(video);
    }
    Verified::new(generation, UNIX_EPOCH).into()
}

fn hint(handle: &Handle) -> Notice {
    Hint::new(handle.clone()).into()
}

/// Rests for an hour, and the floor is no time.
fn slow_without_floor(provider: &dyn Provider) -> WaitOptions {
    let mut options = slow_wait(provider);
    options.pace.floor = Duration::from_millis(1);
    options
}

/// Sends once the wait rests for the first time.
fn on_first_rest(send: SyncSender<Notice>, notice: Notice) -> impl FnMut(Report<'_>) {
    let mut notice = Some(notice);
    move |report| {
        if matches!(report, Report::Resting { .. })
            && let Some(notice) = notice.take()
        {
            send.send(notice).unwrap();
        }
    }
}

#[test]
fn a_verified_webhook_ends_a_rest_of_an_hour_at_once() {
    let server = ScriptedServer::start([generating()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let (send, receive) = sync_channel(1);
    let ended = client
        .wait(&handle)
        .options(slow_wait(client.provider()))
        .on_report(on_first_rest(send, verified(&client, &handle, "completed")))
        .webhooks(receive)
        .run()
        .unwrap();
    assert_eq!(ended.video().unwrap().url.expose(), "https://cdn.example.com/hook.mp4");
    assert_eq!(server.received().len(), 1);
}

#[test]
fn a_hint_ends_a_rest_of_an_hour_with_a_poll() {
    let server = ScriptedServer::start([generating(), completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let (send, receive) = sync_channel(1);
    let ended = client
        .wait(&handle)
        .options(slow_without_floor(client.provider()))
        .on_report(on_first_rest(send, hint(&handle)))
        .webhooks(receive)
        .run()
        .unwrap();
    assert_eq!(ended.phase(), Phase::Succeeded);
    assert_eq!(server.received().len(), 2);
}

#[test]
fn a_verified_webhook_ends_an_exchange_at_once_and_what_came_before_does_not() {
    let server = ScriptedServer::start([ServerReply::Silence]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let another = client.handle("gen_2").unwrap();
    let (send, receive) = channel();
    let mut reports = Vec::new();
    thread::scope(|scope| {
        let (client, server, handle) = (&client, &server, &handle);
        scope.spawn(move || {
            assert_eq!(server.event(), ServerEvent::Asked);
            send.send(verified(client, &another, "completed")).unwrap();
            send.send(hint(handle)).unwrap();
            send.send(verified(client, handle, "generating")).unwrap();
            send.send(verified(client, handle, "completed")).unwrap();
        });
        let ended = client
            .wait(handle)
            .options(slow_wait(client.provider()))
            .on_report(|report| reports.push(shown_report(&report)))
            .webhooks(receive)
            .run()
            .unwrap();
        assert_eq!(ended.phase(), Phase::Succeeded);
    });
    let [on_the_way, at_the_end] = ["observed generating", "observed completed"];
    assert_eq!(
        reports,
        [
            "polling",
            "heard a hint",
            "heard generating",
            on_the_way,
            "heard completed",
            at_the_end,
            "ended"
        ]
    );
}

#[test]
fn a_watch_shows_what_a_verified_webhook_says_and_goes_on_with_its_exchange() {
    let server = ScriptedServer::start([ServerReply::Silence]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let (send, receive) = channel();
    let options = slow_wait(client.provider());
    let mut watch = client.watch(&handle).options(options).webhooks(receive);
    send.send(verified(&client, &handle, "generating")).unwrap();
    assert_eq!(watch.next().unwrap().unwrap().phase(), Phase::Running);
    assert_eq!(server.event(), ServerEvent::Asked);
    send.send(verified(&client, &handle, "completed")).unwrap();
    assert_eq!(watch.next().unwrap().unwrap().phase(), Phase::Succeeded);
    assert!(watch.next().is_none());
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_closed_channel_changes_nothing() {
    let server = ScriptedServer::start([generating(), generating(), completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let (send, receive) = channel();
    send.send(hint(&client.handle("gen_2").unwrap())).unwrap();
    drop(send);
    let wait = client.wait(&handle).options(fast_wait(client.provider())).webhooks(receive);
    assert_eq!(wait.run().unwrap().phase(), Phase::Succeeded);
    assert_eq!(server.received().len(), 3);
}

#[test]
fn a_wait_that_hears_webhooks_is_cancelled_all_the_same() {
    let server = ScriptedServer::start([generating()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let (_send, receive) = channel();
    let token = CancelToken::new();
    let canceller = token.clone();
    let error = client
        .wait(&handle)
        .options(slow_wait(client.provider()))
        .on_report(|report| {
            if matches!(report, Report::Resting { .. }) {
                canceller.cancel();
            }
        })
        .cancel(&token)
        .webhooks(receive)
        .run()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitCancelled);
}

#[test]
fn nobody_listens_when_the_wait_is_over() {
    let server = ScriptedServer::start([completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let (send, receive) = sync_channel(0);
    client.wait(&handle).webhooks(receive).run().unwrap();
    // Each is taken by who listens, who then sees that it is over.
    let taken = (0..).take_while(|_| send.send(hint(&handle)).is_ok()).count();
    assert!(taken <= 1, "{taken}");
}

#[test]
fn the_end_is_reported_with_what_was_measured() {
    let server = ScriptedServer::start([generating(), ServerReply::json(503, ""), completed()]);
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let mut ends = Vec::new();
    let on_report = |report: Report<'_>| {
        if let Report::Ended { timeline, polls, missed } = report {
            ends.push((*timeline, polls, missed));
        }
    };
    let wait = client.wait(&handle).options(fast_wait(client.provider()));
    wait.on_report(on_report).run().unwrap();
    let [(timeline, 3, 1)] = ends.as_slice() else { panic!("{ends:?}") };
    assert!(timeline.running().unwrap() <= timeline.ended().unwrap());
    let run = timeline.run_time().unwrap();
    assert!(run.at_least <= timeline.ended().unwrap() && run.at_most.is_none());
}
