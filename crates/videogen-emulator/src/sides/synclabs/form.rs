//! Forms with files (RFC 7578), as Sync Labs takes them.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::{Map, Value, json};
use videogen_core::HttpRequest;

use crate::form::parts;

/// The fields that are JSON, from the page "Create Generation with Files".
const NESTED: [&str; 5] = ["input", "options", "segments", "dubParams", "dialogueEdit"];

/// The files of a submission, from the same page.
const FILES: [&str; 3] = ["video", "image", "audio"];

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
