//! Answers whose bodies are too long to be held: outputs.

use std::future::poll_fn;
use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;

use crate::named_url;
use crate::transport::TransportError;

/// An answer whose body is read as it comes.
///
/// The inner error of an [`io::Error`] of its body is a [`TransportError`]: see [`read_error`].
pub type StreamedResponse = http::Response<Box<dyn Read + Send>>;

/// An answer whose body is read as it comes, asynchronously. [`Box::into_pin`] makes of its body what [`next_chunk`]
/// takes.
pub type AsyncStreamedResponse = http::Response<Box<dyn AsyncBody>>;

/// A body that is read as it comes.
pub trait AsyncBody: Send {
    /// The next bytes of the body, `None` at its end.
    ///
    /// A body that is cut is an error and not an end, and stays one when it is asked again. A chunk may be empty.
    fn poll_chunk(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>>;
}

/// The next bytes of a body, `None` at its end.
///
/// Nothing is lost when the future is dropped before it is ready.
pub async fn next_chunk(
    body: &mut Pin<Box<dyn AsyncBody>>,
) -> Option<Result<Bytes, TransportError>> {
    poll_fn(|context| body.as_mut().poll_chunk(context)).await
}

/// How long a transport may wait for the head of an answer, and then for each next byte of its body, in the
/// extensions of an [`HttpRequest`](crate::HttpRequest) that is [opened](crate::Transport::open).
///
/// What a reader does between two bytes does not count: only the time that it waits does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "one duration, by its nature")]
pub struct IdleTimeout(pub Duration);

/// In the extensions of an [`HttpRequest`](crate::HttpRequest), [sent](crate::Transport::send) or
/// [opened](crate::Transport::open): connect only to addresses that are [public](crate::named_url::is_public), whatever the
/// host's name is looked up as.
///
/// A proxy may be at any address; it looks the host up itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a mark")]
pub struct PublicAddressesOnly;

/// The source of a [`TransportError`]: [`PublicAddressesOnly`] was asked for, and the host has no public address.
///
/// Trying again will hardly change that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only public addresses may be connected to")]
#[expect(clippy::exhaustive_structs, reason = "a mark")]
pub struct NotPublic;

impl NotPublic {
    /// The error of a transport that refuses to connect to `host`.
    #[must_use]
    pub fn error(host: &str) -> TransportError {
        TransportError::not_delivered(format!("{host} is not at a public address"))
            .with_source(Self)
    }

    /// Whether `error` is one of these.
    #[must_use]
    pub fn is(error: &TransportError) -> bool {
        std::error::Error::source(error).is_some_and(|source| source.is::<Self>())
    }
}

/// The source of a [`TransportError`]: the transport has no way to read answers as they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it has no `open`")]
#[expect(clippy::exhaustive_structs, reason = "a mark")]
pub struct CannotOpen;

impl CannotOpen {
    /// The error of a transport that has no way to do it.
    #[must_use]
    pub fn error() -> TransportError {
        TransportError::not_delivered("this transport cannot read an answer as it comes")
            .with_source(Self)
    }

    /// Whether `error` is one of these.
    #[must_use]
    pub fn is(error: &TransportError) -> bool {
        std::error::Error::source(error).is_some_and(|source| source.is::<Self>())
    }
}

/// Refuses a URL whose host is private by itself: an address, one in disguise, or a name of this machine.
///
/// For transports that obey [`PublicAddressesOnly`], beside a check of what names are looked up as: an address is not looked
/// up.
///
/// # Errors
///
/// [`NotPublic`], if the host is private.
pub fn check_host(uri: &Uri) -> Result<(), TransportError> {
    match uri.host() {
        Some(host) if named_url::host_is_private(host) => Err(NotPublic::error(host)),
        _ => Ok(()),
    }
}

/// The error of a transport in an [`io::Error`] of a body that it reads, or one around it.
#[must_use]
pub fn read_error(error: io::Error) -> TransportError {
    match error.downcast::<TransportError>() {
        Ok(error) => error,
        Err(error) => {
            TransportError::interrupted("the answer cannot be read to its end").with_source(error)
        }
    }
}
