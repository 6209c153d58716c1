//! What went wrong, whose fault it is, what can be done, and which generation it is about.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::generation::Generation;
use crate::handle::Handle;
use crate::redact;

/// What went wrong, without the particulars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's input cannot be used; nothing was sent.
    ///
    /// # Troubleshooting
    /// The message names the input and what is wrong with it.
    InvalidInput,
    /// The handle was made at another provider or base URL; nothing was sent.
    ///
    /// # Troubleshooting
    /// Configure the provider for the base URL that the message names, if you trust it with your key.
    ForeignHandle,
    /// The provider has no such operation; nothing was sent.
    Unsupported,
    /// HTTP 401: the provider does not accept the key.
    ///
    /// # Troubleshooting
    /// Check that the key is whole, not revoked, and belongs to the provider at this base URL.
    Unauthorized,
    /// HTTP 402: the account has no credits or no plan for this.
    PaymentRequired,
    /// HTTP 403: the key is known and may not do this.
    ///
    /// # Troubleshooting
    /// Check the key's scopes and the account's plan at the provider.
    Forbidden,
    /// HTTP 404 or 410: no such generation, or not this key's. Of one that is known to have been there it is
    /// [`GenerationGone`](Self::GenerationGone).
    ///
    /// # Troubleshooting
    /// Check the id, and that the key belongs to the account that submitted the generation.
    NotFound,
    /// The provider does not find, for longer than the grace of a wait, a generation that it knew before: it was seen in this wait, or its
    /// handle tells when it was submitted. It was deleted or is no longer kept. How it ended is not known, and it may have been billed.
    ///
    /// # Troubleshooting
    /// Providers keep generations for a limited time. No output will come from this one.
    GenerationGone,
    /// Another HTTP 4xx that asking again cannot change.
    Refused,
    /// HTTP 3xx: the API is elsewhere. Not followed, so that the key stays where it was meant for.
    ///
    /// # Troubleshooting
    /// The message names the target. If it is the provider's, configure it as the base URL.
    Redirected,
    /// HTTP 429: too many requests.
    RateLimited,
    /// HTTP 408, 425 or 5xx: the provider is in trouble just now.
    Unavailable,
    /// An HTTP 2xx whose body is not what the provider's page promises.
    InvalidResponse,
    /// The request surely did not reach the provider.
    ///
    /// # Troubleshooting
    /// Check the network, the host's name, proxies and certificates; the source says which it was.
    NotDelivered,
    /// The connection failed or the time ran out after the request may have arrived.
    Interrupted,
    /// A submission may have been accepted, and billed, and no answer said so.
    ///
    /// # Troubleshooting
    /// Look at the provider whether the generation is there before you submit again: [`Error::candidates`] are those that may be it,
    /// if its list was looked at. At a provider that promises idempotency, submit the same again with
    /// [`Error::idempotency_key`].
    Ambiguous,
    /// The caller cancelled the wait. The generation goes on at the provider.
    WaitCancelled,
    /// The wait's deadline passed. The generation may still be running, and is still there.
    ///
    /// # Troubleshooting
    /// Wait again with the same handle, with a later deadline. Do not submit again: it would be paid twice.
    DeadlinePassed,
    /// As many polls in a row failed as the caller allowed.
    TooManyFailures,
    /// The provider says that the generation succeeded, and names no output.
    CompletedWithoutOutput,
    /// An output was asked of a generation that has not ended.
    GenerationUnfinished,
    /// An output was asked of a generation that failed.
    GenerationFailed,
    /// An output was asked of a generation that was rejected.
    GenerationRejected,
    /// An output was asked of a generation that was cancelled at the provider.
    GenerationCancelled,
    /// An output was asked of a generation that expired at the provider.
    GenerationExpired,
    /// The generation succeeded and has no output of the kind that was asked for.
    OutputMissing,
    /// Nothing shows that a webhook comes from the provider: its signature is missing, garbled, or of none of the secrets.
    ///
    /// # Troubleshooting
    /// If it should be genuine: is the secret whole and of the right account, and is the body checked as it
    /// came, byte for byte, and not JSON written anew?
    ForgedWebhook,
    /// A webhook has a genuine signature and a time that is not near now: a replay, a slow delivery, or a wrong clock.
    ///
    /// # Troubleshooting
    /// Check this machine's clock. The webhook's news may be old: ask for the generation's status instead.
    StaleWebhook,
    /// A webhook's body is too long, not the JSON that was expected, or names no generation.
    ///
    /// # Troubleshooting
    /// The message says what is wrong with it. The generation is still there: ask for its status.
    InvalidWebhook,
    /// There is a file already where an output is to be, and it is not to be replaced.
    ///
    /// # Troubleshooting
    /// Move it away, name another place, or allow it to be replaced.
    FileExists,
    /// The caller cancelled the download.
    DownloadCancelled,
    /// No new byte of an output came for as long as the caller had patience. The source is what went wrong last.
    ///
    /// # Troubleshooting
    /// Download again: a file goes on where it stopped.
    DownloadStalled,
    /// An output is longer than the caller allowed.
    ///
    /// # Troubleshooting
    /// If an output of that length is expected, allow it with a larger `max_bytes`.
    DownloadTooLarge,
    /// What was fetched is not the output: it is cut, garbled, or something else.
    ///
    /// # Troubleshooting
    /// The message says what is wrong with it. If it stays so, tell the provider, with the id.
    DownloadDamaged,
    /// The output is refused where the provider says that it is, also after it was asked anew where that is.
    ///
    /// # Troubleshooting
    /// Providers keep outputs for a limited time. Look whether the provider's own site still has it.
    OutputGone,
    /// A file of this machine cannot be read or written.
    ///
    /// # Troubleshooting
    /// The message names the file, and the source what the operating system says.
    LocalFile,
}

