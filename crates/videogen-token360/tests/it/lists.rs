//! Lists: the requests, what is made of every answer, and the limits.

use proptest::prelude::*;
use videogen_core::{
    Call, Error, ErrorKind, Generation, ListQuery, NewGeneration, Page, Phase, Provider as _,
};
use videogen_testkit::{Fixture, TEST_KEY, error_chain, json, leaks};
use videogen_token360::{MAX_LIMIT, Order, VideoList, VideosQuery};

use crate::{FIXTURES, provider, shown_failure};

fn fixtures() -> Vec<Fixture> {
    Fixture::load_all(FIXTURES, videogen_token360::NAME, "list")
}

/// The query of a fixture's path.
fn query(fixture: &Fixture) -> VideosQuery {
    let mut query = VideosQuery::new();
    let parameters = fixture.request.path.split_once('?').map_or("", |(_, parameters)| parameters);
    for pair in parameters.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap();
        query = match (name, value) {
            ("limit", limit) => query.with_limit(limit.parse().unwrap()),
            ("after", id) => query.after(id),
            ("before", id) => query.before(id),
            ("order", "asc") => query.with_order(Order::Ascending),
            (_, _) => query.with_order(Order::Descending),
        };
    }
    query
}

fn call(fixture: &Fixture) -> Call<VideoList> {
    provider().list_videos(&query(fixture)).unwrap()
}

/// The same by the method that all providers have.
fn page(fixture: &Fixture) -> Result<Page<Generation>, Error> {
    let query = query(fixture);
    let mut list = ListQuery::first();
    (list.limit, list.cursor) = (query.limit, query.after);
    provider().list(&list).unwrap().decode(&fixture.response)
}

fn ids(videos: &[Generation]) -> Vec<&str> {
    videos.iter().map(|video| video.handle.id()).collect()
}

fn fixture(name: &str) -> Fixture {
    fixtures().into_iter().find(|fixture| fixture.name == name).unwrap()
}

fn listed(name: &str) -> VideoList {
    let fixture = fixture(name);
    call(&fixture).decode(&fixture.response).unwrap()
}

fn shown(fixture: &Fixture) -> String {
    let list = match call(fixture).decode(&fixture.response) {
        Ok(list) => list,
        Err(error) => return shown_failure(&error),
    };
    let mut shown = format!(
        "has more: {}, from {:?} to {:?}\nnext: {:?}\n",
        list.has_more,
        list.first_id,
        list.last_id,
        page(fixture).unwrap().next,
    );
    for video in &list.videos {
        shown.push_str(&serde_json::to_string_pretty(video).unwrap());
        shown.push('\n');
    }
    shown
}

#[test]
fn every_answer() {
    let fixtures = fixtures();
    insta::glob!(FIXTURES, "token360/list/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown(fixture));
        });
    });
}

#[test]
fn the_requests_are_those_of_the_fixtures() {
    for fixture in fixtures() {
        let call = call(&fixture);
        let request = call.request();
        assert_eq!(request.method().as_str(), fixture.request.method, "{}", fixture.name);
        let path = request.uri().path_and_query().unwrap().as_str();
        assert_eq!(path, fixture.request.path, "{}", fixture.name);
        let authorization = request.headers()["authorization"].to_str().unwrap();
        assert_eq!(authorization, format!("Bearer {TEST_KEY}"));
        assert!(!format!("{call:?}").contains(TEST_KEY));
        assert!(request.body().is_empty());
    }
}

