//! What can go wrong with an answer.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::form::Form;
use super::{ScriptError, When, seconds};
use crate::side::Side;

/// A fault, and when it happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
#[non_exhaustive]
pub struct ScriptedFault {
    /// When it happens.
    pub on: When,
    /// What happens.
    pub fault: Fault,
}

impl ScriptedFault {
    /// This fault at that time.
    #[must_use]
    pub const fn new(on: When, fault: Fault) -> Self {
        Self { on, fault }
    }

    pub(super) fn check(&self) -> Result<(), ScriptError> {
        self.on.check()?;
        match &self.fault {
            Fault::TooManyRequests { retry_after: Some(rest) }
            | Fault::Unavailable { retry_after: Some(rest) }
            | Fault::Empty202 { retry_after: Some(rest) } => rest.check(),
            Fault::EchoKey { http_status } if !matches!(http_status, 401 | 500) => Err(
                ScriptError::new("http_status", format!("must be 401 or 500, not {http_status}")),
            ),
            _ => Ok(()),
        }
    }

    /// Whether it can happen at this provider.
    pub(crate) fn check_at(&self, side: &dyn Side) -> Result<(), ScriptError> {
        let provider = side.name();
        match &self.fault {
            Fault::UnknownStatus { .. } if side.status_member().is_none() => {
                Err(ScriptError::new("fault", format!("{provider} has no status words")))
            }
            Fault::UnknownStatus { word } if side.statuses().find(word).is_some() => {
                Err(ScriptError::new("word", format!("`{word}` is a status of {provider}'s")))
            }
            Fault::NullString { field } if !side.string_members().contains(&&**field) => {
                Err(ScriptError::new(
                    "field",
                    format!(
                        "`{field}` is not a string of {provider}'s answer; those are {}",
                        side.string_members().join(", ")
                    ),
                ))
            }
            fault if !side.has_fault(fault) => {
                Err(ScriptError::new("fault", format!("does not happen at {provider}")))
            }
            _ => Ok(()),
        }
    }
}

/// Something that goes wrong with an answer.
///
/// Errors have the provider's own body, as far as its pages say what that is. In JSON a fault is its name with its
/// parameters beside it, and [when](When) it happens:
///
/// ```json
/// { "on": 2, "fault": "too_many_requests", "retry_after_s": 30 }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// `unauthorized`: 401, as for a key that is not valid.
    Unauthorized,
    /// `forbidden`: 403.
    Forbidden,
    /// `not_found`: 404. For 404-then-found, let it happen on the first polls only.
    NotFound,
    /// `request_timeout`: 408 with an empty body.
    RequestTimeout,
    /// `too_many_requests`: 429, with `Retry-After` if told by `retry_after_s` or `retry_after_date_s`.
    TooManyRequests {
        /// The header.
        retry_after: Option<RetryAfter>,
    },
    /// `server_error`: 500.
    ServerError,
    /// `bad_gateway_html`: 502 with a web page of a gateway.
    BadGatewayHtml,
    /// `unavailable`: 503, with `Retry-After` if told by `retry_after_s` or `retry_after_date_s`.
    Unavailable {
        /// The header.
        retry_after: Option<RetryAfter>,
    },
    /// `gateway_timeout`: 504.
    GatewayTimeout,
    /// `reset`: the connection is reset instead of an answer.
    Reset,
    /// `stall`: no answer ever comes.
    Stall,
    /// `cut`: 200, and the connection ends in the middle of the body.
    Cut,
    /// `truncated_json`: 200 with half of the JSON, and a `Content-Length` that fits the half.
    TruncatedJson,
    /// `html_200`: 200 with a web page.
    Html200,
    /// `empty_200`: 200 with an empty body.
    Empty200,
    /// `empty_202`: 202 with an empty body, with `Retry-After` if told by `retry_after_s` or `retry_after_date_s`.
    Empty202 {
        /// The header.
        retry_after: Option<RetryAfter>,
    },
    /// `unknown_status`: the true answer with `word` as the status.
    UnknownStatus {
        /// The word.
        word: String,
    },
    /// `status_backwards`: the answer of the state before the true one: in the queue instead of running, running
    /// instead of ended. The first state stays.
    StatusBackwards,
    /// `completed_without_url`: the true answer; if it is completed, without its URLs.
    CompletedWithoutUrl,
    /// `null_string`: the true answer with `null` at the member `field`, where a string was promised.
    NullString {
        /// The member, by the provider's name for it.
        field: String,
    },
    /// `echo_key`: an error whose body repeats the key; 401, or 500 if told by `http_status`.
    EchoKey {
        /// 401 or 500.
        http_status: u16,
    },
}

/// What `Retry-After` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// `retry_after_s`: seconds. HTTP knows whole ones only; others are sent as they are, since some services do.
    Seconds(Duration),
    /// `retry_after_date_s`: an HTTP date that lies so far after the answer's `Date`, in whole seconds.
    Date(Duration),
}

impl RetryAfter {
    fn check(self) -> Result<(), ScriptError> {
        match self {
            Self::Seconds(rest) => seconds::check("retry_after_s", rest),
            Self::Date(rest) => seconds::check("retry_after_date_s", rest),
        }
    }
}
