//! Keys with which a submission to Sync Labs can be repeated.

use std::collections::BTreeMap;

use http::HeaderMap;
use videogen_synclabs::MAX_IDEMPOTENCY_KEY;

const HEADER: &str = "idempotency-key";

/// The header has something in it that is no key.
pub(crate) struct NoKey;

/// The key of a request, if it has one.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<String>, NoKey> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    let key = value.to_str().map_err(|_| NoKey)?;
    let fits = (1..=MAX_IDEMPOTENCY_KEY).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte));
    if fits { Ok(Some(key.to_owned())) } else { Err(NoKey) }
}

/// Which generation was made with which key. Kept for ever: for how long the provider does is not documented.
///
/// A key is an organisation's. All API keys of the emulator are of one.
#[derive(Clone, Debug, Default)]
pub(crate) struct UsedKeys(BTreeMap<String, String>);

impl UsedKeys {
    /// The generation that was made with `key`.
    pub(crate) fn made_with(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    pub(crate) fn remember(&mut self, key: String, id: String) {
        self.0.insert(key, id);
    }
}
