//! HTTP statuses with bodies that are not the provider's: of gateways, caches, other services.

use std::time::Duration;

use http::HeaderValue;
use http::header::{DATE, RETRY_AFTER};
use videogen_core::{Call, Error, HttpResponse, Observed};

use super::ProviderSuite;
use super::answers::{kind, shows_nothing};
use super::exchange::{answer, sent, total};
use crate::fixture::text_of;
use crate::rules;
use crate::scripted::ScriptedTransport;
use crate::secrets::error_chain;
use crate::suite::Suite;

/// Every HTTP status that means something of its own to a client.
pub(super) const STATUSES: [u16; 22] = [
    300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 408, 409, 410, 422, 423, 425,
    429, 500, 503,
];

/// Those of gateways.
pub(super) const GATEWAYS: [u16; 4] = [502, 504, 520, 599];

const SUCCESSES: [u16; 4] = [200, 201, 202, 206];

/// Bodies that no provider writes, with what they say they are.
pub(super) fn bodies() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let html =
        "<html><body><h1>Bad gateway</h1>\n<p>Ask <a href=\"/x?sig=ABCDEFGHIJ\">here</a></p>";
    vec![
        ("an empty body", "text/html", Vec::new()),
        ("HTML", "text/html", html.into()),
        ("`null`", "application/json", "null".into()),
        ("an empty list", "application/json", "[]".into()),
        ("a number", "application/json", "7".into()),
        ("a text", "application/json", "\"done\"".into()),
        ("JSON that breaks off", "application/json", "{\"id\": \"g1\", \"status\": \"do".into()),
        ("a huge text", "text/plain", "all is not well \u{1b}[31m\n".repeat(2_000).into()),
        ("bytes", "application/octet-stream", (0..=255).cycle().take(2000).collect()),
        (
            "JSON of another service",
            "application/json",
            "{\"jsonrpc\": \"2.0\", \"result\": {\"value\": 1}}".into(),
        ),
        ("lists in lists", "application/json", "[".repeat(10_000).into()),
    ]
}

pub(super) fn check(it: &ProviderSuite<'_>, suite: &mut Suite) {
    let Some((_, call)) = it.example_call(suite) else { return };
    of_call(it, suite, "the example", &call);
    for fixture in it.status.iter().filter(|fixture| fixture.then.is_some()) {
        let provider = it.provider();
        let first = provider
            .handle(fixture.id())
            .and_then(|handle| provider.status(&handle, fixture.query()))
            .and_then(|call| call.decode(&fixture.response));
        if let Ok(Observed::Then(next)) = first {
            return of_call(it, suite, &format!("{}, then", fixture.name), &next);
        }
    }
}

fn of_call(it: &ProviderSuite<'_>, suite: &mut Suite, about: &str, call: &Call<Observed>) {
    for (what, content_type, body) in bodies() {
        for status in STATUSES.into_iter().chain(GATEWAYS) {
            let about = format!("{about}, HTTP {status} with {what}");
            let response = answer(status, content_type, body.clone());
            let Some(decoded) = total(suite, &about, || call.decode(&response)) else { continue };
            is_error(it, suite, &about, &response, decoded.err());
        }
        for status in SUCCESSES {
            if status == 202 && it.empty_202 && body.is_empty() {
                continue;
            }
            let about = format!("{about}, HTTP {status} with {what}");
            let response = answer(status, content_type, body.clone());
            let Some(decoded) = total(suite, &about, || call.decode(&response)) else { continue };
            // An object may be an answer where neither id nor status is needed.
            let may_be_one = it.id_member.is_none() && body.starts_with(b"{");
            match decoded {
                Err(error) => kind(it, suite, &about, &response, &error),
                Ok(_) => suite.rule(&rules::CUT_IS_NO_ANSWER, may_be_one, || {
                    format!("{about}: read as an answer")
                }),
            }
        }
    }
    rests(it, suite, about, call);
    echoes(suite, about, call);
}

/// Services that repeat what they were given.
fn echoes(suite: &mut Suite, about: &str, call: &Call<Observed>) {
    let Some(request) = sent(suite, about, call) else { return };
    for value in request.headers().values().filter(|value| value.is_sensitive()) {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        let secret = value.rsplit(' ').next().unwrap_or_default();
        let body = format!("{{\"error\": {{\"message\": \"Incorrect API key: {secret}\"}}}}");
        for status in [200, 401] {
            let response = answer(status, "application/json", body.clone());
            let result = call.send(&ScriptedTransport::new().then(response));
            let shown = result.map_or_else(|error| error_chain(&error), |seen| format!("{seen:?}"));
            suite.rule(&rules::KEY_IS_HIDDEN, !shown.contains(secret), || {
                format!("{about}, HTTP {status} that repeats it: it is shown")
            });
        }
    }
}

fn is_error(
    it: &ProviderSuite<'_>,
    suite: &mut Suite,
    about: &str,
    response: &HttpResponse,
    error: Option<Error>,
) {
    suite.rule(&rules::ANSWER_IS_2XX, error.is_some(), || format!("{about}: read as an answer"));
    let Some(error) = error else { return };
    kind(it, suite, about, response, &error);
    shows_nothing(suite, about, &error_chain(&error), text_of(response));
}

/// `Retry-After` on errors, and on answers.
fn rests(it: &ProviderSuite<'_>, suite: &mut Suite, about: &str, call: &Call<Observed>) {
    let forms =
        [("7", Duration::from_secs(7)), ("Thu, 26 Feb 2026 12:03:01 GMT", Duration::from_secs(30))];
    for (text, rest) in forms {
        let with_rest = |mut response: HttpResponse| {
            let headers = response.headers_mut();
            headers.insert(DATE, HeaderValue::from_static("Thu, 26 Feb 2026 12:02:31 GMT"));
            headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
            response
        };
        for status in [429, 503] {
            let response = with_rest(answer(status, "text/html", "<html>"));
            let told = call.decode(&response).err().and_then(|error| error.retry_after());
            suite.rule(&rules::RETRY_AFTER_IS_KEPT, told == Some(rest), || {
                format!("{about}, HTTP {status}: `{text}` is read as {told:?}")
            });
        }
        for fixture in it.status.iter().filter(|fixture| fixture.then.is_none()) {
            let provider = it.provider();
            let response = with_rest(fixture.response.clone());
            let decoded = provider
                .handle(fixture.id())
                .and_then(|handle| provider.status(&handle, fixture.query()))
                .and_then(|call| call.decode(&response));
            if let Ok(Observed::Generation(seen)) = decoded {
                let told = seen.poll_after;
                suite.rule(&rules::RETRY_AFTER_IS_KEPT, told.is_some(), || {
                    format!("{}: `{text}` is read as {told:?}", fixture.name)
                });
            }
        }
    }
}
