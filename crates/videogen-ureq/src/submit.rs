//! Submitting a generation.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rustls::crypto::ring;
use tracing::{debug, warn};
use videogen_core::candidates::LookUp;
use videogen_core::{
    Accepted, Call, Error, ErrorKind, Generation, ListQuery, Moment, NewGeneration, Submit,
    SubmitAction, SubmitEvent, SubmitOptions, submit,
};

use crate::cancel::CancelToken;
use crate::client::Client;

/// A submission that has not begun. Made by [`Client::submit`].
///
/// ```no_run
/// # fn example(client: videogen_ureq::Client) -> Result<(), videogen_core::Error> {
/// use videogen_core::{ErrorKind, NewGeneration};
///
/// let new = NewGeneration::from_json(r#"{"model": "seedance-2.0", "prompt": "A kite"}"#)?;
/// match client.submit(new).run() {
///     Ok(accepted) => println!("store these now: {:?}", accepted.handles),
///     Err(error) if error.kind() == ErrorKind::Ambiguous => println!("look first: {error}"),
///     Err(error) => println!("nothing was made: {error}"),
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before `run`"]
pub struct SubmitBuilder {
    client: Client,
    new: NewGeneration,
    options: SubmitOptions,
    cancel: Option<CancelToken>,
    look_up_lost: bool,
}

impl SubmitBuilder {
    pub(crate) fn new(client: Client, new: NewGeneration) -> Self {
        Self { client, new, options: SubmitOptions::default(), cancel: None, look_up_lost: false }
    }

    /// Decides how long to go on repeating what is safe to repeat.
    pub fn options(mut self, options: SubmitOptions) -> Self {
        self.options = options;
        self
    }

    /// Ends the submission at once when `token` is cancelled. What was sent may have arrived: that is
    /// [`ErrorKind::Ambiguous`] then.
    pub fn cancel(mut self, token: &CancelToken) -> Self {
        self.cancel = Some(token.clone());
        self
    }

    /// Decides whether a submission that ends as [`ErrorKind::Ambiguous`] is looked for in the provider's list. No unless told.
    ///
    /// The error has then what may be it as [`Error::candidates`], or in [`Error::look_up`] why the list was not to be had.
    /// It is [`ErrorKind::Ambiguous`] all the same, and nothing is submitted again: see [`candidates`](videogen_core::candidates). It takes some
    /// requests more, each with the time of an exchange. After a cancellation nothing is looked up.
    pub const fn look_up_lost(mut self, look_up: bool) -> Self {
        self.look_up_lost = look_up;
        self
    }

    /// Submits, once: it is repeated only where that can make nothing twice.
    ///
    /// At a provider that promises idempotency a key is made if the generation has none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Ambiguous`] if it may have been accepted and no answer said so; [`ErrorKind::NotDelivered`] if nothing
    /// left; else the provider's refusal, or what was wrong before anything was sent.
    pub fn run(mut self) -> Result<Accepted, Error> {
        let provider = self.client.provider();
        if provider.promises_idempotency() && self.new.idempotency_key.is_none() {
            self.new.idempotency_key = Some(random_idempotency_key()?);
        }
        let key = self.new.idempotency_key.clone().filter(|_| provider.promises_idempotency());
        let call = Arc::new(provider.submit(&self.new)?);
        let mut machine = Submit::new(provider.name(), key, self.options.clone());
        let (origin, begun) = (now(), wall_clock());
        let mut event =
            if self.is_cancelled() { SubmitEvent::Cancelled } else { SubmitEvent::Begin };
        loop {
            let moment = Moment::new(now().saturating_duration_since(origin));
            match machine.on(moment, event) {
                ControlFlow::Break(Err(error)) if error.kind() == ErrorKind::Ambiguous => {
                    return Err(self.looked_up(error, origin, begun));
                }
                ControlFlow::Break(result) => return result,
                ControlFlow::Continue(SubmitAction::Send { timeout }) => {
                    event = self.send(&call, timeout, machine.sent());
                }
                ControlFlow::Continue(SubmitAction::Rest { until }) => {
                    event = self.rest(until.since(moment));
                }
            }
        }
    }

