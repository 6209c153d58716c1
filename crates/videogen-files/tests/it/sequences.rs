//! Any sequence of what can be done with a part.

use std::io::Write;

use proptest::prelude::*;
use videogen_files::{PartFile, PartOptions};

use crate::dir::{Dir, get};

#[derive(Clone, Debug)]
enum Step {
    Restart(u8),
    Write(Vec<u8>),
    Truncate(u64),
    ReadBack,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => any::<u8>().prop_map(Step::Restart),
        4 => prop::collection::vec(any::<u8>(), 0..20).prop_map(Step::Write),
        1 => (0..60_u64).prop_map(Step::Truncate),
        1 => Just(Step::ReadBack),
        2 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The part is what a list of bytes with a label would be, over any number of processes.
    #[test]
    fn a_part_is_what_was_written(steps in prop::collection::vec(step(), 0..20)) {
        let dir = Dir::new();
        let open = || PartFile::open(&dir.target(), &PartOptions::new()).unwrap();
        let mut part = open();
        part.restart(Some("0"), None).unwrap();
        let (mut model, mut label) = (Vec::new(), Some("0".to_owned()));
        for step in steps {
            match step {
                Step::Restart(version) => {
                    label = Some(version.to_string());
                    model.clear();
                    part.restart(label.as_deref(), None).unwrap();
                }
                // Without a label there is nothing to write.
                Step::Write(bytes) if label.is_some() => {
                    part.write_all(&bytes).unwrap();
                    model.extend(bytes);
                }
                Step::Write(_) => {}
                Step::Truncate(to) => {
                    part.truncate(to).unwrap();
                    model.truncate(usize::try_from(to).unwrap());
                }
                Step::ReadBack => {
                    let mut seen = Vec::new();
                    part.read_back(|piece| seen.extend_from_slice(piece)).unwrap();
                    prop_assert_eq!(&seen, &model);
                }
                Step::Reopen => {
                    drop(part);
                    part = open();
                    if model.is_empty() {
                        label = None;
                    }
                }
            }
            prop_assert_eq!(part.have(), model.len() as u64);
            prop_assert_eq!(part.validator(), label.as_deref());
            prop_assert!(!dir.target().exists());
        }
        part.finish().unwrap();
        prop_assert_eq!(get(&dir.target()), model);
        prop_assert_eq!(dir.names(), ["cat.mp4"]);
    }
}
