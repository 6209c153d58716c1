//! Following a generation to its end.

use std::fmt;
use std::iter::FusedIterator;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use videogen_core::webhook::Notice;
use videogen_core::{Error, Generation, Handle, Outcome, Report, WaitOptions};

use crate::cancel::CancelToken;
use crate::client::Client;
use crate::driver::{Driver, Progress, Setup};

/// Everything that is seen of a generation until it has ended. Made by [`Client::watch`].
///
/// Each observation is an item, also one that says the same as the one before, or that a verified webhook made. The last item is the observation that
/// ended the generation, or an error: that of [`WaitBuilder::run`](crate::WaitBuilder::run). Nothing is sent
/// before the first item is asked for, and the rests are taken in [`next`](Iterator::next).
///
/// ```no_run
/// # fn example(client: videogen_ureq::Client, handle: videogen_core::Handle) -> Result<(), videogen_core::Error> {
/// for seen in client.watch(&handle) {
///     let seen = seen?;
///     println!("{} {:?}", seen.status, seen.progress);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before the first item is asked for"]
pub struct Watch<'a> {
    handle: Handle,
    state: State<'a>,
}

enum State<'a> {
    Ready(Box<Setup<'a>>),
    Driving(Box<Driver<'a>>),
    Over,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(client: Client, handle: Handle) -> Self {
        let setup = Setup::new(client, handle.clone());
        Self { handle, state: State::Ready(Box::new(setup)) }
    }

    /// Watches for this long at the most, counted from the first item. Otherwise the provider's guidance says it.
    ///
    /// Like all these, it has no effect after the first item.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.with(|setup| setup.deadline = Some(deadline))
    }

    /// Decides everything about the wait. A [`deadline`](Watch::deadline) given too counts, before or after.
    pub fn options(self, options: WaitOptions) -> Self {
        self.with(|setup| setup.options = Some(options))
    }

    /// Calls `on_report` with everything that happens, also the polls that are missed and the rests.
    pub fn on_report(self, on_report: impl FnMut(Report<'_>) + 'a) -> Self {
        self.with(|setup| setup.on_report = Some(Box::new(on_report)))
    }

    /// Ends the watch at once when `token` is cancelled. See [`WaitBuilder::cancel`](crate::WaitBuilder::cancel).
    pub fn cancel(self, token: &CancelToken) -> Self {
        self.with(|setup| setup.cancel = Some(token.clone()))
    }

    /// Hears webhooks. See [`WaitBuilder::webhooks`](crate::WaitBuilder::webhooks).
    pub fn webhooks(self, webhooks: Receiver<Notice>) -> Self {
        self.with(|setup| setup.webhooks = Some(webhooks))
    }

    fn with(mut self, change: impl FnOnce(&mut Setup<'a>)) -> Self {
        if let State::Ready(setup) = &mut self.state {
            change(setup);
        }
        self
    }
}

impl Iterator for Watch<'_> {
    type Item = Result<Generation, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut driver = match std::mem::replace(&mut self.state, State::Over) {
            State::Ready(setup) => Box::new(setup.begin()),
            State::Driving(driver) => driver,
            State::Over => return None,
        };
        match driver.advance() {
            Progress::Seen => {
                let seen = driver.last_observation().cloned();
                self.state = State::Driving(driver);
                seen.map(Ok)
            }
            Progress::Over(outcome) => Some(Outcome::into_result(*outcome)),
        }
    }
}

impl FusedIterator for Watch<'_> {}

impl fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("handle", &self.handle).finish_non_exhaustive()
    }
}
