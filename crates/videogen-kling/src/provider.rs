//! Kling as a provider.

use std::time::Duration;

use videogen_core::{
    Accepted, ApiKey, BaseUrl, Call, Credentials, Error, ErrorKind, Generation, Handle, ListQuery,
    NewGeneration, Observed, Page, PollGuidance, Provider, StatusQuery, StatusTable, get,
};

use crate::auth::Auth;
use crate::read;
use crate::route::{self, Place};
use crate::status::STATUSES;
use crate::submit;
use crate::tasks::{self, TasksQuery};

/// The provider's name in handles.
pub const NAME: &str = "kling";

/// Where the API is for servers outside of China, from the page "Authentication"
/// (<https://kling.ai/document-api/api/get-started/authentication>). The older API is under `/v1/` there.
pub const DEFAULT_BASE_URL: &str = "https://api-singapore.klingai.com";

/// Where the API is for servers in China, from the same page in Chinese. Accounts are of one of the two.
pub const BEIJING_BASE_URL: &str = "https://api-beijing.klingai.com";

/// Kling.
#[derive(Clone, Debug)]
pub struct Kling {
    base_url: BaseUrl,
    auth: Auth,
}

impl Kling {
    /// Kling with `access:secret`, an access key and its secret key with a colon between, or with an API key, which has none.
    ///
    /// A key that has a colon at its beginning or its end is refused when it is used.
    #[must_use]
    pub fn new(key: ApiKey) -> Self {
        Self::with(Auth::of(key))
    }

    /// Kling with an API key, which all of it takes.
    #[must_use]
    pub const fn with_api_key(key: ApiKey) -> Self {
        Self::with(Auth::Key(key))
    }

    /// Kling with an access key and its secret key, which the older API takes: the endpoints without a model in their path.
    ///
    /// Each request gets a token of its own that is good for half an hour, so this machine's clock must be about right.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use videogen_core::{ApiKey, Provider, StatusQuery};
    /// use videogen_kling::Kling;
    ///
    /// let key = |text| ApiKey::new(text).unwrap();
    /// let kling = Kling::signed(&key("your-access-key"), &key("your-secret-key"));
    /// let handle = kling.handle("text2video/893605946402811985").unwrap();
    /// let call = kling.status(&handle, StatusQuery::Plain).unwrap();
    /// // A transport tells the time; without one, say it.
    /// let request = call.request_at(UNIX_EPOCH + Duration::from_secs(1_767_225_600)).unwrap();
    /// assert!(request.headers()["authorization"].to_str().unwrap().starts_with("Bearer eyJ"));
    /// ```
    #[must_use]
    pub fn signed(access_key: &ApiKey, secret_key: &ApiKey) -> Self {
        let (access, secret) = (access_key.bare(), secret_key.bare());
        let text = |value: &http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        Self::with(Auth::pair(&text(&access), &text(&secret)))
    }

    const fn with(auth: Auth) -> Self {
        Self { base_url: BaseUrl::from_static(DEFAULT_BASE_URL), auth }
    }

    /// The same at another base URL. The key goes there.
    #[must_use]
    pub fn at(mut self, base_url: BaseUrl) -> Self {
        self.base_url = base_url;
        self
    }

    /// For the newer API.
    pub(crate) fn credentials(&self) -> Result<Credentials, Error> {
        self.auth.for_current()
    }

    /// For the older API.
    pub(crate) fn legacy_credentials(&self) -> Result<Credentials, Error> {
        self.auth.for_legacy()
    }
}

impl Provider for Kling {
    fn name(&self) -> &'static str {
        NAME
    }

    fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    fn lifecycle(&self) -> &'static StatusTable {
        &STATUSES
    }

    /// Not documented, but for the 30 days for which outputs are kept. Five seconds are what clients in the wild use; they saw
    /// generations of half a minute to five minutes.
    fn guidance(&self) -> PollGuidance {
        let seconds = Duration::from_secs;
        PollGuidance::new(seconds(5), seconds(30)..=seconds(300), seconds(30 * 60))
            .with_url_lifetime(read::KEPT_FOR)
    }

    /// `tasks/<id>` for what was made by a path with the model in it, or the older API's kind, a slash and the id, such as
    /// `text2video/<id>`. [`LEGACY_KINDS`](crate::LEGACY_KINDS) has those that are documented; others are taken too.
    fn handle(&self, id: &str) -> Result<Handle, Error> {
        route::handle(&self.base_url, id)
    }

    /// `GET /tasks?task_ids=<id>`, or `GET /v1/videos/<kind>/<id>`. Kling knows no other query than [`StatusQuery::Plain`].
    ///
    /// A generation that Kling does not know is an [`ErrorKind::NotFound`]: in the newer API the answer has no task in it; the older one
    /// says so with the code 1201 of a wrong parameter, as it was seen.
    fn status(&self, handle: &Handle, query: StatusQuery) -> Result<Call<Observed>, Error> {
        handle.check(NAME, &self.base_url)?;
        if query != StatusQuery::Plain {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "Kling has no long-polls, and tells no progress",
            )
            .about(handle));
        }
        // A handle from a file may have any id.
        self.handle(handle.id()).map_err(|error| error.about(handle))?;
        let request = match Place::of(handle.id()) {
            Some((Place::Legacy(_), _)) => {
                let path = format!("/v1/videos/{}", handle.id_path());
                get(&self.base_url, &path, self.legacy_credentials()?)?
            }
            place => tasks::request(self, "task_ids", place.map_or("", |(_, task)| task))?,
        };
        let about = handle.clone();
        Ok(Call::new(request, move |response| read::status(&about, response).map(Observed::from))
            .about(handle))
    }

    /// `POST /<product>/<model>` or `POST /v1/videos/<kind>`, as the [endpoint](NewGeneration::endpoint) says. Files, templates, native bodies
    /// and idempotency keys are refused: Kling has none. [`Kling::find_by_external_id`] finds a submission whose answer was lost.
    fn submit(&self, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
        submit::call(self, new)
    }

    /// `POST /tasks`: videos of the last 30 days, 1 to 500 a page and 100 if not told. Their handles are `tasks/<id>`. In which order they
    /// come is not documented. With an access key and a secret key, this is [`ErrorKind::Unsupported`]: list one kind
    /// with [`Kling::list_of`].
    fn list(&self, query: &ListQuery) -> Result<Call<Page<Generation>>, Error> {
        let mut tasks = TasksQuery::new();
        (tasks.limit, tasks.cursor) = (query.limit, query.cursor.clone());
        self.list_tasks(&tasks)
    }
}
