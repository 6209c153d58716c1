//! The bodies of answers as they come, on the virtual clock.

use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use videogen_core::TransportError;
use videogen_core::stream::AsyncBody;
use videogen_testkit::VirtualClock;

use crate::output_file::FileBody;
use crate::reply::BodyEnd;

/// What comes of a body.
pub(super) struct Body {
    pub(super) bytes: Bytes,
    pub(super) file: Option<FileBody>,
    pub(super) end: BodyEnd,
    pub(super) clock: VirtualClock,
    /// How long a client waits for bytes that do not come.
    pub(super) patience: Duration,
}

impl Body {
    /// The next bytes, none at the end. Once there is an error there is no more.
    fn chunk(&mut self) -> Result<Bytes, (io::ErrorKind, &'static str)> {
        if self.bytes.is_empty() {
            self.bytes = self.file.as_mut().and_then(Iterator::next).unwrap_or_default();
        }
        if !self.bytes.is_empty() {
            return Ok(std::mem::take(&mut self.bytes));
        }
        match self.end {
            BodyEnd::Whole => Ok(Bytes::new()),
            BodyEnd::Cut => Err((
                io::ErrorKind::UnexpectedEof,
                "the connection to the emulator ended in the middle of the answer",
            )),
            BodyEnd::Stall => {
                self.clock.advance(self.patience);
                Err((io::ErrorKind::TimedOut, "the emulator did not go on in time"))
            }
        }
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let mut chunk = self.chunk().map_err(|(kind, message)| io::Error::new(kind, message))?;
        let piece = chunk.split_to(chunk.len().min(buffer.len()));
        for (to, from) in buffer.iter_mut().zip(&piece) {
            *to = *from;
        }
        self.bytes = chunk;
        Ok(piece.len())
    }
}

impl AsyncBody for Body {
    fn poll_chunk(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        Poll::Ready(match self.get_mut().chunk() {
            Ok(chunk) if chunk.is_empty() => None,
            Ok(chunk) => Some(Ok(chunk)),
            Err((_, message)) => Some(Err(TransportError::interrupted(message))),
        })
    }
}
