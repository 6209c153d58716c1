//! Everything needed to find a generation again.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::base_url::BaseUrl;
use crate::error::{Error, ErrorKind};
use crate::path;
use crate::redact;
use crate::timestamp;

/// The version of the JSON form that this crate writes.
const VERSION: u32 = 1;

/// Everything needed to find a generation again, also from another process.
///
/// # JSON form
///
/// ```json
/// {"v":1,"provider":"example","base_url":"https://api.example.com/v1","id":"gen_abc123"}
/// ```
///
/// with `submitted_at` (RFC 3339) and `context` (an object of strings) where there are any. A reader
/// ignores members that it does not know and refuses a `v` above its own. A handle holds no
/// secret, and cannot redirect a key: a provider refuses a handle made for another base URL.
///
/// # Text form
///
/// `example:gen_abc123`: for people and terminals. It lacks the base URL and the context; read it with
/// [`Handle::split_text`] and let [`Provider::handle`](crate::Provider::handle) add them.
///
/// # Ids that are paths
///
/// Where a provider finds a generation only by more than its id (how it was made, or with which model), the handle's id is all of it
/// with slashes between: `example:text2video/8765`. So the text form is enough to find it. See [`Handle::id_path`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub struct Handle(Arc<Parts>);

/// Shared, since every observation of a generation names it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Parts {
    provider: String,
    id: String,
    base_url: BaseUrl,
    submitted_at: Option<SystemTime>,
    context: BTreeMap<String, String>,
}

impl Handle {
    /// The generation `id` of the provider named `provider` at `base_url`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if the id cannot stand as one segment of a path
    /// (see [`path::encode_segment`]), or the provider's name is not lower case letters, digits and hyphens.
    pub fn new(provider: &str, base_url: &BaseUrl, id: &str) -> Result<Self, Error> {
        let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if provider.is_empty() || !provider.bytes().all(is_name) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("`{}` is not the name of a provider", shorten(provider)),
            ));
        }
        path::encode_segment(id).map_err(|problem| {
            Error::new(
                ErrorKind::InvalidInput,
                format!("the id `{}` of a generation at {provider} {problem}", shorten(id)),
            )
        })?;
        Ok(Self(Arc::new(Parts {
            provider: provider.to_owned(),
            id: id.to_owned(),
            base_url: base_url.clone(),
            submitted_at: None,
            context: BTreeMap::new(),
        })))
    }

    /// The generation that the path `id` names, of one or more parts with slashes between.
    ///
    /// # Errors
    ///
    /// As [`Handle::new`], and [`ErrorKind::InvalidInput`] if a part is empty.
    pub fn new_path(provider: &str, base_url: &BaseUrl, id: &str) -> Result<Self, Error> {
        if let Some(Err(problem)) = id.split('/').map(path::encode_segment).find(Result::is_err) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!(
                    "a part of the id `{}` of a generation at {provider} {problem}",
                    shorten(id)
                ),
            ));
        }
        Self::new(provider, base_url, id)
    }

    /// This handle with the time at which the generation was submitted, to the millisecond.
    #[must_use]
    pub fn submitted_at(mut self, at: SystemTime) -> Self {
        // Through the written form, so that a stored handle equals the one that was stored.
        Arc::make_mut(&mut self.0).submitted_at =
            timestamp::format_ms(at).and_then(|text| timestamp::parse(&text));
        self
    }

    /// This handle with something more that the provider's paths need.
    #[must_use]
    pub fn with_context(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.0).context.insert(name.into(), value.into());
        self
    }

    /// The provider's name, such as `example`.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.0.provider
    }

    /// Where the generation was made.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.0.base_url
    }

    /// The provider's id, as the provider wrote it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The id percent-encoded as one segment of a path.
    #[must_use]
    pub fn id_segment(&self) -> String {
        path::encode_segment(&self.0.id).unwrap_or_default()
    }

    /// The id as a path: its parts percent-encoded, with the slashes between them as they are. Without one at its beginning.
    #[must_use]
    pub fn id_path(&self) -> String {
        let parts = self.0.id.split('/').map(|part| path::encode_segment(part).unwrap_or_default());
        parts.collect::<Vec<_>>().join("/")
    }

    /// When the generation was submitted, if the handle was made then.
    #[must_use]
    pub fn submission_time(&self) -> Option<SystemTime> {
        self.0.submitted_at
    }

    /// Something more that the provider's paths need.
    #[must_use]
    pub fn context(&self, name: &str) -> Option<&str> {
        self.0.context.get(name).map(String::as_str)
    }

    /// Refuses a handle that was made for another provider or another base URL.
    ///
    /// A provider calls this before it builds a request, so that a handle from a file or a database
    /// cannot name the host that gets the key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ForeignHandle`].
    pub fn check(&self, provider: &str, base_url: &BaseUrl) -> Result<(), Error> {
        let problem = if self.0.provider != provider {
            format!("the handle is of provider {}, and {provider} was asked", self.0.provider)
        } else if self.0.base_url != *base_url {
            format!(
                "the generation was made at {}, and the provider is configured for {base_url}",
                self.0.base_url
            )
        } else {
            return Ok(());
        };
        Err(Error::new(ErrorKind::ForeignHandle, problem).about(self))
    }

    /// The provider's name and the id in a text form.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] unless `text` is a name, a colon and an id.
    ///
    /// ```
    /// use videogen_core::Handle;
    /// assert_eq!(Handle::split_text("example:gen_abc123").unwrap(), ("example", "gen_abc123"));
    /// assert!(Handle::split_text("gen_abc123").is_err());
    /// ```
    pub fn split_text(text: &str) -> Result<(&str, &str), Error> {
        match text.split_once(':') {
            Some((provider, id)) if !provider.is_empty() && !id.is_empty() => Ok((provider, id)),
            _ => Err(Error::new(
                ErrorKind::InvalidInput,
                format!(
                    "`{}` does not name a generation; write the provider, a colon and the id, as in `example:gen_abc123`",
                    shorten(text)
                ),
            )),
        }
    }
}

