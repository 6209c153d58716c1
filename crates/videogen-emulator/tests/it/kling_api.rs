//! Kling's two APIs: keys and tokens, lists, the caller's own ids, callbacks; and the suites over each API and each kind of key.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use videogen_core::webhook::{DEFAULT_TOLERANCE, WebhookSecret};
use videogen_core::{
    ApiKey, Call, Error, ErrorKind, Generation, HttpRequest, ListQuery, NewGeneration, OutputKind,
    Phase, Provider as _, Refusal, StatusQuery, poll,
};
use videogen_emulator::{
    Emulator, Ending, InProcess, KLING_SECRET, KlingSide, ProviderName, Script, Side, SubmitFault,
    SubmitPlan, WEBHOOK_SECRET, Webhook, WebhookPlan, When, download_suite, fault_suite,
    submit_suite,
};
use videogen_kling::{Kling, LegacyTextToVideo, TasksQuery, TextToVideo, webhook};
use videogen_testkit::VirtualClock;

use crate::support::{KEY, at, get, json as body_of, response, seconds, started};

const KLING: ProviderName = ProviderName::KLING;
const TURBO: &str = "text-to-video/kling-3.0-turbo";

fn key(text: &str) -> ApiKey {
    ApiKey::new(text).unwrap()
}

fn client() -> Kling {
    Kling::with_api_key(key(KEY)).at(Emulator::new(started()).base_url(KLING).unwrap())
}

fn signed(access: &str, secret: &str) -> Kling {
    let base_url = Emulator::new(started()).base_url(KLING).unwrap();
    Kling::signed(&key(access), &key(secret)).at(base_url)
}

fn in_process() -> InProcess {
    InProcess::new(Emulator::new(started()), VirtualClock::new())
}

fn newer() -> NewGeneration {
    TextToVideo::new("kling-3.0-turbo", "A kite").build().unwrap()
}

fn older() -> NewGeneration {
    LegacyTextToVideo::new("A kite").build().unwrap()
}

fn submitted(emulator: &InProcess, new: &NewGeneration) -> String {
    let accepted = client().submit(new).unwrap().send(emulator).unwrap();
    accepted.handles[0].id().to_owned()
}

fn seen(emulator: &InProcess, id: &str) -> Result<Generation, Error> {
    let handle = client().handle(id).unwrap();
    poll(&client(), emulator, &handle, StatusQuery::Plain, Duration::from_secs(60))
}

fn ids(seen: &[Generation]) -> Vec<String> {
    seen.iter().map(|it| it.handle.id().to_owned()).collect()
}

fn sides() -> [Box<dyn Side>; 3] {
    [
        Box::new(KlingSide::default().of_newer_api()),
        Box::new(KlingSide::default().with_access_keys()),
        Box::new(KlingSide::default()),
    ]
}

#[test]
fn the_suites_hold_over_either_api_and_with_either_kind_of_key() {
    for side in sides() {
        let sides = [side];
        fault_suite::check_in_virtual_time_of(&sides).assert();
        submit_suite::check_in_virtual_time_of(&sides).assert();
        download_suite::check_in_virtual_time_of(&sides).assert();
    }
}

#[test]
fn each_api_tells_its_own_tasks() {
    let emulator = in_process();
    let (new, old) = (submitted(&emulator, &newer()), submitted(&emulator, &older()));
    assert!(new.starts_with("tasks/9308") && old.starts_with("text2video/8936"), "{new} {old}");
    emulator.clock().advance(seconds(3600.0));
    for (id, word) in [(&new, "succeeded"), (&old, "succeed")] {
        let video = seen(&emulator, id).unwrap();
        assert_eq!((video.phase(), video.status.raw()), (Phase::Succeeded, word));
        assert_eq!(video.outputs.len(), 1);
        assert_eq!(video.outputs[0].duration, Some(Duration::from_secs(5)));
        assert_eq!(video.cost.unwrap().credits, Some(2.5));
        assert_eq!(emulator.emulator().polls(KLING, id), Some(1));
    }
}

#[test]
fn a_task_that_is_not_there_is_said_as_each_api_says_it() {
    let emulator = in_process();
    for (id, status, code) in [("tasks/7", 200, None), ("effects/7", 400, Some("1201"))] {
        let error = seen(&emulator, id).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{id}");
        assert_eq!((error.http_status(), error.provider_code()), (Some(status), code), "{id}");
    }
}

