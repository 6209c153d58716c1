//! What is logged, kept to be looked at.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};

use log::{LevelFilter, Log, Metadata, Record};

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

/// Keeps everything that this thread logs with `log`, at every level, from now on.
///
/// # Panics
///
/// If the process has a logger.
#[must_use]
pub fn keep_log_of_this_thread() -> Memory {
    let memory = Memory::default();
    let logger = ThreadLog { thread: thread::current().id(), memory: memory.clone() };
    log::set_logger(Box::leak(Box::new(logger))).expect("a process without a logger");
    log::set_max_level(LevelFilter::Trace);
    memory
}

struct ThreadLog {
    thread: ThreadId,
    memory: Memory,
}

impl Log for ThreadLog {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        thread::current().id() == self.thread
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = format!("{} {} {}\n", record.level(), record.target(), record.args());
            // Memory takes everything.
            let _ = self.memory.clone().write_all(line.as_bytes());
        }
    }

    fn flush(&self) {}
}
