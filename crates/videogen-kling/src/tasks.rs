//! Tasks that are not asked for by Kling's id of one: `POST /tasks`, `GET /v1/videos/<kind>`, and by the caller's own ids.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Call, Error, ErrorKind, Generation, Handle, HttpRequest, HttpResponse, Page, Provider as _,
    get, path, post_json,
};

use crate::errors::{opened, opened_of_task};
use crate::provider::Kling;
use crate::read::{self, object, objects};
use crate::route::{Endpoint, Place};
use crate::status::STATUSES;
use crate::wire::{self, LegacyTask, Task, TaskPage};

/// The most tasks on a page, in both APIs.
pub const MAX_PAGE: u32 = 500;

/// The last page that the older API has.
pub const MAX_PAGE_NUMBER: u32 = 1000;

/// Which tasks to list with [`Kling::list_tasks`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TasksQuery {
    /// How many at the most, 1 to 500. Kling lists 100 when it is not told.
    pub limit: Option<u32>,
    /// Where the page begins: [`Page::next`] of the one before. The times do not count with it.
    pub cursor: Option<String>,
    /// Only those that were made since then. 30 days before [`until`](Self::until) when not told.
    pub since: Option<SystemTime>,
    /// Only those that were made before then. Now, when not told.
    pub until: Option<SystemTime>,
    /// Only those with one of these status words: `submitted`, `processing`, `succeeded`, `failed`.
    pub statuses: Vec<String>,
}

impl TasksQuery {
    /// The first page, as Kling makes it.
    #[must_use]
    pub const fn new() -> Self {
        Self { limit: None, cursor: None, since: None, until: None, statuses: Vec::new() }
    }

    /// This one with at most `limit` tasks.
    #[must_use]
    pub const fn with_limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The page after the one whose [`Page::next`] this is.
    #[must_use]
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// This one with what was made since then.
    #[must_use]
    pub const fn since(mut self, since: SystemTime) -> Self {
        self.since = Some(since);
        self
    }

    /// This one with what was made before then.
    #[must_use]
    pub const fn until(mut self, until: SystemTime) -> Self {
        self.until = Some(until);
        self
    }

    /// This one with those that have this status word, or another that was given.
    #[must_use]
    pub fn with_status(mut self, word: impl Into<String>) -> Self {
        self.statuses.push(word.into());
        self
    }
}

impl Kling {
    /// `POST /tasks`: the account's videos, with all that Kling lets one choose.
    /// [`Provider::list`](videogen_core::Provider::list) is the same for all providers. Takes an API key.
    ///
    /// As it was seen, tasks that the older API made are in it too, and can be asked for by the handles that they have here.
    ///
    /// ```
    /// use videogen_core::ApiKey;
    /// use videogen_kling::{Kling, TasksQuery};
    ///
    /// let kling = Kling::with_api_key(ApiKey::new("your-api-key").unwrap());
    /// let query = TasksQuery::new().with_limit(50).with_status("succeeded");
    /// let call = kling.list_tasks(&query).unwrap();
    /// assert_eq!(call.request().uri(), "https://api-singapore.klingai.com/tasks");
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a `limit` that is not 1 to 500, and for times of which the end is not after the beginning;
    /// [`ErrorKind::Unsupported`] with an access key and a secret key. Nothing was sent then.
    pub fn list_tasks(&self, query: &TasksQuery) -> Result<Call<Page<Generation>>, Error> {
        let body = body(query)?;
        let request = post_json(self.base_url(), "/tasks", self.credentials()?, &body)?;
        let kling = self.clone();
        let asked = query.cursor.clone();
        Ok(Call::new(request, move |response| read_page(&kling, asked.as_deref(), response)))
    }

