use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use videogen_core::fields::{FieldMap, Slot};
use videogen_core::{
    ErrorKind, FailedOutput, Failure, FailureClass, Generation, Handle, Output, OutputKind,
    OutputUrl, Phase, Progress,
};

use crate::{WORDS, handle, seen};

#[test]
fn only_success_succeeds() {
    assert!(seen("done").succeeded().unwrap().video().is_ok());
    for (word, kind) in [
        ("failed", ErrorKind::GenerationFailed),
        ("cancelled", ErrorKind::GenerationCancelled),
        ("running", ErrorKind::GenerationUnfinished),
        ("polishing", ErrorKind::GenerationUnfinished),
    ] {
        let error = seen(word).succeeded().unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(error.last_observation(), Some(&seen(word)));
    }
}

#[test]
fn a_form_of_tomorrow_is_read_or_refused_with_a_reason() {
    let form = |v: u32| {
        format!(
            r#"{{"v":{v},"handle":{{"v":1,"provider":"p","base_url":"https://h/v1","id":"g"}},"phase":"paused","status":"PAUSED","colour":"blue","outputs":[{{"kind":"hologram","primary":true,"url":"u","needs_credentials":false}}]}}"#
        )
    };
    let read: Generation = serde_json::from_str(&form(1)).unwrap();
    assert_eq!(read.phase(), Phase::Unrecognized);
    assert_eq!(read.status.raw(), "PAUSED");
    assert_eq!(read.outputs[0].kind, OutputKind::Other);
    let error = serde_json::from_str::<Generation>(&form(2)).unwrap_err().to_string();
    assert!(error.contains("newer videogen"), "{error}");
}

#[test]
fn an_id_that_is_a_path_is_told_by_its_last_part() {
    let mut generation = seen("running");
    generation.handle =
        Handle::new_path("p", generation.handle.base_url(), "text2video/8765").unwrap();
    const MAP: FieldMap = &[("data.id", Slot::Id), ("data.list[].url", Slot::OutputUrl)];
    generation.keep_body(r#"{"data":{"id":8765,"list":[{"url":null}]},"more":1}"#, MAP);
    let names: Vec<&String> = generation.other_fields().keys().collect();
    assert_eq!(names, ["more"]);
    generation.keep_body(r#"{"data":{"id":"video","list":[{"url":"x"}]}}"#, MAP);
    assert_eq!(generation.field("data").unwrap()["id"], "video");
}

#[test]
fn a_rejection_is_one_however_it_is_told() {
    let failed_with = |word: &str, class| {
        let mut generation = seen(word);
        generation.fail(Failure::new(class, None, Some("why".to_owned())));
        (generation.phase(), generation.status.raw().to_owned())
    };
    let said = |word: &str| word.to_owned();
    let (moderation, input) = (FailureClass::Moderation, FailureClass::Input);
    assert_eq!(failed_with("failed", moderation), (Phase::Rejected, said("failed")));
    assert_eq!(failed_with("failed", input), (Phase::Failed, said("failed")));
    // Of a success without any.
    assert_eq!(failed_with("done", input), (Phase::Failed, said("done")));
    // What has not ended has not, and what was cancelled was.
    assert_eq!(failed_with("running", moderation), (Phase::Running, said("running")));
    assert_eq!(failed_with("cancelled", moderation), (Phase::Cancelled, said("cancelled")));
}

#[test]
fn what_the_model_covers_is_not_among_the_other_fields_however_deep_it_is() {
    const FIELDS: FieldMap = &[
        ("data.task_id", Slot::Id),
        ("data.task_status", Slot::Status),
        ("data.task_info", Slot::Asked),
        ("data.task_result.videos[].url", Slot::OutputUrl),
        ("data.task_result.videos[].id", Slot::Constant("v")),
    ];
    let mut generation = seen("done");
    generation.outputs.push(Output::primary(OutputKind::Video, "https://cdn.example/w.mp4"));
    generation.keep_body(
        r#"{"code": 0, "data": {"task_id": "g1", "task_status": "done", "task_info": {"seed": 7}, "note": "n",
            "task_result": {"videos": [
                {"id": "v", "url": "https://cdn.example/v.mp4"},
                {"id": "w", "url": "https://cdn.example/w.mp4", "fps": 24},
                {"id": "v", "url": "https://cdn.example/unknown.mp4"}]}}}"#,
        FIELDS,
    );
    let other = serde_json::json!({ "code": 0, "data": { "note": "n", "task_result": { "videos": [
        { "id": "w", "fps": 24 }, { "url": "https://cdn.example/unknown.mp4" }] } } });
    assert_eq!(serde_json::Value::Object(generation.other_fields().clone()), other);
    assert_eq!(generation.asked()["task_info"]["seed"], 7);
}

