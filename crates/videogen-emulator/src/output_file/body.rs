//! The bytes of a file on their way.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use super::OutputFile;

/// How many bytes are handed out at once at the most.
const PIECE: usize = 256 * 1024;

/// A stretch of a file, piece by piece, or read. What is handed out counts as
/// [sent](crate::Fetches::bytes_sent).
#[derive(Debug)]
pub struct FileBody {
    file: OutputFile,
    rest: Range<u64>,
    sent: Option<Arc<AtomicU64>>,
}

impl FileBody {
    pub(crate) const fn new(
        file: OutputFile,
        stretch: Range<u64>,
        sent: Option<Arc<AtomicU64>>,
    ) -> Self {
        Self { file, rest: stretch, sent }
    }

    /// How many bytes are left.
    #[must_use]
    pub const fn remaining(&self) -> u64 {
        self.rest.end.saturating_sub(self.rest.start)
    }

    /// Leaves the first `keep` bytes.
    pub(crate) fn truncate(&mut self, keep: u64) {
        self.rest.end = self.rest.end.min(self.rest.start.saturating_add(keep));
    }

    fn take(&mut self, most: usize) -> Bytes {
        let left = usize::try_from(self.remaining()).unwrap_or(usize::MAX);
        let piece = self.file.piece(self.rest.start, most.min(left));
        self.rest.start += piece.len() as u64;
        if let Some(sent) = &self.sent {
            sent.fetch_add(piece.len() as u64, Ordering::Relaxed);
        }
        piece
    }
}

impl Iterator for FileBody {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        Some(self.take(PIECE)).filter(|piece| !piece.is_empty())
    }
}

impl Read for FileBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let piece = self.take(buffer.len());
        for (to, from) in buffer.iter_mut().zip(&piece) {
            *to = *from;
        }
        Ok(piece.len())
    }
}
