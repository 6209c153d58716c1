//! A body that is read as it comes.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::Body as _;
use reqwest::Body;
use tokio::time::{Instant, Sleep, sleep};
use videogen_core::TransportError;
use videogen_core::stream::AsyncBody;

use crate::explain::Attempt;

/// A body that is read as it comes, with a limit of the time without a byte.
pub(crate) struct Arriving {
    body: Body,
    attempt: Attempt,
    idle: Duration,
    timer: Pin<Box<Sleep>>,
    /// Whether the timer runs: only while somebody waits for a byte.
    is_waiting: bool,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Coming,
    Ended,
    Broken,
}

impl Arriving {
    pub(crate) fn new(body: Body, attempt: Attempt, idle: Duration) -> Self {
        let timer = Box::pin(sleep(idle));
        Self { body, attempt, idle, timer, is_waiting: false, state: State::Coming }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, TransportError>>> {
        loop {
            match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => {
                    self.is_waiting = false;
                    // What is no data is a trailer.
                    if let Ok(bytes) = frame.into_data() {
                        return Poll::Ready(Some(Ok(bytes)));
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    return Poll::Ready(Some(Err(self.attempt.explain(error))));
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return self.poll_timer(context).map(|error| Some(Err(error))),
            }
        }
    }

    fn poll_timer(&mut self, context: &mut Context<'_>) -> Poll<TransportError> {
        if !self.is_waiting {
            self.is_waiting = true;
            self.timer.as_mut().reset(Instant::now() + self.idle);
        }
        self.timer.as_mut().poll(context).map(|()| self.attempt.too_late())
    }
}

impl AsyncBody for Arriving {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        match self.state {
            State::Coming => {}
            State::Ended => return Poll::Ready(None),
            State::Broken => {
                let broken = TransportError::interrupted("the answer broke off before");
                return Poll::Ready(Some(Err(broken)));
            }
        }
        let polled = self.poll(context);
        match &polled {
            Poll::Ready(None) => self.state = State::Ended,
            Poll::Ready(Some(Err(_))) => self.state = State::Broken,
            Poll::Ready(Some(Ok(_))) | Poll::Pending => {}
        }
        polled
    }
}
