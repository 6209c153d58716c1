//! Following a generation to its end.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use futures_core::stream::FusedStream;
use tokio::sync::mpsc::Receiver;
use videogen_core::webhook::Notice;
use videogen_core::{Error, Generation, Handle, Outcome, Report, WaitOptions};

use crate::client::Client;
use crate::driver::{Driver, Progress, Setup};

/// Everything that is seen of a generation until it has ended. Made by [`Client::watch`].
///
/// Each observation is an item, also one that says the same as the one before, or that a verified webhook made. The last item is the observation that
/// ended the generation, or an error: that of [`WaitBuilder`](crate::WaitBuilder). Nothing is sent before the first
/// item is awaited, and nothing happens between two items. Dropping the stream ends the watch at once.
///
/// ```no_run
/// # async fn example(client: videogen_reqwest::Client, handle: videogen_core::Handle) -> Result<(), videogen_core::Error> {
/// let mut watch = client.watch(&handle);
/// while let Some(seen) = watch.next().await {
///     let seen = seen?;
///     println!("{} {:?}", seen.status, seen.progress);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before the first item is awaited"]
pub struct Watch<'a> {
    handle: Handle,
    state: State<'a>,
}

type Advancing<'a> = Pin<Box<dyn Future<Output = (Progress, Box<Driver<'a>>)> + Send + 'a>>;

enum State<'a> {
    Ready(Box<Setup<'a>>),
    Idle(Box<Driver<'a>>),
    Advancing(Advancing<'a>),
    Over,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(client: Client, handle: Handle) -> Self {
        let setup = Setup::new(client, handle.clone());
        Self { handle, state: State::Ready(Box::new(setup)) }
    }

    /// Watches for this long at the most, counted from the first item. Otherwise the provider's guidance says it.
    ///
    /// Like all these, it has no effect after the first item was awaited.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.with(|setup| setup.deadline = Some(deadline))
    }

    /// Decides everything about the wait. A [`deadline`](Watch::deadline) given too counts, before or after.
    pub fn options(self, options: WaitOptions) -> Self {
        self.with(|setup| setup.options = Some(options))
    }

    /// Calls `on_report` with everything that happens, also the polls that are missed and the rests.
    pub fn on_report(self, on_report: impl FnMut(Report<'_>) + Send + 'a) -> Self {
        self.with(|setup| setup.on_report = Some(Box::new(on_report)))
    }

    /// Hears webhooks. See [`WaitBuilder::webhooks`](crate::WaitBuilder::webhooks).
    pub fn webhooks(self, webhooks: Receiver<Notice>) -> Self {
        self.with(|setup| setup.webhooks = Some(webhooks))
    }

    /// The next observation; `None` after the last. Dropping the future loses nothing: the next call goes on.
    pub async fn next(&mut self) -> Option<Result<Generation, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    fn with(mut self, change: impl FnOnce(&mut Setup<'a>)) -> Self {
        if let State::Ready(setup) = &mut self.state {
            change(setup);
        }
        self
    }
}

impl Stream for Watch<'_> {
    type Item = Result<Generation, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut advancing = match std::mem::replace(&mut self.state, State::Over) {
            State::Ready(setup) => advance(Box::new(setup.begin())),
            State::Idle(driver) => advance(driver),
            State::Advancing(advancing) => advancing,
            State::Over => return Poll::Ready(None),
        };
        match advancing.as_mut().poll(context) {
            Poll::Pending => {
                self.state = State::Advancing(advancing);
                Poll::Pending
            }
            Poll::Ready((Progress::Seen, driver)) => {
                let seen = driver.last_observation().cloned();
                self.state = State::Idle(driver);
                Poll::Ready(seen.map(Ok))
            }
            Poll::Ready((Progress::Over(outcome), _)) => {
                Poll::Ready(Some(Outcome::into_result(*outcome)))
            }
        }
    }
}

impl FusedStream for Watch<'_> {
    fn is_terminated(&self) -> bool {
        matches!(self.state, State::Over)
    }
}

fn advance(mut driver: Box<Driver<'_>>) -> Advancing<'_> {
    Box::pin(async move {
        let progress = driver.advance().await;
        (progress, driver)
    })
}

impl fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("handle", &self.handle).finish_non_exhaustive()
    }
}
