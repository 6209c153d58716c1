//! Submitting a generation without paying for it twice, as a machine without I/O.
//!
//! ```text
//!            Begin                    Answered: surely not delivered, or may have arrived and the provider
//!   (new) ───────────▶ Send ──────────────── promises idempotency ────────────────▶ Rest { until }
//!                       ▲ │                                                             │ Woke
//!                       │ │ Answered: accepted, refused, or may have arrived            │
//!                       │ ▼                                                             │
//!                       │ Break(Ok(Accepted) | Err)  ◀────── the budget is used up ─────┤
//!                       └───────────────────────────────────────────────────────────────┘
//! ```
//!
//! A submission ends as one of four:
//!
//! - **accepted**: [`Accepted`] has the handles;
//! - **refused**: the provider surely made nothing. The error has its words; [`ErrorKind`] and [`Error::refusal`] say why;
//! - **not delivered**: no byte of it left, however often it was tried: [`ErrorKind::NotDelivered`];
//! - **ambiguous**: it may have been accepted, and billed, and the answer was lost: [`ErrorKind::Ambiguous`].
//!
//! # What the machine promises
//!
//! - A submission that may have arrived is repeated only with the same idempotency key, at a provider that
//!   promises idempotency. Anywhere else it ends as ambiguous: that is for a person, or a look at the provider's list, to resolve.
//! - A submission that surely did not leave is repeated within the budget.
//! - Nothing is sent after the budget is used up.

use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cost::Cost;
use crate::error::{Error, ErrorKind, Refusal};
use crate::generation::Generation;
use crate::handle::Handle;
use crate::moment::Moment;
use crate::multipart::FilePart;

/// How long to go on repeating: long enough for an exchange that is never answered and two more.
const BUDGET: Duration = Duration::from_secs(180);
/// How long one exchange may take: uploads and slow gateways are part of it.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// The rest before the first repetition; it doubles with each.
const FIRST_REST: Duration = Duration::from_secs(1);
/// The longest rest.
const LONGEST_REST: Duration = Duration::from_secs(15);

/// HTTP 409.
const CONFLICT: u16 = 409;

/// A generation to be submitted, as the provider's own JSON.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewGeneration {
    /// The body that the provider's page describes.
    pub body: String,
    /// The template to generate from, where the provider has templates.
    pub template: Option<String>,
    /// Which of the provider's ways to make a generation, where that is a part of the path: a model, or a task such as
    /// `text2video`.
    pub endpoint: Option<String>,
    /// The key that makes a repetition safe, at a provider that promises idempotency. Clients make one if there is none.
    pub idempotency_key: Option<String>,
    /// Files to be sent along with the body, where the provider takes them so.
    pub files: Vec<FilePart>,
    /// Whether the body is the model's own, to be handed on unchanged, at a provider that hands bodies on.
    pub native: bool,
}

impl NewGeneration {
    /// A generation with this body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if `body` is not a JSON object.
    pub fn from_json(body: impl Into<String>) -> Result<Self, Error> {
        let body = body.into();
        let object: Result<serde_json::Map<String, serde_json::Value>, _> =
            serde_json::from_str(&body);
        match object {
            Ok(_) => Ok(Self {
                body,
                template: None,
                endpoint: None,
                idempotency_key: None,
                files: Vec::new(),
                native: false,
            }),
            Err(error) => Err(Error::new(
                ErrorKind::InvalidInput,
                "what is to be submitted is not a JSON object",
            )
            .with_source(error)),
        }
    }

    /// This one from a template.
    #[must_use]
    pub fn from_template(mut self, template: impl Into<String>) -> Self {
        self.template = Some(template.into());
        self
    }

    /// This one made in one of the provider's ways, where that is a part of the path.
    #[must_use]
    pub fn for_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// This one with an idempotency key of the caller's.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// This one with a file.
    #[must_use]
    pub fn with_file(mut self, file: FilePart) -> Self {
        self.files.push(file);
        self
    }

    /// This one with the model's own body, to be handed on unchanged.
    #[must_use]
    pub const fn as_native(mut self) -> Self {
        self.native = true;
        self
    }

    /// The body, at a provider that takes nothing beside it. `provider` is what people call it.
    ///
    /// For the crates of providers: what is dropped in silence may be what the caller relies on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if there is a template, a file, an idempotency key, an endpoint, or the body is
    /// [native](Self::native).
    pub fn body_alone(&self, provider: &str) -> Result<&str, Error> {
        let beside = [
            (self.template.is_some(), "templates"),
            (!self.files.is_empty(), "files that come with a submission"),
            (self.idempotency_key.is_some(), "idempotency keys"),
            (self.endpoint.is_some(), "endpoints to choose from"),
            (self.native, "bodies that are handed on to a model"),
        ];
        match beside.into_iter().find(|(is_there, _)| *is_there) {
            None => Ok(&self.body),
            Some((_, what)) => {
                let problem = format!("{provider} knows no {what}");
                Err(Error::new(ErrorKind::InvalidInput, problem))
            }
        }
    }
}

