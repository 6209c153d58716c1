//! Following a generation until it ends or the caller's deadline passes, as a machine without I/O.
//!
//! ```text
//!            Begin                       Observed(nothing final)
//!   (new) ───────────▶ Poll ──────────────────────────────────────▶ Rest { until }
//!                       ▲  │                                            │
//!                       │  │ Observed(an end)                           │ Woke at `until`
//!                       │  ▼                                            │
//!                       │ Break(Outcome)  ◀── the deadline passed ──────┤
//!                       └───────────────────────────────────────────────┘
//! ```
//!
//! # Contract
//!
//! 1. The driver makes a [`Wait`] and gives it [`Event::Begin`].
//! 2. On [`Action::Poll`] it asks the provider once, with that query and that time limit, and gives the result
//!    as [`Event::Observed`].
//! 3. On [`Action::Rest`] it does nothing until that moment, and gives [`Event::Woke`].
//! 4. On `Break` the wait is over. Every later event gives the same outcome again.
//! 5. With each event it says what time it is. Waking early is harmless; waking late costs only time.
//! 6. A driver that hears webhooks gives them as [`Event::Notified`], while it rests and while a poll is under way. Then the
//!    poll goes on, and [`Action::Rest`] says until when its answer may come; on `Break` the poll is dropped.
//!
//! # What the machine promises
//!
//! - No poll begins after the deadline, sooner than the floor after the last answer, or sooner than the provider
//!   asked for, except that the last poll may be drawn forward to the deadline.
//! - A missed poll (408, 409, 423, 425, 429, any 5xx, a connection that fails, a body that is not what was promised) never
//!   ends a wait, unless the caller limited how many in a row it puts up with.
//! - 401, 402, 403, redirects and refusals end it at once; 404 does when it has lasted for the grace, and is
//!   [`GenerationGone`](ErrorKind::GenerationGone) of what was there before. A long-poll that is
//!   refused is followed by plain polls instead.
//! - An unknown word never ends it. Success without an output is looked at again for a grace, and is then its own outcome.
//! - Whoever gives up names the handle, the last observation and the last error.
//!
//! # What webhooks change
//!
//! Nothing but how soon the end is learnt:
//!
//! - A webhook about another generation is ignored, and so is one that comes after the end.
//! - A [hint](crate::webhook::Hint) brings about an *early poll*: as soon as the floor and the provider allow. It does not
//!   take the place of a regular poll, and is over a floor before the next one is due; with less than a second for that there is
//!   none. It can end the wait by what it saw. Otherwise it moves no regular poll, unless the provider asks for a rest;
//!   it begins and ends no grace, and if it is missed, or refused, that counts for nothing.
//! - After an early poll hints count again when [`Pace::rest_after_hint`] is over, which doubles each time: a flood of
//!   forged ones brings about a handful of polls in all.
//! - A [verified](crate::webhook::Verified) webhook of the end, with a primary output or the reason of a failure, ends the wait at once, also
//!   while a poll is under way. One of the end that says less brings about an early poll, the first time whatever hints there
//!   were; if no poll is answered any more, an end that is no success is believed when the wait would give up. Any other
//!   one is an observation if it is news.
//!
//! ```
//! use std::ops::ControlFlow;
//! use std::time::Duration;
//! use videogen_core::{
//!     Action, BaseUrl, Event, Generation, Handle, Moment, Outcome, Output, OutputKind, Phase,
//!     PollGuidance, StatusTable, StatusWord, Wait, WaitOptions,
//! };
//!
//! static WORDS: StatusTable = StatusTable::new(&[
//!     StatusWord::documented("running", Phase::Running, &["done"]),
//!     StatusWord::documented("done", Phase::Succeeded, &[]),
//! ]);
//! let seconds = Duration::from_secs;
//! let guidance = PollGuidance::new(seconds(5), seconds(30)..=seconds(180), seconds(900));
//! let handle = Handle::new("example", &BaseUrl::parse("https://api.example").unwrap(), "g1").unwrap();
//! let mut wait = Wait::new(handle.clone(), &WORDS, &guidance, WaitOptions::of(&guidance));
//!
//! // 1. Begin: the first poll is due at once.
//! let mut now = Moment::ORIGIN;
//! assert!(matches!(wait.on(now, Event::Begin), ControlFlow::Continue(Action::Poll { .. })));
//! // 2. It is running: rest until five seconds after the poll began.
//! let running = Generation::new(handle.clone(), WORDS.status("running"));
//! let ControlFlow::Continue(Action::Rest { until }) = wait.on(now, Event::Observed(Ok(running)))
//! else { panic!() };
//! assert_eq!(until, now + seconds(5));
//! // 3. Woke: poll again.
//! now = until;
//! assert!(matches!(wait.on(now, Event::Woke), ControlFlow::Continue(Action::Poll { .. })));
//! // 4. It is done.
//! let mut done = Generation::new(handle, WORDS.status("done"));
//! done.outputs.push(Output::primary(OutputKind::Video, "https://cdn.example/v.mp4"));
//! let ControlFlow::Break(Outcome::Settled(video)) = wait.on(now, Event::Observed(Ok(done)))
//! else { panic!() };
//! assert!(video.video().is_ok());
//! ```

