//! The loop around [`Wait`]: it has the clock, the rests and the polls.

use std::ops::ControlFlow;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use tracing::{debug, warn};
use videogen_core::webhook::Notice;
use videogen_core::{
    Action, Error, Event, Generation, Handle, Moment, Outcome, Report, StatusQuery, Verdict, Wait,
    WaitOptions, redact,
};

use crate::cancel::{CancelToken, Waited, Work};
use crate::client::Client;
use crate::inbox::Inbox;

/// What a caller wants to be called with every report.
pub(crate) type OnReport<'a> = Box<dyn FnMut(Report<'_>) + 'a>;

/// What a caller decided about a wait before it began.
pub(crate) struct Setup<'a> {
    pub(crate) client: Client,
    pub(crate) handle: Handle,
    pub(crate) deadline: Option<Duration>,
    pub(crate) options: Option<WaitOptions>,
    pub(crate) on_report: Option<OnReport<'a>>,
    pub(crate) cancel: Option<CancelToken>,
    pub(crate) webhooks: Option<Receiver<Notice>>,
}

impl<'a> Setup<'a> {
    pub(crate) fn new(client: Client, handle: Handle) -> Self {
        Self {
            client,
            handle,
            deadline: None,
            options: None,
            on_report: None,
            cancel: None,
            webhooks: None,
        }
    }

    pub(crate) fn begin(self) -> Driver<'a> {
        let provider = self.client.provider();
        let guidance = provider.guidance();
        let options = WaitOptions::decided(&guidance, self.options, self.deadline);
        let wait = Wait::new(self.handle.clone(), provider.lifecycle(), &guidance, options);
        // Webhooks wake a wait by its token.
        let cancel = self.cancel.or_else(|| self.webhooks.as_ref().map(|_| CancelToken::new()));
        let inbox = match (self.webhooks, &cancel) {
            (Some(webhooks), Some(token)) => {
                Some(Inbox::open(webhooks, self.handle.clone(), token.clone()))
            }
            _ => None,
        };
        Driver {
            client: self.client,
            handle: self.handle,
            on_report: self.on_report,
            cancel,
            inbox,
            wait,
            origin: now(),
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
    cancel: Option<CancelToken>,
    inbox: Option<Inbox>,
    wait: Wait,
    origin: Instant,
    doing: Doing,
    /// Until when it was said to rest.
    resting_until: Option<Moment>,
}

/// What comes before the machine is told something.
#[expect(clippy::large_enum_variant, reason = "one for each wait")]
enum Doing {
    /// Nothing does.
    Giving(Event),
    Resting(Moment),
    Asking {
        query: StatusQuery,
        timeout: Duration,
    },
    /// The provider is being asked on another thread.
    Polling(Work<Result<Generation, Error>>),
}

impl Driver<'_> {
    /// Goes on until the generation was seen once more, or the wait is over.
    pub(crate) fn advance(&mut self) -> Progress {
        loop {
            let event = self.next_event();
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
                    self.doing = Doing::Asking { query, timeout };
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
    fn next_event(&mut self) -> Event {
        loop {
            match std::mem::replace(&mut self.doing, Doing::Giving(Event::Woke)) {
                Doing::Giving(event) => {
                    return if self.is_cancelled() { Event::Cancelled } else { event };
                }
                Doing::Resting(until) => return self.rest(until),
                Doing::Asking { query, timeout } => match self.ask(query, timeout) {
                    Doing::Giving(event) => return event,
                    doing => self.doing = doing,
                },
                Doing::Polling(work) => return self.await_answer(work),
            }
        }
    }

    /// Asks the provider: here, or on another thread if something else may happen meanwhile.
    fn ask(&mut self, query: StatusQuery, timeout: Duration) -> Doing {
        if self.is_cancelled() {
            return Doing::Giving(Event::Cancelled);
        }
        debug!(handle = %self.handle, ?query, ?timeout, "polling");
        self.resting_until = None;
        self.report(Report::Polling { query });
        match &self.cancel {
            None => {
                let answer = self.client.poll(&self.handle, query, timeout);
                Doing::Giving(self.observed(answer))
            }
            Some(token) => {
                let (client, handle) = (self.client.clone(), self.handle.clone());
                Doing::Polling(token.start(move || client.poll(&handle, query, timeout)))
            }
        }
    }

    fn await_answer(&mut self, work: Work<Result<Generation, Error>>) -> Event {
        let token = self.cancel.clone().unwrap_or_default();
        loop {
            match token.result(&work, || self.is_told()) {
                // Also if cancelled: what was learnt is not thrown away, it may be the end.
                Waited::Done(answer) => return self.observed(answer),
                Waited::Cancelled => return Event::Cancelled,
                Waited::Told => {
                    if let Some(event) = self.notified() {
                        self.doing = Doing::Polling(work);
                        return event;
                    }
                }
            }
        }
    }

    fn observed(&mut self, answer: Result<Generation, Error>) -> Event {
        if let Err(error) = &answer {
            self.report(Report::Missed { error });
        }
        Event::Observed(answer)
    }

    fn rest(&mut self, until: Moment) -> Event {
        let rest = until.since(self.moment());
        // A webhook that changes nothing does not make it another rest.
        if !rest.is_zero() && self.resting_until.replace(until) != Some(until) {
            debug!(handle = %self.handle, ?rest, "resting");
            self.report(Report::Resting { rest });
        }
        loop {
            if self.is_cancelled() {
                return Event::Cancelled;
            }
            if let Some(event) = self.notified() {
                return event;
            }
            let rest = until.since(self.moment());
            if rest.is_zero() {
                return Event::Woke;
            }
            match &self.cancel {
                None => sleep(rest),
                Some(token) => token.rest_unless(rest, || self.is_told()),
            }
        }
    }

    /// Whether a webhook came.
    fn is_told(&self) -> bool {
        self.inbox.as_ref().is_some_and(|inbox| !inbox.is_empty())
    }

    fn notified(&mut self) -> Option<Event> {
        let notice = self.inbox.as_ref()?.take()?;
        let is_verified = matches!(notice, Notice::Verified(_));
        debug!(handle = %self.handle, is_verified, "heard a webhook");
        self.report(Report::Notified { notice: &notice });
        Some(Event::Notified(notice))
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

    fn is_cancelled(&self) -> bool {
        self.cancel.as_ref().is_some_and(CancelToken::is_cancelled)
    }

    fn moment(&self) -> Moment {
        Moment::new(now().saturating_duration_since(self.origin))
    }
}

#[expect(clippy::disallowed_methods, reason = "a driver is where the clock is")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a driver is where the rests are")]
fn sleep(rest: Duration) {
    thread::sleep(rest);
}
