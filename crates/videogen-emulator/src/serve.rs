//! The emulator over a socket.

mod connection;
mod webhooks;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{Notify, oneshot};
use videogen_core::{BaseUrl, Moment, WebhookSecret};

use crate::emulator::{Created, Emulator};
use crate::fetch::Fetches;
use crate::log::Recorded;
use crate::output_file::OutputFile;
use crate::provider_name::ProviderName;
use crate::script::{Script, ScriptError};
use crate::side::Side;
use crate::submit_plan::SubmitPlan;
use crate::webhooks::Delivery;

/// How long to rest when no connection can be accepted, because there are too many say.
const ACCEPT_REST: Duration = Duration::from_millis(50);

/// An emulator that listens on a socket and answers in real time, in a thread of its own. Dropping it ends it at once,
/// with every request that is being held.
///
/// ```
/// use std::time::Duration;
/// use videogen_core::{ApiKey, Provider};
/// use videogen_emulator::{ProviderName, Script, Server};
/// use videogen_prism::Prism;
///
/// let server = Server::start().unwrap();
/// let script = Script::new(ProviderName::PRISM).running_for(Duration::from_secs(30));
/// let created = server.add(script).unwrap();
///
/// let prism = Prism::new(ApiKey::new("any-key").unwrap());
/// let prism = prism.at(server.base_url(ProviderName::PRISM).clone());
/// let handle = prism.handle(&created.id).unwrap(); // wait for it with any transport
/// ```
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    base_urls: BTreeMap<ProviderName, BaseUrl>,
    /// Where nobody is.
    nowhere: BaseUrl,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the connections share.
struct Shared {
    emulator: Mutex<Emulator>,
    clock: Clock,
    /// That there may be a webhook that was not there before.
    changed: Notify,
}

/// The real clock, with the server's start as the origin.
struct Clock(Instant);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "a server is a driver: it reads the clock")]
    fn started() -> (Self, SystemTime) {
        (Self(Instant::now()), SystemTime::now())
    }

    fn now(&self) -> Moment {
        Moment::new(self.0.elapsed())
    }
}

