//! What the typed bodies check before anything is sent.

use std::ops::RangeInclusive;

use http::Uri;
use serde::Serialize;
use videogen_core::{Error, ErrorKind, NewGeneration, redact};

/// How much of a URL an error shows, in characters.
const LONGEST_SHOWN: usize = 100;

pub(crate) fn invalid(field: &str, what: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("`{field}` {what}"))
}

pub(crate) fn new_generation(body: &impl Serialize) -> Result<NewGeneration, Error> {
    let json = serde_json::to_string(body).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, "the video cannot be written as JSON")
            .with_source(error)
    })?;
    NewGeneration::from_json(json)
}

pub(crate) fn not_blank(field: &str, text: &str) -> Result<(), Error> {
    if text.trim().is_empty() { Err(invalid(field, "is blank")) } else { Ok(()) }
}

pub(crate) fn seconds(
    field: &str,
    seconds: Option<u32>,
    range: RangeInclusive<u32>,
) -> Result<(), Error> {
    match seconds {
        Some(seconds) if !range.contains(&seconds) => {
            let (least, most) = (range.start(), range.end());
            let what = if *most == u32::MAX {
                format!("is {seconds} seconds, less than {least}")
            } else {
                format!("is {seconds} seconds, not {least} to {most}")
            };
            Err(invalid(field, &what))
        }
        _ => Ok(()),
    }
}

/// `WIDTHxHEIGHT`.
pub(crate) fn size(size: &str) -> Result<(), Error> {
    let is_length = |text: &str| text.parse::<u32>().is_ok_and(|pixels| pixels > 0);
    let fits = size.split_once('x').is_some_and(|(width, height)| {
        is_length(width) && is_length(height) && !size.contains(['+', ' '])
    });
    if fits {
        return Ok(());
    }
    let shown: String = size.chars().filter(|c| !c.is_control()).take(40).collect();
    Err(invalid("size", &format!("is `{shown}`, not a width and a height such as `1280x720`")))
}

/// A URL that the service is to fetch.
pub(crate) fn url(field: &str, url: &str) -> Result<(), Error> {
    let refused = |what: &str| {
        // Redact before cutting: a cut must not hide where a query begins. A `data:` URL has no end.
        let shown: String = redact::url(url).chars().take(LONGEST_SHOWN).collect();
        invalid(field, &format!("has the URL `{shown}`, which {what}"))
    };
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(refused("has a blank in it"));
    }
    let begins = |scheme: &str| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty());
    if ["https://", "http://", "data:"].into_iter().any(begins) {
        return Ok(());
    }
    Err(refused("begins neither with `https://` nor with `data:`"))
}

/// Where a webhook goes.
pub(crate) fn https(field: &str, url: &str) -> Result<(), Error> {
    let is_https = url.parse::<Uri>().is_ok_and(|uri| {
        uri.scheme_str().is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    });
    if is_https {
        return Ok(());
    }
    let shown: String = redact::url(url).chars().take(LONGEST_SHOWN).collect();
    Err(invalid(field, &format!("is `{shown}`, no absolute https URL")))
}
