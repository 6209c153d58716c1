//! What the head of a storage's answer means.

use std::fmt;

use http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderName, LAST_MODIFIED,
    LOCATION,
};
use http::{HeaderMap, Response};

use crate::answer;
use crate::download::Validator;
use crate::error::{Error, ErrorKind};
use crate::redact;

/// The head of an answer: its status and its headers.
#[derive(Clone)]
pub struct DownloadHead {
    status: u16,
    headers: HeaderMap,
}

/// Not the headers: a redirect's `Location` may be presigned.
impl fmt::Debug for DownloadHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadHead").field("status", &self.status).finish_non_exhaustive()
    }
}

/// What an answer means for a download.
pub(super) enum Meaning<'a> {
    /// 200: the file from its beginning.
    Whole(Whole),
    /// 206: a part of it.
    Part(Part),
    /// 416: there are no such bytes.
    Unsatisfiable {
        /// How long the file is.
        total: Option<u64>,
    },
    /// It is elsewhere.
    Redirect(Option<&'a str>),
    /// Not at this URL, or not any longer.
    Refused,
    /// Not now.
    Trouble,
    /// What no storage should answer.
    Odd,
}

/// A whole file's announced length.
pub(super) struct Whole {
    pub(super) length: Option<u64>,
}

/// What `Content-Range` says of a part.
pub(super) struct Part {
    pub(super) from: u64,
    pub(super) total: Option<u64>,
    last: u64,
    length: Option<u64>,
}

impl Part {
    /// The position after its last byte.
    pub(super) const fn end(&self) -> Option<u64> {
        self.last.checked_add(1)
    }

    /// Whether what is said of it fits together.
    pub(super) fn is_sound(&self) -> bool {
        let fits = self.total.is_none_or(|total| self.last < total);
        let length = self.last.checked_sub(self.from).and_then(|last| last.checked_add(1));
        fits && length.is_some() && (self.length.is_none() || self.length == length)
    }
}

impl DownloadHead {
    /// The head of `answer`.
    #[must_use]
    pub fn of<B>(answer: &Response<B>) -> Self {
        Self { status: answer.status().as_u16(), headers: answer.headers().clone() }
    }

    pub(super) fn meaning(&self) -> Meaning<'_> {
        let length = || self.text(CONTENT_LENGTH).and_then(|text| text.trim().parse().ok());
        match self.status {
            200 => Meaning::Whole(Whole { length: length() }),
            // A part that does not say which one is, like several at once, is none that was asked for.
            206 => self.part(length()).map_or(Meaning::Part(NO_PART), Meaning::Part),
            301 | 302 | 303 | 307 | 308 => Meaning::Redirect(self.location()),
            // 400 is how storages speak of a signature that has expired, some of them.
            400 | 401 | 403 | 404 | 410 => Meaning::Refused,
            408 | 409 | 423 | 425 | 429 | 500..=599 => Meaning::Trouble,
            416 => {
                let total =
                    self.text(CONTENT_RANGE).and_then(|range| range.strip_prefix("bytes */"));
                Meaning::Unsatisfiable { total: total.and_then(|total| total.trim().parse().ok()) }
            }
            _ => Meaning::Odd,
        }
    }

    /// Reads `Content-Range: bytes 5-9/10`.
    fn part(&self, length: Option<u64>) -> Option<Part> {
        let range = self.text(CONTENT_RANGE)?.trim();
        let (unit, range) = range.split_once(' ')?;
        let (range, total) = range.trim().split_once('/')?;
        let (from, last) = range.split_once('-')?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        let total = match total.trim() {
            "*" => None,
            total => Some(total.parse().ok()?),
        };
        Some(Part {
            from: from.trim().parse().ok()?,
            last: last.trim().parse().ok()?,
            total,
            length,
        })
    }

    /// Unlike other headers it comes with letters of all scripts.
    fn location(&self) -> Option<&str> {
        std::str::from_utf8(self.headers.get(LOCATION)?.as_bytes()).ok()
    }

    pub(super) fn validator(&self) -> Option<Validator> {
        Validator::of(&self.headers)
    }

    /// Whether this is about the file that `known` names. A server that does not know `If-Range` answers about whatever is there, and
    /// one that gave an `ETag` gives it with every part (RFC 9110, section 15.3.7); a date it may leave out.
    pub(super) fn confirms(&self, known: Option<&Validator>) -> bool {
        let is_named = known.is_none_or(|known| {
            !known.is_etag() || self.validator().is_some_and(|now| now.is_etag())
        });
        is_named && !self.contradicts(known)
    }

    /// Whether this is about another file than the one that `known` names.
    pub(super) fn contradicts(&self, known: Option<&Validator>) -> bool {
        let Some(known) = known else { return false };
        if known.is_etag() {
            return self.validator().is_some_and(|now| now.is_etag() && now != *known);
        }
        self.text(LAST_MODIFIED).is_some_and(|now| now.trim() != known.as_str())
    }

    pub(super) fn content_type(&self) -> Option<String> {
        self.text(CONTENT_TYPE).map(ToOwned::to_owned)
    }

    /// What the body is encoded as, if it is.
    pub(super) fn foreign_encoding(&self) -> Option<String> {
        let encoding = self.headers.get(CONTENT_ENCODING)?;
        let text = redact::excerpt(encoding.as_bytes(), 60);
        (!text.is_empty() && !text.eq_ignore_ascii_case("identity")).then_some(text)
    }

    pub(super) fn is_web_page(&self) -> bool {
        self.text(CONTENT_TYPE).is_some_and(|content_type| {
            let essence = content_type.split(';').next().unwrap_or_default().trim();
            essence.eq_ignore_ascii_case("text/html")
                || essence.eq_ignore_ascii_case("application/xhtml+xml")
        })
    }

    /// The error that this answer is.
    pub(super) fn error(&self, message: &str) -> Error {
        let kind = match self.status {
            // Also of what should be the file itself.
            100..=399 | 416 => ErrorKind::InvalidResponse,
            // There is no key in question.
            400 | 401 | 403 | 404 | 410 => ErrorKind::OutputGone,
            status => ErrorKind::of_http_status(status),
        };
        Error::new(kind, message)
            .with_http_status(self.status)
            .with_request_id(answer::request_id(&self.headers))
            .with_retry_after(answer::retry_after(&self.headers))
    }

    fn text(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Sound in no way.
const NO_PART: Part = Part { from: 1, total: None, last: 0, length: None };
