//! A small HTTP server that misbehaves on request.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// The `Date` of the probe's answers that have one.
pub(crate) const PROBE_DATE: &str = "Thu, 26 Feb 2026 12:02:31 GMT";

/// A request as the probe received it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The headers in the order of arrival, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

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
/// | `/cut` | 200 whose body breaks off before its `Content-Length` |
/// | `/cut-chunked` | 200 whose chunked body breaks off |
/// | `/hang-up` | none: the connection ends |
/// | `/silent` | none: the connection stays open |
/// | `/half` | half of the body, then silence |
/// | anything else | 200 with a JSON body |
///
/// Every answer but those without one has the headers `retry-after: 7` and twice `x-probe`.
#[derive(Debug)]
pub struct ProbeServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    over: Mutex<bool>,
    ended: Condvar,
    stopping: AtomicBool,
}

impl ProbeServer {
    /// Starts a server on a free port of this machine.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on this machine");
        let address = listener.local_addr().expect("a bound address");
        let shared = Arc::new(Shared::default());
        let for_acceptor = Arc::clone(&shared);
        let acceptor = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if for_acceptor.stopping.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(stream) = stream {
                    let shared = Arc::clone(&for_acceptor);
                    std::thread::spawn(move || serve(stream, &shared));
                }
            }
        });
        Self { address, shared, acceptor: Some(acceptor) }
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for ProbeServer {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        *self.shared.over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.ended.notify_all();
        // Wakes the acceptor.
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            drop(acceptor.join());
        }
    }
}

/// Serves one request; clients get a new connection for the next.
fn serve(mut stream: TcpStream, shared: &Shared) {
    let Some(request) = receive(&stream) else { return };
    let (path, query) = request.path.split_once('?').unwrap_or((request.path.as_str(), ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    shared.received.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    // A client that hangs up early is its own business.
    drop(answer(&mut stream, &path, &query, shared));
}

fn receive(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let mut request = Received {
        method: words.next()?.to_owned(),
        path: words.next()?.to_owned(),
        ..Received::default()
    };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => {
                request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
            None => break,
        }
    }
    let length = request.header("content-length").and_then(|text| text.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    request.body = body;
    Some(request)
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
            for _ in 0..number / 1024 {
                stream.write_all(&[b' '; 1024])?;
            }
            stream.write_all(&vec![b' '; number % 1024])
        }
        "endless" => {
            head(stream, 200, &[("transfer-encoding", "chunked")], None, true)?;
            while !shared.stopping.load(Ordering::SeqCst) {
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

fn head(
    stream: &mut TcpStream,
    status: usize,
    headers: &[(&str, &str)],
    length: Option<usize>,
    dated: bool,
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} Probe\r\nconnection: close\r\n");
    head.push_str("content-type: application/json\r\nretry-after: 7\r\n");
    head.push_str("x-probe: one\r\nx-probe: two\r\n");
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
    let over = shared.over.lock().unwrap_or_else(PoisonError::into_inner);
    drop(shared.ended.wait_timeout_while(over, Duration::from_secs(120), |over| !*over));
}
