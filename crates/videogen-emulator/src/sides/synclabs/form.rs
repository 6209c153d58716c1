//! Forms with files (RFC 7578), as Sync Labs takes them.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use http::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};
use videogen_core::HttpRequest;

/// The fields that are JSON, from the page "Create Generation with Files".
const NESTED: [&str; 5] = ["input", "options", "segments", "dubParams", "dialogueEdit"];

/// The files of a submission, from the same page.
const FILES: [&str; 3] = ["video", "image", "audio"];

/// A part of a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) name: String,
    pub(super) is_file: bool,
    pub(super) bytes: &'a [u8],
}

impl Part<'_> {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes).into_owned()
    }
}

/// Whether a request says that it is a form.
pub(super) fn is_form(request: &HttpRequest) -> bool {
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
pub(super) fn parts(request: &HttpRequest) -> Option<Vec<Part<'_>>> {
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

/// What was submitted by a form, as the same submission in JSON, or what is wrong with it.
///
/// Each file is an asset among the inputs, as the page says. (Its id is made of its bytes, so that a repetition of a form is the
/// same submission. Where an input is among the others is inferred: files come first.)
pub(super) fn submitted(request: &HttpRequest) -> Result<Map<String, Value>, Vec<String>> {
    let parts = parts(request).ok_or_else(|| vec!["the form breaks off".to_owned()])?;
    let (mut body, mut problems) = (Map::new(), Vec::new());
    let (mut files, mut inputs) = (Vec::new(), Vec::new());
    for part in parts {
        let name = part.name.as_str();
        if part.is_file {
            match FILES.iter().find(|file| **file == name) {
                Some(kind) if files.iter().all(|file: &Value| file["type"] != **kind) => {
                    files.push(json!({ "type": kind, "assetId": asset_id(part.bytes) }));
                }
                Some(_) => problems.push(format!("{name} must be one file")),
                None => problems.push(format!("Unexpected field - {name}")),
            }
        } else if NESTED.contains(&name) {
            match serde_json::from_slice(part.bytes) {
                // The TypeScript SDK has a field for each input.
                Ok(Value::Array(items)) if name == "input" => inputs.extend(items),
                Ok(item) if name == "input" => inputs.push(item),
                Ok(value) => drop(body.insert(part.name, value)),
                Err(_) => problems.push(format!("{name} must be a JSON string")),
            }
        } else {
            let text = part.text();
            body.insert(part.name, text.into());
        }
    }
    files.extend(inputs);
    body.insert("input".to_owned(), files.into());
    if problems.is_empty() { Ok(body) } else { Err(problems) }
}

fn asset_id(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("00000000-0000-4000-a000-{:012x}", hasher.finish() & 0xffff_ffff_ffff)
}