/// An idempotency key of 128 random bits, as 32 hexadecimal digits. The randomness is the driver's.
#[must_use]
pub fn idempotency_key(random: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(random))
}

/// Not the body: it may hold presigned URLs of the caller's inputs.
impl fmt::Debug for NewGeneration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewGeneration")
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("template", &self.template)
            .field("endpoint", &self.endpoint)
            .field("idempotency_key", &self.idempotency_key)
            .field("files", &self.files)
            .field("native", &self.native)
            .finish()
    }
}

/// What a provider says of a submission that it accepted.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Accepted {
    /// The generations: usually one.
    pub handles: Vec<Handle>,
    /// The first of them as it was seen, where the provider says more than its id.
    pub generation: Option<Box<Generation>>,
    /// What all of them cost, if told.
    pub cost: Option<Cost>,
    /// How long it is expected to take.
    pub expected: Option<Expected>,
}

/// How long a provider expects a generation to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Expected {
    /// Usually.
    pub typical: Duration,
    /// When many are made at once.
    pub busy: Option<Duration>,
}

impl Expected {
    /// Usually so long, and so long when the provider is busy.
    #[must_use]
    pub const fn new(typical: Duration, busy: Option<Duration>) -> Self {
        Self { typical, busy }
    }
}

impl Accepted {
    /// These generations were accepted.
    #[must_use]
    pub const fn new(handles: Vec<Handle>) -> Self {
        Self { handles, generation: None, cost: None, expected: None }
    }
}

/// What a caller can decide about a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubmitOptions {
    /// How long to go on repeating what is safe to repeat. Three minutes by default.
    pub budget: Duration,
    /// How long one exchange may take, beside a second for each 125 kB of a long body. 60 seconds by default.
    pub answer_timeout: Duration,
    /// The rest before the first repetition, and the shortest; it doubles with each, up to 15 seconds. 1 second by default.
    pub first_rest: Duration,
}

impl Default for SubmitOptions {
    fn default() -> Self {
        Self { budget: BUDGET, answer_timeout: ANSWER_TIMEOUT, first_rest: FIRST_REST }
    }
}

/// What happened.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a driver produces every event")]
pub enum SubmitEvent {
    /// The submission begins.
    Begin,
    /// It was sent, and this came of it.
    Answered(Result<Accepted, Error>),
    /// The rest is over.
    Woke,
    /// The caller does not want it any longer. What was sent may have arrived.
    Cancelled,
}

/// What the driver is to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a driver must handle every action")]
pub enum SubmitAction {
    /// Send the request, the very same each time.
    Send {
        /// How long the exchange may take.
        timeout: Duration,
    },
    /// Do nothing.
    Rest {
        /// Until then.
        until: Moment,
    },
}

/// One submission. See the [module](self).
#[derive(Debug)]
pub struct Submit {
    options: SubmitOptions,
    provider: &'static str,
    idempotency_key: Option<String>,
    begun: Option<Moment>,
    now: Moment,
    sent: u32,
    /// Whether any of what was sent may have arrived.
    may_have_arrived: bool,
    last_error: Option<Error>,
    /// The generation that an answer named, though it was not one of acceptance.
    named: Option<Handle>,
    state: State,
}

#[derive(Debug)]
enum State {
    New,
    Sending,
    Resting { until: Moment },
    Over(Box<Result<Accepted, Error>>),
}

type Step = ControlFlow<Result<Accepted, Error>, SubmitAction>;

impl Submit {
    /// A submission to `provider`. `idempotency_key` is the one in the request, if the provider promises that the
    /// same key makes nothing twice.
    #[must_use]
    pub const fn new(
        provider: &'static str,
        idempotency_key: Option<String>,
        options: SubmitOptions,
    ) -> Self {
        Self {
            options,
            provider,
            idempotency_key,
            begun: None,
            now: Moment::ORIGIN,
            sent: 0,
            may_have_arrived: false,
            last_error: None,
            named: None,
            state: State::New,
        }
    }

    /// Takes note of what happened at `now`, and says what to do next.
    ///
    /// Total: any event is fine at any time. Once over, every event gives the same result again.
    pub fn on(&mut self, now: Moment, event: SubmitEvent) -> Step {
        if let State::Over(result) = &self.state {
            return ControlFlow::Break((**result).clone());
        }
        self.now = self.now.max(now);
        self.begun.get_or_insert(self.now);
        let step = match (event, &self.state) {
            (SubmitEvent::Answered(Ok(accepted)), _) => ControlFlow::Break(Ok(accepted)),
            (SubmitEvent::Answered(Err(error)), _) => self.on_error(error),
            (SubmitEvent::Cancelled, state) => {
                self.may_have_arrived |= matches!(state, State::Sending);
                self.give_up(
                    Error::new(ErrorKind::WaitCancelled, "the submission was cancelled")
                        .of_submission(),
                )
            }
            (SubmitEvent::Begin | SubmitEvent::Woke, State::Resting { until })
                if self.now < *until =>
            {
                ControlFlow::Continue(SubmitAction::Rest { until: *until })
            }
            // Woken while sending: no answer is coming any more.
            (SubmitEvent::Begin | SubmitEvent::Woke, State::Sending) => self.on_error(Error::new(
                ErrorKind::Interrupted,
                "the exchange was given up without an answer",
            )),
            (SubmitEvent::Begin | SubmitEvent::Woke, _) => self.send(),
        };
        self.state = match &step {
            ControlFlow::Break(result) => State::Over(Box::new(result.clone())),
            ControlFlow::Continue(SubmitAction::Send { .. }) => State::Sending,
            ControlFlow::Continue(SubmitAction::Rest { until }) => State::Resting { until: *until },
        };
        step
    }

