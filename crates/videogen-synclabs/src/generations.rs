//! The account's generations: listing, counting, asking for, deleting and downloading them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use videogen_core::answer::{Answer, date, invalid_response};
use videogen_core::{
    Call, Error, ErrorKind, Generation, Handle, HttpResponse, Json, ListQuery, Output, OutputKind,
    Page, Provider as _, delete, get, lenient, timestamp,
};

use crate::check::{invalid, limit};
use crate::errors::words;
use crate::provider::{self, API_KEY, NAME, SyncLabs, observed};
use crate::query::Query;
use crate::read;

/// The most generations or assets on one page, from the pages "List Generations" and the SDKs.
pub const MAX_PAGE: u32 = 100;

/// How long a download link works, as the page "Get Generation Download URL" has it.
pub const DOWNLOAD_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The code of an answer that does not delete a generation because it runs.
const RUNS: &str = "generation_not_deletable_while_processing";

/// Which generations [`SyncLabs::generations`] is to list. What is given must all hold.
///
/// Lists are sent with commas, as the page says; the Python SDK repeats the name and the TypeScript SDK sends a JSON array.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GenerationsQuery {
    /// Which page. Without a limit [`MAX_PAGE`] is asked for: Sync Labs lists everything at once otherwise, in any order.
    pub page: ListQuery,
    /// Only in one of these states: `PENDING`, `PROCESSING`, `COMPLETED`, `FAILED`, `REJECTED`.
    pub statuses: Vec<String>,
    /// Only these.
    pub ids: Vec<String>,
    /// Only with one of these source labels.
    pub sources: Vec<String>,
    /// Only in this project, a UUID. One that the key may not see has no generations.
    pub project_id: Option<String>,
}

impl GenerationsQuery {
    /// The newest generations, [`MAX_PAGE`] at the most.
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

    /// This one with another status that is looked for.
    #[must_use]
    pub fn with_status(mut self, status: impl Into<String>) -> Self {
        self.statuses.push(status.into());
        self
    }

    /// This one with another id that is looked for.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.ids.push(id.into());
        self
    }

    /// This one with another source label that is looked for.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.sources.push(source.into());
        self
    }

    /// This one in a project only.
    #[must_use]
    pub fn in_project(mut self, id: impl Into<String>) -> Self {
        self.project_id = Some(id.into());
        self
    }
}

/// Which generations [`SyncLabs::count_generations`] is to count. What is given must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CountQuery {
    /// Only in one of these states.
    pub statuses: Vec<String>,
    /// `api`, or `playground` for the Studio.
    pub kind: Option<String>,
    /// Only with one of these source labels.
    pub sources: Vec<String>,
    /// Only from this part of the product: `studio_lite`, `mcp`, `api` and so on. Older generations have none.
    pub generation_source: Option<String>,
    /// Only those of the key's user.
    pub own: bool,
}

impl CountQuery {
    /// All.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// This one with another status that counts.
    #[must_use]
    pub fn with_status(mut self, status: impl Into<String>) -> Self {
        self.statuses.push(status.into());
        self
    }

    /// This one with `type`.
    #[must_use]
    pub fn with_kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = Some(kind.into());
        self
    }

    /// This one with another source label that counts.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.sources.push(source.into());
        self
    }

    /// This one with `generationSource`.
    #[must_use]
    pub fn with_generation_source(mut self, source: impl Into<String>) -> Self {
        self.generation_source = Some(source.into());
        self
    }

    /// This one with the key's user only.
    #[must_use]
    pub const fn own(mut self) -> Self {
        self.own = true;
        self
    }
}

/// How many generations there are: the answer of `GET /generations/count`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Count {
    /// So many.
    #[serde(deserialize_with = "read::count")]
    pub count: Option<u64>,
}

impl SyncLabs {
    /// One page of the organisation's generations, newest first: `GET /generations`.
    ///
    /// The next page begins after the last generation of this one: its id is the cursor (the page "List Generations"). A full page has
    /// a next one, which may be empty. A member that names no generation is left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a limit beyond 1 to [`MAX_PAGE`], and for an entry of a list that is empty or has a comma.
    pub fn generations(&self, query: &GenerationsQuery) -> Result<Call<Page<Generation>>, Error> {
        let most = query.page.limit.unwrap_or(MAX_PAGE);
        limit(most, MAX_PAGE)?;
        if query.page.cursor.as_ref().is_some_and(String::is_empty) {
            return Err(invalid("cursor", "is empty"));
        }
        let mut written = Query::default();
        written.add("limit", &most.to_string());
        written.add_some("cursor", query.page.cursor.as_deref());
        written.add_list("status", &query.statuses)?;
        written.add_list("ids", &query.ids)?;
        written.add_list("source", &query.sources)?;
        written.add_some("projectId", query.project_id.as_deref());
        let path = format!("/generations{}", written.as_str());
        let request = get(self.base(), &path, (API_KEY, self.key().bare()))?;
        let (sync, cursor) = (self.clone(), query.page.cursor.clone());
        Ok(Call::new(request, move |response| {
            let mut page = page(&sync, response, most)?;
            // A cursor that does not move would be followed for ever.
            page.next = page.next.filter(|next| Some(next) != cursor.as_ref());
            Ok(page)
        }))
    }

