//! [`Transport`] on ureq.

use std::fmt;
use std::io::Read;
use std::time::{Duration, SystemTime};

use http::header::USER_AGENT;
use http::response::Parts;
use http::{Method, Request, Response};
use ureq::config::AutoHeaderValue;
use ureq::{Agent, AsSendBody, Body};
use videogen_core::loopback::is_loopback;
use videogen_core::stream::{IdleTimeout, PublicAddressesOnly, StreamedResponse, check_host};
use videogen_core::{
    AnswerLimit, ExchangeTimeout, HttpRequest, HttpResponse, MAX_ANSWER_BYTES, Transport,
    TransportError, stamp_date,
};

use crate::agent::{Door, Doors};
use crate::arriving::Arriving;
use crate::exchange::{Exchange, Stage};
use crate::explain::{Attempt, Limit, explain};

/// How long an exchange may take, or an answer that is read as it comes may pause, when the request does not say.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest time limit, longer than anybody waits. ureq adds it to the time, and panics if the sum is none.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a connection may take, TLS included.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A blocking HTTP/1.1 client with a pool of connections that are kept alive.
///
/// It keeps the contract of [`Transport`]: any status is an answer, no redirect is followed, nothing is repeated. An
/// exchange takes 30 seconds at the most unless the request has an [`ExchangeTimeout`] (a day counts as the
/// longest), and 10 of them to connect. An answer that is [opened](Transport::open) may pause for 30 seconds unless the
/// request has an [`IdleTimeout`]; read it in pieces of some 256 KiB.
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
    doors: Doors,
    /// Whether the agents were made here.
    ours: bool,
}

impl UreqTransport {
    /// A transport with a pool of its own.
    ///
    /// The trust store is read when the first `https` connection is made, and an error of it is that request's.
    #[must_use]
    pub fn new() -> Self {
        Self { doors: Doors::new(), ours: true }
    }

    /// A transport on an agent of the caller's, for proxies, certificates, a resolver or a connector of their own.
    ///
    /// The contract of [`Transport`] holds for it too: what the agent says about redirects, statuses as errors, automatic
    /// headers and timeouts does not count here, but for those of resolving and connecting. Four things are weaker than
    /// with [`UreqTransport::new`]:
    ///
    /// - The agent gets the API key with the headers, and ureq logs what it sends: **at the log level `TRACE` the
    ///   key is in the log** under the target `ureq_proto`.
    /// - Whether a request surely did not leave is told from the kind of the error, and more often left open.
    /// - Its TLS configuration is made anew for each connection. Name it in full: an agent that trusts nothing makes
    ///   ureq panic.
    /// - A request with [`PublicAddressesOnly`] goes by another agent with the same configuration, and so past a resolver and
    ///   a connector of the caller's: only so can it be known where it goes.
    #[must_use]
    pub fn from_agent(agent: Agent) -> Self {
        Self { doors: Doors::of(agent), ours: false }
    }