#[test]
fn a_watermark_is_a_second_output() {
    let emulator = in_process();
    let new = TextToVideo::new("kling-3.0-turbo", "A kite").with_watermark(true).with_duration(8);
    let old = LegacyTextToVideo::new("A kite").with_watermark(true).with_duration(10);
    let made = [(new.build().unwrap(), 8), (old.build().unwrap(), 10)];
    for (new, length) in made {
        let id = submitted(&emulator, &new);
        emulator.clock().advance(seconds(3600.0));
        let video = seen(&emulator, &id).unwrap();
        let outputs: Vec<_> = video.outputs.iter().map(|it| (it.kind, it.primary)).collect();
        assert_eq!(outputs, [(OutputKind::Video, true), (OutputKind::Video, false)]);
        assert_eq!(video.outputs[0].duration, Some(Duration::from_secs(length)));
    }
}

/// What is answered to a client of this time when the emulator's wall clock is `s` seconds after its start.
fn answered<T>(call: &Call<T>, clients_time: SystemTime, s: f64) -> Result<T, Error> {
    let request: HttpRequest = call.request_at(clients_time).unwrap();
    let reply = Emulator::new(started()).answer(at(s), &request);
    call.decode(&response(reply))
}

#[test]
fn a_token_is_good_for_its_time_and_in_the_older_api() {
    let kling = signed("ak-1", KLING_SECRET);
    let call = kling.list_of("text2video", 1, None).unwrap();
    let code = |clients_time, s| {
        let error = answered(&call, clients_time, s).err();
        error.map(|error| (error.kind(), error.provider_code().unwrap().to_owned()))
    };
    let refused = |code: &str| Some((ErrorKind::Unauthorized, code.to_owned()));
    // The page's sample has five seconds before, and half an hour after.
    for (s, expected) in
        [(0.0, None), (1799.0, None), (1800.0, refused("1004")), (100_000.0, refused("1004"))]
    {
        assert_eq!(code(started(), s), expected, "{s}");
    }
    for (ahead, expected) in [(5, None), (6, refused("1003")), (3600, refused("1003"))] {
        assert_eq!(code(started() + Duration::from_secs(ahead), 0.0), expected, "{ahead}");
    }
    // What no client of ours sends: the newer API with such a token.
    let token = call.request_at(started()).unwrap().headers()["authorization"].clone();
    let mut request = get("/kling/tasks?task_ids=7", &[]);
    request.headers_mut().insert("authorization", token);
    let answer = response(Emulator::new(started()).answer(at(0.0), &request));
    assert_eq!(answer.status(), 401);
    let body = body_of(&answer);
    assert_eq!(body["code"], 1002);
    let printed =
        include_str!("../../../../fixtures/kling/status/tasks_error_401_1002_access_key.json");
    let printed: Value = serde_json::from_str(printed).unwrap();
    assert_eq!(body["message"], printed["response"]["body"]["message"]);
}

