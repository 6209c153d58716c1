//! Fetching an output whole, as a machine without I/O.
//!
//! ```text
//!            Begin              Answered(a head)            Received, BodyEnded(whole)
//!   (new) ──────────▶ Open ──────────────────────▶ Copy, Append ─────────────────────▶ Break(Ok(Downloaded))
//!                     ▲ ▲ │                           │
//!                     │ │ │ refused                   │ cut, or nothing comes
//!             Renewed │ │ ▼                           ▼
//!                     │ └───────────────────── Rest { until } ──── out of patience ──▶ Break(Err)
//!                   Renew
//! ```
//!
//! # Contract
//!
//! 1. The driver makes a [`Download`] and gives it [`DownloadEvent::Begin`], with what is there from an earlier attempt.
//! 2. On [`DownloadAction::Open`] it opens the request with [`fetch::open`], and gives the answer's head as [`DownloadEvent::Answered`]. A body that
//!    was open before is dropped.
//! 3. On [`DownloadAction::Copy`] it makes what it keeps as long as `from` says, notes whose bytes they are, and reads the next
//!    bytes of the body. It gives their number as [`DownloadEvent::Received`], or the end as [`DownloadEvent::BodyEnded`].
//! 4. On [`DownloadAction::Append`] it appends the bytes that it just read, and reads the next. Before it reads, here as in 3, it
//!    says so with [`Download::waits`]: the time that keeping took is not the server's.
//! 5. On [`DownloadAction::Renew`] it asks the provider for the generation's status once; on [`DownloadAction::Rest`] it does nothing
//!    until that moment, and gives [`DownloadEvent::Woke`].
//! 6. On `Break` it is over. Every later event gives the same result again.
//!
//! # What the machine promises
//!
//! - No request has credentials, cookies or a referrer, wherever redirects lead, but the first one for an output that
//!   [needs credentials](crate::Output::needs_credentials): that goes to the API's own origin. None leads from `https` to `http`, and none
//!   to a private address, unless the provider is at one too or the caller allows it.
//! - A download that ends well gave every byte of one file exactly once, in order, since the last [`DownloadAction::Copy`] from
//!   zero. Bytes of two files are not mixed: what is there is gone on with only if the server says that it is of the same file,
//!   by the same `ETag` where there was one. Where the server gives a file no name, that is only so at the same URL (but for its
//!   query, where signatures are) and with the same length.
//! - Nothing is fetched twice but what has to be begun anew, three times at the most: since the file changed, or the server gives no parts.
//! - A cut, a reset, 408, 409, 423, 425, 429 and 5xx end it only once the patience is used up without a new byte.
//! - Where the storage refuses (400, 401, 403, 404, 410), the URL may have expired: the provider is asked where the output is now, three times
//!   at the most without a new byte in between, and 20 times in all. Only the first time it is asked at once. Where it names the same URL,
//!   the storage may be behind it: it is tried for a [grace](DownloadOptions::grace) more.
//! - The rests grow until one answer brings 64 KiB: a server that gives a byte at a time is not asked without a pause.
//! - Nothing longer than the caller allowed is kept.
//!
//! Where a server does not say how long the file is, the end of an answer with the whole file is the file's. After one with a part the
//! next is asked for, until there is none. Who fetches videos should look at them with
//! [`ContainerCheck`](crate::container::ContainerCheck) too, as the clients do.
//!
//! ```
//! use std::ops::ControlFlow;
//! use videogen_core::download::{Download, DownloadAction, DownloadEvent, DownloadHead, DownloadOptions, WhichOutput};
//! # use videogen_core::{BaseUrl, Generation, Handle, Moment, Output, OutputKind, Phase, StatusTable, StatusWord};
//! # static WORDS: StatusTable = StatusTable::new(&[StatusWord::documented("done", Phase::Succeeded, &[])]);
//! # let handle = Handle::new("example", &BaseUrl::parse("https://api.example").unwrap(), "g1").unwrap();
//! # let mut generation = Generation::new(handle, WORDS.status("done"));
//! generation.outputs.push(Output::primary(OutputKind::Video, "https://cdn.example/v.mp4?sig=1f"));
//! let mut download =
//!     Download::new(&generation, WhichOutput::FirstPrimary, DownloadOptions::default()).unwrap();
//! let now = Moment::ORIGIN;
//! let ControlFlow::Continue(DownloadAction::Open(request)) =
//!     download.on(now, DownloadEvent::Begin(None))
//! else { panic!() };
//! assert_eq!(request.uri().path(), "/v.mp4");
//! let answer = http::Response::builder().header("content-length", "5").body(()).unwrap();
//! let step = download.on(now, DownloadEvent::Answered(Ok(DownloadHead::of(&answer))));
//! assert!(matches!(step, ControlFlow::Continue(DownloadAction::Copy { from: 0, total: Some(5), .. })));
//! let step = download.on(now, DownloadEvent::Received(5));
//! assert!(matches!(step, ControlFlow::Continue(DownloadAction::Append)));
//! let ControlFlow::Break(Ok(downloaded)) = download.on(now, DownloadEvent::BodyEnded(Ok(())))
//! else { panic!() };
//! assert_eq!(downloaded.bytes, 5);
//! ```

