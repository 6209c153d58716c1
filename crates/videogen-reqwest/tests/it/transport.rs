//! What the transport does beyond the contract of `AsyncTransport`.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use http::header::LOCATION;
use videogen_core::stream::next_chunk;
use videogen_core::{AsyncTransport, Delivery, ExchangeTimeout, HttpResponse, TransportError};
use videogen_reqwest::ReqwestTransport;
use videogen_testkit::transport_suite::keyed_request;
use videogen_testkit::{
    ProbeServer, ScriptedServer, ServerEvent, ServerReply, TEST_KEY, error_chain, json,
};

async fn send(
    transport: &ReqwestTransport,
    server: &ScriptedServer,
) -> Result<HttpResponse, TransportError> {
    transport.send(keyed_request(&server.url("/v1/it"))).await
}

#[tokio::test]
async fn connections_are_kept_alive() {
    let transport = ReqwestTransport::new().unwrap();
    let server = ScriptedServer::start((0..3).map(|_| ServerReply::json(200, "{}")));
    for transport in [&transport, &transport.clone(), &transport] {
        send(transport, &server).await.unwrap();
    }
    assert_eq!((server.received().len(), server.connections()), (3, 1));
}

#[tokio::test]
async fn a_connection_is_kept_when_the_body_was_read_to_its_end() {
    let transport = ReqwestTransport::new().unwrap();
    let server = ScriptedServer::start((0..2).map(|_| ServerReply::json(200, "{}")));
    for _ in 0..2 {
        let answer = transport.open(keyed_request(&server.url("/v.mp4"))).await.unwrap();
        let mut body = answer.into_body().into();
        while let Some(chunk) = next_chunk(&mut body).await {
            assert_eq!(chunk.unwrap(), "{}");
        }
    }
    assert_eq!((server.received().len(), server.connections()), (2, 1));
}

#[tokio::test]
async fn errors_say_what_happened() {
    let transport = ReqwestTransport::new().unwrap();
    let probe = ProbeServer::start();
    let host = probe.origin().replace("http://", "");
    let ended = format!("the connection to {host} ended before the whole answer was there");
    for (path, said) in [
        ("/endless", "the answer is longer than 4194304 bytes"),
        ("/not-http", &ended),
        ("/cut", &ended),
    ] {
        let error =
            transport.send(keyed_request(&format!("{}{path}", probe.origin()))).await.unwrap_err();
        assert_eq!(error.to_string(), said);
    }
    let mut request = keyed_request(&format!("{}/half", probe.origin()));
    request.extensions_mut().insert(ExchangeTimeout(Duration::from_secs(1)));
    let error = transport.send(request).await.unwrap_err();
    assert_eq!(error.to_string(), "no whole answer within 1s");
}

#[tokio::test]
async fn errors_say_why_nothing_was_delivered() {
    let transport = ReqwestTransport::new().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error =
        transport.send(keyed_request(&format!("http://127.0.0.1:{port}/v1"))).await.unwrap_err();
    assert_eq!(error.to_string(), format!("could not connect to 127.0.0.1:{port}"));
    assert!(error_chain(&error).contains("refused"));
    // Longer than a name may be, so that no server needs to be asked for it.
    let host = format!("{}.invalid", "x".repeat(64));
    let error = transport.send(keyed_request(&format!("http://{host}/v1"))).await.unwrap_err();
    assert_eq!(error.to_string(), format!("could not find {host}"));
    for url in ["/v1/it?k=SECRET", "ftp://example.com/?k=SECRET", "http://h/a/../b?k=SECRET"] {
        let error = transport.send(keyed_request(url)).await.unwrap_err();
        assert_eq!(error.delivery, Delivery::SurelyNot);
        assert_shows_no_secret(&error);
    }
}

#[tokio::test]
async fn a_time_limit_may_be_longer_than_any_clock() {
    let transport = ReqwestTransport::new().unwrap();
    let server = ScriptedServer::start([ServerReply::json(200, "{}")]);
    let mut request = keyed_request(&server.url("/v1/it"));
    request.extensions_mut().insert(ExchangeTimeout(Duration::MAX));
    assert_eq!(transport.send(request).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_failed_handshake_surely_delivered_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut [0; 5]).unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        // All of it is read, so that the answer is not lost in a reset.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let error = ReqwestTransport::new()
        .unwrap()
        .send(keyed_request(&format!("https://127.0.0.1:{port}/?k=SECRET")))
        .await
        .unwrap_err();
    assert_eq!(error.delivery, Delivery::SurelyNot);
    assert_eq!(error.to_string(), format!("could not agree on TLS with 127.0.0.1:{port}"));
    assert_shows_no_secret(&error);
}

#[tokio::test]
async fn a_client_that_follows_redirects_is_noticed() {
    let elsewhere = ScriptedServer::start([ServerReply::json(200, "{}")]);
    let mut redirect = json(302, "");
    let target = elsewhere.url("/v1?k=SECRET").parse().unwrap();
    redirect.headers_mut().insert(LOCATION, target);
    let server = ScriptedServer::start([redirect.into()]);
    let client = client().redirect(reqwest::redirect::Policy::limited(5)).build().unwrap();
    let error = send(&ReqwestTransport::from_client(client), &server).await.unwrap_err();
    assert_eq!(error.delivery, Delivery::Possible);
    assert!(error.to_string().contains("redirect(Policy::none())"), "{error}");
    assert_shows_no_secret(&error);
}

#[tokio::test]
async fn dropping_the_future_ends_the_exchange() {
    let server = Arc::new(ScriptedServer::start([ServerReply::Silence]));
    let transport = ReqwestTransport::new().unwrap();
    let url = server.url("/");
    let sending = tokio::spawn(async move { transport.send(keyed_request(&url)).await });
    assert_eq!(event(&server).await, ServerEvent::Asked);
    sending.abort();
    assert_eq!(event(&server).await, ServerEvent::Gone);
}

#[test]
fn it_is_made_without_a_runtime_and_debug_shows_nothing_of_the_client() {
    let shown = format!("{:?}", ReqwestTransport::new().unwrap());
    assert_eq!(shown, "ReqwestTransport { .. }");
}

/// The server's next event, while the runtime goes on.
pub(crate) async fn event(server: &Arc<ScriptedServer>) -> ServerEvent {
    let server = Arc::clone(server);
    tokio::task::spawn_blocking(move || server.event()).await.unwrap()
}

/// A client of a caller's, without TLS: a builder asked for TLS wants a provider for the whole process.
pub(crate) fn client() -> reqwest::ClientBuilder {
    let roots = rustls::RootCertStore::empty();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls)
}

fn assert_shows_no_secret(error: &TransportError) {
    let shown = error_chain(error);
    assert!(!shown.contains("SECRET") && !shown.contains(TEST_KEY), "{shown}");
}