mod early;
mod timeline;

use std::num::NonZeroU32;
use std::ops::ControlFlow;
use std::time::Duration;

pub use timeline::{Bounds, Timeline};

use crate::error::{Error, ErrorKind};
use crate::generation::Generation;
use crate::handle::Handle;
use crate::lifecycle::{Lifecycle, StatusTable, Verdict};
use crate::moment::Moment;
use crate::pace::Pace;
use crate::provider::{LongPoll, PollGuidance, StatusQuery};
use crate::status::Phase;
use crate::webhook::{Notice, Verified};
use early::News;

/// How long one exchange may take, apart from what a long-poll holds it.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a 404 may last: what was submitted a moment ago need not be found at once.
const NOT_FOUND_GRACE: Duration = Duration::from_secs(10);
/// How long an output may come after its success.
const OUTPUT_GRACE: Duration = Duration::from_secs(30);
/// How many looks the output's grace has room for.
const LOOKS_FOR_OUTPUT: u32 = 6;
/// The last poll begins this long before the deadline, since a clock always wakes a little late.
const LAST_POLL_LEAD: Duration = Duration::from_millis(200);
/// The last answer may come this long after the deadline.
const OVERRUN: Duration = Duration::from_secs(5);
/// A long-poll shorter than this is none.
const SHORTEST_HOLD: Duration = Duration::from_secs(1);

/// What a caller can decide about a wait.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitOptions {
    /// How long to wait at the most, counted from [`Event::Begin`].
    pub deadline: Duration,
    /// How long to rest between polls.
    pub pace: Pace,
    /// How to ask. A long-poll or progress is asked for only where the provider has it.
    pub query: StatusQuery,
    /// How long one exchange may take, apart from what a long-poll holds it. 30 seconds by default.
    pub answer_timeout: Duration,
    /// After how many missed polls in a row to give up. `None` by default: only the deadline ends the wait.
    pub max_failures: Option<NonZeroU32>,
    /// How long 404 may be the answer before it is believed. 10 seconds by default.
    pub not_found_grace: Duration,
    /// How long to look for an output after success. 30 seconds by default.
    pub output_grace: Duration,
}

impl WaitOptions {
    /// What the provider's guidance asks for, with its deadline.
    #[must_use]
    pub fn of(guidance: &PollGuidance) -> Self {
        Self::with_deadline(guidance, guidance.deadline)
    }

    /// What a caller decided, for clients that take both: a deadline beats that of the options, and what is not decided is
    /// as the provider's guidance asks for.
    #[must_use]
    pub fn decided(
        guidance: &PollGuidance,
        options: Option<Self>,
        deadline: Option<Duration>,
    ) -> Self {
        match (options, deadline) {
            (Some(options), None) => options,
            (Some(options), Some(deadline)) => Self { deadline, ..options },
            (None, Some(deadline)) => Self::with_deadline(guidance, deadline),
            (None, None) => Self::of(guidance),
        }
    }

