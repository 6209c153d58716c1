//! What Sync Labs has beside submitting and asking for a status, by the real client.

use http::Method;
use proptest::prelude::*;
use serde_json::Value;
use videogen_core::{
    ApiKey, Call, Error, ErrorKind, FilePart, HttpRequest, ListQuery, NewGeneration, OutputUrl,
    Phase, Provider as _, StatusQuery, poll, timestamp,
};
use videogen_emulator::{Emulator, InProcess, ProviderName, Script, SubmitPlan};
use videogen_synclabs::{
    AssetChange, AssetKind, AssetSort, AssetsQuery, AudioInput, BatchPhase, BatchesQuery,
    CountQuery, DubParams, GenerateRequest, GenerationsQuery, ImageInput, NewAsset, NewBatch,
    Options, Segment, SyncLabs, SyncMode, TextInput, VideoInput, Visibility, models,
};
use videogen_testkit::VirtualClock;

use crate::support::{KEY, at, get, json, response, seconds, started, text};

const SYNCLABS: ProviderName = ProviderName::SYNCLABS;

fn sync() -> SyncLabs {
    SyncLabs::new(ApiKey::new(KEY).unwrap())
}

fn emulator() -> InProcess {
    InProcess::new(Emulator::new(started()), VirtualClock::new())
}

/// An emulator with generations `g-0`, `g-1`, …, each made a second after the one before and ten seconds long.
fn with_generations(count: usize) -> InProcess {
    let emulator = emulator();
    for n in 0..count {
        let script = Script::new(SYNCLABS).with_id(format!("g-{n}")).running_for(seconds(10.0));
        emulator.add(script).unwrap();
        emulator.clock().advance(seconds(1.0));
    }
    emulator
}

fn send<T>(emulator: &InProcess, call: Result<Call<T>, Error>) -> Result<T, Error> {
    call.unwrap().send(emulator)
}

fn listed(emulator: &InProcess, query: &GenerationsQuery) -> Vec<String> {
    let page = send(emulator, sync().generations(query)).unwrap();
    page.items.iter().map(|generation| generation.handle.id().to_owned()).collect()
}

fn request() -> GenerateRequest {
    let video = VideoInput::url("https://example.com/v.mp4");
    GenerateRequest::new(models::LIPSYNC_2, video, AudioInput::url("https://example.com/a.wav"))
}

proptest! {
    #[test]
    fn pages_have_every_generation_once_and_the_newest_first(count in 0_usize..25, limit in 1_u32..=8) {
        let emulator = with_generations(count);
        let mut query = ListQuery::first().with_limit(limit);
        let mut seen = Vec::new();
        loop {
            let page = send(&emulator, sync().list(&query)).unwrap();
            prop_assert!(page.items.len() <= usize::try_from(limit).unwrap());
            seen.extend(page.items.iter().map(|item| item.handle.id().to_owned()));
            match page.next {
                Some(next) => query = query.after(next),
                None => break,
            }
        }
        let newest_first: Vec<String> = (0..count).rev().map(|n| format!("g-{n}")).collect();
        prop_assert_eq!(seen, newest_first);
    }

    #[test]
    fn any_form_is_answered(body: Vec<u8>, form in "(--b\r\n[ -~\r\n]{0,60}){0,3}(--b--)?") {
        for body in [body, form.into_bytes()] {
            for path in ["/v2/generate", "/v2/batch"] {
                let mut emulator = Emulator::new(started());
                let mut post = keyed(Method::POST, path);
                post.headers_mut()
                    .insert("content-type", "multipart/form-data; boundary=b".parse().unwrap());
                *post.body_mut() = body.clone();
                let answer = response(emulator.answer(at(0.0), &post));
                prop_assert!(answer.status().is_client_error(), "{}", answer.status());
            }
        }
    }
}

