//! How a request gets its credentials.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use http::header::{HeaderName, HeaderValue};

use crate::call::HttpRequest;
use crate::error::{Error, ErrorKind};

/// Puts credentials on a request at the time at which it is sent: a token that is signed anew for each, one that a hook hands
/// out, or several headers.
///
/// Pure but for what the hook behind it does: the time is an argument. It is called from whatever thread or task sends, for
/// each request, so it must not block.
///
/// ```
/// use std::time::{Duration, SystemTime, UNIX_EPOCH};
/// use http::header::{AUTHORIZATION, HeaderValue};
/// use videogen_core::{Error, HttpRequest, Signer};
///
/// #[derive(Debug)]
/// struct Stamp;
///
/// impl Signer for Stamp {
///     fn sign(&self, request: &mut HttpRequest, now: SystemTime) -> Result<(), Error> {
///         let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
///         let mut token = HeaderValue::from_str(&format!("Bearer good-until-{}", seconds + 60)).unwrap();
///         token.set_sensitive(true);
///         request.headers_mut().insert(AUTHORIZATION, token);
///         Ok(())
///     }
/// }
///
/// let mut request = HttpRequest::new(Vec::new());
/// Stamp.sign(&mut request, UNIX_EPOCH + Duration::from_secs(40)).unwrap();
/// assert_eq!(request.headers()[AUTHORIZATION], "Bearer good-until-100");
/// ```
pub trait Signer: fmt::Debug + Send + Sync {
    /// Puts the credentials on `request`, which is sent at `now`. Header values that hold them must be marked sensitive: they
    /// are taken out of whatever the provider echoes.
    ///
    /// # Errors
    ///
    /// When there are none to be had. [`ErrorKind::NotDelivered`] where there may be some later: nothing was sent, and a wait goes
    /// on. [`ErrorKind::Unauthorized`] where there never will be.
    fn sign(&self, request: &mut HttpRequest, now: SystemTime) -> Result<(), Error>;
}

/// What a request gets in by.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// Nothing: the request is anybody's.
    None,
    /// A header, which is marked sensitive.
    Header(HeaderName, HeaderValue),
    /// Whatever this puts on it when it is sent.
    Signer(Arc<dyn Signer>),
}

impl Credentials {
    /// Puts them on a request, or notes in it who does when it is sent.
    pub fn put_on(self, request: &mut HttpRequest) {
        match self {
            Self::None => {}
            Self::Header(name, mut value) => {
                value.set_sensitive(true);
                request.headers_mut().insert(name, value);
            }
            Self::Signer(signer) => {
                request.extensions_mut().insert(SignedBy(signer));
            }
        }
    }
}

impl From<(HeaderName, HeaderValue)> for Credentials {
    fn from((name, value): (HeaderName, HeaderValue)) -> Self {
        Self::Header(name, value)
    }
}

impl From<Arc<dyn Signer>> for Credentials {
    fn from(signer: Arc<dyn Signer>) -> Self {
        Self::Signer(signer)
    }
}

/// In the extensions of an [`HttpRequest`]: it is not signed yet.
#[derive(Clone)]
struct SignedBy(Arc<dyn Signer>);

/// The request as it is sent at `now`, which is where its transport tells what time it is.
///
/// # Errors
///
/// Those of the [`Signer`]; [`ErrorKind::Unsupported`] if there is one and `now` is not known. Nothing was sent then.
pub fn signed(mut request: HttpRequest, now: Option<SystemTime>) -> Result<HttpRequest, Error> {
    let Some(SignedBy(signer)) = request.extensions_mut().remove::<SignedBy>() else {
        return Ok(request);
    };
    let now = now.ok_or_else(|| {
        Error::new(
            ErrorKind::Unsupported,
            "the request is signed with the time, and the transport does not tell it; give it a `now`",
        )
    })?;
    signer.sign(&mut request, now)?;
    Ok(request)
}
