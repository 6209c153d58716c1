//! Where a provider's API is.

use std::borrow::Cow;
use std::fmt;

use http::Uri;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::redact;

/// The part of a provider's URLs that comes before the paths of its operations.
///
/// `https`, or `http` on this machine: a key is not sent in clear over a network unless
/// [`BaseUrl::parse_allowing_plaintext`] was asked to. Compared by scheme, host, port and path;
/// written without a trailing slash.
///
/// ```
/// use videogen_core::BaseUrl;
/// let base = BaseUrl::parse("https://API.example.com:443/v1/").unwrap();
/// assert_eq!(base.as_str(), "https://api.example.com/v1");
/// assert!(BaseUrl::parse("http://127.0.0.1:4010/v1").is_ok());
/// assert!(BaseUrl::parse("http://api.example.com/v1").is_err());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BaseUrl(Cow<'static, str>);

impl BaseUrl {
    /// A provider's documented base URL, which must be written as [`BaseUrl::parse`] would write it. Not
    /// checked here; the test kit's provider suite does.
    #[must_use]
    pub const fn from_static(url: &'static str) -> Self {
        Self(Cow::Borrowed(url))
    }

    /// Reads a base URL.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] unless `text` is an absolute `https` URL (or `http` to a loopback
    /// host) without user name, password, query and fragment.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let base = Self::parse_allowing_plaintext(text)?;
        if base.0.starts_with("http://") && !base.is_loopback() {
            return Err(invalid(
                text,
                "would send the API key in clear; use https, or allow plaintext explicitly",
            ));
        }
        Ok(base)
    }

    /// Reads a base URL that may be `http` to any host, for an emulator on a private network.
    ///
    /// # Errors
    ///
    /// As [`BaseUrl::parse`], but for plain `http`.
    pub fn parse_allowing_plaintext(text: &str) -> Result<Self, Error> {
        let trimmed = text.trim();
        if trimmed.contains(['?', '#']) {
            return Err(invalid(text, "has a query or a fragment"));
        }
        let uri: Uri = trimmed.parse().map_err(|_| invalid(text, "is not a URL"))?;
        let scheme = match uri.scheme_str() {
            Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
            Some(scheme) if scheme.eq_ignore_ascii_case("http") => "http",
            _ => return Err(invalid(text, "does not begin with https:// or http://")),
        };
        let authority = uri.authority().ok_or_else(|| invalid(text, "does not name a host"))?;
        if authority.as_str().contains('@') {
            return Err(invalid(text, "has a user name in it; a key is given apart from the URL"));
        }
        if authority.host().is_empty() {
            return Err(invalid(text, "does not name a host"));
        }
        if authority.as_str().len() != authority.host().len() && authority.port_u16().is_none() {
            return Err(invalid(text, "has a port that is none"));
        }
        let path = uri.path().trim_end_matches('/');
        if path.split('/').any(|segment| segment == "." || segment == "..") {
            return Err(invalid(text, "has a part `.` or `..` in its path"));
        }
        let mut base = format!("{scheme}://{}", authority.host().to_ascii_lowercase());
        let default_port = if scheme == "https" { 443 } else { 80 };
        if let Some(port) = authority.port_u16().filter(|&port| port != default_port) {
            base.push_str(&format!(":{port}"));
        }
        base.push_str(path);
        Ok(Self(Cow::Owned(base)))
    }

    /// The URL, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL of an operation. `path_and_query` begins with a slash and is already encoded.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if the two together are not a URL.
    pub fn join(&self, path_and_query: &str) -> Result<Uri, Error> {
        format!("{}{path_and_query}", self.0)
            .parse()
            .map_err(|_| invalid(&self.0, "does not make a URL together with the operation's path"))
    }

    /// Whether `uri` has the scheme, host and port of this one.
    #[must_use]
    pub fn is_origin_of(&self, uri: &Uri) -> bool {
        let Ok(base) = self.0.parse::<Uri>() else { return false };
        let port = |uri: &Uri| {
            let usual = if uri.scheme_str() == Some("http") { 80 } else { 443 };
            uri.port_u16().unwrap_or(usual)
        };
        let host = |uri: &Uri| uri.host().map(str::to_ascii_lowercase);
        base.scheme() == uri.scheme() && host(&base) == host(uri) && port(&base) == port(uri)
    }

    fn is_loopback(&self) -> bool {
        let Ok(uri) = self.0.parse::<Uri>() else { return false };
        let host = uri.host().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost"
            || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

fn invalid(text: &str, what: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("the base URL `{}` {what}", redact::url(text)))
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl From<BaseUrl> for String {
    fn from(base: BaseUrl) -> Self {
        base.0.into_owned()
    }
}

/// A stored URL was allowed when it was stored; the provider it is asked of is checked again then.
impl TryFrom<String> for BaseUrl {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::parse_allowing_plaintext(&text)
    }
}
