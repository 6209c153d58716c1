//! What every transport must do: the contract of [`Transport`], point by point.
//!
//! An async transport is checked through an adapter that blocks on it:
//!
//! ```no_run
//! # use std::time::SystemTime;
//! # use videogen_core::{AsyncTransport, HttpRequest, HttpResponse, Transport, TransportError};
//! struct Blocking<T>(T, Runtime);
//! impl<T: AsyncTransport> Transport for Blocking<T> {
//!     fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
//!         self.1.block_on(self.0.send(request))
//!     }
//!
//!     fn now(&self) -> Option<SystemTime> {
//!         self.0.now()
//!     }
//! }
//! # struct Runtime;
//! # impl Runtime { fn block_on<F: std::future::Future>(&self, _: F) -> F::Output { unimplemented!() } }
//! ```

use std::net::TcpListener;
use std::time::{Duration, Instant, SystemTime};

use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue, USER_AGENT};
use videogen_core::stream::{NotPublic, PublicAddressesOnly};
use videogen_core::{
    AnswerLimit, ApiKey, Delivery, ExchangeTimeout, HttpRequest, HttpResponse, MAX_ANSWER_BYTES,
    Transport, TransportError,
};

use crate::fixture::TEST_KEY;
use crate::probe::{PROBE_DATE, ProbeServer, SILENCE};
use crate::received::Received;
use crate::scripted_server::{ScriptedServer, ServerReply};
use crate::secrets::error_chain;
use crate::suite::Suite;

/// A time limit that an exchange on this machine stays within, on a slow day too.
pub(crate) const AMPLE: Duration = Duration::from_secs(60);
/// A time limit for exchanges that get no answer, however long one waits.
pub(crate) const SHORT: Duration = Duration::from_millis(200);
/// How long after its time limit an exchange is over, on a slow day too. Less than what clients take as a limit
/// unless they are told one.
pub(crate) const OVERRUN: Duration = Duration::from_secs(20);
const _: () = assert!(
    AMPLE.as_nanos() + OVERRUN.as_nanos() < SILENCE.as_nanos(),
    "who obeys a limit is done before the probe is",
);

/// What presigned URLs have, and errors must not show.
pub(crate) const SIGNATURE: &str = "X5secret5sig5";

/// The ways in which a URL names this machine.
pub(crate) const PRIVATE: [&str; 8] = [
    "127.0.0.1",
    "[::1]",
    "localhost",
    "2130706433",
    "0x7f.1",
    "[::ffff:127.0.0.1]",
    // With its zone (RFC 6874).
    "[::1%251]",
    "[::1%25lo]",
];

/// What a request has at the most that was not in it: what HTTP needs, and what means the same as nothing.
const ADDED_AT_MOST: [&str; 6] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "accept: */*",
    "accept-encoding: identity",
];

/// Checks a transport against servers on this machine.
pub fn check(transport: &dyn Transport) -> Suite {
    let mut suite = Suite::new();
    answers(&mut suite, transport);
    requests(&mut suite, transport);
    redirects(&mut suite, transport);
    bodies(&mut suite, transport);
    no_answers(&mut suite, transport);
    private_addresses(&mut suite, transport);
    suite
}

