//! Opening what a [download](crate::download) asks for.

use std::io::{Cursor, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};

use crate::call::HttpRequest;
use crate::error::Error;
use crate::signer;
use crate::stream::{AsyncBody, AsyncStreamedResponse, StreamedResponse};
use crate::transport::{AsyncTransport, Transport, TransportError};

/// In the extensions of a request: nothing is sent, since this is the file.
#[derive(Clone)]
pub(crate) struct Inline {
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

/// Opens the request of a [`DownloadAction::Open`](crate::download::DownloadAction::Open): signed, where it takes a signature, and
/// without the transport where the file came with the generation.
///
/// # Errors
///
/// Those of the transport, and of the [`Signer`](crate::Signer).
pub fn open(
    transport: &dyn Transport,
    mut request: HttpRequest,
) -> Result<StreamedResponse, TransportError> {
    if let Some(inline) = request.extensions_mut().remove::<Inline>() {
        return Ok(head(&inline).map(|()| {
            let body: Box<dyn Read + Send> = Box::new(Cursor::new(inline.bytes));
            body
        }));
    }
    transport.open(signer::signed(request, transport.now()).map_err(cannot_sign)?)
}

/// As [`open`], with an async transport.
///
/// # Errors
///
/// As [`open`].
pub async fn open_async(
    transport: &dyn AsyncTransport,
    mut request: HttpRequest,
) -> Result<AsyncStreamedResponse, TransportError> {
    if let Some(inline) = request.extensions_mut().remove::<Inline>() {
        return Ok(head(&inline).map(|()| {
            let body: Box<dyn AsyncBody> = Box::new(Whole(Some(inline.bytes)));
            body
        }));
    }
    transport.open(signer::signed(request, transport.now()).map_err(cannot_sign)?).await
}

/// Whether `error` is that a request cannot be signed, for a reason that stays.
pub(crate) fn is_never_signed(error: &TransportError) -> bool {
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<Error>())
        .is_some_and(|error| !error.is_transient())
}

fn cannot_sign(error: Error) -> TransportError {
    TransportError::not_delivered("the request cannot be signed").with_source(error)
}

fn head(inline: &Inline) -> http::Response<()> {
    let mut head = http::Response::new(());
    let headers = head.headers_mut();
    headers.insert(CONTENT_LENGTH, inline.bytes.len().into());
    if let Ok(content_type) = HeaderValue::from_str(&inline.content_type) {
        headers.insert(CONTENT_TYPE, content_type);
    }
    head
}

/// A body that is there already.
struct Whole(Option<Bytes>);

impl AsyncBody for Whole {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        Poll::Ready(self.0.take().filter(|bytes| !bytes.is_empty()).map(Ok))
    }
}
