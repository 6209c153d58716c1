//! Answers whose bodies are too long to be held: outputs.

use std::io::Read;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;

use crate::transport::TransportError;

/// An answer whose body is read as it comes.
pub type StreamedResponse = http::Response<Box<dyn Read + Send>>;

/// An answer whose body is read as it comes, asynchronously.
pub type AsyncStreamedResponse = http::Response<Box<dyn AsyncBody>>;

/// A body that is read as it comes.
pub trait AsyncBody: Send {
    /// The next bytes of the body, `None` at its end.
    ///
    /// A body that is cut is an error and not an end.
    fn poll_chunk(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>>;
}

/// How long a transport may wait for the head of an answer, and then for each next byte of its body, in the
/// extensions of an [`HttpRequest`](crate::HttpRequest) that is [opened](crate::Transport::open).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "one duration, by its nature")]
pub struct IdleTimeout(pub Duration);

/// In the extensions of an [`HttpRequest`](crate::HttpRequest): connect only to addresses that are
/// [public](crate::named_url::is_public), whatever the host's name is looked up as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a mark")]
pub struct PublicAddressesOnly;
