//! What comes of submitting and waiting in one go, for the clients.
//!
//! A generation that was accepted is being made, and paid for, whatever happens to who asked for it. So its handle is in
//! everything that can come of it: in [`Generated::accepted`], in the error of each wait that was given up, and in a
//! [`GenerateError`].

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use crate::generation::Generation;
use crate::handle::Handle;
use crate::submit::Accepted;

/// Generations that were submitted and waited for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Generated {
    /// What the provider said when it accepted them.
    pub accepted: Accepted,
    /// How the wait for each of them ended, in the order of [`Accepted::handles`]. An error names its handle.
    pub ended: Vec<Result<Generation, Error>>,
}

impl Generated {
    /// These were accepted, and the waits for them ended so.
    #[must_use]
    pub const fn new(accepted: Accepted, ended: Vec<Result<Generation, Error>>) -> Self {
        Self { accepted, ended }
    }

    /// All of them, or the first error.
    ///
    /// # Errors
    ///
    /// Those of a wait. The others' ends are lost then, their handles are not: see [`Generated::accepted`] before.
    pub fn into_all(self) -> Result<Vec<Generation>, Error> {
        self.ended.into_iter().collect()
    }

    /// The first one, which is the only one at a provider that makes one for each submission.
    ///
    /// # Errors
    ///
    /// Those of its wait, and [`ErrorKind::InvalidResponse`] if none was accepted.
    pub fn into_first(self) -> Result<Generation, Error> {
        self.ended.into_iter().next().unwrap_or_else(|| {
            Err(Error::new(ErrorKind::InvalidResponse, "no generation was accepted"))
        })
    }
}

/// Why generations were not waited for.
#[derive(Clone)]
#[non_exhaustive]
pub enum GenerateError {
    /// The submission was not accepted, as far as is known. If it is [`ErrorKind::Ambiguous`], something may be in the making.
    NotSubmitted(Error),
    /// They are being made, and what was to be done with their handles before the first poll failed. Nothing was polled.
    NotStored {
        /// What was accepted: store its handles otherwise, and wait for them.
        accepted: Box<Accepted>,
        /// Why.
        source: Arc<dyn StdError + Send + Sync>,
    },
}

impl GenerateError {
    /// What was accepted, and was not stored because of `source`. For clients.
    #[must_use]
    pub fn not_stored(
        accepted: Accepted,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::NotStored { accepted: Box::new(accepted), source: Arc::from(source.into()) }
    }

    /// The generations that are being made, as far as is known.
    #[must_use]
    pub fn handles(&self) -> &[Handle] {
        match self {
            Self::NotSubmitted(error) => error.handle().map_or(&[], std::slice::from_ref),
            Self::NotStored { accepted, .. } => &accepted.handles,
        }
    }
}

impl From<Error> for GenerateError {
    fn from(error: Error) -> Self {
        Self::NotSubmitted(error)
    }
}

/// The submission's error, or one of kind [`ErrorKind::WaitCancelled`] about the first handle, whose message names them all.
impl From<GenerateError> for Error {
    fn from(error: GenerateError) -> Self {
        match error {
            GenerateError::NotSubmitted(error) => error,
            GenerateError::NotStored { ref accepted, ref source } => {
                let own = Self::new(ErrorKind::WaitCancelled, not_stored(accepted))
                    .with_source(Shared(Arc::clone(source)));
                match accepted.handles.first() {
                    Some(first) => own.about(first),
                    None => own,
                }
            }
        }
    }
}

fn not_stored(accepted: &Accepted) -> String {
    let handles: Vec<_> = accepted.handles.iter().map(ToString::to_string).collect();
    format!("what was accepted could not be stored, and is being made: {}", handles.join(", "))
}

/// Names the handles in their text form, which is enough to find them again.
impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSubmitted(error) => fmt::Display::fmt(error, f),
            Self::NotStored { accepted, .. } => f.write_str(&not_stored(accepted)),
        }
    }
}

impl fmt::Debug for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSubmitted(error) => f.debug_tuple("NotSubmitted").field(error).finish(),
            Self::NotStored { accepted, source } => f
                .debug_struct("NotStored")
                .field("accepted", accepted)
                .field("source", &source.to_string())
                .finish(),
        }
    }
}

impl StdError for GenerateError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::NotSubmitted(error) => error.source(),
            Self::NotStored { source, .. } => {
                let source: &(dyn StdError + 'static) = &**source;
                Some(source)
            }
        }
    }
}

/// A shared error as one of its own.
struct Shared(Arc<dyn StdError + Send + Sync>);

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl StdError for Shared {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}
