//! Ending a wait from another thread.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Ends waits from another thread, at once: also while they rest, and while they wait for an answer.
///
/// Clones are the same token. A token stays cancelled, and may be given to any number of waits.
///
/// ```no_run
/// # use videogen_ureq::{CancelToken, Client};
/// # fn example(client: Client, handle: videogen_core::Handle) {
/// let token = CancelToken::new();
/// let on_ctrl_c = token.clone();
/// std::thread::spawn(move || { /* … */ on_ctrl_c.cancel() });
/// let ended = client.wait(&handle).cancel(&token).run();
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    cancelled: Mutex<bool>,
    changed: Condvar,
}

impl CancelToken {
    /// A token that is not cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends every wait that has this token. The generations go on at their providers.
    pub fn cancel(&self) {
        *self.lock() = true;
        self.0.changed.notify_all();
    }

    /// Whether [`CancelToken::cancel`] was called.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        *self.lock()
    }

    /// Rests for `rest`, or until cancelled. May end early.
    pub(crate) fn rest(&self, rest: Duration) {
        self.rest_unless(rest, || false);
    }

    /// Rests for `rest`, or until cancelled or [woken](Self::wake) with `is_told`. May end early.
    pub(crate) fn rest_unless(&self, rest: Duration, is_told: impl Fn() -> bool) {
        let cancelled = self.lock();
        if !*cancelled && !is_told() {
            drop(self.0.changed.wait_timeout(cancelled, rest));
        }
    }

    /// Makes everybody who rests or waits with this token look whether there is news.
    pub(crate) fn wake(&self) {
        // With the lock, so that the notification does not fall between a look and a wait.
        let _looking = self.lock();
        self.0.changed.notify_all();
    }

    /// What `work` gives, or nothing once cancelled. See [`CancelToken::start`].
    pub(crate) fn unless_cancelled<T: Send + 'static>(
        &self,
        work: impl Fn() -> T + Clone + Send + 'static,
    ) -> Option<T> {
        match self.result(&self.start(work), || false) {
            Waited::Done(done) => Some(done),
            Waited::Cancelled | Waited::Told => None,
        }
    }

    /// Does `work` on a thread of its own, which is left to itself when its result is not wanted any more: a blocking
    /// exchange cannot be interrupted, and ends by its time limit.
    pub(crate) fn start<T: Send + 'static>(
        &self,
        work: impl Fn() -> T + Clone + Send + 'static,
    ) -> Work<T> {
        let result = Arc::new(Mutex::new(None));
        let spawned = thread::Builder::new().name("videogen-poll".to_owned()).spawn({
            let (token, result, work) = (self.clone(), Arc::clone(&result), work.clone());
            move || {
                let done = catch_unwind(AssertUnwindSafe(work));
                *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
                token.wake();
            }
        });
        if spawned.is_err() {
            // No more threads are to be had: then it ends later.
            *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(Ok(work()));
        }
        Work(result)
    }

    /// Waits for what `work` gives, until cancelled or woken with `is_told`.
    pub(crate) fn result<T>(&self, work: &Work<T>, is_told: impl Fn() -> bool) -> Waited<T> {
        let mut cancelled = self.lock();
        loop {
            match work.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
                Some(Ok(done)) => return Waited::Done(done),
                Some(Err(panic)) => resume_unwind(panic),
                None if *cancelled => return Waited::Cancelled,
                None if is_told() => return Waited::Told,
                None => {}
            }
            cancelled = self.0.changed.wait(cancelled).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.0.cancelled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Work that is under way on a thread of its own.
#[derive(Debug)]
pub(crate) struct Work<T>(Arc<Mutex<Option<thread::Result<T>>>>);

/// What came first.
pub(crate) enum Waited<T> {
    Done(T),
    Cancelled,
    Told,
}
