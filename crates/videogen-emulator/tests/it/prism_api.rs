//! What Prism has beside submitting and asking for a status, by its client and by hand.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;
use videogen_core::{
    Call, ErrorKind, FilePart, HttpRequest, Moment, NewGeneration, Page, Provider as _, Refusal,
    Transport as _,
};
use videogen_emulator::{Emulator, InProcess, ProviderName, Server, SubmitPlan};
use videogen_prism::{
    AspectRatio, AssetSearch, AssetSource, AssetType, NewCharacter, NewUpload, Prism,
    PromptGeneration, Search, TemplateGeneration,
};

use crate::submission::planned;
use crate::submit_requests::post;
use crate::support::{KEY, at, get, json, response, seconds, started, text};

fn prism(key: &str) -> Prism {
    Prism::new(videogen_core::ApiKey::new(key).unwrap())
}

fn emulator() -> InProcess {
    planned(SubmitPlan::new(ProviderName::PRISM))
}

/// The body of a fixture that was not made here.
macro_rules! printed {
    ($path:literal) => {{
        let text = include_str!(concat!("../../../../fixtures/prism/", $path, ".json"));
        let fixture: Value = serde_json::from_str(text).unwrap();
        assert_eq!(fixture["class"], "documented", $path);
        fixture["response"]["body"].clone()
    }};
}

fn answered(request: &HttpRequest) -> (u16, Value) {
    let answer = response(Emulator::new(started()).answer(Moment::ORIGIN, request));
    (answer.status().as_u16(), json(&answer))
}

#[test]
fn answers_are_as_printed() {
    let key = [("authorization", "Bearer k")];
    let get = |path| answered(&get(path, &key));
    assert_eq!(get("/api/templates/featured-ugc-pitch"), (200, printed!("get_template/featured")));
    assert_eq!(get("/api/characters?q=rajit&limit=10"), (200, printed!("list_characters/page")));
    let assets = get("/api/assets/search?q=product&type=video&source=all&limit=10");
    assert_eq!(assets, (200, printed!("search_assets/page")));
    assert_eq!(get("/api/templates/abc123"), (404, printed!("get_template/error_404_not_found")));
}

#[test]
fn a_created_character_is_as_printed_but_for_the_id_and_the_time() {
    let body = r#"{"name":"Product Spokesperson","description":"Warm, confident presenter with studio lighting",
        "images":["https://images.example.com/person-front.jpg"]}"#;
    let (status, mut made) = answered(&post("/api/characters", body));
    let printed = printed!("create_character/from_urls");
    for member in ["id", "created_at"] {
        assert_eq!(made["data"][member].is_string(), printed["data"][member].is_string());
        made["data"][member] = printed["data"][member].clone();
    }
    assert_eq!((status, made), (201, printed));
}

#[test]
fn a_place_is_as_printed_but_for_where_it_is() {
    let body = r#"{"kind":"upload","contentType":"image/png","fileName":"product.png"}"#;
    let (status, mut place) = answered(&post("/api/s3/presign-upload", body));
    let printed = printed!("presign_upload/place");
    for member in ["s3_key", "upload_url"] {
        assert!(place[member].as_str().unwrap().contains("file_000001.png"), "{place}");
        place[member] = printed[member].clone();
    }
    assert_eq!((status, place), (200, printed));
}

/// Every page, by following `next`.
fn all<T>(emulator: &InProcess, mut call: impl FnMut(Option<String>) -> Call<Page<T>>) -> Vec<T> {
    let (mut items, mut next) = (Vec::new(), None);
    loop {
        let page = call(next).send(emulator).unwrap();
        items.extend(page.items);
        assert!(items.len() < 1000, "pages without end");
        match page.next {
            Some(cursor) => next = Some(cursor),
            None => return items,
        }
    }
}

#[test]
fn pages_follow_one_another_whatever_their_size() {
    let (emulator, prism) = (emulator(), prism(KEY));
    for name in ["Ada", "Bo", "Cy", "Di"] {
        let new = NewCharacter::from_urls(name, ["https://images.example.com/a.jpg"]);
        prism.create_character(&new).unwrap().send(&emulator).unwrap();
    }
    for limit in 1..=6 {
        let page = |next: Option<String>| {
            let mut search = Search::all().with_limit(limit);
            search.page.cursor = next;
            search
        };
        let names = all(&emulator, |next| prism.list_characters(&page(next)).unwrap());
        let names: Vec<_> = names.into_iter().filter_map(|it| it.name).collect();
        assert_eq!(names, ["Rajit Khanna", "Ada", "Bo", "Cy", "Di"], "{limit}");
        let templates = all(&emulator, |next| prism.list_templates(&page(next)).unwrap());
        assert_eq!(templates.len(), 3, "{limit}");
    }
    let exactly = prism.list_templates(&Search::all().with_limit(3)).unwrap();
    assert_eq!(exactly.send(&emulator).unwrap().next, None);
    let past = prism.list_templates(&Search::all().after("100")).unwrap().send(&emulator).unwrap();
    assert_eq!((past.items.len(), past.next), (0, None));
}

