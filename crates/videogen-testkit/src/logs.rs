//! What is logged, kept to be looked at.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Text that is written to memory. Clones are the same text.
///
/// It takes what `tracing_subscriber::fmt` or a logger writes:
///
/// ```
/// use std::io::Write;
/// use videogen_testkit::Memory;
///
/// let log = Memory::default();
/// let writer = log.clone(); // `.with_writer(move || writer.clone())`
/// writeln!(writer.clone(), "polling").unwrap();
/// assert_eq!(log.text(), "polling\n");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    /// What was written so far.
    #[must_use]
    pub fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
