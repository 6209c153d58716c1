//! What makes the files what they say they are.

use bytes::Bytes;

/// The bytes before the content of an `mdat` whose size fits 32 bits.
pub(super) const MP4_HEAD_BYTES: usize = FTYP.len() + MOOV_BYTES + 8;

const FTYP: [u8; 24] = *b"\0\0\0\x18ftypisom\0\0\x02\0isommp42";

/// `moov` with nothing but the `mvhd` that it must have.
const MOOV_BYTES: usize = 8 + MVHD_BYTES;
const MVHD_BYTES: usize = 108;

/// A picture of one black pixel.
pub(super) const PNG: [u8; 67] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b,
    0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x60, 0x00, 0x00, 0x00,
    0x02, 0x00, 0x01, 0xe5, 0x27, 0xde, 0xfc, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae,
    0x42, 0x60, 0x82,
];

/// All of an MP4 of `length` bytes but the content of its `mdat`, which is what is left. The size of the `mdat` has 64 bits if it does
/// not fit 32 (ISO/IEC 14496-12, section 4.2).
pub(super) fn mp4_head(length: u64) -> Bytes {
    let mut head = FTYP.to_vec();
    head.extend((MOOV_BYTES as u32).to_be_bytes());
    head.extend(b"moov");
    head.extend(mvhd());
    let mdat = length.saturating_sub(head.len() as u64);
    match u32::try_from(mdat) {
        Ok(mdat) => {
            head.extend(mdat.to_be_bytes());
            head.extend(b"mdat");
        }
        Err(_) => {
            head.extend(1_u32.to_be_bytes());
            head.extend(b"mdat");
            head.extend(mdat.to_be_bytes());
        }
    }
    head.into()
}

/// A movie header of version 0, section 8.2.2.
fn mvhd() -> Vec<u8> {
    const TIMESCALE: u32 = 1000;
    const DURATION: u32 = 4000;
    let words: [u32; 25] = [
        0, // version and flags
        0, // creation
        0, // modification
        TIMESCALE,
        DURATION,
        0x0001_0000, // rate 1.0
        0x0100_0000, // volume 1.0
        0,           // reserved
        0,
        0x0001_0000, // the unity matrix
        0,
        0,
        0,
        0x0001_0000,
        0,
        0,
        0,
        0x4000_0000,
        0, // predefined
        0,
        0,
        0,
        0,
        0,
        1, // the next track
    ];
    let mut bytes = (MVHD_BYTES as u32).to_be_bytes().to_vec();
    bytes.extend(b"mvhd");
    bytes.extend(words.into_iter().flat_map(u32::to_be_bytes));
    bytes
}
