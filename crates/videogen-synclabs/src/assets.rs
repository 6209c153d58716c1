//! The media library: files that generations can be made from again and again.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::Method;
use serde::{Deserialize, Serialize};
use videogen_core::answer::{date, invalid_response};
use videogen_core::{
    Call, Error, HttpResponse, Json, ListQuery, Output, OutputKind, OutputUrl, Page, delete, get,
    lenient, path, post_json, put_file, redact, timestamp,
};

use crate::check::{invalid, limit, url};
use crate::generations::{MAX_PAGE, link};
use crate::provider::{API_KEY, SyncLabs};
use crate::query::Query;
use crate::read;

/// The largest file that can be uploaded at once, in bytes, from the page "Asset Uploads". A plan may allow less.
pub const MAX_UPLOAD_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// What an asset is, by the words of its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum AssetKind {
    /// `AUDIO`.
    Audio,
    /// `VIDEO`.
    Video,
    /// `IMAGE`.
    Image,
}

impl AssetKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Audio => "AUDIO",
            Self::Video => "VIDEO",
            Self::Image => "IMAGE",
        }
    }
}

/// Who can see an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum Visibility {
    /// The key's user. The provider's default.
    User,
    /// The organisation.
    Organization,
}

/// A file of the media library, as `GET /assets/{id}` tells of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Asset {
    /// Its id, for the inputs of a generation.
    #[serde(deserialize_with = "read::id")]
    pub id: String,
    /// When it was made, ISO 8601.
    #[serde(deserialize_with = "lenient::text")]
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    #[serde(deserialize_with = "lenient::text")]
    pub updated_at: Option<String>,
    /// `AUDIO`, `VIDEO` or `IMAGE`.
    #[serde(rename = "type", deserialize_with = "lenient::string")]
    pub kind: Option<String>,
    /// `USER` or `ORGANIZATION`.
    #[serde(deserialize_with = "lenient::string")]
    pub visibility: Option<String>,
    /// The name of the file.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where the file is.
    #[serde(deserialize_with = "read::output_url", skip_serializing_if = "Option::is_none")]
    pub url: Option<OutputUrl>,
    /// How long the file is, in bytes.
    #[serde(deserialize_with = "read::count", skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The form of the file: `mp4`, `wav`.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Where it came from: `UPLOAD`, `URL`, `RECORD`, `TTS`, `EXTRACT` or `PLATFORM_IMPORT`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub input_type: Option<String>,
    /// How long it plays, in seconds.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub duration_seconds: Option<f64>,
    /// A small image of it.
    #[serde(deserialize_with = "read::output_url", skip_serializing_if = "Option::is_none")]
    pub thumbnail_url: Option<OutputUrl>,
    /// In pixels.
    #[serde(deserialize_with = "read::count", skip_serializing_if = "Option::is_none")]
    pub width: Option<u64>,
    /// In pixels.
    #[serde(deserialize_with = "read::count", skip_serializing_if = "Option::is_none")]
    pub height: Option<u64>,
    /// The answer as it came, with what is not named here.
    #[serde(skip)]
    pub raw: Option<Json>,
}

impl Asset {
    /// [`created_at`](Self::created_at) as a time.
    #[must_use]
    pub fn created(&self) -> Option<SystemTime> {
        timestamp::parse(self.created_at.as_deref()?)
    }

    fn of(json: &Json) -> Option<Self> {
        let mut asset: Self = json.parse().ok()?;
        asset.raw = Some(json.clone());
        (!asset.id.is_empty()).then_some(asset)
    }
}

/// How a list of assets is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the words say it")]
pub enum AssetSort {
    NameAsc,
    NameDesc,
    DateAsc,
    DateDesc,
    DurationAsc,
    DurationDesc,
    SizeAsc,
    SizeDesc,
    KindAsc,
    KindDesc,
}

impl AssetSort {
    const fn word(self) -> &'static str {
        match self {
            Self::NameAsc => "nameAsc",
            Self::NameDesc => "nameDesc",
            Self::DateAsc => "dateAsc",
            Self::DateDesc => "dateDesc",
            Self::DurationAsc => "durationAsc",
            Self::DurationDesc => "durationDesc",
            Self::SizeAsc => "sizeAsc",
            Self::SizeDesc => "sizeDesc",
            Self::KindAsc => "kindAsc",
            Self::KindDesc => "kindDesc",
        }
    }
}