mod access;
mod head;
mod options;
mod target;
mod validator;
mod verdict;

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use http::Uri;
use http::header::{ACCEPT, ACCEPT_ENCODING, HeaderName, HeaderValue, IF_RANGE, RANGE, USER_AGENT};

use crate::base_url::BaseUrl;
use crate::call::{HttpRequest, OUR_USER_AGENT};
use crate::error::{Error, ErrorKind};
use crate::fetch;
use crate::generation::Generation;
use crate::handle::Handle;
use crate::moment::Moment;
use crate::named_url;
use crate::output::OutputKind;
use crate::provider::Provider;
use crate::redact;
use crate::stream::{CannotOpen, IdleTimeout, NotPublic, PublicAddressesOnly};
use crate::transport::TransportError;

use self::access::{Access, place_of};
use self::head::{Meaning, Part, Whole};

pub use self::head::DownloadHead;
pub use self::options::{DownloadOptions, DownloadProgress, Downloaded, Kept, WhichOutput};
pub use self::validator::Validator;
pub use self::verdict::{container_check, verdict};

/// How often the provider is asked anew where the output is, without a new byte in between.
const MAX_RENEWALS: u32 = 3;
/// How often it is asked in all.
const MAX_RENEWALS_IN_ALL: u32 = 20;
/// How many bytes an answer must bring before those after it are not worse off for the failures before it.
const PROGRESS: u64 = 64 * 1024;
/// How often a file is begun anew.
const MAX_RESTARTS: u32 = 3;

/// What happened.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a driver produces every event")]
#[expect(clippy::large_enum_variant, reason = "made and consumed at once")]
pub enum DownloadEvent {
    /// The download begins. These bytes are there from an earlier attempt.
    Begin(Option<Kept>),
    /// A request was answered: this is the head.
    Answered(Result<DownloadHead, TransportError>),
    /// So many bytes of the body came. They are not kept yet.
    Received(u64),
    /// The body ended, or was cut.
    BodyEnded(Result<(), TransportError>),
    /// The provider was asked for the generation's status.
    Renewed(Result<Generation, Error>),
    /// What keeps the bytes does not work any longer.
    SinkFailed(Error),
    /// The rest is over.
    Woke,
    /// The caller does not want it any longer.
    Cancelled,
}

/// What the driver is to do next.
#[expect(clippy::exhaustive_enums, reason = "a driver must handle every action")]
pub enum DownloadAction {
    /// Open this request. A body that was open is not needed any longer.
    Open(HttpRequest),
    /// Keep `from` bytes of what is kept and no more, note whose they are, and read the next bytes of the body.
    Copy {
        /// How many bytes to keep; zero to begin anew.
        from: u64,
        /// What names the file that is being fetched, where the server says so.
        validator: Option<Validator>,
        /// How long the whole file is, where the server says so.
        total: Option<u64>,
    },
    /// Append the bytes that were received, and read the next.
    Append,
    /// Ask the provider for the generation's status, once.
    Renew,
    /// Do nothing.
    Rest {
        /// Until then.
        until: Moment,
    },
}

