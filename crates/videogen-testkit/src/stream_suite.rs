//! What every transport that reads answers as they come must do: the contract of [`Transport::open`], point by point.
//!
//! An async transport is checked through an adapter that blocks on it, as for [`transport_suite`](crate::transport_suite);
//! `open` gives a [`Read`] that waits for
//! [`next_chunk`](videogen_core::stream::next_chunk), with its errors inside [`std::io::Error`]s.

use std::io::{self, Read};
use std::time::{Duration, Instant, SystemTime};

use http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderName, HeaderValue, IF_RANGE,
    LOCATION, RANGE,
};
use videogen_core::stream::{
    IdleTimeout, NotPublic, PublicAddressesOnly, StreamedResponse, read_error,
};
use videogen_core::{
    Delivery, ExchangeTimeout, HttpRequest, HttpResponse, MAX_ANSWER_BYTES, Transport,
    TransportError,
};

use crate::fixture::TEST_KEY;
use crate::scripted_server::{ScriptedServer, ServerEvent, ServerReply};
use crate::secrets::error_chain;
use crate::suite::Suite;
use crate::transport_suite::{
    AMPLE, OVERRUN, PRIVATE, SHORT, SIGNATURE, adds_nothing, closed_port, failed, keyed_request,
};

/// Longer than what is read of an answer that is read whole.
const LONG: usize = MAX_ANSWER_BYTES + 1;
/// How much of a body has come when it stops coming.
const HALF: usize = 100_000;

/// Longer than an idle limit in all, with seconds to spare in each part.
const PAUSE: Duration = Duration::from_millis(1500);
const PAUSES: usize = 3;
const LONGER_THAN_A_PAUSE: Duration = Duration::from_secs(4);
const _: () = assert!(PAUSE.as_millis() * PAUSES as u128 > LONGER_THAN_A_PAUSE.as_millis());

/// A head that comes byte by byte, faster than the limit, and not within it.
const DRIP: Duration = Duration::from_millis(50);
const DRIPS: usize = 800;
const _: () = assert!(
    DRIP.as_millis() < SHORT.as_millis()
        && DRIP.as_millis() * DRIPS as u128 > OVERRUN.as_millis() + 2 * SHORT.as_millis()
);

/// Checks a transport against servers on this machine.
pub fn check(transport: &dyn Transport) -> Suite {
    let mut suite = Suite::new();
    whole_bodies(&mut suite, transport);
    heads(&mut suite, transport);
    requests(&mut suite, transport);
    cut_bodies(&mut suite, transport);
    no_heads(&mut suite, transport);
    stalled_body(&mut suite, transport);
    slow_body(&mut suite, transport);
    dropped_body(&mut suite, transport);
    private_addresses(&mut suite, transport);
    suite
}

fn whole_bodies(suite: &mut Suite, transport: &dyn Transport) {
    let body = pattern(LONG);
    let server = ScriptedServer::start([
        answer(200, &[], &body).into(),
        ServerReply::Bytes(chunked(&body)),
        ServerReply::Last([&b"HTTP/1.1 200 OK\r\n\r\n"[..], &body].concat()),
        answer(204, &[], b"").into(),
        answer(404, &[], b"no such thing").into(),
        answer(200, &[(CONTENT_ENCODING, "gzip")], b"not even gzip").into(),
    ]);
    for (what, status, expected) in [
        ("a body with its length", 200, &*body),
        ("a body in chunks", 200, &*body),
        ("a body that ends with its connection", 200, &*body),
        ("an answer without a body", 204, b""),
        ("a 404", 404, b"no such thing"),
        ("an encoded body", 200, b"not even gzip"),
    ] {
        match read(transport.open(request(&server))) {
            Ok((head, read)) => {
                suite.check(head.status() == status && read == expected, || {
                    format!("{what} arrives as {} and {} bytes", head.status(), read.len())
                });
                let encoded = head.headers().contains_key(CONTENT_ENCODING);
                let length = head.headers().get(CONTENT_LENGTH).is_some();
                suite.check(what != "an encoded body" || (encoded && length), || {
                    format!("{what} has lost its headers: {head:?}")
                });
            }
            Err(error) => suite.check(false, || format!("{what} fails: {}", error_chain(&error))),
        }
    }
}

