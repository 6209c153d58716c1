//! Typed submissions: what is written, and what is refused before anything is sent.

use proptest::prelude::*;
use serde_json::{Value, json};
use videogen_core::{ErrorKind, FilePart, ListQuery, NewGeneration, Provider as _};
use videogen_synclabs::{
    ActiveSpeaker, AssetChange, AssetKind, AssetsQuery, AudioInput, DubParams, Emotion,
    GenerateRequest, GenerationsQuery, ImageInput, MAX_BATCH, MAX_BATCH_BYTES, MAX_PAGE,
    MAX_UPLOAD_BYTES, MIN_BATCH, ModelMode, NewAsset, NewBatch, Options, Segment, SyncMode,
    TextInput, VideoInput, models,
};
use videogen_testkit::shown_request;

use crate::provider;

fn video() -> VideoInput {
    VideoInput::url("https://example.com/v.mp4")
}

fn audio() -> AudioInput {
    AudioInput::url("https://example.com/a.wav")
}

fn request() -> GenerateRequest {
    GenerateRequest::new(models::LIPSYNC_2, video(), audio())
}

fn body(request: &GenerateRequest) -> Value {
    serde_json::from_str(&request.build().unwrap().body).unwrap()
}

/// What is said of what is wrong.
fn refused(request: &GenerateRequest) -> String {
    let error = request.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    error.to_string()
}

fn shown(new: &NewGeneration) -> String {
    shown_request(provider().submit(new).unwrap().request())
}

#[test]
fn the_least() {
    let written = json!({
        "model": "lipsync-2",
        "input": [
            { "type": "video", "url": "https://example.com/v.mp4" },
            { "type": "audio", "url": "https://example.com/a.wav" },
        ],
    });
    assert_eq!(body(&request()), written);
}

#[test]
fn everything() {
    let sounds = [audio().with_ref_id("anna"), AudioInput::asset("asset-2").with_ref_id("ben")];
    let [anna, ben] = sounds;
    let text = TextInput::new("voice-1", "Hello \"there\"\n")
        .with_stability(0.5)
        .with_similarity_boost(0.75)
        .with_ref_id("voice");
    let boxes = vec![Some([1, 2, 3, 4]), None];
    let options = Options::new()
        .with_sync_mode(SyncMode::CutOff)
        .with_model_mode(ModelMode::Head)
        .with_emotion(Emotion::Surprised)
        .with_temperature(0.25)
        .with_active_speaker(ActiveSpeaker::in_boxes(boxes).with_v3(true))
        .with_occlusion_detection(true);
    let all = GenerateRequest::new(models::REACT_1, VideoInput::asset("asset-1"), anna)
        .with_sound(ben)
        .with_sound(text)
        .with_options(options)
        .with_segment(Segment::new(0.0, 1.5, "anna").with_audio_from_to(2.0, 3.5))
        .with_segment(Segment::new(1.5, 2.0, "ben"))
        .with_segment(
            Segment::new(2.0, 9.0, "voice").with_options(Options::new().with_emotion(Emotion::Sad)),
        )
        .with_webhook_url("https://example.com/hook?secret=1")
        .with_output_file_name("dub_1-a")
        .in_project("00000000-0000-4000-8000-000000000009");
    insta::assert_snapshot!(shown(&all.build().unwrap().with_idempotency_key("key-1")));
    assert!(!format!("{all:?}").contains("secret"), "{all:?}");
}

#[test]
fn no_query_of_a_url_is_shown() {
    let url = |name: &str| format!("https://example.com/{name}?secret");
    let all =
        GenerateRequest::new(models::SYNC_3, VideoInput::url(url("v")), AudioInput::url(url("a")))
            .with_options(
                Options::new().with_active_speaker(ActiveSpeaker::in_boxes_at(url("boxes"))),
            )
            .with_webhook_url(url("hook"));
    let image = GenerateRequest::new(models::SYNC_3, ImageInput::url(url("i")), audio());
    let asset = NewAsset::new(url("asset"), AssetKind::Video);
    let shown = format!("{all:?} {:?} {image:?} {asset:?}", all.build().unwrap());
    assert!(shown.contains("example.com/v?") && !shown.contains("secret"), "{shown}");
}

