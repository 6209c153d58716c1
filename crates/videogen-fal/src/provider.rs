//! fal as a provider, and `GET …/requests/{request_id}/status`.

use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Accepted, ApiKey, BaseUrl, Call, Error, ErrorKind, Handle, HttpResponse, NewGeneration,
    Observed, Phase, PollGuidance, Provider, StatusQuery, StatusTable, get,
};

use crate::cancel;
use crate::errors::words;
use crate::options::QueueOptions;
use crate::path;
use crate::result::{self, Told};
use crate::status::STATUSES;
use crate::submit;
use crate::wire;

/// The provider's name in handles.
pub const NAME: &str = "fal";

/// Where the queue is, from fal's OpenAPI document of it (<https://fal.ai/docs/api-reference/inference-api/openapi/queue.json>). The same document
/// names a backup, `https://queue.falrun.com`.
pub const DEFAULT_BASE_URL: &str = "https://queue.fal.run";

/// fal's queue.
#[derive(Clone, Debug)]
pub struct Fal {
    base_url: BaseUrl,
    key: ApiKey,
    logs: bool,
    options: QueueOptions,
}

impl Fal {
    /// fal with this key, `key-id:key-secret` as its dashboard shows it.
    #[must_use]
    pub fn new(key: ApiKey) -> Self {
        Self {
            base_url: BaseUrl::from_static(DEFAULT_BASE_URL),
            key,
            logs: false,
            options: QueueOptions::new(),
        }
    }

    /// The same at another base URL. The key goes there.
    #[must_use]
    pub fn at(mut self, base_url: BaseUrl) -> Self {
        self.base_url = base_url;
        self
    }

    /// Whether each status is to come with the runner's lines: `logs=1`. Read them with [`logs`](crate::logs()). Not at all by default.
    #[must_use]
    pub const fn with_logs(mut self, logs: bool) -> Self {
        self.logs = logs;
        self
    }

    /// The same with what each submission says to the queue, whoever submits: a client for one call of
    /// [`submit`](Provider::submit), say.
    #[must_use]
    pub fn with_options(mut self, options: QueueOptions) -> Self {
        self.options = options;
        self
    }

    /// As [`submit`](Provider::submit), with these options in the place of [those](Self::with_options) of this value.
    ///
    /// # Errors
    ///
    /// As [`submit`](Provider::submit).
    pub fn submit_with(
        &self,
        new: &NewGeneration,
        options: &QueueOptions,
    ) -> Result<Call<Accepted>, Error> {
        submit::call(self, new, options)
    }

    /// `Authorization: Key …`.
    pub(crate) fn credentials(&self) -> Result<(HeaderName, HeaderValue), Error> {
        let bare = self.key.bare();
        let text = format!("Key {}", bare.to_str().unwrap_or_default());
        let mut value = HeaderValue::from_str(&text).map_err(|_| {
            Error::new(ErrorKind::InvalidInput, "the API key cannot stand in a header")
        })?;
        value.set_sensitive(true);
        Ok((AUTHORIZATION, value))
    }

    /// Refuses a handle that is not of this place, or not of a request's form.
    pub(crate) fn check(&self, handle: &Handle) -> Result<(), Error> {
        handle.check(NAME, &self.base_url)?;
        path::handle(&self.base_url, handle.id()).map(drop)
    }
}

impl Provider for Fal {
    fn name(&self) -> &'static str {
        NAME
    }

    fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    fn lifecycle(&self) -> &'static StatusTable {
        &STATUSES
    }

    /// Not documented. fal's own clients ask every tenth or every half of a second; two seconds are enough for what takes a minute, and half an
    /// hour is the longest that clients in the wild wait.
    fn guidance(&self) -> PollGuidance {
        let seconds = Duration::from_secs;
        PollGuidance::new(seconds(2), seconds(30)..=seconds(300), seconds(30 * 60))
    }

    /// The handle of `owner/app/requests/{request_id}`, such as `fal-ai/kling-video/requests/764cabcf-b745-4b3e-ae38-1200304cf45b`: a request is
    /// not found by its id alone.
    fn handle(&self, id: &str) -> Result<Handle, Error> {
        path::handle(&self.base_url, id)
    }

    /// `GET …/requests/{request_id}/status`, and after `COMPLETED` the result, which is another request
    /// ([`Observed::Then`]). fal knows no other query than [`StatusQuery::Plain`].
    fn status(&self, handle: &Handle, query: StatusQuery) -> Result<Call<Observed>, Error> {
        self.check(handle)?;
        if query != StatusQuery::Plain {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "fal has no long-polls, and tells no progress",
            )
            .about(handle));
        }
        let logs = if self.logs { "?logs=1" } else { "" };
        let path = format!("/{}/status{logs}", handle.id_path());
        let request = get(&self.base_url, &path, self.credentials()?)?;
        let (fal, about) = (self.clone(), handle.clone());
        Ok(Call::new(request, move |response| read(&fal, &about, response)).about(handle))
    }

    /// `POST /{endpoint}`, with the [endpoint](NewGeneration::endpoint) that says what makes it, such as `fal-ai/veo3`, and the model's input as the
    /// body. Files, templates and idempotency keys are refused: the queue has none.
    fn submit(&self, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
        submit::call(self, new, &self.options)
    }

    /// `PUT …/requests/{request_id}/cancel`. What waits in the queue is taken out of it. What runs may be stopped or may end all the
    /// same, as its model has it. What has ended is [`ErrorKind::Refused`] with the code `ALREADY_COMPLETED`.
    fn cancel(&self, handle: &Handle) -> Result<Call<()>, Error> {
        cancel::call(self, handle)
    }
}

fn read(fal: &Fal, handle: &Handle, response: &HttpResponse) -> Result<Observed, Error> {
    let answer = Answer::of(response, |body| words(response.headers(), body))?;
    let queue: wire::QueueStatus = answer.parse()?;
    check_request(handle, response, &queue)?;
    let mut seen = answer.generation(
        handle,
        Some(handle.id()),
        queue.status.as_deref(),
        &STATUSES,
        wire::QUEUE_FIELDS,
    )?;
    match seen.phase() {
        Phase::Succeeded => {}
        Phase::Queued => {
            seen.queue_position = queue.queue_position.and_then(|it| u64::try_from(it).ok());
            return Ok(seen.into());
        }
        _ => return Ok(seen.into()),
    }
    let told = Told::new(queue, answer.text());
    match told.end() {
        Some(end) => {
            end.put_on(&mut seen);
            Ok(seen.into())
        }
        None => result::call(fal, handle, told).map(|call| Observed::Then(Box::new(call))),
    }
}

/// The answer is about the request of `handle`, by its id or, where the page prints an answer without it, by where it says that the result is.
fn check_request(
    handle: &Handle,
    response: &HttpResponse,
    queue: &wire::QueueStatus,
) -> Result<(), Error> {
    let urls = [&queue.response_url, &queue.status_url, &queue.cancel_url];
    let of_urls = urls.into_iter().flatten().find_map(|url| path::request_of_url(url));
    match queue.request_id.as_deref().or(of_urls) {
        Some(id) if id == path::request_id(handle) => Ok(()),
        Some(id) => {
            let id = path::shown(id);
            Err(invalid_response(response, &format!("is about another request, `{id}`")))
        }
        None => Err(invalid_response(response, "names no request")),
    }
}
