//! Forms with files (RFC 7578), as Prism takes them in place of JSON.

use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};
use videogen_core::HttpRequest;

/// A part of a form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// Only a file has one.
    pub(crate) file_name: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// The parts of a request that is a form. `None` if it is none; a form that breaks off has the parts that are whole.
pub(crate) fn parts(request: &HttpRequest) -> Option<Vec<Part>> {
    let content_type = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|it| it.trim().strip_prefix("boundary="))?;
    // The first delimiter has no line before it.
    let mut body = b"\r\n".to_vec();
    body.extend_from_slice(request.body());
    let delimiter = format!("\r\n--{}", boundary.trim_matches('"'));
    let mut parts = Vec::new();
    let mut rest = after(&body, delimiter.as_bytes()).map(|(_, rest)| rest)?;
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let Some((part, next)) = after(part, delimiter.as_bytes()) else { break };
        parts.extend(read(part));
        rest = next;
    }
    Some(parts)
}

/// What is before `mark`, and what is after it.
fn after<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((bytes.get(..at)?, bytes.get(at.saturating_add(mark.len())..)?))
}

fn read(part: &[u8]) -> Option<Part> {
    let (head, bytes) = after(part, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(head);
    let disposition = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let parameter = |name: &str| {
        let (_, value) = disposition.split_once(&format!("; {name}=\""))?;
        Some(value.split_once('"')?.0.to_owned())
    };
    Some(Part { name: parameter("name")?, file_name: parameter("filename"), bytes: bytes.to_vec() })
}

/// The JSON that a submission from a template comes to, whether it was sent as such or as a form. A file stands in it as
/// the value of a variable.
///
/// How a form names its parts no page says: this is how `videogen-prism` does.
pub(crate) fn submitted(request: &HttpRequest) -> Option<Value> {
    let Some(parts) = parts(request) else {
        return serde_json::from_slice(request.body()).ok();
    };
    let mut body = Map::new();
    let mut files = Map::new();
    for part in parts {
        match part.file_name {
            Some(file_name) => {
                files.insert(part.name, Value::String(file_name));
            }
            None => {
                let text = String::from_utf8_lossy(&part.bytes).into_owned();
                let value = match part.name.as_str() {
                    "variables" | "character_variables" => serde_json::from_str(&text).ok()?,
                    _ => Value::String(text),
                };
                body.insert(part.name, value);
            }
        }
    }
    if let Some(Value::Object(variables)) = body.get_mut("variables") {
        variables.extend(files);
    }
    Some(Value::Object(body))
}
