//! Links under the names of parts.
#![cfg(unix)]

use std::io::Write;
use std::os::unix::fs::symlink;

use videogen_files::{PartError, PartFile, PartOptions, sweep};

use crate::dir::{Dir, get, put};

fn write(dir: &Dir, options: &PartOptions) -> Result<(), PartError> {
    let mut part = PartFile::open(&dir.target(), options)?;
    part.restart(None, None)?;
    part.write_all(b"the bytes").unwrap();
    part.finish().map(drop)
}

#[test]
fn a_part_that_is_a_symbolic_link_is_not_followed() {
    for victim in ["precious", "missing"] {
        let dir = Dir::new();
        put(&dir.path().join("precious"), "untouched");
        symlink(dir.path().join(victim), dir.part()).unwrap();
        let error = write(&dir, &PartOptions::new()).unwrap_err();
        assert!(matches!(error, PartError::NotAFile { .. }), "{error}");
        assert_eq!(get(&dir.path().join("precious")), b"untouched");
        assert!(!dir.path().join("missing").exists());
    }
}

#[test]
fn a_sidecar_that_is_a_symbolic_link_is_not_written_through() {
    let dir = Dir::new();
    put(&dir.path().join("precious"), "untouched");
    symlink(dir.path().join("precious"), dir.sidecar()).unwrap();
    write(&dir, &PartOptions::new()).unwrap();
    assert_eq!(get(&dir.path().join("precious")), b"untouched");
    assert_eq!(get(&dir.target()), b"the bytes");
}

#[test]
fn a_part_that_is_another_files_name_too_is_not_written() {
    let dir = Dir::new();
    put(&dir.path().join("precious"), "untouched");
    std::fs::hard_link(dir.path().join("precious"), dir.part()).unwrap();
    write(&dir, &PartOptions::new()).unwrap();
    assert_eq!(get(&dir.path().join("precious")), b"untouched");
    assert_eq!(get(&dir.target()), b"the bytes");
}

#[test]
fn a_sidecar_that_is_a_pipe_is_not_waited_for() {
    let dir = Dir::new();
    put(&dir.part(), "bytes");
    let made = std::process::Command::new("mkfifo").arg(dir.sidecar()).status().unwrap();
    assert!(made.success());
    let (done, is_done) = std::sync::mpsc::channel();
    let target = dir.target();
    std::thread::spawn(move || {
        let part = PartFile::open(&target, &PartOptions::new());
        done.send(part.unwrap().have()).unwrap();
    });
    assert_eq!(is_done.recv_timeout(std::time::Duration::from_secs(10)), Ok(0));
}

/// A part with some bytes.
fn begun(dir: &Dir) -> PartFile {
    let mut part = PartFile::open(&dir.target(), &PartOptions::new()).unwrap();
    part.restart(Some("v1"), None).unwrap();
    part.write_all(b"the ").unwrap();
    part
}

#[test]
fn a_part_that_somebody_keeps_a_copy_of_appears_all_the_same() {
    for overwrite in [false, true] {
        let dir = Dir::new();
        let mut part = begun(&dir);
        if overwrite {
            drop(part);
            let options = PartOptions::new().with_overwrite(true);
            part = PartFile::open(&dir.target(), &options).unwrap();
        }
        std::fs::hard_link(dir.part(), dir.path().join("backup")).unwrap();
        part.write_all(b"bytes").unwrap();
        part.finish().unwrap();
        assert_eq!(get(&dir.target()), b"the bytes");
        assert_eq!(dir.names(), ["backup", "cat.mp4"]);
    }
}

#[test]
fn a_part_that_somebody_keeps_a_copy_of_is_gone_on_with_and_the_copy_stays_as_it_is() {
    let dir = Dir::new();
    drop(begun(&dir));
    std::fs::hard_link(dir.part(), dir.path().join("backup")).unwrap();
    let mut part = PartFile::open(&dir.target(), &PartOptions::new()).unwrap();
    assert_eq!((part.have(), part.validator()), (4, Some("v1")));
    let busy = PartFile::open(&dir.target(), &PartOptions::new()).unwrap_err();
    assert!(matches!(busy, PartError::Busy { .. }), "{busy}");
    part.write_all(b"bytes").unwrap();
    part.finish().unwrap();
    assert_eq!(get(&dir.target()), b"the bytes");
    assert_eq!(get(&dir.path().join("backup")), b"the ");
    assert_eq!(dir.names(), ["backup", "cat.mp4"]);
}

#[test]
fn a_part_that_is_given_the_files_own_name_is_replaced_by_itself() {
    let dir = Dir::new();
    drop(begun(&dir));
    let part = PartFile::open(&dir.target(), &PartOptions::new().with_overwrite(true)).unwrap();
    std::fs::hard_link(dir.part(), dir.target()).unwrap();
    part.finish().unwrap();
    assert_eq!(dir.names(), ["cat.mp4"]);
}

#[test]
fn a_target_that_is_a_symbolic_link_is_replaced_itself() {
    let dir = Dir::new();
    put(&dir.path().join("precious"), "untouched");
    for to in ["precious", "missing"] {
        symlink(dir.path().join(to), dir.target()).unwrap();
        let error = write(&dir, &PartOptions::new()).unwrap_err();
        assert!(matches!(error, PartError::Exists { .. }), "{error}");
        write(&dir, &PartOptions::new().with_overwrite(true)).unwrap();
        assert_eq!(get(&dir.path().join("precious")), b"untouched");
        assert_eq!(get(&dir.target()), b"the bytes");
        assert!(!dir.path().join("missing").exists());
        std::fs::remove_file(dir.target()).unwrap();
    }
}

#[test]
fn what_a_process_left_that_died_after_the_file_had_appeared_is_swept_up() {
    let dir = Dir::new();
    put(&dir.part(), "the bytes");
    put(&dir.sidecar(), "{}");
    std::fs::hard_link(dir.part(), dir.target()).unwrap();
    sweep(&dir.target());
    assert_eq!(dir.names(), ["cat.mp4"]);
    put(&dir.sidecar(), "{}");
    sweep(&dir.target());
    assert_eq!(dir.names(), ["cat.mp4"]);
}

#[test]
fn a_part_that_may_be_gone_on_with_is_not_swept_up() {
    let dir = Dir::new();
    put(&dir.part(), "other bytes");
    put(&dir.sidecar(), "{}");
    sweep(&dir.target());
    assert_eq!(dir.names(), [".cat.mp4.part", ".cat.mp4.part.json"]);
    put(&dir.target(), "the bytes");
    sweep(&dir.target());
    assert_eq!(dir.names(), [".cat.mp4.part", ".cat.mp4.part.json", "cat.mp4"]);
}
