//! The emulator as a transport, on a virtual clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use videogen_core::{
    AsyncTransport, ExchangeTimeout, HttpRequest, HttpResponse, Moment, Transport, TransportError,
};
use videogen_testkit::VirtualClock;

use crate::emulator::{Created, Emulator};
use crate::log::Recorded;
use crate::provider_name::ProviderName;
use crate::reply::{Reply, Wire};
use crate::script::{Script, ScriptError};
use crate::submit_plan::SubmitPlan;

/// How long an exchange takes at the most when the request does not say.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// An emulator as a transport: no socket, and the clock goes on when an exchange takes time. Clones are the same
/// emulator.
///
/// A long-poll moves the clock to its end, a stalled answer by the request's
/// [`ExchangeTimeout`] ([`DEFAULT_TIMEOUT`] if it has none). Everything else takes no time.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use videogen_core::{ApiKey, Provider, StatusQuery, poll};
/// use videogen_emulator::{Emulator, InProcess, ProviderName, Script};
/// use videogen_synclabs::SyncLabs;
/// use videogen_testkit::VirtualClock;
///
/// let clock = VirtualClock::new();
/// let emulator = InProcess::new(Emulator::new(SystemTime::UNIX_EPOCH), clock.clone());
/// let script = Script::new(ProviderName::Synclabs).running_for(Duration::from_secs(20));
/// let created = emulator.add(script).unwrap();
///
/// let sync = SyncLabs::new(ApiKey::new("any-key").unwrap());
/// let handle = sync.handle(&created.id).unwrap();
/// let query = StatusQuery::LongPoll { hold: None };
/// let seen = poll(&sync, &emulator, &handle, query, Duration::from_secs(60)).unwrap();
/// assert_eq!(seen.status.raw(), "COMPLETED");
/// assert_eq!(clock.now().since_origin(), Duration::from_secs(20));
/// ```
#[derive(Clone, Debug)]
pub struct InProcess {
    emulator: Arc<Mutex<Emulator>>,
    clock: VirtualClock,
}

impl InProcess {
    /// This emulator on this clock.
    #[must_use]
    pub fn new(emulator: Emulator, clock: VirtualClock) -> Self {
        Self { emulator: Arc::new(Mutex::new(emulator)), clock }
    }

    /// The clock.
    #[must_use]
    pub const fn clock(&self) -> &VirtualClock {
        &self.clock
    }

    /// Makes a generation that follows `script` from now on, as if it had been submitted.
    ///
    /// # Errors
    ///
    /// As [`Emulator::add`].
    pub fn add(&self, script: Script) -> Result<Created, ScriptError> {
        self.emulator().add(self.clock.now(), script)
    }

    /// Lets submissions to the plan's provider go as `plan` says from now on.
    ///
    /// # Errors
    ///
    /// As [`Emulator::plan_submits`].
    pub fn plan_submits(&self, plan: SubmitPlan) -> Result<(), ScriptError> {
        self.emulator().plan_submits(self.clock.now(), plan)
    }

    /// The ids of a provider's generations in the order of their creation. See [`Emulator::generations`].
    #[must_use]
    pub fn generations(&self, provider: ProviderName) -> Vec<String> {
        self.emulator().generations(provider)
    }

    /// How many submissions to a provider arrived, those included that came to nothing.
    #[must_use]
    pub fn submits(&self, provider: ProviderName) -> u64 {
        self.emulator().submits(provider)
    }

    /// The requests that the providers got, oldest first.
    #[must_use]
    pub fn log(&self) -> Vec<Recorded> {
        self.emulator().log().cloned().collect()
    }

    /// The emulator itself. Nothing is answered while it is held.
    pub fn emulator(&self) -> MutexGuard<'_, Emulator> {
        self.emulator.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn exchange(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        let now = self.clock.now();
        let timeout = request.extensions().get::<ExchangeTimeout>();
        let deadline: Moment = now + timeout.map_or(DEFAULT_TIMEOUT, |timeout| timeout.0);
        let Reply { at, wire } = self.emulator().answer(now, request);
        if at > deadline || matches!(wire, Wire::Stall) {
            self.clock.advance_to(deadline);
            return Err(TransportError::interrupted("the emulator did not answer in time"));
        }
        self.clock.advance_to(at);
        match wire {
            Wire::Response(response) => Ok(response),
            Wire::Reset => Err(TransportError::interrupted("the emulator reset the connection")),
            Wire::Stall | Wire::Cut { .. } => Err(TransportError::interrupted(
                "the connection to the emulator ended in the middle of the answer",
            )),
        }
    }
}

impl Transport for InProcess {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.exchange(&request)
    }
}

#[async_trait]
impl AsyncTransport for InProcess {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.exchange(&request)
    }
}
