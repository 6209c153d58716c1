//! Submitting and waiting in one go.

use std::error::Error as StdError;
use std::fmt;
use std::panic::resume_unwind;
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use videogen_core::generate::{GenerateError, Generated};
use videogen_core::webhook::Notice;
use videogen_core::{
    Accepted, Error, Generation, Handle, NewGeneration, Report, SubmitOptions, WaitOptions,
};

use crate::cancel::CancelToken;
use crate::client::Client;

type BoxError = Box<dyn StdError + Send + Sync>;
type OnSubmitted<'a> = Box<dyn FnOnce(&Accepted) -> Result<(), BoxError> + 'a>;
type OnReport<'a> = Box<dyn FnMut(&Handle, Report<'_>) + Send + 'a>;
type Webhooks<'a> = Box<dyn FnMut(&Handle) -> Receiver<Notice> + 'a>;

/// A submission and the wait for what comes of it, neither begun. Made by [`Client::generate`].
///
/// ```no_run
/// # fn store(handle: &videogen_core::Handle) -> std::io::Result<()> { Ok(()) }
/// # fn example(client: videogen_ureq::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use videogen_core::NewGeneration;
///
/// let new = NewGeneration::from_json(r#"{"model": "seedance-2.0", "prompt": "A kite"}"#)?;
/// let generated = client
///     .generate(new)
///     .on_submitted(|accepted| accepted.handles.iter().try_for_each(store))
///     .run()?;
/// for ended in generated.ended {
///     println!("{}", ended?.succeeded()?.video()?.url.expose());
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before `run`"]
pub struct GenerateBuilder<'a> {
    client: Client,
    new: NewGeneration,
    submit_options: SubmitOptions,
    look_up_lost: bool,
    wait_options: Option<WaitOptions>,
    deadline: Option<Duration>,
    on_submitted: Option<OnSubmitted<'a>>,
    on_report: Option<OnReport<'a>>,
    webhooks: Option<Webhooks<'a>>,
    cancel: Option<CancelToken>,
}

impl<'a> GenerateBuilder<'a> {
    pub(crate) fn new(client: Client, new: NewGeneration) -> Self {
        Self {
            client,
            new,
            submit_options: SubmitOptions::default(),
            look_up_lost: false,
            wait_options: None,
            deadline: None,
            on_submitted: None,
            on_report: None,
            webhooks: None,
            cancel: None,
        }
    }

    /// Decides how long to go on repeating what is safe to repeat.
    pub fn submit_options(mut self, options: SubmitOptions) -> Self {
        self.submit_options = options;
        self
    }

    /// Looks in the provider's list for what a submission may have made whose answer was lost. Nothing is submitted again.
    ///
    /// See [`SubmitBuilder::look_up_lost`](crate::SubmitBuilder::look_up_lost).
    pub const fn look_up_lost(mut self, look_up: bool) -> Self {
        self.look_up_lost = look_up;
        self
    }

    /// Decides everything about the waits. A [`deadline`](Self::deadline) given too counts, before or after.
    ///
    /// Otherwise the provider's guidance does, and the first poll comes when the guidance says that it is worth it.
    pub fn wait_options(mut self, options: WaitOptions) -> Self {
        self.wait_options = Some(options);
        self
    }

    /// Waits for this long at the most, counted from when `on_submitted` has returned.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Calls `on_submitted` with what was accepted, before the first poll: to store the handles, with which a process
    /// that starts anew goes on waiting.
    ///
    /// If it fails nothing is polled, and [`GenerateError::NotStored`] has the handles.
    pub fn on_submitted<E: Into<BoxError>>(
        mut self,
        on_submitted: impl FnOnce(&Accepted) -> Result<(), E> + 'a,
    ) -> Self {
        self.on_submitted = Some(Box::new(|accepted| on_submitted(accepted).map_err(Into::into)));
        self
    }

