//! What comes back, and when.

use std::fmt;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use videogen_core::{HttpResponse, Moment};

use crate::output_file::FileBody;
use crate::wall::Time;

/// What comes back to a request, and when.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "a driver must look at both")]
pub struct Reply {
    /// When it comes: the time of the request, or the end of a long-poll.
    pub at: Moment,
    /// What comes.
    pub wire: Wire,
}

/// A file, or a part of it, as the body of an answer: as it comes, in no memory.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "a driver must look at all of it")]
pub struct Streamed {
    /// Status and headers, `Content-Length` with them if the framing is by it.
    pub head: http::Response<()>,
    /// The bytes that come.
    pub body: FileBody,
    /// How the end of the body is told.
    pub framing: Framing,
    /// What comes after the bytes.
    pub end: BodyEnd,
}

impl Streamed {
    /// Only the first `keep` bytes of this body, and then `end`, if it has more.
    pub(crate) fn cut(&mut self, keep: u64, end: BodyEnd) {
        if keep < self.body.remaining() {
            self.body.truncate(keep);
            self.end = end;
        }
    }

    /// This body without its length.
    pub(crate) fn framed(&mut self, framing: Framing) {
        self.head.headers_mut().remove(CONTENT_LENGTH);
        self.framing = framing;
    }
}

/// How the end of a body is told (RFC 9112, section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "HTTP/1.1 has no other")]
pub enum Framing {
    /// By `Content-Length`.
    Length,
    /// By a last chunk. The driver says `Transfer-Encoding`.
    Chunked,
    /// By the end of the connection.
    UntilClose,
}

/// What comes after the bytes of a [`Streamed`] body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a driver must handle every case")]
pub enum BodyEnd {
    /// The end of the body as its framing tells it.
    Whole,
    /// The end of the connection, too soon.
    Cut,
    /// Nothing, ever. The driver holds the connection until the client gives up.
    Stall,
}

/// What comes over the wire. `Debug` shows no body: it may repeat the key.
#[expect(clippy::exhaustive_enums, reason = "a driver must handle every case")]
pub enum Wire {
    /// An answer.
    Response(HttpResponse),
    /// The connection is reset, and there is no answer.
    Reset,
    /// Nothing comes, ever. The driver holds the request until the client gives up.
    Stall,
    /// The head of `response` and the first `keep` bytes of its body; then the connection ends. The
    /// `Content-Length` is that of the whole body.
    Cut {
        /// The answer that is begun.
        response: HttpResponse,
        /// How many bytes of its body come.
        keep: usize,
    },
    /// An answer with a file.
    Streamed(Streamed),
}

impl Wire {
    /// This answer, broken off in the middle of its body.
    pub(crate) fn cut(self) -> Self {
        match self {
            Self::Response(response) => Self::Cut { keep: response.body().len() / 2, response },
            other => other,
        }
    }

    /// This answer with the first half of its body for the whole of it.
    pub(crate) fn truncated(mut self) -> Self {
        if let Self::Response(response) = &mut self {
            let half = response.body().len() / 2;
            response.body_mut().truncate(half);
        }
        self
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (response, kept) = match self {
            Self::Response(response) => (response, response.body().len()),
            Self::Cut { response, keep } => (response, *keep),
            Self::Reset => return f.write_str("Reset"),
            Self::Stall => return f.write_str("Stall"),
            Self::Streamed(Streamed { head, body, framing, end }) => {
                let (status, length) = (head.status(), body.remaining());
                return write!(f, "Streamed({status}, {length} bytes, {framing:?}, {end:?})");
            }
        };
        let (status, length) = (response.status(), response.body().len());
        write!(f, "Response({status}, {kept} of {length} bytes)")
    }
}

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(crate) const XML: Option<HeaderValue> = Some(HeaderValue::from_static("application/xml"));
pub(crate) const HTML: Option<HeaderValue> =
    Some(HeaderValue::from_static("text/html; charset=utf-8"));

/// An answer made at `date`.
pub(crate) fn response(
    status: StatusCode,
    date: Time,
    content_type: Option<HeaderValue>,
    body: impl Into<Vec<u8>>,
) -> HttpResponse {
    let mut response = HttpResponse::new(body.into());
    *response.status_mut() = status;
    set(response.headers_mut(), DATE, &date.http());
    if let Some(content_type) = content_type {
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    response
}

/// An answer of a side's, made at `date`.
pub(crate) fn dated(response: HttpResponse, date: Time) -> HttpResponse {
    let (mut head, body) = response.into_parts();
    let theirs = std::mem::take(&mut head.headers);
    set(&mut head.headers, DATE, &date.http());
    for (name, value) in theirs.iter().filter(|(name, _)| **name != DATE) {
        head.headers.append(name, value.clone());
    }
    HttpResponse::from_parts(head, body)
}

const GATEWAY_PAGE: &str = "<!DOCTYPE html>\n<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n\
     <center><h1>502 Bad Gateway</h1></center>\n<hr><center>nginx</center>\n</body>\n</html>\n";

/// What a gateway says when nothing usable comes from behind it.
pub(crate) fn bad_gateway(date: Time) -> HttpResponse {
    response(StatusCode::BAD_GATEWAY, date, HTML, GATEWAY_PAGE)
}

/// Sets a header whose value is made here and so has none of the characters that headers may not have.
pub(crate) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
