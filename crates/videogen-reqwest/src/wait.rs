//! Waiting for a generation's end.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use videogen_core::webhook::Notice;
use videogen_core::{Error, Generation, Handle, Report, WaitOptions};

use crate::client::Client;
use crate::driver::{Progress, Setup};

/// A wait that has not begun. Made by [`Client::wait`]; begins when awaited.
///
/// Awaiting asks, rests and asks again until the generation has ended, and gives what was seen last. A generation that
/// failed is no error: see [`Generation::succeeded`].
///
/// ```no_run
/// # use std::time::Duration;
/// # async fn example(client: videogen_reqwest::Client, handle: videogen_core::Handle) -> Result<(), videogen_core::Error> {
/// let ended = client
///     .wait(&handle)
///     .deadline(Duration::from_secs(600))
///     .on_report(|report| eprintln!("{report:?}"))
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// When the end was not learnt: the deadline passed, or the provider's answer is one that asking again does not change.
/// When the provider says that it succeeded and names no output
/// ([`ErrorKind::CompletedWithoutOutput`](videogen_core::ErrorKind::CompletedWithoutOutput)). The error has the handle,
/// what was last seen and the last poll's error.
///
/// # Cancelling
///
/// Dropping the future ends the wait at once, also an exchange that is under way. The generation goes on at the provider.
#[must_use = "nothing is sent before it is awaited"]
pub struct WaitBuilder<'a>(Setup<'a>);

impl<'a> WaitBuilder<'a> {
    pub(crate) fn new(client: Client, handle: Handle) -> Self {
        Self(Setup::new(client, handle))
    }

    /// Waits for this long at the most, counted from when it is first polled. Otherwise the provider's guidance says it.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.0.deadline = Some(deadline);
        self
    }

    /// Decides everything about the wait. A [`deadline`](WaitBuilder::deadline) given too counts, before or after.
    pub fn options(mut self, options: WaitOptions) -> Self {
        self.0.options = Some(options);
        self
    }

    /// Calls `on_report` with everything that happens. The wait goes on when it returns.
    pub fn on_report(mut self, on_report: impl FnMut(Report<'_>) + Send + 'a) -> Self {
        self.0.on_report = Some(Box::new(on_report));
        self
    }

    /// Hears webhooks about this generation: whichever comes first, a verified one or a poll, ends the wait, and a hint makes it
    /// ask sooner. See [`videogen_core::wait`] for what they change, which is only how soon.
    ///
    /// One receiver serves one wait: whoever gets the webhooks sends each to the wait for its
    /// [handle](Notice::handle), as the example `webhooks` does with a web server. What is about another generation is
    /// ignored. When the channel is closed the wait goes on as without it.
    ///
    /// ```no_run
    /// # async fn example(client: videogen_reqwest::Client, handle: videogen_core::Handle) -> Result<(), videogen_core::Error> {
    /// let (send, receive) = tokio::sync::mpsc::channel(16);
    /// // … `send` goes to whoever gets the webhooks: `send.try_send(hint.into())`.
    /// # send.try_send(videogen_core::webhook::Hint::new(handle.clone()).into());
    /// let ended = client.wait(&handle).webhooks(receive).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn webhooks(mut self, webhooks: Receiver<Notice>) -> Self {
        self.0.webhooks = Some(webhooks);
        self
    }
}

impl<'a> IntoFuture for WaitBuilder<'a> {
    type Output = Result<Generation, Error>;
    type IntoFuture = WaitFuture<'a>;

    fn into_future(self) -> WaitFuture<'a> {
        WaitFuture(Box::pin(async move {
            let mut driver = self.0.begin();
            loop {
                if let Progress::Over(outcome) = driver.advance().await {
                    return outcome.into_result();
                }
            }
        }))
    }
}

impl fmt::Debug for WaitBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitBuilder").field("handle", &self.0.handle).finish_non_exhaustive()
    }
}

/// A wait: the future of a [`WaitBuilder`]. Dropping it ends the wait at once.
#[must_use = "futures do nothing unless awaited"]
pub struct WaitFuture<'a>(Pin<Box<dyn Future<Output = Result<Generation, Error>> + Send + 'a>>);

impl Future for WaitFuture<'_> {
    type Output = Result<Generation, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for WaitFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitFuture").finish_non_exhaustive()
    }
}
