//! The emulator as a transport, on a virtual clock.

mod body;

use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use http::StatusCode;
use videogen_core::stream::{AsyncBody, AsyncStreamedResponse, IdleTimeout, StreamedResponse};
use videogen_core::{
    AnswerLimit, AsyncTransport, ExchangeTimeout, HttpRequest, HttpResponse, MAX_ANSWER_BYTES,
    Moment, Transport, TransportError,
};
use videogen_testkit::VirtualClock;

use crate::emulator::{Created, Emulator};
use crate::fetch::Fetches;
use crate::log::Recorded;
use crate::output_file::OutputFile;
use crate::provider_name::ProviderName;
use crate::reply::{BodyEnd, Reply, Streamed, Wire};
use crate::script::{Script, ScriptError};
use crate::submit_plan::SubmitPlan;
use crate::webhooks::Webhook;

use body::Body;

/// How long an exchange takes at the most when the request does not say.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// An emulator as a transport: no socket, and the clock goes on when an exchange takes time. Clones are the same
/// emulator.
///
/// A long-poll moves the clock to its end, a stalled answer by the request's
/// [`ExchangeTimeout`], or [`IdleTimeout`] if it is opened ([`DEFAULT_TIMEOUT`] if it has none). Everything else takes no
/// time. Where a request is sent to counts for nothing: every host is the emulator.
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
/// let script = Script::new(ProviderName::SYNCLABS).running_for(Duration::from_secs(20));
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

    /// The video of a generation as it is now. See [`Emulator::output_file`].
    #[must_use]
    pub fn output_file(&self, provider: ProviderName, id: &str) -> Option<OutputFile> {
        self.emulator().output_file(provider, id)
    }

    /// What was fetched of a generation. See [`Emulator::fetches`].
    #[must_use]
    pub fn fetches(&self, provider: ProviderName, id: &str) -> Option<Fetches> {
        self.emulator().fetches(provider, id)
    }

    /// The webhooks that are due now. Nobody else sends them: see [`Emulator::due_webhooks`].
    #[must_use]
    pub fn due_webhooks(&self) -> Vec<Webhook> {
        self.emulator().due_webhooks(self.clock.now())
    }

    /// When the next webhook is due, if there is one to come.
    #[must_use]
    pub fn next_webhook(&self) -> Option<Moment> {
        self.emulator().next_webhook()
    }

    /// Tells what is answered to a webhook now. See [`Emulator::webhook_answered`].
    pub fn webhook_answered(&self, number: u64, answer: Result<StatusCode, String>) {
        self.emulator().webhook_answered(self.clock.now(), number, answer);
    }

    /// What the providers' wall clock shows.
    #[must_use]
    pub fn wall_clock(&self) -> SystemTime {
        self.emulator().wall_clock(self.clock.now())
    }

    /// The head of the answer, and what comes of its body.
    fn begin(
        &self,
        request: &HttpRequest,
        patience: Duration,
    ) -> Result<(http::response::Parts, Body), TransportError> {
        let now = self.clock.now();
        let deadline: Moment = now + patience;
        let Reply { at, wire } = self.emulator().answer(now, request);
        if at > deadline || matches!(wire, Wire::Stall) {
            self.clock.advance_to(deadline);
            return Err(TransportError::interrupted("the emulator did not answer in time"));
        }
        self.clock.advance_to(at);
        let (head, bytes, file, end) = match wire {
            Wire::Response(response) => {
                let (head, bytes) = response.into_parts();
                (head, bytes, None, BodyEnd::Whole)
            }
            Wire::Cut { response, keep } => {
                let (head, mut bytes) = response.into_parts();
                bytes.truncate(keep);
                (head, bytes, None, BodyEnd::Cut)
            }
            Wire::Streamed(Streamed { head, body, end, .. }) => {
                (head.into_parts().0, Vec::new(), Some(body), end)
            }
            Wire::Reset | Wire::Stall => {
                let message = "the emulator reset the connection";
                return Err(TransportError::interrupted(message));
            }
        };
        let clock = self.clock.clone();
        Ok((head, Body { bytes: bytes.into(), file, end, clock, patience }))
    }

    fn exchange(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        let timeout = request.extensions().get::<ExchangeTimeout>();
        let (head, body) =
            self.begin(request, timeout.map_or(DEFAULT_TIMEOUT, |timeout| timeout.0))?;
        let mut bytes = Vec::new();
        let most = request.extensions().get().map_or(MAX_ANSWER_BYTES, |&AnswerLimit(most)| most);
        body.take((most as u64).saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| TransportError::interrupted(error.to_string()))?;
        if bytes.len() > most {
            let message = format!("the answer is longer than {most} bytes");
            return Err(TransportError::interrupted(message));
        }
        Ok(HttpResponse::from_parts(head, bytes))
    }

    fn opened(&self, request: &HttpRequest) -> Result<http::Response<Body>, TransportError> {
        let timeout = request.extensions().get::<IdleTimeout>();
        let (head, body) =
            self.begin(request, timeout.map_or(DEFAULT_TIMEOUT, |timeout| timeout.0))?;
        Ok(http::Response::from_parts(head, body))
    }
}

impl Transport for InProcess {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.exchange(&request)
    }

    fn open(&self, request: HttpRequest) -> Result<StreamedResponse, TransportError> {
        Ok(self.opened(&request)?.map(|body| Box::new(body) as Box<dyn Read + Send>))
    }

    fn now(&self) -> Option<SystemTime> {
        Some(self.wall_clock())
    }
}

#[async_trait]
impl AsyncTransport for InProcess {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.exchange(&request)
    }

    async fn open(&self, request: HttpRequest) -> Result<AsyncStreamedResponse, TransportError> {
        Ok(self.opened(&request)?.map(|body| Box::new(body) as Box<dyn AsyncBody>))
    }

    fn now(&self) -> Option<SystemTime> {
        Some(self.wall_clock())
    }
}