    /// What the provider's guidance asks for, with this deadline.
    #[must_use]
    pub fn with_deadline(guidance: &PollGuidance, deadline: Duration) -> Self {
        Self {
            deadline,
            pace: Pace::of(guidance, deadline),
            query: match guidance.long_poll {
                Some(_) => StatusQuery::LongPoll { hold: None },
                None => StatusQuery::Plain,
            },
            answer_timeout: ANSWER_TIMEOUT,
            max_failures: None,
            not_found_grace: NOT_FOUND_GRACE,
            output_grace: OUTPUT_GRACE,
        }
    }
}

/// What happened.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a driver produces every event")]
#[expect(clippy::large_enum_variant, reason = "made and consumed once a poll")]
pub enum Event {
    /// The wait begins.
    Begin,
    /// The provider was asked.
    Observed(Result<Generation, Error>),
    /// The rest is over.
    Woke,
    /// A webhook came, perhaps about this generation. It may come at any time, often, and late.
    Notified(Notice),
    /// The caller does not want to wait any longer.
    Cancelled,
}

/// What the driver is to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a driver must handle every action")]
pub enum Action {
    /// Ask the provider once.
    Poll {
        /// How to ask.
        query: StatusQuery,
        /// How long the exchange may take.
        timeout: Duration,
    },
    /// Do nothing; if a poll is under way, let it go on.
    Rest {
        /// Until then.
        until: Moment,
    },
}

/// How a wait ended.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "who waits must handle every outcome")]
pub enum Outcome {
    /// The generation ended, one way or another.
    Settled(Box<Generation>),
    /// The provider says that the generation succeeded, and named no output for the whole grace.
    WithoutOutput(Box<Generation>),
    /// The end was not learnt.
    GaveUp {
        /// Which generation; it is not lost.
        handle: Handle,
        /// What was last seen of it.
        last: Option<Box<Generation>>,
        /// Why. It carries the last observation and the last poll's error too.
        error: Error,
    },
}

impl Outcome {
    /// The generation that ended, or why its end or its output is not known.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::CompletedWithoutOutput`], or the error of [`Outcome::GaveUp`].
    pub fn into_result(self) -> Result<Generation, Error> {
        match self {
            Self::Settled(generation) => Ok(*generation),
            Self::WithoutOutput(generation) => Err(Error::new(
                ErrorKind::CompletedWithoutOutput,
                format!(
                    "the provider says `{}` and names no output, also when asked again",
                    generation.status
                ),
            )
            .about(&generation.handle)
            .with_last_observation(Some(*generation))),
            Self::GaveUp { error, .. } => Err(error),
        }
    }
}

/// Follows one generation to its end. See the [module](self) for the contract.
#[derive(Debug)]
pub struct Wait {
    handle: Handle,
    options: WaitOptions,
    long_poll: Option<LongPoll>,
    progress_on_request: bool,
    lifecycle: Lifecycle,
    state: State,
    begun: Option<Moment>,
    now: Moment,
    /// When the last regular poll began.
    poll_began: Option<Moment>,
    /// The poll that is under way, or was last.
    exchange: Exchange,
    /// When the next regular poll is due.
    due: Moment,
    /// When the next poll may begin at the soonest, regular or early.
    not_before: Moment,
    news: News,
    /// An end that is no success and that only a webhook told.
    told: Option<Generation>,
    timeline: Timeline,
    observations: u32,
    last: Option<Generation>,
    last_error: Option<Error>,
    verdict: Option<Verdict>,
    polls: u32,
    missed: u32,
    missed_in_a_row: u32,
    unrecognized: Option<(String, u32)>,
    not_found_since: Option<Moment>,
    no_output_since: Option<Moment>,
}

#[derive(Clone, Copy, Debug)]
struct Exchange {
    query: StatusQuery,
    is_early: bool,
    began: Moment,
    /// When its time limit is over.
    ends: Moment,
}

#[derive(Debug)]
enum State {
    New,
    Polling,
    Resting { until: Moment },
    Over(Box<Outcome>),
}

type Step = ControlFlow<Outcome, Action>;

