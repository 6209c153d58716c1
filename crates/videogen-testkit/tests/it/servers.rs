//! What the scripted server does, seen by the standard library.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use videogen_testkit::{ScriptedServer, ServerEvent, ServerReply, json};

const REQUEST: &[u8] = b"POST /a?b HTTP/1.1\r\nX-One: 1\r\nx-one: 2\r\ncontent-length: 2\r\n\r\nhi";

fn connect(server: &ScriptedServer) -> TcpStream {
    TcpStream::connect(server.address()).unwrap()
}

/// Everything that is said until the connection ends.
fn said(mut stream: &TcpStream) -> std::io::Result<String> {
    let mut said = String::new();
    stream.read_to_string(&mut said).map(|_| said)
}

#[test]
fn a_request_is_kept_as_it_came() {
    let server = ScriptedServer::start([ServerReply::Last(b"bye".to_vec())]);
    let mut stream = connect(&server);
    stream.write_all(REQUEST).unwrap();
    assert_eq!(said(&stream).unwrap(), "bye");
    let [request] = server.received().try_into().unwrap();
    assert_eq!((&*request.method, &*request.path, &*request.body), ("POST", "/a?b", &b"hi"[..]));
    assert_eq!(request.all("x-one").collect::<Vec<_>>(), ["1", "2"]);
    assert!(request.shows("a?b") && request.shows("2") && request.shows("hi"));
    assert!(!request.shows("bye"));
}

#[test]
fn the_script_goes_on_over_connections_and_has_an_end() {
    let server = ScriptedServer::start([
        ServerReply::json(200, "{}"),
        ServerReply::Last(b"bye".to_vec()),
        ServerReply::Bytes(b"more".to_vec()),
    ]);
    let mut first = connect(&server);
    first.write_all(&REQUEST.repeat(2)).unwrap();
    assert_eq!(
        said(&first).unwrap(),
        "HTTP/1.1 200 Scripted\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}bye"
    );
    let mut second = connect(&server);
    second.write_all(&REQUEST.repeat(2)).unwrap();
    assert_eq!(said(&second).unwrap(), "moreHTTP/1.1 500 Script Is Over\r\n\r\n");
    assert_eq!((server.received().len(), server.connections()), (4, 2));
}

#[test]
fn a_reset_is_one_and_the_request_is_not_read() {
    let server = ScriptedServer::start([ServerReply::Reset]);
    let mut stream = connect(&server);
    stream.write_all(REQUEST).unwrap();
    assert!(said(&stream).is_err());
    assert_eq!(server.received(), []);
}

#[test]
fn silence_tells_who_comes_and_who_goes() {
    let server = ScriptedServer::start([ServerReply::Silence]);
    let mut stream = connect(&server);
    stream.write_all(REQUEST).unwrap();
    assert_eq!(server.event(), ServerEvent::Asked);
    drop(stream);
    assert_eq!(server.event(), ServerEvent::Gone);
}

#[test]
fn an_answer_can_stop_coming() {
    let beginning = ServerReply::beginning(&json(200, "{\"a\": 1}"), 3);
    let expected =
        "HTTP/1.1 200 Scripted\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n{\"a";
    assert_eq!(String::from_utf8_lossy(&beginning), expected);
    let server = ScriptedServer::start([ServerReply::Stalled(beginning)]);
    let mut stream = connect(&server);
    stream.write_all(REQUEST).unwrap();
    let mut said = vec![0; expected.len()];
    stream.read_exact(&mut said).unwrap();
    assert_eq!(String::from_utf8_lossy(&said), expected);
    assert_eq!(server.event(), ServerEvent::Asked);
    drop(stream);
    assert_eq!(server.event(), ServerEvent::Gone);
}

#[test]
fn an_answer_can_come_slowly() {
    let pieces = vec![b"one ".to_vec(), b"two ".to_vec()];
    let server = ScriptedServer::start([
        ServerReply::Slowly { pieces, pause: Duration::from_millis(1) },
        ServerReply::Last(b"three".to_vec()),
    ]);
    let mut stream = connect(&server);
    stream.write_all(&REQUEST.repeat(2)).unwrap();
    assert_eq!(said(&stream).unwrap(), "one two three");
}

#[test]
fn another_protocol_is_hung_up_on() {
    let server = ScriptedServer::start([ServerReply::json(200, "{}")]);
    let mut stream = connect(&server);
    // As a TLS handshake begins. It stays unread, so that the connection may be reset.
    stream.write_all(b"\x16\x03\x01").unwrap();
    assert_ne!(said(&stream).unwrap_or_default(), "{}");
    assert_eq!(server.received(), []);
    assert_eq!(server.connections(), 1);
}
