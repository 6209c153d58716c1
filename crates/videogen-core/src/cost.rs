//! What a generation costs.

use serde::{Deserialize, Serialize};

/// What a generation costs, as far as a provider tells.
///
/// Credits are the provider's own, and worth what its page says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Cost {
    /// In the provider's credits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits: Option<f64>,
    /// In US dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usd: Option<f64>,
}

impl Cost {
    /// So many of the provider's credits.
    #[must_use]
    pub const fn credits(credits: f64) -> Self {
        Self { credits: Some(credits), usd: None }
    }

    /// So many US dollars.
    #[must_use]
    pub const fn usd(usd: f64) -> Self {
        Self { credits: None, usd: Some(usd) }
    }
}
