//! Webhooks, as the real clients read them.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use serde_json::json;
use videogen_core::webhook::{DEFAULT_TOLERANCE, Hint, Verified};
use videogen_core::{
    ApiKey, Error, ErrorKind, NewGeneration, OutputKind, Phase, SeenWebhooks, WebhookSecret,
};
use videogen_emulator::{
    Emulator, Ending, InProcess, ProviderName, Script, SubmitPlan, WEBHOOK_SECRET, Webhook,
    WebhookPlan,
};
use videogen_prism::Prism;
use videogen_synclabs::SyncLabs;
use videogen_testkit::VirtualClock;
use videogen_token360::Token360;

use crate::support::{KEY, THREE, at, client, get, json as body_of, response, seconds, started};

const HOOK: &str = "http://receiver.example/hook?t=SECRET";

fn emulator() -> InProcess {
    InProcess::new(Emulator::new(started()), VirtualClock::new())
}

/// A generation that runs for 10 seconds, with this webhook.
fn following(provider: ProviderName, webhook: &str) -> InProcess {
    let emulator = emulator();
    let mut script = Script::parse(&format!(
        r#"{{"provider":"{provider}","id":"one","running_s":10,"webhook":{webhook}}}"#
    ))
    .unwrap();
    script.webhook.url = Some(HOOK.to_owned());
    emulator.add(script).unwrap();
    emulator
}

/// Every webhook to come, each with the time of its sending as the clock's.
fn all(emulator: &InProcess, answer: StatusCode) -> Vec<Webhook> {
    let mut all = Vec::new();
    while let Some(next) = emulator.next_webhook() {
        emulator.clock().advance_to(next);
        for webhook in emulator.due_webhooks() {
            assert_eq!(webhook.at, next);
            emulator.webhook_answered(webhook.number, Ok(answer));
            all.push(webhook);
        }
    }
    all
}

fn received(emulator: &InProcess) -> Vec<Webhook> {
    all(emulator, StatusCode::OK)
}

fn verified(webhook: &Webhook, secret: &str) -> Result<Verified, Error> {
    let sync = SyncLabs::new(ApiKey::new(KEY).unwrap());
    let now: SystemTime = started() + webhook.at.since_origin();
    let (headers, body) = (webhook.request.headers(), webhook.request.body());
    let secret = WebhookSecret::new(secret).unwrap();
    videogen_synclabs::webhook::verify(&sync, headers, body, &secret, now, DEFAULT_TOLERANCE)
}

fn hint(provider: ProviderName, webhook: &Webhook) -> Hint {
    let key = ApiKey::new(KEY).unwrap();
    let body = webhook.request.body();
    match provider {
        ProviderName::PRISM => videogen_prism::webhook::hint(&Prism::new(key), body),
        _ => videogen_token360::webhook::hint(&Token360::new(key), body),
    }
    .unwrap()
}

fn times(webhooks: &[Webhook]) -> Vec<f64> {
    webhooks.iter().map(|webhook| webhook.at.since_origin().as_secs_f64()).collect()
}

#[test]
fn a_webhook_comes_when_the_generation_has_ended() {
    for provider in THREE {
        let emulator = following(provider, "{}");
        emulator.clock().advance(seconds(9.999));
        assert_eq!(emulator.due_webhooks().len(), 0, "{provider}");
        emulator.clock().advance(seconds(0.001));
        let due = emulator.due_webhooks();
        assert_eq!(times(&due), [10.0], "{provider}");
        assert_eq!(due[0].request.uri(), HOOK);
        assert_eq!(due[0].request.method(), "POST");
        assert_eq!(due[0].request.headers()["content-type"], "application/json");
        assert_eq!((emulator.due_webhooks().len(), emulator.next_webhook()), (0, None));
    }
}

#[test]
fn sync_labs_is_signed_and_says_what_is_documented() {
    let emulator = following(ProviderName::SYNCLABS, "{}");
    // However late they are taken, they are as they were when they were due.
    emulator.clock().advance(seconds(5000.0));
    let webhook = &emulator.due_webhooks()[0];
    let event = verified(webhook, WEBHOOK_SECRET).unwrap();
    assert_eq!(event.signed_at(), started() + seconds(10.0));
    assert_eq!(event.deduplication_key(), "synclabs:one:COMPLETED");
    assert_eq!(event.generation().phase(), Phase::Succeeded);
    let body: serde_json::Value = serde_json::from_slice(webhook.request.body()).unwrap();
    let members: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    let documented = [
        "createdAt",
        "error",
        "id",
        "input",
        "model",
        "options",
        "outputDuration",
        "outputUrl",
        "segmentOutputUrl",
        "status",
        "webhookUrl",
    ];
    assert_eq!(members, documented);
    assert_eq!(body["webhookUrl"], HOOK);
    // Its URL leads to the file.
    let url = event.into_generation().succeeded().unwrap().video().unwrap().url.clone();
    let reply = emulator.emulator().answer(at(5000.0), &get(url.expose(), &[]));
    assert_eq!(response(reply).status(), 302);
}