fn answers(suite: &mut Suite, transport: &dyn Transport) {
    let probe = ProbeServer::start();
    for status in [
        200_u16, 202, 204, 304, 400, 401, 402, 403, 404, 408, 409, 410, 422, 425, 429, 500, 502,
        503, 504, 599,
    ] {
        match transport.send(request(&probe, &format!("/status/{status}"), AMPLE)) {
            Ok(response) => {
                suite.check(response.status().as_u16() == status, || {
                    format!("HTTP {status} arrives as {}", response.status())
                });
                let body: &[u8] =
                    if matches!(status, 204 | 304) { b"" } else { br#"{"from": "the probe"}"# };
                suite.check(response.body() == body, || format!("HTTP {status} lost its body"));
                headers(suite, &response);
            }
            Err(error) => suite.check(false, || format!("HTTP {status} is an error: {error}")),
        }
    }
    let received = probe.received();
    suite.check(received.len() == 20, || {
        format!("20 requests were sent, and {} arrived", received.len())
    });
    let undated = transport.send(request(&probe, "/undated", AMPLE));
    let stamped = undated.as_ref().ok().and_then(|r| videogen_core::answer::date(r.headers()));
    #[expect(clippy::disallowed_methods, reason = "the stamp is the time of receipt")]
    let now = SystemTime::now();
    suite.check(
        stamped.is_some_and(|at| now.duration_since(at).is_ok_and(|ago| ago < AMPLE)),
        || format!("an answer without `Date` is not stamped with the time of receipt: {undated:?}"),
    );
}

fn headers(suite: &mut Suite, response: &HttpResponse) {
    let all: Vec<_> = response.headers().get_all("x-probe").iter().collect();
    suite.check(all == ["one", "two"], || format!("a repeated header arrives as {all:?}"));
    suite.check(response.headers().get("x-empty").is_some_and(HeaderValue::is_empty), || {
        "an empty header is lost".to_owned()
    });
    suite.check(
        response.headers().get("retry-after") == Some(&HeaderValue::from_static("7")),
        || "`Retry-After` is lost".to_owned(),
    );
    suite.check(
        response.headers().get("date") == Some(&HeaderValue::from_static(PROBE_DATE)),
        || "`Date` is changed".to_owned(),
    );
}

fn requests(suite: &mut Suite, transport: &dyn Transport) {
    let probe = ProbeServer::start();
    let path = "/a%20b/%2e%2e%2f?wait=true&timeout=2.5";
    let mut get = request(&probe, path, AMPLE);
    get.headers_mut().append("x-api-key", HeaderValue::from_static("another"));
    let with = |method: Method, body: &str| {
        let mut request = request(&probe, "/submit", AMPLE);
        *request.method_mut() = method;
        *request.body_mut() = body.into();
        request
    };
    let mut bare = HttpRequest::new(Vec::new());
    *bare.uri_mut() = format!("{}/bare", probe.origin()).parse().expect("an ordinary URL");
    // Leaves its credentials unsent.
    drop(transport.send(request_to(&closed_port(), "/", AMPLE)));
    for request in [
        bare,
        get,
        with(Method::POST, "{\"prompt\": \"a cat\"}"),
        with(Method::POST, ""),
        with(Method::DELETE, ""),
    ] {
        let shown = format!("{} {}", request.method(), request.uri().path());
        let answered = transport.send(request);
        suite.check(answered.is_ok(), || format!("{shown} is not answered: {answered:?}"));
    }
    let received = probe.received();
    let [bare, get, post, empty, delete] = received.as_slice() else {
        return suite
            .check(false, || format!("5 requests were sent, and these arrived: {received:?}"));
    };
    adds_nothing(suite, bare, &[]);
    let ours = ["accept", "user-agent", "authorization", "x-api-key"];
    for request in [get, post, empty, delete] {
        adds_nothing(suite, request, &ours);
        suite.check(request.header("accept") == Some("application/json"), || {
            format!("accept arrives as {:?}", request.header("accept"))
        });
        suite.check(request.header("authorization") == Some(&format!("Bearer {TEST_KEY}")), || {
            "authorization is lost".to_owned()
        });
        suite.check(request.header("x-api-key") == Some(TEST_KEY), || {
            "x-api-key is lost".to_owned()
        });
    }
    suite.check(get.method == "GET" && get.path == path, || {
        format!("GET {path} arrives as {} {}", get.method, get.path)
    });
    let both: Vec<_> = get.all("x-api-key").collect();
    suite.check(both == [TEST_KEY, "another"], || {
        format!("a repeated header arrives {} times", both.len())
    });
    suite.check(post.method == "POST" && post.body == b"{\"prompt\": \"a cat\"}", || {
        format!("a POST arrives as {} of {:?}", post.method, String::from_utf8_lossy(&post.body))
    });
    // RFC 9110, section 8.6: a method that expects a body says that there is none.
    suite.check(empty.header("content-length") == Some("0"), || {
        "a POST without a body does not say so".to_owned()
    });
    suite.check(delete.method == "DELETE" && delete.header("content-length").is_none(), || {
        "a DELETE without a body announces one".to_owned()
    });
}

/// Whether all of a request is `ours` or what HTTP needs. No cookie of an earlier answer and no key of an
/// earlier request is.
pub(crate) fn adds_nothing(suite: &mut Suite, request: &Received, ours: &[&str]) {
    for (name, value) in &request.headers {
        let both = format!("{name}: {value}");
        let allowed = [name.as_str(), &both].iter().any(|it| ADDED_AT_MOST.contains(it));
        suite.check(allowed || ours.contains(&name.as_str()), || {
            format!("the header {both} was added to {} {}", request.method, request.path)
        });
    }
}

fn redirects(suite: &mut Suite, transport: &dyn Transport) {
    let probe = ProbeServer::start();
    let elsewhere = ProbeServer::start();
    for status in [301_u16, 302, 303, 307, 308] {
        let stolen = format!("{}/stolen", elsewhere.origin());
        let without_scheme = stolen.replace("http:", "");
        for target in [stolen, without_scheme, "/here".to_owned()] {
            let path = format!("/redirect/{status}?to={target}");
            match transport.send(request(&probe, &path, AMPLE)) {
                Ok(response) => {
                    suite.check(response.status().as_u16() == status, || {
                        format!("a {status} to {target} was followed")
                    });
                    let location = response.headers().get("location");
                    suite.check(location.is_some_and(|value| value == target.as_str()), || {
                        format!("the target of a {status} is lost")
                    });
                }
                Err(error) => suite.check(false, || format!("a {status} is an error: {error}")),
            }
        }
    }
    let stolen = elsewhere.received();
    suite.check(stolen.is_empty(), || format!("another host received {stolen:?}"));
    suite
        .check(probe.received().len() == 15, || "a redirect within a host was followed".to_owned());
}

fn bodies(suite: &mut Suite, transport: &dyn Transport) {
    let probe = ProbeServer::start();
    let largest = transport.send(request(&probe, &format!("/large/{MAX_ANSWER_BYTES}"), AMPLE));
    suite.check(largest.as_ref().is_ok_and(|r| r.body().len() == MAX_ANSWER_BYTES), || {
        format!(
            "an answer of {MAX_ANSWER_BYTES} bytes is not read: {:?}",
            largest.map(|r| r.body().len())
        )
    });
    for (limit, fits) in [(1000, false), (MAX_ANSWER_BYTES + 1000, true)] {
        let length = if fits { limit } else { limit + 1 };
        let mut limited = request(&probe, &format!("/large/{length}"), AMPLE);
        limited.extensions_mut().insert(AnswerLimit(limit));
        let answer = transport.send(limited);
        suite.check(answer.is_ok() == fits, || {
            format!("of an answer with {length} bytes, {limit} allowed: {:?}", answer.map(drop))
        });
    }
    suite.check(transport.now().is_some(), || {
        "the transport does not tell the time, which requests are signed with".to_owned()
    });
    let chunked = transport.send(request(&probe, "/chunked", AMPLE));
    suite.check(chunked.is_ok_and(|r| r.body() == br#"{"from": "the probe"}"#), || {
        "a chunked answer is not read".to_owned()
    });
    let unframed = transport.send(request(&probe, "/unframed/9", AMPLE));
    suite.check(unframed.is_ok_and(|r| r.body() == b"         "), || {
        "an answer that ends with its connection is not read".to_owned()
    });
    let too_long = MAX_ANSWER_BYTES + 1;
    for path in [
        &format!("/large/{too_long}"),
        &format!("/unframed/{too_long}"),
        "/endless",
        "/cut",
        "/cut-chunked",
        "/cut-head",
        "/not-http",
    ] {
        let result = transport.send(request(&probe, path, AMPLE));
        failed(suite, path, result, Delivery::Possible);
    }
    suite.check(probe.received().len() == 12, || "a broken exchange was repeated".to_owned());
}

fn no_answers(suite: &mut Suite, transport: &dyn Transport) {
    let probe = ProbeServer::start();
    let mut reset = request(&probe, "/reset", AMPLE);
    *reset.method_mut() = Method::POST;
    *reset.body_mut() = b"{}".to_vec();
    failed(suite, "/reset", transport.send(reset), Delivery::Possible);
    let hang_up = transport.send(request(&probe, "/hang-up", AMPLE));
    failed(suite, "/hang-up", hang_up, Delivery::Possible);
    suite.check(probe.received().len() == 2, || {
        format!("a request without an answer was repeated: {} arrived", probe.received().len())
    });
    time_limit(suite, transport, "/silent");
    time_limit(suite, transport, "/half");
    let closed = request_to(&closed_port(), "/", AMPLE);
    failed(suite, "a closed port", transport.send(closed), Delivery::SurelyNot);
    // Longer than a name may be, so that no server needs to be asked for it.
    let nowhere = format!("http://{}.invalid", "x".repeat(64));
    let nowhere = transport.send(request_to(&nowhere, "/", AMPLE));
    failed(suite, "an unknown host", nowhere, Delivery::SurelyNot);
}

/// A file that is sent to where a provider said does not arrive at a private address.
fn private_addresses(suite: &mut Suite, transport: &dyn Transport) {
    let server = ScriptedServer::start([ServerReply::json(200, "{}")]);
    // Leaves a connection, which must not be used.
    let unmarked = transport.send(keyed_request(&server.url("/")));
    suite.check(unmarked.is_ok(), || "what may go anywhere does not arrive".to_owned());
    let before = server.connections();
    for host in PRIVATE {
        let port = server.address().port();
        let mut request = keyed_request(&format!("http://{host}:{port}/?sig={SIGNATURE}"));
        *request.method_mut() = Method::PUT;
        *request.body_mut() = b"a file".to_vec();
        request.extensions_mut().insert(PublicAddressesOnly);
        let result = transport.send(request);
        suite.check(result.as_ref().err().is_some_and(NotPublic::is), || {
            format!("{host} is not refused as private: {:?}", result.as_ref().map(|it| it.status()))
        });
        failed(suite, host, result, Delivery::SurelyNot);
    }
    suite.check(server.connections() == before && server.received().len() <= 1, || {
        "a private address was connected to".to_owned()
    });
}

/// An exchange that ends by its time limit. How long a request takes to arrive depends on the machine: the
/// limit is doubled until it does.
#[expect(clippy::disallowed_methods, reason = "a time limit is about the real clock")]
fn time_limit(suite: &mut Suite, transport: &dyn Transport, path: &str) {
    let mut limit = SHORT;
    loop {
        let probe = ProbeServer::start();
        let begun = Instant::now();
        let result = transport.send(request(&probe, path, limit));
        let took = begun.elapsed();
        suite.check(took < limit + OVERRUN, || {
            format!("{path} took {took:?}, and was given {limit:?}")
        });
        let arrived = probe.received().len();
        suite.check(arrived <= 1, || format!("{path} was repeated: {arrived} arrived"));
        if arrived > 0 || limit > AMPLE {
            return failed(suite, path, result, Delivery::Possible);
        }
        limit *= 2;
    }
}

/// The origin of a port that was free a moment ago.
pub(crate) fn closed_port() -> String {
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    format!("http://{}", closed.expect("a free port on this machine"))
}

pub(crate) fn failed<B>(
    suite: &mut Suite,
    what: &str,
    result: Result<http::Response<B>, TransportError>,
    delivery: Delivery,
) {
    match result {
        Ok(response) => suite.check(false, || format!("{what} gives HTTP {}", response.status())),
        Err(error) => {
            suite.check(error.delivery == delivery, || {
                format!(
                    "{what} gives {:?}, not {delivery:?}: {}",
                    error.delivery,
                    error_chain(&error)
                )
            });
            let shown = error_chain(&error);
            suite.check(!shown.contains(TEST_KEY) && !shown.contains(SIGNATURE), || {
                format!("{what} gives an error that shows a secret: {shown}")
            });
            suite.check(!error.to_string().contains('\n'), || {
                format!("{what} gives a message of several lines: {error}")
            });
        }
    }
}

fn request(probe: &ProbeServer, path: &str, timeout: Duration) -> HttpRequest {
    request_to(&probe.origin(), path, timeout)
}

fn request_to(origin: &str, path: &str, timeout: Duration) -> HttpRequest {
    let query = if path.contains('?') { String::new() } else { format!("?sig={SIGNATURE}") };
    let mut request = keyed_request(&format!("{origin}{path}{query}"));
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static("videogen-testkit"));
    request.extensions_mut().insert(ExchangeTimeout(timeout));
    request
}

/// A `GET` of `url` with [`TEST_KEY`], as a bearer and as an `x-api-key`.
///
/// # Panics
///
/// If `url` is none, not even a relative one.
#[must_use]
pub fn keyed_request(url: &str) -> HttpRequest {
    let key = ApiKey::new(TEST_KEY).expect("an ordinary key");
    let mut request = HttpRequest::new(Vec::new());
    *request.uri_mut() = url.parse().expect("a URL");
    request.headers_mut().insert(AUTHORIZATION, key.bearer().expect("an ordinary key"));
    request.headers_mut().insert("x-api-key", key.bare());
    request
}