#[test]
fn words_are_the_pages() {
    let word = |options: Options, member: &str| {
        let request = GenerateRequest::new(models::REACT_1, video(), audio());
        body(&request.with_options(options))["options"][member].clone()
    };
    use {Emotion as E, ModelMode as M, SyncMode as S};
    let modes = [
        (S::Bounce, "bounce"),
        (S::Loop, "loop"),
        (S::CutOff, "cut_off"),
        (S::Silence, "silence"),
        (S::Remap, "remap"),
    ];
    for (mode, written) in modes {
        assert_eq!(word(Options::new().with_sync_mode(mode), "sync_mode"), written);
    }
    for (mode, written) in [(M::Lips, "lips"), (M::Face, "face"), (M::Head, "head")] {
        assert_eq!(word(Options::new().with_model_mode(mode), "model_mode"), written);
    }
    let emotions = [
        (E::Happy, "happy"),
        (E::Sad, "sad"),
        (E::Angry, "angry"),
        (E::Disgusted, "disgusted"),
        (E::Surprised, "surprised"),
        (E::Neutral, "neutral"),
    ];
    for (emotion, written) in emotions {
        assert_eq!(word(Options::new().with_emotion(emotion), "prompt"), written);
    }
    let speaker =
        |speaker| word(Options::new().with_active_speaker(speaker), "active_speaker_detection");
    assert_eq!(speaker(ActiveSpeaker::auto()), json!({"auto_detect": true}));
    let at = json!({"frame_number": 3, "coordinates": [10, 20]});
    assert_eq!(speaker(ActiveSpeaker::at(3, [10, 20])), at);
    let url = "https://example.com/boxes.json?secret";
    assert_eq!(speaker(ActiveSpeaker::in_boxes_at(url)), json!({"bounding_boxes_url": url}));
    assert!(!format!("{:?}", ActiveSpeaker::in_boxes_at(url)).contains("secret"));
}

#[test]
fn images_speak_and_videos_are_dubbed() {
    let image = ImageInput::asset("asset-1");
    let request = GenerateRequest::new(models::SYNC_3, image, TextInput::new("v", "Hello"));
    let input = json!([
        { "type": "image", "assetId": "asset-1" },
        { "type": "text", "provider": { "name": "elevenlabs", "voiceId": "v", "script": "Hello" } },
    ]);
    assert_eq!(body(&request)["input"], input);

    let dub = DubParams::new("es")
        .with_provider_name("elevenlabs")
        .with_source_lang("en")
        .with_num_speakers(2);
    let written = json!({
        "providerName": "elevenlabs", "targetLang": "es", "sourceLang": "en", "numSpeakers": 2,
    });
    let request = GenerateRequest::dub(models::SYNC_3, video(), dub);
    assert_eq!(body(&request)["dubParams"], written);
    assert_eq!(body(&request)["input"].as_array().unwrap().len(), 1);
}

#[test]
fn files_make_a_form() {
    let file = VideoInput::file("me \"1\".mp4", "video/mp4", *b"VIDEO");
    let sound = AudioInput::file("a.wav", "audio/wav", *b"SOUND");
    let both = GenerateRequest::new(models::LIPSYNC_2, file.clone(), sound)
        .with_options(Options::new().with_sync_mode(SyncMode::Loop))
        .with_webhook_url("https://example.com/hook");
    insta::assert_snapshot!(
        "form_of_files",
        shown(&both.build().unwrap().with_idempotency_key("k"))
    );

    // Inputs that are no files go along as JSON.
    let mixed = GenerateRequest::new(models::LIPSYNC_2, file, TextInput::new("v", "Hello"));
    insta::assert_snapshot!("form_of_a_file_and_a_text", shown(&mixed.build().unwrap()));
    assert!(!format!("{both:?} {:?}", both.build().unwrap()).contains("SOUND"));
}

#[test]
fn a_raw_body_with_files_is_a_form_of_its_members() {
    let body = r#"{"model":"m","input":[ {"type": "text"} ],"options":{"temperature":0.10},"n":1e400,"t":true,"nothing":null,"text":"a\nb"}"#;
    let file = FilePart::new("image", "i.png", "image/png", *b"PNG");
    let new = NewGeneration::from_json(body.replace("1e400", "12345678901234567890123")).unwrap();
    insta::assert_snapshot!(shown(&new.with_file(file)));
}