    /// `GET /v1/videos/<kind>`: what one of the older API's kinds made, such as `text2video`. `page` is 1 to 1000, `size` is 1 to 500
    /// and 30 if not told.
    ///
    /// Kling does not say whether there is another page. [`Page::next`] is its number, unless this one is not full.
    ///
    /// ```
    /// use videogen_core::ApiKey;
    /// use videogen_kling::Kling;
    ///
    /// let kling = Kling::new(ApiKey::new("your-access-key:your-secret-key").unwrap());
    /// let call = kling.list_of("text2video", 1, Some(50)).unwrap();
    /// assert_eq!(
    ///     call.request().uri(),
    ///     "https://api-singapore.klingai.com/v1/videos/text2video?pageNum=1&pageSize=50"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a kind that is none of the older API's, and for numbers beyond these. Nothing was sent then.
    pub fn list_of(
        &self,
        kind: &str,
        page: u32,
        size: Option<u32>,
    ) -> Result<Call<Page<Generation>>, Error> {
        let Endpoint::Legacy(kind) = Endpoint::of(kind)? else {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "that is an endpoint of Kling's newer API, which lists everything at once",
            ));
        };
        within("pageNum", page, MAX_PAGE_NUMBER)?;
        let mut path = format!("{}?pageNum={page}", Place::legacy_path(&kind));
        if let Some(size) = size {
            within("pageSize", size, MAX_PAGE)?;
            path.push_str(&format!("&pageSize={size}"));
        }
        let request = get(self.base_url(), &path, self.legacy_credentials()?)?;
        let kling = self.clone();
        let full = usize::try_from(size.unwrap_or(DEFAULT_PAGE)).unwrap_or(usize::MAX);
        Ok(Call::new(request, move |response| {
            let (count, items) = read_kind(&kling, &kind, response)?;
            let next = (count >= full && page < MAX_PAGE_NUMBER).then(|| (page + 1).to_string());
            Ok(Page::new(items, next))
        }))
    }

    /// The generation that was submitted to `endpoint` with this external id of the caller's own (`external_task_id`), or `None` if Kling
    /// knows none. Free of side effects.
    ///
    /// For a submission whose answer was lost. The pages promise that a task can be asked for by its external id, and demand that each is
    /// used once in an account. They do **not** promise that a submission with one that was used is refused, nor how soon a new task is
    /// found. As it was seen by others, it is refused (400, code 1201), in both APIs and across them, and a task is found at once; what happens
    /// after a task that failed was not seen. So: ask here, rest, ask again; and only then submit the same **with the same external
    /// id**, where the worst that was seen is a refusal.
    ///
    /// ```
    /// use videogen_core::ApiKey;
    /// use videogen_kling::Kling;
    ///
    /// let kling = Kling::with_api_key(ApiKey::new("your-api-key").unwrap());
    /// let call = kling.find_by_external_id("text-to-video/kling-3.0-turbo", "my-task-1").unwrap();
    /// assert_eq!(
    ///     call.request().uri(),
    ///     "https://api-singapore.klingai.com/tasks?external_task_ids=my-task-1"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an endpoint or an external id that cannot be one; [`ErrorKind::Unsupported`] for an endpoint of
    /// the newer API with an access key and a secret key. Nothing was sent then.
    pub fn find_by_external_id(
        &self,
        endpoint: &str,
        external_id: &str,
    ) -> Result<Call<Option<Generation>>, Error> {
        let endpoint = Endpoint::of(endpoint)?;
        let encoded = path::encode_segment(external_id).map_err(|problem| {
            Error::new(ErrorKind::InvalidInput, format!("the external id {problem}"))
        })?;
        let request = match &endpoint {
            Endpoint::Current(_) if external_id.contains(',') => {
                return Err(Error::new(
                    ErrorKind::InvalidInput,
                    "the external id has a comma in it, which Kling takes for the end of one",
                ));
            }
            Endpoint::Current(_) => request(self, "external_task_ids", external_id)?,
            Endpoint::Legacy(kind) => {
                let path = format!("{}/{encoded}", Place::legacy_path(kind));
                get(self.base_url(), &path, self.legacy_credentials()?)?
            }
        };
        let (kling, asked) = (self.clone(), external_id.to_owned());
        Ok(Call::new(request, move |response| match &endpoint {
            Endpoint::Current(_) => find(&kling, &asked, response),
            Endpoint::Legacy(kind) => find_legacy(&kling, kind, &asked, response),
        }))
    }
}

/// How many tasks the older API lists when it is not told.
const DEFAULT_PAGE: u32 = 30;

/// `GET /tasks` for one id.
pub(crate) fn request(kling: &Kling, parameter: &str, id: &str) -> Result<HttpRequest, Error> {
    let id = path::encode_segment(id)
        .map_err(|problem| Error::new(ErrorKind::InvalidInput, format!("the id {problem}")))?;
    get(kling.base_url(), &format!("/tasks?{parameter}={id}"), kling.credentials()?)
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    filters: Vec<Filter<'a>>,
}

#[derive(Serialize)]
struct Filter<'a> {
    key: &'static str,
    values: Vec<&'a str>,
}

fn body(query: &TasksQuery) -> Result<String, Error> {
    if let Some(limit) = query.limit {
        within("limit", limit, MAX_PAGE)?;
    }
    let start_time = query.since.map(|at| milliseconds("since", at)).transpose()?;
    let end_time = query.until.map(|at| milliseconds("until", at)).transpose()?;
    if let (Some(start), Some(end)) = (start_time, end_time)
        && start >= end
    {
        return Err(Error::new(ErrorKind::InvalidInput, "`since` is not before `until`"));
    }
    let mut filters = vec![Filter { key: "product_type", values: vec!["video"] }];
    if !query.statuses.is_empty() {
        let values = query.statuses.iter().map(String::as_str).collect();
        filters.push(Filter { key: "status", values });
    }
    let body =
        Body { start_time, end_time, cursor: query.cursor.as_deref(), limit: query.limit, filters };
    serde_json::to_string(&body).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, "the query cannot be written as JSON")
            .with_source(error)
    })
}

