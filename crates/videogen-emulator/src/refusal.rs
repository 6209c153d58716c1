//! Errors in the providers' own bodies.

use http::StatusCode;

use crate::provider_name::ProviderName;
use crate::{prism, synclabs, token360};

/// Why a provider does not answer with a generation.
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
}
