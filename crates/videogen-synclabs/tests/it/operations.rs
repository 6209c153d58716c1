//! Every operation beside submitting and asking for a status: the request, and what is made of every answer.

use std::fmt::Debug;

use videogen_core::{
    Call, ErrorKind, HttpRequest, HttpResponse, ListQuery, NewGeneration, Provider as _, timestamp,
};
use videogen_synclabs::{
    AssetChange, AssetKind, AssetSort, AssetsQuery, BatchesQuery, CountQuery, GenerationsQuery,
    NewAsset, NewBatch, Visibility,
};
use videogen_testkit::{Fixture, TEST_KEY, error_chain, json, shown_request};

use crate::{FIXTURES, provider};

const OPERATIONS: [&str; 19] = [
    "list",
    "count",
    "generation",
    "delete",
    "download",
    "models",
    "errors",
    "cost",
    "batch_create",
    "batch_validate",
    "batch_list",
    "batch",
    "asset_list",
    "asset",
    "asset_create",
    "asset_update",
    "asset_delete",
    "asset_download",
    "asset_upload",
];

const ID: &str = "00000000-0000-4000-8000-000000000001";
const ID2: &str = "00000000-0000-4000-8000-000000000002";
const PROJECT: &str = "00000000-0000-4000-8000-000000000009";

fn fixtures(operation: &str) -> Vec<Fixture> {
    Fixture::load_all(FIXTURES, videogen_synclabs::NAME, operation)
}

fn fixture(operation: &str, name: &str) -> Fixture {
    fixtures(operation).into_iter().find(|fixture| fixture.name == name).unwrap()
}

/// A request, and what is made of an answer to it, as text.
struct Exchange {
    request: HttpRequest,
    shown: Box<dyn Fn(&HttpResponse) -> String>,
}

fn of<T: Debug + 'static>(call: Call<T>) -> Exchange {
    let request = call.request().clone();
    let shown = move |response: &HttpResponse| match call.decode(response) {
        Ok(read) => format!("{read:#?}"),
        Err(error) => format!(
            "{}\n\nkind: {:?}\nremedy: {:?}\ncode: {:?}\nretry after: {:?}",
            error_chain(&error),
            error.kind(),
            error.remedy(),
            error.provider_code(),
            error.retry_after(),
        ),
    };
    Exchange { request, shown: Box::new(shown) }
}

