//! What a submission says to the queue, beside the model's input: headers and query parameters.
//!
//! From the page "Platform Headers" (<https://fal.ai/docs/documentation/model-apis/common-parameters>) and the reference "Submit a request"
//! (<https://fal.ai/docs/inference-api/queue/submit>).

use std::fmt;
use std::time::Duration;

use http::Uri;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, json};
use videogen_core::{Error, ErrorKind, redact};

use crate::path::shown;

const START_TIMEOUT: HeaderName = HeaderName::from_static("x-fal-request-start-timeout");
const PRIORITY: HeaderName = HeaderName::from_static("x-fal-queue-priority");
const RUNNER_HINT: HeaderName = HeaderName::from_static("x-fal-runner-hint");
const LIFECYCLE: HeaderName = HeaderName::from_static("x-fal-object-lifecycle-preference");
const STORE_IO: HeaderName = HeaderName::from_static("x-fal-store-io");
const NO_RETRY: HeaderName = HeaderName::from_static("x-fal-no-retry");
const RETRY_CONFIG: HeaderName = HeaderName::from_static("x-fal-retry-config");
const DISABLE_FALLBACK: HeaderName = HeaderName::from_static("x-app-fal-disable-fallback");
const TAGS: HeaderName = HeaderName::from_static("x-fal-tags");

/// "Greater than 0.1" seconds.
const SHORTEST_START: Duration = Duration::from_millis(100);

/// The limits of tags in fal's clients, which say that they are the gateway's: it drops what is beyond them.
const MOST_TAGS: usize = 10;
const LONGEST_TAG: usize = 64;
const LONGEST_TAG_VALUE: usize = 256;
const LONGEST_TAGS: usize = 1024;
const RESERVED_TAG: &str = "fal.";

/// The longest hint and the longest webhook that is sent, in bytes. fal documents none.
const LONGEST_TEXT: usize = 2000;

const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where in an endpoint's queue a request stands, which all who use the endpoint share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Priority {
    /// `normal`, which is the default.
    Normal,
    /// `low`: behind every request of normal priority, also of others.
    Low,
}

impl Priority {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }
}

/// What makes fal try a request again on another runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RetryCondition {
    /// `server_error`
    ServerError,
    /// `timeout`
    Timeout,
    /// `connection_error`
    ConnectionError,
}

impl RetryCondition {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ServerError => "server_error",
            Self::Timeout => "timeout",
            Self::ConnectionError => "connection_error",
        }
    }
}

/// What a submission says to the queue, beside the model's input.
///
/// A [`NewGeneration`](videogen_core::NewGeneration) is the model's input and its endpoint, and carries none of these: they go with
/// [`Fal::with_options`](crate::Fal::with_options), for whatever submits with that value, or with [`Fal::submit_with`](crate::Fal::submit_with). What is
/// beyond a limit is refused there, before anything is sent.
///
/// ```
/// use std::time::Duration;
/// use videogen_core::{ApiKey, Provider};
/// use videogen_fal::{Fal, FalRequest, Priority, QueueOptions};
///
/// let options = QueueOptions::new()
///     .with_webhook("https://example.com/hooks/fal")
///     .with_start_timeout(Duration::from_secs(30))
///     .with_priority(Priority::Low);
/// let fal = Fal::new(ApiKey::new("key-id:key-secret").unwrap()).with_options(options);
/// let new = FalRequest::new("fal-ai/veo3").with_prompt("A kite").build().unwrap();
/// let call = fal.submit(&new).unwrap();
/// assert_eq!(
///     call.request().uri(),
///     "https://queue.fal.run/fal-ai/veo3?fal_webhook=https%3A%2F%2Fexample.com%2Fhooks%2Ffal",
/// );
/// assert_eq!(call.request().headers()["x-fal-request-start-timeout"], "30");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct QueueOptions {
    webhook: Option<String>,
    max_queue_length: Option<u32>,
    start_timeout: Option<Duration>,
    priority: Option<Priority>,
    runner_hint: Option<String>,
    media_expiration: Option<Duration>,
    store_io: Option<bool>,
    no_retry: bool,
    retries: Vec<(RetryCondition, u32)>,
    no_fallback: bool,
    tags: Vec<(String, String)>,
}

impl QueueOptions {
    /// None of them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// `fal_webhook`: where to send a [webhook](crate::webhook) when it has ended. An absolute URL, `http` or `https`. fal's page says that a
    /// redirect is not followed.
    #[must_use]
    pub fn with_webhook(mut self, url: impl Into<String>) -> Self {
        self.webhook = Some(url.into());
        self
    }

