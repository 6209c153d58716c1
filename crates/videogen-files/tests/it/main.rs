//! Files that appear whole or not at all, on the file system of this machine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod dir;
mod download;
mod dying;
mod links;
mod part;
mod sequences;
