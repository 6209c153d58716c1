//! Downloading an output.

use std::fmt;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::pin::Pin;

use bytes::Bytes;
use tokio::io::AsyncWrite;
use tokio::time::Instant;
use tracing::{debug, warn};
use videogen_core::download::{
    Download, DownloadAction, DownloadEvent, DownloadHead, DownloadOptions, DownloadProgress,
    Downloaded, WhichOutput,
};
use videogen_core::stream::{AsyncBody, next_chunk};
use videogen_core::{
    Error, ErrorKind, Generation, Handle, Moment, OutputKind, TransportError, fetch,
};
use videogen_files::Place;

use crate::client::Client;
use crate::sink::{FileSink, Sink, WriterSink};

/// What a caller wants to be called with on the way.
type OnProgress<'a> = Box<dyn FnMut(DownloadProgress) + Send + 'a>;

/// A download that has not begun. Made by [`Client::download`].
///
/// It fetches the first output that was asked for, unless told otherwise, without the API key: outputs are elsewhere. One that is at the
/// API itself, and takes the key, is asked for with it, there only. A cut is
/// gone on with where it was, and a URL that has expired is asked for anew. See [`videogen_core::download`].
///
/// ```no_run
/// # async fn example(client: videogen_reqwest::Client, ended: videogen_core::Generation) -> Result<(), videogen_core::Error> {
/// let downloaded = client
///     .download(&ended.succeeded()?)
///     .max_bytes(1_000_000_000)
///     .on_progress(|progress| eprintln!("{} of {:?}", progress.bytes, progress.total))
///     .to_dir("videos")
///     .await?;
/// println!("{:?}", downloaded.path);
/// # Ok(())
/// # }
/// ```
///
/// # Cancelling
///
/// Dropping a future of it ends the download at once. What there is of a file stays, and is gone on with when it is downloaded again.
#[must_use = "nothing is fetched before `to_file`, `to_dir` or `to_writer`"]
pub struct DownloadBuilder<'a> {
    client: Client,
    generation: Generation,
    which: WhichOutput,
    options: DownloadOptions,
    /// What was decided by itself, which counts whatever the options say.
    max_bytes: Option<u64>,
    allow_private_addresses: Option<bool>,
    overwrite: bool,
    check_container: bool,
    on_progress: Option<OnProgress<'a>>,
}

impl<'a> DownloadBuilder<'a> {
    pub(crate) fn new(client: Client, generation: Generation) -> Self {
        Self {
            client,
            generation,
            which: WhichOutput::FirstPrimary,
            options: DownloadOptions::default(),
            max_bytes: None,
            allow_private_addresses: None,
            overwrite: false,
            check_container: true,
            on_progress: None,
        }
    }

    /// Fetches the first output of this kind.
    pub fn output(self, kind: OutputKind) -> Self {
        self.nth(kind, 0)
    }

    /// Fetches one of several outputs of a kind, counted from zero.
    pub fn nth(mut self, kind: OutputKind, nth: usize) -> Self {
        self.which = WhichOutput::Nth(kind, nth);
        self
    }

