//! What the transport does beyond the contract of `Transport`.

use std::error::Error as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

use ureq::Agent;
use ureq::config::Config;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use videogen_core::stream::{NotPublic, PublicAddressesOnly};
use videogen_core::{Delivery, ExchangeTimeout, HttpResponse, Transport, TransportError};
use videogen_testkit::transport_suite::keyed_request;
use videogen_testkit::{ProbeServer, ScriptedServer, ServerReply, TEST_KEY, error_chain};
use videogen_ureq::UreqTransport;

fn send(
    transport: &UreqTransport,
    server: &ScriptedServer,
) -> Result<HttpResponse, TransportError> {
    transport.send(keyed_request(&server.url("/v1/it")))
}

#[test]
fn connections_are_kept_alive() {
    let transport = UreqTransport::new();
    let server = ScriptedServer::start((0..3).map(|_| ServerReply::json(200, "{}")));
    for transport in [&transport, &transport.clone(), &transport] {
        send(transport, &server).unwrap();
    }
    assert_eq!((server.received().len(), server.connections()), (3, 1));
}

#[test]
fn a_connection_that_was_closed_meanwhile_is_not_an_excuse_to_repeat() {
    let transport = UreqTransport::new();
    let server = ScriptedServer::start([
        ServerReply::json(200, "{}"),
        ServerReply::Last(Vec::new()),
        ServerReply::json(200, "{}"),
    ]);
    send(&transport, &server).unwrap();
    let error = send(&transport, &server).unwrap_err();
    assert_eq!(error.delivery, Delivery::Possible);
    assert_eq!(server.received().len(), 2);
    send(&transport, &server).unwrap();
}

#[test]
fn errors_say_what_happened() {
    let plain = UreqTransport::from_agent(Agent::new_with_defaults());
    for transport in [UreqTransport::new(), plain] {
        let probe = ProbeServer::start();
        let host = probe.origin().replace("http://", "");
        for (path, said) in [
            ("/endless", "the answer is longer than 4194304 bytes".to_owned()),
            ("/not-http", format!("the answer of {host} is not HTTP")),
            ("/cut", format!("the connection to {host} ended before the whole answer was there")),
        ] {
            let error =
                transport.send(keyed_request(&format!("{}{path}", probe.origin()))).unwrap_err();
            assert_eq!(error.to_string(), said);
        }
        let mut request = keyed_request(&format!("{}/half", probe.origin()));
        request.extensions_mut().insert(ExchangeTimeout(Duration::from_secs(1)));
        let error = transport.send(request).unwrap_err();
        assert_eq!(error.to_string(), "no whole answer within 1s");
    }
}

#[test]
fn errors_say_why_nothing_was_delivered() {
    let plain = UreqTransport::from_agent(Agent::new_with_defaults());
    for transport in [UreqTransport::new(), plain] {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let error =
            transport.send(keyed_request(&format!("http://127.0.0.1:{port}/v1"))).unwrap_err();
        assert_eq!(error.to_string(), format!("could not connect to 127.0.0.1:{port}"));
        assert!(error.source().unwrap().to_string().contains("refused"));
        // Longer than a name may be, so that no server needs to be asked for it.
        let host = format!("{}.invalid", "x".repeat(64));
        let error = transport.send(keyed_request(&format!("http://{host}/v1"))).unwrap_err();
        assert_eq!(error.to_string(), format!("could not find {host}"));
        for url in ["/v1/it?k=SECRET", "ftp://example.com/?k=SECRET"] {
            let error = transport.send(keyed_request(url)).unwrap_err();
            assert_eq!(error.delivery, Delivery::SurelyNot);
            assert_shows_no_secret(&error);
        }
    }
}

#[test]
fn a_time_limit_may_be_longer_than_any_clock() {
    let plain = UreqTransport::from_agent(Agent::new_with_defaults());
    for transport in [UreqTransport::new(), plain] {
        let server = ScriptedServer::start([ServerReply::json(200, "{}")]);
        let mut request = keyed_request(&server.url("/v1/it"));
        request.extensions_mut().insert(ExchangeTimeout(Duration::MAX));
        assert_eq!(transport.send(request).unwrap().status(), 200);
    }
}

