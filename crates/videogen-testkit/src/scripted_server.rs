//! A server that plays a script.

use std::collections::VecDeque;
use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use videogen_core::{BaseUrl, HttpResponse};

use crate::listener::Listener;
use crate::probe::SILENCE;
use crate::received::Received;
use crate::scripted::json;

/// Who waits for an event for so long waits in vain.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a [`ScriptedServer`] does with a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ServerReply {
    /// Answers, and keeps the connection. `Content-Length` is added; no other header is.
    Answer(HttpResponse),
    /// Says these bytes, and keeps the connection.
    Bytes(Vec<u8>),
    /// Says these bytes, and closes the connection.
    Last(Vec<u8>),
    /// Resets the connection. The request is not read.
    Reset,
    /// Says nothing until the client has gone. Its comings and goings are [`ServerEvent`]s.
    Silence,
    /// Says these bytes, and then nothing until the client has gone. Its comings and goings are [`ServerEvent`]s.
    Stalled(Vec<u8>),
    /// Says these pieces with a pause after each, and keeps the connection.
    Slowly {
        /// What is said.
        pieces: Vec<Vec<u8>>,
        /// How long after each nothing is said.
        pause: Duration,
    },
}

impl ServerReply {
    /// Answers with a body that is said to be JSON, and keeps the connection. See [`json`].
    ///
    /// # Panics
    ///
    /// If `status` is no HTTP status.
    #[must_use]
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::Answer(json(status, body))
    }

    /// An answer as [`Answer`](Self::Answer) says it, up to the first `length` bytes of its body: for an answer that breaks
    /// off, as [`Last`](Self::Last), or pauses, as [`Stalled`](Self::Stalled).
    #[must_use]
    pub fn beginning(response: &HttpResponse, length: usize) -> Vec<u8> {
        let mut beginning = bytes(response);
        beginning.truncate(beginning.len() - response.body().len().saturating_sub(length));
        beginning
    }
}

impl From<HttpResponse> for ServerReply {
    fn from(response: HttpResponse) -> Self {
        Self::Answer(response)
    }
}

/// What happened to a request that is answered with [`ServerReply::Silence`] or [`ServerReply::Stalled`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerEvent {
    /// It came.
    Asked,
    /// Its sender has gone.
    Gone,
}

/// A small HTTP/1.1 server on this machine that plays a script, whatever it is asked.
///
/// ```
/// use std::io::{Read, Write};
/// use videogen_testkit::{ScriptedServer, ServerReply};
///
/// let server = ScriptedServer::start([
///     ServerReply::json(200, r#"{"status": "running"}"#),
///     ServerReply::Last(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"stat".to_vec()),
/// ]);
/// let mut stream = std::net::TcpStream::connect(server.address()).unwrap();
/// stream.write_all(b"GET /one HTTP/1.1\r\n\r\nGET /two HTTP/1.1\r\n\r\n").unwrap();
/// let mut answers = String::new();
/// stream.read_to_string(&mut answers).unwrap();
/// assert!(answers.ends_with("{\"stat"));
/// let paths: Vec<_> = server.received().into_iter().map(|request| request.path).collect();
/// assert_eq!(paths, ["/one", "/two"]);
/// ```
#[derive(Debug)]
pub struct ScriptedServer {
    listener: Listener,
    play: Arc<Play>,
    events: Mutex<Receiver<ServerEvent>>,
}

#[derive(Debug)]
struct Play {
    state: Mutex<State>,
    events: Mutex<Sender<ServerEvent>>,
}

#[derive(Debug)]
struct State {
    script: VecDeque<ServerReply>,
    received: Vec<Received>,
    connections: usize,
}

impl ScriptedServer {
    /// Starts a server on a free port of this machine that plays `script`, a reply for each request, over all connections.
    /// What comes after its end is answered with 500.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    #[must_use]
    pub fn start(script: impl IntoIterator<Item = ServerReply>) -> Self {
        let script = script.into_iter().collect();
        let (sender, events) = channel();
        let play = Arc::new(Play {
            state: Mutex::new(State { script, received: Vec::new(), connections: 0 }),
            events: Mutex::new(sender),
        });
        let theirs = Arc::clone(&play);
        let listener = Listener::start(move |stream| {
            theirs.state().connections += 1;
            // A client that hangs up early is its own business.
            drop(theirs.serve(&stream));
        });
        Self { listener, play, events: Mutex::new(events) }
    }

