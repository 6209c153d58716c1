//! A download's file.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use videogen_core::container::{ContainerCheck, ContainerProblem};
use videogen_core::download::{Downloaded, Kept, Validator, container_check, verdict};
use videogen_core::file_name::output_file_name;
use videogen_core::{Error, ErrorKind, Handle, Output};

use crate::error::PartError;
use crate::part::{PartFile, PartOptions};

/// Where a download's file is to appear.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two ways to name a file")]
pub enum Place {
    /// At this path, in a directory that is there.
    File(PathBuf),
    /// In this directory, which is made if it is missing, under the [output's name](output_file_name).
    Dir(PathBuf),
}

/// The file of one download: what the clients do with an output's bytes.
///
/// It waits for the disk: on an async runtime it belongs on a thread for that.
#[derive(Debug)]
pub struct DownloadFile {
    part: PartFile,
    handle: Handle,
    output: Output,
    nth: usize,
    /// Whether the file's name is made of what is learnt of the output.
    is_named_here: bool,
    check: Option<ContainerCheck>,
}

impl DownloadFile {
    /// The file of `output`, the one with the number `nth` of its kind, with the bytes that an earlier process left of it.
    ///
    /// With `check_container` a video is looked at while it comes: whether it is a whole MP4.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FileExists`] if it is not to be replaced, [`ErrorKind::InvalidInput`] if the path is not one of a file; [`ErrorKind::LocalFile`] if somebody is writing it, or the operating system refuses.
    pub fn open(
        place: &Place,
        handle: &Handle,
        output: &Output,
        nth: usize,
        overwrite: bool,
        check_container: bool,
    ) -> Result<Self, Error> {
        let source = format!("{handle} {} {nth}", output.kind);
        let options = PartOptions::new().with_overwrite(overwrite).with_source(source);
        let mut part = match place {
            Place::File(path) => PartFile::open(path, &options),
            Place::Dir(dir) => {
                PartFile::open_in(dir, &output_file_name(handle, output, nth, None), &options)
            }
        }
        .map_err(|error| explain(error, handle))?;
        let is_named_here = matches!(place, Place::Dir(_));
        if is_named_here && let Some(content_type) = part.content_type() {
            let name = output_file_name(handle, output, nth, Some(content_type));
            part.rename(&name).map_err(|error| explain(error, handle))?;
        }
        Ok(Self {
            part,
            handle: handle.clone(),
            output: output.clone(),
            nth,
            is_named_here,
            check: container_check(output.kind, check_container),
        })
    }

    /// Whether `error` is that of a file that somebody is writing.
    #[must_use]
    pub fn is_busy(error: &Error) -> bool {
        std::error::Error::source(error)
            .and_then(|source| source.downcast_ref())
            .is_some_and(|cause| matches!(cause, PartError::Busy { .. }))
    }

    /// What an earlier process left. `None` also where all of it came, and was found not to be whole, if that is asked for: no
    /// server can mend what it is not asked for.
    #[must_use]
    pub fn kept(&self) -> Option<Kept> {
        if self.check.is_some() && self.part.is_damaged() {
            return None;
        }
        let validator = self.part.validator().and_then(Validator::parse);
        (self.part.have() > 0).then(|| Kept::new(self.part.have(), validator, self.part.total()))
    }

    /// Where the file is to appear, as far as that is known.
    #[must_use]
    pub fn target(&self) -> &Path {
        self.part.target()
    }

    /// Keeps the first `from` bytes and no more, and writes down what they and the next ones are of.
    ///
    /// # Errors
    ///
    /// As [`DownloadFile::open`]: what the output's file is called may depend on `content_type`.
    pub fn keep(
        &mut self,
        from: u64,
        validator: Option<&Validator>,
        total: Option<u64>,
        content_type: Option<&str>,
    ) -> Result<(), Error> {
        if self.is_named_here {
            let name = output_file_name(&self.handle, &self.output, self.nth, content_type);
            self.part.rename(&name).map_err(|error| explain(error, &self.handle))?;
        }
        if from == 0 {
            self.check = self.check.take().map(|_| ContainerCheck::new());
            let restarted = self.part.restart(validator.map(Validator::as_str), total);
            return restarted
                .and_then(|()| self.part.set_content_type(content_type))
                .map_err(|error| explain(error, &self.handle));
        }
        self.part.truncate(from).map_err(|error| explain(error, &self.handle))?;
        self.look_at_what_was_left()
    }

    /// Adds bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::LocalFile`].
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if let Some(check) = &mut self.check {
            check.feed(bytes);
        }
        self.part.write_all(bytes).map_err(|cause| {
            let message = format!("cannot write {}", self.part.target().display());
            Error::new(ErrorKind::LocalFile, message).about(&self.handle).with_source(cause)
        })
    }

    /// What looks at the video, as far as it has looked.
    #[must_use]
    pub const fn check(&self) -> Option<&ContainerCheck> {
        self.check.as_ref()
    }

    /// Why what is there is not a whole video, if it is not and was looked at.
    #[must_use]
    pub fn problem(&self) -> Option<ContainerProblem> {
        self.check.as_ref()?.finish().err()
    }

    /// Makes the file appear.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DownloadDamaged`] if it is not a whole video: then it does not appear, and its bytes stay for who does not
    /// want it to be checked. Who does begins anew, at the next [`open`](Self::open). Otherwise as [`DownloadFile::open`].
    pub fn finish(mut self, downloaded: Downloaded) -> Result<Downloaded, Error> {
        self.look_at_what_was_left()?;
        let container =
            verdict(self.check.as_ref(), self.output.kind, &self.handle).inspect_err(|_| {
                // If that cannot be written down, the bytes cannot be relied on either.
                let _ = self.part.set_damaged();
            })?;
        let handle = self.handle.clone();
        let path = self.part.finish().map_err(|error| explain(error, &handle))?;
        let mut downloaded = downloaded;
        downloaded.container = container;
        downloaded.path = Some(path);
        Ok(downloaded)
    }

    /// The container's check goes over all bytes once.
    fn look_at_what_was_left(&mut self) -> Result<(), Error> {
        let Some(check) = &mut self.check else { return Ok(()) };
        if check.fed() == self.part.have() {
            return Ok(());
        }
        *check = ContainerCheck::new();
        let read = self.part.read_back(|bytes| check.feed(bytes));
        read.map_err(|error| explain(error, &self.handle))
    }
}

fn explain(error: PartError, handle: &Handle) -> Error {
    let kind = match &error {
        PartError::Exists { .. } => ErrorKind::FileExists,
        PartError::NotAFile { .. } | PartError::NotAName { .. } => ErrorKind::InvalidInput,
        _ => ErrorKind::LocalFile,
    };
    let explained = |message: String| Error::new(kind, message).about(handle);
    let message = error.to_string();
    match error {
        PartError::Io { source, .. } => explained(message).with_source(source),
        PartError::Busy { .. } => {
            explained("somebody else is downloading it".to_owned()).with_source(error)
        }
        _ => explained(message),
    }
}
