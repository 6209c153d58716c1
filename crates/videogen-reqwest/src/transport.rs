//! [`AsyncTransport`] on reqwest.

use std::error::Error as StdError;
use std::fmt;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::{Method, Response};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Request, Url};
use tokio::time::timeout;
use videogen_core::loopback::is_loopback;
use videogen_core::stream::{
    AsyncBody, AsyncStreamedResponse, IdleTimeout, PublicAddressesOnly, check_host,
};
use videogen_core::{
    AnswerLimit, AsyncTransport, Error, ErrorKind, ExchangeTimeout, HttpRequest, HttpResponse,
    MAX_ANSWER_BYTES, TransportError, stamp_date,
};

use crate::arriving::Arriving;
use crate::explain::{Attempt, Limit};
use crate::public::{HOST, PublicOnly};
use crate::tls;

/// How long an exchange may take, or an answer that is read as it comes may pause, when the request does not say.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest time limit, longer than anybody waits, so that no sum with it leaves the clock's range.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);
/// A time limit that never passes: as long as Tokio can count.
const NO_TIMEOUT: Duration = Duration::MAX;
/// How long a connection may take, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// An async HTTP/1.1 client with a pool of connections that are kept alive.
///
/// It keeps the contract of [`Transport`](videogen_core::Transport): any status is an answer, no redirect is followed, nothing
/// is repeated. An exchange takes 30 seconds at the most unless the request has an [`ExchangeTimeout`] (a day counts as
/// the longest), and 10 of them to connect. An answer that is [opened](AsyncTransport::open) may pause for 30 seconds unless
/// the request has an [`IdleTimeout`]. Dropping the future or the body ends the exchange.
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
    /// None beside a client of the caller's.
    ours: Option<Ours>,
}

/// What a client of the caller's does not have beside it.
#[derive(Clone)]
struct Ours {
    /// For this machine itself, which a proxy of the environment is not meant for.
    direct: Client,
    /// For public addresses only.
    public: Client,
}