#[test]
fn forms_that_the_page_forbids_are_not_sent() {
    let new = |body: &str| NewGeneration::from_json(body).unwrap();
    let file = |name: &str| FilePart::new(name, "f", "video/mp4", *b"x");
    let refused = |new: &NewGeneration| {
        let error = provider().submit(new).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        error.to_string()
    };
    assert!(provider().submit(&new("{}").with_file(file("video"))).is_ok());
    assert!(refused(&new("{}").with_file(file("film"))).contains("`film`"));
    let twice = new("{}").with_file(file("video")).with_file(file("video"));
    assert!(refused(&twice).contains("`video` is there twice"));
    let taken = new(r#"{"video":"x"}"#).with_file(file("video"));
    assert!(refused(&taken).contains("`video`"));
    let fields: serde_json::Map<_, _> = (0..33).map(|n| (format!("f{n}"), n.into())).collect();
    let many = new(&Value::Object(fields).to_string());
    assert!(provider().submit(&many).is_ok());
    assert!(refused(&many.with_file(file("video"))).contains("33 fields"));
    let long =
        |bytes| new(&json!({ "options": "x".repeat(bytes) }).to_string()).with_file(file("video"));
    assert!(provider().submit(&long(1024 * 1024)).is_ok());
    assert!(refused(&long(1024 * 1024 + 1)).contains("`options`"));
}

#[test]
fn what_sync_labs_has_nothing_like_is_not_sent() {
    let new = NewGeneration::from_json("{}").unwrap();
    let others = [new.clone().as_native(), new.clone().from_template("t")];
    for other in &others {
        let errors = [
            provider().submit(other).unwrap_err(),
            provider().estimate(other).unwrap_err(),
            NewBatch::new().with("r", other).unwrap_err(),
        ];
        assert!(errors.iter().all(|error| error.kind() == ErrorKind::InvalidInput));
    }
    let with_file = new.with_file(FilePart::new("video", "f", "video/mp4", *b"x"));
    let error = provider().estimate(&with_file).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("`video`"));
}

