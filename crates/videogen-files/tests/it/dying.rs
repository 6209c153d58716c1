//! What a process leaves that dies.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use videogen_files::{PartError, PartFile, PartOptions};

use crate::dir::{Dir, get, put};

/// Tells the test that it is the child, and where to write.
const TARGET: &str = "VIDEOGEN_TEST_TARGET";
/// How many steps it is to take before it dies.
const STEPS: &str = "VIDEOGEN_TEST_STEPS";

const WHOLE: &[u8] = b"one two three";

/// Takes a number of the steps of a download, from wherever an earlier process left it. Whether the file has appeared.
fn take(steps: usize, target: &Path) -> bool {
    let mut left = steps;
    let mut step = || {
        left = left.checked_sub(1).unwrap_or_else(|| std::process::abort());
    };
    step();
    let mut part = PartFile::open(target, &PartOptions::new().with_source("g1")).unwrap();
    if part.validator() != Some("v1") {
        step();
        part.restart(Some("v1"), Some(WHOLE.len() as u64)).unwrap();
    }
    for byte in &WHOLE[usize::try_from(part.have()).unwrap()..] {
        step();
        part.write_all(&[*byte]).unwrap();
    }
    step();
    part.finish().unwrap();
    true
}

#[test]
fn a_process_may_die_at_any_step() {
    #[expect(clippy::disallowed_methods, reason = "a child is told so by its environment")]
    if let (Ok(target), Ok(steps)) = (std::env::var(TARGET), std::env::var(STEPS)) {
        take(steps.parse().unwrap(), Path::new(&target));
        return;
    }
    // Opening, starting, a byte each, finishing.
    for steps in 0..WHOLE.len() + 3 {
        let dir = Dir::new();
        let died = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "dying::a_process_may_die_at_any_step"])
            .env(TARGET, dir.target())
            .env(STEPS, steps.to_string())
            .output()
            .unwrap();
        assert!(!died.status.success(), "it survived {steps} steps");
        assert!(!dir.target().exists(), "the file appeared after {steps} steps");
        let have = steps.saturating_sub(2) as u64;
        let part = PartFile::open(&dir.target(), &PartOptions::new().with_source("g1")).unwrap();
        assert_eq!(part.have(), have, "after {steps} steps");
        drop(part);
        assert!(take(usize::MAX, &dir.target()));
        assert_eq!(get(&dir.target()), WHOLE, "after {steps} steps");
        assert_eq!(dir.names(), ["cat.mp4"], "after {steps} steps");
    }
}

#[test]
fn a_process_may_die_while_its_file_appears() {
    let dir = Dir::new();
    put(&dir.part(), WHOLE);
    put(&dir.sidecar(), r#"{"format":1,"source":"g1","validator":"v1","total":13}"#);
    std::fs::hard_link(dir.part(), dir.target()).unwrap();
    // The file has appeared, and the part has not gone.
    let error = PartFile::open(&dir.target(), &PartOptions::new()).unwrap_err();
    assert!(matches!(error, PartError::Exists { .. }), "{error}");
    assert_eq!((dir.names(), get(&dir.target())), (vec!["cat.mp4".to_owned()], WHOLE.to_vec()));
    // The same, and it is to be replaced: the part is the file, and is not written.
    std::fs::hard_link(dir.target(), dir.part()).unwrap();
    let options = PartOptions::new().with_overwrite(true);
    let mut part = PartFile::open(&dir.target(), &options).unwrap();
    assert_eq!(part.have(), 0);
    part.restart(None, None).unwrap();
    part.write_all(b"new").unwrap();
    assert_eq!(get(&dir.target()), WHOLE);
    part.finish().unwrap();
    assert_eq!(get(&dir.target()), b"new");
}