/// What may be done about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Remedy {
    /// Change what was passed in.
    FixInput,
    /// Change the key, or its permissions at the provider.
    FixCredentials,
    /// Check the generation's id, and whose it is.
    FixHandle,
    /// Change the configured base URL.
    FixBaseUrl,
    /// Add credits, or change the plan.
    AddCredits,
    /// Ask again later; asking is free of side effects.
    AskAgain,
    /// Wait again with the same handle.
    WaitLonger,
    /// Read the generation's failure and decide whether to submit something else.
    ReadFailure,
    /// Tell the provider, with the id and the request id.
    TellProvider,
    /// Look at the provider whether it is there before submitting again.
    LookBeforeSubmittingAgain,
    /// Refuse the webhook, and act on nothing in it.
    RefuseWebhook,
    /// Download again; what is there of a file is not fetched again.
    DownloadAgain,
    /// See to the file or its directory: path, permissions, free space.
    FixFile,
}

/// Why a provider refused a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// What was submitted cannot be used.
    Input,
    /// It is against the provider's policy.
    Moderation,
    /// The account has no credits, or no plan for this.
    Credits,
    /// Too many generations of the account run at once.
    Concurrency,
    /// Too many requests.
    Rate,
    /// The key is wrong, or may not do this.
    Auth,
}

