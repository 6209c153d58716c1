//! Which keys are accepted.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::provider_name::ProviderName;
use crate::refusal::Refusal;

/// Keys that begin so are answered with 401.
pub const REVOKED: &str = "revoked";

/// Keys that begin so are answered with 403.
pub const WITHOUT_SCOPE: &str = "noscope";

/// The key of a request, if the provider accepts it.
pub(crate) fn accepted(provider: ProviderName, headers: &HeaderMap) -> Result<&str, Refusal> {
    let key = match provider {
        ProviderName::Prism | ProviderName::Token360 => bearer(headers)?,
        ProviderName::Synclabs => bare(headers)?,
    };
    if key.is_empty() || key.starts_with(REVOKED) {
        Err(Refusal::BadKey)
    } else if key.starts_with(WITHOUT_SCOPE) {
        Err(Refusal::Forbidden)
    } else {
        Ok(key)
    }
}

fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let value = headers.get(AUTHORIZATION).ok_or(Refusal::MissingKey)?;
    let (scheme, key) =
        value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(Refusal::BadKey)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(key.trim()) } else { Err(Refusal::BadKey) }
}

fn bare(headers: &HeaderMap) -> Result<&str, Refusal> {
    let value = headers.get("x-api-key").ok_or(Refusal::MissingKey)?;
    value.to_str().map(str::trim).map_err(|_| Refusal::BadKey)
}