/// Not the query of a request's URL.
impl fmt::Debug for DownloadAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(request) => {
                let url = redact::url(&request.uri().to_string());
                f.debug_struct("Open").field("url", &url).finish_non_exhaustive()
            }
            Self::Copy { from, validator, total } => f
                .debug_struct("Copy")
                .field("from", from)
                .field("validator", validator)
                .field("total", total)
                .finish(),
            Self::Append => f.write_str("Append"),
            Self::Renew => f.write_str("Renew"),
            Self::Rest { until } => f.debug_struct("Rest").field("until", until).finish(),
        }
    }
}

/// One download. See the [module](self).
#[derive(Debug)]
pub struct Download {
    handle: Handle,
    kind: OutputKind,
    nth: usize,
    options: DownloadOptions,
    only_forward: bool,
    state: State,
    now: Moment,
    /// The output's own URL: every attempt begins there, since what it redirects to may expire.
    url: Target,
    access: Access,
    /// Who makes the requests that take credentials.
    provider: Option<Arc<dyn Provider>>,
    /// Where the output was when its first byte came.
    begun_at: Option<Target>,
    /// Where the redirects of this attempt have led.
    at: Target,
    redirects: u32,
    /// Where the range begins that this attempt asks for.
    asked_from: Option<u64>,
    /// Where the part ends that is coming.
    part_end: Option<u64>,
    /// How many bytes came in this answer.
    came: u64,
    position: u64,
    total: Option<u64>,
    validator: Option<Validator>,
    content_type: Option<String>,
    fetched: u64,
    resumed: u32,
    restarted: u32,
    renewed: u32,
    began: Moment,
    /// When the last new byte came, or it began; later by as long as keeping bytes took.
    quiet_since: Moment,
    /// Failures since an answer brought enough.
    failures: u32,
    /// Renewals since the last new byte.
    renewals: u32,
    /// Since when it is known that the provider says that the output is where it was refused.
    confirmed: Option<Moment>,
}

#[derive(Debug)]
enum State {
    New,
    Opening,
    Copying,
    Renewing,
    Resting { until: Moment, then_renew: bool },
    Over(Box<Result<Downloaded, Error>>),
}

/// A URL that is not shown whole.
#[derive(Clone, PartialEq, Eq)]
struct Target(Uri);

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact::url(&self.0.to_string()))
    }
}

type Step = ControlFlow<Result<Downloaded, Error>, DownloadAction>;

impl Download {
    /// A download of one of `generation`'s outputs, without credentials.
    ///
    /// # Errors
    ///
    /// Those of [`WhichOutput::of`]; [`ErrorKind::Unsupported`] for an output that takes the provider's credentials, and for one in a
    /// storage that is not on the web; [`ErrorKind::InvalidInput`] if its URL is one that is not fetched (see [`named_url::check`]);
    /// [`ErrorKind::DownloadDamaged`] if it came with the answer, and is not Base64.
    pub fn new(
        generation: &Generation,
        which: WhichOutput,
        options: DownloadOptions,
    ) -> Result<Self, Error> {
        Self::made(None, generation, which, options)
    }

    /// A download of one of `generation`'s outputs, also of one that takes the credentials of its `provider`.
    ///
    /// # Errors
    ///
    /// As [`Download::new`], and those of [`Provider::output_request`].
    pub fn at(
        provider: Arc<dyn Provider>,
        generation: &Generation,
        which: WhichOutput,
        options: DownloadOptions,
    ) -> Result<Self, Error> {
        Self::made(Some(provider), generation, which, options)
    }

