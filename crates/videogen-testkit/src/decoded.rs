//! What a provider makes of an answer, without a transport.

use videogen_core::{Error, Generation, HttpResponse, Observed, Provider, StatusQuery};

use crate::fixture::Fixture;

/// What a provider makes of an answer about the generation `id`, asked plainly.
///
/// # Errors
///
/// Those of the provider.
///
/// # Panics
///
/// If the provider needs a second request.
pub fn decode(
    provider: &dyn Provider,
    id: &str,
    response: &HttpResponse,
) -> Result<Generation, Error> {
    decode_both(provider, id, StatusQuery::Plain, response, None)
}

/// What a provider makes of a fixture: of its answer, and of the second one where an outcome takes two requests.
///
/// # Errors
///
/// Those of the provider.
///
/// # Panics
///
/// If the provider needs a second request and the fixture has none.
pub fn decode_fixture(provider: &dyn Provider, fixture: &Fixture) -> Result<Generation, Error> {
    let second = fixture.then.as_ref().map(|then| &then.response);
    decode_both(provider, fixture.id(), fixture.query(), &fixture.response, second)
}

/// The generation in the fixture of this name.
///
/// # Panics
///
/// If there is no such fixture, or no generation in it.
#[must_use]
pub fn seen(provider: &dyn Provider, fixtures: &[Fixture], name: &str) -> Generation {
    let fixture = fixtures
        .iter()
        .find(|fixture| fixture.name == name)
        .unwrap_or_else(|| panic!("there is no fixture {name}"));
    decode_fixture(provider, fixture).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub(crate) fn decode_both(
    provider: &dyn Provider,
    id: &str,
    query: StatusQuery,
    first: &HttpResponse,
    second: Option<&HttpResponse>,
) -> Result<Generation, Error> {
    let next = match provider.status(&provider.handle(id)?, query)?.decode(first)? {
        Observed::Generation(generation) => return Ok(*generation),
        Observed::Then(next) => next,
    };
    let second = second.unwrap_or_else(|| panic!("{id}: takes another request"));
    match next.decode(second)? {
        Observed::Generation(generation) => Ok(*generation),
        Observed::Then(_) => panic!("{id}: takes a third request"),
    }
}
