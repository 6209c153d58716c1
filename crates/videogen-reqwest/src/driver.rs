//! The loop around [`Wait`]: it has the clock, the rests and the polls.

use std::future::{Future, poll_fn};
use std::ops::ControlFlow;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::time::Instant;
use tracing::{debug, warn};
use videogen_core::webhook::Notice;
use videogen_core::{
    Action, Error, Event, Generation, Handle, Moment, Outcome, Report, StatusQuery, Verdict, Wait,
    WaitOptions, redact,
};

use crate::client::Client;

/// What a caller wants to be called with every report.
pub(crate) type OnReport<'a> = Box<dyn FnMut(Report<'_>) + Send + 'a>;

/// What a caller decided about a wait before it began.
pub(crate) struct Setup<'a> {
    pub(crate) client: Client,
    pub(crate) handle: Handle,
    pub(crate) deadline: Option<Duration>,
    pub(crate) options: Option<WaitOptions>,
    pub(crate) on_report: Option<OnReport<'a>>,
    pub(crate) webhooks: Option<Receiver<Notice>>,
}

impl<'a> Setup<'a> {
    pub(crate) fn new(client: Client, handle: Handle) -> Self {
        Self { client, handle, deadline: None, options: None, on_report: None, webhooks: None }
    }

    pub(crate) fn begin(self) -> Driver<'a> {
        let provider = self.client.provider();
        let guidance = provider.guidance();
        let options = WaitOptions::decided(&guidance, self.options, self.deadline);
        let wait = Wait::new(self.handle.clone(), provider.lifecycle(), &guidance, options);
        Driver {
            client: self.client,
            handle: self.handle,
            on_report: self.on_report,
            webhooks: self.webhooks,
            wait,
            origin: Instant::now(),
            doing: Doing::Giving(Event::Begin),
            resting_until: None,
        }
    }
}

/// What happened last in a wait that is driven.
pub(crate) enum Progress {
    /// The generation was seen, and has not ended.
    Seen,
    /// The wait is over.
    Over(Box<Outcome>),
}

/// Drives one [`Wait`].
pub(crate) struct Driver<'a> {
    client: Client,
    handle: Handle,
    on_report: Option<OnReport<'a>>,
    /// `None` also when nothing more will come.
    webhooks: Option<Receiver<Notice>>,
    wait: Wait,
    origin: Instant,
    doing: Doing,
    /// Until when it was said to rest.
    resting_until: Option<Moment>,
}

type Answer = Result<Generation, Error>;
type Asking = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// What comes before the machine is told something.
#[expect(clippy::large_enum_variant, reason = "one for each wait")]
enum Doing {
    /// Nothing does.
    Giving(Event),
    Resting(Moment),
    Polling(Asking),
}

/// What came first.
enum First<T> {
    Own(T),
    Notice(Notice),
}