#[test]
fn keys_are_refused_with_the_documented_codes() {
    let list = |kling: Kling| {
        let call = kling.list_of("text2video", 1, None).unwrap();
        let error = answered(&call, started(), 0.0).err();
        error.map(|error| (error.http_status().unwrap(), error.provider_code().unwrap().to_owned()))
    };
    let refused = |status, code: &str| Some((status, code.to_owned()));
    assert_eq!(list(client()), None);
    assert_eq!(list(signed("ak-1", KLING_SECRET)), None);
    assert_eq!(list(signed("ak-1", "another-secret")), refused(401, "1002"));
    assert_eq!(list(signed("revoked-1", KLING_SECRET)), refused(401, "1002"));
    assert_eq!(list(signed("noscope-1", KLING_SECRET)), refused(403, "1103"));
    let raw = |headers: &[(&str, &str)]| {
        let request = get("/kling/v1/videos/text2video/7", headers);
        let answer = response(Emulator::new(started()).answer(at(0.0), &request));
        (answer.status().as_u16(), body_of(&answer)["code"].as_i64().unwrap())
    };
    assert_eq!(raw(&[]), (401, 1001));
    assert_eq!(raw(&[("authorization", "Basic eA==")]), (401, 1002));
    // Not signed, another algorithm, garbled.
    for token in
        ["eyJ.a.b", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.AAAA"]
    {
        assert_eq!(raw(&[("authorization", &format!("Bearer {token}"))]), (401, 1002), "{token}");
    }
    assert_eq!(raw(&[("authorization", "Bearer any.key")]), (400, 1201));
}

#[test]
fn no_wait_outlives_its_token() {
    let emulator = in_process();
    let script = Script::new(KLING).running_for(seconds(5.0 * 3600.0));
    let created = emulator.add(script).unwrap();
    let kling = signed("ak-1", KLING_SECRET);
    let handle = kling.handle(&created.id).unwrap();
    let mut options = videogen_core::WaitOptions::of(&kling.guidance());
    options.deadline = seconds(6.0 * 3600.0);
    let course = videogen_testkit::wait(&kling, &emulator, emulator.clock(), &handle, options);
    assert!(course.missed.is_empty());
    assert_eq!(course.outcome.into_result().unwrap().phase(), Phase::Succeeded);
}

#[test]
fn a_lost_submission_is_found_by_the_callers_own_id_and_not_made_twice() {
    let newer = TextToVideo::new("kling-3.0-turbo", "A kite").with_external_task_id("mine-1");
    let older = LegacyTextToVideo::new("A kite").with_external_task_id("mine-1");
    let ways = [
        (TURBO, newer.build().unwrap(), older.build().unwrap()),
        ("text2video", older.build().unwrap(), newer.build().unwrap()),
    ];
    for (endpoint, new, of_the_other_api) in ways {
        let emulator = in_process();
        let find = |id: &str| {
            let call = client().find_by_external_id(endpoint, id).unwrap();
            call.send(&emulator).unwrap().map(|seen| seen.handle.id().to_owned())
        };
        assert_eq!(find("mine-1"), None);
        let lost = SubmitPlan::new(KLING).with_fault(When::poll(1), SubmitFault::LostAnswer);
        emulator.plan_submits(lost).unwrap();
        let error = client().submit(&new).unwrap().send(&emulator).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        let made = emulator.generations(KLING);
        assert_eq!(made.len(), 1);
        assert_eq!(find("mine-1").as_ref(), made.first());
        assert_eq!(find("mine-2"), None);
        for again in [&new, &of_the_other_api] {
            let error = client().submit(again).unwrap().send(&emulator).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Refused);
            assert_eq!(error.provider_code(), Some("1201"));
            assert_eq!(error.refusal(), Some(Refusal::Input));
        }
        assert_eq!(emulator.generations(KLING), made);
    }
}

/// One with tasks of both APIs, a second after each other: the oldest first.
fn with_tasks(count: u32) -> (InProcess, Vec<String>) {
    let emulator = in_process();
    let mut made = Vec::new();
    for number in 0..count {
        made.push(submitted(&emulator, &if number % 2 == 0 { newer() } else { older() }));
        emulator.clock().advance(seconds(1.0));
    }
    (emulator, made)
}

