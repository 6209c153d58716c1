//! Webhooks over a socket, to a receiver of the standard library's.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant, SystemTime};

use http::{HeaderMap, HeaderName};
use videogen_core::webhook::DEFAULT_TOLERANCE;
use videogen_core::{ApiKey, Phase, WebhookSecret};
use videogen_emulator::{Delivery, Script, Server, WEBHOOK_SECRET};
use videogen_synclabs::SyncLabs;

/// A test that waits for so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

#[expect(clippy::disallowed_methods, reason = "the server's clock is the real one")]
fn now() -> (Instant, SystemTime) {
    (Instant::now(), SystemTime::now())
}

/// Takes one request and answers it.
fn receive(listener: &TcpListener, status: &str) -> (String, HeaderMap, Vec<u8>) {
    let (stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut headers = HeaderMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    let length = headers["content-length"].to_str().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut stream: TcpStream = reader.into_inner();
    stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes()).unwrap();
    (line, headers, body)
}

/// The deliveries once all of so many are answered.
fn deliveries(server: &Server, count: usize) -> Vec<Delivery> {
    let (begun, _) = now();
    loop {
        let deliveries = server.webhooks();
        if deliveries.len() == count && deliveries.iter().all(|it| it.answer.is_some()) {
            return deliveries;
        }
        assert!(begun.elapsed() < PATIENCE, "{deliveries:?}");
        std::thread::yield_now();
    }
}

#[test]
fn a_webhook_is_delivered_and_verified() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = Server::start().unwrap();
    let url = format!("http://{}/hook?for=one", listener.local_addr().unwrap());
    let script = format!(
        r#"{{"provider":"synclabs","id":"one","running_s":0.05,"webhook":{{"url":"{url}"}}}}"#
    );
    server.add(Script::parse(&script).unwrap()).unwrap();
    let (line, headers, body) = receive(&listener, "204 No Content");
    assert_eq!(line, "POST /hook?for=one HTTP/1.1\r\n");
    assert_eq!(headers["host"], listener.local_addr().unwrap().to_string());
    let sync = SyncLabs::new(ApiKey::new("k").unwrap());
    let secret = WebhookSecret::new(WEBHOOK_SECRET).unwrap();
    let (_, now) = now();
    let event =
        videogen_synclabs::webhook::verify(&sync, &headers, &body, &secret, now, DEFAULT_TOLERANCE)
            .unwrap();
    assert_eq!(event.generation().phase(), Phase::Succeeded);
    assert_eq!(deliveries(&server, 1)[0].answer, Some(Ok(http::StatusCode::NO_CONTENT)));
}

#[test]
fn a_webhook_that_is_refused_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = Server::start().unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let script = format!(r#"{{"provider":"token360","id":"one","webhook":{{"url":"{url}"}}}}"#);
    server.add(Script::parse(&script).unwrap()).unwrap();
    let (first, _, body) = receive(&listener, "500 Internal Server Error");
    let (second, _, same) = receive(&listener, "200 OK");
    assert_eq!((first, &body), (second, &same));
    let answers: Vec<_> = deliveries(&server, 2).into_iter().map(|it| it.answer).collect();
    let ok = |status: u16| Some(Ok(http::StatusCode::from_u16(status).unwrap()));
    assert_eq!(answers, [ok(500), ok(200)]);
}

#[test]
fn https_and_nobody_there_are_told() {
    let server = Server::start().unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (count, url, said) in [
        (1, "https://127.0.0.1:1/".to_owned(), "the emulator delivers to http only"),
        (2, format!("http://{nobody}/"), "the receiver cannot be reached"),
    ] {
        let script = format!(r#"{{"provider":"synclabs","webhook":{{"url":"{url}"}}}}"#);
        server.add(Script::parse(&script).unwrap()).unwrap();
        let last = deliveries(&server, count).pop().unwrap();
        assert_eq!(last.answer, Some(Err(said.to_owned())));
    }
}
