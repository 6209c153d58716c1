//! The contract of `AsyncTransport`.

use std::error::Error as _;
use std::net::TcpListener;
use std::time::Duration;

use http::header::{AUTHORIZATION, DATE, HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE};
use videogen_core::{
    AsyncTransport, Delivery, ExchangeTimeout, HttpRequest, HttpResponse, MAX_ANSWER_BYTES,
    TransportError,
};
use videogen_reqwest::ReqwestTransport;

use crate::providers::KEY;
use crate::server::{Event, Reply, Server, answer};

fn get(url: &str) -> HttpRequest {
    let mut key = HeaderValue::from_static(KEY);
    key.set_sensitive(true);
    let mut request = HttpRequest::new(Vec::new());
    *request.uri_mut() = url.parse().unwrap();
    request.headers_mut().insert(AUTHORIZATION, key.clone());
    request.headers_mut().insert("x-api-key", key);
    request
}

async fn send(
    transport: &ReqwestTransport,
    server: &Server,
) -> Result<HttpResponse, TransportError> {
    transport.send(get(&server.url("/v1/it?sig=SECRET"))).await
}

#[tokio::test]
async fn any_status_is_an_answer() {
    let transport = ReqwestTransport::new().unwrap();
    for status in [200, 202, 204, 304, 400, 401, 404, 418, 429, 500, 503, 599] {
        let body = if matches!(status, 204 | 304) { "" } else { "the body" };
        let server = Server::start([Reply::Answer(answer(&format!("{status} X"), "", body))]);
        let answer = send(&transport, &server).await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.body(), body.as_bytes());
    }
}

#[tokio::test]
async fn redirects_are_not_followed_and_the_key_goes_nowhere() {
    let transport = ReqwestTransport::new().unwrap();
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Server::start([]);
        let location = format!("location: {}\r\n", elsewhere.url("/stolen"));
        let server =
            Server::start([Reply::Answer(answer(&format!("{status} X"), &location, "go"))]);
        let answer = send(&transport, &server).await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()[LOCATION], elsewhere.url("/stolen"));
        assert_eq!(answer.body(), b"go");
        assert_eq!(elsewhere.connections(), 0);
    }
}

#[tokio::test]
async fn a_request_is_sent_as_it_is_and_nothing_is_added_but_an_accept_that_means_nothing() {
    let transport = ReqwestTransport::new().unwrap();
    let server = Server::start([Reply::Answer(answer("200 OK", "", ""))]);
    let mut request = get(&server.url("/v1/a%2Fb?wait=true&x=%20"));
    request.headers_mut().append("x-api-key", HeaderValue::from_static("another"));
    transport.send(request).await.unwrap();
    let requests = server.requests();
    let mut lines: Vec<&str> = requests[0].trim_end().split("\r\n").collect();
    assert_eq!(lines.remove(0), "GET /v1/a%2Fb?wait=true&x=%20 HTTP/1.1");
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "accept: */*".to_owned(),
            format!("authorization: {KEY}"),
            format!("host: 127.0.0.1:{}", server.port()),
            "x-api-key: another".to_owned(),
            format!("x-api-key: {KEY}"),
        ]
    );
}

