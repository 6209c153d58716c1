//! What a part does when nothing goes wrong, and what it refuses.

use std::io::Write;
use std::path::Path;

use videogen_files::{PartError, PartFile, PartOptions};

use crate::dir::{Dir, get, put};

fn options() -> PartOptions {
    PartOptions::new().with_source("example:g1 video 0")
}

/// A part with some bytes, left for later.
fn left(dir: &Dir) {
    let mut part = PartFile::open(&dir.target(), &options()).unwrap();
    part.restart(Some("\"v1\""), Some(10)).unwrap();
    part.write_all(b"first").unwrap();
}

/// How many bytes are gone on with.
fn have(dir: &Dir, options: &PartOptions) -> u64 {
    PartFile::open(&dir.target(), options).unwrap().have()
}

#[test]
fn a_file_appears_when_it_is_whole() {
    let dir = Dir::new();
    let mut part = PartFile::open(&dir.target(), &options()).unwrap();
    assert_eq!((part.have(), part.validator(), part.total()), (0, None, None));
    part.restart(None, None).unwrap();
    part.write_all(b"some bytes").unwrap();
    assert_eq!(dir.names(), [".cat.mp4.part", ".cat.mp4.part.json"]);
    assert_eq!(part.finish().unwrap(), dir.target());
    assert_eq!(dir.names(), ["cat.mp4"]);
    assert_eq!(get(&dir.target()), b"some bytes");
}

#[test]
fn another_process_goes_on() {
    let dir = Dir::new();
    left(&dir);
    let mut part = PartFile::open(&dir.target(), &options()).unwrap();
    assert_eq!((part.have(), part.validator(), part.total()), (5, Some("\"v1\""), Some(10)));
    let mut seen = Vec::new();
    part.read_back(|piece| seen.extend_from_slice(piece)).unwrap();
    assert_eq!(seen, b"first");
    part.write_all(b"-last").unwrap();
    part.finish().unwrap();
    assert_eq!(get(&dir.target()), b"first-last");
}

#[test]
fn a_long_part_is_read_back_in_pieces() {
    let dir = Dir::new();
    let mut part = PartFile::open(&dir.target(), &options()).unwrap();
    part.restart(None, None).unwrap();
    let bytes: Vec<u8> = (0..700_001_u32).map(|n| (n % 251) as u8).collect();
    part.write_all(&bytes).unwrap();
    let (mut seen, mut pieces) = (Vec::new(), 0);
    part.read_back(|piece| {
        seen.extend_from_slice(piece);
        pieces += 1;
    })
    .unwrap();
    assert!(seen == bytes && pieces > 1);
}

#[test]
fn bytes_can_be_thrown_away() {
    let dir = Dir::new();
    left(&dir);
    let mut part = PartFile::open(&dir.target(), &options()).unwrap();
    part.truncate(7).unwrap();
    assert_eq!(part.have(), 5);
    part.truncate(2).unwrap();
    part.write_all(b"xy").unwrap();
    assert_eq!((part.have(), get(&dir.part())), (4, b"fixy".to_vec()));
    part.restart(Some("\"v2\""), None).unwrap();
    assert_eq!((part.have(), part.validator(), part.total()), (0, Some("\"v2\""), None));
    part.write_all(b"again").unwrap();
    part.finish().unwrap();
    assert_eq!(get(&dir.target()), b"again");
}

#[test]
fn bytes_of_something_else_are_not_gone_on_with() {
    let sidecar = |format: u32, source: &str, total: u32| {
        format!(
            r#"{{"format":{format},"source":"{source}","validator":"\"v1\"","total":{total},"more":1}}"#
        )
    };
    let ours = "example:g1 video 0";
    for (text, expected) in [
        (sidecar(1, ours, 10), 5),
        (sidecar(1, ours, 5), 5),
        (sidecar(2, ours, 10), 0),
        (sidecar(1, "example:g2 video 0", 10), 0),
        (sidecar(1, ours, 4), 0),
        (String::new(), 0),
        ("[]".to_owned(), 0),
        (sidecar(1, ours, 10).repeat(2), 0),
    ] {
        let dir = Dir::new();
        left(&dir);
        put(&dir.sidecar(), &text);
        assert_eq!(have(&dir, &options()), expected, "{text}");
    }
}

#[test]
fn a_torn_sidecar_is_none() {
    let whole = {
        let dir = Dir::new();
        left(&dir);
        get(&dir.sidecar())
    };
    for length in 0..whole.len() {
        let dir = Dir::new();
        left(&dir);
        put(&dir.sidecar(), &whole[..length]);
        assert_eq!(have(&dir, &options()), 0, "{length} of {} bytes", whole.len());
    }
}

#[test]
fn a_part_without_a_sidecar_is_none_and_a_sidecar_without_a_part_neither() {
    let dir = Dir::new();
    left(&dir);
    std::fs::remove_file(dir.sidecar()).unwrap();
    assert_eq!(have(&dir, &options()), 0);
    left(&dir);
    std::fs::remove_file(dir.part()).unwrap();
    let part = PartFile::open(&dir.target(), &options()).unwrap();
    assert_eq!((part.have(), part.validator()), (0, None));
}

#[test]
fn a_part_without_bytes_leaves_nothing() {
    let dir = Dir::new();
    let mut part = PartFile::open(&dir.target(), &options()).unwrap();
    part.restart(Some("\"v1\""), None).unwrap();
    drop(part);
    assert_eq!(dir.names(), [""; 0]);
}