    /// Calls `on_report` with everything that happens in a wait, on the thread that waits: one for each generation if there
    /// are several. The waits go on when it returns.
    pub fn on_report(mut self, on_report: impl FnMut(&Handle, Report<'_>) + Send + 'a) -> Self {
        self.on_report = Some(Box::new(on_report));
        self
    }

    /// Hears webhooks: `webhooks` is called with each handle before the first poll, and makes the channel through which those
    /// about it will come. See [`WaitBuilder::webhooks`](crate::WaitBuilder::webhooks).
    pub fn webhooks(mut self, webhooks: impl FnMut(&Handle) -> Receiver<Notice> + 'a) -> Self {
        self.webhooks = Some(Box::new(webhooks));
        self
    }

    /// Ends the submission or the waits at once when `token` is cancelled. What was accepted is told to
    /// [`on_submitted`](Self::on_submitted) all the same, and is in the result with waits that were cancelled.
    pub fn cancel(mut self, token: &CancelToken) -> Self {
        self.cancel = Some(token.clone());
        self
    }

    /// Submits, once, and waits for everything that was accepted: several generations at once.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotSubmitted`] with the error of [`SubmitBuilder::run`](crate::SubmitBuilder::run);
    /// [`GenerateError::NotStored`] if `on_submitted` failed. A wait that did not learn the end is no error here: the
    /// others' ends count too. See [`Generated::ended`].
    pub fn run(mut self) -> Result<Generated, GenerateError> {
        let mut submission = self
            .client
            .submit(self.new.clone())
            .options(self.submit_options.clone())
            .look_up_lost(self.look_up_lost);
        if let Some(token) = &self.cancel {
            submission = submission.cancel(token);
        }
        let accepted = submission.run()?;
        if let Some(on_submitted) = self.on_submitted.take()
            && let Err(error) = on_submitted(&accepted)
        {
            return Err(GenerateError::not_stored(accepted, error));
        }
        let ended = self.wait(&accepted.handles);
        Ok(Generated::new(accepted, ended))
    }

    fn wait(&mut self, handles: &[Handle]) -> Vec<Result<Generation, Error>> {
        let guidance = self.client.provider().guidance();
        let mut options = WaitOptions::decided(&guidance, self.wait_options.clone(), self.deadline);
        if self.wait_options.is_none() {
            options.pace.first_rest = guidance.first_poll;
        }
        let on_report = Mutex::new(self.on_report.take());
        let (client, cancel) = (&self.client, &self.cancel);
        let mut webhooks = self.webhooks.take();
        let inboxes: Vec<_> = handles
            .iter()
            .map(|handle| (handle, Mutex::new(webhooks.as_mut().map(|open| open(handle)))))
            .collect();
        let run = |handle: &Handle, inbox: &Mutex<Option<Receiver<Notice>>>| {
            let mut wait = client.wait(handle).options(options.clone());
            if let Some(token) = cancel {
                wait = wait.cancel(token);
            }
            if let Some(webhooks) = lock(inbox).take() {
                wait = wait.webhooks(webhooks);
            }
            let report = |report: Report<'_>| {
                if let Some(on_report) = &mut *lock(&on_report) {
                    on_report(handle, report);
                }
            };
            wait.on_report(report).run()
        };
        if let [(handle, inbox)] = inboxes.as_slice() {
            return vec![run(handle, inbox)];
        }
        let run = &run;
        thread::scope(|scope| {
            let waits: Vec<_> = inboxes
                .iter()
                .map(|(handle, inbox)| {
                    let spawned = thread::Builder::new()
                        .name("videogen-wait".to_owned())
                        .spawn_scoped(scope, move || run(handle, inbox));
                    // Without a thread it has its turn after the others: it is not lost.
                    spawned.map_err(|_| (handle, inbox))
                })
                .collect();
            waits
                .into_iter()
                .map(|wait| match wait {
                    Ok(wait) => wait.join().unwrap_or_else(|panic| resume_unwind(panic)),
                    Err((handle, inbox)) => run(handle, inbox),
                })
                .collect()
        })
    }
}

impl fmt::Debug for GenerateBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GenerateBuilder")
            .field("client", &self.client)
            .field("new", &self.new)
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
