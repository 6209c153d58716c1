//! A directory for a test.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory that is removed when it is dropped.
pub(crate) struct Dir(PathBuf);

impl Dir {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("videogen-files-{}-{next}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The file that is to appear.
    pub(crate) fn target(&self) -> PathBuf {
        self.0.join("cat.mp4")
    }

    pub(crate) fn part(&self) -> PathBuf {
        self.0.join(".cat.mp4.part")
    }

    pub(crate) fn sidecar(&self) -> PathBuf {
        self.0.join(".cat.mp4.part.json")
    }

    /// The names in it, sorted.
    #[expect(clippy::disallowed_methods, reason = "these tests are about files")]
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[expect(clippy::disallowed_methods, reason = "these tests are about files")]
pub(crate) fn put(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::write(path, bytes).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "these tests are about files")]
pub(crate) fn get(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap()
}
