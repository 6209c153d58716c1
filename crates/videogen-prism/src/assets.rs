//! `GET /assets/search`, from the page "Search assets" (<https://prism-c8e399ce.mintlify.app/api-reference/search-assets>).

use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use videogen_core::{Call, Error, Json, ListQuery, Page, json, lenient, redact};

use crate::characters::unix_milliseconds;
use crate::page::{self, Entry, needed};
use crate::provider::Prism;

/// The most assets a page, from the page "Search assets".
pub const MAX_ASSETS: u32 = 60;

/// An image or a video at Prism.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Asset {
    /// The id of the post if it is from the community, of the generation if it is from the owner's history.
    #[serde(deserialize_with = "needed")]
    pub id: String,
    /// The id of the asset itself.
    #[serde(deserialize_with = "lenient::text")]
    pub asset_id: Option<String>,
    /// Its S3 key: what [`PromptGeneration`](crate::PromptGeneration) takes for a frame or a reference.
    #[serde(deserialize_with = "lenient::string")]
    pub asset_s3_key: Option<String>,
    /// Where it is, if it is stored.
    #[serde(deserialize_with = "lenient::string")]
    pub asset_url: Option<String>,
    /// What it is: `image` or `video`.
    #[serde(deserialize_with = "lenient::string")]
    pub asset_type: Option<String>,
    /// The prompt that was searched.
    #[serde(deserialize_with = "lenient::text")]
    pub prompt: Option<String>,
    /// The model that made it.
    #[serde(deserialize_with = "lenient::string")]
    pub model_name: Option<String>,
    /// When it was posted, in milliseconds since 1970. Only from the community.
    #[serde(deserialize_with = "lenient::integer")]
    pub published_at: Option<i64>,
    /// When it was made, in milliseconds since 1970. Only from the owner's history.
    #[serde(deserialize_with = "lenient::integer")]
    pub created_at: Option<i64>,
    /// What else Prism knows of it.
    #[serde(deserialize_with = "json::optional")]
    pub metadata: Option<Json>,
    /// Where it was found: `community` or `history`.
    #[serde(deserialize_with = "lenient::string")]
    pub source: Option<String>,
    /// All of it as Prism wrote it, with the fields that are not named here. `None` unless it was read from an answer.
    #[serde(skip)]
    pub raw: Option<Json>,
}

impl Asset {
    /// When it was posted.
    #[must_use]
    pub fn published(&self) -> Option<SystemTime> {
        unix_milliseconds(self.published_at)
    }

    /// When it was made.
    #[must_use]
    pub fn created(&self) -> Option<SystemTime> {
        unix_milliseconds(self.created_at)
    }
}

impl Entry for Asset {
    fn id(&self) -> &str {
        &self.id
    }

    fn keep(&mut self, raw: Json) {
        self.raw = Some(raw);
    }
}

/// Shows no query of a URL.
impl fmt::Debug for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asset")
            .field("id", &self.id)
            .field("asset_id", &self.asset_id)
            .field("asset_s3_key", &self.asset_s3_key.as_deref().map(redact::text))
            .field("asset_url", &self.asset_url.as_deref().map(redact::url))
            .field("asset_type", &self.asset_type)
            .field("prompt", &self.prompt.as_deref().map(redact::text))
            .field("model_name", &self.model_name)
            .field("published_at", &self.published_at)
            .field("created_at", &self.created_at)
            .field("metadata", &self.metadata)
            .field("source", &self.source)
            .field("raw", &self.raw)
            .finish()
    }
}

/// What kind of assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AssetType {
    /// Both.
    All,
    /// Images.
    Image,
    /// Videos.
    Video,
}

impl AssetType {
    /// Prism's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Image => "image",
            Self::Video => "video",
        }
    }
}

/// Whose assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AssetSource {
    /// Both.
    All,
    /// What people have posted.
    Community,
    /// What the key's owner has generated.
    History,
}

impl AssetSource {
    /// Prism's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Community => "community",
            Self::History => "history",
        }
    }
}

/// Which assets are searched for, and which page of them.
///
/// ```
/// use videogen_core::ApiKey;
/// use videogen_prism::{AssetSearch, AssetSource, AssetType, Prism};
///
/// let prism = Prism::new(ApiKey::new("prism_sk_your_key_here").unwrap());
/// let search = AssetSearch::matching("product").of_type(AssetType::Video).from_source(AssetSource::History);
/// let call = prism.search_assets(&search).unwrap();
/// assert_eq!(call.request().uri().query(), Some("q=product&type=video&source=history"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssetSearch {
    /// `q`: what the prompts are to have in them. At least 2 characters.
    pub q: String,
    /// `type`. Prism takes `None` for all.
    pub asset_type: Option<AssetType>,
    /// `source`. Prism takes `None` for all.
    pub source: Option<AssetSource>,
    /// Which page.
    pub page: ListQuery,
}

impl AssetSearch {
    /// Assets with `q` in their prompts, the first page, as long as Prism makes it.
    #[must_use]
    pub fn matching(q: impl Into<String>) -> Self {
        Self { q: q.into(), asset_type: None, source: None, page: ListQuery::first() }
    }

    /// Of these, those of one kind.
    #[must_use]
    pub const fn of_type(mut self, asset_type: AssetType) -> Self {
        self.asset_type = Some(asset_type);
        self
    }

    /// Of these, those from one place.
    #[must_use]
    pub const fn from_source(mut self, source: AssetSource) -> Self {
        self.source = Some(source);
        self
    }

    /// This with at most `limit` assets a page.
    #[must_use]
    pub const fn with_limit(mut self, limit: u32) -> Self {
        self.page.limit = Some(limit);
        self
    }

    /// The page after the one whose [`Page::next`] this is.
    #[must_use]
    pub fn after(mut self, next: impl Into<String>) -> Self {
        self.page = self.page.after(next);
        self
    }
}

impl Prism {
    /// `GET /assets/search`: one page of what people have posted and what the key's owner has generated. 24 unless the
    /// limit says otherwise, 60 at the most.
    ///
    /// An entry without an id is left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) for a `q` of fewer than 2 characters, a limit out of range, or a cursor that is
    /// no [`Page::next`].
    pub fn search_assets(&self, search: &AssetSearch) -> Result<Call<Page<Asset>>, Error> {
        let more = [
            ("type", search.asset_type.map(AssetType::as_str)),
            ("source", search.source.map(AssetSource::as_str)),
        ];
        page::list(self, "/assets/search", Some(&search.q), &more, &search.page, MAX_ASSETS)
    }
}