#[test]
fn the_newer_list_has_the_tasks_of_both_apis() {
    let (emulator, made) = with_tasks(5);
    let mut found = Vec::new();
    let mut query = ListQuery::first();
    query.limit = Some(2);
    loop {
        let page = client().list(&query).unwrap().send(&emulator).unwrap();
        assert!(page.items.len() <= 2);
        found.extend(ids(&page.items));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    let number = |id: &str| id.rsplit('/').next().unwrap().to_owned();
    let expected: Vec<String> =
        made.iter().rev().map(|id| format!("tasks/{}", number(id))).collect();
    assert_eq!(found, expected);
    // Each can be asked about by the handle that it has there.
    for id in &found {
        assert!(seen(&emulator, id).is_ok(), "{id}");
    }
    // It is no poll.
    assert_eq!(emulator.emulator().polls(KLING, &made[1]), Some(0));
    let none = in_process();
    let page = client().list(&ListQuery::first()).unwrap().send(&none).unwrap();
    assert!(page.items.is_empty() && page.next.is_none());
}

#[test]
fn a_list_can_be_narrowed() {
    let (emulator, made) = with_tasks(4);
    emulator.clock().advance(seconds(3600.0));
    let listed = |query: &TasksQuery| {
        ids(&client().list_tasks(query).unwrap().send(&emulator).unwrap().items)
    };
    assert_eq!(listed(&TasksQuery::new().with_status("failed")).len(), 0);
    assert_eq!(listed(&TasksQuery::new().with_status("succeeded")).len(), 4);
    let second = started() + Duration::from_secs(1);
    assert_eq!(listed(&TasksQuery::new().since(second)).len(), 3);
    assert_eq!(listed(&TasksQuery::new().until(second)), [made[0].clone()]);
    assert_eq!(
        listed(&TasksQuery::new().since(second).until(second + Duration::from_secs(2))).len(),
        2
    );
    for wrong in [json!({"limit": 0}), json!({"limit": 501}), json!({"cursor": "x"}), json!([])] {
        let mut request = get("/kling/tasks", &[("authorization", "Bearer k")]);
        *request.method_mut() = http::Method::POST;
        *request.body_mut() = wrong.to_string().into_bytes();
        let answer = response(emulator.emulator().answer(at(9999.0), &request));
        assert_eq!(
            (answer.status().as_u16(), body_of(&answer)["code"].as_i64()),
            (400, Some(1201))
        );
    }
}

#[test]
fn an_older_list_has_the_tasks_of_one_kind_by_number() {
    let (emulator, made) = with_tasks(7);
    let page = |kind, number| {
        let call = client().list_of(kind, number, Some(2)).unwrap();
        let page = call.send(&emulator).unwrap();
        (ids(&page.items), page.next)
    };
    assert_eq!(
        page("text2video", 1),
        (vec![made[5].clone(), made[3].clone()], Some("2".to_owned()))
    );
    assert_eq!(page("text2video", 2), (vec![made[1].clone()], None));
    assert_eq!(page("text2video", 3), (vec![], None));
    assert_eq!(page("effects", 1), (vec![], None));
    let wrong = get("/kling/v1/videos/text2video?pageNum=0", &[("authorization", "Bearer k")]);
    let answer = response(emulator.emulator().answer(at(9.0), &wrong));
    assert_eq!(answer.status(), 400);
}

#[test]
fn several_tasks_can_be_asked_for_at_once() {
    let (emulator, made) = with_tasks(3);
    let numbers: Vec<&str> = made.iter().map(|id| id.rsplit('/').next().unwrap()).collect();
    let ask = |query: &str| {
        let request = get(&format!("/kling/tasks?{query}"), &[("authorization", "Bearer k")]);
        let answer = response(emulator.emulator().answer(at(9.0), &request));
        (answer.status().as_u16(), body_of(&answer))
    };
    let (status, body) = ask(&format!("task_ids={},7", numbers.join(",")));
    assert_eq!((status, body["data"].as_array().unwrap().len()), (200, 3));
    assert_eq!(ask("").1["code"], 1201);
    assert_eq!(ask("task_ids=1&external_task_ids=2").1["code"], 1201);
    assert_eq!(ask(&format!("task_ids={}", ["1"; 21].join(","))).1["code"], 1201);
}

#[test]
fn an_account_has_a_package() {
    let emulator = in_process();
    let call = client().resource_packs(started(), started() + Duration::from_secs(1)).unwrap();
    let packs = call.send(&emulator).unwrap();
    assert_eq!(packs.len(), 1);
    assert_eq!(packs[0].remaining_quantity, Some(118.0));
    let printed = include_str!("../../../../fixtures/kling/costs/page_sample.json");
    let printed: Value = serde_json::from_str(printed).unwrap();
    let pack = &printed["response"]["body"]["data"]["resource_pack_subscribe_infos"][0];
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&serde_json::to_value(&packs[0]).unwrap()), names(pack));
}

