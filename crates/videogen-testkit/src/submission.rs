//! What a provider makes of a submission's answer, without a transport.

use std::fmt::Write as _;

use videogen_core::{Accepted, Call, NewGeneration, Provider};

use crate::fixture::{Fixture, TEST_KEY};
use crate::secrets::{error_chain, leaks};
use crate::shown::shown_error;
use crate::suite::Suite;

/// The submission of a fixture.
///
/// # Panics
///
/// If the fixture has no body, or the provider refuses it.
#[must_use]
pub fn submission(provider: &dyn Provider, fixture: &Fixture) -> Call<Accepted> {
    let about = &fixture.name;
    let body = fixture.request.body.as_ref().unwrap_or_else(|| panic!("{about}: has no body"));
    let mut new = NewGeneration::from_json(body.to_string())
        .unwrap_or_else(|error| panic!("{about}: {error}"));
    let mut segments = fixture.request.path.split('/').skip_while(|part| *part != "templates");
    if let (Some(_), Some(template)) = (segments.next(), segments.next()) {
        new = new.from_template(template);
    }
    if let Some(key) = fixture.request.headers.get("idempotency-key") {
        new = new.with_idempotency_key(key);
    }
    provider.submit(&new).unwrap_or_else(|error| panic!("{about}: {error}"))
}

/// What a provider makes of a fixture's answer to a submission, as text.
///
/// # Panics
///
/// As [`submission`].
#[must_use]
pub fn shown_submission(provider: &dyn Provider, fixture: &Fixture) -> String {
    match submission(provider, fixture).decode(&fixture.response) {
        Ok(accepted) => shown_accepted(&accepted),
        Err(error) => {
            let refusal = error.refusal().map(|refusal| format!("\nrefusal: {refusal:?}"));
            let handle = error.handle().map(|handle| format!("\nabout: {handle}"));
            shown_error(&error) + &refusal.unwrap_or_default() + &handle.unwrap_or_default()
        }
    }
}

fn shown_accepted(accepted: &Accepted) -> String {
    let mut shown = String::from("accepted:");
    for handle in &accepted.handles {
        write!(shown, " {handle}").expect("writing to a string");
    }
    if let Some(credits) = accepted.cost.and_then(|cost| cost.credits) {
        write!(shown, "\ncredits: {credits}").expect("writing to a string");
    }
    if let Some(expected) = accepted.expected {
        write!(shown, "\nexpected: {expected:?}").expect("writing to a string");
    }
    if let Some(seen) = &accepted.generation {
        write!(shown, "\nseen as: {} ({})", seen.status, seen.phase())
            .expect("writing to a string");
    }
    shown
}

/// Checks what every provider that takes submissions must do with its fixtures: the very request, errors that show no secret,
/// and no panic whatever the bytes.
pub fn check_submissions(provider: &dyn Provider, fixtures: &[Fixture]) -> Suite {
    let mut suite = Suite::new();
    for fixture in fixtures {
        let name = &fixture.name;
        let call = submission(provider, fixture);
        let request = call.request();
        let path = request.uri().path_and_query().map_or("", |both| both.as_str());
        suite.check(request.method() == "POST" && path == fixture.request.path, || {
            format!("{name}: the request is {} {path}", request.method())
        });
        for (header, value) in &fixture.request.headers {
            let sent = request.headers().get(header).map(|value| value.as_bytes());
            suite.check(sent == Some(value.replace("<key>", TEST_KEY).as_bytes()), || {
                format!("{name}: the header {header} is not {value}")
            });
        }
        let sent: Option<serde_json::Value> = serde_json::from_slice(request.body()).ok();
        suite.check(sent == fixture.request.body, || format!("{name}: the body is {sent:?}"));
        suite.check(!format!("{call:?}").contains(TEST_KEY), || format!("{name}: shows the key"));
        let decoded = call.decode(&fixture.response);
        suite.check(decoded.is_err() || fixture.response.status().is_success(), || {
            format!("{name}: HTTP {} is accepted", fixture.response.status())
        });
        if let Err(error) = &decoded {
            let leaked = leaks(&error_chain(error), TEST_KEY, fixture.body());
            suite.check(leaked.is_empty(), || format!("{name}: shows {leaked:?}"));
        }
        for cut in 0..fixture.response.body().len() {
            let mut response = fixture.response.clone();
            response.body_mut().truncate(cut);
            let whole = serde_json::from_slice::<serde_json::Value>(response.body()).is_ok();
            suite.check(whole || call.decode(&response).is_err(), || {
                format!("{name}: accepted after {cut} bytes")
            });
        }
    }
    suite
}
