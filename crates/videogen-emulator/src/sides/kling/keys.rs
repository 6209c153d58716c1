//! API keys, and tokens that are signed with a secret key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;
use videogen_core::HttpRequest;

use crate::keys;
use crate::side::Reason;
use crate::wall::Time;

/// The secret key of every access key at the emulated Kling.
pub const KLING_SECRET: &str = "emulated-secret-key-of-kling-0123";

/// What is wrong with the key of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denied {
    Missing,
    Invalid,
    NotYet,
    Expired,
    /// A token in the newer API, which takes API keys.
    OfAccessKey,
}

impl Denied {
    pub(super) const fn reason(self) -> Reason {
        match self {
            Self::Missing => Reason::MissingKey,
            _ => Reason::BadKey,
        }
    }
}

/// The API key, or the access key whose token it is.
pub(super) fn key(request: &HttpRequest, now: Time) -> Result<String, Denied> {
    let key = keys::bearer_key(request.headers()).map_err(|reason| match reason {
        Reason::MissingKey => Denied::Missing,
        _ => Denied::Invalid,
    })?;
    // No API key of Kling's was seen that looks like a token.
    if !(key.starts_with("eyJ") && key.split('.').count() == 3) {
        return Ok(key.to_owned());
    }
    let access = access_key(key, now)?;
    let path = request.uri().path();
    let is_older = path.contains("/v1/videos/") || path.ends_with("/account/costs");
    if is_older { Ok(access) } else { Err(Denied::OfAccessKey) }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    exp: u64,
    nbf: u64,
}

fn access_key(token: &str, now: Time) -> Result<String, Denied> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Denied::Invalid)?;
    let (header, claims) = signed.split_once('.').ok_or(Denied::Invalid)?;
    let decoded = |part| URL_SAFE_NO_PAD.decode(part).map_err(|_| Denied::Invalid);
    let header: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| Denied::Invalid)?;
    let claims: Claims = serde_json::from_slice(&decoded(claims)?).map_err(|_| Denied::Invalid)?;
    if (header.alg.as_str(), header.typ.as_str()) != ("HS256", "JWT") {
        return Err(Denied::Invalid);
    }
    let mac = Hmac::<Sha256>::new_from_slice(KLING_SECRET.as_bytes());
    let mac = mac.map_err(|_| Denied::Invalid)?.chain_update(signed);
    mac.verify_slice(&decoded(signature)?).map_err(|_| Denied::Invalid)?;
    let now = now.unix_seconds();
    if now < claims.nbf {
        return Err(Denied::NotYet);
    }
    if now >= claims.exp {
        return Err(Denied::Expired);
    }
    Ok(claims.iss)
}
