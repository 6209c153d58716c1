//! Forms with files, as `multipart/form-data` (RFC 7578).

use std::fmt;

use http::HeaderValue;
use memchr::memmem;

use crate::error::{Error, ErrorKind};

/// A file in a form.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FilePart {
    /// The form's name for it: `video`, say.
    pub name: String,
    /// The name of the file.
    pub file_name: String,
    /// What it is: `video/mp4`, say.
    pub content_type: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl FilePart {
    /// A file in a form.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        file_name: impl Into<String>,
        content_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            name: name.into(),
            file_name: file_name.into(),
            content_type: content_type.into(),
            bytes: bytes.into(),
        }
    }
}

/// Not what is in it.
impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilePart")
            .field("name", &self.name)
            .field("file_name", &self.file_name)
            .field("content_type", &self.content_type)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// A form: its `Content-Type`, and the bytes of the body. The same form is always written the same.
///
/// ```
/// use videogen_core::multipart::{self, FilePart};
/// let file = FilePart::new("video", "me.mp4", "video/mp4", *b"....");
/// let (content_type, body) = multipart::encode(&[("model", "sync-3")], &[file]).unwrap();
/// assert_eq!(content_type, "multipart/form-data; boundary=videogen-form-0");
/// assert!(String::from_utf8(body).unwrap().contains("name=\"video\"; filename=\"me.mp4\""));
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`] for a name or type that cannot stand in a header: one with a control character.
pub fn encode(
    fields: &[(&str, &str)],
    files: &[FilePart],
) -> Result<(HeaderValue, Vec<u8>), Error> {
    let boundary = boundary(fields, files);
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n",
            quoted(name)?
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    for file in files {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            quoted(&file.name)?,
            quoted(&file.file_name)?,
            in_header(&file.content_type)?,
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&file.bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    let content_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
        .map_err(|error| {
        Error::new(ErrorKind::InvalidInput, "the form has no boundary").with_source(error)
    })?;
    Ok((content_type, body))
}

/// The first of a row of words that is nowhere in the form.
fn boundary(fields: &[(&str, &str)], files: &[FilePart]) -> String {
    let mut number = 0_u64;
    loop {
        let boundary = format!("videogen-form-{number}");
        let finder = memmem::Finder::new(&boundary);
        let is_in = |bytes: &[u8]| finder.find(bytes).is_some();
        if !fields.iter().any(|(_, value)| is_in(value.as_bytes()))
            && !files.iter().any(|file| is_in(&file.bytes))
        {
            return boundary;
        }
        number = number.wrapping_add(1);
    }
}

/// As browsers write it in quotes (WHATWG, "multipart form data").
fn quoted(text: &str) -> Result<String, Error> {
    Ok(in_header(text)?.replace('"', "%22"))
}

fn in_header(text: &str) -> Result<&str, Error> {
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "a name or a type in a form is empty or has a control character in it",
        ));
    }
    Ok(text)
}
