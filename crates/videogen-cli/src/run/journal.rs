//! What `run` writes down before and after everything that counts, so that it goes on where it was ended.
//!
//! ```text
//!                    submitting ──▶ accepted
//!                    (before a        each generation:
//!                    byte is sent)    waiting ──▶ ended ──▶ downloading ──▶ downloaded
//! ```
//!
//! One file for each submission, in `.videogen` below the directory for the downloads. Every state is written to another file,
//! brought to the disk, and renamed: the journal has the state before or the one after, and never half of one.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use videogen_core::{BaseUrl, Cost, Generation, Handle, OutputKind, Phase};

use crate::problem::Problem;
use crate::run::fingerprint::Fingerprint;

/// The version of the files that this command writes.
const VERSION: u32 = 1;

/// Where journals are, below the directory for the downloads.
const DIRECTORY: &str = ".videogen";

/// How long a journal may be; it has at most a few generations in it.
const LONGEST: u64 = 4 * 1024 * 1024;

/// What is known of one submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// It may have been sent, and may have been accepted.
    Submitting(Submitting),
    /// It was accepted.
    Accepted(Accepted),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Submitting {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) idempotency_key: Option<String>,
    /// Before anything was sent. RFC 3339.
    pub(crate) begun_at: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Accepted {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cost: Option<Cost>,
    pub(crate) generations: Vec<Entry>,
}

/// One generation of the submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) handle: Handle,
    pub(crate) state: Course,
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Course {
    Waiting,
    /// Without its outputs, whose URLs are secret and soon stale.
    Ended(Box<Generation>),
    Downloading(Files),
    Downloaded(Files),
}

/// The files of a generation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Files {
    /// What was asked for, as `--kind` takes it.
    pub(crate) wanted: String,
    pub(crate) files: Vec<Output>,
}

/// An output and its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) kind: OutputKind,
    /// Counts from zero among the generation's outputs of this kind.
    pub(crate) nth: usize,
    /// The file's name in the directory for the downloads.
    pub(crate) name: String,
    /// Whether another file was there under this name, so that a file there need not be this one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) replaces: bool,
    /// How long it is, once it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct Form {
    v: u32,
    fingerprint: String,
    provider: String,
    base_url: BaseUrl,
    state: State,
}

impl State {
    /// Whether there is nothing left to do: every generation failed, or its files are there.
    pub(crate) fn is_finished(&self) -> bool {
        match self {
            Self::Submitting(_) => false,
            Self::Accepted(accepted) => {
                accepted.generations.iter().all(|entry| match &entry.state {
                    Course::Waiting | Course::Downloading(_) => false,
                    Course::Ended(generation) => generation.phase() != Phase::Succeeded,
                    Course::Downloaded(_) => true,
                })
            }
        }
    }
}

/// The names that a file must not have, since another journal in the directory says that they are of its files.
#[derive(Debug, Default)]
pub(crate) struct NamesOfOthers {
    of_others: Vec<String>,
    /// Those of earlier submissions of the same, that `--anew` put aside.
    put_aside: Vec<String>,
    /// A journal cannot be understood, and may have any.
    any: bool,
}

impl NamesOfOthers {
    /// Whether a file of this name is another's. `is_by_id` if the name is of the generation's id, which no other generation
    /// has; `overwrite` if what was put aside may be replaced.
    pub(crate) fn have(&self, name: &str, is_by_id: bool, overwrite: bool) -> bool {
        let has = |names: &[String]| names.iter().any(|other| is_same_name(other, name));
        has(&self.of_others) || (!overwrite && has(&self.put_aside)) || (self.any && !is_by_id)
    }
}

/// Whether both name one file, on a file system that makes no difference between capitals and others.
pub(crate) fn is_same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// The journal of one submission, held against every other process.
#[derive(Debug)]
pub(crate) struct Journal {
    directory: PathBuf,
    fingerprint: Fingerprint,
    provider: String,
    base_url: BaseUrl,
    /// Unlocked when it is dropped, and by the system when the process ends in whatever way.
    _lock: File,
}

