//! A body that is read as it comes.

use std::io::{self, ErrorKind, Read};

use ureq::{Body, BodyReader};
use videogen_core::TransportError;

use crate::exchange::Stage;
use crate::explain::{Attempt, explain};

/// A body that is read as it comes, with errors of the transport.
pub(crate) struct Arriving {
    body: BodyReader<'static>,
    attempt: Attempt,
    /// ureq gives an end after an error.
    is_broken: bool,
}

impl Arriving {
    pub(crate) fn new(body: Body, attempt: Attempt) -> Self {
        Self { body: body.into_reader(), attempt, is_broken: false }
    }

    fn explain(&mut self, error: io::Error) -> io::Error {
        self.is_broken = true;
        let kind = error.kind();
        // Takes ureq's own error out again.
        let error = ureq::Error::from(error);
        let kind =
            if matches!(error, ureq::Error::Timeout(_)) { ErrorKind::TimedOut } else { kind };
        io::Error::new(kind, explain(error, Stage::Sent, &self.attempt))
    }
}

impl Read for Arriving {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.is_broken {
            let broken = TransportError::interrupted("the answer broke off before");
            return Err(io::Error::new(ErrorKind::UnexpectedEof, broken));
        }
        if bytes.is_empty() {
            return Ok(0);
        }
        self.body.read(bytes).map_err(|error| self.explain(error))
    }
}
