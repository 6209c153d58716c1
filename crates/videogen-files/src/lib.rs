//! Files that appear whole or not at all, for videogen's downloads.
//!
//! ```
//! use std::io::Write;
//! use videogen_files::{PartFile, PartOptions};
//!
//! # fn main() -> Result<(), videogen_files::PartError> {
//! # let dir = std::env::temp_dir().join(format!("videogen-files-doc-{}", std::process::id()));
//! # let name = "cat.mp4";
//! let options = PartOptions::new().with_source("example:gen_abc123 video 0");
//! let mut part = PartFile::open_in(&dir, name, &options)?;
//! if part.have() == 0 {
//!     part.restart(Some("\"etag\""), Some(5))?; // which file these are bytes of
//! }
//! part.write_all(b"bytes").unwrap(); // if the process dies here, the next one goes on from there
//! let path = part.finish()?;
//! assert_eq!(path, dir.join(name));
//! # std::fs::remove_dir_all(&dir).unwrap();
//! # Ok(())
//! # }
//! ```
//!
//! # In scope
//!
//! [`PartFile`]: the bytes of a file that is not whole yet, beside the place where it is to appear. [`DownloadFile`]: one for an output,
//! with its name and a look at whether it is a whole video, for the clients.
//!
//! # Out of scope
//!
//! Where the bytes come from. This crate knows no provider and no HTTP client.
//!
//! # How it fits
//!
//! ```text
//! cat.mp4              appears when it is whole, by one rename
//! .cat.mp4.part        the bytes so far; locked while a process writes it
//! .cat.mp4.part.json   which file they are bytes of: ETag or Last-Modified, length, media type, a name of the caller's
//! .cat.mp4.part.copy   only where somebody gave the part another name: what becomes the part
//! ```
//!
//! # What holds, and where
//!
//! - Under its own name a file is whole, at any time, whatever dies when.
//! - A file that was there is not replaced unless that was asked for. Where the file system has no hard links (FAT), a file that
//!   another process makes in the moment between the last look and the rename is replaced all the same.
//! - Bytes of another file are not gone on with: those whose sidecar is missing, torn, of another format or of another
//!   source are thrown away. After a loss of power this needs a file system that does not give a file a length before
//!   its bytes, as those of Linux and macOS do not.
//! - Two processes, or two threads, do not write the same file: the second one gets an error. Where the file system has no locks
//!   (some network ones) nobody notices.
//! - No symbolic link under the name of the part is followed, and no hard link that another file has there is written to: a part that got another name while no
//!   process wrote it is copied first.

mod download;
mod error;
mod part;
mod paths;
mod same;
mod sidecar;

pub use download::{DownloadFile, Place};
pub use error::PartError;
pub use part::{PartFile, PartOptions, sweep};
