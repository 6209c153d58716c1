//! What an error of ureq means: did the request surely not leave, and what happened, in one line.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::time::Duration;

use http::Uri;
use ureq::Timeout;
use videogen_core::TransportError;
use videogen_core::stream::NotPublic;

use crate::exchange::Stage;

/// What std says of a name that was not found, on the systems where it has no code of its own.
const LOOKUP_FAILED: &str = "failed to lookup address information";

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
}

/// The error for the caller.
pub(crate) fn explain(error: ureq::Error, stage: Stage, attempt: &Attempt) -> TransportError {
    if is_not_public(&error) {
        return NotPublic::error(&attempt.host);
    }
    let stage = if stage == Stage::Unknown { stage_of(&error) } else { stage };
    let Attempt { host, limit } = attempt;
    let message = match (&error, stage) {
        (ureq::Error::BodyExceedsLimit(limit), _) => {
            format!("the answer is longer than {limit} bytes")
        }
        (ureq::Error::BadUri(_), _) => "the request's URL is not one".to_owned(),
        (ureq::Error::RequireHttpsOnly(_), _) => "the agent allows https only".to_owned(),
        (ureq::Error::Http(_) | ureq::Error::Other(_), Stage::Began | Stage::Connecting) => {
            "the request cannot be sent".to_owned()
        }
        (ureq::Error::Timeout(_), Stage::Began) => format!("could not find {host} in time"),
        (ureq::Error::Timeout(_), Stage::Connecting) => {
            format!("could not connect to {host} in time")
        }
        (ureq::Error::Timeout(_), _) => match limit {
            Limit::Whole(timeout) => format!("no whole answer within {timeout:?}"),
            Limit::Idle(timeout) => format!("nothing came from {host} for {timeout:?}"),
        },
        (_, Stage::Began) => format!("could not find {host}"),
        (error, Stage::Connecting) if is_tls(error) => {
            format!("could not agree on TLS with {host}")
        }
        (_, Stage::Connecting) => format!("could not connect to {host}"),
        (ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..), _) => {
            format!("the answer of {host} is not HTTP")
        }
        (_, _) => format!("the connection to {host} ended before the whole answer was there"),
    };
    let explained = match stage {
        Stage::Began | Stage::Connecting => TransportError::not_delivered(message),
        Stage::Sent | Stage::Unknown => TransportError::interrupted(message),
    };
    match cause(error) {
        Some(cause) => explained.with_source(cause),
        None => explained,
    }
}

/// How far an exchange came, as far as its error tells. `Sent` when in doubt.
fn stage_of(error: &ureq::Error) -> Stage {
    match error {
        ureq::Error::BadUri(_)
        | ureq::Error::RequireHttpsOnly(_)
        | ureq::Error::InvalidProxyUrl
        | ureq::Error::HostNotFound
        | ureq::Error::Timeout(Timeout::Resolve) => Stage::Began,
        ureq::Error::Timeout(Timeout::Connect)
        | ureq::Error::ConnectionFailed
        | ureq::Error::ConnectProxyFailed(_)
        | ureq::Error::Tls(_)
        | ureq::Error::TlsRequired
        | ureq::Error::Pem(_)
        | ureq::Error::Rustls(_) => Stage::Connecting,
        // An established connection is reset, never refused.
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => Stage::Connecting,
        ureq::Error::Io(error) if error.to_string().starts_with(LOOKUP_FAILED) => Stage::Began,
        // Certificates and ciphers are agreed on before anything is sent. Alerts may come later.
        ureq::Error::Io(error) => match rustls_error(error) {
            Some(
                rustls::Error::InvalidCertificate(_)
                | rustls::Error::PeerIncompatible(_)
                | rustls::Error::NoCertificatesPresented
                | rustls::Error::UnsupportedNameType,
            ) => Stage::Connecting,
            _ => Stage::Sent,
        },
        _ => Stage::Sent,
    }
}

fn is_not_public(error: &ureq::Error) -> bool {
    matches!(error, ureq::Error::Other(cause) if cause.is::<NotPublic>())
}

fn is_tls(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::Tls(_)
        | ureq::Error::TlsRequired
        | ureq::Error::Pem(_)
        | ureq::Error::Rustls(_) => true,
        ureq::Error::Io(error) => rustls_error(error).is_some(),
        _ => false,
    }
}

fn rustls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

/// The error itself as a source, unless the message says it all or it shows a URL or words that are not ureq's.
fn cause(error: ureq::Error) -> Option<Box<dyn StdError + Send + Sync>> {
    match error {
        ureq::Error::BadUri(_)
        | ureq::Error::RequireHttpsOnly(_)
        | ureq::Error::BodyExceedsLimit(_)
        | ureq::Error::Other(_) => None,
        // ureq's own message would say "io:" and this again.
        ureq::Error::Io(error) => Some(error.into()),
        error => Some(error.into()),
    }
}
