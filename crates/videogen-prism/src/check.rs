//! What the pages forbid, found before anything is sent. No message repeats a value: it may hold a secret.

use std::fmt;
use std::ops::RangeInclusive;

use serde::Serialize;
use videogen_core::{Error, ErrorKind};

/// `field`, by the provider's name for it, cannot be sent so.
pub(crate) fn invalid(field: &str, problem: impl fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("`{field}` {problem}"))
}

/// A text with something in it.
pub(crate) fn filled(field: &str, text: &str) -> Result<(), Error> {
    if text.trim().is_empty() { Err(invalid(field, "must not be empty")) } else { Ok(()) }
}

/// A text of so many characters. The pages do not say how they count; here it is Unicode's characters.
pub(crate) fn length(field: &str, text: &str, range: RangeInclusive<usize>) -> Result<(), Error> {
    let count = text.chars().count();
    if range.contains(&count) {
        return Ok(());
    }
    let (least, most) = range.into_inner();
    Err(invalid(field, format_args!("has {count} characters, not {least} to {most}")))
}

/// An absolute `http` or `https` URL.
pub(crate) fn web_url(field: &str, url: &str) -> Result<(), Error> {
    let after = |scheme: &str| {
        let start = url.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| url.get(scheme.len()..)).flatten()
    };
    let host = after("https://").or_else(|| after("http://"));
    let names_a_host = host.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?']));
    if names_a_host && !url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        Ok(())
    } else {
        Err(invalid(field, "must be an http or https URL"))
    }
}

/// The key of a file in Prism's storage, as opposed to where a file is.
pub(crate) fn storage_key(field: &str, key: &str) -> Result<(), Error> {
    filled(field, key)?;
    if key.contains("://") || key.starts_with("data:") {
        return Err(invalid(field, "must be an S3 key, not a URL: upload the file first"));
    }
    Ok(())
}

/// A MIME type such as `image/png`.
pub(crate) fn mime_type(field: &str, mime_type: &str) -> Result<(), Error> {
    let is_type = mime_type
        .split_once('/')
        .is_some_and(|(kind, subtype)| !kind.trim().is_empty() && !subtype.trim().is_empty());
    let fits = mime_type.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    if is_type && fits {
        Ok(())
    } else {
        Err(invalid(field, "must be a MIME type: image/png, say"))
    }
}

/// A body as JSON.
pub(crate) fn json(body: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(body).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, "the body cannot be written as JSON").with_source(error)
    })
}