fn new_batch() -> NewBatch {
    let new = NewGeneration::from_json(r#"{"model":"lipsync-2","input":[]}"#).unwrap();
    (0..20).fold(NewBatch::new(), |batch, n| batch.with(format!("r-{n}"), &new).unwrap())
}

/// The call that makes the fixture's request.
fn exchange(fixture: &Fixture) -> Exchange {
    let sync = provider();
    let handle = sync.handle(ID).unwrap();
    let path = fixture.request.path.as_str();
    let (limit, cursor) = (path.contains("limit=2"), path.split("cursor=").nth(1));
    let mut page = ListQuery::first();
    page.limit = limit.then_some(2);
    page.cursor = cursor.map(|cursor| cursor.split('&').next().unwrap().to_owned());
    let filtered = fixture.name == "filtered";
    match fixture.operation.as_str() {
        "list" if filtered => of(sync
            .generations(
                &GenerationsQuery::new()
                    .with_page(page)
                    .with_status("COMPLETED")
                    .with_status("FAILED")
                    .with_id(ID)
                    .with_id(ID2)
                    .with_source("api")
                    .in_project(PROJECT),
            )
            .unwrap()),
        "list" if fixture.name == "empty" => {
            of(sync.generations(&GenerationsQuery::new().in_project(PROJECT)).unwrap())
        }
        "list" => of(sync.list(&page).unwrap()),
        "count" if filtered => of(sync
            .count_generations(
                &CountQuery::new()
                    .with_status("PENDING")
                    .with_status("PROCESSING")
                    .with_kind("api")
                    .with_source("app")
                    .with_generation_source("api")
                    .own(),
            )
            .unwrap()),
        "count" => of(sync.count_generations(&CountQuery::new()).unwrap()),
        "generation" => of(sync.generation(&handle).unwrap()),
        "delete" => of(sync.delete_generation(&handle).unwrap()),
        "download" => of(sync.download_link(&handle).unwrap()),
        "models" => of(sync.models().unwrap()),
        "errors" => of(sync.error_catalog().unwrap()),
        "cost" => {
            let body = fixture.request.body.as_ref().unwrap().to_string();
            of(sync.estimate_parts(&NewGeneration::from_json(body).unwrap()).unwrap())
        }
        "batch_create" => of(sync.create_batch(&new_batch()).unwrap()),
        "batch_validate" => of(sync.validate_batch(&new_batch()).unwrap()),
        "batch_list" if filtered => {
            let time = |text| timestamp::parse(text).unwrap();
            of(sync
                .batches(
                    &BatchesQuery::new()
                        .with_status("COMPLETED")
                        .created_after(time("2024-01-01T00:00:00Z"))
                        .created_before(time("2024-02-01T00:00:00Z")),
                )
                .unwrap())
        }
        "batch_list" => of(sync.batches(&BatchesQuery::new()).unwrap()),
        "batch" => of(sync.batch("batch_abc123").unwrap()),
        "asset_list" if filtered => of(sync
            .assets(
                &AssetsQuery::new()
                    .in_project(PROJECT)
                    .with_search("me & you")
                    .sorted(AssetSort::DateDesc)
                    .with_kind(AssetKind::Audio)
                    .with_kind(AssetKind::Video),
            )
            .unwrap()),
        "asset_list" => of(sync.assets(&AssetsQuery::new().with_page(page)).unwrap()),
        "asset" => of(sync.asset(ID).unwrap()),
        "asset_create" => of(sync
            .create_asset(
                &NewAsset::new("https://assets.example.com/speaker.mp4", AssetKind::Video)
                    .with_name("me")
                    .with_visibility(Visibility::Organization)
                    .in_project(PROJECT),
            )
            .unwrap()),
        "asset_update" if fixture.name == "updated" => {
            let change = AssetChange::new()
                .with_name("you")
                .with_visibility(Visibility::User)
                .with_duration_seconds(1.5)
                .with_size(7)
                .with_format("wav")
                .with_dimensions(2, 3);
            of(sync.update_asset(ID, &change).unwrap())
        }
        "asset_update" => of(sync.update_asset(ID, &AssetChange::new().with_name("you")).unwrap()),
        "asset_delete" => of(sync.delete_asset(ID).unwrap()),
        "asset_download" => of(sync.asset_download_link(ID).unwrap()),
        "asset_upload" => of(sync.presign_upload("speaker.mp4", "video/mp4", 8_388_608).unwrap()),
        other => unreachable!("no call for {other}"),
    }
}

#[test]
fn every_request_is_the_fixtures() {
    let mut shown = Vec::new();
    for operation in OPERATIONS {
        for fixture in fixtures(operation) {
            let request = exchange(&fixture).request;
            let name = format!("{operation}/{}", fixture.name);
            assert_eq!(request.method().as_str(), fixture.request.method, "{name}");
            let path = request.uri().path_and_query().unwrap().as_str();
            assert_eq!(path, fixture.request.path, "{name}");
            let has_key = request.headers().get("x-api-key").is_some();
            assert_eq!(has_key, fixture.request.headers.contains_key("x-api-key"), "{name}");
            if let Some(body) = &fixture.request.body {
                let sent: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
                assert_eq!(&sent, body, "{name}");
            }
            shown.push(shown_request(&request));
        }
    }
    shown.dedup();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn every_answer() {
    for operation in OPERATIONS {
        for fixture in fixtures(operation) {
            let shown = (exchange(&fixture).shown)(&fixture.response);
            assert!(!shown.contains("EXAMPLE") && !shown.contains(TEST_KEY), "{shown}");
            let name = format!("{operation}@{}", fixture.name);
            insta::with_settings!({
                description => &fixture.about, omit_expression => true, snapshot_suffix => name,
            }, {
                insta::assert_snapshot!("answer", shown);
            });
        }
    }
}

#[test]
fn no_answer_whatsoever_is_a_panic_or_shows_the_key() {
    let bodies = ["", "[", "[]", "{}", "null", "[null]", "7", r#""x""#, "\u{feff}[]", "[[[]]]"];
    for operation in OPERATIONS {
        for fixture in fixtures(operation) {
            let exchange = exchange(&fixture);
            for status in [200, 204, 302, 400, 401, 404, 409, 429, 500] {
                for body in bodies {
                    (exchange.shown)(&json(status, body));
                }
                let echoed = format!(r#"{{"message":"no such key: {TEST_KEY}"}}"#);
                let shown = (exchange.shown)(&json(status, echoed));
                // The catalogue sends no key, and so none can come back.
                let could = operation != "errors";
                assert!(!could || !shown.contains(TEST_KEY), "{operation}: {shown}");
            }
            for end in 0..fixture.response.body().len() {
                let cut = fixture.response.body()[..end].to_vec();
                let mut response = fixture.response.clone();
                *response.body_mut() = cut;
                (exchange.shown)(&response);
            }
        }
    }
}

#[test]
fn a_full_page_has_a_next_one_and_another_has_none() {
    let sync = provider();
    let query = ListQuery::first().with_limit(2);
    let page = sync.list(&query).unwrap().decode(&fixture("list", "two").response).unwrap();
    assert_eq!(page.next.as_deref(), Some(ID));
    let next = sync.list(&query.after(page.next.unwrap())).unwrap();
    assert!(next.request().uri().query().unwrap().ends_with(&format!("cursor={ID}")));
    // A cursor that does not move is none.
    let again = next.decode(&fixture("list", "two").response).unwrap();
    assert_eq!(again.next, None);
    let page = next.decode(&fixture("list", "last_page").response).unwrap();
    assert_eq!((page.items.len(), page.next), (1, None));
    // What a list tells of a generation is what its status tells.
    let listed = &page.items[0];
    assert_eq!(listed.handle, sync.handle(ID).unwrap());
    assert_eq!(listed.failure.as_ref().unwrap().class, videogen_core::FailureClass::Input);
}

#[test]
fn a_generation_that_runs_is_not_deleted() {
    let sync = provider();
    let handle = sync.handle(ID).unwrap();
    let runs = fixture("delete", "error_409_processing").response;
    for error in [
        sync.delete(&handle).unwrap().decode(&runs).unwrap_err(),
        sync.delete_generation(&handle).unwrap().decode(&runs).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::GenerationUnfinished);
        assert!(!error.kind().is_transient());
        assert_eq!(error.http_status(), Some(409));
        assert_eq!(error.provider_code(), Some("generation_not_deletable_while_processing"));
        assert_eq!(error.handle(), Some(&handle));
    }
    let other = fixture("delete", "error_409_other").response;
    let error = sync.delete(&handle).unwrap().decode(&other).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    // Without a body it is deleted too.
    assert!(sync.delete(&handle).unwrap().decode(&json(204, "")).is_ok());
}

#[test]
fn the_estimate_is_the_sum_and_never_of_a_part() {
    let sync = provider();
    let estimate = |name: &str| {
        let fixture = fixture("cost", name);
        let body = fixture.request.body.as_ref().unwrap().to_string();
        let new = NewGeneration::from_json(body).unwrap();
        sync.estimate(&new).unwrap().decode(&fixture.response).map_err(|error| error.kind())
    };
    assert_eq!(estimate("one").unwrap().usd, Some(123.0));
    assert_eq!(estimate("two").unwrap().usd, Some(0.75));
    assert_eq!(estimate("two").unwrap().credits, None);
    for nothing in ["empty", "one_without_price"] {
        assert_eq!(estimate(nothing), Err(ErrorKind::InvalidResponse), "{nothing}");
    }
}

#[test]
fn a_download_link_says_until_when_it_works() {
    let expires = |name: &str| {
        let call = provider().download_link(&provider().handle(ID).unwrap()).unwrap();
        call.decode(&fixture("download", name).response).unwrap().expires_at
    };
    // By itself, or else seven days after the answer.
    assert_eq!(expires("signed"), timestamp::parse("2026-03-05T12:00:00Z"));
    assert_eq!(expires("unsigned"), timestamp::parse("2026-03-05T12:00:00Z"));
    assert_eq!(expires("quoted"), None);
}

#[test]
fn an_upload_is_sent_without_the_key_to_where_it_may_be_sent() {
    let sync = provider();
    let fixture = fixture("asset_upload", "presigned");
    let call = sync.presign_upload("speaker.mp4", "video/mp4", 8_388_608).unwrap();
    let mut upload = call.decode(&fixture.response).unwrap();
    assert_eq!(upload.expires_at, timestamp::parse("2026-03-05T12:00:00Z"));
    let put = sync.put_upload(&upload, b"abc".to_vec()).unwrap();
    insta::assert_snapshot!(shown_request(put.request()), @r#"
    PUT https://storage.example.com/up/speaker.mp4?X-Amz-Signature=EXAMPLE
    content-type: "video/mp4"
    user-agent: "videogen/0.1.0"

    abc
    "#);
    assert!(put.decode(&json(200, "")).is_ok());
    assert_eq!(put.decode(&json(403, "<Error/>")).unwrap_err().kind(), ErrorKind::Forbidden);
    for bad in ["http://storage.example.com/up", "https://169.254.169.254/up", "file:///etc", ""] {
        upload.upload_url = Some(videogen_core::OutputUrl::new(bad));
        let error = sync.put_upload(&upload, Vec::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{bad}");
    }
}

#[test]
fn handles_of_others_are_refused() {
    let other = videogen_core::BaseUrl::parse("https://other.example/v2").unwrap();
    let handle = videogen_core::Handle::new("synclabs", &other, ID).unwrap();
    let sync = provider();
    let errors = [
        sync.delete(&handle).unwrap_err(),
        sync.delete_generation(&handle).unwrap_err(),
        sync.generation(&handle).unwrap_err(),
        sync.download_link(&handle).unwrap_err(),
    ];
    assert!(errors.iter().all(|error| error.kind() == ErrorKind::ForeignHandle), "{errors:?}");
}

#[test]
fn ids_are_one_segment_of_a_path_or_are_refused() {
    let sync = provider();
    for id in videogen_testkit::provider_suite::HOSTILE_IDS {
        let requests = [
            sync.batch(id).map(|call| call.request().uri().path().to_owned()),
            sync.asset(id).map(|call| call.request().uri().path().to_owned()),
            sync.delete_asset(id).map(|call| call.request().uri().path().to_owned()),
        ];
        for path in requests {
            match path {
                Ok(path) => assert_eq!(path.split('/').count(), 4, "{id:?}: {path}"),
                Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidInput),
            }
        }
    }
}
