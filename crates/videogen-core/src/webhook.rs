//! Webhooks: what a provider sends unasked, as pure functions of its headers, its body, the secrets and the time.
//!
//! Each provider's crate has a module `webhook` that makes one of two things of it:
//!
//! - [`Verified`]: the signature shows that the provider sent it. It holds the [`Generation`] that it reports.
//! - [`Hint`]: nothing shows who sent it. It says only *which* generation may have news: ask for its status.
//!
//! ```
//! use std::time::Duration;
//! use videogen_core::webhook::Hint;
//! use videogen_core::{Error, Generation, Provider, StatusQuery, Transport, poll};
//!
//! /// What a hint is for: a question, asked where the provider is configured to be.
//! fn follow_up(
//!     hint: &Hint,
//!     provider: &dyn Provider,
//!     transport: &dyn Transport,
//! ) -> Result<Generation, Error> {
//!     // Look first whether the handle is one of yours: anybody can send any id.
//!     poll(provider, transport, hint.handle(), StatusQuery::Plain, Duration::from_secs(30))
//! }
//! ```
//!
//! # To wait less
//!
//! A [wait](crate::wait) can be told of webhooks, each as a [`Notice`]: it then ends as soon as the webhook or a poll says so, whichever
//! comes first. It stays a wait: a webhook that is lost, late, doubled or forged changes nothing but how soon that is.
//!
//! # To receive webhooks well
//!
//! - Check the body as it came, byte for byte: parsed and written anew, it has another signature.
//! - Let the server refuse bodies above [`MAX_WEBHOOK_BYTES`] while it reads them.
//! - Answer soon, with 2xx, and do the work afterwards; answer 400 to what is refused.
//! - Expect each one twice, and never: skip what [`SeenWebhooks`] has seen, and keep a slow wait as a fallback.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;

use crate::error::{Error, ErrorKind};
use crate::generation::Generation;
use crate::handle::Handle;
use crate::provider::Provider;

/// The longest body that is read, in bytes. A generation with its inputs and options has some thousands.
pub const MAX_WEBHOOK_BYTES: usize = 1024 * 1024;

/// How far the time of a signature may lie from now, in both directions, unless told otherwise.
///
/// Five minutes are what most services with signatures of this form use; none of ours documents any.
pub const DEFAULT_TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// How many webhooks [`SeenWebhooks`] remembers unless told otherwise.
const DEFAULT_CAPACITY: usize = 10_000;

/// The longest status word that a key for deduplication has whole, in characters.
const MAX_WORD: usize = 64;

/// A secret that a provider signs webhooks with. Shown by nothing: `Debug` prints a placeholder, there is no `Display`.
///
/// To change a secret without losing webhooks, accept the old one and the new one for a while: everything that
/// takes secrets takes one or several.
#[derive(Clone)]
pub struct WebhookSecret(String);

impl WebhookSecret {
    /// Takes a secret as the provider's page shows it, whole. White space around it is dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if it is empty, or has a space or anything else in it that is not printable ASCII.
    /// The error does not show the secret.
    pub fn new(secret: impl AsRef<str>) -> Result<Self, Error> {
        let secret = secret.as_ref().trim();
        let problem = if secret.is_empty() {
            "the webhook secret is empty"
        } else if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            "the webhook secret has a space, a line break or a non-ASCII character in it"
        } else {
            return Ok(Self(secret.to_owned()));
        };
        Err(Error::new(ErrorKind::InvalidInput, problem))
    }

    /// The whole secret.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(<redacted>)")
    }
}

/// One secret is a list of one.
impl AsRef<[Self]> for WebhookSecret {
    fn as_ref(&self) -> &[Self] {
        std::slice::from_ref(self)
    }
}

/// A webhook whose signature shows that the provider sent it, lately, as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    generation: Generation,
    signed_at: SystemTime,
    deduplication_key: String,
}

impl Verified {
    /// A webhook that reports `generation` and was signed at `signed_at`.
    ///
    /// For the crates of providers, once they have checked the signature: this does not.
    #[must_use]
    pub fn new(mut generation: Generation, signed_at: SystemTime) -> Self {
        generation.times.observed = Some(signed_at);
        let word: String = generation.status.raw().chars().take(MAX_WORD).collect();
        let deduplication_key = format!("{}:{word}", generation.handle);
        Self { generation, signed_at, deduplication_key }
    }

