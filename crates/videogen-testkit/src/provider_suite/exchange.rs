//! One exchange as the suite sees it: what is sent, what is read, and what is shown of both.

use std::panic::{AssertUnwindSafe, catch_unwind};

use http::HeaderValue;
use videogen_core::{Call, HttpRequest, HttpResponse};

use crate::clock::test_now;
use crate::fixture::{RequestShape, TEST_KEY};
use crate::rules;
use crate::suite::Suite;

/// What `read` gives, or nothing if it panics.
pub(super) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok()
}

/// Takes note of whether `read` panics, and gives what it gives.
pub(super) fn total<T>(suite: &mut Suite, about: &str, read: impl FnOnce() -> T) -> Option<T> {
    let made = guarded(read);
    suite.rule(&rules::DECODER_IS_TOTAL, made.is_some(), || format!("{about}: panics"));
    made
}

/// The request as it is sent at the time of tests.
pub(super) fn sent<T>(suite: &mut Suite, about: &str, call: &Call<T>) -> Option<HttpRequest> {
    match call.request_at(test_now()) {
        Ok(request) => Some(request),
        Err(error) => {
            suite.rule(&rules::KEY_GOES_ALONG, false, || format!("{about}: not signed: {error}"));
            None
        }
    }
}

pub(super) fn with_body(response: &HttpResponse, body: impl Into<Vec<u8>>) -> HttpResponse {
    let mut response = response.clone();
    *response.body_mut() = body.into();
    response
}

/// An answer of this HTTP status that says it is `content_type`.
pub(super) fn answer(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> HttpResponse {
    let mut response = http::Response::new(body.into());
    *response.status_mut() = http::StatusCode::from_u16(status).expect("an HTTP status");
    let content_type = HeaderValue::from_str(content_type).expect("a content type");
    response.headers_mut().insert(http::header::CONTENT_TYPE, content_type);
    response
}

/// Everything of a request that a server sees.
pub(super) fn bytes(request: &HttpRequest) -> String {
    let mut seen = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        seen.push_str(&format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    }
    seen + &String::from_utf8_lossy(request.body())
}

/// Whether a request has credentials in it, wherever the provider wants them.
pub(super) fn has_credentials(request: &HttpRequest) -> bool {
    let in_query = request.uri().query().is_some_and(|query| query.contains(TEST_KEY));
    in_query || request.headers().values().any(HeaderValue::is_sensitive)
}

/// Whether a request goes below a base URL.
pub(super) fn is_below(request: &HttpRequest, base_url: &str) -> bool {
    let uri = request.uri().to_string();
    let stays = uri.strip_prefix(base_url).is_some_and(|rest| rest.starts_with('/'));
    let decoded = request.uri().path().to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/");
    stays && !decoded.split('/').any(|segment| segment == "." || segment == "..")
}

/// The credentials of a request, and that it shows none of them.
pub(super) fn credentials<T>(
    suite: &mut Suite,
    about: &str,
    call: &Call<T>,
    request: &HttpRequest,
) {
    suite.rule(&rules::KEY_GOES_ALONG, has_credentials(request), || {
        format!("{about}: no header is marked sensitive, and the query has no key")
    });
    for (name, value) in request.headers() {
        let holds_key = String::from_utf8_lossy(value.as_bytes()).contains(TEST_KEY);
        suite.rule(&rules::KEY_IS_SENSITIVE, !holds_key || value.is_sensitive(), || {
            format!("{about}: the header {name} has the key and is not marked")
        });
    }
    suite.rule(&rules::KEY_IS_HIDDEN, !format!("{call:?}").contains(TEST_KEY), || {
        format!("{about}: the call's `Debug` shows the key")
    });
}

/// Whether a request is that of a fixture.
pub(super) fn is_shape(
    suite: &mut Suite,
    about: &str,
    request: &HttpRequest,
    shape: &RequestShape,
) {
    let rule = &rules::REQUEST_IS_THE_FIXTURES;
    suite.rule(rule, request.method().as_str() == shape.method, || {
        format!("{about}: the method is {}", request.method())
    });
    let path = request.uri().path_and_query().map_or("", |both| both.as_str());
    suite.rule(rule, path == shape.path.replace("<key>", TEST_KEY), || {
        format!("{about}: {path} is asked for, not {}", shape.path)
    });
    for (header, value) in &shape.headers {
        let sent = request.headers().get(header);
        let text = sent.map(|sent| String::from_utf8_lossy(sent.as_bytes()).into_owned());
        suite.rule(rule, text.as_deref().is_some_and(|text| fits(text, value)), || {
            format!("{about}: the header {header} is not {value}")
        });
        if value.contains('<') {
            let is_marked = sent.is_some_and(HeaderValue::is_sensitive);
            suite.rule(&rules::KEY_IS_SENSITIVE, is_marked, || {
                format!("{about}: the header {header} is not marked")
            });
        }
    }
    let body: Option<serde_json::Value> = serde_json::from_slice(request.body()).ok();
    let is_empty = request.body().is_empty();
    let fits = match &shape.body {
        Some(shape) => body.as_ref() == Some(shape),
        None => is_empty,
    };
    suite.rule(rule, fits, || format!("{about}: the body is {body:?}"));
}

/// Whether a header's value is that of a fixture: `<key>` stands for the key, and `<token>` or the like for anything.
fn fits(text: &str, shape: &str) -> bool {
    let shape = shape.replace("<key>", TEST_KEY);
    match shape.split_once('<').and_then(|(before, rest)| Some((before, rest.split_once('>')?.1))) {
        Some((before, after)) => {
            let inside = text.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            inside.is_some_and(|inside| !inside.is_empty())
        }
        None => text == shape,
    }
}