#[test]
fn lists_and_counts_are_filtered() {
    let emulator = with_generations(12);
    // 12 s: g-0 to g-2 are done, and g-11 was made a second ago.
    let ids = |ids: &[usize]| ids.iter().map(|n| format!("g-{n}")).collect::<Vec<_>>();
    let all = GenerationsQuery::new;
    assert_eq!(listed(&emulator, &all().with_status("COMPLETED")), ids(&[2, 1, 0]));
    assert_eq!(listed(&emulator, &all().with_status("FAILED")), ids(&[]));
    let both = all().with_status("COMPLETED").with_status("PROCESSING");
    assert_eq!(listed(&emulator, &both).len(), 12);
    assert_eq!(listed(&emulator, &all().with_id("g-7").with_id("g-1")), ids(&[7, 1]));
    assert_eq!(listed(&emulator, &all().with_id("g-7").with_status("COMPLETED")), ids(&[]));
    assert_eq!(listed(&emulator, &all().with_source("api")).len(), 12);
    assert_eq!(listed(&emulator, &all().with_source("mcp")), ids(&[]));

    let in_project = request().in_project("p-1").build().unwrap();
    let made = send(&emulator, sync().submit(&in_project)).unwrap().handles.remove(0);
    assert_eq!(listed(&emulator, &all().in_project("p-1")), [made.id()]);
    assert_eq!(listed(&emulator, &all().in_project("p-2")), ids(&[]));

    let count = |query: &CountQuery| send(&emulator, sync().count_generations(query)).unwrap();
    assert_eq!(count(&CountQuery::new()), 13);
    assert_eq!(count(&CountQuery::new().with_status("COMPLETED")), 3);
    assert_eq!(count(&CountQuery::new().with_kind("playground")), 0);
    assert_eq!(count(&CountQuery::new().with_kind("api").own()), 13);
    assert_eq!(count(&CountQuery::new().with_generation_source("mcp")), 0);
    assert_eq!(count(&CountQuery::new().with_source("api")), 13);
}

/// As the two SDKs write lists.
#[test]
fn lists_of_every_spelling_are_read() {
    let emulator = with_generations(3);
    for query in [
        "ids=g-0,g-2",
        "ids=g-0%2Cg-2",
        "ids=g-0&ids=g-2",
        "ids=%5B%22g-0%22%2C%22g-2%22%5D",
        "status=PROCESSING&status=PENDING&ids=g-2&ids=g-0",
    ] {
        let request = keyed(Method::GET, &format!("/v2/generations?{query}"));
        let answer = response(emulator.emulator().answer(at(3.0), &request));
        let ids: Vec<Value> =
            json(&answer).as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
        assert_eq!(ids, ["g-0", "g-2"], "{query}");
    }
}

fn keyed(method: Method, path: &str) -> HttpRequest {
    let mut request = get(path, &[("x-api-key", "k")]);
    *request.method_mut() = method;
    request
}

#[test]
fn what_is_deleted_is_gone_and_was_made() {
    let emulator = with_generations(2);
    let sync = sync();
    let handle = sync.handle("g-0").unwrap();
    let error = send(&emulator, sync.delete(&handle)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::GenerationUnfinished);
    assert_eq!(listed(&emulator, &GenerationsQuery::new()).len(), 2);

    emulator.clock().advance_to(at(10.0));
    let link = send(&emulator, sync.download_link(&handle)).unwrap();
    assert!(link.url.expose().contains("/files/synclabs/g-0.mp4?"));
    assert_eq!(link.expires_at, timestamp::parse("2026-03-05T12:00:10Z"));
    let unfinished = sync.handle("g-1").unwrap();
    let error = send(&emulator, sync.download_link(&unfinished)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);

    let seen = send(&emulator, sync.generation(&handle)).unwrap();
    let deleted = send(&emulator, sync.delete_generation(&handle)).unwrap();
    assert_eq!(deleted.phase(), Phase::Succeeded);
    assert_eq!(deleted.body(), seen.body());

    let kind = |error: Error| error.kind();
    let status = poll(&sync, &emulator, &handle, StatusQuery::Plain, seconds(60.0));
    assert_eq!(status.map(drop).map_err(kind), Err(ErrorKind::NotFound));
    assert_eq!(
        send(&emulator, sync.generation(&handle)).map(drop).map_err(kind),
        Err(ErrorKind::NotFound)
    );
    assert_eq!(send(&emulator, sync.delete(&handle)).map_err(kind), Err(ErrorKind::NotFound));
    assert_eq!(
        send(&emulator, sync.download_link(&handle)).map(drop).map_err(kind),
        Err(ErrorKind::NotFound)
    );
    assert_eq!(listed(&emulator, &GenerationsQuery::new()), ["g-1"]);
    assert_eq!(send(&emulator, sync.count_generations(&CountQuery::new())).unwrap(), 1);
    // It is still the witness of what was made, and says where a list goes on.
    assert_eq!(emulator.generations(SYNCLABS), ["g-0", "g-1"]);
    let page = ListQuery::first().with_limit(1).after("g-0");
    assert!(send(&emulator, sync.list(&page)).unwrap().items.is_empty());
}

