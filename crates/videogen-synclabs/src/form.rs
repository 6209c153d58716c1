//! A submission with files, as a form.

use std::collections::BTreeMap;

use videogen_core::{Error, ErrorKind, FilePart, HttpRequest, Json, NewGeneration, post_form};

use crate::check::invalid;
use crate::provider::{API_KEY, SyncLabs};

/// The parts that are files, from the page "Create Generation with Files": at most one of each.
const FILES: [&str; 3] = ["video", "image", "audio"];

/// The most fields of a form beside its files, from the same page.
const MAX_FIELDS: usize = 32;

/// The longest field, in bytes, from the same page.
const MAX_FIELD_BYTES: usize = 1024 * 1024;

/// The form: each member of the body is a field, a string as it is and anything else as JSON.
pub(crate) fn request(sync: &SyncLabs, new: &NewGeneration) -> Result<HttpRequest, Error> {
    check_files(&new.files)?;
    let members: BTreeMap<String, Json> = serde_json::from_str(&new.body).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, "what is to be submitted is not a JSON object")
            .with_source(error)
    })?;
    let fields: Vec<(String, String)> = members
        .into_iter()
        .filter(|(_, value)| value.get() != "null")
        .map(|(name, value)| {
            let text = value.parse::<String>().unwrap_or_else(|_| value.get().to_owned());
            (name, text)
        })
        .collect();
    if fields.len() > MAX_FIELDS {
        let problem = format!("the form has {} fields, and at most {MAX_FIELDS} fit", fields.len());
        return Err(Error::new(ErrorKind::InvalidInput, problem));
    }
    for (name, value) in &fields {
        if FILES.contains(&name.as_str()) {
            return Err(invalid(name, "is the name of a file's part, and no field"));
        }
        if value.len() > MAX_FIELD_BYTES {
            return Err(invalid(
                name,
                &format!("has {} bytes, and at most {MAX_FIELD_BYTES} fit a form", value.len()),
            ));
        }
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    post_form(sync.base(), "/generate", (API_KEY, sync.key().bare()), &fields, &new.files)
}

fn check_files(files: &[FilePart]) -> Result<(), Error> {
    for (at, file) in files.iter().enumerate() {
        if !FILES.contains(&file.name.as_str()) {
            return Err(invalid(
                &file.name,
                "is no part of the form: files are `video`, `image` or `audio`",
            ));
        }
        if files.iter().take(at).any(|earlier| earlier.name == file.name) {
            return Err(invalid(&file.name, "is there twice, and the form has one"));
        }
    }
    Ok(())
}
