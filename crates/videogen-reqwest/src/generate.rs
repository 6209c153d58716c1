//! Submitting and waiting in one go.

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use videogen_core::generate::{GenerateError, Generated};
use videogen_core::webhook::Notice;
use videogen_core::{
    Accepted, Error, Generation, Handle, NewGeneration, Report, SubmitOptions, WaitOptions,
};

use crate::client::Client;
use crate::wait::WaitFuture;

type BoxError = Box<dyn StdError + Send + Sync>;
type Storing<'a> = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'a>>;
type OnSubmitted<'a> = Box<dyn FnOnce(Accepted) -> Storing<'a> + Send + 'a>;
type OnReport<'a> = Box<dyn FnMut(&Handle, Report<'_>) + Send + 'a>;
type Webhooks<'a> = Box<dyn FnMut(&Handle) -> Receiver<Notice> + Send + 'a>;

/// A submission and the wait for what comes of it, neither begun. Made by [`Client::generate`]; begins when awaited.
///
/// Awaiting submits, once, and waits for everything that was accepted: several generations at once.
///
/// ```no_run
/// # async fn store(handles: Vec<videogen_core::Handle>) -> std::io::Result<()> { Ok(()) }
/// # async fn example(client: videogen_reqwest::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use videogen_core::NewGeneration;
///
/// let new = NewGeneration::from_json(r#"{"model": "seedance-2.0", "prompt": "A kite"}"#)?;
/// let generated = client
///     .generate(new)
///     .on_submitted(|accepted| store(accepted.handles))
///     .await?;
/// for ended in generated.ended {
///     println!("{}", ended?.succeeded()?.video()?.url.expose());
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`GenerateError::NotSubmitted`] with the error of [`Client::submit`]; [`GenerateError::NotStored`] if `on_submitted`
/// failed. A wait that did not learn the end is no error here: the others' ends count too. See [`Generated::ended`].
///
/// # Cancelling
///
/// Dropping the future ends what it does at once. Before `on_submitted` was called that leaves open whether a generation was
/// made: spawn the future rather than racing it against something. After it, the generations go on at the provider, and
/// whoever stored the handles can wait for them again.
#[must_use = "nothing is sent before it is awaited"]
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

    /// Waits for this long at the most, counted from when what `on_submitted` gave has ended.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Calls `on_submitted` with what was accepted, and awaits what it gives, before the first poll: to store the handles,
    /// with which a process that starts anew goes on waiting.
    ///
    /// If it fails nothing is polled, and [`GenerateError::NotStored`] has the handles.
    pub fn on_submitted<E, F>(
        mut self,
        on_submitted: impl FnOnce(Accepted) -> F + Send + 'a,
    ) -> Self
    where
        E: Into<BoxError>,
        F: Future<Output = Result<(), E>> + Send + 'a,
    {
        self.on_submitted = Some(Box::new(move |accepted| {
            let storing = on_submitted(accepted);
            Box::pin(async move { storing.await.map_err(Into::into) })
        }));
        self
    }

    /// Calls `on_report` with everything that happens in a wait. The waits go on when it returns.
    pub fn on_report(mut self, on_report: impl FnMut(&Handle, Report<'_>) + Send + 'a) -> Self {
        self.on_report = Some(Box::new(on_report));
        self
    }

    /// Hears webhooks: `webhooks` is called with each handle before the first poll, and makes the channel through which those
    /// about it will come. See [`WaitBuilder::webhooks`](crate::WaitBuilder::webhooks).
    pub fn webhooks(
        mut self,
        webhooks: impl FnMut(&Handle) -> Receiver<Notice> + Send + 'a,
    ) -> Self {
        self.webhooks = Some(Box::new(webhooks));
        self
    }

    async fn run(self) -> Result<Generated, GenerateError> {
        let accepted = self
            .client
            .submit(self.new)
            .options(self.submit_options)
            .look_up_lost(self.look_up_lost)
            .await?;
        if let Some(on_submitted) = self.on_submitted
            && let Err(error) = on_submitted(accepted.clone()).await
        {
            return Err(GenerateError::not_stored(accepted, error));
        }
        let guidance = self.client.provider().guidance();
        let is_decided = self.wait_options.is_some();
        let mut options = WaitOptions::decided(&guidance, self.wait_options, self.deadline);
        if !is_decided {
            options.pace.first_rest = guidance.first_poll;
        }
        let on_report = self.on_report.map(|on_report| Arc::new(Mutex::new(on_report)));
        let mut webhooks = self.webhooks;
        let mut waits = Vec::new();
        for handle in &accepted.handles {
            let mut wait = self.client.wait(handle).options(options.clone());
            if let Some(webhooks) = &mut webhooks {
                wait = wait.webhooks(webhooks(handle));
            }
            if let Some(on_report) = on_report.clone() {
                let handle = handle.clone();
                wait = wait.on_report(move |report| {
                    let mut on_report = on_report.lock().unwrap_or_else(PoisonError::into_inner);
                    on_report(&handle, report);
                });
            }
            waits.push(Waiting::On(wait.into_future()));
        }
        let ended = all(waits).await;
        Ok(Generated::new(accepted, ended))
    }
}

enum Waiting<'a> {
    On(WaitFuture<'a>),
    Ended(Box<Result<Generation, Error>>),
}

/// Waits for all at once, in one task.
async fn all(mut waits: Vec<Waiting<'_>>) -> Vec<Result<Generation, Error>> {
    poll_fn(|context| {
        let mut is_over = true;
        for wait in &mut waits {
            if let Waiting::On(future) = wait {
                match Pin::new(future).poll(context) {
                    Poll::Ready(ended) => *wait = Waiting::Ended(Box::new(ended)),
                    Poll::Pending => is_over = false,
                }
            }
        }
        if is_over { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    let ended = |wait| match wait {
        Waiting::Ended(ended) => Some(*ended),
        Waiting::On(_) => None,
    };
    waits.into_iter().filter_map(ended).collect()
}

impl<'a> IntoFuture for GenerateBuilder<'a> {
    type Output = Result<Generated, GenerateError>;
    type IntoFuture = GenerateFuture<'a>;

    fn into_future(self) -> GenerateFuture<'a> {
        GenerateFuture(Box::pin(self.run()))
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

/// A submission and the waits that follow: the future of a [`GenerateBuilder`].
#[must_use = "futures do nothing unless awaited"]
pub struct GenerateFuture<'a>(
    Pin<Box<dyn Future<Output = Result<Generated, GenerateError>> + Send + 'a>>,
);

impl Future for GenerateFuture<'_> {
    type Output = Result<Generated, GenerateError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for GenerateFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GenerateFuture").finish_non_exhaustive()
    }
}