/// Which assets [`SyncLabs::assets`] is to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssetsQuery {
    /// Which page. Without a limit it is as long as Sync Labs makes it.
    pub page: ListQuery,
    /// Only in this project.
    pub project_id: Option<String>,
    /// Only with this in their name.
    pub search: Option<String>,
    /// In which order.
    pub sort: Option<AssetSort>,
    /// Only of these kinds. Sent with commas, as the SDKs' own text says.
    pub kinds: Vec<AssetKind>,
}

impl AssetsQuery {
    /// All.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// This one for that page.
    #[must_use]
    pub fn with_page(mut self, page: ListQuery) -> Self {
        self.page = page;
        self
    }

    /// This one in a project only.
    #[must_use]
    pub fn in_project(mut self, id: impl Into<String>) -> Self {
        self.project_id = Some(id.into());
        self
    }

    /// This one with something that is looked for in the names.
    #[must_use]
    pub fn with_search(mut self, text: impl Into<String>) -> Self {
        self.search = Some(text.into());
        self
    }

    /// This one in an order.
    #[must_use]
    pub const fn sorted(mut self, sort: AssetSort) -> Self {
        self.sort = Some(sort);
        self
    }

    /// This one with another kind that is looked for.
    #[must_use]
    pub fn with_kind(mut self, kind: AssetKind) -> Self {
        self.kinds.push(kind);
        self
    }
}

/// A page of assets, and how many there are in all.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AssetPage {
    /// The page.
    pub page: Page<Asset>,
    /// How many assets fit the query, if told.
    pub total: Option<u64>,
}

/// The answer of `GET /assets`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AssetList {
    /// The assets of this page.
    #[serde(deserialize_with = "lenient::list")]
    pub items: Vec<Json>,
    /// Where the next page begins.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// How many fit.
    #[serde(deserialize_with = "read::count", skip_serializing_if = "Option::is_none")]
    pub total_count: Option<u64>,
}

/// A file at a public URL that is to become an asset: `POST /assets`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewAsset {
    /// Where it is: [`Upload::url`], or any URL that Sync Labs can fetch.
    pub url: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: AssetKind,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who can see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// The project that it is to be in. Sync Labs answers 422 for one that it does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
}

impl NewAsset {
    /// The file at this URL.
    #[must_use]
    pub fn new(url: impl Into<String>, kind: AssetKind) -> Self {
        Self { url: url.into(), kind, name: None, visibility: None, project_id: None }
    }

    /// This one with a name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// This one with who can see it.
    #[must_use]
    pub const fn with_visibility(mut self, visibility: Visibility) -> Self {
        self.visibility = Some(visibility);
        self
    }

    /// This one in a project.
    #[must_use]
    pub fn in_project(mut self, id: impl Into<String>) -> Self {
        self.project_id = Some(id.into());
        self
    }
}

/// Shows no query of a URL.
impl fmt::Debug for NewAsset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAsset")
            .field("url", &redact::url(&self.url))
            .field("kind", &self.kind)
            .field("name", &self.name)
            .field("visibility", &self.visibility)
            .field("project_id", &self.project_id)
            .finish()
    }
}

/// What of an asset is to change: `PATCH /assets/{id}`. What is not said stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AssetChange {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who can see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// How long it plays, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<f64>,
    /// How long the file is, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The form of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// In pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// In pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

impl AssetChange {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// This one with a name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// This one with who can see it.
    #[must_use]
    pub const fn with_visibility(mut self, visibility: Visibility) -> Self {
        self.visibility = Some(visibility);
        self
    }

    /// This one with how long it plays, in seconds.
    #[must_use]
    pub const fn with_duration_seconds(mut self, seconds: f64) -> Self {
        self.duration_seconds = Some(seconds);
        self
    }

    /// This one with how long the file is, in bytes.
    #[must_use]
    pub const fn with_size(mut self, bytes: u64) -> Self {
        self.size = Some(bytes);
        self
    }