#[tokio::test]
async fn methods_and_bodies_are_sent_as_they_are() {
    let transport = ReqwestTransport::new().unwrap();
    let server = Server::start((0..3).map(|_| Reply::Answer(answer("200 OK", "", ""))));
    for (method, body) in [("POST", r#"{"a":1}"#), ("POST", ""), ("DELETE", "")] {
        let mut request = get(&server.url("/v1/videos"));
        *request.method_mut() = method.parse().unwrap();
        *request.body_mut() = body.into();
        transport.send(request).await.unwrap();
    }
    let requests = server.requests();
    assert!(requests[0].starts_with("POST /v1/videos HTTP/1.1\r\n"));
    assert!(requests[0].contains("content-length: 7\r\n"));
    assert!(requests[0].contains(&format!("authorization: {KEY}\r\n")));
    assert!(requests[0].ends_with("\r\n\r\n{\"a\":1}"));
    assert!(requests[1].contains("content-length: 0\r\n"));
    assert!(requests[2].starts_with("DELETE "));
    assert!(!requests[2].contains("content-length"));
}

#[tokio::test]
async fn every_header_of_the_answer_is_kept_and_date_is_added() {
    let transport = ReqwestTransport::new().unwrap();
    let headers = "retry-after: 7\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nx-odd: \r\n";
    let dated = "date: Thu, 26 Feb 2026 12:02:31 GMT\r\n";
    let server = Server::start([
        Reply::Answer(answer("429 Slow Down", headers, "{}")),
        Reply::Answer(answer("200 OK", dated, "{}")),
        Reply::Answer(answer("200 OK", "", "{}")),
    ]);
    let answer = send(&transport, &server).await.unwrap();
    assert_eq!(answer.headers()[RETRY_AFTER], "7");
    assert_eq!(answer.headers()["x-odd"], "");
    let cookies: Vec<_> = answer.headers().get_all(SET_COOKIE).iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    assert!(answer.headers().contains_key(DATE));
    let answer = send(&transport, &server).await.unwrap();
    assert_eq!(answer.headers()[DATE], "Thu, 26 Feb 2026 12:02:31 GMT");
    // No cookie comes back.
    send(&transport, &server).await.unwrap();
    assert!(server.requests().iter().all(|request| !request.contains("cookie")));
}

#[tokio::test]
async fn connections_are_kept_alive() {
    let transport = ReqwestTransport::new().unwrap();
    let server = Server::start((0..3).map(|_| Reply::Answer(answer("200 OK", "", "{}"))));
    for transport in [&transport, &transport.clone(), &transport] {
        send(transport, &server).await.unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (3, 1));
}

#[tokio::test]
async fn the_longest_answer_is_read_and_a_longer_one_is_not() {
    let transport = ReqwestTransport::new().unwrap();
    let longest = "x".repeat(MAX_ANSWER_BYTES);
    let too_long = "x".repeat(MAX_ANSWER_BYTES + 1);
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{too_long}");
    let chunked = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{too_long}\r\n0\r\n\r\n",
        too_long.len()
    );
    let server = Server::start([Reply::Answer(answer("200 OK", "", &longest))]);
    assert_eq!(send(&transport, &server).await.unwrap().body().len(), MAX_ANSWER_BYTES);
    for bytes in [answer("200 OK", "", &too_long), endless.into(), chunked.into()] {
        // A server of its own each time: it may still be writing when the client has gone.
        let server = Server::start([Reply::Last(bytes)]);
        let error = send(&transport, &server).await.unwrap_err();
        assert_eq!(error.delivery, Delivery::Possible);
        assert_eq!(error.to_string(), "the answer is longer than 4194304 bytes");
    }
}

#[tokio::test]
async fn a_cut_answer_is_an_error() {
    let transport = ReqwestTransport::new().unwrap();
    for cut in [
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"a\":",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "",
    ] {
        let server = Server::start([Reply::Last(cut.into())]);
        let error = send(&transport, &server).await.unwrap_err();
        assert_eq!(error.delivery, Delivery::Possible, "{cut:?}");
        assert_shows_no_secret(&error);
        assert_eq!(server.requests().len(), 1, "sent once: {cut:?}");
    }
}

#[tokio::test]
async fn what_is_no_http_is_an_error() {
    let transport = ReqwestTransport::new().unwrap();
    let server = Server::start([Reply::Last(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec())]);
    let error = send(&transport, &server).await.unwrap_err();
    assert_eq!(error.delivery, Delivery::Possible);
    assert_eq!(
        error.to_string(),
        format!(
            "the connection to 127.0.0.1:{} ended before the whole answer was there",
            server.port()
        )
    );
}

#[tokio::test]
async fn a_refused_connection_surely_delivered_nothing() {
    let transport = ReqwestTransport::new().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error =
        transport.send(get(&format!("http://127.0.0.1:{port}/v1?k=SECRET"))).await.unwrap_err();
    assert_eq!(error.delivery, Delivery::SurelyNot);
    assert_eq!(error.to_string(), format!("could not connect to 127.0.0.1:{port}"));
    let causes = causes(&error);
    assert!(causes.contains("refused"), "{causes}");
    assert_shows_no_secret(&error);
}

#[tokio::test]
async fn an_unknown_host_surely_delivered_nothing() {
    // Longer than a name may be, so that no server needs to be asked for it.
    let host = format!("{}.invalid", "x".repeat(64));
    let transport = ReqwestTransport::new().unwrap();
    let error = transport.send(get(&format!("http://{host}/v1?k=SECRET"))).await.unwrap_err();
    assert_eq!(error.delivery, Delivery::SurelyNot);
    assert_eq!(error.to_string(), format!("could not find {host}"));
    assert_shows_no_secret(&error);
}

