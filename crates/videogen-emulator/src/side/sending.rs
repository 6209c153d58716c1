//! What a webhook is made of.

use http::HeaderMap;

use crate::wall::Time;

/// A webhook that a [`Side`](crate::Side) is to write. `Debug` shows neither where it goes nor the secret.
#[non_exhaustive]
pub struct Sending<'a> {
    /// Where it goes.
    pub url: &'a str,
    /// Tells it from every other, attempts of the same one included.
    pub number: u64,
    /// Whether it is a forger's: it says that the generation is completed, and that the output is at
    /// [`FORGED_URL`](crate::FORGED_URL).
    pub forged: bool,
    /// Whether it must be signed with something that the receiver does not take for the provider's.
    pub wrong_signature: bool,
    /// When the signature is to say that it was made.
    pub signed: Time,
    /// The secret to sign with where there is one: the receiver's, or another one for a wrong signature.
    pub secret: &'a str,
}

impl std::fmt::Debug for Sending<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sending")
            .field("number", &self.number)
            .field("forged", &self.forged)
            .field("wrong_signature", &self.wrong_signature)
            .finish_non_exhaustive()
    }
}

/// What is sent. Without a `Content-Type` it is JSON.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Message {
    /// Signatures and the like.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Message {
    /// A message without headers of its own.
    #[must_use]
    pub fn new(body: impl Into<Vec<u8>>) -> Self {
        Self { headers: HeaderMap::new(), body: body.into() }
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Message({} headers, {} bytes)", self.headers.len(), self.body.len())
    }
}
