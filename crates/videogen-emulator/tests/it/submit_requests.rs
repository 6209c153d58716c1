//! Submissions as requests: what is accepted, what is echoed, what is refused.

use videogen_core::{Cost, HttpRequest, Moment, NewGeneration, Phase, StatusQuery, poll};
use videogen_emulator::{Emulator, MAX_GENERATIONS, ProviderName, SubmitPlan};

use crate::submission::{new, planned};
use crate::support::{KEY, THREE, at, client, get, json, response, seconds, started, text};

pub(crate) fn path(provider: ProviderName) -> &'static str {
    match provider {
        ProviderName::PRISM => "/api/generations",
        ProviderName::TOKEN360 => "/v1/videos",
        _ => "/v2/generate",
    }
}

/// A submission with a key for every provider.
pub(crate) fn post(path: &str, body: &str) -> HttpRequest {
    let mut request = get(path, &[("authorization", "Bearer k"), ("x-api-key", "k")]);
    *request.method_mut() = http::Method::POST;
    *request.body_mut() = body.as_bytes().to_vec();
    request
}

/// What a submission comes to, and what is made, over the real client.
fn accepted(provider: ProviderName, new: &NewGeneration) -> (videogen_core::Accepted, Vec<String>) {
    let emulator = planned(SubmitPlan::new(provider));
    let accepted = client(provider, KEY).submit(new).unwrap().send(&emulator).unwrap();
    (accepted, emulator.generations(provider))
}

#[test]
fn every_client_reads_that_it_was_accepted() {
    for provider in THREE {
        let (accepted, made) = accepted(provider, &new(provider));
        let ids: Vec<_> = accepted.handles.iter().map(|handle| handle.id().to_owned()).collect();
        assert_eq!(ids, made, "{provider}");
        assert_eq!(made.len(), 1, "{provider}");
        if provider != ProviderName::PRISM {
            let generation = accepted.generation.unwrap();
            assert_eq!(generation.phase(), Phase::Queued, "{provider}");
            assert_eq!(generation.times.created, Some(started()), "{provider}");
        }
    }
}

