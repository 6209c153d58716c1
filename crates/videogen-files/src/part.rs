//! The bytes of a file that is not whole yet.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::PartError;
use crate::paths::Paths;
use crate::same::{self, Standing};
use crate::sidecar::{self, Sidecar};

/// How much is read back at once.
const PIECE: usize = 256 * 1024;

/// How often a name is opened anew that others change at the same time.
const TRIES: usize = 8;

/// How a file is to appear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartOptions {
    /// Whether a file that is there already is replaced, when the new one is whole. Otherwise it is an error.
    pub overwrite: bool,
    /// What the bytes are of, in the caller's words: bytes of something else are not gone on with. It is written to disk, so it must
    /// have no secret, such as a presigned URL.
    pub source: String,
}

impl PartOptions {
    /// Replaces nothing, and names no source.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`overwrite`](Self::overwrite).
    #[must_use]
    pub const fn with_overwrite(mut self, overwrite: bool) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// Sets [`source`](Self::source).
    #[must_use]
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.source = source.into();
        self
    }
}

/// The bytes of a file that is not whole yet, beside the place where it is to appear.
///
/// The life of one:
///
/// ```text
/// open ──▶ have() == 0 ──▶ restart ──▶ write … ──▶ finish: it appears
///      └─▶ have() > 0: bytes of an earlier process, of validator() ──▶ write … ──┘
///                      └─▶ of another version: restart
/// ```
///
/// Dropping it, or dying, leaves the bytes for later, if there are any; [`discard`](Self::discard) removes them.
///
/// It waits for the disk: on an async runtime it belongs on a thread for that.
#[derive(Debug)]
pub struct PartFile {
    file: File,
    paths: Paths,
    options: PartOptions,
    /// What the bytes are of. `None` until that is written down.
    known: Option<Sidecar>,
    have: u64,
    is_over: bool,
}

impl PartFile {
    /// Opens the part of the file `target`, whose directory must be there, with the bytes that an earlier process left.
    ///
    /// Its permissions are those that new files have. If `target` is a symbolic link and to be replaced, the link is.
    ///
    /// # Errors
    ///
    /// [`PartError::Exists`] if there is such a file and [`PartOptions::overwrite`] is not set, [`PartError::Busy`] if somebody is
    /// writing it, [`PartError::NotAFile`] if there is something else, [`PartError::NotAName`] if it ends in `..`, `.`,
    /// a separator or in nothing, and what the operating system says.
    pub fn open(target: &Path, options: &PartOptions) -> Result<Self, PartError> {
        let paths = Paths::of(target)?;
        look_at_target(&paths, options)?;
        let file = open_locked(&paths, options)?;
        let length = file.metadata().map_err(PartError::io("look at", &paths.part))?.len();
        let known = if length == 0 { None } else { Sidecar::read(&paths.sidecar, &options.source) };
        let known = known.filter(|known| known.total.is_none_or(|total| length <= total));
        let options = options.clone();
        let mut part = Self { file, paths, options, known, have: length, is_over: false };
        // It may have appeared while this process waited for the disk.
        look_at_target(&part.paths, &part.options)?;
        if part.known.is_none() {
            part.shorten(0)?;
        }
        part.seek_to_end()?;
        Ok(part)
    }

    /// Opens the part of the file `name` in `dir`, which is made if it is missing. Otherwise like [`open`](Self::open).
    ///
    /// # Errors
    ///
    /// [`PartError::NotAName`] if `name` is not that of a file in `dir` itself.
    pub fn open_in(dir: &Path, name: &str, options: &PartOptions) -> Result<Self, PartError> {
        let target = dir.join(name);
        if Path::new(name).file_name().is_none_or(|only| only != name) {
            return Err(PartError::NotAName { path: target });
        }
        fs::create_dir_all(dir).map_err(PartError::io("make the directory", dir))?;
        Self::open(&target, options)
    }

    /// How many bytes there are.
    #[must_use]
    pub const fn have(&self) -> u64 {
        self.have
    }

    /// What the server called the version of the file that these are bytes of, as it was given to
    /// [`restart`](Self::restart).
    #[must_use]
    pub fn validator(&self) -> Option<&str> {
        self.known.as_ref()?.validator.as_deref()
    }

