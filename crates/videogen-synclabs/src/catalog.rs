//! What Sync Labs says of itself: its models and its error codes.

use serde::{Deserialize, Serialize};
use videogen_core::{Call, Error, get, lenient, timestamp};

use std::time::SystemTime;

use crate::provider::{API_KEY, SyncLabs};
use crate::read;

/// A model, as `GET /models` tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct ModelInfo {
    /// Its id.
    #[serde(deserialize_with = "read::id")]
    pub id: String,
    /// Its name, which is what a submission's `model` is: `lipsync-2`.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// `lipsync` or `react`.
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub kind: Option<String>,
    /// Its version.
    #[serde(deserialize_with = "lenient::text")]
    pub version: Option<String>,
    /// What it is for, in prose.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Since when it is deprecated, ISO 8601. Such models are left out of the list, says the SDK.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub deprecated_at: Option<String>,
}

impl ModelInfo {
    /// [`deprecated_at`](Self::deprecated_at) as a time.
    #[must_use]
    pub fn deprecated(&self) -> Option<SystemTime> {
        timestamp::parse(self.deprecated_at.as_deref()?)
    }
}

/// An entry of the catalogue of error codes, as `GET /errors` tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CatalogEntry {
    /// The code: `generation_input_video_inaccessible`.
    #[serde(deserialize_with = "read::id")]
    pub code: String,
    /// What went wrong, in prose.
    #[serde(deserialize_with = "lenient::text")]
    pub message: Option<String>,
    /// What may be done.
    #[serde(deserialize_with = "lenient::text")]
    pub suggestion: Option<String>,
}

impl SyncLabs {
    /// The models that the key may use: `GET /models`. One without an id is left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) if the base URL takes no path.
    pub fn models(&self) -> Result<Call<Vec<ModelInfo>>, Error> {
        let request = get(self.base(), "/models", (API_KEY, self.key().bare()))?;
        Ok(Call::new(request, |response| {
            read::items(response, |item| {
                item.parse().ok().filter(|model: &ModelInfo| !model.id.is_empty())
            })
        }))
    }

    /// Every error code, with what it means and what may be done: `GET /errors`. It takes no key, and the key is not sent.
    ///
    /// That it exists is on the page "Get Generation"; the names of its members are from third parties.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) if the base URL takes no path.
    pub fn error_catalog(&self) -> Result<Call<Vec<CatalogEntry>>, Error> {
        let mut request = get(self.base(), "/errors", (API_KEY, self.key().bare()))?;
        request.headers_mut().remove(API_KEY);
        Ok(Call::new(request, |response| {
            read::items(response, |item| {
                item.parse().ok().filter(|entry: &CatalogEntry| !entry.code.is_empty())
            })
        }))
    }
}
