//! Where things are.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::error::PartError;

/// The paths of a file that is to appear.
#[derive(Debug)]
pub(crate) struct Paths {
    pub(crate) target: PathBuf,
    pub(crate) part: PathBuf,
    pub(crate) sidecar: PathBuf,
    /// A part that is being made of one with other names.
    pub(crate) copy: PathBuf,
    pub(crate) dir: PathBuf,
}

impl Paths {
    pub(crate) fn of(target: &Path) -> Result<Self, PartError> {
        // `videos/` and `videos/.` have a last name too, and mean a directory.
        let is_last = |name: &&OsStr| {
            target.as_os_str().as_encoded_bytes().ends_with(name.as_encoded_bytes())
        };
        let name = target
            .file_name()
            .filter(is_last)
            .ok_or_else(|| PartError::NotAName { path: target.to_owned() })?;
        let beside = |end: &str| {
            let mut hidden = OsString::from(".");
            hidden.push(name);
            hidden.push(end);
            target.with_file_name(hidden)
        };
        let dir = match target.parent() {
            Some(dir) if dir != Path::new("") => dir.to_owned(),
            _ => PathBuf::from("."),
        };
        Ok(Self {
            target: target.to_owned(),
            part: beside(".part"),
            sidecar: beside(".part.json"),
            copy: beside(".part.copy"),
            dir,
        })
    }
}