impl Shared {
    fn emulator(&self) -> MutexGuard<'_, Emulator> {
        self.emulator.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server {
    /// Listens on a free port of this machine's loopback address.
    ///
    /// # Errors
    ///
    /// When there is no such port, or no thread.
    pub fn start() -> io::Result<Self> {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    /// Listens on `address`; port 0 is a free one.
    ///
    /// # Errors
    ///
    /// When the address is taken or not this machine's, or there is no thread.
    pub fn start_at(address: SocketAddr) -> io::Result<Self> {
        Self::start_with(address, Emulator::new(UNIX_EPOCH))
    }

    /// The same with this emulator and its [sides](Emulator::with_side). Its wall clock goes as this machine's, and its outputs are
    /// here.
    ///
    /// ```
    /// use videogen_emulator::{Emulator, PrismSide, ProviderName, Server};
    /// let emulator = Emulator::without_sides(std::time::UNIX_EPOCH).with_side(PrismSide::default());
    /// let server = Server::start_with(([127, 0, 0, 1], 0).into(), emulator).unwrap();
    /// assert!(server.base_url(ProviderName::PRISM).as_str().ends_with("/api"));
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Server::start_at`], and when the base path of a side does not make a URL.
    pub fn start_with(address: SocketAddr, emulator: Emulator) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let origin = format!("http://{}", reachable(address));
        let (clock, started) = Clock::started();
        let emulator = emulator.started(started).at_origin(origin.as_str());
        let mut base_urls = BTreeMap::new();
        for name in emulator.sides().map(Side::name) {
            let none = || io::Error::other(format!("the base path of {name} does not make a URL"));
            base_urls.insert(name, emulator.base_url(name).ok_or_else(none)?);
        }
        let nowhere = BaseUrl::parse_allowing_plaintext(&origin)
            .map_err(|error| io::Error::other(error.to_string()))?;
        let emulator = Mutex::new(emulator);
        let shared = Arc::new(Shared { emulator, clock, changed: Notify::new() });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("videogen-emulator".to_owned())
            .spawn(move || run(&runtime, listener, theirs, stopped))?;
        Ok(Self { shared, address, base_urls, nowhere, stop: Some(stop), thread: Some(thread) })
    }

    /// The same on a free port, with copies of these providers.
    pub(crate) fn of(sides: &[Box<dyn Side>]) -> io::Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self::start_with(address, Emulator::of(sides, UNIX_EPOCH))
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Scheme, host and port: `http://127.0.0.1:4010`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.shared.emulator().origin().to_owned()
    }

    /// The base URL of a provider here. Of one that is not here, the [origin](Server::origin), below which it has nothing.
    #[must_use]
    pub fn base_url(&self, provider: ProviderName) -> &BaseUrl {
        self.base_urls.get(&provider).unwrap_or(&self.nowhere)
    }

    /// The providers that are here, sorted by name, with their base URLs.
    pub fn base_urls(&self) -> impl Iterator<Item = (ProviderName, &BaseUrl)> {
        self.base_urls.iter().map(|(name, base_url)| (*name, base_url))
    }

    /// Makes a generation that follows `script` from now on, as if it had been submitted.
    ///
    /// # Errors
    ///
    /// As [`Emulator::add`].
    pub fn add(&self, script: Script) -> Result<Created, ScriptError> {
        let created = self.shared.emulator().add(self.shared.clock.now(), script);
        self.shared.changed.notify_one();
        created
    }

    /// Lets submissions to the plan's provider go as `plan` says from now on.
    ///
    /// # Errors
    ///
    /// As [`Emulator::plan_submits`].
    pub fn plan_submits(&self, plan: SubmitPlan) -> Result<(), ScriptError> {
        self.shared.emulator().plan_submits(self.shared.clock.now(), plan)
    }

    /// The ids of a provider's generations in the order of their creation. See [`Emulator::generations`].
    #[must_use]
    pub fn generations(&self, provider: ProviderName) -> Vec<String> {
        self.shared.emulator().generations(provider)
    }

    /// How many submissions to a provider arrived, those included that came to nothing.
    #[must_use]
    pub fn submits(&self, provider: ProviderName) -> u64 {
        self.shared.emulator().submits(provider)
    }

    /// The requests that the providers got, oldest first.
    #[must_use]
    pub fn log(&self) -> Vec<Recorded> {
        self.shared.emulator().log().cloned().collect()
    }

    /// How often a generation was polled. `None` if there is no such generation.
    #[must_use]
    pub fn polls(&self, provider: ProviderName, id: &str) -> Option<u64> {
        self.shared.emulator().polls(provider, id)
    }

    /// The video of a generation as it is now. See [`Emulator::output_file`].
    #[must_use]
    pub fn output_file(&self, provider: ProviderName, id: &str) -> Option<OutputFile> {
        self.shared.emulator().output_file(provider, id)
    }

    /// What was fetched of a generation. See [`Emulator::fetches`].
    #[must_use]
    pub fn fetches(&self, provider: ProviderName, id: &str) -> Option<Fetches> {
        self.shared.emulator().fetches(provider, id)
    }

    /// Signs webhooks with this instead of [`WEBHOOK_SECRET`](crate::WEBHOOK_SECRET), where they are signed with a secret.
    pub fn set_webhook_secret(&self, secret: &WebhookSecret) {
        self.shared.emulator().set_webhook_secret(secret);
    }

    /// The webhooks that were sent, and what was answered, oldest first.
    #[must_use]
    pub fn webhooks(&self) -> Vec<Delivery> {
        self.shared.emulator().webhooks().cloned().collect()
    }

    /// Keeps this thread here while the server runs: until the process ends, unless its thread fails.
    pub fn join(mut self) {
        if let Some(thread) = self.thread.take() {
            // A panic has been printed by the thread that it ended.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It is gone if the thread is.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Where a client on this machine reaches a socket that listens on every address.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

fn run(
    runtime: &Runtime,
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    mut stopped: oneshot::Receiver<()>,
) {
    // The connections end with the runtime, at the end of this thread.
    runtime.block_on(async {
        let Ok(listener) = TcpListener::from_std(listener) else { return };
        tokio::spawn(webhooks::deliver(Arc::clone(&shared)));
        loop {
            tokio::select! {
                _ = &mut stopped => return,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        tokio::spawn(connection::serve(stream, Arc::clone(&shared)));
                    }
                    Err(_) => tokio::time::sleep(ACCEPT_REST).await,
                },
            }
        }
    });
}
