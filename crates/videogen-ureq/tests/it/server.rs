//! A server that plays a script.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

/// What to do with a request.
pub(crate) enum Reply {
    /// Answer, and keep the connection.
    Answer(Vec<u8>),
    /// Say this, and close the connection.
    Last(Vec<u8>),
    /// Close the connection with a reset.
    Reset,
    /// Say nothing until the client has gone.
    Silence,
}

/// What happened to a request that is answered with silence.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// It came.
    Asked,
    /// Its sender has gone.
    Gone,
}

pub(crate) struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
    pub(crate) events: Receiver<Event>,
}

struct Script {
    replies: Mutex<VecDeque<Reply>>,
    requests: Arc<Mutex<Vec<String>>>,
    events: Mutex<Sender<Event>>,
}

impl Server {
    /// Answers the requests one after the other; what comes after the script's end is answered with 500.
    pub(crate) fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(Mutex::new(0));
        let (sender, events) = channel();
        let script = Arc::new(Script {
            replies: Mutex::new(replies.into_iter().collect()),
            requests: Arc::clone(&requests),
            events: Mutex::new(sender),
        });
        let counted = Arc::clone(&connections);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                *counted.lock().unwrap() += 1;
                let script = Arc::clone(&script);
                thread::spawn(move || script.serve(&stream));
            }
        });
        Self { port, requests, connections, events }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The requests that came so far, as they were written.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// How many connections were made so far.
    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

impl Script {
    fn serve(&self, mut stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        loop {
            let mut reply = None;
            if matches!(self.replies.lock().unwrap().front(), Some(Reply::Reset)) {
                // Closing a socket whose bytes were not read resets the connection.
                if stream.peek(&mut [0]).unwrap_or(0) > 0 {
                    self.replies.lock().unwrap().pop_front();
                }
                return;
            }
            let Some(request) = read_request(&mut reader) else { return };
            self.requests.lock().unwrap().push(request);
            reply = reply.or_else(|| self.replies.lock().unwrap().pop_front());
            match reply.unwrap_or_else(|| Reply::Answer(answer("500 Script Is Over", "", ""))) {
                Reply::Answer(bytes) => stream.write_all(&bytes).unwrap(),
                Reply::Last(bytes) => return stream.write_all(&bytes).unwrap(),
                Reply::Reset => return,
                Reply::Silence => {
                    self.tell(Event::Asked);
                    let _gone = reader.read(&mut [0]);
                    return self.tell(Event::Gone);
                }
            }
        }
    }

    fn tell(&self, event: Event) {
        // The test may be over.
        let _ = self.events.lock().unwrap().send(event);
    }
}

fn read_request(reader: &mut impl BufRead) -> Option<String> {
    let mut request = String::new();
    let mut length = 0;
    loop {
        let before = request.len();
        if reader.read_line(&mut request).ok()? == 0 {
            return None;
        }
        let line = request.get(before..).unwrap().trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    request.push_str(&String::from_utf8(body).unwrap());
    Some(request)
}

/// An answer with these lines of headers, each with its end.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
        .into_bytes()
}

/// A 200 with a JSON body.
pub(crate) fn json(body: &str) -> Reply {
    Reply::Answer(answer("200 OK", "content-type: application/json\r\n", body))
}