#[test]
fn what_the_pages_forbid_is_said_by_its_name() {
    let option = |options: Options| request().with_options(options);
    let image = || ImageInput::url("https://example.com/i.png");
    let named = |name: &str| audio().with_ref_id(name);
    let segmented = |segment: Segment| {
        GenerateRequest::new(models::SYNC_3, video(), named("a")).with_segment(segment)
    };
    let segment = || Segment::new(0.0, 1.0, "a");
    let speaker = |speaker| Options::new().with_active_speaker(speaker);
    let text = |text: TextInput| GenerateRequest::new(models::SYNC_3, video(), text);
    let refused_all = [
        GenerateRequest::new(" ", video(), audio()),
        GenerateRequest::new(models::SYNC_3, VideoInput::url("ftp://example.com"), audio()),
        GenerateRequest::new(models::SYNC_3, VideoInput::url("https://"), audio()),
        GenerateRequest::new(models::SYNC_3, VideoInput::asset(" "), audio()),
        GenerateRequest::new(models::SYNC_3, VideoInput::file("v", "video/mp4", *b""), audio()),
        GenerateRequest::new(models::SYNC_3, video(), AudioInput::url("a.wav")),
        GenerateRequest::new(models::SYNC_3, video(), named("")),
        GenerateRequest::new(models::LIPSYNC_2, image(), audio()),
        GenerateRequest::new(models::SYNC_3, image(), audio())
            .with_options(speaker(ActiveSpeaker::auto())),
        GenerateRequest::new(
            models::SYNC_3,
            video(),
            AudioInput::file("a", "audio/wav", *b"x").with_ref_id("a"),
        ),
        text(TextInput::new("", "Hello")),
        text(TextInput::new("v", "")),
        text(TextInput::new("v", "Hello").with_stability(f64::NAN)),
        text(TextInput::new("v", "Hello").with_similarity_boost(f64::INFINITY)),
        option(Options::new().with_temperature(1.1)),
        option(Options::new().with_temperature(f64::NAN)),
        option(Options::new().with_model_mode(ModelMode::Face)),
        option(Options::new().with_emotion(Emotion::Happy)),
        option(speaker(ActiveSpeaker::in_boxes(vec![None, Some([2, 0, 1, 9])]))),
        option(speaker(ActiveSpeaker::in_boxes(Vec::new()))),
        option(speaker(ActiveSpeaker::in_boxes_at("boxes.json"))),
        request().with_sound(audio()),
        request().with_segment(segment()),
        segmented(Segment::new(1.0, 1.0, "a")),
        segmented(Segment::new(-1.0, 1.0, "a")),
        segmented(Segment::new(0.0, f64::INFINITY, "a")),
        segmented(Segment::new(0.0, 1.0, "b")),
        segmented(segment().with_audio_from_to(2.0, 1.0)),
        segmented(segment().with_options(Options::new().with_emotion(Emotion::Sad))),
        segmented(segment()).with_sound(named("a")),
        segmented(segment()).with_sound(audio()),
        request().with_webhook_url("example.com/hook"),
        request().with_output_file_name("dub.mp4"),
        request().with_output_file_name(""),
        request().with_output_file_name("x".repeat(256)),
        request().in_project(""),
        GenerateRequest::dub(models::SYNC_3, video(), DubParams::new("")),
        GenerateRequest::dub(models::SYNC_3, video(), DubParams::new("es")).with_sound(audio()),
    ];
    let said: Vec<String> = refused_all.iter().map(refused).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_model_that_no_page_has_is_left_to_sync_labs() {
    let image = ImageInput::url("https://example.com/i.png");
    let options = Options::new().with_emotion(Emotion::Happy).with_model_mode(ModelMode::Head);
    let request = GenerateRequest::new("sync-4", image, audio()).with_options(options);
    assert_eq!(body(&request)["model"], "sync-4");
}

fn records(count: usize, script: usize) -> NewBatch {
    let body = json!({"model": "m", "input": [], "x": "y".repeat(script)}).to_string();
    let new = NewGeneration::from_json(body).unwrap();
    (0..count).fold(NewBatch::new(), |batch, n| batch.with(format!("{n:03}"), &new).unwrap())
}

#[test]
fn a_batch_is_a_file_of_lines() {
    // A body with line ends in it is one line all the same.
    let pretty = "{\n  \"model\": \"m\",\r\n  \"input\": [\"a\\nb\"]\n}";
    let new = NewGeneration::from_json(pretty).unwrap();
    let batch = (0..MIN_BATCH)
        .fold(NewBatch::new(), |batch, n| batch.with(format!("r-{n:02}"), &new).unwrap())
        .with_webhook_url("https://example.com/hook?secret");
    assert_eq!(batch.jsonl().lines().count(), MIN_BATCH);
    for (n, line) in batch.jsonl().lines().enumerate() {
        let record: Value = serde_json::from_str(line).unwrap();
        let payload = json!({ "model": "m", "input": ["a\nb"] });
        let written = json!({
            "request_id": format!("r-{n:02}"), "endpoint": "/v2/generate", "payload": payload,
        });
        assert_eq!(record, written);
    }
    insta::assert_snapshot!(shown_request(provider().create_batch(&batch).unwrap().request()));
    let dry = shown_request(provider().validate_batch(&batch).unwrap().request());
    assert!(dry.contains("name=\"dry_run\"\r\n\r\ntrue\r\n"), "{dry}");
    assert!(!format!("{batch:?}").contains("secret"));
}

#[test]
fn batches_that_the_page_forbids_are_not_sent() {
    let refused = |batch: &NewBatch| {
        let error = provider().create_batch(batch).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(provider().validate_batch(batch).unwrap_err().to_string(), error.to_string());
        error.to_string()
    };
    assert!(provider().create_batch(&records(MIN_BATCH, 1)).is_ok());
    assert!(provider().create_batch(&records(MAX_BATCH, 1)).is_ok());
    assert!(refused(&records(MIN_BATCH - 1, 1)).contains("`input` has 20 to 500 records, not 19"));
    assert!(refused(&records(MAX_BATCH + 1, 1)).contains("not 501"));
    // All lines are equally long.
    let line = records(1, 1).jsonl().len() - 1;
    let fits = MAX_BATCH_BYTES / MIN_BATCH - line;
    assert!(provider().create_batch(&records(MIN_BATCH, fits)).is_ok());
    assert!(refused(&records(MIN_BATCH, fits + 1)).contains("5242880 bytes"));
    let webhook = records(MIN_BATCH, 1).with_webhook_url("hook");
    assert!(refused(&webhook).contains("`webhook_url`"));

    let new = NewGeneration::from_json("{}").unwrap();
    let with = |id: &str, new: &NewGeneration| {
        NewBatch::new().with("a", &NewGeneration::from_json("{}").unwrap()).unwrap().with(id, new)
    };
    assert!(with("b", &new).is_ok());
    assert!(with("a", &new).unwrap_err().to_string().contains("`request_id` is there already"));
    assert!(with(" ", &new).unwrap_err().to_string().contains("`request_id` is empty"));
    let keyed = new.clone().with_idempotency_key("k");
    assert!(with("b", &keyed).unwrap_err().to_string().contains("idempotency key"));
    let with_file = new.with_file(FilePart::new("video", "f", "video/mp4", *b"x"));
    assert!(with("b", &with_file).unwrap_err().to_string().contains("files"));
}

#[test]
fn assets_that_the_pages_forbid_are_not_sent() {
    let kind = |result: Result<(), videogen_core::Error>| result.map_err(|error| error.kind());
    let sync = provider();
    let presign =
        |name: &str, kind_of: &str, size| kind(sync.presign_upload(name, kind_of, size).map(drop));
    assert_eq!(presign("f", "video/mp4", 1), Ok(()));
    assert_eq!(presign("f", "video/mp4", MAX_UPLOAD_BYTES), Ok(()));
    for (name, kind_of, size) in [
        ("", "video/mp4", 1),
        ("f", " ", 1),
        ("f", "video/mp4", 0),
        ("f", "video/mp4", MAX_UPLOAD_BYTES + 1),
    ] {
        assert_eq!(presign(name, kind_of, size), Err(ErrorKind::InvalidInput), "{name} {size}");
    }
    let bad = NewAsset::new("/v.mp4", AssetKind::Video);
    assert_eq!(kind(sync.create_asset(&bad).map(drop)), Err(ErrorKind::InvalidInput));
    for change in [AssetChange::new(), AssetChange::new().with_duration_seconds(f64::NAN)] {
        let result = kind(sync.update_asset("a", &change).map(drop));
        assert_eq!(result, Err(ErrorKind::InvalidInput));
    }
}

proptest! {
    #[test]
    fn a_page_has_1_to_100(limit: u32) {
        for limit in [limit, limit % 102] {
            let page = ListQuery::first().with_limit(limit);
            let fits = (1..=MAX_PAGE).contains(&limit);
            prop_assert_eq!(provider().list(&page).is_ok(), fits);
            let assets = AssetsQuery::new().with_page(page);
            prop_assert_eq!(provider().assets(&assets).is_ok(), fits);
        }
    }

    #[test]
    fn temperatures_are_0_to_1(temperature in proptest::num::f64::ANY, near in -0.5..1.5) {
        for temperature in [temperature, near] {
            let request = request().with_options(Options::new().with_temperature(temperature));
            let fits = (0.0..=1.0).contains(&temperature);
            match request.build() {
                Ok(_) => prop_assert!(fits),
                Err(error) => {
                    prop_assert!(!fits);
                    prop_assert!(error.to_string().contains("`options.temperature`"));
                }
            }
        }
    }

    #[test]
    fn file_names_are_letters_digits_dashes(name in "[-_a-zA-Z0-9]{0,260}|[ -~äß]{1,8}") {
        let fits = (1..=255).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        prop_assert_eq!(request().with_output_file_name(name).build().is_ok(), fits);
    }

    #[test]
    fn any_text_is_one_value_of_a_query(text in "\\PC{1,30}", cursor in "\\PC{1,30}") {
        let query = GenerationsQuery::new()
            .with_page(ListQuery::first().after(cursor.clone()))
            .with_source(text.clone())
            .in_project(text.clone());
        let Ok(call) = provider().generations(&query) else {
            prop_assert!(text.contains(','));
            return Ok(());
        };
        let written = call.request().uri().query().unwrap().to_owned();
        let read: Vec<(String, String)> = written
            .split('&')
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap();
                (name.to_owned(), decoded(value))
            })
            .collect();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        prop_assert_eq!(read, vec![
            pair("limit", "100"), pair("cursor", &cursor), pair("source", &text), pair("projectId", &text),
        ]);
    }

    #[test]
    fn any_script_is_written_as_it_is(script in "\\PC{1,60}", voice in "[a-z]{1,8}") {
        prop_assume!(!script.trim().is_empty());
        let request = GenerateRequest::new("m", video(), TextInput::new(voice, script.clone()));
        prop_assert_eq!(&body(&request)["input"][1]["provider"]["script"], &Value::from(script));
    }
}

fn decoded(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}
