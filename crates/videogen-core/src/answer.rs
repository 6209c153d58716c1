//! What providers share in reading an answer: the JSON of a 2xx, the error of anything else, and how
//! long to rest.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::call::HttpResponse;
use crate::error::{Error, ErrorKind};
use crate::fields::FieldMap;
use crate::generation::Generation;
use crate::handle::Handle;
use crate::lifecycle::StatusTable;
use crate::provider::Provider;
use crate::redact;
use crate::submit::Accepted;
use crate::timestamp;

/// How much of a body that could not be understood an error shows, in bytes.
const EXCERPT_BYTES: usize = 160;

/// Where services put the id of a request.
const REQUEST_ID_HEADERS: [&str; 6] =
    ["x-request-id", "request-id", "x-amzn-requestid", "x-amz-request-id", "x-vercel-id", "cf-ray"];

/// A provider's words in the body of an error.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProviderWords {
    /// Its code.
    pub code: Option<String>,
    /// Its message.
    pub message: Option<String>,
    /// Its id for the request, where the body has one.
    pub request_id: Option<String>,
    /// The rest it asks for, where the body says so.
    pub retry_after: Option<Duration>,
}

impl ProviderWords {
    /// A code and a message.
    #[must_use]
    pub fn new(code: Option<String>, message: Option<String>) -> Self {
        Self { code, message, ..Self::default() }
    }
}

impl fmt::Debug for ProviderWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderWords")
            .field("code", &self.code.as_deref().map(redact::text))
            .field("message", &self.message.as_deref().map(redact::text))
            .field("request_id", &self.request_id)
            .field("retry_after", &self.retry_after)
            .finish()
    }
}

/// A 2xx that holds a JSON object.
///
/// What a provider does with it: [`parse`](Self::parse) its wire model, then make a
/// [`generation`](Self::generation) of what every provider has, and add its own.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    response: &'a HttpResponse,
    text: &'a str,
}

impl<'a> Answer<'a> {
    /// The answer of this response.
    ///
    /// `words` reads the provider's error body; it is asked for any HTTP status other than 2xx and gets the
    /// body as text, which may be anything.
    ///
    /// # Errors
    ///
    /// The error that the HTTP status means, with the provider's words; [`ErrorKind::InvalidResponse`] for
    /// a 2xx whose body is empty, not UTF-8, or no JSON object.
    pub fn of(
        response: &'a HttpResponse,
        words: impl FnOnce(&str) -> Option<ProviderWords>,
    ) -> Result<Self, Error> {
        if !response.status().is_success() {
            return Err(refusal(response, words));
        }
        let text = std::str::from_utf8(response.body())
            .map_err(|error| invalid_response(response, "is not UTF-8").with_source(error))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match text.trim_ascii_start().as_bytes().first() {
            Some(b'{') => Ok(Self { response, text }),
            Some(_) => Err(invalid_response(response, "is not a JSON object")),
            None => Err(invalid_response(response, "is empty")),
        }
    }

    /// The JSON.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// When the answer was made: its `Date`.
    #[must_use]
    pub fn date(&self) -> Option<SystemTime> {
        date(self.response.headers())
    }

    /// The JSON as a `T`. Of a member that is there twice the last one counts, as most readers have it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidResponse`] if it breaks off or is not of the form of `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(self.text)
            .or_else(|error| {
                // Derived readers refuse a member that is there twice, and a map does not.
                let members: Map<String, Value> =
                    serde_json::from_str(self.text).map_err(|_| error)?;
                serde_json::from_value(Value::Object(members))
            })
            .map_err(|error| {
                let what = if error.is_eof() {
                    "is JSON that breaks off"
                } else {
                    "is not the promised JSON"
                };
                invalid_response(self.response, what).with_source(error)
            })
    }

    /// The error of an answer whose HTTP status says success and whose body says that the request failed, by a code of its own in an
    /// envelope say. What it means is for the provider's crate to know.
    #[must_use]
    pub fn error(&self, kind: ErrorKind, words: ProviderWords) -> Error {
        refused(self.response, kind, words)
    }

    /// The generation of `handle`, as far as all providers are alike: its status, when it was observed, how long the
    /// provider asks to rest, and the whole body with `map` to say what of it the model covers.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidResponse`] if `id` or `status` is missing, or `id` is that of another generation.
    pub fn generation(
        &self,
        handle: &Handle,
        id: Option<&str>,
        status: Option<&str>,
        table: &StatusTable,
        map: FieldMap,
    ) -> Result<Generation, Error> {
        match id {
            None => return Err(invalid_response(self.response, "names no generation")),
            Some(id) if id != handle.id() => {
                let what = format!(
                    "is about another generation, `{}`",
                    redact::excerpt(id.as_bytes(), 60)
                );
                return Err(invalid_response(self.response, &what));
            }
            Some(_) => {}
        }
        let status = status.ok_or_else(|| invalid_response(self.response, "has no status"))?;
        let mut generation = Generation::new(handle.clone(), table.status(status));
        generation.times.observed = self.date();
        generation.poll_after = retry_after(self.response.headers());
        generation.keep_body(self.text, map);
        Ok(generation)
    }

    /// The one generation that a submission made, by the id that the answer names.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidResponse`] if it names none, or one that the provider's paths cannot name.
    pub fn accepted(&self, provider: &dyn Provider, id: Option<&str>) -> Result<Accepted, Error> {
        let handle = id.and_then(|id| provider.handle(id).ok());
        let what = "names no generation that can be asked about";
        let handle = handle.ok_or_else(|| invalid_response(self.response, what))?;
        Ok(Accepted::new(vec![handle]))
    }
}

impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.response.status(), self.text.len())
    }
}

/// An [`ErrorKind::InvalidResponse`]: `what` is wrong with the body of this answer.
#[must_use]
pub fn invalid_response(response: &HttpResponse, what: &str) -> Error {
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(|value| format!(" of type {}", redact::excerpt(value.as_bytes(), 60)))
        .unwrap_or_default();
    let excerpt = redact::excerpt(response.body(), EXCERPT_BYTES);
    let shown = if excerpt.is_empty() { String::new() } else { format!(": {excerpt}") };
    Error::new(ErrorKind::InvalidResponse, format!("the answer{content_type} {what}{shown}"))
        .with_http_status(response.status().as_u16())
        .with_request_id(request_id(response.headers()))
        .with_retry_after(retry_after(response.headers()))
}

/// How long the answer's headers ask to rest before the next request: `Retry-After` as seconds or as an HTTP
/// date, or `retry-after-ms`, which is finer. A date is counted from the answer's own `Date`, so that neither
/// clock matters.
#[must_use]
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let fine = headers
        .get("retry-after-ms")
        .and_then(|value| value.to_str().ok()?.trim().parse::<f64>().ok())
        .and_then(|milliseconds| Duration::try_from_secs_f64(milliseconds / 1e3).ok());
    if fine.is_some() {
        return fine;
    }
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = timestamp::parse_http_date(text)?;
    Some(until.duration_since(date(headers)?).unwrap_or_default())
}

/// When the answer was made: its `Date`.
#[must_use]
pub fn date(headers: &HeaderMap) -> Option<SystemTime> {
    timestamp::parse_http_date(headers.get(DATE)?.to_str().ok()?)
}

/// The id that the service gave the request, from the usual headers.
#[must_use]
pub fn request_id(headers: &HeaderMap) -> Option<String> {
    REQUEST_ID_HEADERS.into_iter().find_map(|name| {
        let id = headers.get(name)?.to_str().ok()?.trim();
        (!id.is_empty()).then(|| id.to_owned())
    })
}

/// The error of an answer that is not 2xx.
fn refusal(response: &HttpResponse, words: impl FnOnce(&str) -> Option<ProviderWords>) -> Error {
    let kind = ErrorKind::of_http_status(response.status().as_u16());
    let words = words(&String::from_utf8_lossy(response.body())).unwrap_or_default();
    refused(response, kind, words)
}

/// The error of this kind, of an answer in which the provider says this.
fn refused(response: &HttpResponse, kind: ErrorKind, words: ProviderWords) -> Error {
    let body = String::from_utf8_lossy(response.body());
    let mut message = match kind {
        ErrorKind::Unauthorized => "the provider does not accept the API key".to_owned(),
        ErrorKind::PaymentRequired => "the provider wants to be paid first".to_owned(),
        ErrorKind::Forbidden => "the API key may not do this".to_owned(),
        ErrorKind::NotFound => "the provider finds nothing there for this API key".to_owned(),
        ErrorKind::RateLimited => "too many requests".to_owned(),
        ErrorKind::Redirected => format!(
            "the API is elsewhere{}",
            response
                .headers()
                .get(LOCATION)
                .and_then(|target| target.to_str().ok())
                .map(|target| format!(", at {}", redact::url(target)))
                .unwrap_or_default()
        ),
        ErrorKind::Unavailable => "the provider is in trouble".to_owned(),
        _ => "the provider refused the request".to_owned(),
    };
    if words.code.is_none() && words.message.is_none() {
        let excerpt = redact::excerpt(body.as_bytes(), EXCERPT_BYTES);
        if !excerpt.is_empty() {
            message.push_str(&format!(" and says: {excerpt}"));
        }
    }
    Error::new(kind, message)
        .with_http_status(response.status().as_u16())
        .with_request_id(words.request_id.or_else(|| request_id(response.headers())))
        // The header beats the body: it may come from a gateway that knows better.
        .with_retry_after(retry_after(response.headers()).or(words.retry_after))
        .with_provider_words(words.code, words.message)
}
