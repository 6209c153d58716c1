//! A transport that gives prepared answers.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
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

    fn next(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut state = self.lock();
        state.requests.push(request);
        let step = match state.steps.len() {
            0 => Step::Fail(Delivery::SurelyNot, "there is no script".to_owned()),
            1 => state.steps.front().cloned().expect("there is one step"),
            _ => state.steps.pop_front().expect("there are several steps"),
        };
        match step {
            Step::Answer(response) => Ok(response),
            Step::Fail(Delivery::SurelyNot, message) => Err(TransportError::not_delivered(message)),
            Step::Fail(Delivery::Possible, message) => Err(TransportError::interrupted(message)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for ScriptedTransport {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.next(request)
    }
}

#[async_trait]
impl AsyncTransport for ScriptedTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.next(request)
    }
}