#[tokio::test]
async fn a_failed_handshake_surely_delivered_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut [0; 5]).unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        // All of it is read, so that the answer is not lost in a reset.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let error = ReqwestTransport::new()
        .unwrap()
        .send(get(&format!("https://127.0.0.1:{port}/?k=SECRET")))
        .await
        .unwrap_err();
    assert_eq!(error.delivery, Delivery::SurelyNot);
    assert_eq!(error.to_string(), format!("could not agree on TLS with 127.0.0.1:{port}"));
    assert_shows_no_secret(&error);
}

#[tokio::test]
async fn a_reset_may_have_delivered_everything() {
    let transport = ReqwestTransport::new().unwrap();
    let server = Server::start([Reply::Reset]);
    let error = send(&transport, &server).await.unwrap_err();
    assert_eq!(error.delivery, Delivery::Possible);
    assert_shows_no_secret(&error);
    assert_eq!(server.connections(), 1, "nothing is repeated");
}

#[tokio::test]
async fn the_time_limit_of_the_request_is_obeyed() {
    let transport = ReqwestTransport::new().unwrap();
    let server = Server::start([Reply::Silence]);
    let mut request = get(&server.url("/v1/it?sig=SECRET"));
    request.extensions_mut().insert(ExchangeTimeout(Duration::from_millis(50)));
    let error = transport.send(request).await.unwrap_err();
    assert_eq!(error.delivery, Delivery::Possible);
    assert_eq!(error.to_string(), "no whole answer within 50ms");
    assert_shows_no_secret(&error);
}

#[tokio::test]
async fn a_url_that_is_none_surely_delivered_nothing() {
    let transport = ReqwestTransport::new().unwrap();
    for url in ["/v1/it?k=SECRET", "ftp://example.com/?k=SECRET", "http://h/a/../b?k=SECRET"] {
        let error = transport.send(get(url)).await.unwrap_err();
        assert_eq!(error.delivery, Delivery::SurelyNot);
        assert_shows_no_secret(&error);
    }
}

#[tokio::test]
async fn a_client_that_follows_redirects_is_noticed() {
    let elsewhere = Server::start([Reply::Answer(answer("200 OK", "", "{}"))]);
    let location = format!("location: {}\r\n", elsewhere.url("/v1?k=SECRET"));
    let server = Server::start([Reply::Answer(answer("302 Found", &location, ""))]);
    let client = client().redirect(reqwest::redirect::Policy::limited(5)).build().unwrap();
    let error = send(&ReqwestTransport::from_client(client), &server).await.unwrap_err();
    assert_eq!(error.delivery, Delivery::Possible);
    assert!(error.to_string().contains("redirect(Policy::none())"), "{error}");
    assert_shows_no_secret(&error);
}

#[tokio::test]
async fn the_time_limit_of_a_callers_client_does_not_count() {
    let server = Server::start([Reply::Answer(answer("200 OK", "", "{}"))]);
    let client = client()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_nanos(1))
        .build()
        .unwrap();
    send(&ReqwestTransport::from_client(client), &server).await.unwrap();
}

#[tokio::test]
async fn dropping_the_future_ends_the_exchange() {
    let server = Server::start([Reply::Silence]);
    let transport = ReqwestTransport::new().unwrap();
    let url = server.url("/");
    let sending = tokio::spawn(async move { transport.send(get(&url)).await });
    let server = tokio::task::spawn_blocking(move || {
        assert_eq!(server.events.recv(), Ok(Event::Asked));
        server
    });
    let server = server.await.unwrap();
    sending.abort();
    let gone = tokio::task::spawn_blocking(move || server.events.recv());
    assert_eq!(gone.await.unwrap(), Ok(Event::Gone));
}

#[test]
fn it_is_made_without_a_runtime_and_debug_shows_nothing_of_the_client() {
    let shown = format!("{:?}", ReqwestTransport::new().unwrap());
    assert_eq!(shown, "ReqwestTransport { .. }");
}

/// A client of a caller's, without TLS: a builder asked for TLS wants a provider for the whole process.
pub(crate) fn client() -> reqwest::ClientBuilder {
    let roots = rustls::RootCertStore::empty();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls)
}

fn causes(error: &TransportError) -> String {
    let mut shown = String::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        shown.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    shown
}

fn assert_shows_no_secret(error: &TransportError) {
    let shown = format!("{error} {error:?}{}", causes(error));
    assert!(!shown.contains("SECRET") && !shown.contains(KEY), "{shown}");
    assert!(!error.to_string().contains('\n'));
}