    /// How often it was sent.
    #[must_use]
    pub const fn sent(&self) -> u32 {
        self.sent
    }

    fn send(&mut self) -> Step {
        // A driver may have woken late.
        if self.now > self.deadline()
            && let Some(error) = self.last_error.take()
        {
            return self.give_up(error);
        }
        self.sent = self.sent.saturating_add(1);
        ControlFlow::Continue(SubmitAction::Send { timeout: self.options.answer_timeout })
    }

    fn on_error(&mut self, error: Error) -> Step {
        let error = if error.http_status() == Some(CONFLICT) && !error.is_outcome_unknown() {
            // The same key with another body, say: not a trouble that passes.
            error.with_refusal(Some(Refusal::Input))
        } else {
            error
        };
        let error = error.of_submission();
        if self.named.is_none() {
            self.named = error.handle().cloned();
        }
        let is_unclear = is_unclear(&error);
        self.may_have_arrived |= is_unclear;
        let has_key = self.idempotency_key.is_some();
        let may_repeat = match error.kind() {
            ErrorKind::NotDelivered => true,
            // Does not say what became of the one before.
            ErrorKind::RateLimited => self.may_have_arrived && has_key,
            // Would only be the same again.
            ErrorKind::Redirected => false,
            // The same key makes nothing twice.
            _ => is_unclear && has_key,
        };
        if !may_repeat {
            return self.give_up(error);
        }
        let doublings = self.sent.saturating_sub(1).min(16);
        let rest = self.options.first_rest.saturating_mul(1 << doublings).min(LONGEST_REST);
        let rest = error.retry_after().unwrap_or(rest).max(self.options.first_rest);
        let until = self.now + rest;
        if until > self.deadline() {
            return self.give_up(error);
        }
        self.last_error = Some(error);
        ControlFlow::Continue(SubmitAction::Rest { until })
    }

    fn deadline(&self) -> Moment {
        self.begun.unwrap_or(self.now) + self.options.budget
    }

    /// What is known at the end: `error`, or that nothing is.
    fn give_up(&self, error: Error) -> Step {
        // Also a refusal says nothing about what was sent before it: it may be of a gate in front.
        if !self.may_have_arrived {
            return ControlFlow::Break(Err(error));
        }
        let provider = self.provider;
        let mut message = format!(
            "the submission to {provider} may have been accepted, and billed: no answer said so"
        );
        if let Some(key) = &self.idempotency_key {
            message.push_str(&format!(
                "; submitting the same with the idempotency key `{key}` makes nothing twice"
            ));
        }
        let mut ambiguous = Error::new(ErrorKind::Ambiguous, message)
            .with_idempotency_key(self.idempotency_key.clone())
            // That one made nothing is not to be read as that nothing was made.
            .with_source(error.with_unknown_outcome());
        if let Some(handle) = &self.named {
            ambiguous = ambiguous.about(handle);
        }
        ControlFlow::Break(Err(ambiguous))
    }
}

/// The error of something that is billed and was sent once, which `error` came of.
pub(crate) fn sent_once(provider: &'static str, error: Error) -> Error {
    let options = SubmitOptions { budget: Duration::ZERO, ..SubmitOptions::default() };
    let mut machine = Submit::new(provider, None, options);
    let _ = machine.on(Moment::ORIGIN, SubmitEvent::Begin);
    match machine.on(Moment::ORIGIN, SubmitEvent::Answered(Err(error.clone()))) {
        ControlFlow::Break(Err(explained)) => explained,
        _ => error,
    }
}

/// Whether a submission that ended so may have been acted on.
fn is_unclear(error: &Error) -> bool {
    if error.is_outcome_unknown() {
        return true;
    }
    match error.kind() {
        // 2xx: most likely accepted.
        ErrorKind::Interrupted | ErrorKind::InvalidResponse => true,
        // 408 and 5xx speak for a gateway as often as for the provider.
        ErrorKind::Unavailable => error.http_status() != Some(CONFLICT),
        // 301, 302 and 303 may say where to look at what was made. 307 and 308 say that it was not taken (RFC 9110, 15.4).
        ErrorKind::Redirected => !matches!(error.http_status(), Some(307 | 308)),
        _ => false,
    }
}
