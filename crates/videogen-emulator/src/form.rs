//! Forms with files (RFC 7578).

use http::header::CONTENT_TYPE;
use videogen_core::HttpRequest;

/// A part of a form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub(crate) name: String,
    pub(crate) is_file: bool,
    pub(crate) bytes: &'a [u8],
}

impl Part<'_> {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes).into_owned()
    }
}

/// Whether a request says that it is a form.
pub(crate) fn is_form(request: &HttpRequest) -> bool {
    boundary(request).is_some()
}

fn boundary(request: &HttpRequest) -> Option<String> {
    let content_type = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|it| it.trim().strip_prefix("boundary="))?;
    Some(boundary.trim_matches('"').to_owned())
}

/// The parts of a form. `None` if it breaks off, or is none.
pub(crate) fn parts(request: &HttpRequest) -> Option<Vec<Part<'_>>> {
    let boundary = format!("--{}", boundary(request)?);
    let (before, mut rest) = split(request.body(), boundary.as_bytes())?;
    if !before.is_empty() && !before.ends_with(b"\r\n") {
        return None;
    }
    let delimiter = format!("\r\n{boundary}");
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let (part, after) = split(rest.strip_prefix(b"\r\n")?, delimiter.as_bytes())?;
        parts.push(read(part)?);
        rest = after;
    }
    Some(parts)
}

/// What comes before and after the first `mark`.
fn split<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((bytes.get(..at)?, bytes.get(at.saturating_add(mark.len())..)?))
}

fn read(part: &[u8]) -> Option<Part<'_>> {
    let (head, bytes) = split(part, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(head);
    let disposition = head.split("\r\n").find(|line| {
        line.get(..20).is_some_and(|name| name.eq_ignore_ascii_case("content-disposition:"))
    })?;
    let parameter = |name: &str| {
        disposition.split(';').find_map(|it| {
            let value = it.trim().strip_prefix(name)?.strip_prefix('=')?;
            Some(value.trim_matches('"').to_owned())
        })
    };
    let is_file = parameter("filename").is_some();
    Some(Part { name: parameter("name")?, is_file, bytes })
}
