//! Downloading an output.

use std::fmt;
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tracing::{debug, warn};
use videogen_core::container::{ContainerCheck, ContainerProblem};
use videogen_core::download::{
    Download, DownloadAction, DownloadEvent, DownloadHead, DownloadOptions, DownloadProgress,
    Downloaded, Kept, Validator, WhichOutput, container_check, verdict,
};
use videogen_core::stream::{StreamedResponse, read_error};
use videogen_core::{
    Error, ErrorKind, Generation, Handle, HttpRequest, Moment, OutputKind, TransportError, fetch,
};
use videogen_files::{DownloadFile, Place};

use crate::cancel::CancelToken;
use crate::client::Client;

/// How much is read at once.
const READ: usize = 256 * 1024;

/// What a caller wants to be called with on the way.
type OnProgress<'a> = Box<dyn FnMut(DownloadProgress) + Send + 'a>;

/// A download that has not begun. Made by [`Client::download`].
///
/// It fetches the first output that was asked for, unless told otherwise, without the API key: outputs are elsewhere. One that is at the
/// API itself, and takes the key, is asked for with it, there only. A cut is gone on with where it was, and a URL that has expired is asked for anew. See [`videogen_core::download`].
///
/// ```no_run
/// # fn example(client: videogen_ureq::Client, ended: videogen_core::Generation) -> Result<(), videogen_core::Error> {
/// let downloaded = client
///     .download(&ended.succeeded()?)
///     .max_bytes(1_000_000_000)
///     .on_progress(|progress| eprintln!("{} of {:?}", progress.bytes, progress.total))
///     .to_dir("videos")?;
/// println!("{:?}", downloaded.path);
/// # Ok(())
/// # }
/// ```
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
    cancel: Option<CancelToken>,
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
            cancel: None,
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

    /// Calls `on_progress` with each piece, on the thread that downloads.
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

    /// Ends the download at once when `token` is cancelled: with [`ErrorKind::DownloadCancelled`]. What there is of a file stays.
    ///
    /// With a token each read is done on a thread of its own, which is left to itself when cancelled: it ends by the idle
    /// timeout.
    pub fn cancel(mut self, token: &CancelToken) -> Self {
        self.cancel = Some(token.clone());
        self
    }

    /// Downloads to a file, which appears when it is whole. Its directory must be there. What an earlier attempt left of it is gone
    /// on with.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FileExists`] if it is not to be [replaced](Self::overwrite); [`ErrorKind::InvalidInput`] if the output's URL is
    /// one that is not fetched; [`ErrorKind::OutputMissing`] or why the generation has none; [`ErrorKind::DownloadStalled`],
    /// [`ErrorKind::DownloadTooLarge`], [`ErrorKind::DownloadDamaged`], [`ErrorKind::OutputGone`], [`ErrorKind::LocalFile`].
    pub fn to_file(self, path: impl Into<PathBuf>) -> Result<Downloaded, Error> {
        self.into_place(&Place::File(path.into()))
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
    pub fn to_dir(self, dir: impl Into<PathBuf>) -> Result<Downloaded, Error> {
        self.into_place(&Place::Dir(dir.into()))
    }

    /// Downloads into a writer. It cannot be told to forget: where a file would have to be begun anew after its first byte, that is
    /// [`ErrorKind::DownloadDamaged`], as is a video that turns out not to be whole at its end.
    ///
    /// # Errors
    ///
    /// As [`to_file`](Self::to_file); [`ErrorKind::LocalFile`] for the writer's own.
    pub fn to_writer(mut self, writer: impl Write) -> Result<Downloaded, Error> {
        let handle = self.generation.handle.clone();
        let (output, _) = self.which.of(&self.generation)?;
        let kind = output.kind;
        let machine = self.machine()?;
        let check = container_check(kind, self.check_container);
        let mut sink = WriterSink { writer, check, handle: handle.clone() };
        let mut downloaded = self.drive(machine.only_forward(), &mut sink)?;
        sink.writer.flush().map_err(|cause| sink.failed(cause))?;
        downloaded.container = verdict(sink.check.as_ref(), kind, &handle)?;
        Ok(downloaded)
    }

    fn into_place(mut self, place: &Place) -> Result<Downloaded, Error> {
        let first = self.attempt(place)?;
        match first.finished {
            // What an earlier process left may be what is damaged.
            Err(error) if first.is_of_earlier && error.kind() == ErrorKind::DownloadDamaged => {
                let mut second = self.attempt(place)?.finished?;
                second.fetched = second.fetched.saturating_add(first.fetched);
                second.restarted = second.restarted.saturating_add(1);
                Ok(second)
            }
            finished => finished,
        }
    }

    fn machine(&self) -> Result<Download, Error> {
        let provider = self.client.shared_provider();
        Download::at(provider, &self.generation, self.which, self.options.clone())
    }

    fn attempt(&mut self, place: &Place) -> Result<Attempt, Error> {
        // Before the file is: what cannot be fetched leaves nothing behind.
        let machine = self.machine()?;
        let (output, nth) = self.which.of(&self.generation)?;
        let (handle, overwrite) = (&self.generation.handle, self.overwrite);
        let mut file =
            DownloadFile::open(place, handle, output, nth, overwrite, self.check_container)?;
        let had_some = file.kept().is_some();
        let downloaded = self.drive(machine, &mut file)?;
        let is_of_earlier = had_some && downloaded.restarted == 0;
        let fetched = downloaded.fetched;
        Ok(Attempt { finished: file.finish(downloaded), is_of_earlier, fetched })
    }

    fn drive(&mut self, mut machine: Download, sink: &mut dyn Sink) -> Result<Downloaded, Error> {
        let handle = machine.handle().clone();
        let mut body = Body::None;
        let mut piece = vec![0; READ];
        let mut length = 0;
        let origin = now();
        let mut event = DownloadEvent::Begin(sink.kept());
        loop {
            if self.cancel.as_ref().is_some_and(CancelToken::is_cancelled) {
                event = DownloadEvent::Cancelled;
            }
            log(&handle, &event);
            let moment = Moment::new(now().saturating_duration_since(origin));
            match machine.on(moment, event) {
                ControlFlow::Break(result) => return result,
                ControlFlow::Continue(DownloadAction::Open(request)) => {
                    // Its connection may be of use.
                    body = Body::None;
                    event = match self.open(request) {
                        None => DownloadEvent::Cancelled,
                        Some(Err(error)) => DownloadEvent::Answered(Err(error)),
                        Some(Ok(answer)) => {
                            let head = DownloadHead::of(&answer);
                            body = Body::new(answer, self.cancel.as_ref());
                            DownloadEvent::Answered(Ok(head))
                        }
                    };
                }
                ControlFlow::Continue(DownloadAction::Copy { from, validator, total }) => {
                    debug!(%handle, from, ?total, "fetching");
                    let content_type = machine.content_type();
                    event = match sink.keep(from, validator.as_ref(), total, content_type) {
                        Ok(()) => {
                            self.report(&machine);
                            machine.waits(Moment::new(now().saturating_duration_since(origin)));
                            receive(&mut body, &mut piece, &mut length)
                        }
                        Err(error) => DownloadEvent::SinkFailed(error),
                    };
                }
                ControlFlow::Continue(DownloadAction::Append) => {
                    event = match sink.append(piece.get(..length).unwrap_or_default()) {
                        Ok(()) => {
                            self.report(&machine);
                            machine.waits(Moment::new(now().saturating_duration_since(origin)));
                            receive(&mut body, &mut piece, &mut length)
                        }
                        Err(error) => DownloadEvent::SinkFailed(error),
                    };
                }
                ControlFlow::Continue(DownloadAction::Renew) => {
                    event = self.renew(&handle);
                }
                ControlFlow::Continue(DownloadAction::Rest { until }) => {
                    body = Body::None;
                    self.rest(&handle, until.since(moment));
                    event = DownloadEvent::Woke;
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

    fn open(&self, request: HttpRequest) -> Option<Result<StreamedResponse, TransportError>> {
        let transport = self.client.transport();
        match &self.cancel {
            None => Some(fetch::open(&**transport, request)),
            Some(token) => {
                let transport = Arc::clone(transport);
                token.unless_cancelled(move || fetch::open(&*transport, request.clone()))
            }
        }
    }

    fn renew(&self, handle: &Handle) -> DownloadEvent {
        debug!(%handle, "asking where the output is now");
        let renewed = match &self.cancel {
            None => Some(self.client.status(handle)),
            Some(token) => {
                let (client, handle) = (self.client.clone(), handle.clone());
                token.unless_cancelled(move || client.status(&handle))
            }
        };
        renewed.map_or(DownloadEvent::Cancelled, DownloadEvent::Renewed)
    }

    fn rest(&self, handle: &Handle, rest: Duration) {
        debug!(%handle, ?rest, "resting");
        match &self.cancel {
            None => sleep(rest),
            Some(token) => token.rest(rest),
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

/// The body of an answer that is being read.
enum Body {
    None,
    Ours(Box<dyn Read + Send>),
    /// Read by threads that may be left to themselves.
    Shared(Arc<Mutex<Room>>, CancelToken),
}

/// A body, and room for what is read of it.
struct Room {
    body: Box<dyn Read + Send>,
    piece: Vec<u8>,
}

impl Body {
    fn new(answer: StreamedResponse, cancel: Option<&CancelToken>) -> Self {
        let body = answer.into_body();
        match cancel {
            None => Self::Ours(body),
            Some(token) => {
                let room = Room { body, piece: vec![0; READ] };
                Self::Shared(Arc::new(Mutex::new(room)), token.clone())
            }
        }
    }
}

/// Reads the next bytes.
fn receive(body: &mut Body, piece: &mut Vec<u8>, length: &mut usize) -> DownloadEvent {
    let read = match body {
        Body::None => return DownloadEvent::Woke,
        Body::Ours(body) => read(&mut **body, piece),
        Body::Shared(shared, token) => {
            let theirs = Arc::clone(shared);
            let read = token.unless_cancelled(move || {
                let Room { body, piece } = &mut *lock(&theirs);
                read(&mut **body, piece)
            });
            let Some(read) = read else { return DownloadEvent::Cancelled };
            std::mem::swap(&mut lock(shared).piece, piece);
            read
        }
    };
    match read {
        Ok(0) => DownloadEvent::BodyEnded(Ok(())),
        Ok(read) => {
            *length = read;
            DownloadEvent::Received(read as u64)
        }
        Err(error) => DownloadEvent::BodyEnded(Err(error)),
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(body: &mut dyn Read, piece: &mut [u8]) -> Result<usize, TransportError> {
    loop {
        match body.read(piece) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            read => return read.map_err(read_error),
        }
    }
}

/// What keeps the bytes.
trait Sink {
    fn kept(&self) -> Option<Kept>;
    fn keep(
        &mut self,
        from: u64,
        validator: Option<&Validator>,
        total: Option<u64>,
        content_type: Option<&str>,
    ) -> Result<(), Error>;
    fn append(&mut self, bytes: &[u8]) -> Result<(), Error>;
    fn problem(&self) -> Option<ContainerProblem>;
}

impl Sink for DownloadFile {
    fn kept(&self) -> Option<Kept> {
        Self::kept(self)
    }

    fn keep(
        &mut self,
        from: u64,
        validator: Option<&Validator>,
        total: Option<u64>,
        content_type: Option<&str>,
    ) -> Result<(), Error> {
        Self::keep(self, from, validator, total, content_type)
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), Error> {
        Self::append(self, bytes)
    }

    fn problem(&self) -> Option<ContainerProblem> {
        Self::problem(self)
    }
}

struct WriterSink<W> {
    writer: W,
    check: Option<ContainerCheck>,
    handle: Handle,
}

impl<W> WriterSink<W> {
    fn failed(&self, cause: std::io::Error) -> Error {
        Error::new(ErrorKind::LocalFile, "what is written to takes no more")
            .about(&self.handle)
            .with_source(cause)
    }
}

impl<W: Write> Sink for WriterSink<W> {
    fn kept(&self) -> Option<Kept> {
        None
    }

    fn keep(
        &mut self,
        _: u64,
        _: Option<&Validator>,
        _: Option<u64>,
        _: Option<&str>,
    ) -> Result<(), Error> {
        // It only goes forward: what was written is what is kept.
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if let Some(check) = &mut self.check {
            check.feed(bytes);
        }
        self.writer.write_all(bytes).map_err(|cause| self.failed(cause))
    }

    fn problem(&self) -> Option<ContainerProblem> {
        self.check.as_ref()?.finish().err()
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

#[expect(clippy::disallowed_methods, reason = "a driver is where the clock is")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a driver is where the rests are")]
fn sleep(rest: Duration) {
    thread::sleep(rest);
}
