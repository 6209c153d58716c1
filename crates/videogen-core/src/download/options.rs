//! What a caller can decide about a download, and what comes of it.

use std::path::PathBuf;
use std::time::Duration;

use crate::container::Container;
use crate::download::Validator;
use crate::error::{Error, ErrorKind};
use crate::generation::Generation;
use crate::output::{Output, OutputKind};

/// Which output of a generation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two ways in which one asks")]
pub enum WhichOutput {
    /// The first that was asked for, and is not something on the side.
    #[default]
    FirstPrimary,
    /// The one of a kind, counted from zero.
    Nth(OutputKind, usize),
}

impl WhichOutput {
    /// The output of `generation` that is meant, and its number among those of its kind, counted from zero.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutputMissing`], or why the generation has none, as [`Generation::succeeded`] says it.
    pub fn of(self, generation: &Generation) -> Result<(&Output, usize), Error> {
        let of_kind = |kind| generation.outputs.iter().filter(move |output| output.kind == kind);
        let missing = match self {
            Self::FirstPrimary => {
                if let Some(first) = generation.outputs.iter().find(|output| output.primary) {
                    // It need not be the first of its kind.
                    let nth = of_kind(first.kind).take_while(|output| !output.primary).count();
                    return Ok((first, nth));
                }
                "no output that was asked for".to_owned()
            }
            Self::Nth(kind, nth) => {
                if let Some(output) = of_kind(kind).nth(nth) {
                    return Ok((output, nth));
                }
                format!("no output {} of kind {kind}", nth + 1)
            }
        };
        // That it failed says more than that it made nothing.
        let generation = generation.clone().succeeded()?;
        Err(Error::new(ErrorKind::OutputMissing, format!("there is {missing}"))
            .about(&generation.handle))
    }
}

/// What a caller can decide about a download.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DownloadOptions {
    /// The longest file that is fetched, in bytes. None by default: of any length.
    pub max_bytes: Option<u64>,
    /// How long the head of an answer, and then each next byte, may be waited for. 30 seconds by default.
    pub idle_timeout: Duration,
    /// How long to go on without a new byte, over all attempts, before giving up. 5 minutes by default. The time that keeping the
    /// bytes takes does not count.
    pub patience: Duration,
    /// How long the whole download may take, however well it goes on; it ends with [`ErrorKind::DownloadStalled`] then. A read
    /// that is under way is waited for, up to `idle_timeout`. None by default: as long as bytes come.
    pub deadline: Option<Duration>,
    /// How long to try where the storage refuses what the provider says is there: just after a generation it may not know of the
    /// output yet. 30 seconds by default; with zero it is tried once more.
    pub grace: Duration,
    /// The rest before the first repetition; it doubles with each that does not bring 64 KiB. 1 second by default.
    pub first_rest: Duration,
    /// The longest rest, unless the server asks for a longer one. 15 seconds by default.
    pub longest_rest: Duration,
    /// How many redirects are followed in a row. 5 by default.
    pub max_redirects: u32,
    /// Whether the output may be at an address that is not one of the internet's, or at a plain `http` URL. `false` by default;
    /// where the provider itself is at such an address it may be in any case.
    pub allow_private_addresses: bool,
}

impl Default for DownloadOptions {
    fn default() -> Self {
        Self {
            max_bytes: None,
            idle_timeout: Duration::from_secs(30),
            patience: Duration::from_secs(300),
            deadline: None,
            grace: Duration::from_secs(30),
            first_rest: Duration::from_secs(1),
            longest_rest: Duration::from_secs(15),
            max_redirects: 5,
            allow_private_addresses: false,
        }
    }
}

/// Bytes that are there from an earlier attempt, of another process say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Kept {
    /// How many, from the beginning of the file.
    pub bytes: u64,
    /// Of which file they are. Without it they cannot be used.
    pub validator: Option<Validator>,
    /// How long the whole file is, if that was told.
    pub total: Option<u64>,
}

impl Kept {
    /// So many bytes of the file that `validator` names.
    #[must_use]
    pub const fn new(bytes: u64, validator: Option<Validator>, total: Option<u64>) -> Self {
        Self { bytes, validator, total }
    }
}

/// How far a download has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DownloadProgress {
    /// How many bytes are there, with those of an earlier attempt. Goes back where a file has to be fetched anew.
    pub bytes: u64,
    /// How long the whole file is, if that was told.
    pub total: Option<u64>,
    /// How often it went on in the middle, after a cut or from an earlier attempt.
    pub resumed: u32,
}

/// What was downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downloaded {
    /// How long the file is, in bytes.
    pub bytes: u64,
    /// How many bytes of it came over the network now: fewer where it went on from an earlier attempt, more where it had to be
    /// begun anew.
    pub fetched: u64,
    /// How often it went on in the middle, after a cut or from an earlier attempt.
    pub resumed: u32,
    /// How often it was begun anew, since the file had changed or the server gives no parts of it.
    pub restarted: u32,
    /// How often the provider was asked anew where the output is.
    pub renewed: u32,
    /// The media type that the server gave it.
    pub content_type: Option<String>,
    /// Whether it is a whole MP4. `None` where nobody looked.
    pub container: Option<Container>,
    /// Where it is, if it was written to a file.
    pub path: Option<PathBuf>,
}

impl Downloaded {
    /// So many bytes, fetched at once.
    #[must_use]
    pub const fn of(bytes: u64) -> Self {
        Self {
            bytes,
            fetched: bytes,
            resumed: 0,
            restarted: 0,
            renewed: 0,
            content_type: None,
            container: None,
            path: None,
        }
    }
}