impl ErrorKind {
    /// What may be done.
    #[must_use]
    pub const fn remedy(self) -> Remedy {
        match self {
            Self::InvalidInput
            | Self::Unsupported
            | Self::Refused
            | Self::OutputMissing
            | Self::DownloadTooLarge => Remedy::FixInput,
            Self::LocalFile | Self::FileExists => Remedy::FixFile,
            Self::Unauthorized | Self::Forbidden => Remedy::FixCredentials,
            Self::NotFound => Remedy::FixHandle,
            Self::ForeignHandle | Self::Redirected => Remedy::FixBaseUrl,
            Self::PaymentRequired => Remedy::AddCredits,
            Self::RateLimited
            | Self::Unavailable
            | Self::InvalidResponse
            | Self::NotDelivered
            | Self::Interrupted
            | Self::TooManyFailures
            | Self::StaleWebhook
            | Self::InvalidWebhook => Remedy::AskAgain,
            Self::DownloadCancelled | Self::DownloadStalled => Remedy::DownloadAgain,
            Self::ForgedWebhook => Remedy::RefuseWebhook,
            Self::WaitCancelled | Self::DeadlinePassed | Self::GenerationUnfinished => {
                Remedy::WaitLonger
            }
            Self::CompletedWithoutOutput
            | Self::DownloadDamaged
            | Self::OutputGone
            | Self::GenerationGone => Remedy::TellProvider,
            Self::Ambiguous => Remedy::LookBeforeSubmittingAgain,
            Self::GenerationFailed
            | Self::GenerationRejected
            | Self::GenerationCancelled
            | Self::GenerationExpired => Remedy::ReadFailure,
        }
    }

    /// Whether the same question may get a better answer later, so that a wait asks again.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Self::RateLimited
                | Self::Unavailable
                | Self::InvalidResponse
                | Self::NotDelivered
                | Self::Interrupted
        )
    }

    /// The kind of an HTTP status that is not 2xx.
    #[must_use]
    pub const fn of_http_status(status: u16) -> Self {
        match status {
            300..=399 => Self::Redirected,
            401 => Self::Unauthorized,
            402 => Self::PaymentRequired,
            403 => Self::Forbidden,
            404 | 410 => Self::NotFound,
            429 => Self::RateLimited,
            // 409 and 423 speak of a state that passes.
            408 | 409 | 423 | 425 => Self::Unavailable,
            400..=499 => Self::Refused,
            _ => Self::Unavailable,
        }
    }

    /// Where a submission asks for other advice than a question.
    const fn hint_for_submission(self) -> Option<&'static str> {
        match self {
            Self::Unavailable | Self::InvalidResponse | Self::Interrupted => Some(""),
            Self::NotDelivered => Some(
                "nothing was submitted; check the network, the host's name, proxies and certificates",
            ),
            Self::WaitCancelled => Some("nothing was submitted"),
            Self::RateLimited => Some("nothing was made; submit again later"),
            Self::NotFound => Some("nothing was made; check what the submission names"),
            Self::Refused => Some("nothing was made; submitting the same again will not help"),
            _ => None,
        }
    }

    /// Where an error that is about no generation, of a list or an upload say, asks for other advice.
    const fn hint_without_generation(self) -> Option<&'static str> {
        match self {
            Self::Unavailable | Self::InvalidResponse => Some(
                "this is the provider's trouble; ask again later, but look first if the request was to make or delete something",
            ),
            Self::NotDelivered => {
                Some("check the network, the host's name, proxies and certificates")
            }
            Self::Interrupted => Some(
                "ask again later, but look first if the request was to make or delete something",
            ),
            Self::NotFound => {
                Some("check what the request names, and that the API key belongs to its account")
            }
            _ => None,
        }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::InvalidInput => "nothing was sent",
            Self::ForeignHandle => {
                "nothing was sent; configure the base URL where the generation was made if you trust it with your key"
            }
            Self::Unsupported => "nothing was sent",
            Self::Unauthorized => {
                "check that the API key is whole, not revoked, and belongs to this provider and base URL"
            }
            Self::PaymentRequired => "check the account's credits and plan at the provider",
            Self::Forbidden => "check the API key's scopes and the account's plan at the provider",
            Self::NotFound => {
                "check the id, and that the API key belongs to the account that submitted the generation"
            }
            Self::GenerationGone => {
                "providers keep generations for a limited time; look whether the provider's own site still has it"
            }
            Self::Refused => "asking the same again will not help",
            Self::Redirected => {
                "not followed, to keep the API key at the configured place; if the target is the provider's, make it the base URL"
            }
            Self::RateLimited => "ask again later, and less often",
            Self::Unavailable | Self::InvalidResponse => {
                "this is the provider's trouble, and the generation is not lost; ask again later"
            }
            Self::NotDelivered => {
                "check the network, the host's name, proxies and certificates; the generation is not lost"
            }
            Self::Interrupted => "the generation is not lost; ask again later",
            Self::Ambiguous => "look at the provider whether it is there before you submit it anew",
            Self::WaitCancelled => {
                "the generation goes on at the provider; wait again with its handle"
            }
            Self::DeadlinePassed => {
                "the generation may still be running; wait again with its handle instead of submitting again"
            }
            Self::TooManyFailures => {
                "the generation is not lost; wait again with its handle when the provider answers"
            }
            Self::CompletedWithoutOutput => "tell the provider, with the id",
            Self::GenerationUnfinished => "wait for it first",
            Self::GenerationFailed
            | Self::GenerationRejected
            | Self::GenerationCancelled
            | Self::GenerationExpired => "no output will come; submit again only after reading why",
            Self::OutputMissing => "look at the generation's list of outputs",
            Self::ForgedWebhook => {
                "act on nothing in it; if it should be genuine, check the webhook secret, and that the body is passed byte for byte as it came"
            }
            Self::StaleWebhook => {
                "check this machine's clock, and ask for the generation's status instead"
            }
            Self::InvalidWebhook => "the generation is not lost; ask for its status instead",
            Self::FileExists => {
                "nothing was replaced; move it away, name another place, or allow it to be replaced"
            }
            Self::DownloadCancelled => "download again; a file goes on where it stopped",
            Self::DownloadStalled => {
                "the generation is not lost; download again, and a file goes on where it stopped"
            }
            Self::DownloadTooLarge => "if it is expected to be so long, allow more bytes",
            Self::DownloadDamaged => {
                "ask for the status and download again; if it stays so, tell the provider, with the id"
            }
            Self::OutputGone => {
                "providers keep outputs for a limited time; look whether the provider's own site still has it"
            }
            Self::LocalFile => "check path, permissions and free space; the generation is not lost",
        }
    }
}

