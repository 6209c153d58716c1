//! What keeps the bytes of a download.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncWrite;
use tokio::task::{JoinHandle, spawn_blocking};
use videogen_core::container::{ContainerCheck, ContainerProblem};
use videogen_core::download::{Downloaded, Kept, Validator, container_check, verdict};
use videogen_core::{Error, ErrorKind, Handle, Output, OutputKind};
use videogen_files::{DownloadFile, Place};

/// How much is written at once: a thread is not asked for each packet.
const BATCH: usize = 1024 * 1024;
/// How often a file is looked at that somebody is writing, and how long to rest in between: of a future that was dropped the last
/// batch may still be on its way to the disk.
const TRIES: usize = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// What keeps the bytes of a download.
pub(crate) trait Sink {
    fn kept(&self) -> Option<Kept>;
    fn keep(
        &mut self,
        from: u64,
        validator: Option<Validator>,
        total: Option<u64>,
        content_type: Option<String>,
    ) -> impl Future<Output = Result<(), Error>> + Send;
    fn append(&mut self, bytes: Bytes) -> impl Future<Output = Result<(), Error>> + Send;
    /// Passes on what is still held back, before nothing comes for a while or any more.
    fn save(&mut self) -> impl Future<Output = Result<(), Error>> + Send;
    /// Why what was appended is not a whole video.
    fn problem(&self) -> Option<ContainerProblem>;
}

/// A file, which other threads write while this one receives.
pub(crate) struct FileSink {
    handle: Handle,
    kept: Option<Kept>,
    /// Looks at what comes, ahead of the file: it is not at hand while it is written.
    check: Option<ContainerCheck>,
    batch: Vec<Bytes>,
    batched: usize,
    state: State,
}

enum State {
    /// Nobody writes it.
    Idle(Box<DownloadFile>),
    /// A thread has it.
    Writing(JoinHandle<(Box<DownloadFile>, Result<(), Error>)>),
    /// It was lost with a thread that panicked, or is just being passed on.
    Lost,
}

impl FileSink {
    pub(crate) async fn open(
        place: Place,
        handle: Handle,
        output: Output,
        nth: usize,
        overwrite: bool,
        check_container: bool,
    ) -> Result<Self, Error> {
        let check = container_check(output.kind, check_container);
        let mut tries = 1;
        let file = loop {
            let (place, handle, output) = (place.clone(), handle.clone(), output.clone());
            let about = handle.clone();
            let opened = spawn_blocking(move || {
                DownloadFile::open(&place, &handle, &output, nth, overwrite, check_container)
            });
            match opened.await.unwrap_or_else(|_| Err(lost(&about))) {
                Err(error) if DownloadFile::is_busy(&error) && tries < TRIES => {
                    tries += 1;
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
                opened => break opened?,
            }
        };
        let kept = file.kept();
        let state = State::Idle(Box::new(file));
        Ok(Self { handle, kept, check, batch: Vec::new(), batched: 0, state })
    }

    pub(crate) async fn finish(mut self, downloaded: Downloaded) -> Result<Downloaded, Error> {
        self.write().await?;
        let file = self.take().await?;
        let finished = spawn_blocking(move || file.finish(downloaded)).await;
        finished.unwrap_or_else(|_| Err(lost(&self.handle)))
    }

    /// Brings to the disk what came, for later. The download failed already: nothing more can.
    pub(crate) async fn leave(mut self) {
        let _ = self.write().await;
        let _ = self.take().await;
    }

    /// The file, once nobody writes it.
    async fn take(&mut self) -> Result<Box<DownloadFile>, Error> {
        if let State::Writing(writing) = &mut self.state {
            let written = writing.await;
            self.state = State::Lost;
            let (file, result) = written.map_err(|_| lost(&self.handle))?;
            self.state = State::Idle(file);
            result?;
        }
        match std::mem::replace(&mut self.state, State::Lost) {
            State::Idle(file) => Ok(file),
            _ => Err(lost(&self.handle)),
        }
    }

    /// Hands the batch to a thread.
    async fn write(&mut self) -> Result<(), Error> {
        let mut file = self.take().await?;
        let batch = std::mem::take(&mut self.batch);
        self.batched = 0;
        self.state = State::Writing(spawn_blocking(move || {
            let result = batch.iter().try_for_each(|bytes| file.append(bytes));
            (file, result)
        }));
        Ok(())
    }
}

impl Sink for FileSink {
    fn kept(&self) -> Option<Kept> {
        self.kept.clone()
    }

