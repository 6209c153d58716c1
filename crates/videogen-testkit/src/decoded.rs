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
    decode_as(provider, id, StatusQuery::Plain, response)
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
    decode_as(provider, fixture.id(), fixture.query(), &fixture.response)
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub(crate) fn decode_as(
    provider: &dyn Provider,
    id: &str,
    query: StatusQuery,
    response: &HttpResponse,
) -> Result<Generation, Error> {
    match provider.status(&provider.handle(id)?, query)?.decode(response)? {
        Observed::Generation(generation) => Ok(*generation),
        Observed::Then(_) => panic!("{id}: takes another request"),
    }
}
