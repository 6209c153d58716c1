//! What every transport must do: the contract of [`Transport`], point by point.
//!
//! An async transport is checked through an adapter that blocks on it:
//!
//! ```no_run
//! # use videogen_core::{AsyncTransport, HttpRequest, HttpResponse, Transport, TransportError};
//! struct Blocking<T>(T, Runtime);
//! impl<T: AsyncTransport> Transport for Blocking<T> {
//!     fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
//!         self.1.block_on(self.0.send(request))
//!     }
//! }
//! # struct Runtime;
//! # impl Runtime { fn block_on<F: std::future::Future>(&self, _: F) -> F::Output { unimplemented!() } }
//! ```

use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use videogen_core::{
    ApiKey, Delivery, ExchangeTimeout, HttpRequest, HttpResponse, MAX_ANSWER_BYTES, Transport,
    TransportError,
};

use crate::fixture::TEST_KEY;
use crate::probe::{PROBE_DATE, ProbeServer};
use crate::secrets::error_chain;
use crate::suite::Suite;

/// A time limit that an exchange on this machine stays within, on a slow day too.
const AMPLE: Duration = Duration::from_secs(60);
/// A time limit for exchanges that get no answer, however long one waits.
const SHORT: Duration = Duration::from_millis(300);

/// Checks a transport against servers on this machine.
pub fn check(transport: &dyn Transport) -> Suite {
    let mut suite = Suite::new();
    answers(&mut suite, transport);
    requests(&mut suite, transport);
    redirects(&mut suite, transport);
    bodies(&mut suite, transport);
    no_answers(&mut suite, transport);
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
    drop(transport.send(request(&probe, path, AMPLE)));
    let mut post = request(&probe, "/submit", AMPLE);
    *post.method_mut() = http::Method::POST;
    *post.body_mut() = b"{\"prompt\": \"a cat\"}".to_vec();
    drop(transport.send(post));
    let received = probe.received();
    let Some([get, post]) = received.get(..2) else {
        return suite
            .check(false, || format!("2 requests were sent, and these arrived: {received:?}"));
    };
    suite.check(received.len() == 2, || "a request was repeated".to_owned());
    suite.check(get.method == "GET" && get.path == path, || {
        format!("GET {path} arrives as {} {}", get.method, get.path)
    });
    suite.check(get.header("x-api-key") == Some(TEST_KEY), || "x-api-key is lost".to_owned());
    suite.check(get.header("authorization") == Some(&format!("Bearer {TEST_KEY}")), || {
        "authorization is lost".to_owned()
    });
    suite
        .check(get.header("accept") == Some("application/json"), || "accept is changed".to_owned());
    suite.check(get.header("accept-encoding").is_none_or(|value| value == "identity"), || {
        "an encoding is accepted that the core cannot decode".to_owned()
    });
    let ours = ["host", "accept", "user-agent", "authorization", "x-api-key", "accept-encoding"];
    let http = ["connection", "content-length", "transfer-encoding"];
    for (name, value) in &get.headers {
        suite.check(ours.contains(&name.as_str()) || http.contains(&name.as_str()), || {
            format!("the header {name}: {value} was added")
        });
    }
    suite.check(post.method == "POST" && post.body == b"{\"prompt\": \"a cat\"}", || {
        format!("a POST arrives as {post:?}")
    });
}

fn redirects(suite: &mut Suite, transport: &dyn Transport) {
    let probe = ProbeServer::start();
    let elsewhere = ProbeServer::start();
    for status in [301_u16, 302, 303, 307, 308] {
        for target in [format!("{}/stolen", elsewhere.origin()), "/here".to_owned()] {
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
        .check(probe.received().len() == 10, || "a redirect within a host was followed".to_owned());
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
    let chunked = transport.send(request(&probe, "/chunked", AMPLE));
    suite.check(chunked.is_ok_and(|r| r.body() == br#"{"from": "the probe"}"#), || {
        "a chunked answer is not read".to_owned()
    });
    for path in [&format!("/large/{}", MAX_ANSWER_BYTES + 1), "/endless", "/cut", "/cut-chunked"] {
        let result = transport.send(request(&probe, path, AMPLE));
        failed(suite, path, result, Delivery::Possible);
    }
}

fn no_answers(suite: &mut Suite, transport: &dyn Transport) {
    let probe = ProbeServer::start();
    for path in ["/hang-up", "/silent", "/half"] {
        let result = transport.send(request(&probe, path, SHORT));
        failed(suite, path, result, Delivery::Possible);
    }
    suite.check(probe.received().len() == 3, || {
        format!("a request without an answer was repeated: {} arrived", probe.received().len())
    });
    // A port that was free a moment ago.
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let closed = format!("http://{}", closed.expect("a free port on this machine"));
    failed(
        suite,
        "a closed port",
        transport.send(request_to(&closed, "/", AMPLE)),
        Delivery::SurelyNot,
    );
    let nowhere = request_to("http://videogen-probe.invalid", "/", AMPLE);
    failed(suite, "an unknown host", transport.send(nowhere), Delivery::SurelyNot);
}

fn failed(
    suite: &mut Suite,
    what: &str,
    result: Result<HttpResponse, TransportError>,
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
            suite.check(!shown.contains(TEST_KEY) && !shown.contains("secret"), || {
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
    let key = ApiKey::new(TEST_KEY).expect("an ordinary key");
    let mut request = http::Request::builder()
        .uri(format!("{origin}{path}"))
        .header("accept", "application/json")
        .header("user-agent", "videogen-testkit")
        .header("x-api-key", key.bare())
        .header("authorization", key.bearer().expect("an ordinary key"))
        .body(Vec::new())
        .expect("an ordinary request");
    request.extensions_mut().insert(ExchangeTimeout(timeout));
    request
}
