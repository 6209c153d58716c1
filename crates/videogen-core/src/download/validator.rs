//! What tells whether a file is still the same one.

use http::HeaderMap;
use http::header::{DATE, ETAG, HeaderValue, LAST_MODIFIED};

use crate::timestamp;

/// What a server names the bytes of a file by: a strong `ETag`, or else `Last-Modified`. It goes into `If-Range`, so that no file
/// is put together from pieces of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator(String);

impl Validator {
    /// The validator of an answer, if it has one that is good for this.
    ///
    /// A weak `ETag` says that two files mean the same, not that their bytes are the same. A `Last-Modified` counts only where it
    /// is older than the answer by a second or more: within one second a file can change twice (RFC 9110, section 8.8.2.2).
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        if let Some(etag) = text(ETAG).and_then(Self::of_etag) {
            return Some(etag);
        }
        let modified = text(LAST_MODIFIED)?;
        let age = timestamp::parse_http_date(text(DATE)?)?
            .duration_since(timestamp::parse_http_date(modified)?)
            .ok()?;
        (age.as_secs() >= 1).then(|| Self(modified.trim().to_owned()))
    }

    /// Reads what [`Validator::as_str`] gave. `None` if it is neither a strong `ETag` nor an HTTP date.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::of_etag(text)
            .or_else(|| timestamp::parse_http_date(text).map(|_| Self(text.to_owned())))
    }

    /// The value as it stands in `If-Range`. Holds no secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of_etag(text: &str) -> Option<Self> {
        let inner = text.trim().strip_prefix('"')?.strip_suffix('"')?;
        let is_etag = inner.bytes().all(|byte| byte > b' ' && byte < 0x7f && byte != b'"');
        is_etag.then(|| Self(text.trim().to_owned()))
    }

    pub(super) fn is_etag(&self) -> bool {
        self.0.starts_with('"')
    }

    pub(super) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}
