//! Which providers are emulated.

use std::fmt;

use serde::{Deserialize, Serialize};
use videogen_core::{BaseUrl, Error, StatusTable};

/// A provider that is emulated. Written in JSON as handles write it: `prism`, `token360`, `synclabs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ProviderName {
    /// Prism Videos.
    Prism,
    /// Token360.
    Token360,
    /// Sync Labs.
    Synclabs,
}

impl ProviderName {
    /// Every emulated provider.
    pub const ALL: [Self; 3] = [Self::Prism, Self::Token360, Self::Synclabs];

    /// The name as handles write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prism => videogen_prism::NAME,
            Self::Token360 => videogen_token360::NAME,
            Self::Synclabs => videogen_synclabs::NAME,
        }
    }

    /// The provider's status words.
    #[must_use]
    pub fn statuses(self) -> &'static StatusTable {
        match self {
            Self::Prism => &videogen_prism::STATUSES,
            Self::Token360 => &videogen_token360::STATUSES,
            Self::Synclabs => &videogen_synclabs::STATUSES,
        }
    }

    /// The base URL of this provider at an emulator whose scheme, host and port are `origin`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) if `origin` is not such a thing.
    ///
    /// ```
    /// use videogen_emulator::ProviderName;
    /// let base = ProviderName::Token360.base_url("http://127.0.0.1:4010").unwrap();
    /// assert_eq!(base.as_str(), "http://127.0.0.1:4010/v1");
    /// ```
    pub fn base_url(self, origin: &str) -> Result<BaseUrl, Error> {
        let origin = origin.trim_end_matches('/');
        BaseUrl::parse_allowing_plaintext(&format!("{origin}{}", self.base_path()))
    }

    /// What comes between origin and operation in the provider's own URLs.
    pub(crate) const fn base_path(self) -> &'static str {
        match self {
            Self::Prism => "/api",
            Self::Token360 => "/v1",
            Self::Synclabs => "/v2",
        }
    }
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
