//! Waiting for a generation's end.

use std::fmt;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use videogen_core::webhook::Notice;
use videogen_core::{Error, Generation, Handle, Report, WaitOptions};

use crate::cancel::CancelToken;
use crate::client::Client;
use crate::driver::{Progress, Setup};

/// A wait that has not begun. Made by [`Client::wait`].
///
/// ```no_run
/// # use std::time::Duration;
/// # fn example(client: videogen_ureq::Client, handle: videogen_core::Handle) -> Result<(), videogen_core::Error> {
/// let ended = client
///     .wait(&handle)
///     .deadline(Duration::from_secs(600))
///     .on_report(|report| eprintln!("{report:?}"))
///     .run()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before `run`"]
pub struct WaitBuilder<'a>(Setup<'a>);

impl<'a> WaitBuilder<'a> {
    pub(crate) fn new(client: Client, handle: Handle) -> Self {
        Self(Setup::new(client, handle))
    }

    /// Waits for this long at the most, counted from [`run`](WaitBuilder::run). Otherwise the provider's guidance says it.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.0.deadline = Some(deadline);
        self
    }

    /// Decides everything about the wait. A [`deadline`](WaitBuilder::deadline) given too counts, before or after.
    pub fn options(mut self, options: WaitOptions) -> Self {
        self.0.options = Some(options);
        self
    }

    /// Calls `on_report` with everything that happens, on the thread that waits. The wait goes on when it returns.
    pub fn on_report(mut self, on_report: impl FnMut(Report<'_>) + 'a) -> Self {
        self.0.on_report = Some(Box::new(on_report));
        self
    }

    /// Ends the wait at once when `token` is cancelled.
    ///
    /// With a token each exchange is done on a thread of its own, which is left to itself when cancelled: it ends by the
    /// exchange's time limit.
    pub fn cancel(mut self, token: &CancelToken) -> Self {
        self.0.cancel = Some(token.clone());
        self
    }

    /// Hears webhooks about this generation: whichever comes first, a verified one or a poll, ends the wait, and a hint makes it
    /// ask sooner. See [`videogen_core::wait`] for what they change, which is only how soon.
    ///
    /// One receiver serves one wait: whoever gets the webhooks sends each to the wait for its
    /// [handle](Notice::handle). What is about another generation is ignored. When the channel is closed the wait goes on
    /// as without it.
    ///
    /// Each exchange is done on a thread of its own then, as with a [token](WaitBuilder::cancel), and another
    /// thread listens; it ends when the channel is closed, or within a second after the wait.
    ///
    /// ```no_run
    /// # fn example(client: videogen_ureq::Client, handle: videogen_core::Handle) -> Result<(), videogen_core::Error> {
    /// let (send, receive) = std::sync::mpsc::sync_channel(16);
    /// // … `send` goes to whoever gets the webhooks: `send.try_send(hint.into())`.
    /// # send.try_send(videogen_core::webhook::Hint::new(handle.clone()).into());
    /// let ended = client.wait(&handle).webhooks(receive).run()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn webhooks(mut self, webhooks: Receiver<Notice>) -> Self {
        self.0.webhooks = Some(webhooks);
        self
    }

    /// Asks, rests and asks again until the generation has ended, and gives what was seen last.
    ///
    /// A generation that failed is no error here: see [`Generation::succeeded`].
    ///
    /// # Errors
    ///
    /// When the end was not learnt: the deadline passed, the wait was cancelled, or the provider's answer is one that
    /// asking again does not change. When the provider says that it succeeded and names no output
    /// ([`ErrorKind::CompletedWithoutOutput`](videogen_core::ErrorKind::CompletedWithoutOutput)). The error has the
    /// handle, what was last seen and the last poll's error.
    pub fn run(self) -> Result<Generation, Error> {
        let mut driver = self.0.begin();
        loop {
            if let Progress::Over(outcome) = driver.advance() {
                return outcome.into_result();
            }
        }
    }
}

impl fmt::Debug for WaitBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitBuilder").field("handle", &self.0.handle).finish_non_exhaustive()
    }
}