    fn made(
        provider: Option<Arc<dyn Provider>>,
        generation: &Generation,
        which: WhichOutput,
        options: DownloadOptions,
    ) -> Result<Self, Error> {
        let handle = generation.handle.clone();
        let (output, nth) = which.of(generation)?;
        let (url, access) = place_of(output, &handle, &options, provider.as_ref())?;
        Ok(Self {
            access,
            provider,
            handle,
            kind: output.kind,
            nth,
            options,
            only_forward: false,
            state: State::New,
            now: Moment::ORIGIN,
            begun_at: None,
            at: url.clone(),
            url,
            redirects: 0,
            asked_from: None,
            part_end: None,
            came: 0,
            position: 0,
            total: None,
            validator: None,
            content_type: None,
            fetched: 0,
            resumed: 0,
            restarted: 0,
            renewed: 0,
            began: Moment::ORIGIN,
            quiet_since: Moment::ORIGIN,
            failures: 0,
            renewals: 0,
            confirmed: None,
        })
    }

    /// This download into something that cannot forget what it was given: a file that has to be begun anew after its first byte
    /// is an error then.
    #[must_use]
    pub const fn only_forward(mut self) -> Self {
        self.only_forward = true;
        self
    }

    /// Takes note of what happened at `now`, and says what to do next.
    ///
    /// Total: any event is fine at any time. Once over, every event gives the same result again.
    pub fn on(&mut self, now: Moment, event: DownloadEvent) -> Step {
        if let State::Over(result) = &self.state {
            return ControlFlow::Break((**result).clone());
        }
        self.now = self.now.max(now);
        let step = match (event, &self.state) {
            (DownloadEvent::Cancelled, _) => {
                self.stop(Error::new(ErrorKind::DownloadCancelled, "the download was cancelled"))
            }
            (DownloadEvent::SinkFailed(error), _) => self.stop(error),
            (DownloadEvent::Begin(kept), State::New) => self.begin(kept),
            (DownloadEvent::Answered(Ok(head)), State::Opening) => self.on_head(&head),
            (DownloadEvent::Answered(Err(error)), State::Opening) => self.on_no_head(error),
            (DownloadEvent::Received(bytes), State::Copying) => self.on_bytes(bytes),
            (DownloadEvent::BodyEnded(ended), State::Copying) => self.on_end(ended),
            (DownloadEvent::Renewed(renewed), State::Renewing) => self.on_renewed(renewed),
            (_, State::Resting { until, .. }) if self.now < *until => {
                return ControlFlow::Continue(DownloadAction::Rest { until: *until });
            }
            (_, State::Resting { then_renew: true, .. }) => {
                ControlFlow::Continue(DownloadAction::Renew)
            }
            (_, State::Resting { .. }) => self.open_anew(),
            (_, State::New) => self.begin(None),
            (_, State::Renewing) => self.fail_renewal(given_up("the question for the status")),
            (_, _) => self.fail(given_up("the exchange")),
        };
        let step = self.within_deadline(step);
        match &step {
            ControlFlow::Break(result) => self.state = State::Over(Box::new(result.clone())),
            ControlFlow::Continue(DownloadAction::Open(_)) => self.state = State::Opening,
            ControlFlow::Continue(DownloadAction::Copy { .. } | DownloadAction::Append) => {
                self.state = State::Copying;
            }
            ControlFlow::Continue(DownloadAction::Renew) => self.state = State::Renewing,
            // What comes after it is known where it was decided.
            ControlFlow::Continue(DownloadAction::Rest { .. }) => {}
        }
        step
    }

    /// Takes note that the bytes are kept and the next ones are waited for from `now` on.
    ///
    /// What a slow disk, or a slow reader, takes until then does not count as time without a new byte.
    pub fn waits(&mut self, now: Moment) {
        let kept_for = now.since(self.now);
        self.quiet_since = self.quiet_since + kept_for;
        self.now = self.now + kept_for;
    }

    /// Of which generation.
    #[must_use]
    pub const fn handle(&self) -> &Handle {
        &self.handle
    }

    /// How far it has come.
    #[must_use]
    pub const fn progress(&self) -> DownloadProgress {
        DownloadProgress { bytes: self.position, total: self.total, resumed: self.resumed }
    }