impl Wait {
    /// A wait for `handle` at a provider with these words and this guidance.
    #[must_use]
    pub fn new(
        handle: Handle,
        lifecycle: &'static StatusTable,
        guidance: &PollGuidance,
        options: WaitOptions,
    ) -> Self {
        Self {
            handle,
            options,
            long_poll: guidance.long_poll,
            progress_on_request: guidance.progress_on_request,
            lifecycle: Lifecycle::new(lifecycle),
            state: State::New,
            begun: None,
            now: Moment::ORIGIN,
            poll_began: None,
            exchange: Exchange {
                query: StatusQuery::Plain,
                is_early: false,
                began: Moment::ORIGIN,
                ends: Moment::ORIGIN,
            },
            due: Moment::ORIGIN,
            not_before: Moment::ORIGIN,
            news: News::default(),
            told: None,
            timeline: Timeline::default(),
            observations: 0,
            last: None,
            last_error: None,
            verdict: None,
            polls: 0,
            missed: 0,
            missed_in_a_row: 0,
            unrecognized: None,
            not_found_since: None,
            no_output_since: None,
        }
    }

    /// Takes note of what happened at `now`, and says what to do next.
    ///
    /// Total: any event is fine at any time. A `now` that goes back counts as the latest one.
    pub fn on(&mut self, now: Moment, event: Event) -> Step {
        if let State::Over(outcome) = &self.state {
            return ControlFlow::Break((**outcome).clone());
        }
        self.now = self.now.max(now);
        self.begun.get_or_insert(self.now);
        let is_notice = matches!(event, Event::Notified(_));
        let step = match event {
            Event::Cancelled => {
                self.give_up(Error::new(ErrorKind::WaitCancelled, "the wait was cancelled"))
            }
            Event::Observed(Ok(generation)) => self.on_seen(generation),
            Event::Observed(Err(error)) => self.on_error(error),
            Event::Notified(notice) => self.on_notice(notice),
            Event::Begin | Event::Woke => self.on_time(),
        };
        match &step {
            ControlFlow::Break(outcome) => self.state = State::Over(Box::new(outcome.clone())),
            // Told of a webhook in the middle of a poll: it goes on.
            ControlFlow::Continue(Action::Rest { .. }) if is_notice && self.is_polling() => {}
            ControlFlow::Continue(Action::Poll { .. }) => self.state = State::Polling,
            ControlFlow::Continue(Action::Rest { until }) => {
                self.state = State::Resting { until: *until };
            }
        }
        step
    }

    /// Which generation.
    #[must_use]
    pub const fn handle(&self) -> &Handle {
        &self.handle
    }

    /// What was last seen of it.
    #[must_use]
    pub const fn last_observation(&self) -> Option<&Generation> {
        self.last.as_ref()
    }

    /// The error of the last poll that was missed.
    #[must_use]
    pub const fn last_error(&self) -> Option<&Error> {
        self.last_error.as_ref()
    }

    /// What the last observation meant for the generation's course.
    #[must_use]
    pub const fn last_verdict(&self) -> Option<Verdict> {
        self.verdict
    }

    /// How often something was learnt of the generation, from polls and from verified webhooks.
    #[must_use]
    pub const fn observations(&self) -> u32 {
        self.observations
    }

    /// When the generation was first seen queued, running and ended, counted from [`Event::Begin`].
    #[must_use]
    pub const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// How many polls were begun, early ones included.
    #[must_use]
    pub const fn polls(&self) -> u32 {
        self.polls
    }

    /// How many polls were missed.
    #[must_use]
    pub const fn missed_polls(&self) -> u32 {
        self.missed
    }

    /// When the wait ends at the latest. `None` before it began.
    #[must_use]
    pub fn deadline(&self) -> Option<Moment> {
        self.begun.map(|begun| begun + self.options.deadline)
    }

    fn on_time(&mut self) -> Step {
        match self.state {
            State::New if !self.options.pace.first_rest.is_zero() => {
                self.rest_until(self.now + self.options.pace.first_rest, None)
            }
            State::Resting { until } if self.now < until => {
                ControlFlow::Continue(Action::Rest { until })
            }
            // Woken too late for an early poll: the regular one is near.
            State::Resting { .. } if self.now < self.due && !self.has_room_for_early_poll() => {
                ControlFlow::Continue(Action::Rest { until: self.due })
            }
            // Woken while a poll is under way: its answer is not coming any more.
            State::Polling => self.on_error(Error::new(
                ErrorKind::Interrupted,
                "the poll was given up without an answer",
            )),
            _ => self.poll(),
        }
    }

