//! Newcomer as a provider, and `GET /videos/{id}`.

use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use videogen_core::answer::Answer;
use videogen_core::{
    Accepted, ApiKey, BaseUrl, Call, Error, Failure, Generation, Handle, HttpResponse,
    NewGeneration, Observed, Output, OutputKind, Phase, PollGuidance, Provider, StatusQuery,
    StatusTable, get,
};

use crate::errors::words;
use crate::failures;
use crate::status::STATUSES;
use crate::submit;
use crate::wire::{FIELDS, Video};

/// The provider's name in handles.
pub const NAME: &str = "newcomer";

/// Where the API is, from the page TO BE REPLACED.
pub const DEFAULT_BASE_URL: &str = "https://api.newcomer.example/v1";

/// Newcomer.
#[derive(Clone, Debug)]
pub struct Newcomer {
    base_url: BaseUrl,
    key: ApiKey,
}

impl Newcomer {
    /// Newcomer with this key.
    #[must_use]
    pub const fn new(key: ApiKey) -> Self {
        Self { base_url: BaseUrl::from_static(DEFAULT_BASE_URL), key }
    }

    /// The same at another base URL. The key goes there.
    #[must_use]
    pub fn at(mut self, base_url: BaseUrl) -> Self {
        self.base_url = base_url;
        self
    }

    pub(crate) fn credentials(&self) -> Result<(HeaderName, HeaderValue), Error> {
        Ok((AUTHORIZATION, self.key.bearer()?))
    }
}

impl Provider for Newcomer {
    fn name(&self) -> &'static str {
        NAME
    }

    fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    fn lifecycle(&self) -> &'static StatusTable {
        &STATUSES
    }

    /// TO BE REPLACED: how often to ask, how long it takes, and how long to wait at the most, with the page that says so; or that
    /// none does.
    fn guidance(&self) -> PollGuidance {
        let seconds = Duration::from_secs;
        PollGuidance::new(seconds(5), seconds(60)..=seconds(180), seconds(20 * 60))
    }

    /// `GET /videos/{id}`.
    fn status(&self, handle: &Handle, query: StatusQuery) -> Result<Call<Observed>, Error> {
        handle.check(NAME, &self.base_url)?;
        query.check_plain("Newcomer")?;
        let path = format!("/videos/{}", handle.id_segment());
        let request = get(&self.base_url, &path, self.credentials()?)?;
        let about = handle.clone();
        Ok(Call::new(request, move |response| read(&about, response).map(Observed::from))
            .about(handle))
    }

    /// `POST /videos`.
    fn submit(&self, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
        submit::call(self, new)
    }
}

fn read(handle: &Handle, response: &HttpResponse) -> Result<Generation, Error> {
    let answer = Answer::of(response, words)?;
    let video: Video = answer.parse()?;
    let (id, status) = (video.id.as_deref(), video.status.as_deref());
    let mut seen = answer.generation(handle, id, status, &STATUSES, FIELDS)?;
    seen.prompt = video.prompt;
    seen.outputs.extend(video.url.map(|url| Output::primary(OutputKind::Video, url)));
    if seen.phase() == Phase::Failed {
        let problem = video.error.unwrap_or_default();
        let class = failures::class(problem.code.as_deref());
        seen.fail(Failure::new(class, problem.code, problem.message));
    }
    Ok(seen)
}
