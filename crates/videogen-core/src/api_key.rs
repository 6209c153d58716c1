//! A provider's API key, kept from view.

use std::fmt;

use http::HeaderValue;

use crate::error::{Error, ErrorKind};

/// An API key. Shown by nothing: `Debug` prints a placeholder, and there is no `Display`.
#[derive(Clone)]
pub struct ApiKey(HeaderValue);

impl ApiKey {
    /// Takes a key as the provider's page shows it. White space around it is dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if the key is empty or holds a character that no header may
    /// hold. The error does not show the key.
    pub fn new(key: impl AsRef<str>) -> Result<Self, Error> {
        let key = key.as_ref().trim();
        if key.is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, "the API key is empty"));
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the API key has a space, a line break or a non-ASCII character in it",
            ));
        }
        sensitive(key).map(Self)
    }

    /// `Bearer <key>`, marked sensitive.
    ///
    /// # Errors
    ///
    /// None that a key made by [`ApiKey::new`] can cause.
    pub fn bearer(&self) -> Result<HeaderValue, Error> {
        sensitive(&format!("Bearer {}", self.0.to_str().unwrap_or_default()))
    }

    /// The key alone, marked sensitive.
    #[must_use]
    pub fn bare(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(<redacted>)")
    }
}

fn sensitive(text: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(text).map_err(|_| {
        Error::new(ErrorKind::InvalidInput, "the API key has a character that no header may hold")
    })?;
    value.set_sensitive(true);
    Ok(value)
}