#[test]
fn no_error_shows_a_secret_and_no_cut_answer_is_a_list() {
    for fixture in fixtures() {
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
    let shown = format!("{:?}", listed("item_as_a_status_answer"));
    assert!(shown.contains("cdn.example.com") && !shown.contains("EXAMPLE"), "{shown}");
}

#[test]
fn one_bad_item_does_not_lose_the_others() {
    for name in ["item_without_id", "item_id_unusable", "item_not_an_object"] {
        assert_eq!(ids(&listed(name).videos), ["your-video-id"], "{name}");
    }
    for name in ["item_status_unknown", "item_status_missing"] {
        let videos = listed(name).videos;
        assert_eq!(ids(&videos), ["your-video-id-2", "your-video-id"], "{name}");
        assert_eq!(videos[0].phase(), Phase::Unrecognized, "{name}");
        assert_eq!(videos[1].phase(), Phase::Succeeded, "{name}");
    }
    let twice = listed("item_member_twice").videos;
    assert_eq!(twice[0].phase(), Phase::Running);
}

#[test]
fn what_is_no_list_is_not_an_empty_one() {
    for name in ["data_missing", "data_null", "data_is_object", "top_level_array_200", "html_200"] {
        let fixture = fixture(name);
        let error = call(&fixture).decode(&fixture.response).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{name}");
        assert_eq!(page(&fixture).unwrap_err().kind(), ErrorKind::InvalidResponse, "{name}");
    }
    assert_eq!(listed("empty").videos, []);
}

#[test]
fn the_next_page_begins_after_the_last_video() {
    let next = |name: &str| page(&fixture(name)).unwrap().next;
    assert_eq!(next("has_more").as_deref(), Some("your-video-id"));
    // Where the page does not say it, from the last video that is on it.
    assert_eq!(next("ids_null").as_deref(), Some("your-video-id"));
    assert_eq!(next("every_status"), None);
    assert_eq!(next("has_more_missing"), None);
    assert_eq!(next("empty"), None);
    // That would be the same page for ever.
    assert_eq!(next("last_id_is_the_cursor"), None);
}

#[test]
fn an_id_in_a_query_is_one_value() {
    let query = VideosQuery::new().after("a&limit=1000#x/y z").before("ü");
    let call = provider().list_videos(&query).unwrap();
    let uri = call.request().uri();
    assert_eq!(uri.query(), Some("after=a%26limit%3D1000%23x%2Fy%20z&before=%C3%BC"));
    for id in ["", " ", "..", "a\nb"] {
        for (name, query) in
            [("after", VideosQuery::new().after(id)), ("before", VideosQuery::new().before(id))]
        {
            let error = provider().list_videos(&query).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{id:?}");
            assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
        }
    }
}

#[test]
fn what_token360_does_not_have_is_unsupported() {
    let handle = provider().handle("your-video-id").unwrap();
    assert_eq!(provider().delete(&handle).unwrap_err().kind(), ErrorKind::Unsupported);
    let new = NewGeneration::from_json("{}").unwrap();
    assert_eq!(provider().estimate(&new).unwrap_err().kind(), ErrorKind::Unsupported);
}

proptest! {
    #[test]
    fn a_limit_is_sent_or_refused_by_name(limit in prop_oneof![0_u32..=120, any::<u32>()]) {
        let called = provider().list(&ListQuery::first().with_limit(limit));
        if (1..=MAX_LIMIT).contains(&limit) {
            let expected = format!("limit={limit}");
            let call = called.unwrap();
            prop_assert_eq!(call.request().uri().query(), Some(expected.as_str()));
        } else {
            let error = called.unwrap_err();
            prop_assert_eq!(error.kind(), ErrorKind::InvalidInput);
            prop_assert!(error.to_string().contains("`limit`"), "{}", error);
        }
    }

    #[test]
    fn any_bytes_are_a_list_or_an_error(status in 100_u16..=599, body: Vec<u8>) {
        drop(provider().list(&ListQuery::first()).unwrap().decode(&json(status, body)));
    }

    /// Whatever the items are, those with a good id are all there, in order.
    #[test]
    fn no_good_item_is_lost(good in prop::collection::vec(any::<bool>(), 0..12)) {
        let item = |(n, good): (usize, &bool)| match (good, n % 3) {
            (true, _) => serde_json::json!({"id": format!("v{n}"), "status": n}),
            (false, 0) => serde_json::Value::Null,
            (false, 1) => serde_json::json!({"status": "queued"}),
            (false, _) => serde_json::json!([{"id": "v"}]),
        };
        let items: Vec<_> = good.iter().enumerate().map(item).collect();
        let body = serde_json::json!({"data": items}).to_string();
        let call = provider().list_videos(&VideosQuery::new()).unwrap();
        let list = call.decode(&json(200, body)).unwrap();
        let kept = good.iter().enumerate().filter(|(_, good)| **good);
        let expected: Vec<String> = kept.map(|(n, _)| format!("v{n}")).collect();
        prop_assert_eq!(ids(&list.videos), expected);
    }
}