fn heads(suite: &mut Suite, transport: &dyn Transport) {
    let dated = [
        (DATE, "Thu, 26 Feb 2026 12:02:31 GMT"),
        (HeaderName::from_static("x-probe"), "one"),
        (HeaderName::from_static("x-probe"), "two"),
    ];
    let server =
        ScriptedServer::start([answer(200, &dated, b"{}").into(), answer(200, &[], b"{}").into()]);
    let head = read(transport.open(request(&server))).map(|(head, _)| head);
    let headers = head.as_ref().map(HttpResponse::headers);
    suite.check(
        headers.is_ok_and(|it| it.get(DATE) == Some(&HeaderValue::from_static(dated[0].1))),
        || format!("`Date` is changed: {head:?}"),
    );
    let headers = head.as_ref().map(HttpResponse::headers);
    suite.check(headers.is_ok_and(|it| it.get_all("x-probe").iter().eq(["one", "two"])), || {
        format!("a repeated header is lost: {head:?}")
    });
    let undated = transport.open(request(&server));
    let stamped = undated.as_ref().ok().and_then(|it| videogen_core::answer::date(it.headers()));
    #[expect(clippy::disallowed_methods, reason = "the stamp is the time of receipt")]
    let now = SystemTime::now();
    suite.check(
        stamped.is_some_and(|at| now.duration_since(at).is_ok_and(|ago| ago < AMPLE)),
        || "an answer without `Date` is not stamped with the time of receipt".to_owned(),
    );
}

fn requests(suite: &mut Suite, transport: &dyn Transport) {
    let elsewhere = ScriptedServer::start([]);
    let target = elsewhere.url("/stolen");
    for status in [301_u16, 302, 303, 307, 308] {
        let server = ScriptedServer::start([
            answer(status, &[(LOCATION, &target)], b"gone").into(),
            answer(206, &[], b"{}").into(),
        ]);
        let redirect = read(transport.open(request(&server)));
        suite.check(
            redirect.as_ref().is_ok_and(|(head, body)| {
                head.status() == status
                    && head.headers().get(LOCATION).is_some_and(|it| it == target.as_str())
                    && body == b"gone"
            }),
            || format!("a {status} arrives as {redirect:?}"),
        );
        let mut bare = HttpRequest::new(Vec::new());
        *bare.uri_mut() = server.url("/a%20b/%2e%2e%2f?x=1&y").parse().expect("an ordinary URL");
        bare.headers_mut().insert(RANGE, HeaderValue::from_static("bytes=100-"));
        bare.headers_mut().insert(IF_RANGE, HeaderValue::from_static("\"v1\""));
        // It is about answers that are read whole.
        bare.extensions_mut().insert(ExchangeTimeout(Duration::ZERO));
        let partial = read(transport.open(bare));
        suite.check(partial.as_ref().is_ok_and(|(head, _)| head.status() == 206), || {
            format!("a request of a range is answered with {partial:?}")
        });
        match server.received().as_slice() {
            [keyed, bare] => {
                suite.check(keyed.shows(TEST_KEY), || "a header is lost".to_owned());
                adds_nothing(suite, bare, &["range", "if-range"]);
                suite.check(
                    bare.method == "GET"
                        && bare.path == "/a%20b/%2e%2e%2f?x=1&y"
                        && bare.header("range") == Some("bytes=100-")
                        && bare.header("if-range") == Some("\"v1\""),
                    || format!("a request of a range arrives as {bare:?}"),
                );
            }
            others => {
                suite.check(false, || format!("2 requests were sent, these arrived: {others:?}"));
            }
        }
    }
    suite.check(elsewhere.connections() == 0, || "a redirect was followed".to_owned());
}