/// What went wrong: a [kind](ErrorKind), a message for a person, the provider's own words, and
/// the generation it is about.
///
/// `Display` is one line that says all of it but the [source](StdError::source). Neither it nor `Debug`
/// shows an API key or the query of a URL.
///
/// # Design
///
/// One type for all crates of the family, with a fieldless kind to match on, so that kinds and
/// particulars can be added without breaking anybody. It is `Clone`, because a settled wait gives the same
/// outcome as often as it is asked.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    handle: Option<Handle>,
    http_status: Option<u16>,
    provider_code: Option<String>,
    provider_message: Option<String>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    refusal: Option<Refusal>,
    idempotency_key: Option<String>,
    of_submission: bool,
    outcome_unknown: bool,
    last: Option<Generation>,
    look_up: Option<Result<Vec<Generation>, Error>>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of this kind. `message` says what happened, in one line, without a full stop.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            handle: None,
            http_status: None,
            provider_code: None,
            provider_message: None,
            request_id: None,
            retry_after: None,
            refusal: None,
            idempotency_key: None,
            of_submission: false,
            outcome_unknown: false,
            last: None,
            look_up: None,
            source: None,
        }))
    }

    /// This error about `handle`, if it is not about one already.
    #[must_use]
    pub fn about(mut self, handle: &Handle) -> Self {
        self.0.handle.get_or_insert_with(|| handle.clone());
        self
    }

    /// This error as one about a generation that was there before.
    pub(crate) fn gone(mut self) -> Self {
        "the provider no longer has this generation".clone_into(&mut self.0.message);
        self.0.kind = ErrorKind::GenerationGone;
        self
    }

    /// This error with the HTTP status that it came with.
    #[must_use]
    pub fn with_http_status(mut self, status: u16) -> Self {
        self.0.http_status = Some(status);
        self
    }

    /// This error with the provider's own code and message.
    #[must_use]
    pub fn with_provider_words(mut self, code: Option<String>, message: Option<String>) -> Self {
        self.0.provider_code = code;
        self.0.provider_message = message;
        self
    }

    /// This error with the id that the provider gave the request.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<String>) -> Self {
        self.0.request_id = id;
        self
    }

    /// This error with the time that the provider asked to rest.
    #[must_use]
    pub fn with_retry_after(mut self, rest: Option<Duration>) -> Self {
        self.0.retry_after = rest;
        self
    }

    /// This error with the last observation of its generation.
    #[must_use]
    pub fn with_last_observation(mut self, last: Option<Generation>) -> Self {
        self.0.last = last;
        self
    }

    /// This error with what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// This error with why the provider refused, where its code says more than the HTTP status.
    #[must_use]
    pub fn with_refusal(mut self, refusal: Option<Refusal>) -> Self {
        self.0.refusal = refusal.or(self.0.refusal);
        self
    }

    pub(crate) fn with_idempotency_key(mut self, key: Option<String>) -> Self {
        self.0.idempotency_key = key;
        self
    }

    /// This error of a submission with a code that says that its outcome is not known at the provider either, whatever
    /// the HTTP status.
    #[must_use]
    pub fn with_unknown_outcome(mut self) -> Self {
        self.0.outcome_unknown = true;
        self
    }

    pub(crate) fn is_outcome_unknown(&self) -> bool {
        self.0.outcome_unknown
    }

    /// This error of a submission whose outcome is not known, with what the provider's list shows that may be it, or why the list was
    /// not to be had. See [`candidates`](crate::candidates).
    #[must_use]
    pub fn with_look_up(mut self, found: Result<Vec<Generation>, Self>) -> Self {
        self.0.look_up = Some(found);
        self
    }

    /// This error about a submission: what it advises is not to ask again, which could be paid twice.
    pub(crate) fn of_submission(mut self) -> Self {
        self.0.of_submission = true;
        self
    }

    pub(crate) fn with_source_if_none(mut self, source: Self) -> Self {
        self.0.source.get_or_insert_with(|| Arc::new(source));
        self
    }

    /// What went wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What may be done about it.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        self.0.kind.remedy()
    }

    /// Whether the same question may get a better answer later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.0.kind.is_transient()
    }

    /// The generation that this is about.
    #[must_use]
    pub fn handle(&self) -> Option<&Handle> {
        self.0.handle.as_ref()
    }

    /// The HTTP status of the answer, if there was one.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The provider's own code.
    #[must_use]
    pub fn provider_code(&self) -> Option<&str> {
        self.0.provider_code.as_deref()
    }

    /// The provider's own message, whole. Do not show it to an end user unlabelled.
    #[must_use]
    pub fn provider_message(&self) -> Option<&str> {
        self.0.provider_message.as_deref()
    }

    /// The id that the provider gave the request, for its support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the provider asked to rest before the next request.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Why the provider refused a submission. `None` if it did not.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        if self.0.outcome_unknown {
            return None;
        }
        self.0.refusal.or(match self.0.kind {
            ErrorKind::Refused | ErrorKind::NotFound => Some(Refusal::Input),
            ErrorKind::PaymentRequired => Some(Refusal::Credits),
            ErrorKind::RateLimited => Some(Refusal::Rate),
            ErrorKind::Unauthorized | ErrorKind::Forbidden => Some(Refusal::Auth),
            _ => None,
        })
    }

    /// The idempotency key of a submission that is [`ErrorKind::Ambiguous`], if there was one.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.0.idempotency_key.as_deref()
    }

    /// The generations that an [`ErrorKind::Ambiguous`] submission may have made, the newest first, as far as the provider's list was looked at.
    /// Empty also if it was not: see [`Error::look_up`].
    #[must_use]
    pub fn candidates(&self) -> &[Generation] {
        self.look_up().and_then(Result::ok).unwrap_or_default()
    }

    /// What came of looking for an [`ErrorKind::Ambiguous`] submission in the provider's list: the generations that may be it, or why the
    /// list was not to be had. `None` if it was not looked at. None found is no proof that nothing was made.
    #[must_use]
    pub fn look_up(&self) -> Option<Result<&[Generation], &Self>> {
        Some(self.0.look_up.as_ref()?.as_deref())
    }

    /// What was last seen of the generation, for an error that ends a wait.
    #[must_use]
    pub fn last_observation(&self) -> Option<&Generation> {
        self.0.last.as_ref()
    }

    /// The last missed poll's error, for an error that ends a wait because of the deadline, the limit of failures or the
    /// caller. Any other error that ends a wait is the last poll's own.
    #[must_use]
    pub fn last_error(&self) -> Option<&Self> {
        let source: &(dyn StdError + 'static) = self.0.source.as_deref()?;
        source.downcast_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(handle) = &inner.handle {
            write!(f, "{handle}: ")?;
        }
        f.write_str(&redact::excerpt(inner.message.as_bytes(), LONGEST_MESSAGE))?;
        let mut particulars = Vec::new();
        if let Some(status) = inner.http_status {
            particulars.push(format!("HTTP {status}"));
        }
        if let Some(code) = &inner.provider_code {
            particulars.push(format!("code `{}`", printable(code)));
        }
        if let Some(id) = &inner.request_id {
            particulars.push(format!("request id {}", printable(id)));
        }
        if !particulars.is_empty() {
            write!(f, " ({})", particulars.join(", "))?;
        }
        if let Some(message) = &inner.provider_message {
            write!(f, ": \"{}\"", printable(message))?;
        }
        if let Some(found) = &inner.look_up {
            write_look_up(f, found)?;
        }
        let hint = match inner.kind.hint_for_submission() {
            // Whether anything was made is just what is not known.
            Some(_) if inner.outcome_unknown => "",
            Some(hint) if inner.of_submission => hint,
            _ if inner.handle.is_none() => {
                inner.kind.hint_without_generation().unwrap_or_else(|| inner.kind.hint())
            }
            _ => inner.kind.hint(),
        };
        if hint.is_empty() { Ok(()) } else { write!(f, "; {hint}") }
    }
}

