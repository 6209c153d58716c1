//! Token360's lists and models, typed submissions, and looking for a lost one.

use std::ops::ControlFlow;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use videogen_core::candidates::LookUp;
use videogen_core::{
    ErrorKind, Generation, ListQuery, NewGeneration, Phase, Provider as _, SubmitOptions,
};
use videogen_emulator::{Emulator, InProcess, ProviderName, Script, SubmitFault, SubmitPlan, When};
use videogen_testkit::VirtualClock;
use videogen_token360::{AspectRatio, NewVideo, Order, Resolution, Token360, VideosQuery};

use crate::submission::submit;
use crate::support::{KEY, at, get, json, response, seconds, started, text};

const TOKEN360: ProviderName = ProviderName::TOKEN360;
const HEADERS: [(&str, &str); 1] = [("authorization", "Bearer k")];

fn client() -> Token360 {
    Token360::new(videogen_core::ApiKey::new(KEY).unwrap())
}

fn in_process() -> InProcess {
    InProcess::new(Emulator::new(started()), VirtualClock::new())
}

/// One with so many videos, made a second after each other.
fn with_videos(count: u32) -> InProcess {
    let emulator = in_process();
    for _ in 0..count {
        emulator.add(Script::new(TOKEN360).running_for(seconds(60.0))).unwrap();
        emulator.clock().advance(seconds(1.0));
    }
    emulator
}

fn ids(videos: &[Generation]) -> Vec<String> {
    videos.iter().map(|video| video.handle.id().to_owned()).collect()
}

fn listed(emulator: &InProcess, query: &VideosQuery) -> Vec<String> {
    ids(&client().list_videos(query).unwrap().send(emulator).unwrap().videos)
}

fn newest_first(emulator: &InProcess) -> Vec<String> {
    emulator.generations(TOKEN360).into_iter().rev().collect()
}

#[test]
fn a_list_shows_the_newest_first_and_says_little_of_each() {
    let emulator = with_videos(3);
    let mut held = emulator.emulator();
    let reply = held.answer(at(61.0), &get("/v1/videos", &HEADERS));
    insta::assert_snapshot!(text(&reply));
    // It is no poll.
    assert_eq!(held.polls(TOKEN360, "video_000001"), Some(0));
}

#[test]
fn a_list_has_the_members_of_the_documented_form() {
    let fixture = include_str!("../../../../fixtures/token360/list/has_more.json");
    let fixture: Value = serde_json::from_str(fixture).unwrap();
    let emulator = with_videos(3);
    let reply = emulator.emulator().answer(at(3.0), &get("/v1/videos?limit=2", &HEADERS));
    let body = json(&response(reply));
    let names =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    let documented = &fixture["response"]["body"];
    assert_eq!(names(&body), names(documented));
    assert_eq!(names(&body["data"][0]), names(&documented["data"][0]));
    let empty = in_process().emulator().answer(at(0.0), &get("/v1/videos", &HEADERS));
    let expected =
        json!({"object": "list", "data": [], "has_more": false, "first_id": null, "last_id": null});
    assert_eq!(json(&response(empty)), expected);
}

#[test]
fn a_list_has_only_the_providers_own() {
    let emulator = with_videos(1);
    emulator.add(Script::new(ProviderName::PRISM)).unwrap();
    assert_eq!(listed(&emulator, &VideosQuery::new()), ["video_000001"]);
}

#[test]
fn what_a_list_says_is_read() {
    let emulator = with_videos(2);
    emulator.clock().advance(seconds(59.0));
    let page = client().list(&ListQuery::first()).unwrap().send(&emulator).unwrap();
    let [second, first] = &page.items[..] else { panic!("{page:?}") };
    assert_eq!((first.phase(), second.phase()), (Phase::Succeeded, Phase::Succeeded));
    assert_eq!(first.times.created, Some(started()));
    assert_eq!(second.times.created, Some(started() + seconds(1.0)));
    assert_eq!(first.times.observed, Some(started() + seconds(61.0)));
    assert_eq!(first.outputs, []);
    assert_eq!(page.next, None);
}

#[test]
fn before_a_video_is_what_is_next_to_it() {
    let emulator = with_videos(6);
    let all = newest_first(&emulator);
    let query = VideosQuery::new().with_limit(2);
    let list =
        client().list_videos(&query.clone().before(&all[4])).unwrap().send(&emulator).unwrap();
    assert_eq!((ids(&list.videos), list.has_more), (all[2..4].to_vec(), true));
    let list =
        client().list_videos(&query.clone().before(&all[2])).unwrap().send(&emulator).unwrap();
    assert_eq!((ids(&list.videos), list.has_more), (all[..2].to_vec(), false));
    let between = query.after(&all[0]).before(&all[5]);
    assert_eq!(listed(&emulator, &between), all[1..3]);
    // Nothing is between what stands the other way round.
    let crossed = VideosQuery::new().after(&all[4]).before(&all[1]);
    assert_eq!(listed(&emulator, &crossed), [""; 0]);
}

