//! The dialect as a provider.

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use videogen_core::{
    Accepted, ApiKey, BaseUrl, Call, Error, ErrorKind, Generation, Handle, HttpRequest, ListQuery,
    NewGeneration, Observed, Output, Page, PollGuidance, Provider, StatusQuery, StatusTable, get,
};

use crate::profile::{Auth, Profile};
use crate::{content, list, observe, submit, upkeep};

/// A service that speaks the dialect: which one, and how, is its [`Profile`].
///
/// ```
/// use videogen_core::{ApiKey, BaseUrl, Provider};
/// use videogen_openai::{OpenAi, profiles};
///
/// let key = || ApiKey::new("your-api-key").unwrap();
/// let openrouter = OpenAi::new(profiles::openrouter::profile(), key());
/// assert_eq!(openrouter.base_url().as_str(), "https://openrouter.ai/api/v1");
///
/// // Where a service is wherever somebody runs it, its profile asks for the place.
/// let place = BaseUrl::parse("http://127.0.0.1:4000/v1").unwrap();
/// let litellm = OpenAi::new(profiles::litellm::profile(place), key());
/// assert_eq!(litellm.handle("video_123").unwrap().to_string(), "litellm:video_123");
/// ```
#[derive(Clone, Debug)]
pub struct OpenAi {
    profile: Profile,
    key: ApiKey,
}

impl OpenAi {
    /// The service of this profile with this key, which goes to the profile's base URL.
    #[must_use]
    pub const fn new(profile: Profile, key: ApiKey) -> Self {
        Self { profile, key }
    }

    /// The same at another base URL. The key goes there.
    #[must_use]
    pub fn at(mut self, base_url: BaseUrl) -> Self {
        self.profile.base_url = base_url;
        self
    }

    /// What it makes of the dialect.
    #[must_use]
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Where it asks.
    pub(crate) const fn base(&self) -> &BaseUrl {
        &self.profile.base_url
    }

    /// The header with the key.
    pub(crate) fn credentials(&self) -> Result<(HeaderName, HeaderValue), Error> {
        match self.profile.auth {
            Auth::Bearer => Ok((AUTHORIZATION, self.key.bearer()?)),
            Auth::Scheme(scheme) => {
                let key = self.key.bare();
                let text = format!("{scheme} {}", key.to_str().unwrap_or_default());
                let value = HeaderValue::from_str(&text).map_err(|_| {
                    self.invalid("has a scheme for keys that cannot stand in a header")
                })?;
                Ok((AUTHORIZATION, value))
            }
            Auth::Header(name) => Ok((self.header(name)?, self.key.bare())),
        }
    }

    /// A header that the profile names.
    pub(crate) fn header(&self, name: &'static str) -> Result<HeaderName, Error> {
        HeaderName::try_from(name)
            .map_err(|_| self.invalid(&format!("names a header `{name}`, which cannot be one")))
    }

    /// The path of an operation about a generation.
    pub(crate) fn path_of(path: &str, handle: &Handle) -> String {
        path.replace("{id}", &handle.id_segment())
    }

    /// Refuses a handle of somebody else's, and gives the path of an operation that not every service has.
    pub(crate) fn path_if_any(
        &self,
        path: Option<&'static str>,
        handle: &Handle,
        what: &str,
    ) -> Result<String, Error> {
        handle.check(self.profile.name, &self.profile.base_url)?;
        match path {
            Some(path) => Ok(Self::path_of(path, handle)),
            None => Err(self.unsupported(what).about(handle)),
        }
    }

    pub(crate) fn unsupported(&self, what: &str) -> Error {
        let name = self.profile.name;
        Error::new(ErrorKind::Unsupported, format!("no page of {name} has a way to {what}"))
    }

    fn invalid(&self, what: &str) -> Error {
        Error::new(ErrorKind::InvalidInput, format!("the profile `{}` {what}", self.profile.name))
    }
}

impl Provider for OpenAi {
    fn name(&self) -> &'static str {
        self.profile.name
    }

    fn base_url(&self) -> &BaseUrl {
        &self.profile.base_url
    }

    fn lifecycle(&self) -> &'static StatusTable {
        self.profile.statuses
    }

    /// The profile's.
    fn guidance(&self) -> PollGuidance {
        self.profile.guidance.clone()
    }

    /// [`Paths::status`](crate::Paths::status). Those who tell progress do so unasked, and nobody has long-polls:
    /// [`StatusQuery::Plain`] only.
    fn status(&self, handle: &Handle, query: StatusQuery) -> Result<Call<Observed>, Error> {
        handle.check(self.profile.name, &self.profile.base_url)?;
        query.check_plain(self.profile.name)?;
        let path = Self::path_of(self.profile.paths.status, handle);
        let request = get(&self.profile.base_url, &path, self.credentials()?)?;
        let (openai, about) = (self.clone(), handle.clone());
        let read = move |response: &_| observe::read(&openai, &about, response).map(Observed::from);
        Ok(Call::new(request, read).about(handle))
    }

    /// [`Paths::submit`](crate::Paths::submit), or one of [`Paths::endpoints`](crate::Paths::endpoints). As JSON or as a form, as
    /// [`Profile::body`] says.
    fn submit(&self, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
        submit::call(self, new)
    }

    /// Whether the profile has [a header for it](Profile::idempotency_header). None of the known ones has.
    fn promises_idempotency(&self) -> bool {
        self.profile.idempotency_header.is_some()
    }

    /// [`Paths::list`](crate::Paths::list), the newest first. With an order: [`OpenAi::list_videos`].
    fn list(&self, query: &ListQuery) -> Result<Call<Page<Generation>>, Error> {
        list::page(self, query)
    }

    /// For [`Place::Content`](crate::Place::Content), and for outputs at the API that take the key.
    fn output_request(&self, handle: &Handle, output: &Output) -> Result<HttpRequest, Error> {
        content::request(self, handle, output)
    }

    /// [`Paths::cancel`](crate::Paths::cancel).
    fn cancel(&self, handle: &Handle) -> Result<Call<()>, Error> {
        upkeep::cancel(self, handle)
    }

    /// [`Paths::delete`](crate::Paths::delete): the generation, and what it made.
    fn delete(&self, handle: &Handle) -> Result<Call<()>, Error> {
        upkeep::delete(self, handle)
    }
}
