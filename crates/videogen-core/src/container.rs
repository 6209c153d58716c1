//! Whether bytes are a whole MP4.
//!
//! An MP4 is a row of boxes, each of which says how long it is (ISO/IEC 14496-12, section 4.2). So a file that was cut is
//! noticed by walking over them, without looking into the video.

use std::fmt;

/// What the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Container {
    /// An MP4, and all of it.
    Whole,
    /// Something else, WebM say, of which nothing is known here.
    Unknown,
}

/// Why bytes are not a whole MP4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContainerProblem {
    /// There are fewer bytes than any container has.
    TooShort,
    /// A box ends after the bytes do: they were cut.
    Cut {
        /// How many bytes are missing at the least.
        missing: u64,
    },
    /// There is no box of a kind that every MP4 has: they were cut between two boxes, or it never was an MP4.
    Missing {
        /// The kind: `moov`, which describes the video, or `mdat`, which is the video.
        kind: &'static str,
    },
    /// What stands where a box should begin is none.
    NotABox {
        /// At this byte.
        at: u64,
    },
}

impl fmt::Display for ContainerProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => f.write_str("it is too short to be a video"),
            Self::Cut { missing } => write!(f, "at least {missing} bytes are missing at its end"),
            Self::Missing { kind } => write!(f, "its part `{kind}` is missing"),
            Self::NotABox { at } => write!(f, "it is garbled at byte {at}"),
        }
    }
}

impl std::error::Error for ContainerProblem {}

/// The longest head of a box: a length, a kind, and a length of 64 bits.
const LONGEST_HEAD: usize = 16;
/// The shortest: a length and a kind.
const SHORTEST_HEAD: usize = 8;

/// Walks over the boxes of an MP4 as its bytes come, in whatever pieces.
///
/// Bytes that do not begin with a box `ftyp` are [`Container::Unknown`]: also QuickTime files older than that box. What it cannot
/// notice: a file of many fragments that was cut exactly between two of them, and damage inside of a box.
///
/// ```
/// use videogen_core::container::{Container, ContainerCheck, ContainerProblem};
///
/// let mut check = ContainerCheck::new();
/// check.feed(b"\0\0\0\x0cftypisom\0\0\0\x08moov");
/// check.feed(b"\0\0\0\x0amdat..");
/// assert_eq!(check.finish(), Ok(Container::Whole));
///
/// check = ContainerCheck::new();
/// check.feed(b"\0\0\0\x0cftypisom\0\0\0\x08moov\0\0\0\x0amdat.");
/// assert_eq!(check.finish(), Err(ContainerProblem::Cut { missing: 1 }));
/// ```
#[derive(Clone, Debug, Default)]
pub struct ContainerCheck {
    fed: u64,
    place: Place,
    head: [u8; LONGEST_HEAD],
    head_length: usize,
    has_ftyp: bool,
    has_moov: bool,
    has_mdat: bool,
    /// A fragment's description, of which the video has not come yet.
    awaits_mdat: bool,
}

/// Where in the file it is.
#[derive(Clone, Copy, Debug, Default)]
enum Place {
    /// In the head of a box.
    #[default]
    Head,
    /// So many bytes before the end of a box.
    Inside(u64),
    /// In a box that goes on to the end of the file.
    InLast,
    /// In a file of another kind.
    Elsewhere,
    /// At something that is no box.
    Lost { at: u64 },
}

impl ContainerCheck {
    /// A check of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many bytes it was fed.
    #[must_use]
    pub const fn fed(&self) -> u64 {
        self.fed
    }

    /// Takes note of the next bytes.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let taken = match self.place {
                Place::Head => {
                    self.place = self.next_of_head(bytes);
                    1
                }
                Place::Inside(left) => {
                    let taken = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                    let left = left - taken as u64;
                    self.place = if left == 0 { Place::Head } else { Place::Inside(left) };
                    taken
                }
                Place::InLast | Place::Elsewhere | Place::Lost { .. } => bytes.len(),
            };
            self.fed += taken as u64;
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    /// What the bytes were, now that there are no more.
    ///
    /// # Errors
    ///
    /// When it is an MP4 by its beginning, and not a whole one.
    pub fn finish(&self) -> Result<Container, ContainerProblem> {
        if let Place::Elsewhere = self.place {
            return Ok(Container::Unknown);
        }
        if !self.has_ftyp && self.fed < SHORTEST_HEAD as u64 {
            return Err(ContainerProblem::TooShort);
        }
        match self.place {
            Place::Lost { at } => return Err(ContainerProblem::NotABox { at }),
            Place::Inside(missing) => return Err(ContainerProblem::Cut { missing }),
            Place::Head if self.head_length > 0 => {
                let missing = SHORTEST_HEAD.saturating_sub(self.head_length).max(1);
                return Err(ContainerProblem::Cut { missing: missing as u64 });
            }
            _ => {}
        }
        if !self.has_moov {
            return Err(ContainerProblem::Missing { kind: "moov" });
        }
        if !self.has_mdat || self.awaits_mdat {
            return Err(ContainerProblem::Missing { kind: "mdat" });
        }
        Ok(Container::Whole)
    }

    /// Where the next byte of a head leads.
    fn next_of_head(&mut self, bytes: &[u8]) -> Place {
        if let (Some(byte), Some(place)) = (bytes.first(), self.head.get_mut(self.head_length)) {
            *place = *byte;
            self.head_length += 1;
        }
        if self.head_length < SHORTEST_HEAD {
            return Place::Head;
        }
        let [a, b, c, d, k0, k1, k2, k3, long @ ..] = self.head;
        let kind = [k0, k1, k2, k3];
        let at = self.fed + 1 - self.head_length as u64;
        if !self.has_ftyp && kind != *b"ftyp" {
            return Place::Elsewhere;
        }
        if !kind.iter().all(|byte| (0x20..0x7f).contains(byte)) {
            return Place::Lost { at };
        }
        let length = match u32::from_be_bytes([a, b, c, d]) {
            0 => None,
            1 if self.head_length < LONGEST_HEAD => return Place::Head,
            1 => Some(u64::from_be_bytes(long)),
            length => Some(u64::from(length)),
        };
        let left = match length {
            None => None,
            Some(length) => match length.checked_sub(self.head_length as u64) {
                Some(left) => Some(left),
                None => return Place::Lost { at },
            },
        };
        self.head_length = 0;
        self.note(kind);
        match left {
            None => Place::InLast,
            Some(0) => Place::Head,
            Some(left) => Place::Inside(left),
        }
    }

    fn note(&mut self, kind: [u8; 4]) {
        match &kind {
            b"ftyp" => self.has_ftyp = true,
            b"moov" => self.has_moov = true,
            b"moof" => self.awaits_mdat = true,
            b"mdat" => {
                self.has_mdat = true;
                self.awaits_mdat = false;
            }
            _ => {}
        }
    }
}
