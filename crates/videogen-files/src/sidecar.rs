//! What the bytes of a part are bytes of.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The only format so far.
const FORMAT: u32 = 1;
/// More than any of ours has.
const LONGEST: u64 = 64 * 1024;

/// What the bytes of a part are bytes of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sidecar {
    format: u32,
    /// The caller's own name of it.
    source: String,
    /// What the server calls this version of the file.
    pub(crate) validator: Option<String>,
    /// How long the file is.
    pub(crate) total: Option<u64>,
    /// What kind of file the server says it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content_type: Option<String>,
    /// Whether all of it came, and was found not to be whole.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) damaged: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_false(it: &bool) -> bool {
    !*it
}

impl Sidecar {
    pub(crate) fn new(source: &str, validator: Option<&str>, total: Option<u64>) -> Self {
        let validator = validator.map(str::to_owned);
        let source = source.to_owned();
        Self { format: FORMAT, source, validator, total, content_type: None, damaged: false }
    }

    /// The one of the bytes of `source` at `path`. `None` if there is none that can be relied on.
    pub(crate) fn read(path: &Path, source: &str) -> Option<Self> {
        // Opening a pipe would wait for who writes into it.
        if !path.symlink_metadata().ok()?.is_file() {
            return None;
        }
        #[expect(clippy::disallowed_methods, reason = "this crate is the one for files")]
        let file = File::open(path).ok()?;
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).ok()?;
        let known: Self = serde_json::from_str(&text).ok()?;
        (known.format == FORMAT && known.source == source).then_some(known)
    }

    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        // A new file, so that no link is followed.
        remove(path)?;
        let text = serde_json::to_vec(self)?;
        File::options().write(true).create_new(true).open(path)?.write_all(&text)
    }
}

/// Removes a file that may not be there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