    fn on_notice(&mut self, notice: Notice) -> Step {
        if notice.is_about(&self.handle) {
            match notice {
                Notice::Hint(_) => self.news.hint(),
                Notice::Verified(verified) => {
                    if let Some(generation) = self.on_verified(*verified) {
                        return ControlFlow::Break(Outcome::Settled(Box::new(generation)));
                    }
                }
            }
        }
        match self.state {
            State::Polling => ControlFlow::Continue(Action::Rest { until: self.exchange.ends }),
            State::Resting { .. } => self.rest(),
            State::New | State::Over(_) => self.on_time(),
        }
    }

    /// The generation if it has ended and nothing is left to be asked.
    fn on_verified(&mut self, verified: Verified) -> Option<Generation> {
        let mut generation = verified.into_generation();
        // Which knows more than a webhook does: when it was submitted, say.
        generation.handle = self.handle.clone();
        let had_ended = self.lifecycle.end().is_some();
        if !generation.is_terminal() {
            let verdict = self.lifecycle.clone().observe(&generation);
            // It may have been overtaken by polls.
            if verdict == Verdict::Advances && !had_ended {
                self.note(generation, None);
            }
            return None;
        }
        if says_it_all(&generation) {
            self.note(generation.clone(), None);
            return Some(generation);
        }
        if had_ended {
            self.news.hint();
            return None;
        }
        if generation.phase() != Phase::Succeeded {
            self.told = Some(generation.clone());
        }
        self.note(generation, None);
        self.news.ask();
        None
    }

    /// Takes note of what was learnt. `asked` is when the poll began that says so.
    fn note(&mut self, generation: Generation, asked: Option<Moment>) -> &Generation {
        self.verdict = Some(self.lifecycle.observe(&generation));
        self.observations = self.observations.saturating_add(1);
        if generation.phase() == Phase::Unrecognized {
            let word = generation.status.raw();
            match &mut self.unrecognized {
                Some((same, times)) if same == word => *times = times.saturating_add(1),
                other => *other = Some((word.to_owned(), 1)),
            }
        } else {
            self.unrecognized = None;
        }
        let begun = self.begun.unwrap_or(self.now);
        let asked = asked.map(|asked| asked.since(begun));
        self.timeline.note(generation.phase(), self.now.since(begun), asked);
        self.last.insert(generation)
    }

    fn on_seen(&mut self, generation: Generation) -> Step {
        let hint = generation.poll_after;
        let is_terminal = generation.is_terminal();
        let lacks_output =
            generation.phase() == Phase::Succeeded && !generation.has_primary_output();
        let began = self.exchange.began;
        let seen = self.note(generation, Some(began));
        if is_terminal && !lacks_output {
            return ControlFlow::Break(Outcome::Settled(Box::new(seen.clone())));
        }
        if self.was_early() {
            return self.rest_after_early_poll(hint);
        }
        self.missed_in_a_row = 0;
        self.not_found_since = None;
        if lacks_output {
            return self.look_again_for_output(hint);
        }
        self.no_output_since = None;
        let began = self.poll_began.unwrap_or(self.now);
        let wanted = match hint {
            Some(rest) => self.now + rest,
            None => began + self.options.pace.interval,
        };
        self.rest_until(wanted, hint)
    }

    fn look_again_for_output(&mut self, hint: Option<Duration>) -> Step {
        let since = *self.no_output_since.get_or_insert(self.now);
        let grace_ends = since + self.options.output_grace;
        if self.now >= grace_ends
            && let Some(seen) = &self.last
        {
            return ControlFlow::Break(Outcome::WithoutOutput(Box::new(seen.clone())));
        }
        let look = self.options.output_grace / LOOKS_FOR_OUTPUT;
        let wanted = match hint {
            Some(rest) => self.now + rest,
            None => (self.now + self.options.pace.interval.min(look)).min(grace_ends),
        };
        self.rest_until(wanted, hint)
    }

