//! Submitting a generation.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::time::SystemTime;

use rustls::crypto::ring;
use tokio::time::Instant;
use tracing::{debug, warn};
use videogen_core::candidates::LookUp;
use videogen_core::{
    Accepted, Error, ErrorKind, Generation, ListQuery, Moment, NewGeneration, Submit, SubmitAction,
    SubmitEvent, SubmitOptions, submit,
};

use crate::client::Client;

/// A submission that has not begun: await it. Made by [`Client::submit`].
///
/// Dropping the future while it is under way leaves open whether the generation was made: let it end.
///
/// ```no_run
/// # async fn example(client: videogen_reqwest::Client) -> Result<(), videogen_core::Error> {
/// use videogen_core::{ErrorKind, NewGeneration};
///
/// let new = NewGeneration::from_json(r#"{"model": "seedance-2.0", "prompt": "A kite"}"#)?;
/// match client.submit(new).await {
///     Ok(accepted) => println!("store these now: {:?}", accepted.handles),
///     Err(error) if error.kind() == ErrorKind::Ambiguous => println!("look first: {error}"),
///     Err(error) => println!("nothing was made: {error}"),
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before it is awaited"]
pub struct SubmitBuilder {
    client: Client,
    new: NewGeneration,
    options: SubmitOptions,
    look_up_lost: bool,
}

impl SubmitBuilder {
    pub(crate) fn new(client: Client, new: NewGeneration) -> Self {
        Self { client, new, options: SubmitOptions::default(), look_up_lost: false }
    }

    /// Decides how long to go on repeating what is safe to repeat.
    pub fn options(mut self, options: SubmitOptions) -> Self {
        self.options = options;
        self
    }

    /// Decides whether a submission that ends as [`ErrorKind::Ambiguous`] is looked for in the provider's list. No unless told.
    ///
    /// The error has then what may be it as [`Error::candidates`], or in [`Error::look_up`] why the list was not to be had.
    /// It is [`ErrorKind::Ambiguous`] all the same, and nothing is submitted again: see [`candidates`](videogen_core::candidates). It takes some
    /// requests more, each with the time of an exchange.
    pub const fn look_up_lost(mut self, look_up: bool) -> Self {
        self.look_up_lost = look_up;
        self
    }

    async fn run(mut self) -> Result<Accepted, Error> {
        let provider = self.client.provider();
        if provider.promises_idempotency() && self.new.idempotency_key.is_none() {
            self.new.idempotency_key = Some(random_idempotency_key()?);
        }
        let key = self.new.idempotency_key.clone().filter(|_| provider.promises_idempotency());
        let name = provider.name();
        let call = provider.submit(&self.new)?;
        let mut machine = Submit::new(name, key, self.options.clone());
        let (origin, begun) = (Instant::now(), wall_clock());
        let mut event = SubmitEvent::Begin;
        loop {
            let moment = Moment::new(origin.elapsed());
            match machine.on(moment, event) {
                ControlFlow::Break(Err(error))
                    if self.look_up_lost && error.kind() == ErrorKind::Ambiguous =>
                {
                    return Err(error.with_look_up(self.look_up(origin, begun).await));
                }
                ControlFlow::Break(result) => return result,
                ControlFlow::Continue(SubmitAction::Rest { until }) => {
                    tokio::time::sleep(until.since(moment)).await;
                    event = SubmitEvent::Woke;
                }
                ControlFlow::Continue(SubmitAction::Send { timeout }) => {
                    let attempt = machine.sent();
                    debug!(provider = name, attempt, "submitting");
                    let answered = self.client.send_within(&call, timeout).await;
                    match &answered {
                        Ok(accepted) => {
                            debug!(provider = name, handles = ?accepted.handles, "accepted");
                        }
                        Err(error) => {
                            warn!(provider = name, attempt, kind = ?error.kind(), %error, "not accepted");
                        }
                    }
                    event = SubmitEvent::Answered(answered);
                }
            }
        }
    }

    /// What the provider's list says of a submission that began then.
    async fn look_up(&self, origin: Instant, begun: SystemTime) -> Result<Vec<Generation>, Error> {
        let provider = self.client.provider().name();
        let mut look_up = LookUp::new(&self.new);
        let mut query = ListQuery::first();
        let found = loop {
            let page = match self.client.provider().list(&query) {
                Ok(call) => self.client.send_within(&call, self.options.answer_timeout).await,
                Err(error) => Err(error),
            };
            // The wall clock goes on while the machine sleeps; the other one cannot be set back.
            let ago = origin.elapsed().max(wall_clock().duration_since(begun).unwrap_or_default());
            match look_up.on(page, ago) {
                ControlFlow::Break(found) => break found,
                ControlFlow::Continue(next) => query = next,
            }
        };
        match &found {
            Ok(found) => debug!(provider, candidates = found.len(), "looked up"),
            Err(error) => warn!(provider, kind = ?error.kind(), %error, "could not look up"),
        }
        found
    }
}

/// Submits, once: it is repeated only where that can make nothing twice.
///
/// At a provider that promises idempotency a key is made if the generation has none.
///
/// # Errors
///
/// [`ErrorKind::Ambiguous`] if it may have been accepted and no answer said so; [`ErrorKind::NotDelivered`] if nothing
/// left; else the provider's refusal, or what was wrong before anything was sent.
impl IntoFuture for SubmitBuilder {
    type Output = Result<Accepted, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
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
fn wall_clock() -> SystemTime {
    SystemTime::now()
}