#[test]
fn discarded_bytes_are_gone() {
    let dir = Dir::new();
    left(&dir);
    PartFile::open(&dir.target(), &options()).unwrap().discard().unwrap();
    assert_eq!(dir.names(), [""; 0]);
}

#[test]
fn a_file_that_is_there_stays_as_it_is() {
    let dir = Dir::new();
    put(&dir.target(), "precious");
    let error = PartFile::open(&dir.target(), &options()).unwrap_err();
    assert!(matches!(error, PartError::Exists { .. }), "{error}");
    assert_eq!(dir.names(), ["cat.mp4"]);
    std::fs::remove_file(dir.target()).unwrap();
    left(&dir);
    let part = PartFile::open(&dir.target(), &options()).unwrap();
    put(&dir.target(), "precious");
    let error = part.finish().unwrap_err();
    assert_eq!(error.to_string(), format!("{} exists already", dir.target().display()));
    assert_eq!(get(&dir.target()), b"precious");
    // Another place for it can still be found.
    assert_eq!(get(&dir.part()), b"first");
}

#[test]
fn a_file_is_replaced_when_that_is_asked_for_and_not_before() {
    let dir = Dir::new();
    put(&dir.target(), "old");
    let mut part = PartFile::open(&dir.target(), &options().with_overwrite(true)).unwrap();
    part.restart(None, None).unwrap();
    part.write_all(b"new").unwrap();
    assert_eq!(get(&dir.target()), b"old");
    part.finish().unwrap();
    assert_eq!((get(&dir.target()), dir.names()), (b"new".to_vec(), vec!["cat.mp4".to_owned()]));
}

#[test]
fn two_at_once_do_not_write_the_same_file() {
    let dir = Dir::new();
    let mut first = PartFile::open(&dir.target(), &options()).unwrap();
    first.restart(None, None).unwrap();
    first.write_all(b"of the first").unwrap();
    let error = PartFile::open(&dir.target(), &options()).unwrap_err();
    assert!(matches!(error, PartError::Busy { .. }), "{error}");
    assert_eq!(error.to_string(), format!("{} is being written already", dir.target().display()));
    first.finish().unwrap();
    assert_eq!(get(&dir.target()), b"of the first");
}

#[test]
fn a_part_that_was_taken_away_does_not_appear() {
    let dir = Dir::new();
    left(&dir);
    let part = PartFile::open(&dir.target(), &options()).unwrap();
    std::fs::remove_file(dir.part()).unwrap();
    put(&dir.part(), "of somebody else");
    let error = part.finish().unwrap_err();
    assert!(matches!(error, PartError::TakenAway { .. }), "{error}");
    assert_eq!(get(&dir.part()), b"of somebody else");
    assert!(!dir.target().exists());
}

#[test]
fn a_part_of_somebody_else_is_not_removed() {
    let dir = Dir::new();
    left(&dir);
    let part = PartFile::open(&dir.target(), &options()).unwrap();
    std::fs::remove_file(dir.part()).unwrap();
    left(&dir);
    part.discard().unwrap();
    assert_eq!(have(&dir, &options()), 5);
}

#[test]
fn a_file_that_is_there_counts_more_than_one_that_replaces_it() {
    let dir = Dir::new();
    put(&dir.target(), "old");
    let _replacing = PartFile::open(&dir.target(), &options().with_overwrite(true)).unwrap();
    let error = PartFile::open(&dir.target(), &options()).unwrap_err();
    assert!(matches!(error, PartError::Exists { .. }), "{error}");
}

#[test]
fn a_directory_is_made_for_a_name_in_it_and_for_nothing_else() {
    let dir = Dir::new();
    let below = dir.path().join("a").join("b");
    let part = PartFile::open_in(&below, "cat.mp4", &options()).unwrap();
    assert_eq!(part.target(), below.join("cat.mp4"));
    for name in ["", ".", "..", "../cat.mp4", "/cat.mp4", "a/cat.mp4", "cat.mp4/", "./cat.mp4"] {
        let missing = dir.path().join("missing");
        let error = PartFile::open_in(&missing, name, &options()).unwrap_err();
        assert!(matches!(error, PartError::NotAName { .. }), "{name}: {error}");
        assert!(!missing.exists());
    }
    let nowhere = dir.path().join("missing").join("cat.mp4");
    let error = PartFile::open(&nowhere, &options()).unwrap_err();
    assert!(matches!(error, PartError::Io { what: "make", .. }), "{error}");
    for path in ["", "..", "/", ".", "videos/", "videos/.", "videos//", "a/videos/./"] {
        let error = PartFile::open(Path::new(path), &options()).unwrap_err();
        assert!(matches!(error, PartError::NotAName { .. }), "{path}: {error}");
    }
}

#[test]
fn what_is_not_a_file_is_not_written() {
    let dir = Dir::new();
    std::fs::create_dir(dir.target()).unwrap();
    for options in [options(), options().with_overwrite(true)] {
        let error = PartFile::open(&dir.target(), &options).unwrap_err();
        assert!(matches!(error, PartError::NotAFile { .. }), "{error}");
    }
    std::fs::remove_dir(dir.target()).unwrap();
    std::fs::create_dir(dir.part()).unwrap();
    let error = PartFile::open(&dir.target(), &options()).unwrap_err();
    assert!(matches!(error, PartError::NotAFile { .. }), "{error}");
}