#[test]
fn what_cannot_be_made_is_refused() {
    let submit = |endpoint: &str, body: &str| {
        let new = NewGeneration::from_json(body).unwrap().for_endpoint(endpoint);
        client().submit(&new).unwrap().send(&in_process()).map_err(|error| {
            (error.http_status().unwrap(), error.provider_code().unwrap().to_owned())
        })
    };
    for (endpoint, body) in [
        ("text2video", "{}"),
        ("image2video", r#"{"prompt":"p"}"#),
        (TURBO, r#"{"prompt":" "}"#),
        ("image-to-video/kling-3.0", r#"{"contents":[]}"#),
    ] {
        assert_eq!(submit(endpoint, body).unwrap_err(), (400, "1201".to_owned()), "{endpoint}");
    }
    for (endpoint, body) in [
        ("image2video", r#"{"image_tail":"x"}"#),
        ("avatar/image2video", "{}"),
        ("effects", "{}"),
        ("motion-control/kling-3.0", "{}"),
    ] {
        let accepted = submit(endpoint, body).unwrap();
        let id = accepted.handles[0].id();
        let place = if endpoint.contains("kling-") { "tasks" } else { endpoint };
        assert_eq!(id.rsplit_once('/').unwrap().0, place);
    }
    // Kinds and products that there are not.
    for endpoint in ["dream2video", "text-to-dream/kling-3.0"] {
        assert_eq!(submit(endpoint, "{}").unwrap_err(), (404, "1202".to_owned()), "{endpoint}");
    }
}

fn called_back(endpoint: &str, plan: WebhookPlan, ends: Ending) -> Vec<Webhook> {
    let emulator = in_process();
    let mut generation = Script::new(KLING).running_for(seconds(10.0)).ending(ends);
    generation.webhook = plan;
    let mut submits = SubmitPlan::new(KLING);
    submits.generation = generation;
    emulator.plan_submits(submits).unwrap();
    let url = "http://receiver.example/hook";
    let new = if endpoint == TURBO {
        TextToVideo::new("kling-3.0-turbo", "A kite")
            .with_callback_url(url)
            .with_watermark(true)
            .build()
    } else {
        LegacyTextToVideo::new("A kite").with_callback_url(url).with_watermark(true).build()
    };
    submitted(&emulator, &new.unwrap());
    emulator.clock().advance(seconds(60.0));
    emulator.due_webhooks()
}

fn verified(endpoint: &str, sent: &Webhook) -> Result<Generation, Error> {
    let now = started() + sent.at.since_origin();
    let secret = WebhookSecret::new(WEBHOOK_SECRET).unwrap();
    let (headers, body) = (sent.request.headers(), sent.request.body());
    webhook::verify(&client(), endpoint, headers, body, &secret, now, DEFAULT_TOLERANCE)
        .map(videogen_core::webhook::Verified::into_generation)
}

#[test]
fn callbacks_are_as_each_api_has_them_and_signed() {
    for endpoint in [TURBO, "text2video"] {
        let sent = called_back(endpoint, WebhookPlan::default(), Ending::Completed);
        assert_eq!(sent.len(), 1, "{endpoint}");
        let video = verified(endpoint, &sent[0]).unwrap();
        assert_eq!(video.phase(), Phase::Succeeded, "{endpoint}");
        assert!(video.video().is_ok());
        // The older form has no URL of a video with a watermark.
        assert_eq!(video.outputs.len(), if endpoint == TURBO { 2 } else { 1 });
        let hint = webhook::hint(&client(), endpoint, sent[0].request.body()).unwrap();
        assert_eq!(hint.handle(), &video.handle);
        assert_eq!(sent[0].handle, video.handle.to_string());

        let sent = called_back(endpoint, WebhookPlan::default(), Ending::Failed);
        let failed = verified(endpoint, &sent[0]).unwrap();
        assert_eq!(failed.phase(), Phase::Failed, "{endpoint}");
        assert!(failed.failure.unwrap().message.is_some());
    }
}

#[test]
fn callbacks_that_are_not_klings_are_refused() {
    for endpoint in [TURBO, "text2video"] {
        let mut forged = WebhookPlan::default();
        forged.forged = true;
        let sent = called_back(endpoint, forged, Ending::Failed);
        assert_eq!(sent.len(), 2);
        let error = verified(endpoint, &sent[0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForgedWebhook, "{endpoint}");
        assert!(sent[0].forged && verified(endpoint, &sent[1]).is_ok());

        let mut stale = WebhookPlan::default();
        stale.stale = Some(Duration::from_secs(301));
        let sent = called_back(endpoint, stale, Ending::Completed);
        assert_eq!(verified(endpoint, &sent[0]).unwrap_err().kind(), ErrorKind::StaleWebhook);

        let mut wrong = WebhookPlan::default();
        wrong.wrong_signature = true;
        let sent = called_back(endpoint, wrong, Ending::Completed);
        assert_eq!(verified(endpoint, &sent[0]).unwrap_err().kind(), ErrorKind::ForgedWebhook);
    }
}