    /// How many generations there are: `GET /generations/count`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an entry of a list that is empty or has a comma.
    pub fn count_generations(&self, query: &CountQuery) -> Result<Call<u64>, Error> {
        let mut written = Query::default();
        written.add_list("status", &query.statuses)?;
        written.add_some("type", query.kind.as_deref());
        written.add_list("source", &query.sources)?;
        written.add_some("generationSource", query.generation_source.as_deref());
        written.add_some("currentUserOnly", query.own.then_some("true"));
        let path = format!("/generations/count{}", written.as_str());
        let request = get(self.base(), &path, (API_KEY, self.key().bare()))?;
        Ok(Call::new(request, |response| {
            let read: Count = read::object(response)?;
            read.count.ok_or_else(|| invalid_response(response, "has no count"))
        }))
    }

    /// One generation by the other path, `GET /generations/{id}`, which has no long-polls and no progress. Sync Labs' own
    /// extensions turn to it where [`status`](videogen_core::Provider::status) finds nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ForeignHandle`] for a handle of another provider or base URL.
    pub fn generation(&self, handle: &Handle) -> Result<Call<Generation>, Error> {
        handle.check(NAME, self.base())?;
        let path = format!("/generations/{}", handle.id_segment());
        let request = get(self.base(), &path, (API_KEY, self.key().bare()))?;
        let about = handle.clone();
        Ok(Call::new(request, move |response| provider::read(&about, response)).about(handle))
    }

    /// Deletes a generation that has ended, and gives it as it was: `DELETE /generations/{id}`. It is the organisation's: any of its
    /// keys may delete it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ForeignHandle`]. The call's: [`ErrorKind::GenerationUnfinished`] for one that has not ended (HTTP 409,
    /// `generation_not_deletable_while_processing`). There is no way to cancel it.
    pub fn delete_generation(&self, handle: &Handle) -> Result<Call<Generation>, Error> {
        self.deleting(handle, provider::read)
    }

    pub(crate) fn deleting<T: 'static>(
        &self,
        handle: &Handle,
        read: impl Fn(&Handle, &HttpResponse) -> Result<T, Error> + Send + Sync + 'static,
    ) -> Result<Call<T>, Error> {
        handle.check(NAME, self.base())?;
        let path = format!("/generations/{}", handle.id_segment());
        let request = delete(self.base(), &path, (API_KEY, self.key().bare()))?;
        let about = handle.clone();
        Ok(Call::new(request, move |response| {
            read::success(response).map_err(unfinished)?;
            read(&about, response)
        })
        .about(handle))
    }

    /// A link to the output of a completed generation: `GET /generations/{id}/download`.
    ///
    /// It is asked for when the file is wanted: signed, it is to work for seven days ([`DOWNLOAD_LIFETIME`]; counted from the answer's
    /// `Date` unless the URL says it itself, and it may end before). It is fetched without the key. Whether it has a watermark depends
    /// on the organisation's plan at that time.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ForeignHandle`] for a handle of another provider or base URL.
    pub fn download_link(&self, handle: &Handle) -> Result<Call<Output>, Error> {
        handle.check(NAME, self.base())?;
        let path = format!("/generations/{}/download", handle.id_segment());
        let request = self.get_text(&path)?;
        Ok(Call::new(request, |response| link(response, OutputKind::Video)).about(handle))
    }
}

fn page(sync: &SyncLabs, response: &HttpResponse, limit: u32) -> Result<Page<Generation>, Error> {
    let count = read::array(response)?.len();
    let items = read::items(response, |item| listed(sync, response, item))?;
    let is_full = u64::try_from(count).is_ok_and(|count| count >= u64::from(limit));
    let last = items.last().filter(|_| is_full).map(|last| last.handle.id().to_owned());
    Ok(Page::new(items, last))
}

/// The member of a list that only has to name itself.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
}

/// A member of a list, as if it had come alone.
fn listed(sync: &SyncLabs, response: &HttpResponse, item: &Json) -> Option<Generation> {
    let named: Named = item.parse().ok()?;
    let handle = sync.handle(&named.id?).ok()?;
    let mut alone = HttpResponse::new(item.get().as_bytes().to_vec());
    *alone.headers_mut() = response.headers().clone();
    let answer = Answer::of(&alone, words).ok()?;
    let wire = answer.parse().ok()?;
    observed(&handle, &answer, wire).ok()
}

/// The provider's 409 says that the generation runs, and that is more than that the provider is in trouble.
fn unfinished(error: Error) -> Error {
    if error.provider_code() != Some(RUNS) {
        return error;
    }
    let words = (
        error.provider_code().map(ToOwned::to_owned),
        error.provider_message().map(ToOwned::to_owned),
    );
    let new = Error::new(
        ErrorKind::GenerationUnfinished,
        "the generation has not ended, and only one that has ended is deleted",
    )
    .with_provider_words(words.0, words.1)
    .with_request_id(error.request_id().map(ToOwned::to_owned))
    .with_retry_after(error.retry_after());
    match error.http_status() {
        Some(status) => new.with_http_status(status),
        None => new,
    }
}

pub(crate) fn link(response: &HttpResponse, kind: OutputKind) -> Result<Output, Error> {
    let url = read::url(response)?;
    let mut output = Output::primary(kind, url);
    let promised = || date(response.headers())?.checked_add(DOWNLOAD_LIFETIME);
    output.expires_at = timestamp::presigned_expiry(url).or_else(promised);
    Ok(output)
}
