//! A fault as JSON has it: flat, each name with the parameters that belong to it.

use serde::{Deserialize, Serialize};

use super::{Fault, RetryAfter, ScriptError, ScriptedFault, When, seconds};

/// The members of a fault's JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    on: When,
    fault: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after_date_s: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    word: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    http_status: Option<u16>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    Unauthorized,
    Forbidden,
    NotFound,
    RequestTimeout,
    TooManyRequests,
    ServerError,
    BadGatewayHtml,
    Unavailable,
    GatewayTimeout,
    Reset,
    Stall,
    Cut,
    TruncatedJson,
    #[serde(rename = "html_200")]
    Html200,
    #[serde(rename = "empty_200")]
    Empty200,
    #[serde(rename = "empty_202")]
    Empty202,
    UnknownStatus,
    StatusBackwards,
    CompletedWithoutUrl,
    NullString,
    EchoKey,
}

impl TryFrom<Form> for ScriptedFault {
    type Error = ScriptError;

    fn try_from(mut form: Form) -> Result<Self, ScriptError> {
        let fault = match form.fault {
            Name::Unauthorized => Fault::Unauthorized,
            Name::Forbidden => Fault::Forbidden,
            Name::NotFound => Fault::NotFound,
            Name::RequestTimeout => Fault::RequestTimeout,
            Name::TooManyRequests => {
                Fault::TooManyRequests { retry_after: form.take_retry_after()? }
            }
            Name::ServerError => Fault::ServerError,
            Name::BadGatewayHtml => Fault::BadGatewayHtml,
            Name::Unavailable => Fault::Unavailable { retry_after: form.take_retry_after()? },
            Name::GatewayTimeout => Fault::GatewayTimeout,
            Name::Reset => Fault::Reset,
            Name::Stall => Fault::Stall,
            Name::Cut => Fault::Cut,
            Name::TruncatedJson => Fault::TruncatedJson,
            Name::Html200 => Fault::Html200,
            Name::Empty200 => Fault::Empty200,
            Name::Empty202 => Fault::Empty202 { retry_after: form.take_retry_after()? },
            Name::UnknownStatus => Fault::UnknownStatus {
                word: form.word.take().ok_or_else(|| ScriptError::new("word", "is missing"))?,
            },
            Name::StatusBackwards => Fault::StatusBackwards,
            Name::CompletedWithoutUrl => Fault::CompletedWithoutUrl,
            Name::NullString => Fault::NullString {
                field: form.field.take().ok_or_else(|| ScriptError::new("field", "is missing"))?,
            },
            Name::EchoKey => Fault::EchoKey { http_status: form.http_status.take().unwrap_or(401) },
        };
        form.all_taken()?;
        Ok(Self { on: form.on, fault })
    }
}

impl Form {
    fn take_retry_after(&mut self) -> Result<Option<RetryAfter>, ScriptError> {
        let duration = |member: &str, seconds| {
            seconds::duration(seconds).map_err(|problem| ScriptError::new(member, problem))
        };
        match (self.retry_after_s.take(), self.retry_after_date_s.take()) {
            (None, None) => Ok(None),
            (Some(s), None) => Ok(Some(RetryAfter::Seconds(duration("retry_after_s", s)?))),
            (None, Some(s)) => Ok(Some(RetryAfter::Date(duration("retry_after_date_s", s)?))),
            (Some(_), Some(_)) => Err(ScriptError::new(
                "retry_after_date_s",
                "an answer has one `Retry-After`; give this or `retry_after_s`",
            )),
        }
    }

    /// Refuses parameters that the fault does not have.
    fn all_taken(&self) -> Result<(), ScriptError> {
        let left = [
            ("retry_after_s", self.retry_after_s.is_some()),
            ("retry_after_date_s", self.retry_after_date_s.is_some()),
            ("word", self.word.is_some()),
            ("field", self.field.is_some()),
            ("http_status", self.http_status.is_some()),
        ];
        match left.into_iter().find(|&(_, given)| given) {
            None => Ok(()),
            Some((member, _)) => Err(ScriptError::new(member, "does not belong to this fault")),
        }
    }

    fn bare(on: When, fault: Name) -> Self {
        Self {
            on,
            fault,
            retry_after_s: None,
            retry_after_date_s: None,
            word: None,
            field: None,
            http_status: None,
        }
    }

    fn resting(on: When, fault: Name, rest: Option<RetryAfter>) -> Self {
        let mut form = Self::bare(on, fault);
        match rest {
            None => {}
            Some(RetryAfter::Seconds(rest)) => form.retry_after_s = Some(rest.as_secs_f64()),
            Some(RetryAfter::Date(rest)) => form.retry_after_date_s = Some(rest.as_secs_f64()),
        }
        form
    }
}

impl From<ScriptedFault> for Form {
    fn from(ScriptedFault { on, fault }: ScriptedFault) -> Self {
        let bare = |name| Self::bare(on, name);
        match fault {
            Fault::Unauthorized => bare(Name::Unauthorized),
            Fault::Forbidden => bare(Name::Forbidden),
            Fault::NotFound => bare(Name::NotFound),
            Fault::RequestTimeout => bare(Name::RequestTimeout),
            Fault::TooManyRequests { retry_after } => {
                Self::resting(on, Name::TooManyRequests, retry_after)
            }
            Fault::ServerError => bare(Name::ServerError),
            Fault::BadGatewayHtml => bare(Name::BadGatewayHtml),
            Fault::Unavailable { retry_after } => Self::resting(on, Name::Unavailable, retry_after),
            Fault::GatewayTimeout => bare(Name::GatewayTimeout),
            Fault::Reset => bare(Name::Reset),
            Fault::Stall => bare(Name::Stall),
            Fault::Cut => bare(Name::Cut),
            Fault::TruncatedJson => bare(Name::TruncatedJson),
            Fault::Html200 => bare(Name::Html200),
            Fault::Empty200 => bare(Name::Empty200),
            Fault::Empty202 { retry_after } => Self::resting(on, Name::Empty202, retry_after),
            Fault::UnknownStatus { word } => {
                Self { word: Some(word), ..Self::bare(on, Name::UnknownStatus) }
            }
            Fault::StatusBackwards => bare(Name::StatusBackwards),
            Fault::CompletedWithoutUrl => bare(Name::CompletedWithoutUrl),
            Fault::NullString { field } => {
                Self { field: Some(field), ..Self::bare(on, Name::NullString) }
            }
            Fault::EchoKey { http_status } => {
                Self { http_status: Some(http_status), ..Self::bare(on, Name::EchoKey) }
            }
        }
    }
}
