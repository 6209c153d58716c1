//! One HTTP exchange as a value.

use std::fmt;
use std::time::Duration;

use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use memchr::memmem;

use crate::base_url::BaseUrl;
use crate::error::{Error, ErrorKind};
use crate::handle::Handle;
use crate::multipart::{self, FilePart};
use crate::named_url;
use crate::redact::{self, REDACTED};
use crate::stream::PublicAddressesOnly;
use crate::submit;
use crate::transport::{AsyncTransport, Transport};

/// A request as transports take it. The body is empty for a `GET`.
pub type HttpRequest = http::Request<Vec<u8>>;

/// An answer as transports give it: any status, every header, the whole body.
pub type HttpResponse = http::Response<Vec<u8>>;

/// A `GET` for JSON with the provider's credentials, which are marked sensitive here.
///
/// `path_and_query` begins with a slash and is already encoded.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`] if base and path do not make a URL.
pub fn get(
    base_url: &BaseUrl,
    path_and_query: &str,
    (name, mut credentials): (HeaderName, HeaderValue),
) -> Result<HttpRequest, Error> {
    credentials.set_sensitive(true);
    let mut request = HttpRequest::new(Vec::new());
    *request.uri_mut() = base_url.join(path_and_query)?;
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static(OUR_USER_AGENT));
    headers.insert(name, credentials);
    Ok(request)
}

/// A `POST` of JSON with the provider's credentials, which are marked sensitive here.
///
/// `path_and_query` begins with a slash and is already encoded.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`] if base and path do not make a URL.
pub fn post_json(
    base_url: &BaseUrl,
    path_and_query: &str,
    credentials: (HeaderName, HeaderValue),
    body: &str,
) -> Result<HttpRequest, Error> {
    let mut request = get(base_url, path_and_query, credentials)?;
    *request.method_mut() = Method::POST;
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *request.body_mut() = body.as_bytes().to_vec();
    Ok(request)
}

/// A `DELETE` with the provider's credentials, which are marked sensitive here.
///
/// # Errors
///
/// As [`get`].
pub fn delete(
    base_url: &BaseUrl,
    path_and_query: &str,
    credentials: (HeaderName, HeaderValue),
) -> Result<HttpRequest, Error> {
    let mut request = get(base_url, path_and_query, credentials)?;
    *request.method_mut() = Method::DELETE;
    Ok(request)
}

/// A `POST` of a form with the provider's credentials, which are marked sensitive here.
///
/// # Errors
///
/// As [`get`] and [`multipart::encode`].
pub fn post_form(
    base_url: &BaseUrl,
    path_and_query: &str,
    credentials: (HeaderName, HeaderValue),
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
    let origin = |uri: &http::Uri| (uri.scheme().cloned(), uri.authority().cloned());
    let is_there = base_url.join("/").is_ok_and(|base| origin(&base) == origin(request.uri()));
    if !is_there && !named_url::is_at_private_address(base_url) {
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

    /// This call as one that `provider` bills for: sent once, and where no answer says what became of it, that is
    /// [`ErrorKind::Ambiguous`]. Not for [`Provider::submit`](crate::Provider::submit), whose calls
    /// [`Submit`](crate::Submit) sends.
    #[must_use]
    pub const fn billed_by(mut self, provider: &'static str) -> Self {
        self.billed_by = Some(provider);
        self
    }

    /// The request.
    #[must_use]
    pub const fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// When the answer is not the one that was asked for: an HTTP status other than 2xx, or a body that is
    /// not what the provider's page promises. Never panics, whatever the bytes.
    pub fn decode(&self, response: &HttpResponse) -> Result<T, Error> {
        let read = match self.without_echoed_credentials(response) {
            Some(clean) => (self.read)(&clean),
            None => (self.read)(response),
        };
        read.map_err(|error| self.explain(error))
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
        match transport.send(self.request_within(timeout)) {
            Ok(response) => self.decode(&response),
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
        match transport.send(self.request_within(timeout)).await {
            Ok(response) => self.decode(&response),
            Err(error) => Err(self.explain(error.into())),
        }
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

    /// A copy of the answer with the request's credentials taken out, if they are in it. Some services
    /// say `Incorrect API key provided: sk-…`, and everything in an answer may end in a log.
    fn without_echoed_credentials(&self, response: &HttpResponse) -> Option<HttpResponse> {
        let mut clean: Option<HttpResponse> = None;
        for value in self.request.headers().values().filter(|value| value.is_sensitive()) {
            let value = value.as_bytes();
            let secret = value.rsplit(|&byte| byte == b' ').next().unwrap_or(value);
            // Shorter ones are no keys, and would mangle ordinary words.
            if secret.len() < 6 {
                continue;
            }
            let finder = memmem::Finder::new(secret);
            let found = |response: &HttpResponse| {
                finder.find(response.body()).is_some()
                    || response.headers().values().any(|v| finder.find(v.as_bytes()).is_some())
            };
            if !found(clean.as_ref().unwrap_or(response)) {
                continue;
            }
            let copy = clean.get_or_insert_with(|| response.clone());
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