#[test]
fn what_a_list_does_not_know_is_refused() {
    let mut shown = String::new();
    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=ten",
        "limit=",
        "order=newest",
        "after=nothing",
        "before=",
    ] {
        let reply = with_videos(1)
            .emulator()
            .answer(at(1.0), &get(&format!("/v1/videos?{query}"), &HEADERS));
        shown.push_str(&format!("## {query}\n{}", text(&reply)));
    }
    insta::assert_snapshot!(shown);
    let ignored = with_videos(1).emulator().answer(at(1.0), &get("/v1/videos?page=7&x", &HEADERS));
    assert_eq!(response(ignored).status(), 200);
}

#[test]
fn keys_and_methods_are_checked() {
    for path in ["/v1/videos", "/v1/models"] {
        let code = |headers: &[(&str, &str)]| {
            response(in_process().emulator().answer(at(0.0), &get(path, headers))).status().as_u16()
        };
        assert_eq!(code(&[]), 401);
        assert_eq!(code(&[("authorization", "Bearer revoked")]), 401);
        assert_eq!(code(&[("authorization", "Bearer noscope")]), 403);
        assert_eq!(code(&HEADERS), 200);
        let mut delete = get(path, &HEADERS);
        *delete.method_mut() = http::Method::DELETE;
        let emulator = in_process();
        let refused = response(emulator.emulator().answer(at(0.0), &delete));
        assert_eq!(emulator.submits(TOKEN360), 0);
        assert_eq!(refused.status(), 405);
        let allowed = if path == "/v1/videos" { "GET, POST" } else { "GET" };
        assert_eq!(refused.headers()["allow"], allowed);
    }
}

#[test]
fn there_are_models() {
    let models = client().models().unwrap().send(&in_process()).unwrap();
    let ids: Vec<&str> = models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, ["seedance-2.0", "seedance-2.0-fast"]);
}

/// Submits `new`, of which the first answer is lost, and looks for it at once.
fn lost(emulator: &InProcess, new: &NewGeneration, fault: SubmitFault) -> Vec<Generation> {
    emulator.plan_submits(SubmitPlan::new(TOKEN360).with_fault(When::poll(1), fault)).unwrap();
    let begun = emulator.clock().now();
    let course = submit(emulator, TOKEN360, new, &SubmitOptions::default(), 0);
    assert_eq!(course.result.unwrap_err().kind(), ErrorKind::Ambiguous, "{fault:?}");
    let mut look_up = LookUp::new(new);
    let mut query = ListQuery::first();
    loop {
        let page = client().list(&query).unwrap().send(emulator);
        match look_up.on(page, emulator.clock().now().since(begun)) {
            ControlFlow::Break(found) => return found.unwrap(),
            ControlFlow::Continue(next) => query = next,
        }
    }
}

/// Submitted as usual, by somebody else.
fn submitted(emulator: &InProcess, prompt: &str) {
    emulator.plan_submits(SubmitPlan::new(TOKEN360)).unwrap();
    let new = NewVideo::new("seedance-2.0", prompt).build().unwrap();
    submit(emulator, TOKEN360, &new, &SubmitOptions::default(), 0).result.unwrap();
}

#[test]
fn a_lost_submission_is_found_and_no_other() {
    let new = NewVideo::new("seedance-2.0", "a kite").build().unwrap();
    for fault in [
        SubmitFault::LostAnswer,
        SubmitFault::StalledAnswer,
        SubmitFault::CutAnswer,
        SubmitFault::TruncatedAnswer,
        SubmitFault::BadGatewayAfter,
    ] {
        let emulator = in_process();
        submitted(&emulator, "a kite");
        emulator.clock().advance(Duration::from_secs(120));
        submitted(&emulator, "a boat");
        let found = lost(&emulator, &new, fault);
        // The one from before is another one, and so is that with another prompt.
        assert_eq!(ids(&found), ["video_000003"], "{fault:?}");
        assert_eq!(emulator.submits(TOKEN360), 3, "{fault:?}");
    }
}

#[test]
fn what_was_never_made_is_not_found() {
    let new = NewVideo::new("seedance-2.0", "a kite").build().unwrap();
    for fault in [SubmitFault::ResetBefore, SubmitFault::BadGatewayBefore, SubmitFault::Unavailable]
    {
        let emulator = in_process();
        submitted(&emulator, "a boat");
        assert_eq!(ids(&lost(&emulator, &new, fault)), [""; 0], "{fault:?}");
    }
}