    fn on_error(&mut self, error: Error) -> Step {
        let kind = error.kind();
        if self.was_early() {
            self.missed = self.missed.saturating_add(1);
            let hint = error.retry_after();
            self.last_error = Some(error);
            return self.rest_after_early_poll(hint);
        }
        let mut latest = None;
        if kind == ErrorKind::NotFound {
            let since = *self.not_found_since.get_or_insert(self.now);
            let grace_ends = since + self.options.not_found_grace;
            if self.now >= grace_ends {
                let was_there = self.last.is_some() || self.handle.submission_time().is_some();
                return self.give_up(if was_there { error.gone() } else { error });
            }
            latest = Some(grace_ends);
        } else if kind == ErrorKind::Refused && self.is_long_poll() {
            // The provider's pages disagree about which holds it takes: go on without. It says nothing of the
            // provider's health, and is no failure.
            self.long_poll = None;
            self.missed = self.missed.saturating_add(1);
            let hint = error.retry_after();
            self.last_error = Some(error);
            let rest = hint.unwrap_or(self.options.pace.interval);
            return self.rest_until(self.now + rest, hint);
        } else if !kind.is_transient() {
            return self.give_up(error);
        }
        self.missed = self.missed.saturating_add(1);
        self.missed_in_a_row = self.missed_in_a_row.saturating_add(1);
        if self.options.max_failures.is_some_and(|max| self.missed_in_a_row >= max.get()) {
            let missed = self.missed_in_a_row;
            self.last_error = Some(error);
            return self.give_up(Error::new(
                ErrorKind::TooManyFailures,
                format!("{missed} polls in a row failed, as many as allowed"),
            ));
        }
        let hint = error.retry_after();
        self.last_error = Some(error);
        let rest = self.options.pace.rest_after_missed(self.missed_in_a_row);
        let wanted = match (hint, latest) {
            (Some(hint), _) => self.now + hint,
            (None, Some(latest)) => (self.now + rest).min(latest),
            (None, None) => self.now + rest,
        };
        self.rest_until(wanted, hint)
    }

    /// The next regular poll stays where it was, unless the provider asks for a longer rest.
    fn rest_after_early_poll(&mut self, asked: Option<Duration>) -> Step {
        self.rest_until(self.due.max(self.now + asked.unwrap_or_default()), asked)
    }

    /// Rests until `wanted`, moved into what the floor and the deadline allow; sooner if there is news. `asked` is the rest that
    /// the provider asked for.
    fn rest_until(&mut self, wanted: Moment, asked: Option<Duration>) -> Step {
        let deadline = self.now.max(self.deadline().unwrap_or(self.now));
        let lead = LAST_POLL_LEAD.min(self.options.deadline / 10);
        let last_poll = deadline.saturating_sub(lead);
        if self.polls > 0 && self.now >= last_poll {
            return self.give_up_at_deadline();
        }
        let earliest = if self.polls > 0 { self.now + self.options.pace.floor } else { self.now };
        let until = wanted.min(last_poll).max(earliest);
        if until > deadline {
            return self.give_up_at_deadline();
        }
        self.due = until;
        self.not_before = earliest.max(self.now + asked.unwrap_or_default());
        self.rest()
    }

    fn rest(&self) -> Step {
        let early = self.news.early(self.now, self.not_before, self.due, &self.options.pace);
        ControlFlow::Continue(Action::Rest { until: early.unwrap_or(self.due) })
    }

    fn has_room_for_early_poll(&self) -> bool {
        early::fits(self.now, self.due, &self.options.pace)
    }

    const fn is_polling(&self) -> bool {
        matches!(self.state, State::Polling)
    }

    /// Whether what came now is the answer of an early poll.
    const fn was_early(&self) -> bool {
        self.is_polling() && self.exchange.is_early
    }

    fn poll(&mut self) -> Step {
        let deadline = self.deadline().unwrap_or(self.now);
        if self.now > deadline {
            return self.give_up_at_deadline();
        }
        let remaining = deadline.since(self.now);
        let is_early = matches!(self.state, State::Resting { .. }) && self.now < self.due;
        let (query, held) = self.query(remaining, is_early);
        let mut timeout =
            held.saturating_add(self.options.answer_timeout).min(remaining.saturating_add(OVERRUN));
        if is_early {
            timeout = timeout.min(early::time_limit(self.now, self.due, &self.options.pace));
        } else {
            self.poll_began = Some(self.now);
        }
        self.news.polled(self.now, is_early, &self.options.pace);
        self.exchange = Exchange { query, is_early, began: self.now, ends: self.now + timeout };
        self.polls = self.polls.saturating_add(1);
        ControlFlow::Continue(Action::Poll { query, timeout })
    }

