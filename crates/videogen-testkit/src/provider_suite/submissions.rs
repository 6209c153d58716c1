//! Submissions: requests and answers.

use serde_json::Value;
use videogen_core::{
    Accepted, BaseUrl, Call, Error, ErrorKind, FilePart, HttpRequest, NewGeneration, Provider,
    StatusQuery,
};

use super::ProviderSuite;
use super::answers::shows_nothing;
use super::exchange::{answer, bytes, credentials, is_below, is_shape, sent, total, with_body};
use super::ids::HOSTILE_IDS;
use super::odd;
use super::requests::ELSEWHERE;
use crate::fixture::{Fixture, text_of};
use crate::rules;
use crate::secrets::error_chain;
use crate::submission::new_generation;
use crate::suite::Suite;

/// Checks a provider with fixtures of submissions, and without options: a part of what [`ProviderSuite`] checks.
pub fn check_submissions(provider: &dyn Provider, fixtures: &[Fixture]) -> Suite {
    let mut suite = Suite::new();
    let Some(example) = fixtures.first() else { return suite };
    for fixture in fixtures {
        of_fixture(&mut suite, provider, fixture);
    }
    let new = new_generation(example);
    unchanged(&mut suite, provider, &new);
    nothing_ignored(&mut suite, provider, &new);
    templates(&mut suite, provider, &new);
    idempotency(&mut suite, provider, &new);
    suite
}

pub(super) fn check(it: &ProviderSuite<'_>) -> Suite {
    let mut suite = check_submissions(&*it.provider(), &it.submit);
    elsewhere(it, &mut suite);
    suite
}

fn of_fixture(suite: &mut Suite, provider: &dyn Provider, fixture: &Fixture) {
    let name = &fixture.name;
    let Some((call, request)) = submitted(suite, provider, fixture) else { return };
    is_shape(suite, name, &request, &fixture.request);
    credentials(suite, name, &call, &request);
    let base_url = provider.base_url().as_str();
    suite.rule(&rules::REQUEST_STAYS_AT_BASE, is_below(&request, base_url), || {
        format!("{name}: {} is asked for", request.uri())
    });
    if let Ok(again) = provider.submit(&new_generation(fixture))
        && let Some(again) = sent(suite, name, &again)
    {
        suite.rule(&rules::REQUEST_IS_A_FUNCTION, bytes(&again) == bytes(&request), || {
            format!("{name}: the request is another one the second time")
        });
    }
    answers(suite, provider, fixture, &call);
}

fn submitted(
    suite: &mut Suite,
    provider: &dyn Provider,
    fixture: &Fixture,
) -> Option<(Call<Accepted>, HttpRequest)> {
    let name = &fixture.name;
    if fixture.request.body.is_none() {
        suite.rule(&rules::REQUEST_IS_THE_FIXTURES, false, || {
            format!("{name}: the fixture of a submission has no body")
        });
        return None;
    }
    match provider.submit(&new_generation(fixture)) {
        Ok(call) => {
            let request = sent(suite, name, &call)?;
            Some((call, request))
        }
        Err(error) => {
            suite.rule(&rules::REQUEST_IS_THE_FIXTURES, false, || {
                format!("{name}: no request: {error}")
            });
            None
        }
    }
}

fn answers(suite: &mut Suite, provider: &dyn Provider, fixture: &Fixture, call: &Call<Accepted>) {
    let name = &fixture.name;
    let response = &fixture.response;
    let rule = &rules::LOST_IS_NOT_ACCEPTED;
    let Some(decoded) = total(suite, name, || call.decode(response)) else { return };
    suite.rule(rule, decoded.is_err() || response.status().is_success(), || {
        format!("{name}: HTTP {} is accepted", response.status())
    });
    match &decoded {
        Ok(accepted) => can_be_asked(suite, provider, name, accepted),
        Err(error) => shows_nothing(suite, name, &error_chain(error), text_of(response)),
    }
    for cut in 0..response.body().len() {
        let left = response.body().get(..cut).unwrap_or_default();
        let is_whole = serde_json::from_slice::<Value>(left).is_ok();
        let changed = with_body(response, left);
        let Some(decoded) = total(suite, name, || call.decode(&changed)) else { continue };
        suite.rule(rule, is_whole || decoded.is_err(), || {
            format!("{name}: accepted after {cut} bytes")
        });
    }
    for (what, content_type, body) in odd::bodies() {
        let changed = answer(200, content_type, body);
        let Some(decoded) = total(suite, name, || call.decode(&changed)) else { continue };
        suite.rule(rule, decoded.is_err(), || format!("{name}: accepted with {what}"));
    }
}

fn can_be_asked(suite: &mut Suite, provider: &dyn Provider, name: &str, accepted: &Accepted) {
    let rule = &rules::ACCEPTED_CAN_BE_ASKED;
    suite.rule(rule, !accepted.handles.is_empty(), || format!("{name}: there is no handle"));
    for handle in &accepted.handles {
        let asked = provider.status(handle, StatusQuery::Plain);
        suite.rule(rule, asked.is_ok(), || {
            let error = asked.err().map(|error| error.to_string()).unwrap_or_default();
            format!("{name}: {handle:?} cannot be asked about: {error}")
        });
    }
    let is_of_them = |seen: &videogen_core::Generation| accepted.handles.contains(&seen.handle);
    suite.rule(rule, accepted.generation.as_ref().is_none_or(|seen| is_of_them(seen)), || {
        format!("{name}: the generation that is seen is none of the accepted ones")
    });
}

