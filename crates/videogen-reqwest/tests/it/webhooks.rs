//! Waits that hear webhooks, in virtual time where nothing is sent.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use tokio::sync::mpsc::{Sender, channel};
use tokio::time::Instant;
use videogen_core::webhook::{Hint, Notice, Verified};
use videogen_core::{ApiKey, Generation, Handle, Output, OutputKind, Phase, Report};
use videogen_prism::Prism;
use videogen_reqwest::Client;
use videogen_testkit::{
    ScriptedServer, ScriptedTransport, ServerEvent, ServerReply, TEST_KEY, json, shown_report,
    slow_wait,
};

use crate::providers::prism;
use crate::transport::event;

const GENERATING: &str = r#"{"id":"gen_1","status":"generating"}"#;
const COMPLETED: &str =
    r#"{"id":"gen_1","status":"completed","video_url":"https://cdn.example.com/v.mp4"}"#;

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

fn scripted(bodies: &[&str]) -> (Client, Handle) {
    let script = bodies
        .iter()
        .fold(ScriptedTransport::new(), |script, body| script.then(json(200, body.as_bytes())));
    let client = Client::with_transport(Prism::new(ApiKey::new(TEST_KEY).unwrap()), script);
    let handle = client.handle("gen_1").unwrap();
    (client, handle)
}

/// Sends each notice so many seconds from now.
fn send_later(send: Sender<Notice>, notices: Vec<(u64, Notice)>) {
    let begun = Instant::now();
    tokio::spawn(async move {
        for (second, notice) in notices {
            tokio::time::sleep_until(begun + Duration::from_secs(second)).await;
            send.send(notice).await.unwrap();
        }
    });
}

#[tokio::test(start_paused = true)]
async fn a_verified_webhook_ends_a_rest_of_an_hour_at_once() {
    let (client, handle) = scripted(&[GENERATING]);
    let (send, receive) = channel(1);
    send_later(send, vec![(42, verified(&client, &handle, "completed"))]);
    let begun = Instant::now();
    let options = slow_wait(client.provider());
    let ended = client.wait(&handle).options(options).webhooks(receive).await.unwrap();
    assert_eq!(ended.video().unwrap().url.expose(), "https://cdn.example.com/hook.mp4");
    assert_eq!(begun.elapsed().as_secs(), 42);
}

#[tokio::test(start_paused = true)]
async fn a_hint_ends_a_rest_of_an_hour_with_a_poll_and_the_others_do_not() {
    let (client, handle) = scripted(&[GENERATING, GENERATING, COMPLETED]);
    let another = client.handle("gen_2").unwrap();
    let (send, receive) = channel(9);
    let hints = vec![
        (10, verified(&client, &another, "completed")),
        (20, hint(&handle)),
        // Too soon after the one before.
        (21, hint(&handle)),
    ];
    send_later(send, hints);
    let begun = Instant::now();
    let mut reports = Vec::new();
    let ended = client
        .wait(&handle)
        .options(slow_wait(client.provider()))
        .on_report(|report| reports.push((begun.elapsed().as_secs(), shown_report(&report))))
        .webhooks(receive)
        .await
        .unwrap();
    assert_eq!(ended.phase(), Phase::Succeeded);
    let reports: Vec<_> =
        reports.iter().map(|(second, report)| (*second, report.as_str())).collect();
    assert_eq!(
        reports,
        [
            (0, "polling"),
            (0, "observed generating"),
            (0, "resting"),
            (20, "heard a hint"),
            (20, "polling"),
            (20, "observed generating"),
            (20, "resting"),
            (21, "heard a hint"),
            (21, "resting"),
            (25, "polling"),
            (25, "observed completed"),
            (25, "ended"),
        ]
    );
}

#[tokio::test]
async fn a_verified_webhook_ends_an_exchange_at_once_and_what_came_before_does_not() {
    let server = Arc::new(ScriptedServer::start([ServerReply::Silence]));
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let (send, receive) = channel(9);
    let theirs = Arc::clone(&server);
    let notices = [
        verified(&client, &client.handle("gen_2").unwrap(), "completed"),
        hint(&handle),
        verified(&client, &handle, "generating"),
        verified(&client, &handle, "completed"),
    ];
    tokio::spawn(async move {
        assert_eq!(event(&theirs).await, ServerEvent::Asked);
        for notice in notices {
            send.send(notice).await.unwrap();
        }
    });
    let mut reports = Vec::new();
    let ended = client
        .wait(&handle)
        .options(slow_wait(client.provider()))
        .on_report(|report| reports.push(shown_report(&report)))
        .webhooks(receive)
        .await
        .unwrap();
    assert_eq!(ended.phase(), Phase::Succeeded);
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
    // And the exchange with it.
    assert_eq!(event(&server).await, ServerEvent::Gone);
}

#[tokio::test]
async fn a_watch_shows_what_a_verified_webhook_says_and_goes_on_with_its_exchange() {
    let server = Arc::new(ScriptedServer::start([ServerReply::Silence]));
    let client = Client::new(prism(&server));
    let handle = client.handle("gen_1").unwrap();
    let (send, receive) = channel(9);
    let options = slow_wait(client.provider());
    let mut watch = client.watch(&handle).options(options).webhooks(receive);
    send.send(verified(&client, &handle, "generating")).await.unwrap();
    assert_eq!(watch.next().await.unwrap().unwrap().phase(), Phase::Running);
    send.send(verified(&client, &handle, "completed")).await.unwrap();
    assert_eq!(watch.next().await.unwrap().unwrap().phase(), Phase::Succeeded);
    assert!(watch.next().await.is_none());
    assert!(server.connections() <= 1);
}

#[tokio::test(start_paused = true)]
async fn a_closed_channel_changes_nothing() {
    let (client, handle) = scripted(&[GENERATING, GENERATING, COMPLETED]);
    let (send, receive) = channel(1);
    drop(send);
    let begun = Instant::now();
    let ended = client.wait(&handle).webhooks(receive).await.unwrap();
    assert_eq!(ended.phase(), Phase::Succeeded);
    assert_eq!(begun.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn the_end_is_reported_with_what_was_measured() {
    let (client, handle) = scripted(&[GENERATING, "", GENERATING, COMPLETED]);
    let mut ends = Vec::new();
    let on_report = |report: Report<'_>| {
        if let Report::Ended { timeline, polls, missed } = report {
            ends.push((*timeline, polls, missed));
        }
    };
    client.wait(&handle).on_report(on_report).await.unwrap();
    let [(timeline, 4, 1)] = ends.as_slice() else { panic!("{ends:?}") };
    let seconds = |duration: Duration| duration.as_secs();
    assert_eq!(timeline.running().map(seconds), Some(0));
    assert_eq!(timeline.ended().map(seconds), Some(15));
    // Seen running at 10 s, and already when the wait began.
    let run = timeline.run_time().unwrap();
    assert_eq!((seconds(run.at_least), run.at_most), (10, None));
}