    /// How long the file was to be, as it was given to [`restart`](Self::restart).
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.known.as_ref()?.total
    }

    /// What kind of file the server said it is, as it was given to [`set_content_type`](Self::set_content_type).
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.known.as_ref()?.content_type.as_deref()
    }

    /// Whether [`set_damaged`](Self::set_damaged) was said of these bytes.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.damaged)
    }

    /// The file that is to appear.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.paths.target
    }

    /// Lets the file appear as `name` in the same directory, for who learns late what it is. The part keeps its name.
    ///
    /// # Errors
    ///
    /// As [`open_in`](Self::open_in); it is to appear under the earlier name then.
    pub fn rename(&mut self, name: &str) -> Result<(), PartError> {
        let target = self.paths.target.with_file_name(name);
        if Path::new(name).file_name().is_none_or(|only| only != name) {
            return Err(PartError::NotAName { path: target });
        }
        let earlier = std::mem::replace(&mut self.paths.target, target);
        look_at_target(&self.paths, &self.options).inspect_err(|_| self.paths.target = earlier)
    }

    /// Throws all bytes away, and writes down what the next ones are of: to be called before the first one is written.
    ///
    /// `validator` is what the server calls this version of the file (`ETag` or `Last-Modified`), `total` its length.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn restart(
        &mut self,
        validator: Option<&str>,
        total: Option<u64>,
    ) -> Result<(), PartError> {
        // In this order: at no moment is there a byte with another one's sidecar.
        self.truncate(0)?;
        let sidecar = Sidecar::new(&self.options.source, validator, total);
        sidecar.write(&self.paths.sidecar).map_err(PartError::io("write", &self.paths.sidecar))?;
        self.known = Some(sidecar);
        Ok(())
    }

    /// Writes down what kind of file the server says it is, if it is written down what it is at all.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn set_content_type(&mut self, content_type: Option<&str>) -> Result<(), PartError> {
        self.note(|known| known.content_type = content_type.map(str::to_owned))
    }

    /// Writes down that all bytes came and are not a whole file: another process that wants one begins anew. It counts until
    /// [`restart`](Self::restart).
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn set_damaged(&mut self) -> Result<(), PartError> {
        self.note(|known| known.damaged = true)
    }

    fn note(&mut self, change: impl FnOnce(&mut Sidecar)) -> Result<(), PartError> {
        let Some(known) = &self.known else { return Ok(()) };
        let mut changed = known.clone();
        change(&mut changed);
        if changed != *known {
            let path = &self.paths.sidecar;
            // Who dies in between leaves bytes of nothing, which are thrown away.
            changed.write(path).map_err(PartError::io("write", path))?;
            self.known = Some(changed);
        }
        Ok(())
    }

    /// Throws the bytes from `to` on away. Does nothing if there are no more.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn truncate(&mut self, to: u64) -> Result<(), PartError> {
        if to < self.have {
            self.shorten(to)?;
            self.seek_to_end()?;
        }
        Ok(())
    }

    /// Calls `look` with all bytes there are, piece by piece: to check what an earlier process left.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn read_back(&mut self, mut look: impl FnMut(&[u8])) -> Result<(), PartError> {
        let failed = PartError::io("read", &self.paths.part);
        let mut read = || {
            self.file.rewind()?;
            let mut left = self.have;
            let mut piece = vec![0; PIECE];
            while left > 0 {
                let most = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
                let length = match self.file.read(piece.get_mut(..most).unwrap_or_default()) {
                    Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                    Ok(length) => length,
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Err(error) => return Err(error),
                };
                look(piece.get(..length).unwrap_or_default());
                left -= length as u64;
            }
            Ok(())
        };
        let read = read().map_err(failed);
        self.seek_to_end()?;
        read
    }

    /// Makes the file appear, once its bytes are on the disk. Its path.
    ///
    /// # Errors
    ///
    /// [`PartError::Exists`] if there is such a file by now and [`PartOptions::overwrite`] is not set; the bytes stay for later.
    /// [`PartError::TakenAway`] if the part is not there any more; what the operating system says.
    pub fn finish(mut self) -> Result<PathBuf, PartError> {
        self.file.sync_all().map_err(PartError::io("write", &self.paths.part))?;
        self.must_be_ours()?;
        let Paths { target, part, sidecar, copy, dir } = &self.paths;
        if self.options.overwrite {
            fs::rename(part, target).map_err(PartError::io("replace", target))?;
            // Renaming one of a file's names to another of them does nothing.
            if same::are_one_file(part, target) {
                let _ = sidecar::remove(part);
            }
        } else {
            appear(part, target)?;
        }
        self.is_over = true;
        // The file is there: what comes now must not make it an error. A sidecar without a part is not looked at.
        let _ = sync_dir(dir);
        let _ = sidecar::remove(sidecar);
        let _ = sidecar::remove(copy);
        Ok(std::mem::take(&mut self.paths.target))
    }

    /// Removes the bytes.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn discard(mut self) -> Result<(), PartError> {
        self.is_over = true;
        self.remove()
    }

    fn remove(&self) -> Result<(), PartError> {
        let Paths { part, sidecar, .. } = &self.paths;
        if is_ours(part, &self.file)? {
            // The sidecar first: without it, bytes are thrown away.
            sidecar::remove(sidecar).map_err(PartError::io("remove", sidecar))?;
            sidecar::remove(part).map_err(PartError::io("remove", part))?;
        }
        Ok(())
    }

    fn shorten(&mut self, to: u64) -> Result<(), PartError> {
        let failed = PartError::io("shorten", &self.paths.part);
        if to < self.have {
            // On the disk before anything else is: no later sidecar is to meet earlier bytes.
            self.file.set_len(to).and_then(|()| self.file.sync_all()).map_err(failed)?;
            self.have = to;
        }
        Ok(())
    }

    fn seek_to_end(&mut self) -> Result<(), PartError> {
        let sought = self.file.seek(SeekFrom::Start(self.have));
        sought.map(drop).map_err(PartError::io("write", &self.paths.part))
    }

    fn must_be_ours(&self) -> Result<(), PartError> {
        let part = &self.paths.part;
        if is_ours(part, &self.file)? {
            Ok(())
        } else {
            Err(PartError::TakenAway { path: part.clone() })
        }
    }
}

