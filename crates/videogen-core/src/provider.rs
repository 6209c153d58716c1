//! A service with a video-generation API, as pure functions.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::base_url::BaseUrl;
use crate::call::{Call, HttpRequest};
use crate::cost::Cost;
use crate::error::{Error, ErrorKind};
use crate::generation::Generation;
use crate::handle::Handle;
use crate::lifecycle::StatusTable;
use crate::listing::{ListQuery, Page};
use crate::output::Output;
use crate::submit::{Accepted, NewGeneration};
use crate::transport::{AsyncTransport, Transport};

/// A service with a video-generation API: how to ask it, and how to read what it says.
///
/// Pure and dyn-compatible: it never sees a transport, a clock or the environment. What only one
/// provider can do is an inherent method of its type that returns a [`Call`].
pub trait Provider: fmt::Debug + Send + Sync {
    /// The provider's name, as handles write it: lower case, no colon.
    fn name(&self) -> &'static str;

    /// Where this value asks.
    fn base_url(&self) -> &BaseUrl;

    /// Every status word of the provider, what it means, and which moves are legal.
    fn lifecycle(&self) -> &'static StatusTable;

    /// When to ask, as far as the provider says.
    fn guidance(&self) -> PollGuidance;

    /// The handle of the generation `id` at this provider: what stands behind the colon of a handle's text form.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an id that cannot stand in a path, or that lacks what the provider's paths need.
    fn handle(&self, id: &str) -> Result<Handle, Error> {
        Handle::new(self.name(), self.base_url(), id)
    }

    /// Asks once for a generation's status.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ForeignHandle`] for a handle of another provider or base URL,
    /// [`ErrorKind::InvalidInput`] for a query that the provider's page forbids,
    /// [`ErrorKind::Unsupported`] for one that it does not have. Nothing was sent then.
    fn status(&self, handle: &Handle, query: StatusQuery) -> Result<Call<Observed>, Error>;

    /// Submits a generation, given as the provider's own JSON.
    ///
    /// The call is sent as [`Submit`](crate::Submit) says, and by nothing else: it may be billed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] unless the provider's crate has it, [`ErrorKind::InvalidInput`] for what the provider's
    /// page forbids. Nothing was sent then.
    fn submit(&self, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
        let _ = new;
        Err(unsupported(self.name(), "submit generations"))
    }

    /// Whether the provider promises that a submission that is repeated with the same
    /// [`NewGeneration::idempotency_key`] makes nothing twice.
    fn promises_idempotency(&self) -> bool {
        false
    }

    /// One page of the account's generations, in the provider's order: the newest first where it lets one choose. What a list leaves out of a generation (its outputs, say)
    /// is missing in it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] unless the provider has it, [`ErrorKind::InvalidInput`] for a limit that its page forbids.
    /// Nothing was sent then.
    fn list(&self, query: &ListQuery) -> Result<Call<Page<Generation>>, Error> {
        let _ = query;
        Err(unsupported(self.name(), "list generations"))
    }

    /// The request for an output that [takes the provider's credentials](Output::needs_credentials), with them or with a
    /// [`Signer`](crate::Signer) that puts them on.
    ///
    /// A download sends it to the origin of the base URL only, and follows redirects without the credentials. What kind of answer is wanted
    /// it says itself.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] where no output of the provider's needs it, [`ErrorKind::InvalidInput`] for a URL that is not the
    /// provider's. Nothing was sent then.
    fn output_request(&self, handle: &Handle, output: &Output) -> Result<HttpRequest, Error> {
        let _ = output;
        Err(unsupported(self.name(), "fetch outputs with the API key").about(handle))
    }

    /// Asks the provider to stop a generation that has not ended. It may end otherwise all the same, and be billed: ask for its
    /// status.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] unless the provider has it, [`ErrorKind::ForeignHandle`]. Nothing was sent then.
    fn cancel(&self, handle: &Handle) -> Result<Call<()>, Error> {
        Err(unsupported(self.name(), "cancel generations").about(handle))
    }

    /// Deletes a generation that has ended.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] unless the provider has it, [`ErrorKind::ForeignHandle`]. Nothing was sent then.
    fn delete(&self, handle: &Handle) -> Result<Call<()>, Error> {
        Err(unsupported(self.name(), "delete generations").about(handle))
    }

    /// What `new` would cost. Nothing is generated.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] unless the provider has it, [`ErrorKind::InvalidInput`] as for [`submit`](Provider::submit).
    /// Nothing was sent then.
    fn estimate(&self, new: &NewGeneration) -> Result<Call<Cost>, Error> {
        let _ = new;
        Err(unsupported(self.name(), "say what a generation would cost"))
    }
}

fn unsupported(provider: &str, what: &str) -> Error {
    Error::new(ErrorKind::Unsupported, format!("videogen has no way to {what} at {provider}"))
}

