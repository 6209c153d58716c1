//! The contract of `Transport`.

use std::error::Error as _;
use std::net::TcpListener;
use std::time::Duration;

use http::header::{AUTHORIZATION, DATE, HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE};
use videogen_core::{
    Delivery, ExchangeTimeout, HttpRequest, HttpResponse, MAX_ANSWER_BYTES, Transport,
    TransportError,
};
use videogen_ureq::UreqTransport;

use crate::providers::KEY;
use crate::server::{Reply, Server, answer};

/// A transport with its own agent, and one with an agent that a caller configured against the contract.
fn transports() -> [UreqTransport; 2] {
    let impatient = ureq::Agent::config_builder()
        .http_status_as_error(true)
        .max_redirects(10)
        .timeout_per_call(Some(Duration::from_nanos(1)))
        .user_agent("somebody/1")
        .build()
        .new_agent();
    [UreqTransport::new(), UreqTransport::from_agent(impatient)]
}

fn get(url: &str) -> HttpRequest {
    let mut key = HeaderValue::from_static(KEY);
    key.set_sensitive(true);
    let mut request = HttpRequest::new(Vec::new());
    *request.uri_mut() = url.parse().unwrap();
    request.headers_mut().insert(AUTHORIZATION, key.clone());
    request.headers_mut().insert("x-api-key", key);
    request
}

fn send(transport: &UreqTransport, server: &Server) -> Result<HttpResponse, TransportError> {
    transport.send(get(&server.url("/v1/it?sig=SECRET")))
}

#[test]
fn any_status_is_an_answer() {
    for transport in transports() {
        for status in [200, 202, 204, 304, 400, 401, 404, 418, 429, 500, 503, 599] {
            let body = if matches!(status, 204 | 304) { "" } else { "the body" };
            let server = Server::start([Reply::Answer(answer(&format!("{status} X"), "", body))]);
            let answer = send(&transport, &server).unwrap();
            assert_eq!(answer.status(), status);
            assert_eq!(answer.body(), body.as_bytes());
        }
    }
}

#[test]
fn redirects_are_not_followed_and_the_key_goes_nowhere() {
    for transport in transports() {
        for status in [301, 302, 303, 307, 308] {
            let elsewhere = Server::start([]);
            let location = format!("location: {}\r\n", elsewhere.url("/stolen"));
            let server =
                Server::start([Reply::Answer(answer(&format!("{status} X"), &location, "go"))]);
            let answer = send(&transport, &server).unwrap();
            assert_eq!(answer.status(), status);
            assert_eq!(answer.headers()[LOCATION], elsewhere.url("/stolen"));
            assert_eq!(answer.body(), b"go");
            assert_eq!(elsewhere.connections(), 0);
        }
    }
}

#[test]
fn a_request_is_sent_as_it_is_and_nothing_is_added() {
    for transport in transports() {
        let server = Server::start([Reply::Answer(answer("200 OK", "", ""))]);
        let mut request = get(&server.url("/v1/a%2Fb?wait=true&x=%20"));
        request.headers_mut().append("x-api-key", HeaderValue::from_static("another"));
        transport.send(request).unwrap();
        let requests = server.requests();
        let mut lines: Vec<&str> = requests[0].trim_end().split("\r\n").collect();
        assert_eq!(lines.remove(0), "GET /v1/a%2Fb?wait=true&x=%20 HTTP/1.1");
        lines.sort_unstable();
        assert_eq!(
            lines,
            [
                format!("authorization: {KEY}"),
                format!("host: 127.0.0.1:{}", server.port()),
                "x-api-key: another".to_owned(),
                format!("x-api-key: {KEY}"),
            ]
        );
    }
}