prop_compose! {
    fn new_video()(
        duration in prop::option::of(1_u32..1000),
        resolution in prop::option::of(prop::sample::select(Resolution::ALL.to_vec())),
        ratio in prop::option::of(prop::sample::select(AspectRatio::ALL.to_vec())),
        flags in prop::array::uniform3(prop::option::of(any::<bool>())),
        seed in prop::option::of(any::<i64>()),
        expires in prop::option::of(3600_u32..=259_200),
        references in prop::array::uniform3(0_usize..=3),
        has_frames: bool,
        (model, prompt) in ("[a-z0-9.-]{1,20}", "[ -~äß🎬]{0,40}[a-z]"),
    ) -> NewVideo {
        let mut new = NewVideo::new(model, prompt).with_request_id("order-7");
        if let Some(seconds) = duration { new = new.with_duration(seconds); }
        if let Some(resolution) = resolution { new = new.with_resolution(resolution); }
        if let Some(ratio) = ratio { new = new.with_aspect_ratio(ratio); }
        let [audio, watermark, last_frame] = flags;
        if let Some(audio) = audio { new = new.with_audio(audio); }
        if let Some(watermark) = watermark { new = new.with_watermark(watermark); }
        if let Some(returned) = last_frame { new = new.with_last_frame_returned(returned); }
        if let Some(seed) = seed { new = new.with_seed(seed); }
        if let Some(seconds) = expires { new = new.with_execution_expires_after(seconds); }
        let [images, videos, sounds] = references;
        for _ in 0..images { new = new.with_image_reference("https://example.com/a.png"); }
        for _ in 0..videos { new = new.with_video_reference("asset://ta_1"); }
        for _ in 0..sounds { new = new.with_audio_reference("https://example.com/a.wav"); }
        if has_frames { new = new.with_first_frame("https://example.com/f.png"); }
        new
    }
}

proptest! {
    #[test]
    fn any_typed_video_is_accepted_and_echoed(new in new_video()) {
        let emulator = in_process();
        let new = new.build().unwrap();
        let accepted = submit(&emulator, TOKEN360, &new, &SubmitOptions::default(), 0).result.unwrap();
        let body: Value = serde_json::from_str(&new.body).unwrap();
        let seen = accepted.generation.unwrap();
        prop_assert_eq!(seen.model.as_deref(), body["model"].as_str());
        prop_assert_eq!(seen.prompt.as_deref(), body["prompt"].as_str());
        let parameters = &seen.asked()["parameters"];
        for name in ["duration", "resolution", "aspect_ratio", "seed", "generate_audio", "watermark"] {
            if let Some(value) = body.get(name) {
                prop_assert_eq!(&parameters[name], value, "{}", name);
            }
        }
    }

    /// However the pages are cut, in either order: every video once.
    #[test]
    fn pages_make_the_whole_list(count in 0_u32..50, limit in 1_u32..60, oldest_first: bool) {
        let emulator = with_videos(count);
        let order = if oldest_first { Order::Ascending } else { Order::Descending };
        let mut query = VideosQuery::new().with_limit(limit).with_order(order);
        let mut all = Vec::new();
        loop {
            let list = client().list_videos(&query).unwrap().send(&emulator).unwrap();
            prop_assert!(list.videos.len() <= limit as usize);
            all.extend(ids(&list.videos));
            prop_assert!(all.len() <= count as usize, "{:?}", all);
            match list.last_id {
                Some(last) if list.has_more => query = query.after(last),
                _ => break,
            }
        }
        let mut expected = emulator.generations(TOKEN360);
        if !oldest_first {
            expected.reverse();
        }
        prop_assert_eq!(all, expected);
        // And by the method that all providers have.
        let mut query = ListQuery::first();
        let mut all = Vec::new();
        loop {
            let page = client().list(&query).unwrap().send(&emulator).unwrap();
            all.extend(ids(&page.items));
            prop_assert!(all.len() <= count as usize, "{:?}", all);
            let Some(next) = page.next else { break };
            query = ListQuery::first().after(next);
        }
        prop_assert_eq!(all, newest_first(&emulator));
    }
}

#[test]
fn a_models_own_body_is_taken_as_it_is() {
    let emulator = in_process();
    let own = NewGeneration::from_json(r#"{"content": [{"type": "text", "text": "a kite"}]}"#);
    let own = own.unwrap();
    let refused = client().submit(&own).unwrap().send(&emulator).unwrap_err();
    assert_eq!(refused.http_status(), Some(400));
    let accepted = client().submit(&own.as_native()).unwrap().send(&emulator).unwrap();
    assert_eq!(accepted.handles.len(), 1);
}