fn elsewhere(it: &ProviderSuite<'_>, suite: &mut Suite) {
    let (Some(at), Some(example)) = (&it.at, it.submit.first()) else { return };
    let moved = at(BaseUrl::parse(ELSEWHERE).expect("a base URL"));
    let Ok(call) = moved.submit(&new_generation(example)) else { return };
    let Some(request) = sent(suite, "a submission at another base URL", &call) else { return };
    suite.rule(&rules::REQUEST_STAYS_AT_BASE, is_below(&request, ELSEWHERE), || {
        format!("configured for {ELSEWHERE}, it submits to {}", request.uri())
    });
}

/// A body with a member that no page lists.
fn unchanged(suite: &mut Suite, provider: &dyn Provider, new: &NewGeneration) {
    let mut body: Value = serde_json::from_str(&new.body).unwrap_or_default();
    if let Some(members) = body.as_object_mut() {
        members.insert("a_field_of_tomorrow".to_owned(), Value::from("kept"));
    }
    let mut more = new.clone();
    more.body = body.to_string();
    let sent: Result<Value, String> = provider
        .submit(&more)
        .map_err(|error| error.to_string())
        .map(|call| serde_json::from_slice(call.request().body()).unwrap_or_default());
    suite.rule(&rules::SUBMISSION_IS_UNCHANGED, sent.as_ref() == Ok(&body), || {
        format!("{body} is sent as {sent:?}")
    });
}

/// What a submission may have beside its body.
fn nothing_ignored(suite: &mut Suite, provider: &dyn Provider, new: &NewGeneration) {
    const MARK: &str = "mark0123456789";
    let file = FilePart::new("video", "in.mp4", "video/mp4", MARK);
    let mut native = new.clone().as_native();
    native.body = format!("{{\"{MARK}\":  1.0}}");
    let additions = [
        ("a template", new.clone().from_template(MARK)),
        ("a file", new.clone().with_file(file.clone())),
        ("a file with a template", new.clone().from_template("t1").with_file(file)),
        ("an endpoint", new.clone().for_endpoint(MARK)),
        ("an idempotency key", new.clone().with_idempotency_key(MARK)),
        ("a native body", native),
    ];
    for (what, new) in additions {
        let made = provider.submit(&new);
        let is_fine = match &made {
            Ok(call) => bytes(call.request()).contains(MARK),
            Err(error) => is_refused(error),
        };
        suite.rule(&rules::NOTHING_IS_IGNORED, is_fine, || match made {
            Ok(call) => format!("{what} is not in the request to {}", call.request().uri()),
            Err(error) => format!("{what} is refused as {:?}", error.kind()),
        });
    }
}

fn is_refused(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported)
}

/// Templates and endpoints that lead elsewhere.
fn templates(suite: &mut Suite, provider: &dyn Provider, new: &NewGeneration) {
    let of_template = |id: &str| new.clone().from_template(id);
    let of_endpoint = |id: &str| new.clone().for_endpoint(id);
    places(suite, provider, "template", "t1", &of_template);
    let endpoint = new.endpoint.as_deref().unwrap_or("e1");
    places(suite, provider, "endpoint", endpoint, &of_endpoint);
}

fn places(
    suite: &mut Suite,
    provider: &dyn Provider,
    what: &str,
    plain: &str,
    with: &dyn Fn(&str) -> NewGeneration,
) {
    // One that is not there at all is refused, whatever it is.
    let Ok(plain) = provider.submit(&with(plain)) else { return };
    let segments = |request: &HttpRequest| request.uri().path().split('/').count();
    for id in HOSTILE_IDS {
        let made = provider.submit(&with(id));
        let is_fine = match &made {
            Ok(call) => {
                let request = call.request();
                is_below(request, provider.base_url().as_str())
                    && segments(request) <= segments(plain.request())
                    && request.uri().query() == plain.request().uri().query()
            }
            Err(error) => is_refused(error),
        };
        suite.rule(&rules::TEMPLATE_IS_A_PATH, is_fine, || match made {
            Ok(call) => format!("the {what} {id:?} leads to {}", call.request().uri()),
            Err(error) => format!("the {what} {id:?} is refused as {:?}", error.kind()),
        });
    }
}

fn idempotency(suite: &mut Suite, provider: &dyn Provider, new: &NewGeneration) {
    if !provider.promises_idempotency() {
        return;
    }
    let made = provider.submit(&new.clone().with_idempotency_key("key-0123456789"));
    let is_in = made.as_ref().is_ok_and(|call| bytes(call.request()).contains("key-0123456789"));
    suite.rule(&rules::IDEMPOTENCY_IS_PROMISED, is_in, || match made {
        Ok(call) => format!("the key is not in the request to {}", call.request().uri()),
        Err(error) => format!("the key is refused: {error}"),
    });
}
