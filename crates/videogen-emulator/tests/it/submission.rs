//! A whole submission by the real machine, in virtual time.

use std::cell::Cell;
use std::ops::ControlFlow;

use videogen_core::{
    Accepted, Error, HttpRequest, HttpResponse, Moment, NewGeneration, Provider, Submit,
    SubmitAction, SubmitEvent, SubmitOptions, Transport, TransportError,
};
use videogen_emulator::{Emulator, InProcess, ProviderName, SubmitPlan};
use videogen_testkit::VirtualClock;

use crate::support::{KEY, client, started};

/// No submission in virtual time is sent so often.
const ENDLESS: u32 = 200;

/// What is submitted in the tests.
pub(crate) fn new(provider: ProviderName) -> NewGeneration {
    let body = match provider {
        ProviderName::PRISM => r#"{"prompt":"a kite","modelName":"veo-3.1"}"#,
        ProviderName::TOKEN360 => r#"{"model":"seedance-2.0","prompt":"a kite","duration":8}"#,
        _ => r#"{"model":"sync-3","input":[{"type":"video","url":"https://example.com/a.mp4"}]}"#,
    };
    NewGeneration::from_json(body).unwrap()
}

/// An emulator in which submissions go as `plan` says.
pub(crate) fn planned(plan: SubmitPlan) -> InProcess {
    let emulator = InProcess::new(Emulator::new(started()), VirtualClock::new());
    emulator.plan_submits(plan).unwrap();
    emulator
}

/// How a submission went.
pub(crate) struct Course {
    pub(crate) result: Result<Accepted, Error>,
    pub(crate) ended: Moment,
    /// How often it was sent, whether it left or not.
    pub(crate) sent: u32,
}

impl Course {
    /// The ids that the caller holds.
    pub(crate) fn ids(&self) -> Vec<String> {
        let accepted = self.result.as_ref().unwrap();
        accepted.handles.iter().map(|handle| handle.id().to_owned()).collect()
    }
}

/// Submits `new` at the emulator as a driver does; the first `undelivered` times it does not get there.
pub(crate) fn submit(
    emulator: &InProcess,
    provider: ProviderName,
    new: &NewGeneration,
    options: &SubmitOptions,
    undelivered: u32,
) -> Course {
    let client = client(provider, KEY);
    let transport = Unreliable { undelivered: Cell::new(undelivered), emulator };
    drive(&*client, &transport, emulator.clock(), new, options.clone())
}

fn drive(
    client: &dyn Provider,
    transport: &dyn Transport,
    clock: &VirtualClock,
    new: &NewGeneration,
    options: SubmitOptions,
) -> Course {
    let key = new.idempotency_key.clone();
    let mut machine = Submit::new(client.name(), key, options);
    let mut event = SubmitEvent::Begin;
    loop {
        event = match machine.on(clock.now(), event) {
            ControlFlow::Continue(SubmitAction::Send { timeout }) => {
                assert!(machine.sent() < ENDLESS, "sent again and again");
                let call = client.submit(new).unwrap().with_timeout(timeout);
                SubmitEvent::Answered(call.send(transport))
            }
            ControlFlow::Continue(SubmitAction::Rest { until }) => {
                clock.advance_to(until);
                SubmitEvent::Woke
            }
            ControlFlow::Break(result) => {
                return Course { result, ended: clock.now(), sent: machine.sent() };
            }
        };
    }
}

/// A way to the emulator on which the first requests do not leave.
struct Unreliable<'a> {
    undelivered: Cell<u32>,
    emulator: &'a InProcess,
}

impl Transport for Unreliable<'_> {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        match self.undelivered.get().checked_sub(1) {
            Some(left) => {
                self.undelivered.set(left);
                Err(TransportError::not_delivered("there is no way"))
            }
            None => self.emulator.send(request),
        }
    }
}