    /// `fal_max_queue_length`: refuse the submission with 429 if more than so many wait at the endpoint already.
    #[must_use]
    pub const fn with_max_queue_length(mut self, requests: u32) -> Self {
        self.max_queue_length = Some(requests);
        self
    }

    /// `X-Fal-Request-Start-Timeout`: give up unless a runner has begun so long after the submission. More than 0.1 seconds. How long the runner
    /// takes then is not limited by it.
    ///
    /// The reference names it as the successor of `X-Fal-Request-Timeout`, which fal's clients send.
    #[must_use]
    pub const fn with_start_timeout(mut self, timeout: Duration) -> Self {
        self.start_timeout = Some(timeout);
        self
    }

    /// `X-Fal-Queue-Priority`.
    #[must_use]
    pub const fn with_priority(mut self, priority: Priority) -> Self {
        self.priority = Some(priority);
        self
    }

    /// `X-Fal-Runner-Hint`: prefer the runner that had the last request with this hint. Printable ASCII.
    #[must_use]
    pub fn with_runner_hint(mut self, hint: impl Into<String>) -> Self {
        self.runner_hint = Some(hint.into());
        self
    }

    /// `X-Fal-Object-Lifecycle-Preference`: keep what it makes for so long on fal's CDN, in whole seconds, at least one. Without it the
    /// account's setting counts.
    #[must_use]
    pub const fn with_media_expiration(mut self, after: Duration) -> Self {
        self.media_expiration = Some(after);
        self
    }

    /// `X-Fal-Store-IO`: whether fal keeps the input and the result for its dashboard. Without it the account's setting counts. **A result that
    /// is not kept is gone an hour after its end**, or six minutes after it if it has 10 KB or more.
    #[must_use]
    pub const fn with_stored_payloads(mut self, stored: bool) -> Self {
        self.store_io = Some(stored);
        self
    }

    /// `X-Fal-No-Retry`: do not try it again on another runner. fal does so up to ten times otherwise.
    #[must_use]
    pub const fn without_retries(mut self) -> Self {
        self.no_retry = true;
        self
    }

    /// `X-Fal-Retry-Config`: try again so often for this reason, after the first time. Only at apps of one's own; others ignore it.
    #[must_use]
    pub fn with_retries(mut self, condition: RetryCondition, retries: u32) -> Self {
        self.retries.retain(|(known, _)| *known != condition);
        self.retries.push((condition, retries));
        self
    }

    /// `x-app-fal-disable-fallback`: do not let an equivalent endpoint make it where this one is not available.
    #[must_use]
    pub const fn without_fallback(mut self) -> Self {
        self.no_fallback = true;
        self
    }

    /// `X-Fal-Tags`: one more tag for the account's reports of usage. At most 10, a name of lower case letters, digits, `.`, `_` and `-` with at
    /// most 64 characters that does not begin with `fal.`, a value of printable ASCII without a comma with at most 256, and 1024 in all.
    ///
    /// fal's references of usage name the header; its form and its limits are those of its clients.
    #[must_use]
    pub fn with_tag(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.push((name.into(), value.into()));
        self
    }