impl Driver<'_> {
    /// Goes on until the generation was seen once more, or the wait is over.
    pub(crate) async fn advance(&mut self) -> Progress {
        if let Err(error) = self.client.transport(&self.handle) {
            // Asking again does not make a transport.
            let handle = self.handle.clone();
            return Progress::Over(Box::new(Outcome::GaveUp { handle, last: None, error }));
        }
        loop {
            let event = self.next_event().await;
            let is_notice = matches!(event, Event::Notified(_));
            let missed = match &event {
                Event::Observed(Err(error)) => Some(error.clone()),
                _ => None,
            };
            let observations = self.wait.observations();
            let step = self.wait.on(self.moment(), event);
            let seen = self.wait.observations() > observations;
            if let Some(error) = missed {
                self.log_missed(&error, step.is_continue());
            }
            if seen {
                self.report_seen();
            }
            match step {
                // What was seen last did not end the generation; the outcome is given again when asked again.
                ControlFlow::Break(outcome) if seen && !matches!(outcome, Outcome::Settled(_)) => {
                    self.doing = Doing::Giving(Event::Woke);
                    return Progress::Seen;
                }
                ControlFlow::Break(outcome) => {
                    self.report_end(&outcome);
                    return Progress::Over(Box::new(outcome));
                }
                ControlFlow::Continue(Action::Poll { query, timeout }) => {
                    self.doing = self.ask(query, timeout);
                }
                // A poll that is under way goes on.
                ControlFlow::Continue(Action::Rest { .. })
                    if is_notice && matches!(self.doing, Doing::Polling(_)) => {}
                ControlFlow::Continue(Action::Rest { until }) => {
                    self.doing = Doing::Resting(until);
                }
            }
            if seen {
                return Progress::Seen;
            }
        }
    }

    /// What was last seen.
    pub(crate) const fn last_observation(&self) -> Option<&Generation> {
        self.wait.last_observation()
    }

    /// Does what is to be done, until there is something to tell the machine.
    async fn next_event(&mut self) -> Event {
        match std::mem::replace(&mut self.doing, Doing::Giving(Event::Woke)) {
            Doing::Giving(event) => event,
            Doing::Resting(until) => self.rest(until).await,
            Doing::Polling(mut asking) => match self.first(asking.as_mut()).await {
                First::Own(answer) => {
                    if let Err(error) = &answer {
                        self.report(Report::Missed { error });
                    }
                    Event::Observed(answer)
                }
                First::Notice(notice) => {
                    self.doing = Doing::Polling(asking);
                    self.notified(notice)
                }
            },
        }
    }

    fn ask(&mut self, query: StatusQuery, timeout: Duration) -> Doing {
        debug!(handle = %self.handle, ?query, ?timeout, "polling");
        self.resting_until = None;
        self.report(Report::Polling { query });
        let (client, handle) = (self.client.clone(), self.handle.clone());
        Doing::Polling(Box::pin(async move { client.poll(&handle, query, timeout).await }))
    }

    async fn rest(&mut self, until: Moment) -> Event {
        let rest = until.since(self.moment());
        if rest.is_zero() {
            return Event::Woke;
        }
        // A webhook that changes nothing does not make it another rest.
        if self.resting_until.replace(until) != Some(until) {
            debug!(handle = %self.handle, ?rest, "resting");
            self.report(Report::Resting { rest });
        }
        match self.first(pin!(tokio::time::sleep(rest))).await {
            First::Own(()) => Event::Woke,
            First::Notice(notice) => self.notified(notice),
        }
    }

    /// What comes first: what `own` gives, or a webhook about this generation.
    async fn first<T>(
        &mut self,
        mut own: Pin<&mut (impl Future<Output = T> + ?Sized)>,
    ) -> First<T> {
        poll_fn(|context| match own.as_mut().poll(context) {
            Poll::Ready(own) => Poll::Ready(First::Own(own)),
            Poll::Pending => self.poll_webhooks(context).map(First::Notice),
        })
        .await
    }

    fn poll_webhooks(&mut self, context: &mut Context<'_>) -> Poll<Notice> {
        while let Some(webhooks) = &mut self.webhooks {
            match webhooks.poll_recv(context) {
                Poll::Pending => break,
                Poll::Ready(None) => self.webhooks = None,
                Poll::Ready(Some(notice)) if notice.is_about(&self.handle) => {
                    return Poll::Ready(notice);
                }
                Poll::Ready(Some(_)) => {}
            }
        }
        Poll::Pending
    }

    fn notified(&mut self, notice: Notice) -> Event {
        let is_verified = matches!(notice, Notice::Verified(_));
        debug!(handle = %self.handle, is_verified, "heard a webhook");
        self.report(Report::Notified { notice: &notice });
        Event::Notified(notice)
    }

    fn report_seen(&mut self) {
        let (Some(seen), Some(verdict)) = (self.wait.last_observation(), self.wait.last_verdict())
        else {
            return;
        };
        let status = redact::text(seen.status.raw());
        let phase = seen.phase().as_str();
        match verdict {
            Verdict::Contradicts(contradiction) => {
                warn!(handle = %self.handle, ?status, phase, ?contradiction, "observed a contradiction");
            }
            verdict => debug!(handle = %self.handle, ?status, phase, ?verdict, "observed"),
        }
        if let Some(on_report) = &mut self.on_report {
            on_report(Report::Observed { generation: seen, verdict });
        }
    }

    fn report(&mut self, report: Report<'_>) {
        if let Some(on_report) = &mut self.on_report {
            on_report(report);
        }
    }

    /// After the machine has decided, which alone knows whether the error ends the wait.
    fn log_missed(&self, error: &Error, goes_on: bool) {
        let kind = error.kind();
        if goes_on {
            warn!(handle = %self.handle, ?kind, %error, "missed a poll");
        } else {
            warn!(handle = %self.handle, ?kind, %error, "gave up");
        }
    }

    fn report_end(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Settled(_) => debug!(handle = %self.handle, "ended"),
            Outcome::WithoutOutput(_) => debug!(handle = %self.handle, "ended without an output"),
            Outcome::GaveUp { error, .. } => {
                debug!(handle = %self.handle, kind = ?error.kind(), "ended without an answer");
            }
        }
        let (polls, missed) = (self.wait.polls(), self.wait.missed_polls());
        if let Some(on_report) = &mut self.on_report {
            on_report(Report::Ended { timeline: self.wait.timeline(), polls, missed });
        }
    }

    fn moment(&self) -> Moment {
        Moment::new(self.origin.elapsed())
    }
}
