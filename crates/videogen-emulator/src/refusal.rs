//! Errors in the providers' own bodies.

use http::header::{ALLOW, HeaderValue};
use http::{Method, StatusCode};
use videogen_core::HttpResponse;

use crate::provider_name::ProviderName;
use crate::reply::{self, JSON};
use crate::wall::Time;
use crate::{prism, synclabs, token360};

/// Why a provider does not answer with a generation. The last ones are for submissions only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    MissingKey,
    BadKey,
    Forbidden,
    NotFound,
    NoSuchPath,
    MethodNotAllowed,
    TooManyRequests,
    ServerError,
    Unavailable,
    GatewayTimeout,
    /// What was submitted cannot be used, by HTTP's word for it.
    Invalid,
    /// The same by the other word.
    Unprocessable,
    Moderation,
    Payment,
    /// A key for idempotency with another body.
    Conflict,
}

impl Refusal {
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::MissingKey | Self::BadKey => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound | Self::NoSuchPath => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::GatewayTimeout => StatusCode::GATEWAY_TIMEOUT,
            Self::Invalid | Self::Moderation => StatusCode::BAD_REQUEST,
            Self::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Payment => StatusCode::PAYMENT_REQUIRED,
            Self::Conflict => StatusCode::CONFLICT,
        }
    }

    /// The provider's body. `message` stands instead of its usual one.
    pub(crate) fn body(self, provider: ProviderName, message: Option<String>) -> String {
        match provider {
            ProviderName::Prism => prism::error(self, message),
            ProviderName::Token360 => token360::error(self, message),
            ProviderName::Synclabs => synclabs::error(self, message),
        }
    }

    /// The provider's answer, made at `date`.
    pub(crate) fn response(self, provider: ProviderName, date: Time) -> HttpResponse {
        reply::response(self.status(), date, JSON, self.body(provider, None))
    }
}

/// The provider's answer to a method that the path does not have, but `allowed`.
pub(crate) fn method_not_allowed(
    provider: ProviderName,
    date: Time,
    allowed: &Method,
) -> HttpResponse {
    let mut response = Refusal::MethodNotAllowed.response(provider, date);
    if let Ok(allowed) = HeaderValue::from_str(allowed.as_str()) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}
