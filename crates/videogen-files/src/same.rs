//! Whether an open file is the one that has a name.
//!
//! A lock is on a file and not on a name: whoever opened a part before another process finished it, and locked it after, would
//! write into the finished file.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

/// What an open file and a name have to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The name is the only one of the file.
    Only,
    /// The file has this name and others.
    OneOfSeveral,
    /// The file does not have this name.
    Gone,
}

/// What `file` and `path` have to do with each other.
pub(crate) fn standing(path: &Path, file: &File) -> io::Result<Standing> {
    let named = match path.symlink_metadata() {
        Ok(named) => named,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Standing::Gone),
        Err(error) => return Err(error),
    };
    Ok(if named.is_file() { of(&named, &file.metadata()?) } else { Standing::Gone })
}

/// Whether two paths are surely names of one file.
pub(crate) fn are_one_file(one: &Path, other: &Path) -> bool {
    match (one.symlink_metadata(), other.symlink_metadata()) {
        (Ok(one), Ok(other)) if one.is_file() => of(&one, &other) == Standing::OneOfSeveral,
        _ => false,
    }
}

#[cfg(unix)]
fn of(named: &Metadata, open: &Metadata) -> Standing {
    use std::os::unix::fs::MetadataExt as _;

    if (named.dev(), named.ino()) != (open.dev(), open.ino()) {
        Standing::Gone
    } else if named.nlink() > 1 {
        Standing::OneOfSeveral
    } else {
        Standing::Only
    }
}

// Elsewhere the standard library does not tell which file it is. Two have hardly been made at the same time.
#[cfg(not(unix))]
fn of(named: &Metadata, open: &Metadata) -> Standing {
    if named.created().ok() == open.created().ok() && named.len() == open.len() {
        Standing::Only
    } else {
        Standing::Gone
    }
}
