//! A storage of which nothing good can be said, as a transport.

use std::io::{self, Read};
use std::sync::Mutex;
use std::time::Duration;

use proptest::prelude::*;
use videogen_core::stream::StreamedResponse;
use videogen_core::{
    Error, ErrorKind, Generation, HttpRequest, HttpResponse, Output, OutputKind, Transport,
    TransportError,
};
use videogen_testkit::VirtualClock;

use crate::seen;

/// How long the transport waits for a byte.
pub(crate) const IDLE: Duration = Duration::from_secs(30);

/// What the storage does with one request.
#[derive(Clone, Debug)]
pub(crate) enum Turn {
    /// Serves it as it should, and ends or stops saying anything after so many bytes.
    Serve { cut_after: Option<usize>, stalls: bool },
    /// Serves the whole file to whoever asks for a part.
    IgnoreRange { cut_after: Option<usize> },
    /// Serves a part of it to whoever asks for a part of another file.
    IgnoreIfRange { cut_after: Option<usize>, is_named: bool },
    /// Says something wrong of the part that it serves.
    WrongRange,
    /// Is in trouble, and has another file from now on.
    Change { same_length: bool },
    /// Another status.
    Status(u16),
    /// No connection.
    NoConnection,
    /// Says nothing.
    Silence,
    /// Leads to another of its URLs.
    Redirect,
    /// Leads to where nobody should go.
    Misdirect(&'static str),
    /// Signatures of before are not good any longer.
    Expire,
}

/// How the storage is from the beginning.
#[derive(Clone, Debug)]
pub(crate) struct Nature {
    pub(crate) has_etag: bool,
    pub(crate) says_length: bool,
    pub(crate) length: usize,
    /// Whether the provider names another URL each time.
    pub(crate) signs_anew: bool,
}

pub(crate) fn nature() -> impl Strategy<Value = Nature> {
    (any::<bool>(), prop::bool::weighted(0.8), 1usize..200, any::<bool>()).prop_map(
        |(has_etag, says_length, length, signs_anew)| Nature {
            has_etag,
            says_length,
            length,
            signs_anew,
        },
    )
}

pub(crate) fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let cut = || prop::option::weighted(0.7, 0usize..100);
    let turn = prop_oneof![
        6 => (cut(), any::<bool>())
            .prop_map(|(cut_after, stalls)| Turn::Serve { cut_after, stalls }),
        1 => cut().prop_map(|cut_after| Turn::IgnoreRange { cut_after }),
        1 => (cut(), any::<bool>())
            .prop_map(|(cut_after, is_named)| Turn::IgnoreIfRange { cut_after, is_named }),
        1 => Just(Turn::WrongRange),
        1 => any::<bool>().prop_map(|same_length| Turn::Change { same_length }),
        3 => prop::sample::select(vec![500u16, 503, 429, 408, 404, 403, 400])
            .prop_map(Turn::Status),
        1 => prop::sample::select(vec![204u16, 206, 302, 304, 402, 416]).prop_map(Turn::Status),
        1 => Just(Turn::NoConnection),
        1 => Just(Turn::Silence),
        2 => Just(Turn::Redirect),
        1 => prop::sample::select(vec![
            "http://cdn.example/v",
            "https://127.0.0.1/v",
            "https://u:p@cdn.example/v",
        ])
        .prop_map(Turn::Misdirect),
        2 => Just(Turn::Expire),
    ];
    prop::collection::vec(turn, 0..12)
}

/// A storage that does these things, and then what it should.
pub(crate) struct Storage {
    clock: VirtualClock,
    nature: Nature,
    state: Mutex<State>,
}

struct State {
    turns: std::vec::IntoIter<Turn>,
    version: u64,
    length: usize,
    signature: u64,
    /// Which signature is good.
    good: u64,
    sent: u64,
    /// Whether there was a change that cannot be noticed.
    mixable: bool,
}

impl Storage {
    pub(crate) fn new(clock: &VirtualClock, nature: Nature, turns: Vec<Turn>) -> Self {
        let length = nature.length;
        let state = State {
            turns: turns.into_iter(),
            version: 1,
            length,
            signature: 0,
            good: 0,
            sent: 0,
            mixable: false,
        };
        Self { clock: clock.clone(), nature, state: Mutex::new(state) }
    }

    /// What the storage has now.
    pub(crate) fn file(&self) -> Vec<u8> {
        let state = self.state.lock().unwrap();
        file(state.version, state.length)
    }

    /// How many bytes of bodies it sent.
    pub(crate) fn sent(&self) -> u64 {
        self.state.lock().unwrap().sent
    }

    /// Whether it did what nobody can notice: another file of the same length, neither with a name.
    pub(crate) fn is_unfair(&self) -> bool {
        self.state.lock().unwrap().mixable
    }

    /// The generation, with a URL that is good now if the storage signs anew.
    pub(crate) fn renew(&self) -> Result<Generation, Error> {
        let mut state = self.state.lock().unwrap();
        if self.nature.signs_anew {
            state.signature += 1;
            state.good = state.signature;
        }
        let mut generation = seen("done");
        let url = format!("https://cdn.example/v.mp4?sig={}", state.signature);
        generation.outputs[0] = Output::primary(OutputKind::Video, url);
        Ok(generation)
    }