    /// This one with the form of the file.
    #[must_use]
    pub fn with_format(mut self, format: impl Into<String>) -> Self {
        self.format = Some(format.into());
        self
    }

    /// This one with width and height, in pixels.
    #[must_use]
    pub const fn with_dimensions(mut self, width: u32, height: u32) -> Self {
        (self.width, self.height) = (Some(width), Some(height));
        self
    }
}

/// Where a file can be sent: the answer of `POST /assets/upload`. Whoever has [`upload_url`](Self::upload_url) can write there, so
/// `Debug` shows no query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Upload {
    /// Where to send it.
    #[serde(deserialize_with = "read::output_url")]
    pub upload_url: Option<OutputUrl>,
    /// Where it is then, for [`NewAsset`].
    #[serde(deserialize_with = "read::output_url")]
    pub url: Option<OutputUrl>,
    /// How long the first works, in seconds.
    #[serde(deserialize_with = "read::count")]
    pub expires_in: Option<u64>,
    /// Until when the first works, counted from the answer's `Date`.
    #[serde(skip)]
    pub expires_at: Option<SystemTime>,
    /// What was said to be uploaded: the file must be sent with it.
    #[serde(skip)]
    pub content_type: String,
}

impl SyncLabs {
    /// A page of the organisation's assets: `GET /assets`. One without an id is left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) for a limit beyond 1 to
    /// [`MAX_PAGE`].
    pub fn assets(&self, query: &AssetsQuery) -> Result<Call<AssetPage>, Error> {
        let mut written = Query::default();
        if let Some(most) = query.page.limit {
            limit(most, MAX_PAGE)?;
            written.add("limit", &most.to_string());
        }
        if query.page.cursor.as_ref().is_some_and(String::is_empty) {
            return Err(invalid("cursor", "is empty"));
        }
        written.add_some("cursor", query.page.cursor.as_deref());
        written.add_some("projectId", query.project_id.as_deref());
        written.add_some("searchQuery", query.search.as_deref());
        written.add_some("sortBy", query.sort.map(AssetSort::word));
        let kinds: Vec<String> = query.kinds.iter().map(|kind| kind.word().to_owned()).collect();
        written.add_list("types", &kinds)?;
        let path = format!("/assets{}", written.as_str());
        let request = get(self.base(), &path, (API_KEY, self.key().bare()))?;
        Ok(Call::new(request, |response| {
            let list: AssetList = read::object(response)?;
            let items = list.items.iter().filter_map(Asset::of).collect();
            Ok(AssetPage { page: Page::new(items, list.next_cursor), total: list.total_count })
        }))
    }

    /// One asset: `GET /assets/{id}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) for an id that cannot stand in a path.
    pub fn asset(&self, id: &str) -> Result<Call<Asset>, Error> {
        let request = get(self.base(), &asset_path(id, "")?, (API_KEY, self.key().bare()))?;
        Ok(Call::new(request, read_asset))
    }

    /// A link to the file of an asset: `GET /assets/{id}/download`. It is fetched without the key. For how long it works is not
    /// documented: [`Output::expires_at`] is there if the URL says it.
    ///
    /// # Errors
    ///
    /// As [`asset`](Self::asset).
    pub fn asset_download_link(&self, id: &str) -> Result<Call<Output>, Error> {
        let request = self.get_text(&asset_path(id, "/download")?)?;
        Ok(Call::new(request, |response| {
            let mut output = link(response, OutputKind::Other)?;
            output.expires_at = timestamp::presigned_expiry(output.url.expose());
            Ok(output)
        }))
    }

    /// Makes an asset of a file at a public URL, or of one that was [uploaded](Self::put_upload): `POST /assets`. Sync Labs
    /// looks whether the file is there, and whether the plan allows one of its size.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) for a `url` that is no `http` or `https` URL.
    pub fn create_asset(&self, new: &NewAsset) -> Result<Call<Asset>, Error> {
        url("url", &new.url)?;
        let credentials = (API_KEY, self.key().bare());
        let request = post_json(self.base(), "/assets", credentials, &json("asset", new)?)?;
        Ok(Call::new(request, read_asset))
    }

