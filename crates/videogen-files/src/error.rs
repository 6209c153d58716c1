//! Why a file is not there.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file is not there. Each one names a path.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PartError {
    /// There is a file already, and it was not asked to be replaced. It is as it was.
    #[error("{} exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Another process, or another thread, is writing it.
    #[error("{} is being written already", path.display())]
    Busy {
        /// The file that is to appear.
        path: PathBuf,
    },
    /// The name of the file or of its part is that of something else: a directory, a symbolic link, a device.
    #[error("{} is not a file", path.display())]
    NotAFile {
        /// What is something else.
        path: PathBuf,
    },
    /// It is not the name of a file, or not of one in that directory.
    #[error("{} is not a file name", path.display())]
    NotAName {
        /// What was named.
        path: PathBuf,
    },
    /// Somebody moved or removed the part while it was written. Its bytes are lost.
    #[error("{} was taken away while it was written", path.display())]
    TakenAway {
        /// The part.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot {what} {}", path.display())]
    Io {
        /// What was tried, as in `write`.
        what: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl PartError {
    /// For `map_err`.
    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }
}
