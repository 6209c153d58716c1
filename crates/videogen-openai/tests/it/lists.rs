//! Lists: the requests, what is made of every answer, and the limits.

use proptest::prelude::*;
use videogen_core::{Call, Error, ErrorKind, Generation, ListQuery, Page, Phase, Provider as _};
use videogen_openai::{Order, VideoList, VideosQuery};
use videogen_testkit::{Fixture, TEST_KEY, error_chain, json, leaks};

use crate::{FIXTURES, named, openai, shown_failure};

fn fixtures() -> Vec<Fixture> {
    crate::fixtures("openai", "list")
}

/// The query of a fixture's path.
fn query(fixture: &Fixture) -> VideosQuery {
    let mut query = VideosQuery::new();
    let parameters = fixture.request.path.split_once('?').map_or("", |(_, parameters)| parameters);
    for pair in parameters.split('&').filter(|pair| !pair.is_empty()) {
        query = match pair.split_once('=').unwrap() {
            ("limit", limit) => query.with_limit(limit.parse().unwrap()),
            ("after", id) => query.after(id),
            ("order", "asc") => query.with_order(Order::Ascending),
            (_, _) => query.with_order(Order::Descending),
        };
    }
    query
}

fn call(fixture: &Fixture) -> Call<VideoList> {
    openai().list_videos(&query(fixture)).unwrap()
}

/// The same by the method that all providers have.
fn page(fixture: &Fixture) -> Result<Page<Generation>, Error> {
    let query = query(fixture);
    let mut list = ListQuery::first();
    (list.limit, list.cursor) = (query.limit, query.after);
    openai().list(&list).unwrap().decode(&fixture.response)
}

fn fixture(name: &str) -> Fixture {
    fixtures().into_iter().find(|fixture| fixture.name == name).unwrap()
}

fn ids(videos: &[Generation]) -> Vec<&str> {
    videos.iter().map(|video| video.handle.id()).collect()
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
    insta::glob!(FIXTURES, "openai/list/*.json", |path| {
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
        assert_eq!(request.headers()["authorization"], format!("Bearer {TEST_KEY}").as_str());
        assert!(!format!("{call:?}").contains(TEST_KEY));
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
}

#[test]
fn one_bad_item_does_not_lose_the_others() {
    let odd = fixture("item_odd");
    let list = call(&odd).decode(&odd.response).unwrap();
    assert_eq!(ids(&list.videos), ["video_123", "video_122"]);
    assert_eq!(list.videos[0].phase(), Phase::Unrecognized);
    assert_eq!(list.videos[1].phase(), Phase::Succeeded);
    assert!(list.videos[1].video().unwrap().url.expose().ends_with("/video_122/content"));
}

#[test]
fn the_next_page_begins_after_the_last_video() {
    let next = |name: &str| page(&fixture(name)).unwrap().next;
    assert_eq!(next("two_pages").as_deref(), Some("video_122"));
    // Where the page does not say it, from the last video that is on it.
    assert_eq!(next("ids_null").as_deref(), Some("video_123"));
    assert_eq!(next("last_page"), None);
    assert_eq!(next("printed"), None);
    assert_eq!(next("empty"), None);
    // That would be the same page for ever.
    assert_eq!(next("last_id_is_the_cursor"), None);
}

#[test]
fn what_is_no_list_is_not_an_empty_one() {
    for name in ["data_missing", "data_is_object", "html_200"] {
        let error = page(&fixture(name)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{name}");
    }
}

#[test]
fn an_id_in_a_query_is_one_value() {
    let call = openai().list_videos(&VideosQuery::new().after("a&limit=1000#x/y z")).unwrap();
    assert_eq!(call.request().uri().query(), Some("after=a%26limit%3D1000%23x%2Fy%20z"));
    for id in ["", " ", "..", "a\nb"] {
        let error = openai().list_videos(&VideosQuery::new().after(id)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{id:?}");
        assert!(error.to_string().contains("`after`"), "{error}");
    }
    let error = openai().list_videos(&VideosQuery::new().with_limit(0)).unwrap_err();
    assert!(error.to_string().contains("`limit`"), "{error}");
}

/// LiteLLM's lists have ids as its submissions give them.
#[test]
fn a_list_of_litellms_has_the_ids_that_it_says() {
    let body =
        r#"{"object":"list","data":[{"id":"video_QQ","object":"video","status":"processing"}]}"#;
    let call = named("litellm").list_videos(&VideosQuery::new()).unwrap();
    let list = call.decode(&json(200, body)).unwrap();
    assert_eq!(ids(&list.videos), ["video_QQ"]);
    assert_eq!(list.videos[0].phase(), Phase::Running);
}

proptest! {
    #[test]
    fn any_bytes_are_a_list_or_an_error(status in 100_u16..=599, body: Vec<u8>) {
        drop(openai().list(&ListQuery::first()).unwrap().decode(&json(status, body)));
    }
}
