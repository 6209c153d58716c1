//! The requests: those of the fixtures, the same each time, at the configured place.

use videogen_core::{BaseUrl, Observed, Provider};

use super::ProviderSuite;
use super::exchange::{bytes, credentials, is_below, is_shape, sent, total};
use crate::fixture::Fixture;
use crate::rules;
use crate::suite::Suite;

/// Another place for the same API.
pub(super) const ELSEWHERE: &str = "http://127.0.0.1:4010/somewhere/else";

pub(super) fn check(it: &ProviderSuite<'_>, suite: &mut Suite) {
    let provider = it.provider();
    for fixture in &it.status {
        of_fixture(it, suite, &*provider, fixture);
    }
    let Some((_, call)) = it.example_call(suite) else { return };
    if let Some(request) = sent(suite, "the example", &call) {
        credentials(suite, "the example", &call, &request);
        below(suite, "the example", &request, provider.base_url().as_str());
    }
    elsewhere(it, suite);
}

fn below(suite: &mut Suite, about: &str, request: &videogen_core::HttpRequest, base_url: &str) {
    suite.rule(&rules::REQUEST_STAYS_AT_BASE, is_below(request, base_url), || {
        format!("{about}: {} is asked for, and the base URL is {base_url}", request.uri())
    });
}

/// At another base URL the same is asked for, there.
fn elsewhere(it: &ProviderSuite<'_>, suite: &mut Suite) {
    let Some(at) = &it.at else { return };
    let base_url = BaseUrl::parse(ELSEWHERE).expect("a base URL");
    let moved = at(base_url.clone());
    let rule = &rules::REQUEST_STAYS_AT_BASE;
    suite.rule(rule, *moved.base_url() == base_url, || {
        format!("configured for {base_url}, it says {}", moved.base_url())
    });
    let Ok(handle) = moved.handle(&it.example()) else { return };
    let call = match moved.status(&handle, videogen_core::StatusQuery::Plain) {
        Ok(call) => call,
        Err(error) => {
            return suite.rule(rule, false, || format!("at {base_url} it cannot ask: {error}"));
        }
    };
    if let Some(request) = sent(suite, "at another base URL", &call) {
        below(suite, "at another base URL", &request, ELSEWHERE);
    }
}

fn of_fixture(
    it: &ProviderSuite<'_>,
    suite: &mut Suite,
    provider: &dyn Provider,
    fixture: &Fixture,
) {
    let name = &fixture.name;
    let make =
        |provider: &dyn Provider| provider.status(&provider.handle(fixture.id())?, fixture.query());
    let call = match make(provider) {
        Ok(call) => call,
        Err(error) => {
            return suite.rule(&rules::REQUEST_IS_THE_FIXTURES, false, || {
                format!("{name}: no request: {error}")
            });
        }
    };
    let Some(request) = sent(suite, name, &call) else { return };
    is_shape(suite, name, &request, &fixture.request);
    credentials(suite, name, &call, &request);
    below(suite, name, &request, provider.base_url().as_str());
    // Of another value of the provider too: one may keep something between two requests.
    let others = [make(provider), make(&*it.provider())];
    for other in others.into_iter().flatten() {
        let Some(other) = sent(suite, name, &other) else { continue };
        suite.rule(&rules::REQUEST_IS_A_FUNCTION, bytes(&other) == bytes(&request), || {
            format!("{name}: the request is another one the second time")
        });
    }
    let rule = &rules::OUTCOME_IN_TWO_REQUESTS;
    let observed = total(suite, name, || call.decode(&fixture.response));
    match (observed, &fixture.then) {
        (Some(Ok(Observed::Then(next))), Some(then)) => {
            let about = format!("{name}, then");
            let Some(request) = sent(suite, &about, &next) else { return };
            is_shape(suite, &about, &request, &then.request);
            credentials(suite, &about, &next, &request);
            below(suite, &about, &request, provider.base_url().as_str());
            let third = total(suite, &about, || next.decode(&then.response));
            suite.rule(rule, !matches!(third, Some(Ok(Observed::Then(_)))), || {
                format!("{about}: a third request is made")
            });
        }
        (Some(Ok(Observed::Then(next))), None) => {
            let uri = next.request().uri().to_string();
            suite.rule(rule, false, || {
                format!("{name}: {uri} is asked for then, and the fixture has no `then`")
            });
        }
        (_, Some(_)) => {
            suite.rule(rule, false, || format!("{name}: the fixture's `then` is not asked for"));
        }
        (_, None) => {}
    }
}
