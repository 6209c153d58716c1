//! fal's public keys: a JSON Web Key Set (RFC 7517) of Ed25519 keys (RFC 8037).

use std::fmt;

use base64::alphabet;
use base64::engine::{DecodePaddingMode, Engine as _, GeneralPurpose, GeneralPurposeConfig};
use ed25519_compact::{PublicKey, Signature};
use serde::Deserialize;
use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{Error, HttpResponse, Json, lenient};

/// Base64 for URLs (RFC 4648, section 5), with or without the padding.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How many keys are taken from a set. fal's has a few.
const MOST_KEYS: usize = 64;

/// fal's public keys, with which [`verify`](super::webhook::verify) checks who sent a webhook.
///
/// Good for a day: fal says not to keep them for longer, since they change. There are several while one follows another.
#[derive(Clone)]
pub struct KeySet(Vec<PublicKey>);

impl KeySet {
    /// The keys in a JSON Web Key Set, as [`webhook::keys`](super::webhook::keys) fetches it, from a file say.
    ///
    /// What is no Ed25519 key in it is left out, and so is what is none that can be used.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidResponse`](videogen_core::ErrorKind::InvalidResponse) if it is no such set, or has no key that can be used.
    pub fn from_json(json: impl Into<Vec<u8>>) -> Result<Self, Error> {
        Self::read(&HttpResponse::new(json.into()))
    }

    pub(crate) fn read(response: &HttpResponse) -> Result<Self, Error> {
        let set: Set = Answer::of(response, |_| None)?.parse()?;
        let items: Vec<Json> = set.keys.and_then(|keys| keys.parse().ok()).unwrap_or_default();
        let mut keys: Vec<PublicKey> = Vec::new();
        for key in items.iter().filter_map(key_of).take(MOST_KEYS) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        if keys.is_empty() {
            return Err(invalid_response(response, "has no Ed25519 key that can be used"));
        }
        Ok(Self(keys))
    }

    /// How many there are, at least one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none, which never is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them signed this.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = Signature::new(*signature);
        // Strictly: one signature has one way to be written, and no key has signed everything.
        self.0.iter().any(|key| key.verify(message, &signature).is_ok())
    }
}

/// How many: the keys themselves are long and say nothing.
impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeySet({} keys)", self.0.len())
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Set {
    #[serde(deserialize_with = "videogen_core::json::optional")]
    keys: Option<Json>,
}

/// fal's page names only `x`; RFC 8037 has the others.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Key {
    #[serde(deserialize_with = "lenient::string")]
    kty: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    crv: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    x: Option<String>,
}

fn key_of(json: &Json) -> Option<PublicKey> {
    let key: Key = json.get().starts_with('{').then(|| json.parse().ok()).flatten()?;
    let is = |said: Option<&str>, wanted| said.is_none_or(|said| said == wanted);
    if !is(key.kty.as_deref(), "OKP") || !is(key.crv.as_deref(), "Ed25519") {
        return None;
    }
    let bytes: [u8; 32] = BASE64URL.decode(key.x?).ok()?.try_into().ok()?;
    // With a weak one, a signature fits more than one message.
    Some(PublicKey::new(bytes)).filter(|key| key.validate().is_ok())
}