#[test]
fn from_a_template_prism_says_what_it_costs_and_how_long_it_takes() {
    let new = NewGeneration::from_json(r#"{"variables":{}}"#).unwrap().from_template("abc 123");
    let (accepted, _) = accepted(ProviderName::PRISM, &new);
    assert_eq!(accepted.cost, Some(Cost::credits(50.0)));
    let expected = accepted.expected.unwrap();
    assert_eq!((expected.typical, expected.busy), (seconds(127.0), Some(seconds(241.0))));
}

#[test]
fn the_answer_from_a_template_is_the_printed_one() {
    let mut emulator = Emulator::new(started());
    let request = post("/api/templates/abc123/generate", r#"{"variables":{"name":"x"}}"#);
    let answer = json(&response(emulator.answer(Moment::ORIGIN, &request)));
    let printed = serde_json::json!({
        "generations": [{ "generation_id": "gen_000001", "status": "generating" }],
        "template_id": "abc123",
        "credits_charged": 50,
        "latency_estimate_sec": { "typical": 127, "busy": 241 },
    });
    assert_eq!(answer, printed);
}

#[test]
fn unless_planned_a_generation_runs_for_five_seconds_and_is_completed() {
    for provider in THREE {
        let emulator = planned(SubmitPlan::new(provider));
        let client = client(provider, KEY);
        let accepted = client.submit(&new(provider)).unwrap().send(&emulator).unwrap();
        let phase = |s: f64| {
            emulator.clock().advance_to(at(s));
            let (handle, query) = (&accepted.handles[0], StatusQuery::Plain);
            poll(&*client, &emulator, handle, query, seconds(60.0)).unwrap().phase()
        };
        assert_eq!(
            [phase(0.0), phase(4.999), phase(5.0)],
            [Phase::Running, Phase::Running, Phase::Succeeded]
        );
    }
}

/// The answer to a submission, and to a status request when it is completed.
fn echoed(path: &str, body: &str) -> [serde_json::Value; 2] {
    let mut emulator = Emulator::new(started());
    let answer = json(&response(emulator.answer(Moment::ORIGIN, &post(path, body))));
    let (provider, id) = THREE
        .into_iter()
        .find_map(|provider| Some((provider, emulator.generations(provider).pop()?)))
        .unwrap();
    let mut status = post(&format!("{}/{id}", self::path(provider)), "");
    *status.method_mut() = http::Method::GET;
    [answer, json(&response(emulator.answer(at(100.0), &status)))]
}

#[test]
fn token360_repeats_what_was_submitted() {
    let body = r#"{"model":"m-1","prompt":"a kite","duration":8,"resolution":"1080p","seed":7,
        "return_last_frame":true,"callback_url":"https://example.com/?secret","aspect_ratio":null}"#;
    let [answer, status] = echoed("/v1/videos", body);
    for seen in [&answer, &status] {
        assert_eq!((&seen["model"], &seen["prompt"]), (&"m-1".into(), &"a kite".into()));
        let parameters = serde_json::json!({
            "duration": 8, "resolution": "1080p", "seed": 7, "aspect_ratio": "16:9",
            "return_last_frame": true,
        });
        assert_eq!(seen["parameters"], parameters);
    }
    assert_eq!((&answer["status"], &answer["progress"]), (&"queued".into(), &().into()));
    assert_eq!((&status["duration"], &status["resolution"]), (&8.into(), &"1080p".into()));
    assert!(status["content"]["last_frame_url"].is_string());
}

#[test]
fn sync_labs_repeats_what_was_submitted() {
    let body = r#"{"model":"sync-3","input":[{"type":"video","assetId":"a-1"}],
        "options":{"sync_mode":"bounce"},"segments":[{"startTime":0}],"outputFileName":"dub",
        "projectId":"p-1","webhookUrl":"https://example.com/hook"}"#;
    let submitted: serde_json::Value = serde_json::from_str(body).unwrap();
    for seen in echoed("/v2/generate", body) {
        for (member, value) in submitted.as_object().unwrap() {
            assert_eq!(&seen[member], value, "{member}");
        }
    }
    // And makes nothing up.
    let [answer, _] = echoed("/v2/generate", r#"{"model":"sync-3","input":[{}]}"#);
    assert_eq!((&answer["options"], &answer["segments"]), (&().into(), &().into()));
    assert_eq!(answer.get("outputFileName"), None);
}

#[test]
fn prism_repeats_the_template() {
    let [answer, status] = echoed("/api/templates/t%201/generate", r#"{"variables":{}}"#);
    assert_eq!((&answer["template_id"], &status["template_id"]), (&"t 1".into(), &"t 1".into()));
    let body = r#"{"prompt":"p","modelName":"m","templateId":"t-2"}"#;
    let [answer, status] = echoed("/api/generations", body);
    assert_eq!((&answer["template_id"], &status["template_id"]), (&"t-2".into(), &"t-2".into()));
    let [answer, status] = echoed("/api/generations", r#"{"prompt":"p","modelName":"m"}"#);
    assert_eq!((&answer["template_id"], &status["template_id"]), (&().into(), &().into()));
}

#[test]
fn what_the_plan_says_beats_what_was_submitted() {
    let plan = r#"{"provider":"token360","generation":{"model":"m-2","running_s":60}}"#;
    let emulator = planned(SubmitPlan::parse(plan).unwrap());
    let client = client(ProviderName::TOKEN360, KEY);
    let accepted = client.submit(&new(ProviderName::TOKEN360)).unwrap().send(&emulator).unwrap();
    let generation = accepted.generation.unwrap();
    assert_eq!(generation.model.as_deref(), Some("m-2"));
    assert_eq!(generation.prompt.as_deref(), Some("a kite"));
}

#[test]
fn bad_bodies_in_the_providers_own_words() {
    let template = "/api/templates/t/generate";
    let bad = [
        (template, ""),
        (template, "[]"),
        (template, "{}"),
        (template, r#"{"variables":"x"}"#),
        ("/api/generations", r#"{"modelName":"m"}"#),
        ("/api/generations", r#"{"prompt":"p","modelName":""}"#),
        ("/api/generations", r#"{"prompt":"p","modelName":"m","count":0}"#),
        ("/api/generations", r#"{"prompt":"p","modelName":"m","count":5}"#),
        ("/api/generations", r#"{"prompt":"p","modelName":"m","count":"2"}"#),
        ("/v1/videos", "{"),
        ("/v1/videos", r#"{"prompt":"p"}"#),
        ("/v1/videos", r#"{"model":"m","prompt":7}"#),
        ("/v1/videos", r#"{"model":"m","prompt":"p","duration":"5"}"#),
        ("/v1/videos", r#"{"model":"m","prompt":"p","duration":5.5}"#),
        ("/v2/generate", "null"),
        ("/v2/generate", "{}"),
        ("/v2/generate", r#"{"model":"m","input":"x"}"#),
        ("/v2/generate", r#"{"model":"m","input":[]}"#),
    ];
    let mut emulator = Emulator::new(started());
    let mut shown = String::new();
    for (path, body) in bad {
        let reply = emulator.answer(Moment::ORIGIN, &post(path, body));
        shown.push_str(&format!("## {path} {body}\n{}\n", text(&reply)));
    }
    for provider in THREE {
        assert!(emulator.generations(provider).is_empty(), "{provider}");
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn keys_are_checked_as_for_a_status() {
    for provider in THREE {
        let mut emulator = Emulator::new(started());
        let mut code = |key: Option<&str>| {
            let mut request = post(path(provider), &new(provider).body);
            request.headers_mut().clear();
            if let Some(key) = key {
                let headers = request.headers_mut();
                headers.insert("authorization", format!("Bearer {key}").parse().unwrap());
                headers.insert("x-api-key", key.parse().unwrap());
            }
            response(emulator.answer(Moment::ORIGIN, &request)).status().as_u16()
        };
        let codes = [code(None), code(Some("revoked-1")), code(Some("noscope-1")), code(Some("k"))];
        assert_eq!(
            codes,
            [401, 401, 403, if provider == ProviderName::SYNCLABS { 201 } else { 200 }]
        );
        // All arrived, one came to something.
        assert_eq!(emulator.submits(provider), 4);
        assert_eq!(emulator.generations(provider).len(), 1);
    }
}

#[test]
fn other_methods_are_refused_and_are_no_submissions() {
    // Token360 has a list there.
    for path in ["/api/generations", "/api/templates/t/generate", "/v2/generate"] {
        let mut emulator = Emulator::new(started());
        let mut request = post(path, "{}");
        *request.method_mut() = http::Method::GET;
        let answer = response(emulator.answer(Moment::ORIGIN, &request));
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["allow"]),
            (405, &"POST".parse().unwrap())
        );
        assert!(THREE.iter().all(|provider| emulator.submits(*provider) == 0));
    }
    for path in [
        "/api/templates//generate",
        "/api/templates/a/b/generate",
        "/api/templates/a",
        "/v1/templates/t/generate",
    ] {
        let answer = Emulator::new(started()).answer(Moment::ORIGIN, &post(path, "{}"));
        assert_eq!(response(answer).status(), 404, "{path}");
    }
}

#[test]
fn generations_are_in_the_order_of_their_creation() {
    let mut emulator = Emulator::new(started());
    let script = |id: &str| videogen_emulator::Script::new(ProviderName::PRISM).with_id(id);
    emulator.add(Moment::ORIGIN, script("z")).unwrap();
    let body = new(ProviderName::PRISM).body;
    emulator.answer(Moment::ORIGIN, &post("/api/generations", &body));
    emulator.add(Moment::ORIGIN, script("a")).unwrap();
    assert_eq!(emulator.generations(ProviderName::PRISM), ["z", "gen_000001", "a"]);
    assert_eq!(emulator.generations(ProviderName::TOKEN360), Vec::<String>::new());
}

#[test]
fn nothing_of_what_is_submitted_is_shown_by_debug() {
    let mut emulator = Emulator::new(started());
    let body = r#"{"model":"m","prompt":"p","callback_url":"https://example.com/?t=very-secret"}"#;
    emulator.answer(Moment::ORIGIN, &post("/v1/videos", body));
    assert!(!format!("{emulator:?}").contains("very-secret"));
}

#[test]
fn a_submission_that_does_not_fit_is_not_accepted_in_part() {
    let provider = ProviderName::PRISM;
    let mut emulator = Emulator::new(started());
    for _ in 0..MAX_GENERATIONS - 3 {
        let script = videogen_emulator::Script::new(provider);
        emulator.add(Moment::ORIGIN, script).unwrap();
    }
    let mut code = |count: usize| {
        let body = format!(r#"{{"prompt":"p","modelName":"m","count":{count}}}"#);
        let answer = emulator.answer(Moment::ORIGIN, &post("/api/generations", &body));
        (response(answer).status().as_u16(), emulator.generations(provider).len())
    };
    assert_eq!(code(4), (503, MAX_GENERATIONS - 3));
    assert_eq!(code(3), (200, MAX_GENERATIONS));
    assert_eq!(code(1), (503, MAX_GENERATIONS));
}