#[test]
fn an_inline_file_is_in_the_json_form_once() {
    let mut generation = seen("done");
    generation.outputs[0].url = OutputUrl::inline("video/mp4", "AAAAGGZ0eXBtcDQy");
    generation.keep_body(
        r#"{"response": {"videos": [{"bytes": "AAAAGGZ0eXBtcDQy", "mime": "video/mp4"}]}}"#,
        &[("response.videos[].bytes", Slot::OutputUrl)],
    );
    let form = serde_json::to_string(&generation).unwrap();
    assert_eq!(form.matches("AAAAGGZ0eXBtcDQy").count(), 1);
    assert!(form.contains(r#""other_fields":{"response":{"videos":[{"mime":"video/mp4"}]}}"#));
    assert!(!format!("{generation:?}").contains("AAAAGG"));
}

fn time() -> impl Strategy<Value = Option<std::time::SystemTime>> {
    prop::option::of(
        (0_u64..4_000_000_000_000).prop_map(|ms| UNIX_EPOCH + Duration::from_millis(ms)),
    )
}

fn text() -> impl Strategy<Value = Option<String>> {
    prop::option::of("\\PC{1,20}")
}

prop_compose! {
    fn output()(
        kind in prop::sample::select(OutputKind::ALL.to_vec()),
        primary: bool,
        url in "\\PC{0,30}",
        ns in prop::option::of(0_u64..100_000_000_000_000),
        expires_at in time(),
        needs_credentials: bool,
        file_name in text(),
    ) -> Output {
        let mut output = if primary { Output::primary(kind, url) } else { Output::secondary(kind, url) };
        output.duration = ns.map(Duration::from_nanos);
        output.expires_at = expires_at;
        output.needs_credentials = needs_credentials;
        output.file_name = file_name;
        output
    }
}

prop_compose! {
    fn generation()(
        word in "queued|running|done|failed|cancelled|[a-z]{0,8}",
        fraction in prop::option::of(0.0_f64..=1.0),
        (model, prompt) in (text(), text()),
        times in prop::array::uniform5(time()),
        outputs in prop::collection::vec(output(), 0..4),
        failure in prop::option::of((prop::sample::select(FailureClass::ALL.to_vec()), text(), text())),
        rest in prop::option::of(0_u64..100_000_000),
        (extra, queue_position) in ("[a-z]{1,5}", prop::option::of(0_u64..100)),
        failed in prop::collection::vec((prop::sample::select(OutputKind::ALL.to_vec()), text()), 0..3),
    ) -> Generation {
        let mut generation = Generation::new(handle(), WORDS.status(&word));
        generation.progress = fraction.and_then(Progress::from_fraction);
        (generation.model, generation.prompt) = (model, prompt);
        let [created, started, updated, finished, observed] = times;
        (generation.times.created, generation.times.started) = (created, started);
        (generation.times.updated, generation.times.finished) = (updated, finished);
        generation.times.observed = observed;
        generation.outputs = outputs;
        generation.queue_position = queue_position;
        generation.failed_outputs = failed
            .into_iter()
            .map(|(kind, why)| {
                FailedOutput::new(kind, Failure::new(FailureClass::Moderation, None, why))
            })
            .collect();
        generation.failure = failure.map(|(class, code, message)| Failure::new(class, code, message));
        generation.poll_after = rest.map(Duration::from_millis);
        generation.keep_body(&format!(r#"{{"x_{extra}": ["{extra}", null, 7]}}"#), &[]);
        generation
    }
}

proptest! {
    #[test]
    fn the_json_form_is_read_as_what_was_written(generation in generation()) {
        let text = serde_json::to_string(&generation).unwrap();
        let read: Generation = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &generation);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }
}
