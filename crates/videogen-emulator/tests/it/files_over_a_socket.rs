//! Files over a socket, with nothing but the standard library as the client.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use videogen_emulator::{ProviderName, Script, Server};

/// A test that waits for so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

#[expect(clippy::disallowed_methods, reason = "the server's clock is the real one")]
fn now() -> Instant {
    Instant::now()
}

fn serving(members: &str) -> Server {
    let server = Server::start().unwrap();
    let script = format!(r#"{{"provider":"token360","id":"one"{members}}}"#);
    server.add(Script::parse(&script).unwrap()).unwrap();
    server
}

fn asking(server: &Server, method: &str, headers: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let path = "/files/token360/one.mp4?signature=EMULATED";
    let request = format!("{method} {path} HTTP/1.1\r\nhost: emulator\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

/// The head of an answer in lower case.
fn head(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        bytes.push(byte[0]);
    }
    String::from_utf8(bytes).unwrap().to_ascii_lowercase()
}

/// All that comes until the connection ends.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    bytes
}

fn bytes(server: &Server) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = server.output_file(ProviderName::TOKEN360, "one").unwrap();
    file.reader().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_file_comes_whole_and_the_connection_stays() {
    let server = serving("");
    let mut stream = asking(&server, "GET", "");
    for range in ["range: bytes=5-9\r\n", "connection: close\r\n"] {
        let head = head(&mut stream);
        assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
        assert!(head.contains("content-length: 131072\r\n"), "{head}");
        assert!(head.contains("content-type: video/mp4\r\n"), "{head}");
        let mut body = vec![0; 131_072];
        stream.read_exact(&mut body).unwrap();
        assert!(body == bytes(&server));
        // The same connection once more, for a part and then for the whole.
        let again = "/files/token360/one.mp4?signature=EMULATED HTTP/1.1\r\nhost: emulator\r\n";
        if range.starts_with("range") {
            stream.write_all(format!("GET {again}{range}\r\n").as_bytes()).unwrap();
            let head = self::head(&mut stream);
            assert!(head.starts_with("http/1.1 206 partial content\r\n"), "{head}");
            let mut part = [0; 5];
            stream.read_exact(&mut part).unwrap();
            assert_eq!(part, bytes(&server)[5..10]);
            stream.write_all(format!("GET {again}connection: close\r\n\r\n").as_bytes()).unwrap();
        }
    }
    assert!(rest(&mut stream).is_empty());
    let fetches = server.fetches(ProviderName::TOKEN360, "one").unwrap();
    assert_eq!((fetches.requests, fetches.bytes_sent), (3, 2 * 131_072 + 5));
}

#[test]
fn head_has_the_length_and_no_body() {
    let server = serving("");
    let mut stream = asking(&server, "HEAD", "connection: close\r\n");
    let head = head(&mut stream);
    assert!(head.contains("content-length: 131072\r\n"), "{head}");
    assert!(rest(&mut stream).is_empty());
}

#[test]
fn a_cut_comes_after_exactly_so_many_bytes() {
    // More than what sockets hold on their way.
    let server = serving(
        r#","file_bytes":50000000,"fetches":[{"on":1,"fault":"cut","after_bytes":34567891}]"#,
    );
    let mut stream = asking(&server, "GET", "");
    let head = head(&mut stream);
    assert!(head.contains("content-length: 50000000\r\n"), "{head}");
    let body = rest(&mut stream);
    assert_eq!(body.len(), 34_567_891);
    let file = server.output_file(ProviderName::TOKEN360, "one").unwrap();
    assert_eq!(file.first_difference(&*body).unwrap(), Some(34_567_891));
    assert_eq!(server.fetches(ProviderName::TOKEN360, "one").unwrap().bytes_sent, 34_567_891);
}

#[test]
fn a_stall_leaves_the_connection_open_after_its_bytes() {
    let server = serving(r#","fetches":[{"on":1,"fault":"stall","after_bytes":1000}]"#);
    let mut stream = asking(&server, "GET", "");
    head(&mut stream);
    let mut body = [0; 1000];
    stream.read_exact(&mut body).unwrap();
    assert_eq!(body, bytes(&server)[..1000]);
    stream.set_nonblocking(true).unwrap();
    assert_eq!(stream.read(&mut body).unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_reset_is_a_reset() {
    let server = serving(r#","fetches":[{"on":1,"fault":"reset"}]"#);
    let error = asking(&server, "GET", "").read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

/// The content of chunks, and whether the last one came.
fn unchunked(mut bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut content = Vec::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        bytes = &bytes[end + 2..];
        if size == 0 {
            return (content, true);
        }
        content.extend(&bytes[..size]);
        bytes = &bytes[size + 2..];
    }
    (content, false)
}

#[test]
fn a_length_may_be_missing() {
    let cases = [
        ("no_length", "", true, 131_072),
        ("no_length", r#","after_bytes":1000"#, true, 1000),
        ("until_close", "", false, 131_072),
        ("until_close", r#","after_bytes":1000"#, false, 1000),
    ];
    for (fault, after, chunked, length) in cases {
        let server = serving(&format!(r#","fetches":[{{"on":1,"fault":"{fault}"{after}}}]"#));
        let mut stream = asking(&server, "GET", "connection: close\r\n");
        let head = head(&mut stream);
        assert!(!head.contains("content-length"), "{head}");
        assert_eq!(head.contains("transfer-encoding: chunked\r\n"), chunked, "{head}");
        let mut body = rest(&mut stream);
        if chunked {
            let (content, ended) = unchunked(&body);
            assert_eq!(ended, after.is_empty(), "{fault}{after}");
            body = content;
        }
        assert!(body == bytes(&server)[..length], "{fault}{after}");
    }
}

#[test]
fn a_long_file_is_sent_fast_and_from_no_memory() {
    const LENGTH: u64 = 256 << 20;
    let server = serving(&format!(r#","file_bytes":{LENGTH}"#));
    let begun = now();
    let mut stream = asking(&server, "GET", "connection: close\r\n");
    head(&mut stream);
    let file = server.output_file(ProviderName::TOKEN360, "one").unwrap();
    assert_eq!(file.first_difference(&mut stream).unwrap(), None);
    // A machine that is busy with something else may be far slower than this one alone.
    assert!(begun.elapsed() < PATIENCE);
}
