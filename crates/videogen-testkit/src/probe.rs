//! A small HTTP server that misbehaves on request.

use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::listener::Listener;
use crate::received::Received;

/// The `Date` of the probe's answers that have one.
pub(crate) const PROBE_DATE: &str = "Thu, 26 Feb 2026 12:02:31 GMT";

/// How long the server keeps quiet where it gives no answer.
pub(crate) const SILENCE: Duration = Duration::from_secs(120);

/// A small HTTP/1.1 server on this machine that does what the path says.
///
/// | path | answer |
/// |---|---|
/// | `/status/NNN` | that HTTP status, with a JSON body |
/// | `/redirect/NNN?to=URL` | that HTTP status with `Location: URL` |
/// | `/undated` | 200 without `Date` |
/// | `/large/N` | 200 with a body of N bytes and `Content-Length` |
/// | `/endless` | 200 with a chunked body that does not end by itself |
/// | `/chunked` | 200 with a chunked body |
/// | `/unframed/N` | 200 with a body of N bytes that ends with the connection |
/// | `/cut` | 200 whose body breaks off before its `Content-Length` |
/// | `/cut-chunked` | 200 whose chunked body breaks off |
/// | `/cut-head` | 200 that breaks off in a header |
/// | `/not-http` | something that is not HTTP |
/// | `/hang-up` | none: the connection ends |
/// | `/reset` | none: the connection is reset, the request's body unread |
/// | `/silent` | none: the connection stays open |
/// | `/half` | half of the body, then silence |
/// | anything else | 200 with a JSON body |
///
/// Every answer but those without one has the headers `retry-after: 7`, an empty `x-empty`, a cookie and twice
/// `x-probe`.
#[derive(Debug)]
pub struct ProbeServer {
    listener: Listener,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    over: Mutex<bool>,
    ended: Condvar,
}

impl Shared {
    fn over(&self) -> MutexGuard<'_, bool> {
        self.over.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProbeServer {
    /// Starts a server on a free port of this machine.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        Self { listener: Listener::start(move |stream| serve(stream, &theirs)), shared }
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.listener.address())
    }

    /// The requests so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for ProbeServer {
    fn drop(&mut self) {
        *self.shared.over() = true;
        self.shared.ended.notify_all();
    }
}

/// Serves one request; clients get a new connection for the next.
fn serve(mut stream: TcpStream, shared: &Shared) {
    // Byte by byte, so that what follows the head is not taken from the socket.
    let mut reader = BufReader::with_capacity(1, &stream);
    let Some(mut request) = Received::read_head(&mut reader) else { return };
    let (path, query) = request.path.split_once('?').unwrap_or((request.path.as_str(), ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    let is_reset = path == "/reset";
    if !is_reset && request.read_body(&mut reader).is_none() {
        return;
    }
    shared.received.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    if !is_reset {
        // A client that hangs up early is its own business.
        drop(answer(&mut stream, &path, &query, shared));
    }
    // Closing a socket whose bytes were not read resets the connection.
}

fn answer(stream: &mut TcpStream, path: &str, query: &str, shared: &Shared) -> std::io::Result<()> {
    let json = br#"{"from": "the probe"}"#;
    let (kind, argument) = path
        .trim_start_matches('/')
        .split_once('/')
        .unwrap_or_else(|| (path.trim_start_matches('/'), ""));
    let number = argument.parse::<usize>().unwrap_or(0);
    match kind {
        "status" => {
            let status = if number == 0 { 200 } else { number };
            let body: &[u8] = if matches!(status, 204 | 304) { b"" } else { json };
            head(stream, status, &[], Some(body.len()), true)?;
            stream.write_all(body)
        }
        "redirect" => {
            let target = query.strip_prefix("to=").unwrap_or("/");
            head(stream, number, &[("location", target)], Some(json.len()), true)?;
            stream.write_all(json)
        }
        "undated" => {
            head(stream, 200, &[], Some(json.len()), false)?;
            stream.write_all(json)
        }
        "large" => {
            head(stream, 200, &[], Some(number), true)?;
            blanks(stream, number)
        }
        "unframed" => {
            head(stream, 200, &[], None, true)?;
            blanks(stream, number)
        }
        "endless" => {
            head(stream, 200, &[("transfer-encoding", "chunked")], None, true)?;
            while !*shared.over() {
                stream.write_all(b"400\r\n")?;
                stream.write_all(&[b' '; 1024])?;
                stream.write_all(b"\r\n")?;
            }
            Ok(())
        }
        "chunked" => {
            head(stream, 200, &[("transfer-encoding", "chunked")], None, true)?;
            stream.write_all(b"9\r\n{\"from\": \r\nc\r\n\"the probe\"}\r\n0\r\n\r\n")
        }
        "cut" => {
            head(stream, 200, &[], Some(json.len() + 100), true)?;
            stream.write_all(json)
        }
        "cut-chunked" => {
            head(stream, 200, &[("transfer-encoding", "chunked")], None, true)?;
            stream.write_all(b"9\r\n{\"from\": \r\nc\r\n\"the")
        }
        "cut-head" => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-le"),
        "not-http" => stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        "hang-up" => Ok(()),
        "silent" => {
            until_the_end(shared);
            Ok(())
        }
        "half" => {
            head(stream, 200, &[], Some(json.len()), true)?;
            stream.write_all(json.get(..json.len() / 2).unwrap_or_default())?;
            stream.flush()?;
            until_the_end(shared);
            Ok(())
        }
        _ => {
            head(stream, 200, &[], Some(json.len()), true)?;
            stream.write_all(json)
        }
    }
}

fn blanks(stream: &mut TcpStream, number: usize) -> std::io::Result<()> {
    for _ in 0..number / 1024 {
        stream.write_all(&[b' '; 1024])?;
    }
    stream.write_all(&vec![b' '; number % 1024])
}

fn head(
    stream: &mut TcpStream,
    status: usize,
    headers: &[(&str, &str)],
    length: Option<usize>,
    dated: bool,
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} Probe\r\nconnection: close\r\n");
    head.push_str("content-type: application/json\r\nretry-after: 7\r\n");
    head.push_str("x-probe: one\r\nx-probe: two\r\nx-empty: \r\nset-cookie: probe=1; Path=/\r\n");
    if dated {
        head.push_str(&format!("date: {PROBE_DATE}\r\n"));
    }
    if let Some(length) = length {
        head.push_str(&format!("content-length: {length}\r\n"));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())
}

/// Keeps quiet until the server is dropped; bounded, in case it never is.
fn until_the_end(shared: &Shared) {
    let over = shared.over();
    drop(shared.ended.wait_timeout_while(over, SILENCE, |over| !*over));
}
