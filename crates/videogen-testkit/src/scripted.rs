//! A transport that gives prepared answers.

use std::collections::VecDeque;
use std::io::{self, Cursor, Read};
use std::sync::{Mutex, MutexGuard, PoisonError};

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::SystemTime;

use crate::clock::test_now;
use async_trait::async_trait;
use bytes::Bytes;
use videogen_core::stream::{AsyncBody, AsyncStreamedResponse, StreamedResponse};
use videogen_core::{
    AsyncTransport, Delivery, HttpRequest, HttpResponse, Transport, TransportError,
};

/// An answer with a body that is said to be JSON.
///
/// # Panics
///
/// If `status` is no HTTP status.
#[must_use]
pub fn json(status: u16, body: impl Into<Vec<u8>>) -> HttpResponse {
    http::Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(body.into())
        .expect("an HTTP status between 100 and 999")
}

#[derive(Clone, Debug)]
enum Step {
    Answer(HttpResponse),
    /// Only to whom opens it: the body is cut after what is there of it.
    Cut(HttpResponse),
    Fail(Delivery, String),
}

/// A transport that gives prepared answers, one after the other, and keeps the requests.
///
/// When the script is over, the last step is repeated.
#[derive(Debug, Default)]
pub struct ScriptedTransport {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    steps: VecDeque<Step>,
    requests: Vec<HttpRequest>,
}

impl ScriptedTransport {
    /// A transport without a script: every request fails, undelivered.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers the next request with this.
    #[must_use]
    pub fn then(self, response: HttpResponse) -> Self {
        self.lock().steps.push_back(Step::Answer(response));
        self
    }

    /// Answers the next request with this, and cuts the body after its last byte: an error for whom reads on.
    #[must_use]
    pub fn then_cut(self, response: HttpResponse) -> Self {
        self.lock().steps.push_back(Step::Cut(response));
        self
    }

    /// Fails the next request.
    #[must_use]
    pub fn then_fail(self, delivery: Delivery) -> Self {
        self.lock().steps.push_back(Step::Fail(delivery, "scripted failure".to_owned()));
        self
    }

    /// The requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.lock().requests.clone()
    }

    fn step(&self, request: HttpRequest) -> Step {
        let mut state = self.lock();
        state.requests.push(request);
        match state.steps.len() {
            0 => Step::Fail(Delivery::SurelyNot, "there is no script".to_owned()),
            1 => state.steps.front().cloned().expect("there is one step"),
            _ => state.steps.pop_front().expect("there are several steps"),
        }
    }

    fn next(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        match self.step(request) {
            Step::Answer(response) => Ok(response),
            Step::Cut(_) => Err(TransportError::interrupted(CUT)),
            Step::Fail(delivery, message) => Err(failed(delivery, message)),
        }
    }

    fn next_opened(&self, request: HttpRequest) -> Result<http::Response<Body>, TransportError> {
        let (response, is_cut) = match self.step(request) {
            Step::Answer(response) => (response, false),
            Step::Cut(response) => (response, true),
            Step::Fail(delivery, message) => return Err(failed(delivery, message)),
        };
        Ok(response.map(|bytes| Body { bytes: Cursor::new(bytes), is_cut }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const CUT: &str = "scripted cut";

fn failed(delivery: Delivery, message: String) -> TransportError {
    match delivery {
        Delivery::SurelyNot => TransportError::not_delivered(message),
        Delivery::Possible => TransportError::interrupted(message),
    }
}

/// The body of an answer that is read as it comes.
struct Body {
    bytes: Cursor<Vec<u8>>,
    is_cut: bool,
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.bytes.read(buffer)? {
            0 if self.is_cut && !buffer.is_empty() => Err(io::Error::other(CUT)),
            read => Ok(read),
        }
    }
}

impl AsyncBody for Body {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        let mut chunk = Vec::new();
        Poll::Ready(match self.read_to_end(&mut chunk) {
            _ if !chunk.is_empty() => Some(Ok(chunk.into())),
            Err(_) => Some(Err(TransportError::interrupted(CUT))),
            Ok(_) => None,
        })
    }
}

impl Transport for ScriptedTransport {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.next(request)
    }

    fn open(&self, request: HttpRequest) -> Result<StreamedResponse, TransportError> {
        let opened = self.next_opened(request)?;
        Ok(opened.map(|body| -> Box<dyn Read + Send> { Box::new(body) }))
    }

    fn now(&self) -> Option<SystemTime> {
        Some(test_now())
    }
}

#[async_trait]
impl AsyncTransport for ScriptedTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.next(request)
    }

    async fn open(&self, request: HttpRequest) -> Result<AsyncStreamedResponse, TransportError> {
        let opened = self.next_opened(request)?;
        Ok(opened.map(|body| -> Box<dyn AsyncBody> { Box::new(body) }))
    }

    fn now(&self) -> Option<SystemTime> {
        Some(test_now())
    }
}
