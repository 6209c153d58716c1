//! What an error of reqwest means: did the request surely not leave, and what happened, in one line.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use http::Uri;
use videogen_core::TransportError;
use videogen_core::stream::NotPublic;

/// What is limited.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    /// The time of the whole exchange.
    Whole(Duration),
    /// The time without a byte.
    Idle(Duration),
}

/// What was tried.
pub(crate) struct Attempt {
    host: String,
    limit: Limit,
}

impl Attempt {
    pub(crate) fn of(uri: &Uri, limit: Limit) -> Self {
        // Host and port only: neither user names nor queries are for error messages.
        let host = match (uri.host(), uri.port_u16()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            (None, _) => "no host".to_owned(),
        };
        Self { host, limit }
    }

    /// The error for the caller.
    pub(crate) fn explain(&self, error: reqwest::Error) -> TransportError {
        if is_not_public(&error) {
            return NotPublic::error(&self.host);
        }
        let Self { host, .. } = self;
        // hyper calls everything a connect error until there is a connection that can be sent on.
        let explained = if error.is_builder() {
            TransportError::not_delivered("the request cannot be sent")
        } else if error.is_connect() {
            TransportError::not_delivered(if error.is_dns() {
                format!("could not find {host}")
            } else if error.is_timeout() {
                format!("could not connect to {host} in time")
            } else if is_tls(&error) {
                format!("could not agree on TLS with {host}")
            } else {
                format!("could not connect to {host}")
            })
        } else {
            if error.is_timeout() {
                return self.too_late();
            }
            TransportError::interrupted(if error.is_redirect() {
                format!("the HTTP client follows redirects, here from {host}; it must not")
            } else {
                format!("the connection to {host} ended before the whole answer was there")
            })
        };
        explained.with_source(error.without_url())
    }

    /// The error for the caller when a time limit has passed. The request may have arrived.
    pub(crate) fn too_late(&self) -> TransportError {
        let Self { host, limit } = self;
        TransportError::interrupted(match limit {
            Limit::Whole(timeout) => format!("no whole answer within {timeout:?}"),
            Limit::Idle(timeout) => format!("nothing came from {host} for {timeout:?}"),
        })
    }
}

fn is_not_public(error: &(dyn StdError + 'static)) -> bool {
    error.is::<NotPublic>() || error.source().is_some_and(is_not_public)
}

fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    // An I/O error skips what it was made of when it is asked for its source.
    let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<rustls::Error>()
        || inside.is_some_and(|inside| is_tls(inside))
        || error.source().is_some_and(is_tls)
}
