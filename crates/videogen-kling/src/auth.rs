//! How Kling's API is got into, from the page "Authentication"
//! (<https://kling.ai/document-api/api/get-started/authentication>): an API key as it is, or a token that an access key and a
//! secret key sign for each request.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::{AUTHORIZATION, HeaderValue};
use serde::Serialize;
use sha2::Sha256;
use videogen_core::{ApiKey, Credentials, Error, ErrorKind, HttpRequest, Signer};

/// For how long a token is good, in seconds: what the page's sample has.
const LIFETIME_S: u64 = 1800;

/// How much before it is made a token is good, in seconds, for clocks that differ: what the page's sample has.
const EARLIER_S: u64 = 5;

/// The token's first part, in the order of the page's sample.
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// What Kling is asked with.
#[derive(Clone, Debug)]
pub(crate) enum Auth {
    /// An API key, good for everything.
    Key(ApiKey),
    /// An access key and its secret key, good for the older API.
    Pair(Arc<Pair>),
    /// What was given can be neither.
    Unusable(&'static str),
}

impl Auth {
    /// `access:secret`, or an API key. Neither is documented to have a colon in it.
    pub(crate) fn of(key: ApiKey) -> Self {
        let text = key.bare();
        match text.to_str().unwrap_or_default().split_once(':') {
            None => Self::Key(key),
            Some(("", _)) => Self::Unusable("has no access key before its colon"),
            Some((_, "")) => Self::Unusable("has no secret key behind its colon"),
            Some((access, secret)) => Self::pair(access, secret),
        }
    }

    pub(crate) fn pair(access: &str, secret: &str) -> Self {
        Self::Pair(Arc::new(Pair { access: access.to_owned(), secret: secret.to_owned() }))
    }

    /// For a request to the older API, which takes either.
    pub(crate) fn for_legacy(&self) -> Result<Credentials, Error> {
        match self {
            Self::Key(key) => Ok((AUTHORIZATION, key.bearer()?).into()),
            Self::Pair(pair) => {
                let signer: Arc<dyn Signer> = pair.clone();
                Ok(signer.into())
            }
            Self::Unusable(problem) => Err(Error::new(
                ErrorKind::InvalidInput,
                format!("the key of Kling {problem}; write `access:secret`, or an API key"),
            )),
        }
    }

    /// For a request to the newer API, which takes API keys only.
    pub(crate) fn for_current(&self) -> Result<Credentials, Error> {
        match self {
            Self::Pair(_) => Err(Error::new(
                ErrorKind::Unsupported,
                "Kling takes an access key with its secret key only in its older API, on the paths under `/v1/`; \
                 use an API key, or one of the older endpoints such as `text2video`",
            )),
            auth => auth.for_legacy(),
        }
    }
}

/// Signs each request anew, so that no token outlives its time.
pub(crate) struct Pair {
    access: String,
    secret: String,
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pair(<redacted>)")
    }
}

impl Signer for Pair {
    fn sign(&self, request: &mut HttpRequest, now: SystemTime) -> Result<(), Error> {
        let now = now.duration_since(UNIX_EPOCH).map_err(|error| {
            Error::new(
                ErrorKind::NotDelivered,
                "this machine's clock is before 1970, so that no token can be signed",
            )
            .with_source(error)
        })?;
        let token = self.token(now.as_secs())?;
        let mut value = HeaderValue::from_str(&format!("Bearer {token}"))
            .map_err(|_| unsignable("cannot stand in a header"))?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
        Ok(())
    }
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    exp: u64,
    nbf: u64,
}

impl Pair {
    /// A JSON Web Token (RFC 7519) signed with HMAC-SHA256.
    fn token(&self, now: u64) -> Result<String, Error> {
        let claims = Claims {
            iss: &self.access,
            exp: now.saturating_add(LIFETIME_S),
            nbf: now.saturating_sub(EARLIER_S),
        };
        let claims =
            serde_json::to_vec(&claims).map_err(|_| unsignable("cannot be written as JSON"))?;
        let mut token = URL_SAFE_NO_PAD.encode(HEADER);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes())
            .map_err(|_| unsignable("cannot be signed"))?
            .chain_update(&token)
            .finalize()
            .into_bytes();
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

/// None of this can happen with what [`ApiKey`] lets through.
fn unsignable(problem: &str) -> Error {
    Error::new(ErrorKind::Unauthorized, format!("the token of the access key {problem}"))
}