    /// Which generation it is about.
    #[must_use]
    pub const fn handle(&self) -> &Handle {
        &self.generation.handle
    }

    /// What it says of the generation, observed when it was signed. Often less than an answer to a question has.
    #[must_use]
    pub const fn generation(&self) -> &Generation {
        &self.generation
    }

    /// What it says of the generation.
    #[must_use]
    pub fn into_generation(self) -> Generation {
        self.generation
    }

    /// When the provider signed it, by the provider's clock.
    #[must_use]
    pub const fn signed_at(&self) -> SystemTime {
        self.signed_at
    }

    /// The same for every webhook that says the same: the handle and the status word, such as
    /// `example:00000000-0000-4000-8000-000000000001:COMPLETED`. Good for [`SeenWebhooks`] and for a unique column
    /// of a database, one for each base URL.
    #[must_use]
    pub fn deduplication_key(&self) -> &str {
        &self.deduplication_key
    }
}

/// A webhook that anybody may have sent. It says which generation *may* have news, and nothing else.
///
/// # Design
///
/// It has no status, no output and no way to get one, so that nobody acts on what a stranger wrote: ask for the
/// generation's status with the [`handle`](Self::handle), which goes to the base URL that the provider is
/// configured for, whatever the webhook said. Look first whether the generation is one of yours: a stranger can name any.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a hint says nothing until the generation's status is asked for"]
pub struct Hint {
    handle: Handle,
    deduplication_key: String,
}

impl Hint {
    /// There may be news of this generation.
    pub fn new(handle: Handle) -> Self {
        Self { deduplication_key: handle.to_string(), handle }
    }

    /// Which generation to ask about.
    #[must_use]
    pub const fn handle(&self) -> &Handle {
        &self.handle
    }

    /// The same for every hint at the same generation, such as `example:gen_abc123`, one for each base URL.
    ///
    /// A stranger may have sent the first one too soon: give it to [`SeenWebhooks::forget`] unless the
    /// answer showed that the generation has ended, or the genuine one will be skipped.
    #[must_use]
    pub fn deduplication_key(&self) -> &str {
        &self.deduplication_key
    }
}

/// A webhook for a wait to hear.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a webhook is signed or it is not")]
pub enum Notice {
    /// Anybody may have sent it: the wait asks sooner, within bounds.
    Hint(Hint),
    /// The provider sent it: the wait takes it for an observation.
    Verified(Box<Verified>),
}

impl Notice {
    /// Which generation it is about.
    #[must_use]
    pub const fn handle(&self) -> &Handle {
        match self {
            Self::Hint(hint) => hint.handle(),
            Self::Verified(verified) => verified.handle(),
        }
    }

    /// The key of what it holds: [`Hint::deduplication_key`] or [`Verified::deduplication_key`].
    #[must_use]
    pub fn deduplication_key(&self) -> &str {
        match self {
            Self::Hint(hint) => hint.deduplication_key(),
            Self::Verified(verified) => verified.deduplication_key(),
        }
    }

    /// Whether it is about the generation of `handle`. When that was submitted and what else the handle has does not
    /// matter, since a webhook says only the id.
    #[must_use]
    pub fn is_about(&self, handle: &Handle) -> bool {
        let own = self.handle();
        own.id() == handle.id()
            && own.provider() == handle.provider()
            && own.base_url() == handle.base_url()
    }
}

impl From<Hint> for Notice {
    fn from(hint: Hint) -> Self {
        Self::Hint(hint)
    }
}

impl From<Verified> for Notice {
    fn from(verified: Verified) -> Self {
        Self::Verified(Box::new(verified))
    }
}

/// Which webhooks were seen before, to find replays and repeated deliveries.
///
/// Remembers a key for twice the tolerance, which is as long as a webhook can be repeated before its signature is too old:
/// one that was signed by a clock that runs ahead is good for that long. At most 10 000 keys are remembered unless told
/// otherwise; when there are more, the oldest are forgotten, and a webhook may be handled twice rather than never. It is
/// of one process: where several receive webhooks, or for longer, keep the keys in a database.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use videogen_core::SeenWebhooks;
///
/// let mut seen = SeenWebhooks::default();
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_000_000);
/// assert!(seen.first_time("example:g1:COMPLETED", now));
/// assert!(!seen.first_time("example:g1:COMPLETED", now + Duration::from_secs(299)));
/// ```
#[derive(Clone, Debug)]
pub struct SeenWebhooks {
    window: Duration,
    capacity: usize,
    /// Until when each is remembered, counted from the epoch.
    until: BTreeMap<String, Duration>,
    by_age: BTreeSet<(Duration, String)>,
}

