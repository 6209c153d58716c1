//! Keys with which a submission to Sync Labs can be repeated.

use http::HeaderMap;
use videogen_synclabs::MAX_IDEMPOTENCY_KEY;

const HEADER: &str = "idempotency-key";

/// The header has something in it that is no key.
pub(super) struct NoKey;

/// The key of a request, if it has one.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, NoKey> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    let key = value.to_str().map_err(|_| NoKey)?;
    let fits = (1..=MAX_IDEMPOTENCY_KEY).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte));
    if fits { Ok(Some(key.to_owned())) } else { Err(NoKey) }
}
