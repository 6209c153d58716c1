//! One HTTP exchange as a value.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, USER_AGENT};
use memchr::memmem;

use crate::base_url::BaseUrl;
use crate::error::{Error, ErrorKind};
use crate::handle::Handle;
use crate::multipart::{self, FilePart};
use crate::named_url;
use crate::redact::{self, REDACTED};
use crate::signer::{self, Credentials};
use crate::stream::PublicAddressesOnly;
use crate::submit;
use crate::transport::{AsyncTransport, Transport};

/// A request as transports take it. The body is empty for a `GET`.
pub type HttpRequest = http::Request<Vec<u8>>;

/// An answer as transports give it: any status, every header, the whole body.
pub type HttpResponse = http::Response<Vec<u8>>;

/// A `GET` for JSON with the provider's credentials: a header, which is marked sensitive here, or a [`Signer`](crate::Signer).
///
/// `path_and_query` begins with a slash and is already encoded.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`] if base and path do not make a URL.
pub fn get(
    base_url: &BaseUrl,
    path_and_query: &str,
    credentials: impl Into<Credentials>,
) -> Result<HttpRequest, Error> {
    let mut request = HttpRequest::new(Vec::new());
    *request.uri_mut() = base_url.join(path_and_query)?;
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static(OUR_USER_AGENT));
    credentials.into().put_on(&mut request);
    Ok(request)
}

/// A `GET` of a URL that the provider at `base_url` named, with its credentials: only for one of the API itself.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`] if it is not a URL, or has another origin than the API: credentials are not sent there.
pub fn get_named(
    base_url: &BaseUrl,
    url: &str,
    credentials: impl Into<Credentials>,
) -> Result<HttpRequest, Error> {
    let uri = named_url::check(base_url, url)?;
    if !base_url.is_origin_of(&uri) {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            format!(
                "the URL `{}` that the provider named is not at the API, where the API key is sent only",
                redact::url(url)
            ),
        ));
    }
    let mut request = get(base_url, "/", credentials)?;
    *request.uri_mut() = uri;
    Ok(request)
}

/// A `POST` of JSON with the provider's credentials.
///
/// `path_and_query` begins with a slash and is already encoded.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`] if base and path do not make a URL.
pub fn post_json(
    base_url: &BaseUrl,
    path_and_query: &str,
    credentials: impl Into<Credentials>,
    body: &str,
) -> Result<HttpRequest, Error> {
    let mut request = get(base_url, path_and_query, credentials)?;
    *request.method_mut() = Method::POST;
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *request.body_mut() = body.as_bytes().to_vec();
    Ok(request)
}

/// A `DELETE` with the provider's credentials.
///
/// # Errors
///
/// As [`get`].
pub fn delete(
    base_url: &BaseUrl,
    path_and_query: &str,
    credentials: impl Into<Credentials>,
) -> Result<HttpRequest, Error> {
    let mut request = get(base_url, path_and_query, credentials)?;
    *request.method_mut() = Method::DELETE;
    Ok(request)
}

/// A `POST` of a form with the provider's credentials.
///
/// # Errors
///
/// As [`get`] and [`multipart::encode`].
pub fn post_form(
    base_url: &BaseUrl,
    path_and_query: &str,
    credentials: impl Into<Credentials>,
    fields: &[(&str, &str)],
    files: &[FilePart],
) -> Result<HttpRequest, Error> {
    let (content_type, body) = multipart::encode(fields, files)?;
    let mut request = get(base_url, path_and_query, credentials)?;
    *request.method_mut() = Method::POST;
    request.headers_mut().insert(CONTENT_TYPE, content_type);
    *request.body_mut() = body;
    Ok(request)
}

/// A `PUT` of a file to a URL that the provider at `base_url` named, presigned say. Without credentials.
///
/// It goes to public addresses only ([`PublicAddressesOnly`]), whatever the host's name is looked up as, unless the provider is
/// itself [at a private address](named_url::is_at_private_address) or the file goes to the API's own origin.
///
/// # Errors
///
/// As [`named_url::check`], and [`ErrorKind::InvalidInput`] for a type that cannot stand in a
/// header.
pub fn put_file(
    base_url: &BaseUrl,
    url: &str,
    content_type: &str,
    bytes: Vec<u8>,
) -> Result<HttpRequest, Error> {
    let content_type = HeaderValue::from_str(content_type).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, "the content type cannot stand in a header")
            .with_source(error)
    })?;
    let mut request = HttpRequest::new(bytes);
    *request.method_mut() = Method::PUT;
    *request.uri_mut() = named_url::check(base_url, url)?;
    request.headers_mut().insert(USER_AGENT, HeaderValue::from_static(OUR_USER_AGENT));
    request.headers_mut().insert(CONTENT_TYPE, content_type);
    // Where the API is, files may go too: at a name of a private network, say.
    if !base_url.is_origin_of(request.uri()) && !named_url::is_at_private_address(base_url) {
        request.extensions_mut().insert(PublicAddressesOnly);
    }
    Ok(request)
}

