//! A directory for one download.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use videogen_testkit::download_suite::Done;

use crate::output_file::OutputFile;

/// The name that the file is to have.
const NAME: &str = "cat.mp4";

/// A directory that is removed when it is dropped.
pub(super) struct Dir(PathBuf);

/// What is in a directory.
#[derive(Debug)]
pub(super) struct Found {
    /// The names, sorted.
    pub(super) names: Vec<String>,
    /// What became of the file.
    pub(super) file: FoundFile,
}

/// What is under the file's name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FoundFile {
    None,
    /// The output, byte for byte.
    Same,
    /// Something else from this byte on.
    Other(u64),
}

impl Dir {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("videogen-fetched-{}-{next}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        fs::create_dir_all(&dir).expect("a directory for temporary files");
        Self(dir)
    }

    pub(super) fn file(&self) -> PathBuf {
        self.0.join(NAME)
    }

    /// What is in it, beside what should be.
    #[expect(clippy::disallowed_methods, reason = "what is there is looked at")]
    pub(super) fn found(&self, expected: &OutputFile) -> Found {
        let entries = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let mut names: Vec<_> =
            entries.map(|it| it.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        let file = match fs::File::open(self.file()) {
            Err(_) => FoundFile::None,
            Ok(file) => match expected.first_difference(file).expect("a file that can be read") {
                None => FoundFile::Same,
                Some(at) => FoundFile::Other(at),
            },
        };
        Found { names, file }
    }
}

impl Found {
    /// What a download into memory comes to.
    pub(super) fn in_memory(done: &Done, expected: &OutputFile) -> Self {
        let file = match &done.result {
            Err(_) => return Self { names: Vec::new(), file: FoundFile::None },
            Ok(_) => match expected.first_difference(&*done.written) {
                Ok(None) => FoundFile::Same,
                Ok(Some(at)) => FoundFile::Other(at),
                Err(_) => FoundFile::None,
            },
        };
        Self { names: vec![NAME.to_owned()], file }
    }

    /// Exactly the file and nothing beside it.
    pub(super) fn is_whole(&self) -> bool {
        self.names == [NAME] && self.file == FoundFile::Same
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}