    /// Adds a reply to the script: one that could not be written before it was known where the server is.
    pub fn then(&self, reply: ServerReply) {
        self.play.state().script.push_back(reply);
    }

    /// `127.0.0.1:PORT`.
    #[must_use]
    pub fn address(&self) -> std::net::SocketAddr {
        self.listener.address()
    }

    /// The URL of `path` here.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    /// A provider's base URL here: that of the path `/api`.
    ///
    /// # Panics
    ///
    /// Never: a loopback address makes a base URL.
    #[must_use]
    pub fn base_url(&self) -> BaseUrl {
        BaseUrl::parse(&self.url("/api")).expect("a loopback address makes a base URL")
    }

    /// The requests that were read so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.play.state().received.clone()
    }

    /// How many connections were made so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.play.state().connections
    }

    /// The next event; waits for it.
    ///
    /// # Panics
    ///
    /// If none comes for a minute.
    #[must_use]
    pub fn event(&self) -> ServerEvent {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.recv_timeout(PATIENCE).expect("an event of the server")
    }
}

impl Play {
    fn serve(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        loop {
            if matches!(self.state().script.front(), Some(ServerReply::Reset)) {
                // Closing a socket whose bytes were not read resets the connection.
                if stream.peek(&mut [0])? > 0 {
                    self.state().script.pop_front();
                }
                return Ok(());
            }
            let Some(reply) = self.receive(&mut reader) else { return Ok(()) };
            match reply {
                ServerReply::Answer(response) => stream.write_all(&bytes(&response))?,
                ServerReply::Bytes(bytes) => stream.write_all(&bytes)?,
                ServerReply::Last(bytes) => return stream.write_all(&bytes),
                // Another connection took the one that was seen before.
                ServerReply::Reset => return Ok(()),
                ServerReply::Slowly { pieces, pause } => {
                    for piece in pieces {
                        stream.write_all(&piece)?;
                        pause_for(pause);
                    }
                }
                ServerReply::Silence => {
                    self.stall(&mut reader);
                    return Ok(());
                }
                ServerReply::Stalled(bytes) => {
                    stream.write_all(&bytes)?;
                    self.stall(&mut reader);
                    return Ok(());
                }
            }
        }
    }

    /// Says nothing until the client has gone; bounded, in case it never goes.
    fn stall(&self, reader: &mut BufReader<&TcpStream>) {
        self.tell(ServerEvent::Asked);
        let _bounded = reader.get_ref().set_read_timeout(Some(SILENCE));
        // Nothing comes until it ends.
        let _gone = reader.read(&mut [0]);
        self.tell(ServerEvent::Gone);
    }

    /// Reads a request, and says what to do with it.
    fn receive(&self, reader: &mut BufReader<&TcpStream>) -> Option<ServerReply> {
        let mut request = Received::read_head(reader)?;
        request.read_body(reader)?;
        let mut state = self.state();
        state.received.push(request);
        let over = || ServerReply::Last(b"HTTP/1.1 500 Script Is Over\r\n\r\n".to_vec());
        Some(state.script.pop_front().unwrap_or_else(over))
    }

    fn tell(&self, event: ServerEvent) {
        // Nobody may be listening any more.
        let _ = self.events.lock().unwrap_or_else(PoisonError::into_inner).send(event);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::disallowed_methods, reason = "a slow server is slow")]
fn pause_for(pause: Duration) {
    thread::sleep(pause);
}

/// An answer as it is written.
fn bytes(response: &HttpResponse) -> Vec<u8> {
    let status = response.status();
    let mut bytes = format!("HTTP/1.1 {} Scripted\r\n", status.as_str()).into_bytes();
    for (name, value) in response.headers() {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    let length = response.body().len();
    bytes.extend_from_slice(format!("content-length: {length}\r\n\r\n").as_bytes());
    bytes.extend_from_slice(response.body());
    bytes
}