#[test]
fn the_code_of_a_failure_has_its_other_name() {
    let emulator = emulator();
    let script = Script::new(ProviderName::SYNCLABS)
        .ending(Ending::Failed)
        .with_webhook(WebhookPlan::to(HOOK));
    emulator.add(script).unwrap();
    let webhook = &received(&emulator)[0];
    let body: serde_json::Value = serde_json::from_slice(webhook.request.body()).unwrap();
    assert_eq!(body["error_code"], "generation_input_video_inaccessible");
    assert_eq!(body.get("errorCode"), None);
    let event = verified(webhook, WEBHOOK_SECRET).unwrap();
    let failure = event.generation().failure.clone().unwrap();
    assert_eq!(failure.code.as_deref(), Some("generation_input_video_inaccessible"));
}

#[test]
fn the_others_are_hints() {
    for (provider, expected) in [
        (ProviderName::PRISM, json!({"generation_id": "one", "status": "completed"})),
        (ProviderName::TOKEN360, json!({"id": "one", "object": "video", "status": "completed"})),
    ] {
        let emulator = following(provider, "{}");
        let webhook = &received(&emulator)[0];
        let body: serde_json::Value = serde_json::from_slice(webhook.request.body()).unwrap();
        assert_eq!(body, expected);
        assert!(!webhook.request.headers().contains_key("sync-signature"));
        assert_eq!(hint(provider, webhook).handle().id(), "one");
    }
}

#[test]
fn only_completed_and_failed_are_told() {
    for (ends, told) in [
        (Ending::Completed, 1),
        (Ending::Failed, 1),
        (Ending::Rejected, 0),
        (Ending::Cancelled, 0),
        (Ending::Expired, 0),
        (Ending::Never, 0),
    ] {
        let emulator = emulator();
        let script =
            Script::new(ProviderName::SYNCLABS).ending(ends).with_webhook(WebhookPlan::to(HOOK));
        emulator.add(script).unwrap();
        assert_eq!(received(&emulator).len(), told, "{ends:?}");
    }
}

#[test]
fn another_secret_is_another_signature() {
    let emulator = following(ProviderName::SYNCLABS, "{}");
    let secret = WebhookSecret::new("whsec_other").unwrap();
    emulator.emulator().set_webhook_secret(&secret);
    let webhook = &received(&emulator)[0];
    assert!(verified(webhook, "whsec_other").is_ok());
    let error = verified(webhook, WEBHOOK_SECRET).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForgedWebhook);
    assert!(!format!("{:?}", emulator.emulator()).contains("whsec_other"));
}