/// How to ask for a status.
///
/// One of these at a time: some providers forbid a long-poll together with progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusQuery {
    /// Whatever the provider tells when it is asked nothing more.
    #[default]
    Plain,
    /// With progress, at a provider that tells it only when asked.
    Progress,
    /// Hold the request open until the generation ends or `hold` has passed; `None` leaves the time
    /// to the provider.
    LongPoll {
        /// How long the provider is to hold the request.
        hold: Option<Duration>,
    },
}

impl StatusQuery {
    /// Refuses every query but the plain one, at a provider that has no other. `provider` is what people call it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`].
    pub fn check_plain(self, provider: &str) -> Result<(), Error> {
        if self == Self::Plain {
            return Ok(());
        }
        let problem = format!("{provider} has only the plain query for a status, not {self:?}");
        Err(Error::new(ErrorKind::Unsupported, problem))
    }
}

/// When to ask a provider, as far as it says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PollGuidance {
    /// How long to rest after submitting before the first poll.
    pub first_poll: Duration,
    /// How long from one poll to the next.
    pub interval: Duration,
    /// How long generations usually take.
    pub typical: RangeInclusive<Duration>,
    /// How long to wait at the most unless the caller says otherwise.
    pub deadline: Duration,
    /// What a request may be held open for, if the provider has long-polls.
    pub long_poll: Option<LongPoll>,
    /// Whether [`StatusQuery::Progress`] exists.
    pub progress_on_request: bool,
    /// How long an output's URL works after it was handed out, if known.
    pub url_lifetime: Option<Duration>,
}

impl PollGuidance {
    /// Guidance for a provider that says only how often to ask and how long it takes.
    #[must_use]
    pub const fn new(
        interval: Duration,
        typical: RangeInclusive<Duration>,
        deadline: Duration,
    ) -> Self {
        Self {
            first_poll: interval,
            interval,
            typical,
            deadline,
            long_poll: None,
            progress_on_request: false,
            url_lifetime: None,
        }
    }

    /// This guidance with long-polls.
    #[must_use]
    pub const fn with_long_poll(mut self, long_poll: LongPoll) -> Self {
        self.long_poll = Some(long_poll);
        self
    }

    /// This guidance with [`StatusQuery::Progress`].
    #[must_use]
    pub const fn with_progress_on_request(mut self) -> Self {
        self.progress_on_request = true;
        self
    }

    /// This guidance with the lifetime of an output's URL.
    #[must_use]
    pub const fn with_url_lifetime(mut self, lifetime: Duration) -> Self {
        self.url_lifetime = Some(lifetime);
        self
    }
}

/// How long a provider holds a long-poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LongPoll {
    /// When it is not told how long.
    pub default_hold: Duration,
    /// At the most.
    pub max_hold: Duration,
}

impl LongPoll {
    /// The hold when not told, and the longest.
    #[must_use]
    pub const fn new(default_hold: Duration, max_hold: Duration) -> Self {
        Self { default_hold, max_hold }
    }
}

/// What one answer gave.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a driver must handle every case")]
pub enum Observed {
    /// The state of the generation.
    Generation(Box<Generation>),
    /// Another request is needed before the state is known.
    Then(Box<Call<Self>>),
}

impl From<Generation> for Observed {
    fn from(generation: Generation) -> Self {
        Self::Generation(Box::new(generation))
    }
}

/// How many requests one poll may take.
const MAX_REQUESTS_A_POLL: usize = 4;

fn endless(handle: &Handle) -> Error {
    Error::new(
        ErrorKind::InvalidResponse,
        format!("the status is still not known after {MAX_REQUESTS_A_POLL} requests"),
    )
    .about(handle)
}

/// Polls once with a blocking transport: the status request, and the further ones that some providers need.
///
/// # Errors
///
/// Those of [`Provider::status`] and [`Call::send`]. Each names the handle.
pub fn poll(
    provider: &dyn Provider,
    transport: &dyn Transport,
    handle: &Handle,
    query: StatusQuery,
    timeout: Duration,
) -> Result<Generation, Error> {
    let mut call = provider.status(handle, query).map_err(|error| error.about(handle))?;
    for _ in 0..MAX_REQUESTS_A_POLL {
        match call.with_timeout(timeout).about(handle).send(transport)? {
            Observed::Generation(generation) => return Ok(*generation),
            Observed::Then(next) => call = *next,
        }
    }
    Err(endless(handle))
}

/// Polls once with an async transport. See [`poll`].
///
/// # Errors
///
/// As [`poll`].
pub async fn poll_async(
    provider: &dyn Provider,
    transport: &dyn AsyncTransport,
    handle: &Handle,
    query: StatusQuery,
    timeout: Duration,
) -> Result<Generation, Error> {
    let mut call = provider.status(handle, query).map_err(|error| error.about(handle))?;
    for _ in 0..MAX_REQUESTS_A_POLL {
        match call.with_timeout(timeout).about(handle).send_async(transport).await? {
            Observed::Generation(generation) => return Ok(*generation),
            Observed::Then(next) => call = *next,
        }
    }
    Err(endless(handle))
}

const _: fn(&dyn Provider, &dyn Transport, &dyn AsyncTransport) = |_, _, _| ();