    fn answer(
        &self,
        state: &mut State,
        request: &HttpRequest,
        turn: &Turn,
    ) -> Result<(HttpResponse, End), TransportError> {
        let header = |name: &str| request.headers().get(name).map(|it| it.to_str().unwrap());
        let etag = format!("\"v{}\"", state.version);
        let bytes = file(state.version, state.length);
        let answer = http::Response::builder();
        let ignores_if_range = matches!(turn, Turn::IgnoreIfRange { .. });
        let is_same = header("if-range").is_none_or(|known| known == etag) || ignores_if_range;
        let from: Option<usize> = header("range")
            .filter(|_| is_same && !matches!(turn, Turn::IgnoreRange { .. }))
            .map(|range| range["bytes=".len()..].trim_end_matches('-').parse().unwrap());
        let total = bytes.len();
        let (answer, body) = match from {
            Some(from) if from >= total => {
                let range = format!("bytes */{total}");
                (answer.status(416).header("content-range", range), Vec::new())
            }
            Some(from) => {
                let wrong = usize::from(matches!(turn, Turn::WrongRange));
                let range = format!("bytes {}-{}/{total}", from + wrong, total - 1);
                (answer.status(206).header("content-range", range), bytes[from..].to_vec())
            }
            None if self.nature.says_length => {
                (answer.header("content-length", total.to_string()), bytes)
            }
            None => (answer, bytes),
        };
        let mut answer = answer.body(body).unwrap();
        // Who does not know the one header may not give the other.
        let is_nameless = matches!(turn, Turn::IgnoreIfRange { is_named: false, .. });
        if self.nature.has_etag && !(is_nameless && answer.status() == 206) {
            answer.headers_mut().insert("etag", etag.parse().unwrap());
        }
        let (cut_after, stalls) = match turn {
            Turn::Serve { cut_after, stalls } => (*cut_after, *stalls),
            Turn::IgnoreRange { cut_after } | Turn::IgnoreIfRange { cut_after, .. } => {
                (*cut_after, false)
            }
            _ => (None, false),
        };
        let is_cut = cut_after.is_some_and(|at| at < answer.body().len());
        if let (true, Some(at)) = (is_cut, cut_after) {
            answer.body_mut().truncate(at);
        }
        state.sent += answer.body().len() as u64;
        let end = match (is_cut, stalls) {
            (false, _) => End::Whole,
            (true, false) => End::Cut,
            (true, true) => End::Stall(self.clock.clone()),
        };
        Ok((answer, end))
    }
}

impl Transport for Storage {
    fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        unreachable!("outputs are opened")
    }

    fn open(&self, request: HttpRequest) -> Result<StreamedResponse, TransportError> {
        self.clock.advance(Duration::from_millis(100));
        let mut state = self.state.lock().unwrap();
        let only = |status: u16| {
            let answer = http::Response::builder().status(status).body(b"<html>".to_vec()).unwrap();
            Ok((answer, End::Whole))
        };
        let next = state.turns.next();
        let turn = next.unwrap_or(Turn::Serve { cut_after: None, stalls: false });
        let had = state.version;
        let answered = match &turn {
            Turn::Expire => {
                state.good += u64::from(self.nature.signs_anew);
                only(403)
            }
            _ if request.uri().query() != Some(&format!("sig={}", state.good)) => only(403),
            Turn::Status(status) => only(*status),
            Turn::NoConnection => Err(TransportError::not_delivered("no connection")),
            Turn::Silence => {
                self.clock.advance(IDLE);
                Err(TransportError::interrupted("nothing came"))
            }
            Turn::Redirect | Turn::Misdirect(_) => {
                let here = format!("/elsewhere?sig={}", state.good);
                let to = if let Turn::Misdirect(to) = turn { to } else { &here };
                let answer = http::Response::builder().status(302).header("location", to);
                Ok((answer.body(Vec::new()).unwrap(), End::Whole))
            }
            Turn::Change { same_length } => {
                state.version += 1;
                state.length += usize::from(!same_length);
                only(503)
            }
            _ => self.answer(&mut state, &request, &turn),
        };
        let is_unnoticeable = matches!(turn, Turn::Change { same_length: true });
        state.mixable |= state.version != had && is_unnoticeable && !self.nature.has_etag;
        let (answer, end) = answered?;
        Ok(answer.map(|bytes| -> Box<dyn Read + Send> {
            Box::new(Body { bytes: io::Cursor::new(bytes), end })
        }))
    }
}

/// Bytes that tell which file they are of, and where in it.
fn file(version: u64, length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((version * 101 + at as u64) % 251).unwrap()).collect()
}

enum End {
    Whole,
    Cut,
    Stall(VirtualClock),
}

struct Body {
    bytes: io::Cursor<Vec<u8>>,
    end: End,
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        match &self.end {
            End::Cut if read == 0 => Err(io::Error::other("cut")),
            End::Stall(clock) if read == 0 => {
                clock.advance(IDLE);
                Err(io::Error::other("nothing came"))
            }
            _ => Ok(read),
        }
    }
}

/// Whether an error is one of those with which a download may end.
pub(crate) fn is_an_end(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::DownloadStalled
            | ErrorKind::DownloadDamaged
            | ErrorKind::OutputGone
            | ErrorKind::InvalidResponse
            | ErrorKind::PaymentRequired
    )
}