#[test]
fn one_that_never_ends_is_never_deleted() {
    let emulator = emulator();
    let script = r#"{"provider":"synclabs","id":"g","ends":"never"}"#;
    emulator.add(Script::parse(script).unwrap()).unwrap();
    emulator.clock().advance_to(at(1e6));
    let error = send(&emulator, sync().delete(&sync().handle("g").unwrap())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::GenerationUnfinished);
}

#[test]
fn the_catalogue_takes_no_key_and_the_models_do() {
    let emulator = emulator();
    let catalog = send(&emulator, sync().error_catalog()).unwrap();
    assert!(catalog.iter().any(|entry| entry.code == "generation_not_found"));
    assert!(catalog.iter().all(|entry| entry.message.is_some() && entry.suggestion.is_some()));
    assert!(!emulator.log().remove(0).headers.contains_key("x-api-key"));

    let models = send(&emulator, sync().models()).unwrap();
    let names: Vec<_> = models.iter().filter_map(|model| model.name.as_deref()).collect();
    assert_eq!(names, models::ALL);
    let revoked = SyncLabs::new(ApiKey::new("revoked-1").unwrap());
    let error = send(&emulator, revoked.models()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

#[test]
fn what_it_would_cost_makes_nothing() {
    let emulator = emulator();
    let named = |name| AudioInput::url("https://example.com/a.wav").with_ref_id(name);
    let video = VideoInput::url("https://example.com/v.mp4");
    let segmented = GenerateRequest::new(models::SYNC_3, video, named("a"))
        .with_segment(Segment::new(0.0, 2.0, "a"))
        .with_segment(Segment::new(2.0, 6.0, "a"))
        .build()
        .unwrap();
    let parts = send(&emulator, sync().estimate_parts(&segmented)).unwrap();
    let frames: Vec<_> = parts.iter().filter_map(|part| part.estimated_frame_count).collect();
    assert_eq!(frames, [50.0, 100.0]);
    let cost = send(&emulator, sync().estimate(&segmented)).unwrap();
    assert!((cost.usd.unwrap() - 0.3).abs() < 1e-9, "{cost:?}");
    let bad = NewGeneration::from_json(r#"{"model":"m"}"#).unwrap();
    assert_eq!(send(&emulator, sync().estimate(&bad)).unwrap_err().kind(), ErrorKind::Refused);
    assert!(emulator.generations(SYNCLABS).is_empty());
    assert_eq!(emulator.submits(SYNCLABS), 0);
}

fn batch(count: usize) -> NewBatch {
    let new = request().build().unwrap();
    (0..count).fold(NewBatch::new(), |batch, n| batch.with(format!("r-{n}"), &new).unwrap())
}

#[test]
fn a_batch_is_as_far_as_its_generations() {
    let emulator = emulator();
    let plan = SubmitPlan::parse(
        r#"{"provider":"synclabs","generation":{"queued_s":60,"running_s":600}}"#,
    );
    emulator.plan_submits(plan.unwrap()).unwrap();
    let sync = sync();
    let new = batch(20).with_webhook_url("https://example.com/hook");

    send(&emulator, sync.validate_batch(&new)).unwrap();
    assert!(emulator.generations(SYNCLABS).is_empty());
    assert!(send(&emulator, sync.batches(&BatchesQuery::new())).unwrap().is_empty());

    let created = send(&emulator, sync.create_batch(&new)).unwrap();
    assert_eq!(created.phase(), BatchPhase::Pending);
    assert_eq!((created.created(), created.output_url), (Some(started()), None));
    assert_eq!(created.metrics.total_generations, Some(20));
    assert_eq!(created.webhook_url, Some(OutputUrl::new("https://example.com/hook")));
    assert_eq!(emulator.generations(SYNCLABS).len(), 20);

    let at_time = |s: f64| {
        emulator.clock().advance_to(at(s));
        let batch = send(&emulator, sync.batch(&created.id)).unwrap();
        let metrics = batch.metrics;
        let counts = [metrics.success_count, metrics.failed_count, metrics.pending_count]
            .map(Option::unwrap);
        (batch.phase(), counts, batch.output_url.is_some())
    };
    assert_eq!(at_time(59.0), (BatchPhase::JobsCreated, [0, 0, 20], false));
    assert_eq!(at_time(60.0), (BatchPhase::Processing, [0, 0, 20], false));
    assert_eq!(at_time(659.0), (BatchPhase::Processing, [0, 0, 20], false));
    assert_eq!(at_time(660.0), (BatchPhase::Completed, [20, 0, 0], true));
    // Its generations are generations like others.
    assert_eq!(listed(&emulator, &GenerationsQuery::new()).len(), 20);

    let error = send(&emulator, sync.batch("batch_000009")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn failed_generations_of_a_batch_are_counted() {
    let emulator = emulator();
    let plan = r#"{"provider":"synclabs","generation":{"running_s":1,"ends":"failed"}}"#;
    emulator.plan_submits(SubmitPlan::parse(plan).unwrap()).unwrap();
    let created = send(&emulator, sync().create_batch(&batch(21))).unwrap();
    emulator.clock().advance_to(at(1.0));
    let ended = send(&emulator, sync().batch(&created.id)).unwrap();
    assert_eq!(ended.phase(), BatchPhase::Completed);
    assert_eq!((ended.metrics.success_count, ended.metrics.failed_count), (Some(0), Some(21)));
}

#[test]
fn batches_are_listed_by_status_and_time() {
    let emulator = emulator();
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(send(&emulator, sync().create_batch(&batch(20))).unwrap().id);
        emulator.clock().advance(seconds(4.0));
    }
    let listed = |query: &BatchesQuery| -> Vec<String> {
        let batches = send(&emulator, sync().batches(query)).unwrap();
        batches.into_iter().map(|batch| batch.id).collect()
    };
    let [first, second, third] = &ids[..] else { panic!("{ids:?}") };
    assert_eq!(listed(&BatchesQuery::new()), [third, second, first].map(String::clone));
    // Unless planned a generation runs for five seconds: 12 s have passed, the last was made 4 s ago.
    assert_eq!(listed(&BatchesQuery::new().with_status("PROCESSING")), std::slice::from_ref(third));
    let after = BatchesQuery::new().created_after(started() + seconds(3.0));
    assert_eq!(listed(&after), [third, second].map(String::clone));
    let between = after.created_before(started() + seconds(7.0));
    assert_eq!(listed(&between), std::slice::from_ref(second));
}

/// A batch's form with this file.
fn batch_form(file: &str) -> HttpRequest {
    let mut post = keyed(Method::POST, "/v2/batch");
    let part = FilePart::new("input", "b.jsonl", "application/jsonl", file.as_bytes());
    let (content_type, body) = videogen_core::multipart::encode(&[], &[part]).unwrap();
    post.headers_mut().insert("content-type", content_type);
    *post.body_mut() = body;
    post
}

#[test]
fn batches_that_are_not_as_the_page_says_are_refused() {
    let good = batch(20);
    let line = |n: usize| good.jsonl().lines().nth(n).unwrap();
    let with = |bad: &str| {
        let lines: Vec<String> =
            (0..19).map(|n| line(n).to_owned()).chain([bad.to_owned()]).collect();
        lines.join("\n")
    };
    let many: Vec<String> = (0..501).map(|n| line(0).replace("r-0", &format!("m-{n}"))).collect();
    let files = [
        batch(19).jsonl().to_owned(),
        many.join("\n"),
        with("{"),
        with(line(0)),
        with(&line(19).replace("/v2/generate", "/v2/batch")),
        with(&line(19).replace("lipsync-2", "")),
        with(r#"{"model":"m","input":[{}]}"#),
        format!("{}{}", good.jsonl(), " ".repeat(5 * 1024 * 1024)),
    ];
    let mut emulator = Emulator::new(started());
    let mut shown = String::new();
    for file in &files {
        let answer = response(emulator.answer(at(0.0), &batch_form(file)));
        shown.push_str(&format!("{} {}\n", answer.status(), json(&answer)["message"]));
    }
    assert!(emulator.generations(SYNCLABS).is_empty());
    insta::assert_snapshot!(shown);
    // Empty lines are no records.
    let answer =
        response(emulator.answer(at(0.0), &batch_form(&with(&format!("\n{}\n", line(19))))));
    assert_eq!(answer.status(), 200);
}

#[test]
fn a_file_is_uploaded_registered_changed_and_deleted() {
    let emulator = emulator();
    let sync = sync();
    let upload = send(&emulator, sync.presign_upload("me 1.mp4", "video/mp4", 5)).unwrap();
    assert_eq!(upload.expires_at, timestamp::parse("2026-03-05T12:00:00Z"));
    let url = upload.url.as_ref().unwrap().expose();
    let new = NewAsset::new(url, AssetKind::Video);
    let error = send(&emulator, sync.create_asset(&new)).unwrap_err();
    assert_eq!(error.provider_code(), Some("uploaded_file_not_found"));

    // Only with the type that was said, and the signature.
    let mut other = upload.clone();
    other.content_type = "audio/wav".to_owned();
    let mut unsigned = upload.clone();
    unsigned.upload_url = upload.url.clone();
    for bad in [other, unsigned] {
        let error = send(&emulator, sync.put_upload(&bad, b"VIDEO".to_vec())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden);
    }
    send(&emulator, sync.put_upload(&upload, b"VIDEO".to_vec())).unwrap();
    assert!(!emulator.log().last().unwrap().headers.contains_key("x-api-key"));
    let asset = send(&emulator, sync.create_asset(&new)).unwrap();
    assert_eq!((asset.size, asset.format.as_deref()), (Some(5), Some("mp4")));
    assert_eq!((asset.input_type.as_deref(), asset.created()), (Some("UPLOAD"), Some(started())));

    emulator.clock().advance_to(at(60.0));
    let change = AssetChange::new()
        .with_name("you")
        .with_visibility(Visibility::Organization)
        .with_dimensions(640, 360)
        .with_duration_seconds(2.5);
    let changed = send(&emulator, sync.update_asset(&asset.id, &change)).unwrap();
    assert_eq!(changed.name.as_deref(), Some("you"));
    assert_eq!(changed.visibility.as_deref(), Some("ORGANIZATION"));
    assert_eq!((changed.width, changed.duration_seconds), (Some(640), Some(2.5)));
    assert_eq!((changed.size, &changed.url), (Some(5), &asset.url));
    assert_ne!(changed.updated_at, asset.updated_at);
    assert_eq!(send(&emulator, sync.asset(&asset.id)).unwrap(), changed);
    let link = send(&emulator, sync.asset_download_link(&asset.id)).unwrap();
    assert_eq!(Some(&link.url), asset.url.as_ref());

    send(&emulator, sync.delete_asset(&asset.id)).unwrap();
    let id = &asset.id;
    let gone = [
        send(&emulator, sync.asset(id)).unwrap_err(),
        send(&emulator, sync.delete_asset(id)).unwrap_err(),
        send(&emulator, sync.update_asset(id, &change)).unwrap_err(),
        send(&emulator, sync.asset_download_link(id)).unwrap_err(),
    ];
    for error in gone {
        assert_eq!(error.provider_code(), Some("asset_not_found"));
    }
    // After seven days nobody can send there.
    emulator.clock().advance_to(at(604_800.0));
    let error = send(&emulator, sync.put_upload(&upload, b"VIDEO".to_vec())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
}

#[test]
fn assets_are_paged_searched_and_sorted() {
    let emulator = emulator();
    let sync = sync();
    let kinds = [AssetKind::Video, AssetKind::Audio, AssetKind::Image];
    for (name, kind) in ["b", "a", "C"].into_iter().zip(kinds) {
        let url = format!("https://example.com/{name}.bin");
        let new = NewAsset::new(url, kind).in_project(format!("p-{name}"));
        let asset = send(&emulator, sync.create_asset(&new)).unwrap();
        assert_eq!((asset.size, asset.input_type.as_deref()), (None, Some("URL")));
    }
    let names = |query: &AssetsQuery| -> Vec<String> {
        let list = send(&emulator, sync.assets(query)).unwrap();
        list.page.items.into_iter().filter_map(|asset| asset.name).collect()
    };
    let all = AssetsQuery::new;
    assert_eq!(names(&all()), ["C.bin", "a.bin", "b.bin"]);
    assert_eq!(names(&all().sorted(AssetSort::DateAsc)), ["b.bin", "a.bin", "C.bin"]);
    assert_eq!(names(&all().sorted(AssetSort::NameDesc)), ["b.bin", "a.bin", "C.bin"]);
    assert_eq!(names(&all().with_search("c")), ["C.bin"]);
    assert_eq!(names(&all().in_project("p-a")), ["a.bin"]);
    let two = all().with_kind(AssetKind::Audio).with_kind(AssetKind::Image);
    assert_eq!(names(&two), ["C.bin", "a.bin"]);

    let first = all().with_page(ListQuery::first().with_limit(2));
    let page = send(&emulator, sync.assets(&first)).unwrap();
    assert_eq!((page.page.items.len(), page.total), (2, Some(3)));
    let next = first.page.clone().after(page.page.next.unwrap());
    let last = send(&emulator, sync.assets(&all().with_page(next))).unwrap();
    assert_eq!((last.page.items.len(), last.page.next), (1, None));
}

#[test]
fn a_form_with_files_is_a_submission() {
    let emulator = emulator();
    let sync = sync();
    let video = || VideoInput::file("me.mp4", "video/mp4", *b"VIDEO\r\n--not the end");
    let request =
        GenerateRequest::new(models::LIPSYNC_2, video(), TextInput::new("voice", "Hello"))
            .with_options(Options::new().with_sync_mode(SyncMode::Bounce))
            .with_webhook_url("https://example.com/hook")
            .with_output_file_name("dub");
    let new = request.build().unwrap().with_idempotency_key("key-1");
    let accepted = send(&emulator, sync.submit(&new)).unwrap();
    let generation = accepted.generation.unwrap();
    assert_eq!(generation.phase(), Phase::Queued);
    let seen: Value = serde_json::from_str(generation.body().unwrap()).unwrap();
    assert_eq!(seen["model"], "lipsync-2");
    assert_eq!(seen["options"], serde_json::json!({"sync_mode": "bounce"}));
    assert_eq!(
        (&seen["webhookUrl"], &seen["outputFileName"]),
        (&"https://example.com/hook".into(), &"dub".into())
    );
    let input = seen["input"].as_array().unwrap();
    assert_eq!((&input[0]["type"], input[0]["assetId"].is_string()), (&"video".into(), true));
    assert_eq!((&input[1]["type"], input.len()), (&"text".into(), 2));

    // With its key it is the same; with another file it is another.
    let again = send(&emulator, sync.submit(&new)).unwrap();
    assert_eq!(again.handles, accepted.handles);
    let mut other = new.clone();
    other.files[0].bytes[0] = b'v';
    assert_eq!(send(&emulator, sync.submit(&other)).unwrap_err().http_status(), Some(409));
    assert_eq!(emulator.generations(SYNCLABS).len(), 1);

    // Every kind of file, and a dub.
    let image = ImageInput::file("i.png", "image/png", *b"PNG");
    let sound = AudioInput::file("a.wav", "audio/wav", *b"WAV");
    let speaking = GenerateRequest::new(models::SYNC_3, image, sound).build().unwrap();
    send(&emulator, sync.submit(&speaking)).unwrap();
    let dub = GenerateRequest::dub(models::SYNC_3, video(), DubParams::new("es"));
    send(&emulator, sync.submit(&dub.build().unwrap())).unwrap();
    assert_eq!(emulator.generations(SYNCLABS).len(), 3);
}

#[test]
fn forms_that_are_not_as_the_page_says_are_refused() {
    let form = |fields: &[(&str, &str)], files: &[&str], keep: usize| {
        let files: Vec<FilePart> =
            files.iter().map(|name| FilePart::new(*name, "f", "video/mp4", *b"x")).collect();
        let (content_type, mut body) = videogen_core::multipart::encode(fields, &files).unwrap();
        body.truncate(body.len() - keep);
        let mut post = keyed(Method::POST, "/v2/generate");
        post.headers_mut().insert("content-type", content_type);
        *post.body_mut() = body;
        post
    };
    let model = ("model", "m");
    let bad = [
        form(&[model], &["video", "video"], 0),
        form(&[model], &["film"], 0),
        form(&[model, ("options", "bounce")], &["video"], 0),
        form(&[], &["video"], 0),
        form(&[model], &[], 0),
        form(&[model], &["video"], 30),
    ];
    let mut emulator = Emulator::new(started());
    let mut shown = String::new();
    for request in &bad {
        let answer = response(emulator.answer(at(0.0), request));
        shown.push_str(&format!("{} {}\n", answer.status(), json(&answer)["message"]));
    }
    assert!(emulator.generations(SYNCLABS).is_empty());
    insta::assert_snapshot!(shown);
    // The TypeScript SDK has a field for each input.
    let inputs =
        [model, ("input", r#"{"type":"video","assetId":"a"}"#), ("input", r#"[{"type":"text"}]"#)];
    let answer = response(emulator.answer(at(0.0), &form(&inputs, &["audio"], 0)));
    assert_eq!(answer.status(), 201);
    let kinds: Vec<Value> =
        json(&answer)["input"].as_array().unwrap().iter().map(|it| it["type"].clone()).collect();
    assert_eq!(kinds, ["audio", "video", "text"]);
}

#[test]
fn keys_methods_and_queries_are_checked() {
    let mut emulator = Emulator::new(started());
    let mut shown = String::new();
    let requests = [
        get("/v2/generations", &[]),
        get("/v2/models", &[("x-api-key", "noscope-1")]),
        keyed(Method::POST, "/v2/generations"),
        keyed(Method::POST, "/v2/errors"),
        keyed(Method::PUT, "/v2/assets/a"),
        keyed(Method::GET, "/v2/generations?limit=0"),
        keyed(Method::GET, "/v2/generations?limit=101"),
        keyed(Method::GET, "/v2/generations?limit=x"),
        keyed(Method::GET, "/v2/generations?cursor=g"),
        keyed(Method::GET, "/v2/generations?limit=1&cursor=nobody"),
        keyed(Method::GET, "/v2/generations/nobody"),
        keyed(Method::GET, "/v2/batch?created_after=yesterday"),
        keyed(Method::GET, "/v2/assets?limit=1&cursor=nobody"),
        keyed(Method::POST, "/v2/assets"),
        keyed(Method::POST, "/v2/assets/upload"),
        keyed(Method::GET, "/v2/nothing"),
    ];
    for request in &requests {
        let reply = emulator.answer(at(0.0), request);
        shown.push_str(&format!("## {} {}\n{}\n", request.method(), request.uri(), text(&reply)));
    }
    insta::assert_snapshot!(shown);
}
