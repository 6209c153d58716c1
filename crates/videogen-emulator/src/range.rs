//! Which part of a file is asked for (RFC 9110, section 14).

use std::ops::Range;

use http::HeaderMap;
use http::header::{IF_RANGE, RANGE};

/// What a request asks for of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    Bytes(Range<u64>),
    /// Bytes that the file does not have.
    Unsatisfiable,
}

impl Part {
    /// The part of a file of `length` bytes with these validators. `If-Range` with another one asks for the whole.
    pub(crate) fn asked(headers: &HeaderMap, length: u64, etag: &str, modified: &str) -> Self {
        let text = |name| headers.get(name).map(|value: &http::HeaderValue| value.to_str());
        let Some(Ok(range)) = text(RANGE) else { return Self::Whole };
        match text(IF_RANGE) {
            None => Self::of(range, length),
            Some(Ok(validator)) if validator == etag || validator == modified => {
                Self::of(range, length)
            }
            Some(_) => Self::Whole,
        }
    }

    /// What cannot be read, or names several parts, may be ignored, and is.
    fn of(range: &str, length: u64) -> Self {
        let Some((unit, range)) = range.split_once('=') else { return Self::Whole };
        let Some((first, last)) = range.trim().split_once('-') else { return Self::Whole };
        if !unit.eq_ignore_ascii_case("bytes") {
            return Self::Whole;
        }
        let stretch = match (number(first), number(last)) {
            (None, Some(count)) if first.is_empty() => length.saturating_sub(count)..length,
            (Some(first), None) if last.is_empty() => first..length,
            (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(length),
            _ => return Self::Whole,
        };
        if stretch.start < stretch.end { Self::Bytes(stretch) } else { Self::Unsatisfiable }
    }
}

/// A number that may be too long to be counted with.
fn number(digits: &str) -> Option<u64> {
    (!digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()))
        .then(|| digits.parse().unwrap_or(u64::MAX))
}
