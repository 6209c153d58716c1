//! Lists: the requests, what is made of every answer, and the limits.

use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use serde_json::Value;
use videogen_core::{Call, ErrorKind, Generation, ListQuery, Page, Phase, Provider as _};
use videogen_kling::{LEGACY_KINDS, MAX_PAGE, MAX_PAGE_NUMBER, TasksQuery};
use videogen_testkit::{Fixture, TEST_KEY, error_chain, json, leaks};

use crate::{FIXTURES, fixture, fixtures, provider, shown_failure, signed};

/// As the fixture's request asks.
fn call(fixture: &Fixture) -> Call<Page<Generation>> {
    let path = &fixture.request.path;
    let Some(parameters) = path.strip_prefix("/v1/videos/") else {
        let body = fixture.request.body.as_ref().unwrap();
        let mut query = ListQuery::first();
        query.limit = body["limit"].as_u64().map(|limit| u32::try_from(limit).unwrap());
        query.cursor = body["cursor"].as_str().map(str::to_owned);
        return provider().list(&query).unwrap();
    };
    let (kind, parameters) = parameters.split_once('?').unwrap();
    let number = |name: &str| {
        let pairs = parameters.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.parse().unwrap()).next()
    };
    provider().list_of(kind, number("pageNum").unwrap(), number("pageSize")).unwrap()
}

fn listed(operation: &str, name: &str) -> Page<Generation> {
    let fixture = fixture(operation, name);
    call(&fixture).decode(&fixture.response).unwrap()
}

fn ids(page: &Page<Generation>) -> Vec<&str> {
    page.items.iter().map(|seen| seen.handle.id()).collect()
}

fn shown(fixture: &Fixture) -> String {
    let page = match call(fixture).decode(&fixture.response) {
        Ok(page) => page,
        Err(error) => return shown_failure(&error),
    };
    let mut shown = format!("next: {:?}\n", page.next);
    for seen in &page.items {
        shown.push_str(&serde_json::to_string_pretty(seen).unwrap());
        shown.push('\n');
    }
    shown
}

#[test]
fn every_answer() {
    let fixtures = fixtures("list");
    insta::glob!(FIXTURES, "kling/list/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown(fixture));
        });
    });
}

#[test]
fn every_answer_of_a_kind() {
    let fixtures = fixtures("list_of");
    insta::glob!(FIXTURES, "kling/list_of/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown(fixture));
        });
    });
}

#[test]
fn the_requests_are_those_of_the_fixtures() {
    for fixture in ["list", "list_of"].into_iter().flat_map(fixtures) {
        let call = call(&fixture);
        let request = call.request();
        assert_eq!(request.method().as_str(), fixture.request.method, "{}", fixture.name);
        let path = request.uri().path_and_query().unwrap().as_str();
        assert_eq!(path, fixture.request.path, "{}", fixture.name);
        let authorization = request.headers()["authorization"].to_str().unwrap();
        assert_eq!(authorization, format!("Bearer {TEST_KEY}"));
        assert!(!format!("{call:?}").contains(TEST_KEY));
        let sent: Option<Value> = serde_json::from_slice(request.body()).ok();
        assert_eq!(sent, fixture.request.body, "{}", fixture.name);
    }
}

#[test]
fn no_error_shows_a_secret_and_no_cut_answer_is_a_list() {
    for fixture in ["list", "list_of"].into_iter().flat_map(fixtures) {
        let call = call(&fixture);
        if let Err(error) = call.decode(&fixture.response) {
            let leaked = leaks(&error_chain(&error), TEST_KEY, fixture.body());
            assert_eq!(leaked, [""; 0], "{}", fixture.name);
        }
        for cut in 0..fixture.response.body().len() {
            let mut response = fixture.response.clone();
            response.body_mut().truncate(cut);
            assert!(call.decode(&response).is_err(), "{} after {cut} bytes", fixture.name);
        }
    }
}

#[test]
fn what_is_listed_can_be_asked_about() {
    let page = listed("list", "every_status");
    assert!(page.items.len() >= 4);
    assert!(page.items.iter().all(|seen| seen.handle.id().starts_with("tasks/")));
    assert!(page.items.iter().all(|seen| seen.phase() != Phase::Unrecognized));
    let page = listed("list_of", "avatar");
    assert!(!page.items.is_empty());
    assert!(page.items.iter().all(|seen| seen.handle.id().starts_with("avatar/image2video/")));
}

#[test]
fn one_odd_item_does_not_lose_the_others() {
    assert_eq!(ids(&listed("list", "items_odd")), ["tasks/893605946402811986"]);
    assert_eq!(ids(&listed("list_of", "items_odd")), ["text2video/893605946402811986"]);
}