    /// Changes an asset: `PATCH /assets/{id}`. With an API key only those of the key's owner.
    ///
    /// # Errors
    ///
    /// As [`asset`](Self::asset), and for a change of nothing, or `durationSeconds` that is no finite number.
    pub fn update_asset(&self, id: &str, change: &AssetChange) -> Result<Call<Asset>, Error> {
        if *change == AssetChange::default() {
            return Err(invalid("change", "changes nothing"));
        }
        if change.duration_seconds.is_some_and(|seconds| !(seconds.is_finite() && seconds >= 0.0)) {
            return Err(invalid("durationSeconds", "is no finite number of 0 or more"));
        }
        let credentials = (API_KEY, self.key().bare());
        let body = json("change", change)?;
        let mut request = post_json(self.base(), &asset_path(id, "")?, credentials, &body)?;
        *request.method_mut() = Method::PATCH;
        Ok(Call::new(request, read_asset))
    }

    /// Deletes an asset: `DELETE /assets/{id}`. What is answered is not documented, and not read.
    ///
    /// # Errors
    ///
    /// As [`asset`](Self::asset).
    pub fn delete_asset(&self, id: &str) -> Result<Call<()>, Error> {
        let request = delete(self.base(), &asset_path(id, "")?, (API_KEY, self.key().bare()))?;
        Ok(Call::new(request, read::success))
    }

    /// Asks where a file can be sent: `POST /assets/upload`. The first of three steps, from the page "Asset Uploads": then
    /// [`put_upload`](Self::put_upload), then [`create_asset`](Self::create_asset) with [`Upload::url`].
    ///
    /// `content_type` is `video/mp4`, say; `size` is in bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) for an empty name or type, and a size of 0 or more than
    /// [`MAX_UPLOAD_BYTES`].
    pub fn presign_upload(
        &self,
        file_name: &str,
        content_type: &str,
        size: u64,
    ) -> Result<Call<Upload>, Error> {
        for (name, text) in [("fileName", file_name), ("contentType", content_type)] {
            if text.trim().is_empty() {
                return Err(invalid(name, "is empty"));
            }
        }
        if !(1..=MAX_UPLOAD_BYTES).contains(&size) {
            return Err(invalid("size", &format!("is 1 to {MAX_UPLOAD_BYTES} bytes, not {size}")));
        }
        let body = json("upload", &Presign { file_name, content_type, size })?;
        let credentials = (API_KEY, self.key().bare());
        let request = post_json(self.base(), "/assets/upload", credentials, &body)?;
        let content_type = content_type.to_owned();
        Ok(Call::new(request, move |response| {
            let mut upload: Upload = read::object(response)?;
            if upload.upload_url.is_none() || upload.url.is_none() {
                return Err(invalid_response(response, "does not say where to upload"));
            }
            let lifetime = upload.expires_in.map(Duration::from_secs);
            upload.expires_at =
                date(response.headers()).and_then(|date| date.checked_add(lifetime?));
            upload.content_type.clone_from(&content_type);
            Ok(upload)
        }))
    }

    /// Sends a file where [`presign_upload`](Self::presign_upload) said, without the key.
    ///
    /// # Errors
    ///
    /// Those of [`put_file`]: the URL must be one that a provider may name.
    pub fn put_upload(&self, upload: &Upload, bytes: Vec<u8>) -> Result<Call<()>, Error> {
        let to = upload.upload_url.as_ref().map_or("", OutputUrl::expose);
        let request = put_file(self.base(), to, &upload.content_type, bytes)?;
        Ok(Call::new(request, read::success))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Presign<'a> {
    file_name: &'a str,
    content_type: &'a str,
    size: u64,
}

fn asset_path(id: &str, rest: &str) -> Result<String, Error> {
    let segment = path::encode_segment(id).map_err(|problem| invalid("id", &problem))?;
    Ok(format!("/assets/{segment}{rest}"))
}

fn json(what: &str, value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value)
        .map_err(|error| invalid(what, "cannot be written as JSON").with_source(error))
}

fn read_asset(response: &HttpResponse) -> Result<Asset, Error> {
    let json: Json = read::object(response)?;
    Asset::of(&json).ok_or_else(|| invalid_response(response, "names no asset"))
}