impl ReqwestTransport {
    /// A transport with a pool of its own. Needs no runtime yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotDelivered`] if the operating system's trust store cannot be read or is empty.
    pub fn new() -> Result<Self, Error> {
        let tls = tls::config().map_err(cannot_be_built)?;
        let client = build(builder(tls.clone()))?;
        // A client's list of hosts without a proxy cannot be added to the environment's.
        let direct = build(builder(tls.clone()).no_proxy())?;
        let public = build(builder(tls).dns_resolver(PublicOnly))?;
        Ok(Self { client, ours: Some(Ours { direct, public }) })
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
    /// **Of a request with [`PublicAddressesOnly`] only the URL is checked**, and not what the host's name is looked up as: build
    /// the client with a resolver that gives public addresses only.
    ///
    /// The client's default headers and cookies are sent too. Its time limit for a request does not count, the one between
    /// two bytes does. It must not decompress, which it does only if reqwest has one of its features for that. Unless reqwest has
    /// its feature `rustls` or `native-tls` by way of another crate, `build` panics when it is given no TLS configuration
    /// and none is installed for the process: see [`reqwest::ClientBuilder::tls_backend_preconfigured`].
    #[must_use]
    pub const fn from_client(client: Client) -> Self {
        Self { client, ours: None }
    }

    /// The client for a request to `url`.
    fn client(&self, url: &Url, only_public: bool) -> &Client {
        match &self.ours {
            Some(ours) if only_public => &ours.public,
            Some(ours) if url.host_str().is_some_and(is_loopback) => &ours.direct,
            _ => &self.client,
        }
    }
}

/// Sends the request, until the head of its answer is there.
async fn head(
    client: &Client,
    request: Request,
    attempt: &Attempt,
) -> Result<reqwest::Response, TransportError> {
    let url = request.url().clone();
    let host = url.host_str().unwrap_or_default().to_owned();
    let executed = HOST.scope(host, client.execute(request)).await;
    let answer = executed.map_err(|error| attempt.explain(error))?;
    if *answer.url() != url {
        return Err(TransportError::interrupted(format!(
            "the HTTP client followed a redirect to {}; build it with redirect(Policy::none())",
            answer.url().host_str().unwrap_or("another URL")
        )));
    }
    Ok(answer)
}

async fn read(
    answer: &mut reqwest::Response,
    attempt: &Attempt,
    longest: usize,
) -> Result<Vec<u8>, TransportError> {
    let too_long =
        || TransportError::interrupted(format!("the answer is longer than {longest} bytes"));
    if answer.content_length().is_some_and(|length| length > longest as u64) {
        return Err(too_long());
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| attempt.explain(error))? {
        if body.len() + chunk.len() > longest {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// An answer with the head of reqwest's, stamped.
fn answer<B>(head: &mut reqwest::Response, body: B) -> Response<B> {
    let mut answer = Response::new(body);
    *answer.status_mut() = head.status();
    *answer.version_mut() = head.version();
    *answer.headers_mut() = std::mem::take(head.headers_mut());
    stamp_date(&mut answer, wall_clock());
    answer
}

#[async_trait]
impl AsyncTransport for ReqwestTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let timeout = request.extensions().get().map_or(DEFAULT_TIMEOUT, |&ExchangeTimeout(t)| t);
        let timeout = timeout.min(LONGEST_TIMEOUT);
        let attempt = Attempt::of(request.uri(), Limit::Whole(timeout));
        let longest =
            request.extensions().get().map_or(MAX_ANSWER_BYTES, |&AnswerLimit(most)| most);
        let only_public = only_public(&request)?;
        let request = convert(request, timeout)?;
        let client = self.client(request.url(), only_public);
        let mut head = head(client, request, &attempt).await?;
        let body = read(&mut head, &attempt, longest).await?;
        Ok(answer(&mut head, body))
    }

    async fn open(&self, request: HttpRequest) -> Result<AsyncStreamedResponse, TransportError> {
        let idle = request.extensions().get().map_or(DEFAULT_TIMEOUT, |&IdleTimeout(t)| t);
        let idle = idle.min(LONGEST_TIMEOUT);
        let attempt = Attempt::of(request.uri(), Limit::Idle(idle));
        let only_public = only_public(&request)?;
        let request = convert(request, NO_TIMEOUT)?;
        let client = self.client(request.url(), only_public);
        let opening = timeout(idle, head(client, request, &attempt));
        let mut head = opening.await.map_err(|_| attempt.too_late())??;
        let answer = answer(&mut head, ());
        let body: Box<dyn AsyncBody> = Box::new(Arriving::new(head.into(), attempt, idle));
        Ok(answer.map(|()| body))
    }

    fn now(&self) -> Option<SystemTime> {
        Some(wall_clock())
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the client: it may have default headers, and proxies with passwords.
        f.debug_struct("ReqwestTransport").finish_non_exhaustive()
    }
}

/// Whether a request may go to public addresses only; an error if its URL names another.
fn only_public(request: &HttpRequest) -> Result<bool, TransportError> {
    let only_public = request.extensions().get::<PublicAddressesOnly>().is_some();
    if only_public {
        check_host(request.uri())?;
    }
    Ok(only_public)
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
        // Another crate may have asked reqwest for these features.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .connect_timeout(CONNECT_TIMEOUT)
}

fn build(builder: ClientBuilder) -> Result<Client, Error> {
    builder.build().map_err(|error| cannot_be_built(error.without_url()))
}

fn cannot_be_built(source: impl StdError + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::NotDelivered, "the HTTP client cannot be built").with_source(source)
}

#[expect(clippy::disallowed_methods, reason = "a transport knows what time it is")]
fn wall_clock() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use videogen_core::stream::NotPublic;
    use videogen_testkit::ScriptedServer;

    use super::*;

    #[tokio::test]
    async fn what_a_name_is_looked_up_as_counts() {
        let transport = ReqwestTransport::new().unwrap();
        let server = ScriptedServer::start([]);
        let url = format!("http://localhost:{}/", server.address().port());
        let uri = url.parse().unwrap();
        let url = Url::parse(&url).unwrap();
        let attempt = Attempt::of(&uri, Limit::Idle(DEFAULT_TIMEOUT));
        // Past the check of the URL, which knows this name.
        let client = transport.client(&url, true);
        let error = head(client, Request::new(Method::GET, url), &attempt).await.unwrap_err();
        assert!(NotPublic::is(&error), "{error}");
        assert_eq!(server.connections(), 0);
    }
}
