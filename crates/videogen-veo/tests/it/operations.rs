//! Listing a model's operations at the Gemini API.

use proptest::prelude::*;
use videogen_core::{Call, ErrorKind, Generation, ListQuery, Page, Provider as _};
use videogen_testkit::{Fixture, TEST_KEY, error_chain, json, leaks};
use videogen_veo::OperationsQuery;

use crate::{FIXTURES, fixtures, gemini, shown_failure, vertex};

const MODEL: &str = "veo-3.1-generate-preview";

/// The query of a fixture's path.
fn query(fixture: &Fixture) -> OperationsQuery {
    let parameters = fixture.request.path.split_once('?').map_or("", |(_, parameters)| parameters);
    let pairs = parameters.split('&').filter(|pair| !pair.is_empty());
    pairs.fold(OperationsQuery::new(), |query, pair| match pair.split_once('=').unwrap() {
        ("pageSize", size) => query.with_page_size(size.parse().unwrap()),
        ("pageToken", token) => query.with_page_token(token),
        (_, _) => query.with_filter("done=true"),
    })
}

fn call(fixture: &Fixture) -> Call<Page<Generation>> {
    gemini().operations(MODEL, &query(fixture)).unwrap()
}

fn shown(fixture: &Fixture) -> String {
    match call(fixture).decode(&fixture.response) {
        Ok(page) => {
            let mut shown = format!("next: {:?}\n", page.next);
            for seen in &page.items {
                shown.push_str(&serde_json::to_string_pretty(seen).unwrap());
                shown.push('\n');
            }
            shown
        }
        Err(error) => {
            let leaked = leaks(&error_chain(&error), TEST_KEY, fixture.body());
            assert_eq!(leaked, [""; 0], "{}", fixture.name);
            shown_failure(&error)
        }
    }
}

#[test]
fn every_answer() {
    let fixtures = fixtures(&gemini(), "operations");
    insta::glob!(FIXTURES, "veo/operations/*.json", |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).unwrap();
        insta::with_settings!({ description => &fixture.about, omit_expression => true }, {
            insta::assert_snapshot!(shown(fixture));
        });
    });
}

#[test]
fn the_requests_are_those_of_the_fixtures() {
    for fixture in fixtures(&gemini(), "operations") {
        let call = call(&fixture);
        let request = call.request();
        assert_eq!(request.method().as_str(), fixture.request.method, "{}", fixture.name);
        let path = request.uri().path_and_query().unwrap().as_str();
        assert_eq!(path, fixture.request.path, "{}", fixture.name);
        assert_eq!(request.headers()["x-goog-api-key"], TEST_KEY);
        assert!(!format!("{call:?}").contains(TEST_KEY));
    }
}

#[test]
fn one_bad_item_does_not_lose_the_others() {
    let fixtures = fixtures(&gemini(), "operations");
    let fixture = fixtures.iter().find(|it| it.name == "bad_items").unwrap();
    let page = call(fixture).decode(&fixture.response).unwrap();
    let ids: Vec<_> = page.items.iter().map(|seen| seen.handle.id()).collect();
    assert_eq!(ids, ["models/veo-3.1-generate-preview/operations/good1"]);
}

#[test]
fn it_is_of_the_gemini_api_and_of_a_model() {
    let query = OperationsQuery::new();
    let kind = |error: videogen_core::Error| error.kind();
    assert_eq!(
        vertex().operations(MODEL, &query).map_err(kind).unwrap_err(),
        ErrorKind::Unsupported
    );
    assert_eq!(
        gemini().operations("..", &query).map_err(kind).unwrap_err(),
        ErrorKind::InvalidInput
    );
    for veo in [gemini(), vertex()] {
        let error = veo.list(&ListQuery::first()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
    for query in
        [OperationsQuery::new().with_page_token(""), OperationsQuery::new().with_filter(" ")]
    {
        assert_eq!(
            gemini().operations(MODEL, &query).map_err(kind).unwrap_err(),
            ErrorKind::InvalidInput
        );
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_page_or_an_error(status in 100_u16..=599, body: Vec<u8>) {
        let call = gemini().operations(MODEL, &OperationsQuery::new()).unwrap();
        drop(call.decode(&json(status, body)));
    }

    #[test]
    fn a_token_is_one_value(token in "\\PC{1,30}") {
        let query = OperationsQuery::new().with_page_token(token).with_page_size(7);
        if let Ok(call) = gemini().operations(MODEL, &query) {
            let parameters = call.request().uri().query().unwrap();
            prop_assert_eq!(parameters.split('&').count(), 2, "{}", parameters);
            prop_assert_eq!(parameters.matches('=').count(), 2, "{}", parameters);
        }
    }
}
