//! Which keys are accepted.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::side::Reason;

/// Keys that begin so are answered with 401.
pub const REVOKED: &str = "revoked";

/// Keys that begin so are answered with 403.
pub const WITHOUT_SCOPE: &str = "noscope";

/// Whether this key is accepted.
pub(crate) fn check(key: &str) -> Result<(), Reason> {
    if key.is_empty() || key.starts_with(REVOKED) {
        Err(Reason::BadKey)
    } else if key.starts_with(WITHOUT_SCOPE) {
        Err(Reason::Forbidden)
    } else {
        Ok(())
    }
}

/// The key of a request that has it as `Authorization: Bearer …`.
///
/// # Errors
///
/// [`Reason::MissingKey`] without the header, [`Reason::BadKey`] if it has something else in it.
pub fn bearer_key(headers: &HeaderMap) -> Result<&str, Reason> {
    let value = headers.get(AUTHORIZATION).ok_or(Reason::MissingKey)?;
    let (scheme, key) =
        value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(Reason::BadKey)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(key.trim()) } else { Err(Reason::BadKey) }
}

/// The key of a request that has it bare, as this header.
///
/// # Errors
///
/// [`Reason::MissingKey`] without the header, [`Reason::BadKey`] if it is no text.
pub fn header_key<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Reason> {
    let value = headers.get(name).ok_or(Reason::MissingKey)?;
    value.to_str().map(str::trim).map_err(|_| Reason::BadKey)
}