    /// How to ask with so much time left, and how long the provider may hold the request.
    fn query(&self, remaining: Duration, is_early: bool) -> (StatusQuery, Duration) {
        match (self.options.query, self.long_poll) {
            // An early poll is about what is there already.
            (StatusQuery::LongPoll { hold }, Some(long_poll)) if !is_early => {
                let held = hold.unwrap_or(long_poll.default_hold);
                if held <= remaining {
                    (StatusQuery::LongPoll { hold }, held)
                } else if remaining >= SHORTEST_HOLD {
                    let held = Duration::from_secs(remaining.as_secs());
                    (StatusQuery::LongPoll { hold: Some(held) }, held)
                } else {
                    (StatusQuery::Plain, Duration::ZERO)
                }
            }
            (StatusQuery::Progress, _) if self.progress_on_request => {
                (StatusQuery::Progress, Duration::ZERO)
            }
            _ => (StatusQuery::Plain, Duration::ZERO),
        }
    }

    const fn is_long_poll(&self) -> bool {
        matches!(self.exchange.query, StatusQuery::LongPoll { .. }) && self.long_poll.is_some()
    }

    fn give_up_at_deadline(&mut self) -> Step {
        if let (Some(_), Some(seen)) = (self.no_output_since, &self.last)
            && seen.phase() == Phase::Succeeded
        {
            return ControlFlow::Break(Outcome::WithoutOutput(Box::new(seen.clone())));
        }
        let seen = match (&self.unrecognized, &self.last) {
            (Some((word, times)), _) => {
                format!("last seen as `{word}`, a word not known here, {times} times in a row")
            }
            (None, Some(seen)) => {
                let progress =
                    seen.progress.map(|progress| format!(" at {progress}")).unwrap_or_default();
                format!("last seen as `{}`{progress}", seen.status)
            }
            (None, None) => "never seen".to_owned(),
        };
        let missed = match (self.missed, self.missed_in_a_row) {
            (0, _) => String::new(),
            (missed, _) if missed == self.polls => ", all missed".to_owned(),
            (missed, 0) => format!(", {missed} missed"),
            (missed, 1) => format!(", {missed} missed, the last one too"),
            (missed, at_the_end) => format!(", {missed} missed, the last {at_the_end} too"),
        };
        let polls =
            if self.polls == 1 { "1 poll".to_owned() } else { format!("{} polls", self.polls) };
        self.give_up(Error::new(
            ErrorKind::DeadlinePassed,
            format!("not ended within {:?}; {seen}; {polls}{missed}", self.options.deadline),
        ))
    }

    /// `error` is the last poll's own, or says why no other poll is made.
    fn give_up(&mut self, error: Error) -> Step {
        // The caller's word counts for more than the provider's.
        if error.kind() != ErrorKind::WaitCancelled
            && let Some(told) = self.told.take()
        {
            return ControlFlow::Break(Outcome::Settled(Box::new(told)));
        }
        let mut error = error.about(&self.handle).with_last_observation(self.last.clone());
        let is_own = matches!(
            error.kind(),
            ErrorKind::DeadlinePassed | ErrorKind::TooManyFailures | ErrorKind::WaitCancelled
        );
        if let Some(last_error) = self.last_error.as_ref().filter(|_| is_own) {
            error = error.with_source_if_none(last_error.clone());
        }
        ControlFlow::Break(Outcome::GaveUp {
            handle: self.handle.clone(),
            last: self.last.clone().map(Box::new),
            error,
        })
    }
}

/// Whether nothing of this end is left to be asked.
fn says_it_all(ended: &Generation) -> bool {
    match ended.phase() {
        Phase::Succeeded => ended.has_primary_output(),
        Phase::Failed | Phase::Rejected => ended
            .failure
            .as_ref()
            .is_some_and(|failure| failure.code.is_some() || failure.message.is_some()),
        _ => true,
    }
}
