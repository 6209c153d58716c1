//! [`Transport`] on ureq.

use std::fmt;
use std::io::Read;
use std::time::{Duration, SystemTime};

use http::header::USER_AGENT;
use http::{Method, Request, Response};
use ureq::config::AutoHeaderValue;
use ureq::{Agent, AsSendBody, Body};
use videogen_core::loopback::is_loopback;
use videogen_core::{
    ExchangeTimeout, HttpRequest, HttpResponse, MAX_ANSWER_BYTES, Transport, TransportError,
    stamp_date,
};

use crate::agent;
use crate::exchange::{Exchange, Stage};
use crate::explain::{Attempt, explain};

/// How long an exchange may take when the request does not say.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest time limit, longer than anybody waits. ureq adds it to the time, and panics if the sum is none.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a connection may take, TLS included.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A blocking HTTP/1.1 client with a pool of connections that are kept alive.
///
/// It keeps the contract of [`Transport`]: any status is an answer, no redirect is followed, nothing is repeated. An
/// exchange takes 30 seconds at the most unless the request has an [`ExchangeTimeout`] (a day counts as the
/// longest), and 10 of them to connect.
///
/// Clones share the pool. It can be used from many threads at once.
///
/// ```no_run
/// use videogen_core::Transport;
/// use videogen_ureq::UreqTransport;
///
/// let request = http::Request::get("https://api.example.com/v1/videos/v1").body(Vec::new()).unwrap();
/// let answer = UreqTransport::new().send(request).unwrap();
/// println!("{}", answer.status()); // 404 is an answer too
/// ```
#[derive(Clone)]
pub struct UreqTransport {
    agent: Agent,
    /// Whether the agent was made here, with the connector that watches exchanges.
    ours: bool,
}

impl UreqTransport {
    /// A transport with a pool of its own.
    ///
    /// The trust store is read when the first `https` connection is made, and an error of it is that request's.
    #[must_use]
    pub fn new() -> Self {
        Self { agent: agent::new(), ours: true }
    }

    /// A transport on an agent of the caller's, for proxies, certificates, a resolver or a connector of their own.
    ///
    /// The contract of [`Transport`] holds for it too: what the agent says about redirects, statuses as errors, automatic
    /// headers and timeouts does not count here, but for those of resolving and connecting. Three things are weaker than
    /// with [`UreqTransport::new`]:
    ///
    /// - The agent gets the API key with the headers, and ureq logs what it sends: **at the log level `TRACE` the
    ///   key is in the log** under the target `ureq_proto`.
    /// - Whether a request surely did not leave is told from the kind of the error, and more often left open.
    /// - Its TLS configuration is made anew for each connection. Name it in full: an agent that trusts nothing makes
    ///   ureq panic.
    #[must_use]
    pub const fn from_agent(agent: Agent) -> Self {
        Self { agent, ours: false }
    }

    /// Sends the request and reads the whole answer. `exchange` was begun on this thread.
    fn exchange<S: AsSendBody>(
        &self,
        request: Request<S>,
        timeout: Duration,
    ) -> Result<HttpResponse, ureq::Error> {
        let answer = self.agent.run(self.configure(request, timeout))?;
        let (parts, body) = answer.into_parts();
        let body = read(body)?;
        let mut answer = Response::new(body);
        *answer.status_mut() = parts.status;
        *answer.version_mut() = parts.version;
        *answer.headers_mut() = parts.headers;
        stamp_date(&mut answer, received());
        Ok(answer)
    }

    /// Writes the contract into the request, whatever the agent is configured for.
    fn configure<S: AsSendBody>(&self, request: Request<S>, timeout: Duration) -> Request<S> {
        let names_itself = request.headers().contains_key(USER_AGENT);
        // A proxy of the environment is not meant for this machine. What an agent of the caller's says counts.
        let is_direct = self.ours && request.uri().host().is_some_and(is_loopback);
        let agents = self.agent.config().timeouts();
        let mut config = self
            .agent
            .configure_request(request)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .save_redirect_history(false)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .allow_non_standard_methods(true)
            .timeout_global(Some(timeout))
            .timeout_connect(agents.connect.or(Some(CONNECT_TIMEOUT)))
            .timeout_per_call(None)
            .timeout_per_read(None)
            .timeout_per_write(None)
            .timeout_send_request(None)
            .timeout_send_body(None)
            .timeout_recv_response(None)
            .timeout_recv_body(None);
        if !names_itself {
            // Only then: ureq does not pool a connection whose agent names itself otherwise.
            config = config.user_agent(AutoHeaderValue::None);
        }
        if is_direct {
            config = config.proxy(None);
        }
        config.build()
    }
}

impl Default for UreqTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for UreqTransport {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let timeout = request.extensions().get().map_or(DEFAULT_TIMEOUT, |&ExchangeTimeout(t)| t);
        let timeout = timeout.min(LONGEST_TIMEOUT);
        let (mut parts, body) = request.into_parts();
        let attempt = Attempt::of(&parts.uri, timeout);
        let exchange = self.ours.then(|| Exchange::begin(&mut parts.headers));
        // An empty body is none, except where HTTP wants its length to be told.
        let bodiless =
            body.is_empty() && !matches!(parts.method, Method::POST | Method::PUT | Method::PATCH);
        let answer = if bodiless {
            self.exchange(Request::from_parts(parts, ()), timeout)
        } else {
            self.exchange(Request::from_parts(parts, body), timeout)
        };
        let stage = exchange.map_or(Stage::Unknown, Exchange::end);
        answer.map_err(|error| explain(error, stage, &attempt))
    }
}

impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the agent: a proxy may have a password.
        f.debug_struct("UreqTransport").field("own_agent", &!self.ours).finish_non_exhaustive()
    }
}

/// The whole body, if it is not too long.
fn read(body: Body) -> Result<Vec<u8>, ureq::Error> {
    let limit = MAX_ANSWER_BYTES as u64;
    let too_long = || ureq::Error::BodyExceedsLimit(limit);
    if body.content_length().is_some_and(|length| length > limit) {
        return Err(too_long());
    }
    let mut bytes = Vec::new();
    // ureq's own limit also refuses a body that is exactly as long as allowed.
    body.into_reader().take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_ANSWER_BYTES {
        return Err(too_long());
    }
    Ok(bytes)
}

#[expect(clippy::disallowed_methods, reason = "a transport knows when an answer came")]
fn received() -> SystemTime {
    SystemTime::now()
}
