//! The agent of a transport that was given none.

use ureq::Agent;
use ureq::config::AutoHeaderValue;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};

use crate::exchange;

/// How many idle connections are kept: a handful of threads at a handful of hosts.
const IDLE_CONNECTIONS: usize = 32;
const IDLE_CONNECTIONS_PER_HOST: usize = 16;

/// An agent that trusts what the operating system trusts and tells [`exchange`] what it does.
pub(crate) fn new() -> Agent {
    let config = Agent::config_builder()
        .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
        .user_agent(AutoHeaderValue::None)
        .max_idle_connections(IDLE_CONNECTIONS)
        .max_idle_connections_per_host(IDLE_CONNECTIONS_PER_HOST)
        .build();
    let connector = Watched { inner: DefaultConnector::new() };
    Agent::with_parts(config, connector, DefaultResolver::default())
}

/// ureq's own connector, watched.
///
/// It exists for three things that ureq's plain interface does not give:
///
/// - to know for sure whether any byte of a request left;
/// - to add the credentials below ureq, which logs every byte that it sends at the level `TRACE`;
/// - to have the trust store read once, and not for each connection, which is what ureq does when a request has a
///   configuration of its own (here: its timeout).
#[derive(Debug)]
struct Watched {
    inner: DefaultConnector,
}

impl Connector for Watched {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<()>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let connecting = exchange::connecting();
        let details = ConnectionDetails {
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            // All requests have the agent's TLS configuration, which may therefore be kept.
            request_level: false,
            resolver: details.resolver,
            now: details.now,
            timeout: details.timeout,
            current_time: details.current_time.clone(),
            run_connector: details.run_connector.clone(),
            register_shutdown: details.register_shutdown.clone(),
        };
        let connected = self.inner.connect(&details, chained)?;
        if connecting.is_to_a_proxy() {
            // What goes over it are a CONNECT and a tunnel, not the request.
            return Ok(connected);
        }
        Ok(connected.map(|inner| -> Self::Out { Box::new(WatchedTransport { inner }) }))
    }
}

#[derive(Debug)]
struct WatchedTransport {
    inner: Box<dyn Transport>,
}

impl Transport for WatchedTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        let amount = exchange::sending(self.inner.buffers().output(), amount)?;
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}