    async fn keep(
        &mut self,
        from: u64,
        validator: Option<Validator>,
        total: Option<u64>,
        content_type: Option<String>,
    ) -> Result<(), Error> {
        self.write().await?;
        let mut file = self.take().await?;
        let kept = spawn_blocking(move || {
            let result = file.keep(from, validator.as_ref(), total, content_type.as_deref());
            (file, result)
        });
        let (file, result) = kept.await.map_err(|_| lost(&self.handle))?;
        if self.check.is_some() {
            self.check = file.check().cloned();
        }
        self.state = State::Idle(file);
        result
    }

    async fn append(&mut self, bytes: Bytes) -> Result<(), Error> {
        if let Some(check) = &mut self.check {
            check.feed(&bytes);
        }
        self.batched += bytes.len();
        self.batch.push(bytes);
        if self.batched >= BATCH { self.write().await } else { Ok(()) }
    }

    async fn save(&mut self) -> Result<(), Error> {
        self.write().await?;
        let file = self.take().await?;
        self.state = State::Idle(file);
        Ok(())
    }

    fn problem(&self) -> Option<ContainerProblem> {
        self.check.as_ref()?.finish().err()
    }
}

fn lost(handle: &Handle) -> Error {
    Error::new(ErrorKind::LocalFile, "the file was lost with the thread that wrote it")
        .about(handle)
}

/// A caller's writer.
pub(crate) struct WriterSink<W> {
    writer: W,
    kind: OutputKind,
    check: Option<ContainerCheck>,
    handle: Handle,
}

impl<W: AsyncWrite + Unpin + Send> WriterSink<W> {
    pub(crate) fn new(writer: W, kind: OutputKind, check: bool, handle: Handle) -> Self {
        Self { writer, kind, check: container_check(kind, check), handle }
    }

    pub(crate) async fn finish(mut self, mut downloaded: Downloaded) -> Result<Downloaded, Error> {
        poll_fn(|context| Pin::new(&mut self.writer).poll_flush(context))
            .await
            .map_err(|cause| self.failed(cause))?;
        downloaded.container = verdict(self.check.as_ref(), self.kind, &self.handle)?;
        Ok(downloaded)
    }

    fn failed(&self, cause: io::Error) -> Error {
        Error::new(ErrorKind::LocalFile, "what is written to takes no more")
            .about(&self.handle)
            .with_source(cause)
    }
}

impl<W: AsyncWrite + Unpin + Send> Sink for WriterSink<W> {
    fn kept(&self) -> Option<Kept> {
        None
    }

    async fn keep(
        &mut self,
        _: u64,
        _: Option<Validator>,
        _: Option<u64>,
        _: Option<String>,
    ) -> Result<(), Error> {
        // It only goes forward: what was written is what is kept.
        Ok(())
    }

    async fn append(&mut self, bytes: Bytes) -> Result<(), Error> {
        if let Some(check) = &mut self.check {
            check.feed(&bytes);
        }
        let mut left = bytes;
        while !left.is_empty() {
            let written =
                poll_fn(|context| Pin::new(&mut self.writer).poll_write(context, &left)).await;
            match written {
                Ok(0) => return Err(self.failed(io::ErrorKind::WriteZero.into())),
                Ok(written) => left = left.split_off(written.min(left.len())),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(error)),
            }
        }
        Ok(())
    }

    async fn save(&mut self) -> Result<(), Error> {
        // Nothing is held back.
        Ok(())
    }

    fn problem(&self) -> Option<ContainerProblem> {
        self.check.as_ref()?.finish().err()
    }
}
