//! What keeps the bytes of a download.

use std::future::poll_fn;
use std::io;
use std::mem;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncWrite;
use tokio::task::{JoinHandle, spawn_blocking};
use videogen_core::container::{ContainerCheck, ContainerProblem};
use videogen_core::download::{Downloaded, Kept, Validator, container_check, verdict};
use videogen_core::{Error, ErrorKind, Handle, Output, OutputKind};
use videogen_files::{DownloadFile, Place};

/// How much is written at once: a thread is not asked for each packet. As much again is received meanwhile, and no more is held.
const BATCH: usize = 1024 * 1024;
/// A chunk of so many bytes is not copied: the buffer that it was read into is not many times as long.
const MANY: usize = 64 * 1024;
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
    /// What came and is not written, but for `few`.
    batch: Vec<Bytes>,
    /// The last of it, copied from chunks of few bytes: each would keep the whole buffer that it was read into.
    few: Vec<u8>,
    /// How many bytes both have.
    batched: usize,
    state: State,
}

enum State {
    /// Nobody writes it.
    Idle(Box<DownloadFile>),
    /// A thread has it, and a batch.
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
        Ok(Self { handle, kept, check, batch: Vec::new(), few: Vec::new(), batched: 0, state })
    }

    pub(crate) async fn finish(mut self, downloaded: Downloaded) -> Result<Downloaded, Error> {
        self.write().await?;
        let file = self.take().await?;
        let finished = spawn_blocking(move || file.finish(downloaded)).await;
        finished.unwrap_or_else(|_| Err(lost(&self.handle)))
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
        match mem::replace(&mut self.state, State::Lost) {
            State::Idle(file) => Ok(file),
            _ => Err(lost(&self.handle)),
        }
    }

    /// Hands the batch to a thread.
    async fn write(&mut self) -> Result<(), Error> {
        let mut file = self.take().await?;
        self.end_few();
        let batch = mem::take(&mut self.batch);
        self.batched = 0;
        self.state = State::Writing(spawn_blocking(move || {
            let result = batch.iter().try_for_each(|bytes| file.append(bytes));
            (file, result)
        }));
        Ok(())
    }

    /// What comes next is no part of `few`.
    fn end_few(&mut self) {
        if !self.few.is_empty() {
            self.batch.push(Bytes::from(mem::take(&mut self.few)));
        }
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
        if bytes.len() >= MANY {
            self.end_few();
            self.batch.push(bytes);
        } else {
            self.few.extend_from_slice(&bytes);
        }
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::sync::Arc;

    use videogen_core::BaseUrl;

    use super::*;

    /// The buffer of a connection, of which a chunk is a part.
    struct ReadBuffer {
        bytes: Vec<u8>,
        _alive: Arc<()>,
    }

    impl AsRef<[u8]> for ReadBuffer {
        fn as_ref(&self) -> &[u8] {
            &self.bytes
        }
    }

    async fn sink(name: &str) -> (FileSink, PathBuf) {
        let dir = std::env::temp_dir().join(format!("videogen-sink-{name}-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let base_url = BaseUrl::parse("https://api.example").unwrap();
        let handle = Handle::new("example", &base_url, "gen_1").unwrap();
        let output = Output::primary(OutputKind::Video, "https://cdn.example/v.mp4");
        let place = Place::Dir(dir.clone());
        let mut sink = FileSink::open(place, handle, output, 0, false, false).await.unwrap();
        sink.keep(0, None, None, None).await.unwrap();
        (sink, dir)
    }

    #[expect(clippy::disallowed_methods, reason = "what is on the disk is what is tested")]
    fn written(dir: &PathBuf) -> Vec<u8> {
        let part = fs::read_dir(dir).unwrap().map(|it| it.unwrap().path());
        let part = part.into_iter().find(|it| it.extension().is_some_and(|it| it == "part"));
        let written = fs::read(part.unwrap()).unwrap();
        fs::remove_dir_all(dir).unwrap();
        written
    }

    #[tokio::test]
    async fn a_few_bytes_do_not_keep_the_buffer_that_they_were_read_into() {
        let (mut sink, dir) = sink("drip").await;
        let alive = Arc::new(());
        for _ in 0..10 {
            let buffer = ReadBuffer { bytes: vec![b'.'; 1000], _alive: Arc::clone(&alive) };
            let buffer = Bytes::from_owner(buffer);
            sink.append(buffer.slice(..1)).await.unwrap();
        }
        assert_eq!(Arc::strong_count(&alive), 1);
        sink.save().await.unwrap();
        assert_eq!(written(&dir), [b'.'; 10]);
    }

    #[tokio::test]
    async fn pieces_of_any_length_are_written_in_their_order() {
        let (mut sink, dir) = sink("pieces").await;
        let bytes: Vec<u8> = (0..5 * BATCH as u32).map(|n| (n % 251) as u8).collect();
        let all = Bytes::from(bytes);
        let mut from = 0;
        for length in [1, BATCH - 1, 2 * BATCH + 1, 0, BATCH - 2, 5, 100_000, 7, MANY, MANY - 1] {
            sink.append(all.slice(from..from + length)).await.unwrap();
            from += length;
            assert!(sink.batched < BATCH && sink.few.capacity() <= 2 * BATCH);
        }
        sink.save().await.unwrap();
        assert!(written(&dir) == all[..from]);
    }
}
