//! The loop around [`Wait`]: it has the clock, the rests and the polls.

use std::ops::ControlFlow;
use std::time::Duration;

use tokio::time::Instant;
use tracing::{debug, warn};
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
}

impl<'a> Setup<'a> {
    pub(crate) fn new(client: Client, handle: Handle) -> Self {
        Self { client, handle, deadline: None, options: None, on_report: None }
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
            wait,
            origin: Instant::now(),
            event: Event::Begin,
            rest_until: None,
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
    wait: Wait,
    origin: Instant,
    /// What the machine is to be told next.
    event: Event,
    /// Until when to rest before that.
    rest_until: Option<Moment>,
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
            if let Some(until) = self.rest_until.take() {
                self.rest(until).await;
            }
            let event = std::mem::replace(&mut self.event, Event::Woke);
            let seen = matches!(event, Event::Observed(Ok(_)));
            let missed = match &event {
                Event::Observed(Err(error)) => Some(error.clone()),
                _ => None,
            };
            let step = self.wait.on(self.moment(), event);
            if let Some(error) = missed {
                self.log_missed(&error, step.is_continue());
            }
            if seen {
                self.report_seen();
            }
            match step {
                // What was seen last did not end the generation; the outcome is given again when asked again.
                ControlFlow::Break(outcome) if seen && !matches!(outcome, Outcome::Settled(_)) => {
                    return Progress::Seen;
                }
                ControlFlow::Break(outcome) => {
                    self.log_end(&outcome);
                    return Progress::Over(Box::new(outcome));
                }
                ControlFlow::Continue(Action::Poll { query, timeout }) => {
                    self.event = self.poll(query, timeout).await;
                }
                ControlFlow::Continue(Action::Rest { until }) => {
                    self.rest_until = Some(until);
                    if seen {
                        return Progress::Seen;
                    }
                }
            }
        }
    }

    /// What was last seen.
    pub(crate) const fn last_observation(&self) -> Option<&Generation> {
        self.wait.last_observation()
    }

    async fn poll(&mut self, query: StatusQuery, timeout: Duration) -> Event {
        debug!(handle = %self.handle, ?query, ?timeout, "polling");
        self.report(Report::Polling { query });
        let polled = self.client.poll(&self.handle, query, timeout).await;
        if let Err(error) = &polled {
            self.report(Report::Missed { error });
        }
        Event::Observed(polled)
    }

    async fn rest(&mut self, until: Moment) {
        let rest = until.since(self.moment());
        if rest.is_zero() {
            return;
        }
        debug!(handle = %self.handle, ?rest, "resting");
        self.report(Report::Resting { rest });
        tokio::time::sleep(rest).await;
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

    fn log_end(&self, outcome: &Outcome) {
        match outcome {
            Outcome::Settled(_) => debug!(handle = %self.handle, "ended"),
            Outcome::WithoutOutput(_) => debug!(handle = %self.handle, "ended without an output"),
            Outcome::GaveUp { error, .. } => {
                debug!(handle = %self.handle, kind = ?error.kind(), "ended without an answer");
            }
        }
    }

    fn moment(&self) -> Moment {
        Moment::new(self.origin.elapsed())
    }
}