fn cut_bodies(suite: &mut Suite, transport: &dyn Transport) {
    let body = pattern(HALF * 2);
    let whole = answer(200, &[], &body);
    let chunks = chunked(&body);
    let last_chunk = b"0\r\n\r\n".len();
    for (what, said) in [
        ("a body that is cut", ServerReply::beginning(&whole, HALF)),
        ("a body without its last byte", ServerReply::beginning(&whole, HALF * 2 - 1)),
        ("a body of which nothing comes", ServerReply::beginning(&whole, 0)),
        ("a chunk that is cut", chunks.get(..HALF).unwrap_or_default().to_vec()),
        (
            "a body without its last chunk",
            chunks.get(..chunks.len() - last_chunk).unwrap_or_default().to_vec(),
        ),
        (
            "a chunk whose length is none",
            [&b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n"[..], &body].concat(),
        ),
    ] {
        let server = ScriptedServer::start([ServerReply::Last(said)]);
        match transport.open(request(&server)) {
            Ok(response) => {
                let mut reader = response.into_body();
                let mut came = Vec::new();
                let ended = reader.read_to_end(&mut came);
                broken(suite, what, ended);
                suite.check(body.starts_with(&came), || format!("{what} arrives as another"));
                broken(suite, &format!("{what}, read again,"), reader.read(&mut [0; 10]));
            }
            Err(error) => {
                suite.check(false, || format!("{what} has no head: {}", error_chain(&error)));
            }
        }
        suite.check(server.received().len() == 1, || format!("{what} was asked for again"));
    }
}

fn no_heads(suite: &mut Suite, transport: &dyn Transport) {
    for (what, reply) in [
        ("a head that is cut", ServerReply::Last(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec())),
        ("no answer", ServerReply::Last(Vec::new())),
        ("another protocol", ServerReply::Last(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec())),
    ] {
        let server = ScriptedServer::start([reply]);
        failed(suite, what, transport.open(request(&server)), Delivery::Possible);
        suite.check(server.received().len() == 1, || format!("{what} was asked for again"));
    }
    let closed = keyed_request(&format!("{}/?sig={SIGNATURE}", closed_port()));
    failed(suite, "a closed port", transport.open(closed), Delivery::SurelyNot);
    let server = ScriptedServer::start([ServerReply::Silence]);
    let (result, _) = within(suite, SHORT, "a head that does not come", |limit| {
        transport.open(limited(&server, limit))
    });
    suite.check(result.is_err(), || "a head came that was not sent".to_owned());
    let mut pieces = vec![b"HTTP/1.1 200 OK\r\nx-long: ".to_vec()];
    pieces.resize(DRIPS, b"x".to_vec());
    let server = ScriptedServer::start([ServerReply::Slowly { pieces, pause: DRIP }]);
    let (result, _) = within(suite, SHORT, "a head that does not end", |limit| {
        transport.open(limited(&server, limit))
    });
    suite.check(result.is_err(), || "a head came that has no end".to_owned());
}

/// The head and the first bytes come, and then nothing.
fn stalled_body(suite: &mut Suite, transport: &dyn Transport) {
    let what = "a body that stops coming";
    let body = pattern(HALF * 2);
    let mut limit = SHORT;
    loop {
        let stalled = ServerReply::beginning(&answer(200, &[], &body), HALF);
        let server = ScriptedServer::start([ServerReply::Stalled(stalled)]);
        let (result, _) = within(suite, limit, what, |limit| {
            let response = transport.open(limited(&server, limit))?;
            let mut came = Vec::new();
            let ended = response.into_body().read_to_end(&mut came);
            Ok::<_, TransportError>((came, ended))
        });
        // How long a request takes to arrive depends on the machine.
        match result {
            Ok((came, ended)) if came.len() == HALF || limit > AMPLE => {
                suite.check(body.starts_with(&came), || format!("{what} arrives as another"));
                return broken(suite, what, ended);
            }
            Err(error) if limit > AMPLE => {
                return suite.check(false, || format!("{what} fails: {}", error_chain(&error)));
            }
            _ => limit *= 2,
        }
    }
}

/// A limit of the time without a byte is none of the whole.
fn slow_body(suite: &mut Suite, transport: &dyn Transport) {
    let body = pattern(10 * (PAUSES + 1));
    let whole = ServerReply::beginning(&answer(200, &[], &body), body.len());
    let (first, rest) = whole.split_at(whole.len() - 10 * PAUSES);
    let mut pieces = vec![first.to_vec()];
    pieces.extend(rest.chunks(10).map(<[u8]>::to_vec));
    let server = ScriptedServer::start([ServerReply::Slowly { pieces, pause: PAUSE }]);
    let read = read(transport.open(limited(&server, LONGER_THAN_A_PAUSE)));
    suite.check(read.as_ref().is_ok_and(|(_, read)| *read == body), || {
        format!("a body that comes slowly fails: {read:?}")
    });
}

fn dropped_body(suite: &mut Suite, transport: &dyn Transport) {
    let beginning = ServerReply::beginning(&answer(200, &[], &pattern(HALF)), 10);
    let server = ScriptedServer::start([ServerReply::Stalled(beginning)]);
    let opened = transport.open(request(&server));
    suite.check(opened.is_ok(), || "a head does not come before its body".to_owned());
    if server.received().is_empty() {
        return;
    }
    let asked = server.event();
    drop(opened);
    suite.check((asked, server.event()) == (ServerEvent::Asked, ServerEvent::Gone), || {
        "a body that was dropped is waited for".to_owned()
    });
}

fn private_addresses(suite: &mut Suite, transport: &dyn Transport) {
    let server = ScriptedServer::start([answer(200, &[], b"{}").into()]);
    // Leaves a connection, which must not be used.
    drop(read(transport.open(request(&server))));
    let before = server.connections();
    for host in PRIVATE {
        let port = server.address().port();
        let mut request = keyed_request(&format!("http://{host}:{port}/?sig={SIGNATURE}"));
        request.extensions_mut().insert(PublicAddressesOnly);
        let result = transport.open(request);
        suite.check(result.as_ref().err().is_some_and(NotPublic::is), || {
            format!(
                "{host} is not refused as private: {:?}",
                result.as_ref().map(StreamedResponse::status)
            )
        });
        failed(suite, host, result, Delivery::SurelyNot);
    }
    suite.check(server.connections() == before && server.received().len() == 1, || {
        "a private address was connected to".to_owned()
    });
}

/// What comes of `exchange`, and how long it took. It is over soon after its limit.
#[expect(clippy::disallowed_methods, reason = "a time limit is about the real clock")]
fn within<T>(
    suite: &mut Suite,
    limit: Duration,
    what: &str,
    exchange: impl FnOnce(Duration) -> T,
) -> (T, Duration) {
    let begun = Instant::now();
    let result = exchange(limit);
    let took = begun.elapsed();
    // The head may take as long as the body.
    suite.check(took < 2 * limit + OVERRUN, || {
        format!("{what} took {took:?}, and was given {limit:?} without a byte")
    });
    (result, took)
}

/// Checks what became of a body that is not whole.
fn broken(suite: &mut Suite, what: &str, ended: io::Result<usize>) {
    match ended {
        Ok(_) => suite.check(false, || format!("{what} ends as if it were whole")),
        Err(error) => {
            let is_ours = error.get_ref().is_some_and(|inner| inner.is::<TransportError>());
            suite.check(is_ours, || format!("{what} gives an error that is not the transport's"));
            failed::<()>(suite, what, Err(read_error(error)), Delivery::Possible);
        }
    }
}

fn read(
    result: Result<StreamedResponse, TransportError>,
) -> Result<(HttpResponse, Vec<u8>), TransportError> {
    let (parts, mut reader) = result?.into_parts();
    let mut body = Vec::new();
    reader.read_to_end(&mut body).map_err(read_error)?;
    Ok((HttpResponse::from_parts(parts, Vec::new()), body))
}

fn request(server: &ScriptedServer) -> HttpRequest {
    limited(server, AMPLE)
}

fn limited(server: &ScriptedServer, limit: Duration) -> HttpRequest {
    let mut request = keyed_request(&server.url(&format!("/v.mp4?sig={SIGNATURE}")));
    request.extensions_mut().insert(IdleTimeout(limit));
    request
}

fn answer(status: u16, headers: &[(HeaderName, &str)], body: &[u8]) -> HttpResponse {
    let mut answer = HttpResponse::new(body.to_vec());
    *answer.status_mut() = status.try_into().expect("an HTTP status");
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("video/mp4"));
    for (name, value) in headers {
        answer.headers_mut().append(name, value.parse().expect("an ordinary header"));
    }
    answer
}

/// An answer with `body` in chunks.
fn chunked(body: &[u8]) -> Vec<u8> {
    let mut said = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for chunk in body.chunks(7000) {
        said.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        said.extend_from_slice(chunk);
        said.extend_from_slice(b"\r\n");
    }
    said.extend_from_slice(b"0\r\n\r\n");
    said
}

/// Bytes that do not repeat soon, so that none can be lost or doubled unseen.
fn pattern(length: usize) -> Vec<u8> {
    (0_u64..).map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).take(length).collect()
}