#[test]
fn what_is_searched_for_is_found() {
    let (emulator, prism) = (emulator(), prism(KEY));
    let titles = |q: &str| {
        let call = prism.list_templates(&Search::matching(q)).unwrap();
        let page = call.send(&emulator).unwrap();
        page.items.into_iter().filter_map(|it| it.title).collect::<Vec<_>>()
    };
    assert_eq!(titles("PRODUCT"), ["UGC Product Pitch", "Product Still"]);
    assert_eq!(titles("dusk"), ["City Tour"]);
    assert_eq!(titles("a&limit=1"), Vec::<String>::new());
}

#[test]
fn a_character_is_created_from_files_too() {
    let (emulator, prism) = (emulator(), prism(KEY));
    let files = [*b"\r\n--videogen-form-0\r\n", *b"--videogen-form-0--\r\n"]
        .map(|bytes| FilePart::new("", "a \"b\".png", "image/png", bytes));
    let description = " Warm,\r\n--videogen-form-0\r\n\r\nand kind ";
    let new = NewCharacter::from_files("Ada Ü", files).with_description(description);
    let made = prism.create_character(&new).unwrap().send(&emulator).unwrap();
    assert_eq!(
        (made.name.as_deref(), made.description.as_deref()),
        (Some("Ada Ü"), Some(description))
    );
    assert_eq!(made.created(), Some(started()));
    let found = prism.list_characters(&Search::matching("ada ü")).unwrap().send(&emulator).unwrap();
    assert_eq!(found.items[0].id, made.id);
}

