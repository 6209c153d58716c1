//! The files that emulated generations make.

mod body;
mod media;

use std::fmt;
use std::io::{self, Read};
use std::sync::LazyLock;

use bytes::Bytes;

pub use body::FileBody;

use crate::provider_name::ProviderName;

/// How long a video is unless the script says so, in bytes.
pub const DEFAULT_FILE_BYTES: u64 = 128 * 1024;

/// The shortest video that a script may ask for, in bytes: one with an empty `mdat`.
pub const MIN_FILE_BYTES: u64 = media::MP4_HEAD_BYTES as u64;

/// The longest video that a script may ask for, in bytes: 1 TiB.
pub const MAX_FILE_BYTES: u64 = 1 << 40;

/// What follows the head of a file comes in blocks of so many bytes.
const BLOCK: usize = 1 << 20;

/// Noise, twice as long as a block: each block is a stretch of it that begins elsewhere.
static NOISE: LazyLock<Bytes> = LazyLock::new(|| {
    let words = (0..(2 * BLOCK as u64 / 8)).map(|number| mixed(number).to_le_bytes());
    words.flatten().collect::<Vec<u8>>().into()
});

/// A file that a generation made, as long as its script says and in no memory: every byte is a function of the
/// generation and the byte's place.
///
/// A video is a valid MP4 without tracks: `ftyp`, `moov`, and an `mdat` of noise.
///
/// ```
/// use std::io::Read;
/// use videogen_core::Moment;
/// use videogen_emulator::{Emulator, ProviderName, Script};
///
/// let mut emulator = Emulator::new(std::time::SystemTime::UNIX_EPOCH);
/// let script = Script::new(ProviderName::PRISM).with_file_bytes(1 << 30);
/// let created = emulator.add(Moment::ORIGIN, script).unwrap();
/// let file = emulator.output_file(ProviderName::PRISM, &created.id).unwrap();
/// assert_eq!(file.len(), 1 << 30);
/// let mut end = [0; 4];
/// assert_eq!(file.read_at(file.len() - 4, &mut end), 4);
/// assert_eq!(file.first_difference(file.reader()).unwrap(), None);
/// ```
#[derive(Clone)]
pub struct OutputFile {
    head: Bytes,
    length: u64,
    seed: u64,
    content_type: &'static str,
}

impl OutputFile {
    /// A video of a generation, counted from 0, after it changed `version` times.
    pub(crate) fn video(
        provider: ProviderName,
        id: &str,
        number: usize,
        version: u64,
        length: u64,
    ) -> Self {
        Self {
            head: media::mp4_head(length),
            length,
            seed: mixed(number as u64).wrapping_sub(mixed(0)) ^ seed(provider, id, version),
            content_type: "video/mp4",
        }
    }

    /// The last frame of a generation's video.
    pub(crate) fn last_frame(provider: ProviderName, id: &str) -> Self {
        Self {
            head: Bytes::from_static(&media::PNG),
            length: media::PNG.len() as u64,
            seed: seed(provider, id, 0),
            content_type: "image/png",
        }
    }

    /// How many bytes it has.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.length
    }

    /// Whether it has none, which is never so.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Its media type.
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// Its `ETag`, a strong one, with the quotes.
    #[must_use]
    pub fn etag(&self) -> String {
        format!("\"{:016x}-{:x}\"", self.seed, self.length)
    }

    /// Copies bytes from `offset` on into `buffer`, and says how many: fewer than `buffer` has only at the file's end.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> usize {
        let mut done = 0;
        while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
            let piece = self.piece(offset.saturating_add(done as u64), rest.len());
            if piece.is_empty() {
                break;
            }
            for (to, from) in rest.iter_mut().zip(&piece) {
                *to = *from;
            }
            done += piece.len();
        }
        done
    }

    /// The whole of it from the beginning.
    #[must_use]
    pub fn reader(&self) -> FileBody {
        FileBody::new(self.clone(), 0..self.length, None)
    }

    /// Where `other` first differs from this file: the offset of the byte that is another, missing or too much. `None` if they
    /// are the same. Takes no memory to speak of.
    ///
    /// # Errors
    ///
    /// Those of `other`.
    pub fn first_difference(&self, mut other: impl Read) -> io::Result<Option<u64>> {
        let mut buffer = vec![0; 256 * 1024];
        let mut offset = 0;
        loop {
            let read = other.read(&mut buffer)?;
            let read = buffer.get(..read).unwrap_or_default();
            if read.is_empty() {
                return Ok((offset < self.length).then_some(offset));
            }
            let mut rest = read;
            while !rest.is_empty() {
                let piece = self.piece(offset, rest.len());
                let (begun, after) = rest.split_at(piece.len());
                if piece.is_empty() || *begun != *piece {
                    let same = begun.iter().zip(&piece).take_while(|(a, b)| a == b).count();
                    return Ok(Some(offset + same as u64));
                }
                offset += piece.len() as u64;
                rest = after;
            }
        }
    }

    /// Bytes from `offset` on that lie together in memory: at least one and at most `most`; none at the end.
    fn piece(&self, offset: u64, most: usize) -> Bytes {
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let most = most.min(left);
        let (source, from) = match offset.checked_sub(self.head.len() as u64) {
            None => (&self.head, usize::try_from(offset).unwrap_or(usize::MAX)),
            Some(offset) => {
                let (block, within) = (offset / BLOCK as u64, (offset % BLOCK as u64) as usize);
                let begin = mixed(self.seed.wrapping_add(block)) as usize % BLOCK;
                let until = begin + BLOCK;
                return NOISE.slice(begin + within..(begin + within + most).min(until));
            }
        };
        source.slice(from..(from.saturating_add(most)).min(source.len()))
    }
}

impl fmt::Debug for OutputFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OutputFile({}, {} bytes)", self.content_type, self.length)
    }
}

/// FNV-1a of what tells one file from another.
fn seed(provider: ProviderName, id: &str, version: u64) -> u64 {
    let names = provider.as_str().bytes().chain([b':']).chain(id.bytes());
    let hash = names.chain(version.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    mixed(hash)
}

/// SplitMix64: numbers that lie side by side come out without any likeness.
const fn mixed(number: u64) -> u64 {
    let z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
