//! What a provider makes of a submission's answer, without a transport.

use std::fmt::Write as _;

use videogen_core::{Accepted, Call, NewGeneration, Provider};

use crate::fixture::Fixture;
use crate::shown::shown_error;

/// The submission of a fixture.
///
/// # Panics
///
/// If the fixture has no body, or the provider refuses it.
#[must_use]
pub fn submission(provider: &dyn Provider, fixture: &Fixture) -> Call<Accepted> {
    let new = new_generation(fixture);
    provider.submit(&new).unwrap_or_else(|error| panic!("{}: {error}", fixture.name))
}

/// What a fixture submits.
///
/// # Panics
///
/// If the fixture has no body, or one that is no JSON object.
#[must_use]
pub fn new_generation(fixture: &Fixture) -> NewGeneration {
    let about = &fixture.name;
    let body = fixture.request.body.as_ref().unwrap_or_else(|| panic!("{about}: has no body"));
    let mut new = NewGeneration::from_json(body.to_string())
        .unwrap_or_else(|error| panic!("{about}: {error}"));
    let mut segments = fixture.request.path.split('/').skip_while(|part| *part != "templates");
    if let (Some(_), Some(template)) = (segments.next(), segments.next()) {
        new = new.from_template(template);
    }
    if let Some(endpoint) = &fixture.endpoint {
        new = new.for_endpoint(endpoint);
    }
    if let Some(key) = fixture.request.headers.get("idempotency-key") {
        new = new.with_idempotency_key(key);
    }
    new
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