/// The text form.
impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}:{}", self.0.provider, self.0.id))
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({}:{} at {})", self.0.provider, self.0.id, self.0.base_url)
    }
}

/// What a person can recognise of an overlong or unprintable id.
fn shorten(text: &str) -> String {
    redact::excerpt(text.as_bytes(), 60)
}

#[derive(Serialize, Deserialize)]
struct Form {
    v: u32,
    provider: String,
    base_url: BaseUrl,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    submitted_at: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    context: BTreeMap<String, String>,
}

impl From<Handle> for Form {
    fn from(handle: Handle) -> Self {
        let parts = Arc::unwrap_or_clone(handle.0);
        Self {
            v: VERSION,
            provider: parts.provider,
            base_url: parts.base_url,
            id: parts.id,
            submitted_at: parts.submitted_at.and_then(timestamp::format),
            context: parts.context,
        }
    }
}

impl TryFrom<Form> for Handle {
    type Error = Error;

    fn try_from(form: Form) -> Result<Self, Error> {
        if form.v > VERSION {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!(
                    "the handle has version {}, written by a newer videogen; this one reads up to {VERSION}",
                    form.v
                ),
            ));
        }
        let mut handle = Self::new(&form.provider, &form.base_url, &form.id)?;
        let parts = Arc::make_mut(&mut handle.0);
        parts.submitted_at = match form.submitted_at.as_deref() {
            None => None,
            Some(text) => Some(timestamp::parse(text).ok_or_else(|| {
                Error::new(
                    ErrorKind::InvalidInput,
                    format!("the handle's submitted_at, `{}`, is not a time", shorten(text)),
                )
            })?),
        };
        parts.context = form.context;
        Ok(handle)
    }
}