#[test]
fn a_file_is_uploaded_whole_and_without_the_key() {
    let (emulator, prism) = (emulator(), prism(KEY));
    let new = NewUpload::new("image/png").with_file_name("product.png");
    let place = prism.presign_upload(&new).unwrap().send(&emulator).unwrap();
    assert_eq!(place.max_bytes, Some(20_971_520));
    assert_eq!(emulator.emulator().uploaded(&place.s3_key), None);
    let bytes: Vec<u8> = (0..100_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    prism.upload(&place, bytes.clone()).unwrap().send(&emulator).unwrap();
    assert_eq!(emulator.emulator().uploaded(&place.s3_key), Some(&*bytes));
    let log = emulator.log();
    assert!(!log.last().unwrap().headers.contains_key("authorization"));
    assert!(!format!("{log:?} {:?}", emulator.emulator()).contains("EMULATED1"));
    // And it is a start frame then.
    let new = PromptGeneration::new("veo-3.1", "A kite").with_start_frame(place.s3_key).build();
    assert!(prism.submit(&new.unwrap()).unwrap().send(&emulator).is_ok());
}

#[test]
fn an_upload_over_a_socket() {
    use std::io::{Read as _, Write as _};
    let server = Server::start().unwrap();
    let prism = prism(KEY).at(server.base_url(ProviderName::PRISM).clone());
    let call = prism.presign_upload(&NewUpload::new("image/png")).unwrap();
    let exchange = |request: &HttpRequest| {
        let mut stream = std::net::TcpStream::connect(server.address()).unwrap();
        let path = request.uri().path_and_query().unwrap();
        let mut sent = format!("{} {path} HTTP/1.1\r\nhost: x\r\n", request.method());
        for (name, value) in request.headers() {
            sent.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
        }
        let length = request.body().len();
        sent.push_str(&format!("connection: close\r\ncontent-length: {length}\r\n\r\n"));
        stream.write_all(sent.as_bytes()).unwrap();
        stream.write_all(request.body()).unwrap();
        let mut got = String::new();
        stream.read_to_string(&mut got).unwrap();
        let (head, body) = got.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse::<u16>().unwrap();
        http::Response::builder().status(status).body(body.as_bytes().to_vec()).unwrap()
    };
    let place = call.decode(&exchange(call.request())).unwrap();
    assert!(place.upload_url.starts_with(&server.origin()));
    // The provider is on this machine, and so may what it names be.
    let call = prism.upload(&place, *b"\x89PNG").unwrap();
    call.decode(&exchange(call.request())).unwrap();
}

#[test]
fn what_the_storage_refuses() {
    let (emulator, prism) = (emulator(), prism(KEY));
    let place =
        prism.presign_upload(&NewUpload::new("image/png")).unwrap().send(&emulator).unwrap();
    let code = |change: &dyn Fn(&mut videogen_prism::PresignedUpload), bytes: usize| {
        let mut place = place.clone();
        place.max_bytes = None;
        change(&mut place);
        let error = prism.upload(&place, vec![0; bytes]).unwrap().send(&emulator).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        (error.http_status().unwrap(), error.provider_code().unwrap().to_owned())
    };
    let other_type = |place: &mut videogen_prism::PresignedUpload| {
        "video/mp4".clone_into(&mut place.content_type);
    };
    assert_eq!(code(&other_type, 1), (403, "SignatureDoesNotMatch".to_owned()));
    let forged = |place: &mut videogen_prism::PresignedUpload| {
        place.upload_url = place.upload_url.replace("EMULATED", "FORGED");
    };
    assert_eq!(code(&forged, 1), (403, "AccessDenied".to_owned()));
    assert_eq!(code(&|_| (), 20_971_521), (400, "EntityTooLarge".to_owned()));
    emulator.clock().advance_to(at(3600.0));
    assert!(prism.upload(&place, *b"x").unwrap().send(&emulator).is_ok());
    emulator.clock().advance_to(at(3600.1));
    assert_eq!(code(&|_| (), 1), (403, "AccessDenied".to_owned()));
}

#[test]
fn only_so_many_places_are_held() {
    let (emulator, prism) = (emulator(), prism(KEY));
    let presign = || prism.presign_upload(&NewUpload::new("image/png")).unwrap().send(&emulator);
    let first = presign().unwrap();
    for _ in 0..99 {
        presign().unwrap();
    }
    prism.upload(&first, *b"x").unwrap().send(&emulator).unwrap();
    presign().unwrap();
    assert_eq!(emulator.emulator().uploaded(&first.s3_key), None);
    assert!(prism.upload(&first, *b"x").unwrap().send(&emulator).is_err());
}

#[test]
fn completed_generations_are_found_by_their_prompts() {
    let (emulator, prism) = (emulator(), prism(KEY));
    let submit = |prompt: &str| {
        let new = PromptGeneration::new("veo-3.1", prompt).build().unwrap();
        let accepted = prism.submit(&new).unwrap().send(&emulator).unwrap();
        accepted.handles[0].id().to_owned()
    };
    let found = |search: &AssetSearch| {
        let page = prism.search_assets(search).unwrap().send(&emulator).unwrap();
        page.items.into_iter().map(|asset| asset.id).collect::<Vec<_>>()
    };
    let first = submit("A product on a table");
    let search = AssetSearch::matching("PRODUCT");
    assert_eq!(found(&search), ["post_abc123"]);
    emulator.clock().advance_to(at(10.0));
    let second = submit("A product in the air");
    submit("A kite");
    emulator.clock().advance_to(at(20.0));
    assert_eq!(found(&search), [&*second, &*first, "post_abc123"]);
    assert_eq!(found(&search.clone().with_limit(1)), [&*second]);
    assert_eq!(found(&search.clone().from_source(AssetSource::History)), [&*second, &*first]);
    assert_eq!(found(&search.clone().from_source(AssetSource::Community)), ["post_abc123"]);
    assert_eq!(found(&search.clone().of_type(AssetType::Image)), Vec::<String>::new());
    assert_eq!(found(&search.clone().of_type(AssetType::Video)).len(), 3);
    let page = prism.search_assets(&search).unwrap().send(&emulator).unwrap();
    assert_eq!(page.items[0].created(), Some(started() + seconds(10.0)));
    assert_eq!(page.items[0].model_name.as_deref(), Some("veo-3.1"));
}

#[test]
fn a_generation_from_a_template_with_a_file_is_a_submission_like_any() {
    let (emulator, prism) = (emulator(), prism(KEY));
    let new = TemplateGeneration::new("featured-ugc-pitch")
        .with_variable("hook", "Look ü")
        .with_file(FilePart::new("productImage", "p.png", "image/png", *b"\x89PNG\r\n"))
        .build()
        .unwrap();
    let accepted = prism.submit(&new).unwrap().send(&emulator).unwrap();
    let ids: Vec<_> = accepted.handles.iter().map(|it| it.id().to_owned()).collect();
    assert_eq!(ids, emulator.generations(ProviderName::PRISM));
    let log = emulator.log();
    assert_eq!((log[0].submit, log[0].handle.as_deref()), (Some(1), Some("prism:gen_000001")));
    // A form without the variables is refused as JSON is.
    let bare = NewGeneration::from_json("{}").unwrap().from_template("t");
    let bare = bare.with_file(FilePart::new("a", "a.png", "image/png", *b"x"));
    let error = prism.submit(&bare).unwrap().send(&emulator).unwrap_err();
    assert_eq!(error.refusal(), Some(Refusal::Input));
    assert_eq!(emulator.generations(ProviderName::PRISM).len(), 1);
}

#[test]
fn keys_are_checked_as_for_a_status() {
    let emulator = emulator();
    for (key, kind) in [("revoked-1", ErrorKind::Unauthorized), ("noscope-1", ErrorKind::Forbidden)]
    {
        let prism = prism(key);
        let new = NewCharacter::from_urls("Ada", ["https://images.example.com/a.jpg"]);
        let kinds = [
            prism.list_templates(&Search::all()).unwrap().send(&emulator).unwrap_err().kind(),
            prism.get_template("featured-ugc-pitch").unwrap().send(&emulator).unwrap_err().kind(),
            prism.list_characters(&Search::all()).unwrap().send(&emulator).unwrap_err().kind(),
            prism.create_character(&new).unwrap().send(&emulator).unwrap_err().kind(),
            prism
                .presign_upload(&NewUpload::new("image/png"))
                .unwrap()
                .send(&emulator)
                .unwrap_err()
                .kind(),
            prism
                .search_assets(&AssetSearch::matching("ab"))
                .unwrap()
                .send(&emulator)
                .unwrap_err()
                .kind(),
        ];
        assert_eq!(kinds, [kind; 6]);
    }
    assert_eq!(answered(&get("/api/templates", &[])).0, 401);
}

#[test]
fn bad_requests_in_prisms_own_words() {
    let long = "x".repeat(61);
    let longer = "x".repeat(301);
    let images = r#""images":["https://images.example.com/a.jpg"]"#;
    let many = [r#""https://b.example/a.jpg""#; 11].join(",");
    let bad = [
        ("GET", "/api/templates?q=a", String::new()),
        ("GET", "/api/templates?limit=0", String::new()),
        ("GET", "/api/templates?limit=101", String::new()),
        ("GET", "/api/characters?limit=61", String::new()),
        ("GET", "/api/characters?offset=-1", String::new()),
        ("GET", "/api/assets/search", String::new()),
        ("GET", "/api/assets/search?q=ab&type=audio", String::new()),
        ("GET", "/api/assets/search?q=ab&source=mine", String::new()),
        ("GET", "/api/templates/none", String::new()),
        ("POST", "/api/characters", "[]".to_owned()),
        ("POST", "/api/characters", format!("{{{images}}}")),
        ("POST", "/api/characters", format!("{{\"name\":7,{images}}}")),
        ("POST", "/api/characters", format!("{{\"name\":\"{long}\",{images}}}")),
        (
            "POST",
            "/api/characters",
            format!("{{\"name\":\"a\",\"description\":\"{longer}\",{images}}}"),
        ),
        ("POST", "/api/characters", r#"{"name":"a","images":[]}"#.to_owned()),
        (
            "POST",
            "/api/characters",
            r#"{"name":"a","images":["data:image/png;base64,AA"]}"#.to_owned(),
        ),
        ("POST", "/api/characters", format!("{{\"name\":\"a\",\"images\":[{many}]}}")),
        ("POST", "/api/s3/presign-upload", "{}".to_owned()),
        ("POST", "/api/s3/presign-upload", r#"{"kind":"upload","contentType":"png"}"#.to_owned()),
    ];
    let mut emulator = Emulator::new(started());
    let mut shown = String::new();
    for (method, path, body) in bad {
        let mut request = post(path, &body);
        *request.method_mut() = method.parse().unwrap();
        let reply = emulator.answer(Moment::ORIGIN, &request);
        let body: String = body.chars().take(60).collect();
        shown.push_str(&format!("## {method} {path} {body}\n{}\n", text(&reply)));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn other_methods_name_nothing() {
    for path in ["/api/templates", "/api/templates/t", "/api/s3/uploads/x", "/api/assets/search"] {
        assert_eq!(answered(&post(path, "{}")).0, 404, "{path}");
    }
    assert_eq!(answered(&get("/api/templates/", &[])).0, 404);
}

fn key() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9/_.ü -]{0,20}[a-z]"
}

fn from_prompt() -> impl Strategy<Value = PromptGeneration> {
    let texts = ("\\PC{0,30}[a-z]", "[a-z0-9.-]{1,12}", proptest::option::of("[0-9]{3,4}p"));
    let ratio = proptest::option::of(proptest::sample::select(AspectRatio::ALL.to_vec()));
    let numbers = (proptest::option::of(1_u64..100), proptest::option::of(1_u8..=4), any::<bool>());
    let keys = proptest::collection::vec((0_u8..8, key()), 0..8);
    (texts, ratio, numbers, keys).prop_map(|((prompt, model, resolution), ratio, numbers, keys)| {
        let (duration, count, audio) = numbers;
        let mut new = PromptGeneration::new(model, prompt).with_audio(audio);
        if let Some(resolution) = resolution {
            new = new.with_resolution(resolution);
        }
        if let Some(ratio) = ratio {
            new = new.with_aspect_ratio(ratio);
        }
        if let Some(seconds) = duration {
            new = new.with_duration(Duration::from_secs(seconds));
        }
        if let Some(count) = count {
            new = new.with_count(count);
        }
        keys.into_iter().fold(new, |new, (which, key)| match which {
            0 => new.with_start_frame(key),
            1 => new.with_end_frame(key),
            2 => new.with_ingredient_image(key),
            3 => new.with_character_reference_image(key),
            4 => new.with_source_video(key),
            5 => new.with_reference_video(key),
            6 => new.with_audio_file(key),
            _ => new.with_template_id(key),
        })
    })
}

fn from_template() -> impl Strategy<Value = TemplateGeneration> {
    let texts = proptest::collection::btree_map("[a-z]{1,4}[ü\"%]?", "\\PC{0,30}", 0..4);
    let characters = proptest::collection::btree_map("[a-z]{1,4}", "[a-f0-9-]{1,36}", 0..3);
    let files = proptest::collection::btree_map("[A-Z]{1,4}", any::<Vec<u8>>(), 0..3);
    ("[a-z0-9 /ü-]{0,12}[a-z]", texts, characters, files, any::<bool>()).prop_map(
        |(template, texts, characters, files, webhook)| {
            let mut new = TemplateGeneration::new(template);
            for (key, value) in texts {
                new = new.with_variable(key, value);
            }
            for (key, id) in characters {
                new = new.with_character(key, id);
            }
            for (key, bytes) in files {
                new = new.with_file(FilePart::new(key, "a \"b\".png", "image/png", bytes));
            }
            if webhook { new.with_webhook_url("https://example.com/hook?t=1") } else { new }
        },
    )
}

fn submitted(new: &NewGeneration) -> (usize, usize, Option<u64>) {
    let emulator = emulator();
    let accepted = prism(KEY).submit(new).unwrap().send(&emulator).unwrap();
    let count = serde_json::from_str::<Value>(&new.body).unwrap()["count"].as_u64();
    (accepted.handles.len(), emulator.generations(ProviderName::PRISM).len(), count)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_built_from_a_prompt_is_accepted(new in from_prompt()) {
        let (held, made, count) = submitted(&new.build().unwrap());
        prop_assert_eq!((held as u64, made as u64), (count.unwrap_or(1), count.unwrap_or(1)));
    }

    #[test]
    fn whatever_is_built_from_a_template_is_accepted(new in from_template()) {
        let (held, made, _) = submitted(&new.build().unwrap());
        prop_assert_eq!((held, made), (1, 1));
    }

    #[test]
    fn whatever_is_sent_there_is_an_answer(
        path in "/api/(templates|characters|assets/search|s3/presign-upload|s3/uploads/[a-z%]{0,4})(\\?[a-z=&%+0-9]{0,12})?",
        method in proptest::sample::select(vec!["GET", "POST", "PUT"]),
        form in any::<bool>(),
        body in prop_oneof![
            any::<Vec<u8>>(),
            "(--b|\r\n|Content-Disposition: form-data; name=\"|images|\"|; filename=\"|--| |x){0,20}"
                .prop_map(String::into_bytes),
        ],
    ) {
        let Ok(uri) = path.parse::<http::Uri>() else { return Ok(()) };
        let mut request = post("/", "");
        *request.uri_mut() = uri;
        *request.method_mut() = method.parse().unwrap();
        *request.body_mut() = body;
        if form {
            let kind = "multipart/form-data; boundary=b".parse().unwrap();
            request.headers_mut().insert("content-type", kind);
        }
        let answer = emulator().send(request).unwrap();
        prop_assert!([200, 400, 403, 404].contains(&answer.status().as_u16()), "{}", answer.status());
    }
}