    /// The media type of the answer, once there was one.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    fn begin(&mut self, kept: Option<Kept>) -> Step {
        self.began = self.now;
        self.quiet_since = self.now;
        // Bytes of which nobody knows what file they are of may be another generation's.
        if let Some(Kept { bytes, validator: Some(validator), total }) = kept
            && total.is_none_or(|total| bytes <= total)
        {
            self.position = bytes;
            self.validator = Some(validator);
            self.total = total;
        }
        if let Some(error) = self.too_long(self.position) {
            return self.stop(error);
        }
        self.open_anew()
    }

    /// Begins an attempt, at the output's own URL and at the position that was reached.
    fn open_anew(&mut self) -> Step {
        self.at = self.url.clone();
        self.redirects = 0;
        // Without knowing the file by its place and its length at least, nothing can be gone on with.
        let is_known = self.validator.is_some() || (self.total.is_some() && self.is_where_begun());
        let can_go_on = self.position > 0 && is_known;
        if self.position > 0
            && !can_go_on
            && let Err(error) = self.begin_anew("the server does not say what file it is")
        {
            return self.stop(error);
        }
        self.asked_from = can_go_on.then_some(self.position);
        self.open()
    }

    /// Whether the output is still where its first byte came from. A signature may be another.
    fn is_where_begun(&self) -> bool {
        let place = |url: &Target| {
            (url.0.scheme().cloned(), url.0.authority().cloned(), url.0.path().to_owned())
        };
        self.begun_at.as_ref().is_some_and(|begun_at| place(begun_at) == place(&self.url))
    }

    fn open(&self) -> Step {
        let mut request = match &self.access {
            // What it redirects to gets no credentials.
            Access::Credentials(request) if self.redirects == 0 => (**request).clone(),
            _ => HttpRequest::new(Vec::new()),
        };
        *request.uri_mut() = self.at.0.clone();
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        // A compressed one has other bytes and another length.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.insert(USER_AGENT, HeaderValue::from_static(OUR_USER_AGENT));
        let mut insert = |name: HeaderName, value: Option<HeaderValue>| {
            value.map(|value| headers.insert(name, value));
        };
        if let Some(from) = self.asked_from {
            insert(RANGE, HeaderValue::from_str(&format!("bytes={from}-")).ok());
            insert(IF_RANGE, self.validator.as_ref().and_then(Validator::header));
        }
        let extensions = request.extensions_mut();
        extensions.insert(IdleTimeout(self.options.idle_timeout));
        if let Access::Inline(inline) = &self.access {
            extensions.insert(inline.clone());
        }
        if !self.options.allow_private_addresses
            && !named_url::is_at_private_address(self.handle.base_url())
        {
            extensions.insert(PublicAddressesOnly);
        }
        ControlFlow::Continue(DownloadAction::Open(request))
    }

    fn on_head(&mut self, head: &DownloadHead) -> Step {
        match head.meaning() {
            Meaning::Whole(whole) => self.on_whole(head, whole),
            Meaning::Part(part) if self.asked_from.is_some() => self.on_part(head, &part),
            Meaning::Unsatisfiable { total } if self.asked_from.is_some() => {
                // What is there is all of it, unless it is a shorter file by now.
                let total_agrees = self.total.is_none_or(|before| Some(before) == total);
                // After a part of nobody knows how much, what is asked for is what may not be there.
                let is_after_part = total.is_none() && self.part_end == Some(self.position);
                let is_end = total == Some(self.position) || is_after_part;
                if is_end && total_agrees && !head.contradicts(self.validator.as_ref()) {
                    self.resumed = self.resumed.saturating_add(1);
                    return self.finish();
                }
                self.open_from_zero("the file is shorter than what is there of it")
            }
            Meaning::Redirect(Some(location)) => self.redirect(location),
            Meaning::Refused => self.refused(head),
            Meaning::Trouble => {
                let error = head.error("the storage is in trouble");
                self.fail(error)
            }
            Meaning::Part(_)
            | Meaning::Unsatisfiable { .. }
            | Meaning::Redirect(None)
            | Meaning::Odd => self.stop(head.error("the storage gives no file")),
        }
    }

    fn on_no_head(&mut self, error: TransportError) -> Step {
        // None of these changes by asking again.
        let is_final =
            NotPublic::is(&error) || CannotOpen::is(&error) || fetch::is_never_signed(&error);
        let error = Error::from(error);
        if is_final { self.stop(error) } else { self.fail(error) }
    }

    fn on_whole(&mut self, head: &DownloadHead, whole: Whole) -> Step {
        if let Err(error) = self.check_body(head, whole.length) {
            return self.stop(error);
        }
        if whole.length == Some(0) {
            return self.fail(head.error("the file is empty"));
        }
        if self.position > 0
            && let Err(error) = self.begin_anew("the server sends the file from its beginning")
        {
            return self.stop(error);
        }
        self.begun_at = Some(self.url.clone());
        self.total = whole.length;
        self.validator = head.validator();
        self.part_end = None;
        self.copy(head)
    }

    fn on_part(&mut self, head: &DownloadHead, part: &Part) -> Step {
        if let Err(error) = self.check_body(head, part.total) {
            return self.stop(error);
        }
        let is_what_was_asked = Some(part.from) == self.asked_from && part.is_sound();
        let total_agrees = match (self.total, part.total) {
            (Some(before), Some(now)) => before == now,
            _ => self.validator.is_some(),
        };
        if !(is_what_was_asked && total_agrees && head.confirms(self.validator.as_ref())) {
            return self.open_from_zero("the server sends a part of another file");
        }
        self.total = part.total.or(self.total);
        // One that comes late counts from now on.
        self.validator = self.validator.take().or_else(|| head.validator());
        self.part_end = part.end();
        self.resumed = self.resumed.saturating_add(1);
        self.copy(head)
    }

    fn copy(&mut self, head: &DownloadHead) -> Step {
        self.content_type = head.content_type();
        self.came = 0;
        ControlFlow::Continue(DownloadAction::Copy {
            from: self.position,
            validator: self.validator.clone(),
            total: self.total,
        })
    }

    /// What no attempt will make better: a body of another form, of something else, or too long.
    fn check_body(&self, head: &DownloadHead, total: Option<u64>) -> Result<(), Error> {
        if let Some(encoding) = head.foreign_encoding() {
            return Err(head.error(&format!(
                "the storage sends the file encoded as `{encoding}`, which was not asked for"
            )));
        }
        if self.kind != OutputKind::SharePage && head.is_web_page() {
            return Err(head.error(&format!("a web page came in the place of the {}", self.kind)));
        }
        match (self.options.max_bytes, total) {
            (Some(limit), Some(total)) if total > limit => Err(Error::new(
                ErrorKind::DownloadTooLarge,
                format!("the {} has {total} bytes, and {limit} are allowed", self.kind),
            )),
            _ => Ok(()),
        }
    }

    fn too_long(&self, bytes: u64) -> Option<Error> {
        let limit = self.options.max_bytes.filter(|limit| bytes > *limit)?;
        let message =
            format!("the {} is longer than the {limit} bytes that are allowed", self.kind);
        Some(Error::new(ErrorKind::DownloadTooLarge, message))
    }

    fn on_bytes(&mut self, bytes: u64) -> Step {
        self.fetched = self.fetched.saturating_add(bytes);
        let position = self.position.saturating_add(bytes);
        if let Some(error) = self.too_long(position) {
            return self.stop(error);
        }
        if let Some(total) = self.total.or(self.part_end).filter(|total| position > *total) {
            return self.stop(Error::new(
                ErrorKind::InvalidResponse,
                format!("the storage sends more than the {total} bytes that it announced"),
            ));
        }
        self.position = position;
        self.came = self.came.saturating_add(bytes);
        if bytes > 0 {
            self.quiet_since = self.now;
            self.renewals = 0;
            self.confirmed = None;
        }
        if self.came >= PROGRESS {
            self.failures = 0;
        }
        ControlFlow::Continue(DownloadAction::Append)
    }

    fn on_end(&mut self, ended: Result<(), TransportError>) -> Step {
        if self.total == Some(self.position) {
            return self.finish();
        }
        let is_part = self.part_end == Some(self.position);
        match (ended, self.total) {
            (Err(error), _) => self.fail(error.into()),
            // It gives so much at once. Where that is little, not without a rest.
            (Ok(()), _) if is_part && self.came >= PROGRESS => self.open_anew(),
            (Ok(()), None) if self.part_end.is_some() => self.fail(Error::new(
                ErrorKind::Interrupted,
                format!("a part ended after {} bytes", self.position),
            )),
            (Ok(()), None) if self.position > 0 => self.finish(),
            (Ok(()), None) => {
                self.fail(Error::new(ErrorKind::InvalidResponse, "the file is empty"))
            }
            (Ok(()), Some(total)) => self.fail(Error::new(
                ErrorKind::Interrupted,
                format!("the answer ended after {} of {total} bytes", self.position),
            )),
        }
    }

    fn redirect(&mut self, location: &str) -> Step {
        let error = |why: &str| {
            Error::new(
                ErrorKind::InvalidResponse,
                format!("the storage redirects to {}, {why}", redact::url(location)),
            )
        };
        if self.redirects >= self.options.max_redirects {
            let limit = self.options.max_redirects;
            return self.stop(error(&format!("and no more than {limit} redirects are followed")));
        }
        let target = target::resolve(&self.at.0, location);
        let target = match check_url(&self.handle, &self.options, &target) {
            Ok(target) => target,
            Err(cause) => {
                return self.stop(error("which is not followed").with_source(cause));
            }
        };
        if self.at.0.scheme_str() == Some("https") && target.0.scheme_str() != Some("https") {
            return self.stop(error("which is not followed: it is not https"));
        }
        self.redirects += 1;
        self.at = target;
        self.open()
    }

    /// The storage does not give it, and may give it at another URL.
    fn refused(&mut self, head: &DownloadHead) -> Step {
        let error = head.error("the storage refuses it");
        let may_go_on = match self.confirmed {
            Some(since) => self.until(&error).since(since) <= self.options.grace,
            None => self.renewals < MAX_RENEWALS && self.renewed < MAX_RENEWALS_IN_ALL,
        };
        if !may_go_on {
            return self.stop(head.error(&format!(
                "the storage refuses the {}, also after the provider was asked anew where it is",
                self.kind
            )));
        }
        if self.confirmed.is_some() {
            return self.rest(error, false);
        }
        if self.renewed == 0 {
            return ControlFlow::Continue(DownloadAction::Renew);
        }
        // However much came in between: a status costs the provider more than a byte.
        self.failures = self.failures.max(self.renewed - 1);
        self.rest(error, true)
    }

    fn on_renewed(&mut self, renewed: Result<Generation, Error>) -> Step {
        let generation = match renewed {
            Ok(generation) => generation,
            Err(error) => return self.fail_renewal(error),
        };
        self.renewals = self.renewals.saturating_add(1);
        self.renewed = self.renewed.saturating_add(1);
        let place =
            WhichOutput::Nth(self.kind, self.nth).of(&generation).and_then(|(output, _)| {
                place_of(output, &self.handle, &self.options, self.provider.as_ref())
            });
        match place {
            Err(error) => self.stop(error),
            Ok((url, _)) if url == self.url => {
                // The storage may be behind the provider.
                self.confirmed = Some(self.now);
                let error = "the storage refuses what the provider names";
                self.rest(Error::new(ErrorKind::OutputGone, error), false)
            }
            Ok((url, access)) => {
                (self.url, self.access) = (url, access);
                self.open_anew()
            }
        }
    }

    fn fail_renewal(&mut self, error: Error) -> Step {
        if error.is_transient() { self.rest(error, true) } else { self.stop(error) }
    }

    /// An attempt failed, and another may do better.
    fn fail(&mut self, error: Error) -> Step {
        self.rest(error, false)
    }

    fn rest(&mut self, error: Error, then_renew: bool) -> Step {
        let until = self.until(&error);
        self.failures = self.failures.saturating_add(1);
        if until.since(self.quiet_since) > self.options.patience {
            return self.out_of_patience(error);
        }
        self.state = State::Resting { until, then_renew };
        ControlFlow::Continue(DownloadAction::Rest { until })
    }

    /// Until when to rest after `error`.
    fn until(&self, error: &Error) -> Moment {
        let doublings = self.failures.min(16);
        let rest = self.options.first_rest.saturating_mul(1 << doublings);
        let rest = rest.min(self.options.longest_rest);
        self.now + error.retry_after().map_or(rest, |asked| asked.max(rest))
    }

    /// What is not over by the deadline ends there, and before a rest that would last longer.
    fn within_deadline(&self, step: Step) -> Step {
        let until = match &step {
            ControlFlow::Break(_) => return step,
            ControlFlow::Continue(DownloadAction::Rest { until }) => *until,
            ControlFlow::Continue(_) => self.now,
        };
        match self.options.deadline {
            Some(deadline) if until.since(self.began) > deadline => {
                let seconds = deadline.as_secs();
                let message = format!(
                    "the {} did not come within the {seconds} seconds that are allowed{}",
                    self.kind,
                    self.place()
                );
                self.stop(Error::new(ErrorKind::DownloadStalled, message))
            }
            _ => step,
        }
    }

    /// How far it came, for a message.
    fn place(&self) -> String {
        match self.total {
            Some(total) => format!(", after {} of {total} bytes", self.position),
            None => format!(", after {} bytes", self.position),
        }
    }

    fn out_of_patience(&self, cause: Error) -> Step {
        let asked = cause.retry_after().filter(|asked| *asked > self.options.longest_rest);
        let message = match asked {
            Some(asked) => format!(
                "the server asks to rest for {} seconds, which is too long to go on",
                asked.as_secs()
            ),
            None => format!(
                "no new byte of the {} came for {} seconds",
                self.kind,
                self.now.since(self.quiet_since).as_secs()
            ),
        };
        let mut error = Error::new(ErrorKind::DownloadStalled, message + &self.place())
            .with_retry_after(cause.retry_after())
            .with_request_id(cause.request_id().map(ToOwned::to_owned));
        if let Some(status) = cause.http_status() {
            error = error.with_http_status(status);
        }
        self.stop(error.with_source(cause))
    }

    fn open_from_zero(&mut self, why: &str) -> Step {
        match self.begin_anew(why) {
            Ok(()) => self.open_anew(),
            Err(error) => self.stop(error),
        }
    }

    /// Forgets what is there, if that may be.
    fn begin_anew(&mut self, why: &str) -> Result<(), Error> {
        let impossible = |what: &str| {
            Err(Error::new(ErrorKind::DownloadDamaged, format!("the {} {what}: {why}", self.kind)))
        };
        if self.only_forward {
            return impossible("would have to be begun anew, and what was written is gone");
        }
        if self.restarted >= MAX_RESTARTS {
            return impossible("would have to be begun anew again and again");
        }
        self.restarted += 1;
        self.position = 0;
        self.total = None;
        self.validator = None;
        self.begun_at = None;
        self.part_end = None;
        self.asked_from = None;
        Ok(())
    }

    fn finish(&self) -> Step {
        ControlFlow::Break(Ok(Downloaded {
            fetched: self.fetched,
            resumed: self.resumed,
            restarted: self.restarted,
            renewed: self.renewed,
            content_type: self.content_type.clone(),
            ..Downloaded::of(self.position)
        }))
    }

    fn stop(&self, error: Error) -> Step {
        ControlFlow::Break(Err(error.about(&self.handle)))
    }
}

fn check_url(handle: &Handle, options: &DownloadOptions, url: &str) -> Result<Target, Error> {
    // Where private addresses are allowed, as if the provider were at one.
    let anywhere = BaseUrl::from_static("http://localhost");
    let base = if options.allow_private_addresses { &anywhere } else { handle.base_url() };
    named_url::check(base, url).map(Target).map_err(|error| error.about(handle))
}

fn given_up(what: &str) -> Error {
    Error::new(ErrorKind::Interrupted, format!("{what} was given up without an answer"))
}