/// Adds bytes to the end.
impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.file.write(bytes)?;
        self.have += length as u64;
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        // Nobody can go on with nothing.
        if !self.is_over && self.have == 0 {
            let _ = self.remove();
        }
        // Closing it is not enough where this process is just starting another: until that one runs its own program it has
        // the file open too.
        let _ = self.file.unlock();
    }
}

/// Whether the file may be made.
fn look_at_target(paths: &Paths, options: &PartOptions) -> Result<(), PartError> {
    let path = paths.target.clone();
    let found = match path.symlink_metadata() {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(PartError::io("look at", &path)(error)),
    };
    if !found.is_file() && !found.is_symlink() {
        return Err(PartError::NotAFile { path });
    }
    if options.overwrite {
        return Ok(());
    }
    sweep_up(paths);
    Err(PartError::Exists { path })
}

/// Removes what a process left beside the file `target` that died just when it had appeared. A part that is still written, or
/// may be gone on with, stays. Nothing that goes wrong matters: it is only in the way.
pub fn sweep(target: &Path) {
    if target.is_file()
        && let Ok(paths) = Paths::of(target)
    {
        sweep_up(&paths);
    }
}

fn sweep_up(paths: &Paths) {
    let is_left = same::are_one_file(&paths.part, &paths.target)
        // A sidecar is never without a part that is written.
        || paths.part.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound);
    if is_left {
        let _ = sidecar::remove(&paths.part);
        let _ = sidecar::remove(&paths.sidecar);
    }
}

/// The part, new or as it was left, which nobody else writes.
fn open_locked(paths: &Paths, wanted: &PartOptions) -> Result<File, PartError> {
    let part = &paths.part;
    let mut options = File::options();
    options.read(true).write(true);
    for _ in 0..TRIES {
        let file = match options.clone().create_new(true).open(part) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let found = part.symlink_metadata();
                if found.is_ok_and(|found| !found.is_file()) {
                    return Err(PartError::NotAFile { path: part.clone() });
                }
                match options.open(part) {
                    // Its owner has just removed it.
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    opened => opened.map_err(PartError::io("open", part))?,
                }
            }
            opened => opened.map_err(PartError::io("make", part))?,
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(PartError::Busy { path: paths.target.clone() });
            }
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(PartError::io("lock", part)(error)),
        }
        match same::standing(part, &file).map_err(PartError::io("look at", part))? {
            Standing::Only => return Ok(file),
            // Somebody gave the bytes another name, to keep them say: they stay as they are, and this goes on with the same.
            Standing::OneOfSeveral
                if !same::are_one_file(part, &paths.target)
                    && Sidecar::read(&paths.sidecar, &wanted.source).is_some() =>
            {
                return copied(paths, file).map_err(PartError::io("copy", part));
            }
            // Another file would be written: this name of it goes. A process died while its file appeared, or worse.
            Standing::OneOfSeveral => {
                sidecar::remove(part).map_err(PartError::io("remove", part))?;
            }
            // Its owner has just finished or removed it.
            Standing::Gone => {}
        }
    }
    Err(PartError::Busy { path: paths.target.clone() })
}

/// A part of its own with the bytes of `shared`, which other names have too. `shared` is locked until it is there.
fn copied(paths: &Paths, mut shared: File) -> io::Result<File> {
    sidecar::remove(&paths.copy)?;
    let mut own = File::options().read(true).write(true).create_new(true).open(&paths.copy)?;
    match own.try_lock() {
        Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => {
            return Err(error);
        }
        Err(TryLockError::WouldBlock) => return Err(ErrorKind::WouldBlock.into()),
        _ => {}
    }
    io::copy(&mut shared, &mut own)?;
    // On the disk before it has the name: a sidecar speaks of it.
    own.sync_all()?;
    fs::rename(&paths.copy, &paths.part)?;
    let _ = shared.unlock();
    Ok(own)
}

/// Whether the part has its name still. Others may give it more.
fn is_ours(part: &Path, file: &File) -> Result<bool, PartError> {
    let standing = same::standing(part, file).map_err(PartError::io("look at", part))?;
    Ok(standing != Standing::Gone)
}

/// Gives `part` the name `target`, unless something has it.
fn appear(part: &Path, target: &Path) -> Result<(), PartError> {
    let exists = || PartError::Exists { path: target.to_owned() };
    match fs::hard_link(part, target) {
        Ok(()) => {
            // If it stays, the next process removes it.
            let _ = sidecar::remove(part);
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(exists()),
        // Not every file system has hard links.
        Err(_) if target.symlink_metadata().is_ok() => Err(exists()),
        Err(_) => fs::rename(part, target).map_err(PartError::io("make", target)),
    }
}

/// Makes sure that names survive a loss of power, where that can be asked for.
fn sync_dir(dir: &Path) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "this crate is the one for files")]
    File::open(dir)?.sync_all()
}
