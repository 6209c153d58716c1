//! HTTP clients behind a trait: bytes out, bytes in.

use std::error::Error as StdError;
use std::time::SystemTime;

use async_trait::async_trait;
use http::header::{DATE, HeaderValue};

use crate::call::{HttpRequest, HttpResponse};
use crate::error::{Error, ErrorKind};
use crate::stream::{AsyncStreamedResponse, CannotOpen, StreamedResponse};

/// The longest answer of an API that a transport reads, in bytes, unless the request [says otherwise](crate::AnswerLimit).
pub const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// A blocking HTTP client.
///
/// # Contract
///
/// - Any HTTP status is an answer, not an error.
/// - Redirects are not followed.
/// - Every header of the answer is kept. `Date` is added if it is missing, with the time of receipt (RFC 9110, section
///   6.6.1): see [`stamp_date`].
/// - Bodies are read to their end, up to [`MAX_ANSWER_BYTES`] or the [`AnswerLimit`](crate::AnswerLimit) in the request's
///   extensions; a longer or a cut one is an error.
/// - An [`ExchangeTimeout`](crate::ExchangeTimeout) in the request's extensions is obeyed.
/// - [`PublicAddressesOnly`](crate::stream::PublicAddressesOnly) there is obeyed, or the error says that it cannot be. No
///   connection of other requests is used for it.
/// - No proxy is asked for this machine's own addresses: see [`is_loopback`](crate::loopback::is_loopback).
/// - Nothing is repeated, and nothing is sent that is not in the request but what HTTP itself needs.
/// - Nothing of the request's sensitive headers is logged or shown by an error.
///
/// The test kit has a suite that checks all of it.
pub trait Transport {
    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    ///
    /// When there is no whole answer. The error says whether the request may have arrived.
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;

    /// Sends a request and gives the answer as soon as its head is there; its body is read as it comes, in little memory.
    ///
    /// The contract is the same, but for the length and the time of the body:
    ///
    /// - It may be of any length. There is no time limit for the whole; an
    ///   [`IdleTimeout`](crate::stream::IdleTimeout) is obeyed instead of an [`ExchangeTimeout`](crate::ExchangeTimeout).
    /// - It is as it was sent: nothing is decompressed.
    /// - One that is cut (shorter than its `Content-Length`, or without its last chunk) ends in an
    ///   [`io::Error`](std::io::Error) and never as if it were whole, when it is read again too. One that has neither a
    ///   length nor chunks ends with its connection, and nobody can tell whether it is whole.
    /// - Dropping the body ends the exchange.
    ///
    /// # Errors
    ///
    /// When there is no head of an answer, or the transport has no way to do this, which is the default.
    fn open(&self, request: HttpRequest) -> Result<StreamedResponse, TransportError> {
        drop(request);
        Err(CannotOpen::error())
    }

    /// What time it is, for requests that are [signed](crate::Signer) when they are sent. `None`, the default, where the transport
    /// does not know: such requests are not sent then.
    fn now(&self) -> Option<SystemTime> {
        None
    }
}

/// An async HTTP client. The contract is that of [`Transport`]; dropping the future ends the exchange.
#[async_trait]
pub trait AsyncTransport: Send + Sync {
    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    ///
    /// When there is no whole answer. The error says whether the request may have arrived.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;

    /// Sends a request and gives the answer as soon as its head is there. See [`Transport::open`].
    ///
    /// # Errors
    ///
    /// When there is no head of an answer, or the transport has no way to do this, which is the default.
    async fn open(&self, request: HttpRequest) -> Result<AsyncStreamedResponse, TransportError> {
        drop(request);
        Err(CannotOpen::error())
    }

    /// What time it is. See [`Transport::now`].
    fn now(&self) -> Option<SystemTime> {
        None
    }
}

/// Whether a request that got no answer may have reached the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third case; who submits must handle both")]
pub enum Delivery {
    /// No byte of it left: no connection was made.
    SurelyNot,
    /// Some of it may have arrived, and may have been acted on.
    Possible,
}

/// Why there is no whole answer.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct TransportError {
    /// Whether the request may have arrived.
    pub delivery: Delivery,
    message: String,
    #[source]
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// The request surely did not leave. `message` says what happened, in one line.
    #[must_use]
    pub fn not_delivered(message: impl Into<String>) -> Self {
        Self { delivery: Delivery::SurelyNot, message: message.into(), source: None }
    }

    /// The request may have arrived. `message` says what happened, in one line.
    #[must_use]
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self { delivery: Delivery::Possible, message: message.into(), source: None }
    }

    /// This error with its cause, which must show no secret.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        let kind = match error.delivery {
            Delivery::SurelyNot => ErrorKind::NotDelivered,
            Delivery::Possible => ErrorKind::Interrupted,
        };
        // The message becomes this error's own; the chain goes on below it, so that nothing is said twice.
        match error.source {
            Some(source) => Self::new(kind, error.message).with_source(source),
            None => Self::new(kind, error.message),
        }
    }
}

/// Adds `Date` to an answer that lacks it, as a recipient with a clock does.
///
/// It lets decoders count from the answer's own time (an expiry, a `Retry-After` date) without a clock.
pub fn stamp_date<B>(response: &mut http::Response<B>, received: SystemTime) {
    if response.headers().contains_key(DATE) {
        return;
    }
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(received)) {
        response.headers_mut().insert(DATE, date);
    }
}