pub(crate) const OUR_USER_AGENT: &str = concat!("videogen/", env!("CARGO_PKG_VERSION"));

/// How long a transport may take for a whole exchange, in the extensions of an [`HttpRequest`].
///
/// A transport obeys it instead of its own default: a long-poll takes longer than other requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "one duration, by its nature")]
pub struct ExchangeTimeout(pub Duration);

/// How long an answer a transport may read, in bytes, in the extensions of an [`HttpRequest`].
///
/// A transport obeys it instead of [`MAX_ANSWER_BYTES`](crate::MAX_ANSWER_BYTES): some providers put the video into the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "one length, by its nature")]
pub struct AnswerLimit(pub usize);

type Read<T> = dyn Fn(&HttpResponse) -> Result<T, Error> + Send + Sync;

/// One HTTP exchange: a request, and how to read the answer as a `T`.
///
/// Look at the [request](Call::request), feed [`decode`](Call::decode) a stored answer, or let a transport do
/// both with [`send`](Call::send) or [`send_async`](Call::send_async).
pub struct Call<T> {
    request: HttpRequest,
    read: Box<Read<T>>,
    handle: Option<Handle>,
    billed_by: Option<&'static str>,
}

/// How long an exchange may take that has a long body and no limit of its own, beside the time for the body.
const USUAL_EXCHANGE: Duration = Duration::from_secs(30);

/// What a line at the least takes of an upload in a second, in bytes: one megabit.
const SLOWEST_UPLOAD: usize = 125_000;

/// What is added to the time limit of an exchange for its body. Short ones are part of it.
fn upload_time(bytes: usize) -> Duration {
    Duration::from_secs(u64::try_from(bytes / SLOWEST_UPLOAD).unwrap_or(u64::MAX))
}

impl<T> Call<T> {
    /// A call that sends `request` and reads the answer with `read`.
    ///
    /// Header values that hold credentials must be marked sensitive: they are removed from
    /// whatever the provider echoes.
    #[must_use]
    pub fn new(
        request: HttpRequest,
        read: impl Fn(&HttpResponse) -> Result<T, Error> + Send + Sync + 'static,
    ) -> Self {
        Self { request, read: Box::new(read), handle: None, billed_by: None }
    }

    /// This call about `handle`: its errors will name it.
    #[must_use]
    pub fn about(mut self, handle: &Handle) -> Self {
        self.handle = Some(handle.clone());
        self
    }