fn within(name: &str, number: u32, most: u32) -> Result<(), Error> {
    if (1..=most).contains(&number) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::InvalidInput, format!("`{name}` is {number}, not 1 to {most}")))
}

/// A time as Kling takes it.
pub(crate) fn milliseconds(name: &str, at: SystemTime) -> Result<u64, Error> {
    let since = at.duration_since(UNIX_EPOCH).ok();
    since.and_then(|since| u64::try_from(since.as_millis()).ok()).ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidInput,
            format!("`{name}` is not a time that Kling can be asked with"),
        )
    })
}

fn read_page(
    kling: &Kling,
    asked: Option<&str>,
    response: &HttpResponse,
) -> Result<Page<Generation>, Error> {
    let (answer, envelope) = opened(response)?;
    let page: Option<TaskPage> = envelope.data.as_ref().and_then(object);
    let page = page.unwrap_or_default();
    // As it was seen, an empty page has no list. Without its count that would say too lightly that there are no tasks.
    let result = page
        .result
        .or_else(|| (page.count == Some(0)).then(Vec::new))
        .ok_or_else(|| invalid_response(response, "has no list of tasks"))?;
    let items = result.iter().filter_map(|item| {
        let task: Task = object(item)?;
        let handle = kling.handle(&Place::Tasks.id_of(task.id.as_deref()?)).ok()?;
        let mut seen = listed(&handle, &answer, task.status.as_deref());
        seen.keep_body(item.get(), wire::LISTED_FIELDS);
        read::fill(&mut seen, task);
        Some(seen)
    });
    // One that names the page itself would be asked for without end.
    let next = page.next_cursor.filter(|next| asked != Some(next.as_str()));
    Ok(Page::new(items.collect(), next.filter(|_| page.has_more != Some(false))))
}

/// How many there are on the page, and those of them that can be asked about.
fn read_kind(
    kling: &Kling,
    kind: &str,
    response: &HttpResponse,
) -> Result<(usize, Vec<Generation>), Error> {
    let (answer, envelope) = opened(response)?;
    let items: Option<Vec<videogen_core::Json>> =
        envelope.data.as_ref().and_then(|data| data.parse().ok());
    let items = items.ok_or_else(|| invalid_response(response, "has no list of tasks"))?;
    let count = items.len();
    let seen = items.iter().filter_map(|item| {
        let task: LegacyTask = object(item)?;
        let handle = kling.handle(&Place::Legacy(kind).id_of(task.task_id.as_deref()?)).ok()?;
        let mut seen = listed(&handle, &answer, task.task_status.as_deref());
        seen.keep_body(item.get(), wire::LEGACY_LISTED_FIELDS);
        read::fill_legacy(&mut seen, task);
        Some(seen)
    });
    Ok((count, seen.collect()))
}

fn listed(handle: &Handle, answer: &Answer<'_>, status: Option<&str>) -> Generation {
    let mut seen = Generation::new(handle.clone(), STATUSES.status(status.unwrap_or_default()));
    seen.times.observed = answer.date();
    seen
}

fn find(kling: &Kling, asked: &str, response: &HttpResponse) -> Result<Option<Generation>, Error> {
    let (answer, envelope) = match opened_of_task(response) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let tasks: Option<Vec<Task>> = envelope.data.as_ref().and_then(objects);
    let tasks = tasks.ok_or_else(|| invalid_response(response, "has no list of tasks"))?;
    if tasks.is_empty() {
        return Ok(None);
    }
    let task = tasks.into_iter().find(|task| task.external_id.as_deref() == Some(asked));
    let task = task.ok_or_else(|| other(response))?;
    let id = task.id.as_deref().map(|id| Place::Tasks.id_of(id));
    let handle = id.and_then(|id| kling.handle(&id).ok());
    let handle = handle.ok_or_else(|| invalid_response(response, "names no generation"))?;
    let mut seen = answer.generation(
        &handle,
        Some(handle.id()),
        task.status.as_deref(),
        &STATUSES,
        wire::FIELDS,
    )?;
    read::fill(&mut seen, task);
    Ok(Some(seen))
}

fn find_legacy(
    kling: &Kling,
    kind: &str,
    asked: &str,
    response: &HttpResponse,
) -> Result<Option<Generation>, Error> {
    let (answer, envelope) = match opened_of_task(response) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let task: LegacyTask = envelope.data.as_ref().and_then(object).unwrap_or_default();
    let info = task.task_info.as_ref();
    // The same path takes Kling's own ids, and one may be like the other.
    if info.and_then(|info| info.external_task_id.as_deref()) != Some(asked) {
        return Err(other(response));
    }
    let id = task.task_id.as_deref().map(|id| Place::Legacy(kind).id_of(id));
    let handle = id.and_then(|id| kling.handle(&id).ok());
    let handle = handle.ok_or_else(|| invalid_response(response, "names no generation"))?;
    read::legacy(&handle, &answer, &envelope).map(Some)
}

fn other(response: &HttpResponse) -> Error {
    invalid_response(response, "is not about the generation with this external id")
}