impl SeenWebhooks {
    /// None seen yet; signatures are good for `tolerance` in both directions.
    #[must_use]
    pub fn new(tolerance: Duration) -> Self {
        Self {
            window: tolerance.saturating_mul(2),
            capacity: DEFAULT_CAPACITY,
            until: BTreeMap::new(),
            by_age: BTreeSet::new(),
        }
    }

    /// The same, remembering so many keys, at least one.
    #[must_use]
    pub fn with_capacity(mut self, keys: usize) -> Self {
        self.capacity = keys.max(1);
        self.make_room(self.capacity);
        self
    }

    /// Whether this key comes for the first time, as far as remembered. Remembers it.
    ///
    /// Handle the webhook if so; if that fails, [`forget`](Self::forget) the key, so that the next delivery is handled.
    pub fn first_time(&mut self, key: &str, now: SystemTime) -> bool {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        while self.by_age.first().is_some_and(|(until, _)| *until < now) {
            self.forget_oldest();
        }
        if self.until.contains_key(key) {
            return false;
        }
        self.make_room(self.capacity - 1);
        let until = now.saturating_add(self.window);
        self.until.insert(key.to_owned(), until);
        self.by_age.insert((until, key.to_owned()));
        true
    }

    /// Takes a key back, so that it comes for the first time again.
    pub fn forget(&mut self, key: &str) {
        if let Some((key, until)) = self.until.remove_entry(key) {
            self.by_age.remove(&(until, key));
        }
    }

    /// How many keys are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.until.len()
    }

    /// Whether none is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.until.is_empty()
    }

    fn make_room(&mut self, most: usize) {
        while self.until.len() > most {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, key)) = self.by_age.pop_first() {
            self.until.remove(&key);
        }
    }
}

/// With [`DEFAULT_TOLERANCE`].
impl Default for SeenWebhooks {
    fn default() -> Self {
        Self::new(DEFAULT_TOLERANCE)
    }
}

/// Refuses a body that is longer than [`MAX_WEBHOOK_BYTES`]. For the crates of providers.
///
/// # Errors
///
/// [`ErrorKind::InvalidWebhook`].
pub fn check_length(body: &[u8]) -> Result<(), Error> {
    if body.len() > MAX_WEBHOOK_BYTES {
        return Err(invalid(&format!(
            "has {} bytes, more than {MAX_WEBHOOK_BYTES}, and was not read",
            body.len()
        )));
    }
    Ok(())
}

/// The JSON object in a webhook's body, as a `T`. For the crates of providers.
///
/// # Errors
///
/// [`ErrorKind::InvalidWebhook`] if it is too long, empty, not UTF-8, no JSON object, or not of the form of `T`. The error
/// shows nothing of the body, which may come from anybody.
pub fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Error> {
    check_length(body)?;
    let text =
        std::str::from_utf8(body).map_err(|error| invalid("is not UTF-8").with_source(error))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.trim_ascii_start().as_bytes().first() {
        Some(b'{') => serde_json::from_str(text)
            .map_err(|error| invalid("is not JSON that can be read").with_source(error)),
        Some(_) => Err(invalid("is not a JSON object")),
        None => Err(invalid("is empty")),
    }
}

/// The handle of the generation that a webhook names. For the crates of providers.
///
/// # Errors
///
/// [`ErrorKind::InvalidWebhook`] if it names none, or one that cannot be asked for.
pub fn handle(provider: &dyn Provider, id: Option<&str>) -> Result<Handle, Error> {
    let id = id.ok_or_else(|| invalid("names no generation"))?;
    provider.handle(id).map_err(|error| {
        invalid("names a generation by an id that cannot be one").with_source(error)
    })
}

/// An [`ErrorKind::InvalidWebhook`]: `what` is wrong with the webhook's body. For the crates of providers.
#[must_use]
pub fn invalid(what: &str) -> Error {
    Error::new(ErrorKind::InvalidWebhook, format!("the webhook's body {what}"))
}
