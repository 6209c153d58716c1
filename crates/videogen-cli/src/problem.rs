//! Why the command did nothing, or stopped.

use std::fmt;
use std::io;

use crate::exit::Exit;

#[derive(Debug)]
pub(crate) enum Problem {
    /// The caller has to change something. Nothing was sent.
    Usage(String),
    /// Something could not be read or bound. Nothing was sent.
    Io(String, io::Error),
    /// The journal of a run could not be written. Something may have been sent.
    Journal(String, io::Error),
    /// What was learnt could not be written to stdout.
    Output(io::Error),
    /// A task of ours ended without a result. Something may have been sent.
    Task(tokio::task::JoinError),
}

impl Problem {
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::Io(..) => Exit::BadUsage,
            Self::Output(_) if self.is_broken_pipe() => Exit::Succeeded,
            Self::Output(_) | Self::Journal(..) | Self::Task(_) => Exit::CouldNotAsk,
        }
    }

    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => f.write_str(message),
            Self::Io(what, error) | Self::Journal(what, error) => {
                write!(f, "cannot {what}: {error}")
            }
            Self::Output(error) => write!(f, "cannot write to stdout: {error}"),
            Self::Task(error) => write!(f, "a fault of this command: {error}"),
        }
    }
}

impl From<videogen_core::Error> for Problem {
    fn from(error: videogen_core::Error) -> Self {
        Self::Usage(error.to_string())
    }
}
