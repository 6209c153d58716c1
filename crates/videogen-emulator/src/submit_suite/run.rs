//! One submission, over a socket by a client or in virtual time by the machine.

use std::net::TcpListener;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use videogen_core::{
    Accepted, ApiKey, BaseUrl, Error, HttpRequest, HttpResponse, NewGeneration, Provider, Submit,
    SubmitAction, SubmitEvent, SubmitOptions, Transport, TransportError,
};
use videogen_testkit::VirtualClock;

use super::Client;
use crate::emulator::Emulator;
use crate::in_process::InProcess;
use crate::serve::Server;
use crate::side::Side;
use crate::submit_plan::SubmitPlan;

/// Who submits, and where.
pub(super) enum Way<'a> {
    Socket(&'a Client<'a>),
    Virtual,
}

/// What came of a submission.
pub(super) struct Ran {
    pub(super) result: Result<Accepted, Error>,
    /// The generations that exist afterwards.
    pub(super) made: Vec<String>,
    /// How many submissions arrived.
    pub(super) submits: u64,
    /// Whether the provider promises that a repetition makes nothing twice.
    pub(super) repeats: bool,
    pub(super) key: String,
}

impl Way<'_> {
    /// Submits at an emulator of its own.
    pub(super) fn run(&self, side: &dyn Side, plan: SubmitPlan) -> Ran {
        let (name, sides) = (side.name(), [side.clone_side()]);
        let (result, made, submits, repeats) = match self {
            Way::Socket(client) => {
                let server = Server::of(&sides).expect("a free port on this machine");
                server.plan_submits(plan).expect("a plan that holds");
                let provider = provider(side, Some(server.base_url(name).clone()));
                let repeats = provider.promises_idempotency();
                let result = client(provider, new(side), options());
                (result, server.generations(name), server.submits(name), repeats)
            }
            Way::Virtual => {
                let emulator =
                    Emulator::of(&sides, UNIX_EPOCH + Duration::from_secs(1_772_107_200));
                let base_url = emulator.base_url(name).expect("a base URL");
                let emulator = InProcess::new(emulator, VirtualClock::new());
                emulator.plan_submits(plan).expect("a plan that holds");
                let provider = provider(side, Some(base_url));
                let repeats = provider.promises_idempotency();
                let result = drive(&*provider, &emulator, emulator.clock(), new(side), options());
                (result, emulator.generations(name), emulator.submits(name), repeats)
            }
        };
        Ran { result, made, submits, repeats, key: side.key_text("sk") }
    }

    /// Submits where nobody is.
    pub(super) fn undelivered(&self, side: &dyn Side) -> Result<Accepted, Error> {
        let mut options = options();
        options.budget = Duration::from_millis(100);
        match self {
            Way::Socket(client) => {
                let closed = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
                let closed = closed.expect("a free port on this machine");
                let base_url = format!("http://{closed}{}", side.base_path());
                let base_url = BaseUrl::parse(&base_url).expect("a base URL on this machine");
                client(provider(side, Some(base_url)), new(side), options)
            }
            Way::Virtual => {
                let clock = VirtualClock::new();
                drive(&*provider(side, None), &Nobody, &clock, new(side), options)
            }
        }
    }
}

/// A way on which nothing leaves.
struct Nobody;

impl Transport for Nobody {
    fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        Err(TransportError::not_delivered("nobody is there"))
    }

    /// For requests that are signed.
    fn now(&self) -> Option<SystemTime> {
        Some(UNIX_EPOCH + Duration::from_secs(1_772_107_200))
    }
}

/// As a driver does, but for the clock.
fn drive(
    provider: &dyn Provider,
    transport: &dyn Transport,
    clock: &VirtualClock,
    mut new: NewGeneration,
    options: SubmitOptions,
) -> Result<Accepted, Error> {
    if provider.promises_idempotency() {
        new = new.with_idempotency_key("emulated-1");
    }
    let mut machine = Submit::new(provider.name(), new.idempotency_key.clone(), options);
    let mut event = SubmitEvent::Begin;
    loop {
        event = match machine.on(clock.now(), event) {
            ControlFlow::Continue(SubmitAction::Send { timeout }) => {
                let call = provider.submit(&new)?.with_timeout(timeout);
                SubmitEvent::Answered(call.send(transport))
            }
            ControlFlow::Continue(SubmitAction::Rest { until }) => {
                clock.advance_to(until);
                SubmitEvent::Woke
            }
            ControlFlow::Break(result) => return result,
        };
    }
}

fn provider(side: &dyn Side, at: Option<BaseUrl>) -> Arc<dyn Provider> {
    let key = ApiKey::new(side.key_text("sk")).expect("an ordinary key");
    side.provider(key, at)
}

fn new(side: &dyn Side) -> NewGeneration {
    side.new_generation().expect("something to submit")
}

/// Little patience with what never answers, and much with a slow machine.
fn options() -> SubmitOptions {
    let mut options = SubmitOptions::default();
    options.first_rest = Duration::from_millis(5);
    options.answer_timeout = Duration::from_secs(2);
    options
}
