//! Why a provider does not give what was asked for.

use std::time::Duration;

use http::StatusCode;

/// Why a provider does not answer with what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// There is no key where one must be.
    MissingKey,
    /// The key is none, or no longer.
    BadKey,
    /// The key is good, and not for this.
    Forbidden,
    /// There is no such generation.
    NotFound,
    /// There is no such operation.
    NoSuchPath,
    /// The operation has another method.
    MethodNotAllowed,
    /// There were too many requests.
    TooManyRequests,
    /// Something broke.
    ServerError,
    /// It is too much at the moment.
    Unavailable,
    /// Something behind the API did not answer.
    GatewayTimeout,
    /// The request is not as the provider's page says.
    Invalid,
    /// What was submitted cannot be used ([`SubmitFault::RefusedInput`](crate::SubmitFault::RefusedInput)).
    Input,
    /// What was submitted is against the provider's policy.
    Moderation,
    /// There is no money for it.
    Payment,
    /// A key for idempotency came with another body before.
    Conflict,
    /// Too many generations run at once.
    Concurrency,
    /// It is not known what became of a submission with this key for idempotency.
    OutcomeUnknown,
    /// The outcome was asked for before there is one.
    NotReady,
    /// A URL of the API's that opens a file is not good, or no longer.
    BadUrl,
}

impl Reason {
    /// The HTTP status that says so at most providers.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::MissingKey | Self::BadKey => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::BadUrl => StatusCode::FORBIDDEN,
            Self::NotFound | Self::NoSuchPath => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooManyRequests | Self::Concurrency => StatusCode::TOO_MANY_REQUESTS,
            Self::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable | Self::OutcomeUnknown => StatusCode::SERVICE_UNAVAILABLE,
            Self::GatewayTimeout => StatusCode::GATEWAY_TIMEOUT,
            Self::Invalid | Self::Input | Self::Moderation | Self::NotReady => {
                StatusCode::BAD_REQUEST
            }
            Self::Payment => StatusCode::PAYMENT_REQUIRED,
            Self::Conflict => StatusCode::CONFLICT,
        }
    }
}

/// A refusal that a [`Side`](crate::Side) is to put into its provider's words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// Why.
    pub reason: Reason,
    /// A text that is to stand in place of the usual one, if there is one.
    pub message: Option<String>,
    /// How long the client is asked to rest. The header `Retry-After` is the emulator's: this is for the body.
    pub rest: Option<Duration>,
    /// The generation that it is about, with [`Reason::OutcomeUnknown`], and where a question about one is refused.
    pub id: Option<String>,
    /// Scheme, host and port of the emulator, for URLs in the body. Empty where the emulator is not asked.
    pub origin: String,
}

impl Refused {
    /// A refusal with the usual text.
    #[must_use]
    pub const fn because(reason: Reason) -> Self {
        Self { reason, message: None, rest: None, id: None, origin: String::new() }
    }

    /// This refusal with another text.
    #[must_use]
    pub fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// The text, or this one if none is given.
    #[must_use]
    pub fn text(&self, usual: &str) -> String {
        self.message.clone().unwrap_or_else(|| usual.to_owned())
    }
}
