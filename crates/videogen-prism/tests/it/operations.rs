//! What Prism has beside submitting and asking for a status: every request, and what is made of every answer.

use std::collections::BTreeSet;
use std::fmt::Debug;

use serde_json::Value;
use videogen_core::{
    Call, Error, ErrorKind, FilePart, HttpRequest, HttpResponse, ListQuery, Provider as _,
    timestamp,
};
use videogen_prism::{
    AssetSearch, AssetSource, AssetType, NewCharacter, NewUpload, PresignedUpload, Search,
};
use videogen_testkit::{Fixture, Suite, TEST_KEY, error_chain, json, leaks, shown_request};

use crate::{FIXTURES, provider};

const OPERATIONS: [&str; 7] = [
    "list_templates",
    "get_template",
    "list_characters",
    "create_character",
    "presign_upload",
    "upload",
    "search_assets",
];

fn fixtures() -> Vec<Fixture> {
    let all = OPERATIONS.map(|name| Fixture::load_all(FIXTURES, videogen_prism::NAME, name));
    all.into_iter().flatten().collect()
}

fn fixture(operation: &str, name: &str) -> Fixture {
    let of_operation = Fixture::load_all(FIXTURES, videogen_prism::NAME, operation);
    of_operation.into_iter().find(|fixture| fixture.name == name).unwrap()
}

type Decode = dyn Fn(&HttpResponse) -> Result<String, Error>;

/// A call, whatever it gives.
struct Exchange {
    request: HttpRequest,
    shown: String,
    decode: Box<Decode>,
}

impl Exchange {
    fn of<T: Debug + 'static>(call: Result<Call<T>, Error>) -> Self {
        let call = call.unwrap();
        Self {
            request: call.request().clone(),
            shown: format!("{call:?}"),
            decode: Box::new(move |response| call.decode(response).map(|it| format!("{it:#?}"))),
        }
    }

    /// The call of the operation that a fixture's request asks for.
    fn of_fixture(fixture: &Fixture) -> Self {
        let prism = provider();
        let body = fixture.request.body.as_ref();
        let text = |member: &str| Some(body?.get(member)?.as_str()?.to_owned());
        match fixture.operation.as_str() {
            "list_templates" => Self::of(prism.list_templates(&search(fixture))),
            "get_template" => Self::of(prism.get_template(fixture.id())),
            "list_characters" => Self::of(prism.list_characters(&search(fixture))),
            "create_character" => Self::of(prism.create_character(&new_character(fixture))),
            "presign_upload" => {
                let mut new = NewUpload::new(text("contentType").unwrap());
                new.file_name = text("fileName");
                Self::of(prism.presign_upload(&new))
            }
            "upload" => {
                let url = format!("https://www.prismvideos.com{}", fixture.request.path);
                Self::of(prism.upload(&place(&url, None), *b"\x89PNG"))
            }
            _ => {
                let mut search = AssetSearch::matching(parameter(fixture, "q").unwrap());
                let word = |name| parameter(fixture, name);
                let types = [AssetType::All, AssetType::Image, AssetType::Video];
                search.asset_type = word("type")
                    .map(|word| types.into_iter().find(|it| it.as_str() == word).unwrap());
                let sources = [AssetSource::All, AssetSource::Community, AssetSource::History];
                search.source = word("source")
                    .map(|word| sources.into_iter().find(|it| it.as_str() == word).unwrap());
                search.page = page(fixture);
                Self::of(prism.search_assets(&search))
            }
        }
    }
}

fn parameter(fixture: &Fixture, name: &str) -> Option<String> {
    let (_, query) = fixture.request.path.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    Some(value.replace("%C3%BC%20%26%20%2F", "ü & /"))
}

fn page(fixture: &Fixture) -> ListQuery {
    let mut page = ListQuery::first();
    page.limit = parameter(fixture, "limit").map(|limit| limit.parse().unwrap());
    page.cursor = parameter(fixture, "offset");
    page
}

fn search(fixture: &Fixture) -> Search {
    let mut search = Search::all();
    search.q = parameter(fixture, "q");
    search.page = page(fixture);
    search
}

fn new_character(fixture: &Fixture) -> NewCharacter {
    let Some(body) = &fixture.request.body else {
        let file = |name| FilePart::new("", name, "image/png", *b"\x89PNG");
        let files = [file("person-front.png"), file("person-side.png")];
        return NewCharacter::from_files("Product Spokesperson", files)
            .with_description("Warm, confident presenter with studio lighting");
    };
    let images = body["images"].as_array().unwrap().iter();
    let name = body["name"].as_str().unwrap();
    let new = NewCharacter::from_urls(name, images.map(|url| url.as_str().unwrap()));
    match body.get("description") {
        Some(description) => new.with_description(description.as_str().unwrap()),
        None => new,
    }
}

pub(crate) fn place(url: &str, max_bytes: Option<u64>) -> PresignedUpload {
    let mut place = PresignedUpload::default();
    place.s3_key = "users/user_abc/user-uploads/batch_abc/file_abc.png".to_owned();
    place.upload_url = url.to_owned();
    place.content_type = "image/png".to_owned();
    place.max_bytes = max_bytes;
    place
}