#[test]
fn a_missing_webhook_never_comes() {
    for provider in THREE {
        let emulator = following(provider, r#"{"missing":true}"#);
        assert_eq!(emulator.next_webhook(), None);
        emulator.clock().advance(Duration::from_secs(1_000_000));
        assert_eq!(emulator.due_webhooks().len(), 0);
    }
}

#[test]
fn a_late_webhook_is_signed_when_it_is_sent() {
    let emulator = following(ProviderName::SYNCLABS, r#"{"late_s":4000}"#);
    let webhooks = received(&emulator);
    assert_eq!(times(&webhooks), [4010.0]);
    let event = verified(&webhooks[0], WEBHOOK_SECRET).unwrap();
    assert_eq!(event.signed_at(), started() + seconds(4010.0));
}

#[test]
fn a_doubled_webhook_is_the_same_twice() {
    let emulator = following(ProviderName::SYNCLABS, r#"{"doubled":true}"#);
    let webhooks = received(&emulator);
    assert_eq!(times(&webhooks), [10.0, 10.0]);
    assert_eq!(webhooks[0].request.body(), webhooks[1].request.body());
    assert_eq!(webhooks[0].request.headers(), webhooks[1].request.headers());
    let mut seen = SeenWebhooks::default();
    let first_times = webhooks.iter().map(|webhook| {
        let event = verified(webhook, WEBHOOK_SECRET).unwrap();
        seen.first_time(event.deduplication_key(), event.signed_at())
    });
    assert_eq!(first_times.collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_forged_webhook_comes_before_the_end_and_lies() {
    let emulator = following(ProviderName::SYNCLABS, r#"{"forged":true}"#);
    let webhooks = received(&emulator);
    assert_eq!(times(&webhooks), [5.0, 10.0]);
    let error = verified(&webhooks[0], WEBHOOK_SECRET).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForgedWebhook);
    // Who does not check believes this.
    let lie = verified(&webhooks[0], "whsec_forged").unwrap();
    assert_eq!(lie.generation().phase(), Phase::Succeeded);
    let outputs = &lie.generation().outputs;
    let url = &outputs.iter().find(|it| it.kind == OutputKind::Video).unwrap().url;
    assert_eq!(url.expose(), "https://forged.example/video.mp4");
    assert!(verified(&webhooks[1], WEBHOOK_SECRET).is_ok());
    for provider in [ProviderName::PRISM, ProviderName::TOKEN360] {
        let emulator = following(provider, r#"{"forged":true,"missing":true}"#);
        let webhooks = all(&emulator, StatusCode::INTERNAL_SERVER_ERROR);
        // Nobody repeats it.
        assert_eq!(times(&webhooks), [5.0], "{provider}");
        assert!(webhooks[0].forged);
        let body = String::from_utf8_lossy(webhooks[0].request.body());
        assert!(body.contains(r#""status":"completed""#), "{body}");
        assert!(body.contains("https://forged.example/"), "{body}");
        assert_eq!(hint(provider, &webhooks[0]).handle().id(), "one");
    }
}

#[test]
fn a_wrong_signature_and_a_stale_one_are_told_apart() {
    let kind = |webhook: &str| {
        let emulator = following(ProviderName::SYNCLABS, webhook);
        verified(&received(&emulator)[0], WEBHOOK_SECRET).map_err(|error| error.kind()).map(drop)
    };
    assert_eq!(kind(r#"{"wrong_signature":true}"#), Err(ErrorKind::ForgedWebhook));
    assert_eq!(kind(r#"{"stale_s":300}"#), Ok(()));
    assert_eq!(kind(r#"{"stale_s":301}"#), Err(ErrorKind::StaleWebhook));
    assert_eq!(kind(r#"{"stale_s":301,"wrong_signature":true}"#), Err(ErrorKind::ForgedWebhook));
}

#[test]
fn token360_tries_three_times_and_succeeds_once() {
    let emulator = following(ProviderName::TOKEN360, "{}");
    let webhooks = all(&emulator, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(times(&webhooks), [10.0, 11.0, 14.0]);
    assert_eq!(webhooks.iter().map(|it| it.attempt).collect::<Vec<_>>(), [1, 2, 3]);
    // The second attempt succeeds.
    let emulator = following(ProviderName::TOKEN360, "{}");
    emulator.clock().advance(seconds(10.0));
    let first = &emulator.due_webhooks()[0];
    // The answer took a time out, from which the rest counts. What is told twice counts once.
    emulator.clock().advance(seconds(30.0));
    for _ in 0..2 {
        emulator.webhook_answered(first.number, Err("no answer in 30 s".to_owned()));
    }
    assert_eq!(times(&received(&emulator)), [41.0]);
    for provider in [ProviderName::PRISM, ProviderName::SYNCLABS] {
        let emulator = following(provider, "{}");
        let webhooks = all(&emulator, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(webhooks.len(), 1, "{provider}");
    }
}

/// A submission with these members beside those that are needed.
fn submitted(emulator: &InProcess, provider: ProviderName, members: &str) {
    let (body, template) = match provider {
        ProviderName::PRISM => (r#"{"variables":{}"#, Some("t1")),
        ProviderName::TOKEN360 => (r#"{"model":"m","prompt":"p""#, None),
        _ => (r#"{"model":"m","input":[{"type":"video","url":"https://e.example/v"}]"#, None),
    };
    let mut new = NewGeneration::from_json(format!("{body}{members}}}")).unwrap();
    if let Some(template) = template {
        new = new.from_template(template);
    }
    client(provider, KEY).submit(&new).unwrap().send(emulator).unwrap();
}

#[test]
fn submissions_name_webhooks_each_by_its_providers_name() {
    for (provider, member) in [
        (ProviderName::PRISM, "webhook_url"),
        (ProviderName::TOKEN360, "callback_url"),
        (ProviderName::SYNCLABS, "webhookUrl"),
    ] {
        let emulator = emulator();
        submitted(&emulator, provider, "");
        submitted(&emulator, provider, r#","url":"http://no.example","webhooks":"http://no""#);
        submitted(&emulator, provider, &format!(r#","{member}":"{HOOK}","request_id":"r7""#));
        let webhooks = received(&emulator);
        assert_eq!(times(&webhooks), [5.0], "{provider}");
        assert_eq!(webhooks[0].request.uri(), HOOK);
        let ids = emulator.generations(provider);
        assert_eq!(webhooks[0].handle, format!("{provider}:{}", ids[2]));
        let echoed =
            String::from_utf8_lossy(webhooks[0].request.body()).contains(r#""request_id":"r7""#);
        assert_eq!(echoed, provider == ProviderName::TOKEN360);
    }
}

#[test]
fn what_goes_wrong_with_webhooks_of_submissions_is_the_plans() {
    let emulator = emulator();
    let plan = r#"{"provider":"token360","generation":{"webhook":{"late_s":7,"doubled":true}}}"#;
    emulator.plan_submits(SubmitPlan::parse(plan).unwrap()).unwrap();
    submitted(&emulator, ProviderName::TOKEN360, &format!(r#","callback_url":"{HOOK}""#));
    assert_eq!(times(&received(&emulator)), [7.0, 7.0]);
}

#[test]
fn deliveries_are_listed_without_secrets() {
    let emulator = following(ProviderName::TOKEN360, r#"{"forged":true}"#);
    emulator.clock().advance(seconds(10.0));
    let due = emulator.due_webhooks();
    emulator.webhook_answered(due[0].number, Ok(StatusCode::NO_CONTENT));
    emulator.webhook_answered(due[1].number, Err("the receiver cannot be reached".to_owned()));
    emulator.clock().advance(seconds(1.0));
    assert_eq!(emulator.due_webhooks().len(), 1);
    let listed = emulator.emulator().answer(at(11.0), &get("/_emulator/webhooks", &[]));
    let entry = |at_s: f64, attempt: u8, forged: bool| {
        json!({
            "at_s": at_s, "at": format!("2026-02-26T12:00:{at_s:02}.000Z"), "attempt": attempt,
            "forged": forged, "handle": "token360:one",
            "url": "http://receiver.example/hook?<redacted>",
        })
    };
    let mut expected = [entry(5.0, 1, true), entry(10.0, 1, false), entry(11.0, 2, false)];
    expected[0]["status"] = 204.into();
    expected[1]["error"] = "the receiver cannot be reached".into();
    assert_eq!(body_of(&response(listed)), json!({ "webhooks": expected }));
    let shown = format!("{due:?}{:?}", emulator.emulator().webhooks().collect::<Vec<_>>());
    assert!(!shown.contains("SECRET"), "{shown}");
}

#[test]
fn a_url_that_is_none_gets_nothing() {
    let emulator = emulator();
    submitted(&emulator, ProviderName::TOKEN360, r#","callback_url":"/relative""#);
    assert_eq!(received(&emulator).len(), 0);
    let emulator = emulator.emulator();
    let delivery = emulator.webhooks().next().unwrap();
    assert_eq!(delivery.answer, Some(Err("the URL of the webhook cannot be used".to_owned())));
}

#[test]
fn what_is_wrong_with_a_webhook_is_said_with_the_member() {
    let refused = |provider: &str, webhook: &str| {
        let json = format!(r#"{{"provider":"{provider}","webhook":{webhook}}}"#);
        crate::support::read(&json).expect_err(&json).to_string()
    };
    let said = [
        refused("synclabs", r#"{"url":"/hook"}"#),
        refused("synclabs", r#"{"url":"ftp://a.example"}"#),
        refused("synclabs", r#"{"late_s":-1}"#),
        refused("synclabs", r#"{"late":1}"#),
        refused("prism", r#"{"wrong_signature":true}"#),
        refused("token360", r#"{"stale_s":10}"#),
        refused("synclabs", r#"{"missing":true,"doubled":true}"#),
        refused("synclabs", r#"{"missing":true,"late_s":1}"#),
    ];
    insta::assert_snapshot!(said.join("\n"));
}
