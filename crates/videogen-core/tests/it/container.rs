//! A cut video is noticed.

use proptest::prelude::*;
use videogen_core::container::{Container, ContainerCheck, ContainerProblem};

const PLAIN: &[u8] = include_bytes!("../data/plain.mp4");
const FASTSTART: &[u8] = include_bytes!("../data/faststart.mp4");
const FRAGMENTED: &[u8] = include_bytes!("../data/fragmented.mp4");
const WEBM: &[u8] = include_bytes!("../data/small.webm");

fn check(bytes: &[u8]) -> Result<Container, ContainerProblem> {
    let mut check = ContainerCheck::new();
    check.feed(bytes);
    assert_eq!(check.fed(), bytes.len() as u64);
    check.finish()
}

fn boxed(kind: &[u8; 4], payload: usize) -> Vec<u8> {
    let mut bytes = u32::try_from(payload + 8).unwrap().to_be_bytes().to_vec();
    bytes.extend_from_slice(kind);
    bytes.resize(payload + 8, b'.');
    bytes
}

fn long_box(kind: &[u8; 4], length: u64) -> Vec<u8> {
    [&1u32.to_be_bytes()[..], kind, &length.to_be_bytes()].concat()
}

#[test]
fn whole_files_are_whole_and_others_are_unknown() {
    for file in [PLAIN, FASTSTART, FRAGMENTED] {
        assert_eq!(check(file), Ok(Container::Whole));
    }
    assert_eq!(check(WEBM), Ok(Container::Unknown));
    assert_eq!(check(b"<!doctype html>"), Ok(Container::Unknown));
    assert_eq!(check(b""), Err(ContainerProblem::TooShort));
}

#[test]
fn a_cut_at_any_byte_is_noticed() {
    for file in [PLAIN, FASTSTART] {
        for cut in 0..file.len() {
            assert!(check(&file[..cut]).is_err(), "after {cut} of {}", file.len());
        }
    }
    // But for the ends of fragments, each of which makes a file that is shorter and whole.
    let unnoticed: Vec<usize> =
        (0..FRAGMENTED.len()).filter(|&cut| check(&FRAGMENTED[..cut]).is_ok()).collect();
    let starts_fragment = |at: &usize| matches!(&FRAGMENTED[at + 4..at + 8], b"moof" | b"mfra");
    assert!(!unnoticed.is_empty() && unnoticed.iter().all(starts_fragment), "{unnoticed:?}");
}

#[test]
fn lengths_of_64_bits_and_to_the_end_are_read() {
    let begin = [boxed(b"ftyp", 4), boxed(b"moov", 0)].concat();
    let with = |rest: &[&[u8]]| check(&[&begin[..], &rest.concat()].concat());
    assert_eq!(with(&[&long_box(b"mdat", 18), b".."]), Ok(Container::Whole));
    assert_eq!(with(&[&long_box(b"mdat", 16), &boxed(b"free", 0)]), Ok(Container::Whole));
    assert_eq!(
        with(&[&long_box(b"mdat", 1 << 40)]),
        Err(ContainerProblem::Cut { missing: (1 << 40) - 16 })
    );
    assert_eq!(with(&[b"\0\0\0\0mdat", &[0; 100]]), Ok(Container::Whole));
    assert_eq!(
        with(&[b"\0\0\0\0free", &boxed(b"mdat", 9)]),
        Err(ContainerProblem::Missing { kind: "mdat" })
    );
    // Lengths that no box has.
    let at = begin.len() as u64;
    for odd in [&long_box(b"mdat", 15)[..], b"\0\0\0\x07mdat", &[0; 8], b"\0\0\0\x09\xffdat."] {
        assert_eq!(with(&[odd]), Err(ContainerProblem::NotABox { at }), "{odd:?}");
    }
}

proptest! {
    #[test]
    fn it_does_not_matter_in_which_pieces_they_come(
        cuts in prop::collection::vec(0..PLAIN.len(), 0..20),
        end in 0..=PLAIN.len(),
    ) {
        let mut cuts = cuts;
        cuts.retain(|cut| *cut < end);
        cuts.sort_unstable();
        let mut pieces = ContainerCheck::new();
        let mut from = 0;
        for cut in cuts {
            pieces.feed(&PLAIN[from..cut]);
            from = cut;
        }
        pieces.feed(&PLAIN[from..end]);
        prop_assert_eq!(pieces.finish(), check(&PLAIN[..end]));
    }

    #[test]
    fn any_bytes_are_fine(bytes: Vec<u8>) {
        let _ = check(&bytes);
        let _ = check(&[&boxed(b"ftyp", 0)[..], &bytes].concat());
    }
}