    /// This call with a time limit for the whole exchange. A second is added for each 125 kB of a long body.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.request.extensions_mut().insert(ExchangeTimeout(timeout));
        self
    }

    /// This call with a limit for the length of the answer, in bytes, in the place of [`MAX_ANSWER_BYTES`](crate::MAX_ANSWER_BYTES).
    #[must_use]
    pub fn with_answer_limit(mut self, bytes: usize) -> Self {
        self.request.extensions_mut().insert(AnswerLimit(bytes));
        self
    }

    /// This call as one that `provider` bills for: sent once, and where no answer says what became of it, that is
    /// [`ErrorKind::Ambiguous`]. Not for [`Provider::submit`](crate::Provider::submit), whose calls
    /// [`Submit`](crate::Submit) sends.
    #[must_use]
    pub const fn billed_by(mut self, provider: &'static str) -> Self {
        self.billed_by = Some(provider);
        self
    }

    /// The request. One that a [`Signer`](crate::Signer) puts the credentials on does not have them yet.
    #[must_use]
    pub const fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// The request as it is sent at `now`.
    ///
    /// # Errors
    ///
    /// Those of the provider's [`Signer`](crate::Signer), if it has one.
    pub fn request_at(&self, now: SystemTime) -> Result<HttpRequest, Error> {
        signer::signed(self.request.clone(), Some(now))
    }

    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// When the answer is not the one that was asked for: an HTTP status other than 2xx, or a body that is
    /// not what the provider's page promises. Never panics, whatever the bytes.
    pub fn decode(&self, response: &HttpResponse) -> Result<T, Error> {
        self.read(&sensitive(&self.request), response)
    }

    fn read(&self, secrets: &[HeaderValue], response: &HttpResponse) -> Result<T, Error> {
        let response = without_echoed(secrets, response);
        (self.read)(&response).map_err(|error| self.explain(error))
    }

    /// Sends the request with a blocking transport and reads the answer.
    ///
    /// # Errors
    ///
    /// Those of the transport, and of [`Call::decode`].
    pub fn send(&self, transport: &dyn Transport) -> Result<T, Error> {
        self.send_within(None, transport)
    }

    /// As [`Call::send`], with this time limit for the whole exchange.
    ///
    /// # Errors
    ///
    /// As [`Call::send`].
    pub fn send_within(
        &self,
        timeout: Option<Duration>,
        transport: &dyn Transport,
    ) -> Result<T, Error> {
        let (request, secrets) = self.signed_within(timeout, transport.now())?;
        match transport.send(request) {
            Ok(response) => self.read(&secrets, &response),
            Err(error) => Err(self.explain(error.into())),
        }
    }

    /// Sends the request with an async transport and reads the answer.
    ///
    /// # Errors
    ///
    /// Those of the transport, and of [`Call::decode`].
    pub async fn send_async(&self, transport: &dyn AsyncTransport) -> Result<T, Error> {
        self.send_async_within(None, transport).await
    }

    /// As [`Call::send_async`], with this time limit for the whole exchange.
    ///
    /// # Errors
    ///
    /// As [`Call::send_async`].
    pub async fn send_async_within(
        &self,
        timeout: Option<Duration>,
        transport: &dyn AsyncTransport,
    ) -> Result<T, Error> {
        let (request, secrets) = self.signed_within(timeout, transport.now())?;
        match transport.send(request).await {
            Ok(response) => self.read(&secrets, &response),
            Err(error) => Err(self.explain(error.into())),
        }
    }

    /// The request as it is sent now, and what is secret in it.
    fn signed_within(
        &self,
        timeout: Option<Duration>,
        now: Option<SystemTime>,
    ) -> Result<(HttpRequest, Vec<HeaderValue>), Error> {
        let request = signer::signed(self.request_within(timeout), now)
            .map_err(|error| self.explain(error))?;
        let secrets = sensitive(&request);
        Ok((request, secrets))
    }

    fn request_within(&self, timeout: Option<Duration>) -> HttpRequest {
        let mut request = self.request.clone();
        let timeout = timeout.map(ExchangeTimeout).or_else(|| request.extensions().get().copied());
        let upload = upload_time(request.body().len());
        match timeout {
            Some(ExchangeTimeout(timeout)) => {
                let timeout = timeout.saturating_add(upload);
                request.extensions_mut().insert(ExchangeTimeout(timeout));
            }
            None if upload.is_zero() => {}
            None => {
                let timeout = USUAL_EXCHANGE.saturating_add(upload);
                request.extensions_mut().insert(ExchangeTimeout(timeout));
            }
        }
        request
    }

    fn explain(&self, error: Error) -> Error {
        let error = match self.billed_by {
            Some(provider) => submit::sent_once(provider, error),
            None => error,
        };
        match &self.handle {
            Some(handle) => error.about(handle),
            None => error,
        }
    }
}

/// What is secret in a request's headers.
fn sensitive(request: &HttpRequest) -> Vec<HeaderValue> {
    request.headers().values().filter(|value| value.is_sensitive()).cloned().collect()
}

/// The answer with the request's credentials taken out, if they are in it. Some services say `Incorrect API key
/// provided: sk-…`, and everything in an answer may end in a log.
fn without_echoed<'a>(
    secrets: &[HeaderValue],
    response: &'a HttpResponse,
) -> Cow<'a, HttpResponse> {
    let mut clean = Cow::Borrowed(response);
    for value in secrets {
        let value = value.as_bytes();
        let secret = value.rsplit(|&byte| byte == b' ').next().unwrap_or(value);
        // Shorter ones are no keys, and would mangle ordinary words.
        if secret.len() < 6 {
            continue;
        }
        let finder = memmem::Finder::new(secret);
        let is_echoed = finder.find(clean.body()).is_some()
            || clean.headers().values().any(|value| finder.find(value.as_bytes()).is_some());
        if !is_echoed {
            continue;
        }
        let copy = clean.to_mut();
        *copy.body_mut() = replace(copy.body(), &finder);
        for header in copy.headers_mut().values_mut() {
            if finder.find(header.as_bytes()).is_some() {
                *header = HeaderValue::from_bytes(&replace(header.as_bytes(), &finder))
                    .unwrap_or(HeaderValue::from_static(REDACTED));
            }
        }
    }
    clean
}

fn replace(bytes: &[u8], finder: &memmem::Finder<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for at in finder.find_iter(bytes) {
        out.extend_from_slice(bytes.get(from..at).unwrap_or_default());
        out.extend_from_slice(REDACTED.as_bytes());
        from = at + finder.needle().len();
    }
    out.extend_from_slice(bytes.get(from..).unwrap_or_default());
    out
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", self.request.method())
            // An upload's may be presigned.
            .field("uri", &format_args!("{}", redact::url(&self.request.uri().to_string())))
            .field("headers", self.request.headers())
            .field("handle", &self.handle)
            .finish_non_exhaustive()
    }
}