    /// Refuses a file that is longer than so many bytes.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self.options.max_bytes = Some(bytes);
        self
    }

    /// Replaces a file that is there already, once the new one is whole. Otherwise it is an error: with [`to_file`](Self::to_file)
    /// before anything is fetched, with [`to_dir`](Self::to_dir) before anything is written, since the answer may say how the name ends.
    /// A file that appears later is not replaced either.
    pub fn overwrite(mut self, overwrite: bool) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// Fetches from an address that is not one of the internet's too, and over plain `http`.
    pub fn allow_private_addresses(mut self, allow: bool) -> Self {
        self.allow_private_addresses = Some(allow);
        self.options.allow_private_addresses = allow;
        self
    }

    /// Looks at a video while it comes, whether it is a whole MP4, as is the default. What is not, but began like one, is an
    /// error then; other containers are not looked into.
    pub fn check_container(mut self, check: bool) -> Self {
        self.check_container = check;
        self
    }

    /// Calls `on_progress` with each piece that came.
    pub fn on_progress(mut self, on_progress: impl FnMut(DownloadProgress) + Send + 'a) -> Self {
        self.on_progress = Some(Box::new(on_progress));
        self
    }

    /// Decides everything about the download. What [`max_bytes`](Self::max_bytes) and
    /// [`allow_private_addresses`](Self::allow_private_addresses) say too counts, before or after.
    pub fn options(mut self, options: DownloadOptions) -> Self {
        let max_bytes = self.max_bytes.or(options.max_bytes);
        let allow = self.allow_private_addresses.unwrap_or(options.allow_private_addresses);
        self.options = options;
        self.options.max_bytes = max_bytes;
        self.options.allow_private_addresses = allow;
        self
    }

    /// Downloads to a file, which appears when it is whole. Its directory must be there. What an earlier attempt left of it is gone
    /// on with. The file is written on Tokio's threads for blocking work.
    ///
    /// # Errors
    ///
    /// [`FileExists`](videogen_core::ErrorKind::FileExists) if it is not to be [replaced](Self::overwrite);
    /// [`InvalidInput`](videogen_core::ErrorKind::InvalidInput) if the output's URL is one that is not fetched;
    /// [`OutputMissing`](videogen_core::ErrorKind::OutputMissing) or why the generation has none;
    /// [`DownloadStalled`](videogen_core::ErrorKind::DownloadStalled),
    /// [`DownloadTooLarge`](videogen_core::ErrorKind::DownloadTooLarge),
    /// [`DownloadDamaged`](videogen_core::ErrorKind::DownloadDamaged), [`OutputGone`](videogen_core::ErrorKind::OutputGone),
    /// [`LocalFile`](videogen_core::ErrorKind::LocalFile).
    pub async fn to_file(self, path: impl Into<PathBuf>) -> Result<Downloaded, Error> {
        self.into_place(Place::File(path.into())).await
    }

    /// Downloads into a directory, which is made if it is missing, under the output's
    /// [own name](videogen_core::file_name::output_file_name). Otherwise like [`to_file`](Self::to_file).
    ///
    /// Another generation's output that the provider gave the same name is not replaced unless that is asked for: download that one
    /// to a directory, or a file, of its own.
    ///
    /// # Errors
    ///
    /// As [`to_file`](Self::to_file).
    pub async fn to_dir(self, dir: impl Into<PathBuf>) -> Result<Downloaded, Error> {
        self.into_place(Place::Dir(dir.into())).await
    }

    /// Downloads into a writer. It cannot be told to forget: where a file would have to be begun anew after its first byte, that is
    /// [`ErrorKind::DownloadDamaged`], as is a video that turns out not to be whole at
    /// its end.
    ///
    /// # Errors
    ///
    /// As [`to_file`](Self::to_file); [`LocalFile`](videogen_core::ErrorKind::LocalFile) for the writer's own.
    pub async fn to_writer(
        mut self,
        writer: impl AsyncWrite + Unpin + Send,
    ) -> Result<Downloaded, Error> {
        let (output, _) = self.which.of(&self.generation)?;
        let kind = output.kind;
        let machine = self.machine()?;
        let handle = self.generation.handle.clone();
        let mut sink = WriterSink::new(writer, kind, self.check_container, handle);
        let downloaded = self.drive(machine.only_forward(), &mut sink).await?;
        sink.finish(downloaded).await
    }

    fn machine(&self) -> Result<Download, Error> {
        let provider = self.client.shared_provider();
        Download::at(provider, &self.generation, self.which, self.options.clone())
    }

    async fn into_place(mut self, place: Place) -> Result<Downloaded, Error> {
        let first = self.attempt(place.clone()).await?;
        match first.finished {
            // What an earlier process left may be what is damaged.
            Err(error) if first.is_of_earlier && error.kind() == ErrorKind::DownloadDamaged => {
                let mut second = self.attempt(place).await?.finished?;
                second.fetched = second.fetched.saturating_add(first.fetched);
                second.restarted = second.restarted.saturating_add(1);
                Ok(second)
            }
            finished => finished,
        }
    }

    async fn attempt(&mut self, place: Place) -> Result<Attempt, Error> {
        // Before the file is: what cannot be fetched leaves nothing behind.
        let machine = self.machine()?;
        let (output, nth) = self.which.of(&self.generation)?;
        let (handle, output) = (self.generation.handle.clone(), output.clone());
        let (overwrite, check) = (self.overwrite, self.check_container);
        let mut sink = FileSink::open(place, handle, output, nth, overwrite, check).await?;
        let had_some = sink.kept().is_some();
        let downloaded = self.drive(machine, &mut sink).await?;
        let is_of_earlier = had_some && downloaded.restarted == 0;
        let fetched = downloaded.fetched;
        Ok(Attempt { finished: sink.finish(downloaded).await, is_of_earlier, fetched })
    }

    async fn drive(
        &mut self,
        mut machine: Download,
        sink: &mut (impl Sink + Send),
    ) -> Result<Downloaded, Error> {
        let client = self.client.clone();
        let handle = machine.handle().clone();
        let transport = client.transport(&handle)?;
        let mut body: Option<Pin<Box<dyn AsyncBody>>> = None;
        let mut piece = Bytes::new();
        let origin = Instant::now();
        let mut event = DownloadEvent::Begin(sink.kept());
        loop {
            log(&handle, &event);
            let moment = Moment::new(origin.elapsed());
            match machine.on(moment, event) {
                ControlFlow::Break(result) => {
                    if result.is_err() {
                        // For the next attempt. That there is an error already says more.
                        drop(sink.save().await);
                    }
                    return result;
                }
                ControlFlow::Continue(DownloadAction::Open(request)) => {
                    // Its connection may be of use.
                    drop(body.take());
                    let opened = fetch::open_async(transport, request).await;
                    event = DownloadEvent::Answered(opened.map(|answer| {
                        let head = DownloadHead::of(&answer);
                        body = Some(Box::into_pin(answer.into_body()));
                        head
                    }));
                }
                ControlFlow::Continue(DownloadAction::Copy { from, validator, total }) => {
                    debug!(%handle, from, ?total, "fetching");
                    let content_type = machine.content_type().map(ToOwned::to_owned);
                    event = match sink.keep(from, validator, total, content_type).await {
                        Ok(()) => {
                            self.report(&machine);
                            machine.waits(Moment::new(origin.elapsed()));
                            receive(body.as_mut(), &mut piece).await
                        }
                        Err(error) => DownloadEvent::SinkFailed(error),
                    };
                }
                ControlFlow::Continue(DownloadAction::Append) => {
                    event = match sink.append(std::mem::take(&mut piece)).await {
                        Ok(()) => {
                            self.report(&machine);
                            machine.waits(Moment::new(origin.elapsed()));
                            receive(body.as_mut(), &mut piece).await
                        }
                        Err(error) => DownloadEvent::SinkFailed(error),
                    };
                }
                ControlFlow::Continue(DownloadAction::Renew) => {
                    debug!(%handle, "asking where the output is now");
                    event = DownloadEvent::Renewed(client.status(&handle).await);
                }
                ControlFlow::Continue(DownloadAction::Rest { until }) => {
                    drop(body.take());
                    let rest = until.since(moment);
                    debug!(%handle, ?rest, "resting");
                    event = match sink.save().await {
                        Ok(()) => {
                            tokio::time::sleep(rest).await;
                            DownloadEvent::Woke
                        }
                        Err(error) => DownloadEvent::SinkFailed(error),
                    };
                }
            }
            // Who does not say how long it is may have been cut without anybody noticing.
            if matches!(event, DownloadEvent::BodyEnded(Ok(())))
                && machine.progress().total.is_none()
                && let Some(problem) = sink.problem()
            {
                event = DownloadEvent::BodyEnded(Err(TransportError::interrupted(format!(
                    "the answer ended before the video did: {problem}"
                ))));
            }
        }
    }

    fn report(&mut self, machine: &Download) {
        if let Some(on_progress) = &mut self.on_progress {
            on_progress(machine.progress());
        }
    }
}