#[test]
fn a_failed_handshake_surely_delivered_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut [0; 5]).unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        // All of it is read, so that the answer is not lost in a reset.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let error = UreqTransport::new()
        .send(keyed_request(&format!("https://127.0.0.1:{port}/?k=SECRET")))
        .unwrap_err();
    assert_eq!(error.delivery, Delivery::SurelyNot);
    assert_eq!(error.to_string(), format!("could not agree on TLS with 127.0.0.1:{port}"));
    assert_shows_no_secret(&error);
}

#[test]
fn credentials_go_through_a_proxys_tunnel_and_not_to_the_proxy() {
    let proxy = ScriptedServer::start([
        ServerReply::Bytes(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
        ServerReply::json(200, "{}"),
    ]);
    let agent = Agent::config_builder()
        .proxy(Some(ureq::Proxy::new(&proxy.url("/")).unwrap()))
        .build()
        .new_agent();
    UreqTransport::from_agent(agent).send(keyed_request("http://api.example.com/v1")).unwrap();
    let received = proxy.received();
    assert_eq!((&*received[0].method, &*received[0].path), ("CONNECT", "api.example.com:80"));
    assert!(!received[0].shows(TEST_KEY));
    assert!(received[1].shows(TEST_KEY));
}

/// A resolver of a caller's, to whom every name is this machine.
#[derive(Debug)]
struct Here;

impl Resolver for Here {
    fn resolve(
        &self,
        uri: &http::Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut found = self.empty();
        found.push(SocketAddr::from(([127, 0, 0, 1], uri.port_u16().unwrap_or(80))));
        Ok(found)
    }
}

#[test]
fn a_resolver_of_the_callers_is_not_asked_for_public_addresses() {
    let server = ScriptedServer::start([ServerReply::json(200, "{}")]);
    let agent = Agent::with_parts(Config::default(), DefaultConnector::default(), Here);
    let transport = UreqTransport::from_agent(agent);
    // Longer than a name may be, so that no server needs to be asked for it.
    let host = format!("{}.invalid", "x".repeat(64));
    let mut request = keyed_request(&format!("http://{host}:{}/", server.address().port()));
    assert_eq!(transport.open(request.clone()).unwrap().status(), 200);
    request.extensions_mut().insert(PublicAddressesOnly);
    let error = transport.open(request).map(drop).unwrap_err();
    assert_eq!(error.to_string(), format!("could not find {host}:{}", server.address().port()));
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_proxy_is_not_asked_for_a_private_address() {
    let proxy = ScriptedServer::start([]);
    let agent = Agent::config_builder()
        .proxy(Some(ureq::Proxy::new(&proxy.url("/")).unwrap()))
        .build()
        .new_agent();
    let mut request = keyed_request("http://169.254.169.254/latest/meta-data");
    request.extensions_mut().insert(PublicAddressesOnly);
    let error = UreqTransport::from_agent(agent).open(request).map(drop).unwrap_err();
    assert!(NotPublic::is(&error));
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn a_connection_is_kept_when_the_body_was_read_to_its_end() {
    let transport = UreqTransport::new();
    let server = ScriptedServer::start((0..2).map(|_| ServerReply::json(200, "{}")));
    for _ in 0..2 {
        let answer = transport.open(keyed_request(&server.url("/v.mp4"))).unwrap();
        assert_eq!(std::io::read_to_string(answer.into_body()).unwrap(), "{}");
    }
    assert_eq!((server.received().len(), server.connections()), (2, 1));
}

#[test]
fn debug_shows_nothing_of_the_agent() {
    let proxy = ureq::Proxy::new("http://user:hunter2@proxy.example:3128").unwrap();
    let agent = Agent::config_builder().proxy(Some(proxy)).build().new_agent();
    let shown = format!("{:?}", UreqTransport::from_agent(agent));
    assert_eq!(shown, "UreqTransport { own_agent: true, .. }");
}

fn assert_shows_no_secret(error: &TransportError) {
    let shown = error_chain(error);
    assert!(!shown.contains("SECRET") && !shown.contains(TEST_KEY), "{shown}");
}