    /// The door for a request: `usual`, unless it may go to public addresses only.
    fn door<'a>(
        &'a self,
        request: &HttpRequest,
        usual: &'a Door,
    ) -> Result<&'a Door, TransportError> {
        if request.extensions().get::<PublicAddressesOnly>().is_none() {
            return Ok(usual);
        }
        check_host(request.uri())?;
        Ok(&self.doors.public)
    }

    /// Sends the request through `door`, until the head of its answer is there.
    fn exchange(
        &self,
        door: &Door,
        request: HttpRequest,
        limit: Limit,
    ) -> (Result<Response<Body>, ureq::Error>, Stage) {
        let (mut parts, body) = request.into_parts();
        let exchange = door.is_watched.then(|| Exchange::begin(&mut parts.headers));
        // An empty body is none, except where HTTP wants its length to be told.
        let bodiless =
            body.is_empty() && !matches!(parts.method, Method::POST | Method::PUT | Method::PATCH);
        let answer = if bodiless {
            door.agent.run(self.configure(door, Request::from_parts(parts, ()), limit))
        } else {
            door.agent.run(self.configure(door, Request::from_parts(parts, body), limit))
        };
        (answer, exchange.map_or(Stage::Unknown, Exchange::end))
    }

    /// Writes the contract into the request, whatever the agent is configured for.
    fn configure<S: AsSendBody>(
        &self,
        door: &Door,
        request: Request<S>,
        limit: Limit,
    ) -> Request<S> {
        let names_itself = request.headers().contains_key(USER_AGENT);
        // A proxy of the environment is not meant for this machine. What an agent of the caller's says counts.
        let is_direct = self.ours && request.uri().host().is_some_and(is_loopback);
        let agents = door.agent.config().timeouts();
        let (whole, idle) = match limit {
            Limit::Whole(timeout) => (Some(timeout), None),
            Limit::Idle(timeout) => (None, Some(timeout)),
        };
        let at_most = |timeout: Duration| idle.map_or(timeout, |idle| timeout.min(idle));
        let mut config = door
            .agent
            .configure_request(request)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .save_redirect_history(false)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .allow_non_standard_methods(true)
            .timeout_global(whole)
            .timeout_resolve(agents.resolve.map(at_most).or(idle))
            .timeout_connect(Some(at_most(agents.connect.unwrap_or(CONNECT_TIMEOUT))))
            .timeout_per_call(None)
            .timeout_per_read(idle)
            .timeout_per_write(idle)
            .timeout_send_request(idle)
            .timeout_send_body(None)
            .timeout_recv_response(idle)
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
        let limit = Limit::Whole(timeout.min(LONGEST_TIMEOUT));
        let longest =
            request.extensions().get().map_or(MAX_ANSWER_BYTES, |&AnswerLimit(most)| most);
        let attempt = Attempt::of(request.uri(), limit);
        let door = self.door(&request, &self.doors.whole)?;
        let (answer, stage) = self.exchange(door, request, limit);
        let answer = answer.map_err(|error| explain(error, stage, &attempt))?;
        let (parts, body) = answer.into_parts();
        let body = read(body, longest).map_err(|error| explain(error, stage, &attempt))?;
        let mut answer = Response::from_parts(plain(parts), body);
        stamp_date(&mut answer, wall_clock());
        Ok(answer)
    }

    fn open(&self, request: HttpRequest) -> Result<StreamedResponse, TransportError> {
        let timeout = request.extensions().get().map_or(DEFAULT_TIMEOUT, |&IdleTimeout(t)| t);
        let limit = Limit::Idle(timeout.min(LONGEST_TIMEOUT));
        let attempt = Attempt::of(request.uri(), limit);
        let door = self.door(&request, &self.doors.streams)?;
        let (answer, stage) = self.exchange(door, request, limit);
        let answer = answer.map_err(|error| explain(error, stage, &attempt))?;
        let (parts, body) = answer.into_parts();
        let body: Box<dyn Read + Send> = Box::new(Arriving::new(body, attempt));
        let mut answer = Response::from_parts(plain(parts), body);
        stamp_date(&mut answer, wall_clock());
        Ok(answer)
    }

    fn now(&self) -> Option<SystemTime> {
        Some(wall_clock())
    }
}

/// The head of an answer without what ureq notes in it.
fn plain(parts: Parts) -> Parts {
    let mut head = Response::new(()).into_parts().0;
    head.status = parts.status;
    head.version = parts.version;
    head.headers = parts.headers;
    head
}

impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the agent: a proxy may have a password.
        f.debug_struct("UreqTransport").field("own_agent", &!self.ours).finish_non_exhaustive()
    }
}

/// The whole body, if it has no more than `longest` bytes.
fn read(body: Body, longest: usize) -> Result<Vec<u8>, ureq::Error> {
    let limit = longest as u64;
    let too_long = || ureq::Error::BodyExceedsLimit(limit);
    if body.content_length().is_some_and(|length| length > limit) {
        return Err(too_long());
    }
    let mut bytes = Vec::new();
    // ureq's own limit also refuses a body that is exactly as long as allowed.
    body.into_reader().take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > longest {
        return Err(too_long());
    }
    Ok(bytes)
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

    #[test]
    fn what_a_name_is_looked_up_as_counts() {
        let transport = UreqTransport::new();
        let server = ScriptedServer::start([]);
        let url = format!("http://localhost:{}/", server.address().port());
        for limit in [Limit::Idle(DEFAULT_TIMEOUT), Limit::Whole(DEFAULT_TIMEOUT)] {
            let request = Request::get(&url).body(Vec::new()).unwrap();
            // Past the check of the URL, which knows this name.
            let (answer, stage) = transport.exchange(&transport.doors.public, request, limit);
            assert!(matches!(answer, Err(ureq::Error::Other(cause)) if cause.is::<NotPublic>()));
            assert_eq!((stage, server.connections()), (Stage::Began, 0));
        }
    }

    #[test]
    fn what_may_go_to_public_addresses_only_is_looked_up_so() {
        let transport = UreqTransport::new();
        for usual in [&transport.doors.whole, &transport.doors.streams] {
            let mut request = Request::put("https://cdn.example/up").body(Vec::new()).unwrap();
            assert!(std::ptr::eq(transport.door(&request, usual).unwrap(), usual));
            request.extensions_mut().insert(PublicAddressesOnly);
            let guarded = transport.door(&request, usual).unwrap();
            assert!(std::ptr::eq(guarded, &raw const transport.doors.public));
        }
    }
}
