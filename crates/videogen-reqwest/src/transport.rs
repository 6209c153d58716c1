//! [`AsyncTransport`] on reqwest.

use std::error::Error as StdError;
use std::fmt;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::{Method, Response};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Request, Url};
use videogen_core::loopback::is_loopback;
use videogen_core::{
    AsyncTransport, Error, ErrorKind, ExchangeTimeout, HttpRequest, HttpResponse, MAX_ANSWER_BYTES,
    TransportError, stamp_date,
};

use crate::explain::Attempt;
use crate::tls;

/// How long an exchange may take when the request does not say.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest time limit, longer than anybody waits, so that no sum with it leaves the clock's range.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a connection may take, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// An async HTTP/1.1 client with a pool of connections that are kept alive.
///
/// It keeps the contract of [`Transport`](videogen_core::Transport): any status is an answer, no redirect is followed, nothing
/// is repeated. An exchange takes 30 seconds at the most unless the request has an [`ExchangeTimeout`] (a day counts as
/// the longest), and 10 of them to connect. Dropping the future ends the exchange.
///
/// A request without `Accept` is sent with `Accept: */*`, which means the same; reqwest leaves no choice.
///
/// Clones share the pool. It can be used from many tasks at once, of one runtime.
///
/// ```no_run
/// use videogen_core::AsyncTransport;
/// use videogen_reqwest::ReqwestTransport;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let request = http::Request::get("https://api.example.com/v1/videos/v1").body(Vec::new())?;
/// let answer = ReqwestTransport::new()?.send(request).await?;
/// println!("{}", answer.status()); // 404 is an answer too
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ReqwestTransport {
    client: Client,
    /// For this machine itself, which a proxy of the environment is not meant for. None beside a client of the caller's.
    direct: Option<Client>,
}

impl ReqwestTransport {
    /// A transport with a pool of its own. Needs no runtime yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotDelivered`] if the operating system's trust store cannot be read or is empty.
    pub fn new() -> Result<Self, Error> {
        let tls = tls::config().map_err(cannot_be_built)?;
        // Two of them: a client's list of hosts without a proxy cannot be added to the environment's.
        let client = build(builder(tls.clone()))?;
        let direct = Some(build(builder(tls).no_proxy())?);
        Ok(Self { client, direct })
    }

    /// A transport on a client of the caller's, for proxies, certificates, a resolver or a pool of their own.
    ///
    /// **The client must follow no redirect and repeat nothing**, and reqwest decides both when a client is built:
    ///
    /// ```
    /// # use videogen_reqwest::ReqwestTransport;
    /// # fn example(builder: reqwest::ClientBuilder) -> reqwest::Result<ReqwestTransport> {
    /// let client = builder
    ///     .redirect(reqwest::redirect::Policy::none()) // else the API key may go elsewhere
    ///     .retry(reqwest::retry::never()) // else a submit may be paid twice
    ///     .connect_timeout(std::time::Duration::from_secs(10))
    ///     .build()?;
    /// # Ok(ReqwestTransport::from_client(client))
    /// # }
    /// ```
    ///
    /// reqwest takes `Authorization` away when a redirect leads to another host, and not `x-api-key`. An answer that came
    /// after a redirect is refused with an error, so that such a client is noticed by its first one; the key is gone then.
    ///
    /// The client's default headers and cookies are sent too. Its time limit for a request does not count. Unless reqwest has
    /// its feature `rustls` or `native-tls` by way of another crate, `build` panics when it is given no TLS configuration
    /// and none is installed for the process: see [`reqwest::ClientBuilder::tls_backend_preconfigured`].
    #[must_use]
    pub const fn from_client(client: Client) -> Self {
        Self { client, direct: None }
    }

    async fn exchange(
        &self,
        request: Request,
        attempt: &Attempt,
    ) -> Result<HttpResponse, TransportError> {
        let url = request.url().clone();
        let failed = |error| attempt.explain(error);
        let client = match &self.direct {
            Some(direct) if url.host_str().is_some_and(is_loopback) => direct,
            _ => &self.client,
        };
        let mut answer = client.execute(request).await.map_err(failed)?;
        if *answer.url() != url {
            return Err(TransportError::interrupted(format!(
                "the HTTP client followed a redirect to {}; build it with redirect(Policy::none())",
                answer.url().host_str().unwrap_or("another URL")
            )));
        }
        let too_long = || {
            TransportError::interrupted(format!(
                "the answer is longer than {MAX_ANSWER_BYTES} bytes"
            ))
        };
        if answer.content_length().is_some_and(|length| length > MAX_ANSWER_BYTES as u64) {
            return Err(too_long());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(too_long());
            }
            body.extend_from_slice(&chunk);
        }
        let mut whole = Response::new(body);
        *whole.status_mut() = answer.status();
        *whole.version_mut() = answer.version();
        *whole.headers_mut() = std::mem::take(answer.headers_mut());
        stamp_date(&mut whole, received());
        Ok(whole)
    }
}

#[async_trait]
impl AsyncTransport for ReqwestTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let timeout = request.extensions().get().map_or(DEFAULT_TIMEOUT, |&ExchangeTimeout(t)| t);
        let timeout = timeout.min(LONGEST_TIMEOUT);
        let attempt = Attempt::of(request.uri(), timeout);
        self.exchange(convert(request, timeout)?, &attempt).await
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the client: it may have default headers, and proxies with passwords.
        f.debug_struct("ReqwestTransport").finish_non_exhaustive()
    }
}

/// The request as reqwest wants it.
fn convert(request: HttpRequest, timeout: Duration) -> Result<Request, TransportError> {
    let (parts, body) = request.into_parts();
    let url = Url::parse(&parts.uri.to_string())
        .map_err(|_| TransportError::not_delivered("the request's URL is not one"))?;
    // reqwest would send `/a/../b` as `/b`: another request than the one that was asked for.
    if (url.path(), url.query()) != (parts.uri.path(), parts.uri.query()) {
        return Err(TransportError::not_delivered(
            "the request's URL would not be sent as it is; percent-encode its parts",
        ));
    }
    let mut request = Request::new(parts.method, url);
    *request.headers_mut() = parts.headers;
    *request.timeout_mut() = Some(timeout);
    if !body.is_empty() {
        *request.body_mut() = Some(body.into());
    } else if matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH) {
        // RFC 9110, section 8.6: a method that expects a body says that there is none.
        request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    Ok(request)
}

fn builder(tls: rustls::ClientConfig) -> ClientBuilder {
    Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
}

fn build(builder: ClientBuilder) -> Result<Client, Error> {
    builder.build().map_err(|error| cannot_be_built(error.without_url()))
}

fn cannot_be_built(source: impl StdError + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::NotDelivered, "the HTTP client cannot be built").with_source(source)
}

#[expect(clippy::disallowed_methods, reason = "a transport knows when an answer came")]
fn received() -> SystemTime {
    SystemTime::now()
}