    fn send(&self, call: &Arc<Call<Accepted>>, timeout: Duration, attempt: u32) -> SubmitEvent {
        let provider = self.client.provider().name();
        debug!(provider, attempt, "submitting");
        match self.exchange(call, timeout) {
            None => SubmitEvent::Cancelled,
            Some(answered) => {
                match &answered {
                    Ok(accepted) => debug!(provider, handles = ?accepted.handles, "accepted"),
                    Err(error) => {
                        warn!(provider, attempt, kind = ?error.kind(), %error, "not accepted");
                    }
                }
                SubmitEvent::Answered(answered)
            }
        }
    }

    /// The answer to `call`, or nothing once cancelled.
    fn exchange<T: Send + 'static>(
        &self,
        call: &Arc<Call<T>>,
        timeout: Duration,
    ) -> Option<Result<T, Error>> {
        let (client, call) = (self.client.clone(), Arc::clone(call));
        let exchange = move || client.send_within(&call, timeout);
        match &self.cancel {
            None => Some(exchange()),
            Some(token) => token.unless_cancelled(exchange),
        }
    }

    /// An ambiguous error with what the provider's list says of it, if that is wanted.
    fn looked_up(&self, error: Error, origin: Instant, begun: SystemTime) -> Error {
        if !self.look_up_lost || self.is_cancelled() {
            return error;
        }
        let Some(found) = self.look_up(origin, begun) else { return error };
        let provider = self.client.provider().name();
        match &found {
            Ok(found) => debug!(provider, candidates = found.len(), "looked up"),
            Err(error) => warn!(provider, kind = ?error.kind(), %error, "could not look up"),
        }
        error.with_look_up(found)
    }

    /// Nothing once cancelled.
    fn look_up(
        &self,
        origin: Instant,
        begun: SystemTime,
    ) -> Option<Result<Vec<Generation>, Error>> {
        let mut look_up = LookUp::new(&self.new);
        let mut query = ListQuery::first();
        loop {
            let page = match self.client.provider().list(&query) {
                Ok(call) => self.exchange(&Arc::new(call), self.options.answer_timeout)?,
                Err(error) => Err(error),
            };
            // The wall clock goes on while the machine sleeps; the other one cannot be set back.
            let awake = now().saturating_duration_since(origin);
            let ago = awake.max(wall_clock().duration_since(begun).unwrap_or_default());
            match look_up.on(page, ago) {
                ControlFlow::Break(found) => return Some(found),
                ControlFlow::Continue(next) => query = next,
            }
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.as_ref().is_some_and(CancelToken::is_cancelled)
    }

    fn rest(&self, rest: Duration) -> SubmitEvent {
        match &self.cancel {
            None => sleep(rest),
            Some(token) => token.rest(rest),
        }
        if self.is_cancelled() { SubmitEvent::Cancelled } else { SubmitEvent::Woke }
    }
}

impl fmt::Debug for SubmitBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the body: it may hold presigned URLs of the caller's inputs.
        f.debug_struct("SubmitBuilder").field("client", &self.client).finish_non_exhaustive()
    }
}

/// A random idempotency key, for who wants to know it before submitting.
///
/// # Errors
///
/// [`ErrorKind::Unsupported`] if the operating system gives no randomness.
pub fn random_idempotency_key() -> Result<String, Error> {
    let mut random = [0; 16];
    ring::default_provider().secure_random.fill(&mut random).map_err(|_| {
        Error::new(
            ErrorKind::Unsupported,
            "the operating system gives no randomness for an idempotency key; pass one",
        )
    })?;
    Ok(submit::idempotency_key(random))
}

#[expect(clippy::disallowed_methods, reason = "a driver is where the clock is")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a driver is where the clock is")]
fn wall_clock() -> SystemTime {
    SystemTime::now()
}

#[expect(clippy::disallowed_methods, reason = "a driver is where the rests are")]
fn sleep(rest: Duration) {
    thread::sleep(rest);
}
