//! The journal of a submission that was accepted, as its downloads write in it.

use std::fs::File;
use std::sync::{Mutex, MutexGuard, PoisonError};

use videogen_core::{Generation, Handle, OutputKind, Phase};

use crate::handles::is_same;
use crate::problem::Problem;
use crate::run::journal::{Accepted, Course, Entry, Files, Journal, NamesOfOthers, Output, State};

/// The journal and what it says.
#[derive(Debug)]
pub(crate) struct Book(Mutex<Open>);

#[derive(Debug)]
struct Open {
    journal: Journal,
    accepted: Accepted,
}

impl Book {
    pub(crate) fn new(journal: Journal, accepted: Accepted) -> Self {
        Self(Mutex::new(Open { journal, accepted }))
    }

    /// It has ended, one way or the other.
    pub(crate) fn ended(&self, generation: &Generation) -> Result<(), Problem> {
        self.change(&generation.handle, |course| match course {
            // Of a download that has begun the names of the files count.
            Course::Downloading(_) | Course::Downloaded(_)
                if generation.phase() == Phase::Succeeded => {}
            course => *course = Course::Ended(Box::new(without_urls(generation))),
        })
    }

    /// Its files are decided, and are about to be fetched.
    pub(crate) fn downloading(
        &self,
        handle: &Handle,
        wanted: String,
        files: Vec<Output>,
    ) -> Result<(), Problem> {
        self.change(handle, |course| {
            let mut files = files;
            if let Course::Downloading(before) | Course::Downloaded(before) = &*course {
                let is_named = |other: &Output| {
                    files.iter().any(|file| (file.kind, file.nth) == (other.kind, other.nth))
                };
                let others: Vec<_> =
                    before.files.iter().filter(|other| !is_named(other)).cloned().collect();
                files.extend(others.into_iter().filter(|other| other.bytes.is_some()));
            }
            *course = Course::Downloading(Files { wanted, files });
        })
    }

    /// One of its files is there, and whole.
    pub(crate) fn fetched(
        &self,
        handle: &Handle,
        kind: OutputKind,
        nth: usize,
        bytes: u64,
    ) -> Result<(), Problem> {
        self.change(handle, |course| {
            let Course::Downloading(files) = course else { return };
            let this = files.files.iter_mut().find(|file| (file.kind, file.nth) == (kind, nth));
            if let Some(file) = this {
                file.bytes = Some(bytes);
            }
            if files.files.iter().all(|file| file.bytes.is_some()) {
                *course = Course::Downloaded(files.clone());
            }
        })
    }

    /// The name of one of its files is somebody else's: it is to be decided anew.
    pub(crate) fn undecided(
        &self,
        handle: &Handle,
        kind: OutputKind,
        nth: usize,
    ) -> Result<(), Problem> {
        self.change(handle, |course| {
            if let Course::Downloading(files) = course {
                files.files.retain(|file| (file.kind, file.nth) != (kind, nth));
            }
        })
    }

    /// The files that were decided for it.
    pub(crate) fn files(&self, handle: &Handle) -> Vec<Output> {
        match self.open().accepted.generations.iter().find(|entry| is_same(&entry.handle, handle)) {
            Some(Entry {
                state: Course::Downloading(files) | Course::Downloaded(files), ..
            }) => files.files.clone(),
            _ => Vec::new(),
        }
    }

    /// The names of the files of the others.
    pub(crate) fn names_of_others(&self, handle: &Handle) -> Vec<String> {
        let open = self.open();
        let others =
            open.accepted.generations.iter().filter(|entry| !is_same(&entry.handle, handle));
        others
            .filter_map(|entry| match &entry.state {
                Course::Downloading(files) | Course::Downloaded(files) => Some(&files.files),
                _ => None,
            })
            .flatten()
            .map(|file| file.name.clone())
            .collect()
    }

    /// Keeps other runs in the directory from deciding names, and says which ones they have.
    pub(crate) fn hold_names(&self) -> Result<(File, NamesOfOthers), Problem> {
        let open = self.open();
        let lock = open.journal.only_namer()?;
        Ok((lock, open.journal.names_of_others()?))
    }

    fn change(&self, handle: &Handle, change: impl FnOnce(&mut Course)) -> Result<(), Problem> {
        let mut open = self.open();
        let Open { journal, accepted } = &mut *open;
        let before = accepted.clone();
        let mut entries = accepted.generations.iter_mut();
        if let Some(entry) = entries.find(|entry| is_same(&entry.handle, handle)) {
            change(&mut entry.state);
        }
        if *accepted == before {
            return Ok(());
        }
        journal.write(&State::Accepted(accepted.clone()))
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of it for good. The URLs of its outputs are secret, and soon stale.
fn without_urls(generation: &Generation) -> Generation {
    let mut kept = Generation::new(generation.handle.clone(), generation.status.clone());
    kept.failure.clone_from(&generation.failure);
    kept.times = generation.times.clone();
    kept.cost = generation.cost;
    kept
}