    /// The query of the submission, with its question mark, or nothing.
    pub(crate) fn query(&self) -> Result<String, Error> {
        let mut pairs = Vec::new();
        if let Some(url) = &self.webhook {
            check_webhook(url)?;
            pairs.push(format!("fal_webhook={}", utf8_percent_encode(url, KEPT)));
        }
        if let Some(length) = self.max_queue_length {
            pairs.push(format!("fal_max_queue_length={length}"));
        }
        Ok(if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) })
    }

    /// Adds the headers of the submission.
    pub(crate) fn put_headers(&self, headers: &mut HeaderMap) -> Result<(), Error> {
        if let Some(timeout) = self.start_timeout {
            if timeout <= SHORTEST_START {
                return Err(refused(&format!(
                    "the start timeout is {} s, not more than 0.1",
                    timeout.as_secs_f64()
                )));
            }
            headers
                .insert(START_TIMEOUT, value("start timeout", &timeout.as_secs_f64().to_string())?);
        }
        if let Some(priority) = self.priority {
            headers.insert(PRIORITY, HeaderValue::from_static(priority.as_str()));
        }
        if let Some(hint) = &self.runner_hint {
            headers.insert(RUNNER_HINT, value("runner hint", hint)?);
        }
        if let Some(after) = self.media_expiration {
            let seconds = after.as_secs();
            if seconds == 0 || after.subsec_nanos() != 0 {
                return Err(refused(
                    "the media expiration is no whole number of seconds, one at the least",
                ));
            }
            let json = json!({ "expiration_duration_seconds": seconds });
            headers.insert(LIFECYCLE, value("media expiration", &json.to_string())?);
        }
        if let Some(stored) = self.store_io {
            headers.insert(STORE_IO, HeaderValue::from_static(if stored { "1" } else { "0" }));
        }
        if self.no_retry {
            if !self.retries.is_empty() {
                return Err(refused("there are retries, and there are to be none"));
            }
            headers.insert(NO_RETRY, HeaderValue::from_static("1"));
        }
        if !self.retries.is_empty() {
            let retries = self.retries.iter();
            let json: Map<_, _> = retries
                .map(|(condition, retries)| {
                    (condition.as_str().to_owned(), json!({ "retries": retries }))
                })
                .collect();
            headers.insert(
                RETRY_CONFIG,
                value("retries", &serde_json::Value::Object(json).to_string())?,
            );
        }
        if self.no_fallback {
            headers.insert(DISABLE_FALLBACK, HeaderValue::from_static("true"));
        }
        if !self.tags.is_empty() {
            headers.insert(TAGS, value("tags", &self.packed_tags()?)?);
        }
        Ok(())
    }

    /// `name=value,name=value`.
    fn packed_tags(&self) -> Result<String, Error> {
        if self.tags.len() > MOST_TAGS {
            let count = self.tags.len();
            return Err(refused(&format!("there are {count} tags, more than {MOST_TAGS}")));
        }
        let bytes: usize = self.tags.iter().map(|(name, value)| name.len() + value.len()).sum();
        if bytes > LONGEST_TAGS {
            return Err(refused(&format!("the tags have {bytes} bytes, more than {LONGEST_TAGS}")));
        }
        let mut packed: Vec<String> = Vec::new();
        for (at, (name, value)) in self.tags.iter().enumerate() {
            let shown = shown(name);
            let is_name =
                |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
            if name.is_empty() || name.len() > LONGEST_TAG || !name.bytes().all(is_name) {
                return Err(refused(&format!(
                    "the tag `{shown}` is not of 1 to {LONGEST_TAG} lower case letters, digits, `.`, `_` and `-`"
                )));
            }
            if name.starts_with(RESERVED_TAG) {
                return Err(refused(&format!(
                    "the tag `{shown}` begins with `{RESERVED_TAG}`, which is fal's"
                )));
            }
            if self.tags.iter().take(at).any(|(other, _)| other == name) {
                return Err(refused(&format!("the tag `{shown}` is there twice")));
            }
            let is_value = |b: u8| (b == b' ' || b.is_ascii_graphic()) && b != b',';
            if value.len() > LONGEST_TAG_VALUE || !value.bytes().all(is_value) {
                return Err(refused(&format!(
                    "the value of the tag `{shown}` is not of at most {LONGEST_TAG_VALUE} printable ASCII characters without a comma"
                )));
            }
            packed.push(format!("{name}={value}"));
        }
        Ok(packed.join(","))
    }
}

fn check_webhook(url: &str) -> Result<(), Error> {
    let is_plain = url.bytes().all(|b| b.is_ascii_graphic()) && url.len() <= LONGEST_TEXT;
    let is_url = url.parse::<Uri>().is_ok_and(|uri| {
        let scheme = uri.scheme_str().unwrap_or_default().to_ascii_lowercase();
        ["http", "https"].contains(&scheme.as_str())
            && uri.host().is_some_and(|host| !host.is_empty())
    });
    if is_plain && is_url {
        return Ok(());
    }
    let shown = shown(url);
    Err(refused(&format!("the webhook `{shown}` is no absolute URL")))
}

fn value(what: &str, text: &str) -> Result<HeaderValue, Error> {
    let is_plain = text.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
    let is_fit = is_plain && !text.trim().is_empty() && text.len() <= LONGEST_TEXT;
    match HeaderValue::from_str(text) {
        Ok(value) if is_fit => Ok(value),
        _ => Err(refused(&format!("the {what} is empty, too long, or not printable ASCII"))),
    }
}

fn refused(what: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, what)
}

/// Not the query of the webhook: it may hold a secret of the caller's.
impl fmt::Debug for QueueOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueOptions")
            .field("webhook", &self.webhook.as_deref().map(redact::url))
            .field("max_queue_length", &self.max_queue_length)
            .field("start_timeout", &self.start_timeout)
            .field("priority", &self.priority)
            .field("runner_hint", &self.runner_hint.as_deref().map(redact::text))
            .field("media_expiration", &self.media_expiration)
            .field("store_io", &self.store_io)
            .field("no_retry", &self.no_retry)
            .field("retries", &self.retries)
            .field("no_fallback", &self.no_fallback)
            .field("tags", &self.tags.len())
            .finish()
    }
}