/// How many candidates are named.
const MOST_NAMED: usize = 5;

fn write_look_up(
    f: &mut fmt::Formatter<'_>,
    found: &Result<Vec<Generation>, Error>,
) -> fmt::Result {
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            f.write_str("; the provider's list could not be looked at: ")?;
            f.write_str(&printable(&error.0.message))?;
            return match error.0.http_status {
                Some(status) => write!(f, " (HTTP {status})"),
                None => Ok(()),
            };
        }
    };
    match found.len() {
        0 => f.write_str(
            "; the provider's list shows none since then that may be it, which is no proof",
        )?,
        count => write!(f, "; the provider's list shows {count} since then that may be it: ")?,
    }
    for (index, candidate) in found.iter().take(MOST_NAMED).enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{}", candidate.handle)?;
    }
    if found.len() > MOST_NAMED { f.write_str(", …") } else { Ok(()) }
}

/// How much of an error's own message is shown, in bytes: it may quote.
const LONGEST_MESSAGE: usize = 1000;

/// A provider's words as part of one line.
fn printable(words: &str) -> String {
    redact::excerpt(words.as_bytes(), 500)
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("message", &redact::text(&inner.message))
            .field("handle", &inner.handle)
            .field("http_status", &inner.http_status)
            .field("provider_code", &inner.provider_code.as_deref().map(redact::text))
            .field("provider_message", &inner.provider_message.as_deref().map(redact::text))
            .field("request_id", &inner.request_id)
            .field("retry_after", &inner.retry_after)
            .field("last_observation", &inner.last)
            .field("look_up", &inner.look_up)
            .field("source", &inner.source.as_ref().map(|source| source.to_string()))
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}
