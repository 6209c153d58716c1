//! The agents of a transport, and what is below them.

use std::sync::Arc;

use http::Uri;
use ureq::Agent;
use ureq::config::{AutoHeaderValue, Config};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};
use videogen_core::named_url::is_public;
use videogen_core::stream::NotPublic;

use crate::exchange;

/// How many idle connections are kept: a handful of threads at a handful of hosts.
const IDLE_CONNECTIONS: usize = 32;
const IDLE_CONNECTIONS_PER_HOST: usize = 16;

/// How much of an answer is taken from its connection at once.
const WHOLE_BUFFER: usize = 128 * 1024;
/// The same of a long body: measured, a tenth less work than with less, and hardly any gain with more.
const STREAM_BUFFER: usize = 512 * 1024;

/// An agent, and whether it tells [`exchange`] what it does.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) agent: Agent,
    pub(crate) is_watched: bool,
}

/// The agents of a transport, each with a pool of its own.
#[derive(Clone)]
pub(crate) struct Doors {
    /// For answers that are read whole.
    pub(crate) whole: Door,
    /// For answers that are read as they come.
    pub(crate) streams: Door,
    /// For either, at public addresses only.
    pub(crate) public: Door,
}

impl Doors {
    /// Agents that trust what the operating system trusts.
    pub(crate) fn new() -> Self {
        // One for all, so that the trust store is read once.
        let connector = Arc::new(DefaultConnector::new());
        let config = |input_buffer| {
            Agent::config_builder()
                .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
                .user_agent(AutoHeaderValue::None)
                .max_idle_connections(IDLE_CONNECTIONS)
                .max_idle_connections_per_host(IDLE_CONNECTIONS_PER_HOST)
                .input_buffer_size(input_buffer)
                .build()
        };
        let (whole, streams) = (config(WHOLE_BUFFER), config(STREAM_BUFFER));
        Self {
            whole: watched(whole, &connector, DefaultResolver::default()),
            streams: watched(streams.clone(), &connector, DefaultResolver::default()),
            public: watched(streams, &connector, PublicOnly(DefaultResolver::default())),
        }
    }

    /// An agent of the caller's, and one of the same configuration for public addresses only.
    pub(crate) fn of(agent: Agent) -> Self {
        let connector = Arc::new(DefaultConnector::new());
        let resolver = PublicOnly(DefaultResolver::default());
        let public = watched(agent.config().clone(), &connector, resolver);
        let theirs = Door { agent, is_watched: false };
        Self { whole: theirs.clone(), streams: theirs, public }
    }
}

fn watched(config: Config, connector: &Arc<DefaultConnector>, resolver: impl Resolver) -> Door {
    let connector = Watched { inner: Arc::clone(connector) };
    Door { agent: Agent::with_parts(config, connector, resolver), is_watched: true }
}

/// A resolver without the addresses that are not public.
#[derive(Debug)]
struct PublicOnly<R>(R);

impl<R: Resolver> Resolver for PublicOnly<R> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.0.resolve(uri, config, timeout)?;
        if exchange::is_connecting() {
            // A connector asks for the addresses of a proxy only, which may be in the house.
            return Ok(found);
        }
        let mut public = self.empty();
        for address in found.iter().filter(|address| is_public(address.ip())) {
            public.push(*address);
        }
        if public.is_empty() { Err(ureq::Error::Other(NotPublic.into())) } else { Ok(public) }
    }
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
    inner: Arc<DefaultConnector>,
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

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    /// Finds the same addresses for every name.
    #[derive(Debug)]
    struct Found(&'static [&'static str]);

    impl Resolver for Found {
        fn resolve(
            &self,
            _: &Uri,
            _: &Config,
            _: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, ureq::Error> {
            let mut found = self.empty();
            for address in self.0 {
                found.push(address.parse().unwrap());
            }
            Ok(found)
        }
    }

    fn resolve(found: &'static [&'static str]) -> Result<Vec<SocketAddr>, ureq::Error> {
        let uri = Uri::from_static("http://rebound.example/");
        let resolver = PublicOnly(Found(found));
        resolver
            .resolve(&uri, &Config::default(), NextTimeout::default())
            .map(|found| found.to_vec())
    }

    #[test]
    fn private_addresses_of_a_name_are_left_out() {
        let mixed = resolve(&["10.0.0.1:80", "93.184.215.14:80", "[::1]:80"]).unwrap();
        assert_eq!(mixed, ["93.184.215.14:80".parse().unwrap()]);
        let error = resolve(&["169.254.169.254:80", "[::ffff:127.0.0.1]:80"]).unwrap_err();
        assert!(matches!(error, ureq::Error::Other(cause) if cause.is::<NotPublic>()));
    }

    #[test]
    fn a_proxy_may_be_in_the_house() {
        let _connecting = exchange::connecting();
        assert_eq!(resolve(&["10.0.0.1:3128"]).unwrap(), ["10.0.0.1:3128".parse().unwrap()]);
    }
}