impl fmt::Debug for DownloadBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadBuilder")
            .field("handle", &self.generation.handle)
            .field("which", &self.which)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// An attempt that fetched all there is.
struct Attempt {
    finished: Result<Downloaded, Error>,
    /// Whether bytes of an earlier one are in the file.
    is_of_earlier: bool,
    fetched: u64,
}

/// Reads the next bytes.
async fn receive(body: Option<&mut Pin<Box<dyn AsyncBody>>>, piece: &mut Bytes) -> DownloadEvent {
    let Some(body) = body else { return DownloadEvent::Woke };
    loop {
        match next_chunk(body).await {
            None => return DownloadEvent::BodyEnded(Ok(())),
            Some(Err(error)) => return DownloadEvent::BodyEnded(Err(error)),
            Some(Ok(chunk)) if chunk.is_empty() => {}
            Some(Ok(chunk)) => {
                *piece = chunk;
                return DownloadEvent::Received(piece.len() as u64);
            }
        }
    }
}

fn log(handle: &Handle, event: &DownloadEvent) {
    match event {
        DownloadEvent::Answered(Err(error)) | DownloadEvent::BodyEnded(Err(error)) => {
            warn!(%handle, %error, "the download was interrupted");
        }
        DownloadEvent::Renewed(Err(error)) => {
            warn!(%handle, kind = ?error.kind(), %error, "did not learn where the output is");
        }
        _ => {}
    }
}