#[test]
fn no_list_is_not_an_empty_one() {
    for (operation, name) in [("list", "empty"), ("list", "empty_list"), ("list_of", "empty")] {
        let page = listed(operation, name);
        assert!(page.items.is_empty() && page.next.is_none(), "{operation} {name}");
    }
    for (operation, name) in [
        ("list", "result_missing"),
        ("list", "data_null"),
        ("list", "data_is_list"),
        ("list_of", "data_null"),
        ("list_of", "data_is_object"),
    ] {
        let fixture = fixture(operation, name);
        let error = call(&fixture).decode(&fixture.response).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{operation} {name}");
    }
    let answer = json(200, r#"{"code":0,"data":{"has_more":false}}"#);
    let error = provider().list(&ListQuery::first()).unwrap().decode(&answer).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
}

#[test]
fn pages_follow_each_other_to_the_last() {
    assert_eq!(listed("list", "has_more").next.as_deref(), Some("c2"));
    for name in ["last_page", "cursor_of_itself", "empty"] {
        assert_eq!(listed("list", name).next, None, "{name}");
    }
    let mut after = ListQuery::first();
    after.cursor = Some("c2".to_owned());
    let call = provider().list(&after).unwrap();
    let body: Value = serde_json::from_slice(call.request().body()).unwrap();
    assert_eq!(body["cursor"], "c2");

    assert_eq!(listed("list_of", "full_page").next.as_deref(), Some("4"));
    for name in ["short_page", "last_number", "empty"] {
        assert_eq!(listed("list_of", name).next, None, "{name}");
    }
    // Thirty are a full page where no size was told.
    let kind = |count: usize| {
        let item = r#"{"task_id":"7","task_status":"failed"}"#;
        let body = format!(r#"{{"code":0,"data":[{}]}}"#, vec![item; count].join(","));
        let call = provider().list_of("effects", 1, None).unwrap();
        call.decode(&json(200, body)).unwrap().next
    };
    assert_eq!((kind(29), kind(30)), (None, Some("2".to_owned())));
}

#[test]
fn a_query_is_written_as_kling_reads_it() {
    let at = |milliseconds| UNIX_EPOCH + Duration::from_millis(milliseconds);
    let query = TasksQuery::new()
        .with_limit(500)
        .since(at(1_781_080_778_802))
        .until(at(1_781_080_794_151))
        .with_status("succeeded")
        .with_status("failed");
    let call = provider().list_tasks(&query).unwrap();
    let body: Value = serde_json::from_slice(call.request().body()).unwrap();
    let expected = serde_json::json!({
        "start_time": 1_781_080_778_802_u64,
        "end_time": 1_781_080_794_151_u64,
        "limit": 500,
        "filters": [
            {"key": "product_type", "values": ["video"]},
            {"key": "status", "values": ["succeeded", "failed"]},
        ],
    });
    assert_eq!(body, expected);
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let before_1970 = UNIX_EPOCH - Duration::from_secs(1);
    for query in [
        TasksQuery::new().with_limit(0),
        TasksQuery::new().with_limit(MAX_PAGE + 1),
        TasksQuery::new().since(before_1970),
        TasksQuery::new().until(before_1970),
        TasksQuery::new().since(UNIX_EPOCH).until(UNIX_EPOCH),
    ] {
        let error = provider().list_tasks(&query).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{query:?}");
    }
    for (kind, page, size) in [
        ("text2video", 0, None),
        ("text2video", MAX_PAGE_NUMBER + 1, None),
        ("text2video", 1, Some(0)),
        ("text2video", 1, Some(MAX_PAGE + 1)),
        ("text-to-video/kling-3.0", 1, None),
        ("tasks", 1, None),
        ("..", 1, None),
        ("", 1, None),
    ] {
        let error = provider().list_of(kind, page, size).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{kind:?} {page} {size:?}");
    }
    assert!(provider().list_of("text2video", MAX_PAGE_NUMBER, Some(MAX_PAGE)).is_ok());
}

#[test]
fn an_access_key_lists_what_the_older_api_made() {
    let error = signed().list(&ListQuery::first()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    for kind in LEGACY_KINDS {
        assert!(signed().list_of(kind, 1, None).is_ok(), "{kind}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_list_or_an_error(status in 100_u16..=599, body: Vec<u8>) {
        let answer = json(status, body);
        drop(provider().list(&ListQuery::first()).unwrap().decode(&answer));
        drop(provider().list_of("text2video", 1, None).unwrap().decode(&answer));
    }
}
