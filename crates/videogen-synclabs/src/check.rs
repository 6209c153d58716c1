//! What is wrong with a request, said before anything is sent.

use videogen_core::{Error, ErrorKind};

/// `field`, by its name at Sync Labs, and what is wrong with it.
pub(crate) fn invalid(field: &str, problem: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("`{field}` {problem}"))
}

/// A URL that somebody else is to fetch: absolute, and `http` or `https`.
pub(crate) fn url(field: &str, url: &str) -> Result<(), Error> {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(rest)
            if !rest.is_empty() && !url.chars().any(|c| c.is_whitespace() || c.is_control()) =>
        {
            Ok(())
        }
        _ => Err(invalid(field, "is not an absolute URL that begins with https:// or http://")),
    }
}

/// A time in a video, in seconds.
pub(crate) fn range(field: &str, (start, end): (f64, f64)) -> Result<(), Error> {
    if !(start >= 0.0 && end > start && end.is_finite()) {
        return Err(invalid(
            field,
            &format!("goes from 0 or later to a later time, in seconds, not from {start} to {end}"),
        ));
    }
    Ok(())
}

/// A number of items in one page of a list.
pub(crate) fn limit(limit: u32, most: u32) -> Result<(), Error> {
    if (1..=most).contains(&limit) {
        return Ok(());
    }
    Err(invalid("limit", &format!("is 1 to {most}, not {limit}")))
}