fn shown(result: Result<String, Error>) -> String {
    let error = match result {
        Ok(shown) => return shown,
        Err(error) => error,
    };
    let code = error.provider_code().map(|code| format!("\ncode: {code}"));
    let message = error.provider_message().map(|message| format!("\nmessage: {message}"));
    format!("{error}\n\nkind: {:?}", error.kind())
        + &code.unwrap_or_default()
        + &message.unwrap_or_default()
}

#[test]
fn every_answer() {
    let fixtures = fixtures();
    for operation in OPERATIONS {
        for fixture in fixtures.iter().filter(|fixture| fixture.operation == operation) {
            let suffix = format!("{operation}__{}", fixture.name);
            insta::with_settings!({
                description => &fixture.about,
                snapshot_suffix => suffix,
                omit_expression => true,
            }, {
                let decoded = (Exchange::of_fixture(fixture).decode)(&fixture.response);
                insta::assert_snapshot!(shown(decoded));
            });
        }
    }
}

#[test]
fn every_request() {
    let shown: BTreeSet<String> = fixtures()
        .iter()
        .map(|fixture| shown_request(&Exchange::of_fixture(fixture).request))
        .collect();
    let shown: Vec<String> = shown.into_iter().collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn keeps_the_promises_of_an_operation() {
    let mut suite = Suite::new();
    for fixture in fixtures() {
        let name = format!("{}/{}", fixture.operation, fixture.name);
        let exchange = Exchange::of_fixture(&fixture);
        let request = &exchange.request;
        let path = request.uri().path_and_query().unwrap().as_str();
        suite.check(
            request.method().as_str() == fixture.request.method && path == fixture.request.path,
            || format!("{name}: the request is {} {path}", request.method()),
        );
        for (header, value) in &fixture.request.headers {
            let sent = request.headers().get(header);
            let same = sent.is_some_and(|sent| *sent == *value.replace("<key>", TEST_KEY));
            suite.check(same, || format!("{name}: the header {header} is not {value}"));
        }
        let has_key = fixture.request.headers.contains_key("authorization");
        suite.check(request.headers().contains_key("authorization") == has_key, || {
            format!("{name}: the key is sent where it is not asked for, or the other way round")
        });
        let sent: Option<Value> = serde_json::from_slice(request.body()).ok();
        suite.check(sent == fixture.request.body, || format!("{name}: the body is {sent:?}"));
        suite.check(!exchange.shown.contains(TEST_KEY), || format!("{name}: shows the key"));
        let decoded = (exchange.decode)(&fixture.response);
        let status = fixture.response.status();
        let shown = match &decoded {
            Ok(shown) => {
                suite.check(status.is_success(), || format!("{name}: HTTP {status} is taken"));
                shown.clone()
            }
            Err(error) => {
                suite.check(error.http_status() == Some(status.as_u16()), || {
                    format!("{name}: the error does not name the HTTP status")
                });
                let is_storages = fixture.operation == "upload" && status == 403;
                let kind = match status.as_u16() {
                    200..=299 => ErrorKind::InvalidResponse,
                    _ if is_storages => ErrorKind::Refused,
                    status => ErrorKind::of_http_status(status),
                };
                suite.check(error.kind() == kind, || format!("{name}: is {:?}", error.kind()));
                error_chain(error)
            }
        };
        let leaked = leaks(&shown, TEST_KEY, fixture.body());
        suite.check(leaked.is_empty(), || format!("{name}: shows {leaked:?}"));
        suite.check(!shown.contains("EXAMPLE-0"), || format!("{name}: shows a signature"));
        if fixture.operation == "upload" {
            continue;
        }
        for cut in 0..fixture.response.body().len() {
            let mut response = fixture.response.clone();
            response.body_mut().truncate(cut);
            suite.check((exchange.decode)(&response).is_err(), || {
                format!("{name}: taken after {cut} bytes")
            });
        }
    }
    suite.assert();
}

#[test]
fn every_documented_error_is_in_a_fixture_of_its_operation() {
    let submissions = Fixture::load_all(FIXTURES, videogen_prism::NAME, "submit");
    let all: Vec<Fixture> = fixtures().into_iter().chain(submissions).collect();
    for &(status, code) in videogen_prism::DOCUMENTED_ERRORS {
        assert!(all.iter().any(|it| it.name == format!("error_{status}_{code}")), "{code}");
    }
}

#[test]
fn fields_that_no_page_names_are_there() {
    let fixture = fixture("list_templates", "extra_fields");
    let page = provider().list_templates(&search(&fixture)).unwrap();
    let page = page.decode(&fixture.response).unwrap();
    let raw: Value = page.items[0].raw.as_ref().unwrap().parse().unwrap();
    assert_eq!(raw["credits"], 50);
    assert_eq!(raw["preview_url"], "https://b.example/p.mp4?X-Amz-Signature=EXAMPLE-0123");
}

#[test]
fn the_variables_of_a_template_are_read() {
    let fixture = fixture("get_template", "older_body_with_variables");
    let template = provider().get_template("abc123").unwrap().decode(&fixture.response).unwrap();
    let keys: Vec<_> = template.input_variables.iter().map(|it| it.key.as_deref()).collect();
    assert_eq!(keys, [Some("hook"), Some("productImage")]);
    assert_eq!(template.input_variables[0].required, Some(true));
    assert_eq!(template.input_variables[0].max_length, Some(140));
}

#[test]
fn times_are_in_milliseconds() {
    let fixture = fixture("list_characters", "page");
    let page = provider().list_characters(&search(&fixture)).unwrap();
    let page = page.decode(&fixture.response).unwrap();
    assert_eq!(page.items[0].created(), timestamp::parse("2026-03-13T00:18:12.291Z"));
}

#[test]
fn the_next_page_is_asked_for_with_what_the_page_before_says() {
    let fixture = fixture("list_templates", "first_page");
    let first = Search::matching("product").with_limit(2);
    let page = provider().list_templates(&first).unwrap().decode(&fixture.response).unwrap();
    let next = page.next.unwrap();
    let call = provider().list_templates(&first.after(&next)).unwrap();
    assert_eq!(call.request().uri().query(), Some("q=product&limit=2&offset=2"));
}

#[test]
fn what_an_entry_is_not_read_from_does_not_shift_the_pages() {
    let fixture = fixture("list_templates", "entries_odd");
    let page = provider().list_templates(&Search::all()).unwrap();
    let page = page.decode(&fixture.response).unwrap();
    assert_eq!((page.items.len(), page.next.as_deref()), (2, Some("8")));
}

#[test]
fn an_empty_page_is_the_last_one() {
    let fixture = fixture("list_templates", "empty_with_more");
    let page = provider().list_templates(&Search::all()).unwrap();
    assert_eq!(page.decode(&fixture.response).unwrap().next, None);
}

#[test]
fn an_upload_takes_two_calls_and_its_place_is_no_secret_that_shows() {
    let fixture = fixture("presign_upload", "presigned_url");
    let call = provider().presign_upload(&NewUpload::new("image/png")).unwrap();
    let place = call.decode(&fixture.response).unwrap();
    assert!(!format!("{place:?}").contains("EXAMPLE"));
    let call = provider().upload(&place, *b"\x89PNG").unwrap();
    let request = call.request();
    assert_eq!(request.method(), "PUT");
    assert_eq!(request.uri().to_string(), place.upload_url);
    assert_eq!(request.headers()["content-type"], "image/png");
    assert!(!request.headers().contains_key("authorization"));
    assert_eq!(request.body(), b"\x89PNG");
}

/// A place that only this machine can reach is none that Prism may name.
#[test]
fn nothing_is_uploaded_to_a_private_address() {
    for url in ["https://127.0.0.1/x", "https://169.254.169.254/x", "http://b.example/x", "x", ""] {
        let error = provider().upload(&place(url, None), *b"x").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{url}");
    }
    let secret = place("http://b.example/x?X-Amz-Signature=EXAMPLE-0123", None);
    let error = provider().upload(&secret, *b"x").unwrap_err();
    assert!(!error_chain(&error).contains("EXAMPLE"));
}

#[test]
fn ids_are_one_segment_of_the_path() {
    for id in videogen_testkit::provider_suite::HOSTILE_IDS {
        match provider().get_template(id) {
            Ok(call) => {
                let uri = call.request().uri();
                assert_eq!((uri.path().split('/').count(), uri.query()), (4, None), "{id:?}");
                assert_eq!(uri.host(), Some("www.prismvideos.com"), "{id:?}");
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidInput, "{id:?}"),
        }
    }
}

#[test]
fn prism_has_no_list_of_generations_and_deletes_and_estimates_nothing() {
    let prism = provider();
    let handle = prism.handle("gen_abc123").unwrap();
    let new = videogen_core::NewGeneration::from_json("{}").unwrap();
    let kinds = [
        prism.list(&ListQuery::first()).unwrap_err().kind(),
        prism.delete(&handle).unwrap_err().kind(),
        prism.estimate(&new).unwrap_err().kind(),
    ];
    assert_eq!(kinds, [ErrorKind::Unsupported; 3]);
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_an_error(status in 100_u16..=599, body: Vec<u8>) {
        let prism = provider();
        let response = json(status, body);
        drop(prism.list_templates(&Search::all()).unwrap().decode(&response));
        drop(prism.get_template("abc123").unwrap().decode(&response));
        drop(prism.list_characters(&Search::all()).unwrap().decode(&response));
        let new = NewCharacter::from_urls("Ada", ["https://images.example.com/a.jpg"]);
        drop(prism.create_character(&new).unwrap().decode(&response));
        drop(prism.presign_upload(&NewUpload::new("image/png")).unwrap().decode(&response));
        drop(prism.upload(&place("https://b.example/x", None), *b"x").unwrap().decode(&response));
        drop(prism.search_assets(&AssetSearch::matching("ab")).unwrap().decode(&response));
    }
}