#[test]
fn methods_and_bodies_are_sent_as_they_are() {
    for transport in transports() {
        let server = Server::start((0..3).map(|_| Reply::Answer(answer("200 OK", "", ""))));
        for (method, body) in [("POST", r#"{"a":1}"#), ("POST", ""), ("DELETE", "")] {
            let mut request = get(&server.url("/v1/videos"));
            *request.method_mut() = method.parse().unwrap();
            *request.body_mut() = body.into();
            transport.send(request).unwrap();
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
}

#[test]
fn every_header_of_the_answer_is_kept_and_date_is_added() {
    for transport in transports() {
        let headers = "retry-after: 7\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nx-odd: \r\n";
        let dated = "date: Thu, 26 Feb 2026 12:02:31 GMT\r\n";
        let server = Server::start([
            Reply::Answer(answer("429 Slow Down", headers, "{}")),
            Reply::Answer(answer("200 OK", dated, "{}")),
            Reply::Answer(answer("200 OK", "", "{}")),
        ]);
        let answer = send(&transport, &server).unwrap();
        assert_eq!(answer.headers()[RETRY_AFTER], "7");
        assert_eq!(answer.headers()["x-odd"], "");
        let cookies: Vec<_> = answer.headers().get_all(SET_COOKIE).iter().collect();
        assert_eq!(cookies, ["a=1", "b=2"]);
        assert!(answer.headers().contains_key(DATE));
        let answer = send(&transport, &server).unwrap();
        assert_eq!(answer.headers()[DATE], "Thu, 26 Feb 2026 12:02:31 GMT");
        // No cookie comes back.
        send(&transport, &server).unwrap();
        assert!(server.requests().iter().all(|request| !request.contains("cookie")));
    }
}

#[test]
fn connections_are_kept_alive() {
    let transport = UreqTransport::new();
    let server = Server::start((0..3).map(|_| Reply::Answer(answer("200 OK", "", "{}"))));
    for transport in [&transport, &transport.clone(), &transport] {
        send(transport, &server).unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (3, 1));
}

#[test]
fn the_longest_answer_is_read_and_a_longer_one_is_not() {
    for transport in transports() {
        let longest = "x".repeat(MAX_ANSWER_BYTES);
        let too_long = "x".repeat(MAX_ANSWER_BYTES + 1);
        let endless = format!("HTTP/1.1 200 OK\r\n\r\n{too_long}");
        let chunked = format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{too_long}\r\n0\r\n\r\n",
            too_long.len()
        );
        let server = Server::start([Reply::Answer(answer("200 OK", "", &longest))]);
        assert_eq!(send(&transport, &server).unwrap().body().len(), MAX_ANSWER_BYTES);
        for bytes in [answer("200 OK", "", &too_long), endless.into(), chunked.into()] {
            // A server of its own each time: it may still be writing when the client has gone.
            let server = Server::start([Reply::Last(bytes)]);
            let error = send(&transport, &server).unwrap_err();
            assert_eq!(error.delivery, Delivery::Possible);
            assert_eq!(error.to_string(), "the answer is longer than 4194304 bytes");
        }
    }
}

#[test]
fn a_cut_answer_is_an_error() {
    for transport in transports() {
        for cut in [
            "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"a\":",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n",
            "HTTP/1.1 200 OK\r\ncontent-le",
            "",
        ] {
            let server = Server::start([Reply::Last(cut.into())]);
            let error = send(&transport, &server).unwrap_err();
            assert_eq!(error.delivery, Delivery::Possible, "{cut:?}");
            assert_shows_no_secret(&error);
            assert_eq!(server.requests().len(), 1, "sent once: {cut:?}");
        }
    }
}

#[test]
fn what_is_no_http_is_an_error() {
    for transport in transports() {
        let server = Server::start([Reply::Last(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec())]);
        let error = send(&transport, &server).unwrap_err();
        assert_eq!(error.delivery, Delivery::Possible);
        assert_eq!(
            error.to_string(),
            format!("the answer of 127.0.0.1:{} is not HTTP", server.port())
        );
    }
}

#[test]
fn a_refused_connection_surely_delivered_nothing() {
    for transport in transports() {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let error =
            transport.send(get(&format!("http://127.0.0.1:{port}/v1?k=SECRET"))).unwrap_err();
        assert_eq!(error.delivery, Delivery::SurelyNot);
        assert_eq!(error.to_string(), format!("could not connect to 127.0.0.1:{port}"));
        assert!(error.source().unwrap().to_string().contains("refused"));
        assert_shows_no_secret(&error);
    }
}

#[test]
fn an_unknown_host_surely_delivered_nothing() {
    // Longer than a name may be, so that no server needs to be asked for it.
    let host = format!("{}.invalid", "x".repeat(64));
    for transport in transports() {
        let error = transport.send(get(&format!("http://{host}/v1?k=SECRET"))).unwrap_err();
        assert_eq!(error.delivery, Delivery::SurelyNot);
        assert_eq!(error.to_string(), format!("could not find {host}"));
        assert_shows_no_secret(&error);
    }
}

#[test]
fn a_failed_handshake_surely_delivered_nothing() {
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
    let error =
        UreqTransport::new().send(get(&format!("https://127.0.0.1:{port}/?k=SECRET"))).unwrap_err();
    assert_eq!(error.delivery, Delivery::SurelyNot);
    assert_eq!(error.to_string(), format!("could not agree on TLS with 127.0.0.1:{port}"));
    assert_shows_no_secret(&error);
}

#[test]
fn a_reset_may_have_delivered_everything() {
    for transport in transports() {
        let server = Server::start([Reply::Reset]);
        let error = send(&transport, &server).unwrap_err();
        assert_eq!(error.delivery, Delivery::Possible);
        assert_shows_no_secret(&error);
        assert_eq!(server.connections(), 1, "nothing is repeated");
    }
}

#[test]
fn a_connection_that_was_closed_meanwhile_is_not_an_excuse_to_repeat() {
    let transport = UreqTransport::new();
    let server = Server::start([
        Reply::Answer(answer("200 OK", "", "{}")),
        Reply::Last(Vec::new()),
        Reply::Answer(answer("200 OK", "", "{}")),
    ]);
    send(&transport, &server).unwrap();
    let error = send(&transport, &server).unwrap_err();
    assert_eq!(error.delivery, Delivery::Possible);
    assert_eq!(server.requests().len(), 2);
    send(&transport, &server).unwrap();
}

#[test]
fn the_time_limit_of_the_request_is_obeyed() {
    for transport in transports() {
        let server = Server::start([Reply::Silence]);
        let mut request = get(&server.url("/v1/it?sig=SECRET"));
        request.extensions_mut().insert(ExchangeTimeout(Duration::from_millis(50)));
        let error = transport.send(request).unwrap_err();
        assert_eq!(error.delivery, Delivery::Possible);
        assert_eq!(error.to_string(), "no whole answer within 50ms");
        assert_shows_no_secret(&error);
    }
}

#[test]
fn a_url_that_is_none_surely_delivered_nothing() {
    for transport in transports() {
        for url in ["/v1/it?k=SECRET", "ftp://example.com/?k=SECRET"] {
            let error = transport.send(get(url)).unwrap_err();
            assert_eq!(error.delivery, Delivery::SurelyNot);
            assert_shows_no_secret(&error);
        }
    }
}

#[test]
fn credentials_of_one_request_do_not_get_into_another() {
    let transport = UreqTransport::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    transport.send(get(&format!("http://127.0.0.1:{port}/"))).unwrap_err();
    let server = Server::start([Reply::Answer(answer("200 OK", "", "{}"))]);
    let mut request = HttpRequest::new(Vec::new());
    *request.uri_mut() = server.url("/").parse().unwrap();
    transport.send(request).unwrap();
    assert!(!server.requests()[0].contains(KEY));
}

#[test]
fn credentials_go_through_a_proxys_tunnel_and_not_to_the_proxy() {
    let proxy = Server::start([
        Reply::Answer(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
        Reply::Answer(answer("200 OK", "", "{}")),
    ]);
    let agent = ureq::Agent::config_builder()
        .proxy(Some(ureq::Proxy::new(&proxy.url("/")).unwrap()))
        .build()
        .new_agent();
    UreqTransport::from_agent(agent).send(get("http://api.example.com/v1")).unwrap();
    let requests = proxy.requests();
    assert!(requests[0].starts_with("CONNECT api.example.com:80 HTTP/1.1\r\n"));
    assert!(!requests[0].contains(KEY));
    assert!(requests[1].contains(KEY));
}

#[test]
fn debug_shows_nothing_of_the_agent() {
    let proxy = ureq::Proxy::new("http://user:hunter2@proxy.example:3128").unwrap();
    let agent = ureq::Agent::config_builder().proxy(Some(proxy)).build().new_agent();
    let shown = format!("{:?}", UreqTransport::from_agent(agent));
    assert_eq!(shown, "UreqTransport { own_agent: true, .. }");
}

fn assert_shows_no_secret(error: &TransportError) {
    let mut shown = format!("{error} {error:?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        shown.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    assert!(!shown.contains("SECRET") && !shown.contains(KEY), "{shown}");
    assert!(!error.to_string().contains('\n'));
}