impl Journal {
    /// The journal of the submission with this fingerprint. Makes `downloads`, the directory, if it is not there.
    pub(crate) fn hold(
        downloads: &Path,
        fingerprint: Fingerprint,
        provider: &str,
        base_url: &BaseUrl,
    ) -> Result<Self, Problem> {
        let directory = downloads.join(DIRECTORY);
        fs::create_dir_all(&directory).map_err(|error| {
            Problem::Io(format!("make the directory {}", directory.display()), error)
        })?;
        let file = directory.join(format!("{}.lock", fingerprint.short()));
        let lock = open_lock(&file)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Problem::Usage(format!(
                    "another `videogen run` with the same arguments is at work in {}; nothing was submitted",
                    downloads.display()
                )));
            }
            Err(TryLockError::Error(error)) => {
                return Err(Problem::Io(format!("lock {}", file.display()), error));
            }
        }
        let (provider, base_url) = (provider.to_owned(), base_url.clone());
        Ok(Self { directory, fingerprint, provider, base_url, _lock: lock })
    }

    /// The journal's file.
    pub(crate) fn file(&self) -> PathBuf {
        self.directory.join(format!("{}.json", self.fingerprint.short()))
    }

    /// What it says. `None` if the submission was never begun.
    pub(crate) fn read(&self) -> Result<Option<State>, Problem> {
        let file = self.file();
        let corrupt = |why: &dyn std::fmt::Display| {
            Problem::Usage(format!(
                "the journal {} cannot be understood: {why}; it says what was submitted, and maybe paid for; nothing was submitted now; --anew puts it aside and begins a new one",
                file.display()
            ))
        };
        let Some(text) = read_short(&file)? else { return Ok(None) };
        let form: Form = serde_json::from_slice(&text).map_err(|error| corrupt(&error))?;
        if form.v > VERSION {
            return Err(corrupt(&format!(
                "it has version {}, written by a newer videogen; this one reads up to {VERSION}",
                form.v
            )));
        }
        if form.fingerprint != self.fingerprint.whole()
            || form.provider != self.provider
            || form.base_url != self.base_url
        {
            return Err(corrupt(&"it is of another submission"));
        }
        if let State::Accepted(accepted) = &form.state
            && accepted.generations.is_empty()
        {
            return Err(corrupt(&"it has no generation"));
        }
        Ok(Some(form.state))
    }

    /// Writes down `state`. Once this returns it is on the disk.
    pub(crate) fn write(&self, state: &State) -> Result<(), Problem> {
        let form = Form {
            v: VERSION,
            fingerprint: self.fingerprint.whole().to_owned(),
            provider: self.provider.clone(),
            base_url: self.base_url.clone(),
            state: state.clone(),
        };
        let file = self.file();
        let write = || {
            let mut text = serde_json::to_vec(&form)?;
            text.push(b'\n');
            let whole = file.with_extension("json.new");
            let mut new =
                private(OpenOptions::new().write(true).create(true).truncate(true)).open(&whole)?;
            new.write_all(&text)?;
            new.sync_all()?;
            fs::rename(&whole, &file)?;
            sync_directory(&self.directory)
        };
        write().map_err(|error| Problem::Journal(format!("write {}", file.display()), error))
    }

    /// Makes a file in the directory for the downloads and removes it again: before anything is paid for.
    pub(crate) fn try_downloads(&self, downloads: &Path) -> Result<(), Problem> {
        let file = downloads.join(format!(".videogen-{}.try", self.fingerprint.short()));
        let made = private(OpenOptions::new().write(true).create(true).truncate(true))
            .open(&file)
            .and_then(|mut made| made.write_all(b"a file can be made here\n"));
        // Also one that could be made, and not written.
        let removed = fs::remove_file(&file);
        made.and(removed).map_err(|error| {
            Problem::Usage(format!(
                "cannot make files in {}: {error}; nothing was submitted now",
                downloads.display()
            ))
        })
    }

    /// Forgets a submission that made nothing.
    pub(crate) fn remove(&self) -> Result<(), Problem> {
        let file = self.file();
        fs::remove_file(&file)
            .and_then(|()| sync_directory(&self.directory))
            .map_err(|error| Problem::Journal(format!("remove {}", file.display()), error))
    }

    /// Puts the journal aside, for a new one. Says where it is now, if there was one.
    pub(crate) fn put_aside(&self) -> Result<Option<PathBuf>, Problem> {
        let file = self.file();
        if !file.exists() {
            return Ok(None);
        }
        let aside = (1..)
            .map(|number| {
                self.directory.join(format!("{}.{number}.json", self.fingerprint.short()))
            })
            .find(|aside| !aside.exists());
        let aside = aside.unwrap_or_else(|| file.with_extension("aside.json"));
        fs::rename(&file, &aside)
            .and_then(|()| sync_directory(&self.directory))
            .map_err(|error| Problem::Journal(format!("rename {}", file.display()), error))?;
        Ok(Some(aside))
    }

    /// Keeps others in this directory from adopting a generation, until what is given back is dropped.
    pub(crate) fn only_adopter(&self) -> Result<File, Problem> {
        let file = self.directory.join("adopting.lock");
        let lock = open_lock(&file)?;
        lock.lock().map_err(|error| Problem::Io(format!("lock {}", file.display()), error))?;
        Ok(lock)
    }

    /// Keeps others in this directory from deciding names of files, until what is given back is dropped.
    pub(crate) fn only_namer(&self) -> Result<File, Problem> {
        let file = self.directory.join("naming.lock");
        let lock = open_lock(&file)?;
        lock.lock().map_err(|error| Problem::Io(format!("lock {}", file.display()), error))?;
        Ok(lock)
    }

    /// The names of files that other journals in this directory have.
    pub(crate) fn names_of_others(&self) -> Result<NamesOfOthers, Problem> {
        let mut names = NamesOfOthers::default();
        for file in self.others()? {
            let Some(text) = read_short(&file)? else { continue };
            let Ok(form) = serde_json::from_slice::<Form>(&text) else {
                names.any = true;
                continue;
            };
            let State::Accepted(accepted) = form.state else { continue };
            let into = if form.fingerprint == self.fingerprint.whole() {
                &mut names.put_aside
            } else {
                &mut names.of_others
            };
            for entry in accepted.generations {
                if let Course::Downloading(files) | Course::Downloaded(files) = entry.state {
                    into.extend(files.files.into_iter().map(|file| file.name));
                }
            }
        }
        Ok(names)
    }

    /// Journals of other submissions of this provider that are not through, in this directory.
    ///
    /// One that cannot be understood is left out: it is told where it counts.
    pub(crate) fn unfinished_others(&self) -> Result<Vec<PathBuf>, Problem> {
        let mut unfinished = Vec::new();
        for file in self.others()? {
            let Some(text) = read_short(&file)? else { continue };
            let Ok(form) = serde_json::from_slice::<Form>(&text) else { continue };
            let is_aside = form.fingerprint == self.fingerprint.whole();
            if form.provider == self.provider && !is_aside && !form.state.is_finished() {
                unfinished.push(file);
            }
        }
        unfinished.sort();
        Ok(unfinished)
    }

    /// The files of the other journals in this directory, also of those that were put aside.
    fn others(&self) -> Result<Vec<PathBuf>, Problem> {
        let unreadable =
            |error| Problem::Io(format!("read the directory {}", self.directory.display()), error);
        let mut others = Vec::new();
        for entry in fs::read_dir(&self.directory).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.path();
            if file != self.file() && file.extension().is_some_and(|end| end == "json") {
                others.push(file);
            }
        }
        Ok(others)
    }

    /// The generations that other journals in this directory have.
    ///
    /// A journal that cannot be understood may have any: that is a problem.
    pub(crate) fn owned_by_others(&self) -> Result<Vec<Handle>, Problem> {
        let mut owned = Vec::new();
        for file in self.others()? {
            let Some(text) = read_short(&file)? else { continue };
            let form: Form = serde_json::from_slice(&text).map_err(|error| {
                Problem::Usage(format!(
                    "the journal {} cannot be understood: {error}; it may have the generation that is looked for; move it away first",
                    file.display()
                ))
            })?;
            if let State::Accepted(accepted) = form.state {
                owned.extend(accepted.generations.into_iter().map(|entry| entry.handle));
            }
        }
        Ok(owned)
    }
}

/// A file that is there only to be locked. It stays: who removed it could remove another's.
fn open_lock(file: &Path) -> Result<File, Problem> {
    private(OpenOptions::new().write(true).create(true).truncate(false))
        .open(file)
        .map_err(|error| Problem::Io(format!("open {}", file.display()), error))
}

fn read_short(file: &Path) -> Result<Option<Vec<u8>>, Problem> {
    let cannot = |error| Problem::Io(format!("read {}", file.display()), error);
    match fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot(error)),
        Ok(metadata) if metadata.len() > LONGEST => {
            return Err(cannot(io::Error::other("it is too long for a journal")));
        }
        Ok(_) => {}
    }
    fs::read(file).map(Some).map_err(cannot)
}

/// For this user only: prompts and ids are nobody else's business.
#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// A rename is on the disk when its directory is.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Directories cannot be opened everywhere; where not, the system sees to it.
#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
