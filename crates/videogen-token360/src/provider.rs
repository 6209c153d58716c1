//! Token360 as a provider, and `GET /videos/{video_id}`.

use std::time::Duration;

use http::header::AUTHORIZATION;
use videogen_core::answer::Answer;
use videogen_core::{
    Accepted, ApiKey, BaseUrl, Call, Error, ErrorKind, Failure, Generation, Handle, HttpResponse,
    ListQuery, NewGeneration, Observed, Output, OutputKind, Page, Phase, PollGuidance, Progress,
    Provider, StatusQuery, StatusTable, get, timestamp,
};

use crate::errors::words;
use crate::failures;
use crate::list;
use crate::status::STATUSES;
use crate::submit;
use crate::wire;

/// The provider's name in handles.
pub const NAME: &str = "token360";

/// Where the API is, from the page "Poll video generation status".
pub const DEFAULT_BASE_URL: &str = "https://api.token360.ai/v1";

/// Token360.
#[derive(Clone, Debug)]
pub struct Token360 {
    base_url: BaseUrl,
    key: ApiKey,
}

impl Token360 {
    /// Token360 with this key.
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

    pub(crate) const fn key(&self) -> &ApiKey {
        &self.key
    }
}

impl Provider for Token360 {
    fn name(&self) -> &'static str {
        NAME
    }

    fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    fn lifecycle(&self) -> &'static StatusTable {
        &STATUSES
    }

    /// Not documented. Five seconds are what clients in the wild use, generations of 1 to 3 minutes what they saw,
    /// and 20 minutes the longest that they wait.
    fn guidance(&self) -> PollGuidance {
        let seconds = Duration::from_secs;
        PollGuidance::new(seconds(5), seconds(60)..=seconds(180), seconds(20 * 60))
    }

    /// `GET /videos/{video_id}`. Token360 tells progress unasked, and knows no other query than
    /// [`StatusQuery::Plain`].
    fn status(&self, handle: &Handle, query: StatusQuery) -> Result<Call<Observed>, Error> {
        handle.check(NAME, &self.base_url)?;
        if query != StatusQuery::Plain {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "Token360 has no long-polls, and tells progress unasked",
            )
            .about(handle));
        }
        let path = format!("/videos/{}", handle.id_segment());
        let request = get(&self.base_url, &path, (AUTHORIZATION, self.key.bearer()?))?;
        let about = handle.clone();
        Ok(Call::new(request, move |response| read(&about, response).map(Observed::from))
            .about(handle))
    }

    /// `POST /videos`. A [native](NewGeneration::native) body goes to the model's vendor as it is, by the header
    /// `Token360-Native-Params`. Files, templates and idempotency keys are refused: Token360 has none.
    fn submit(&self, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
        submit::call(self, new)
    }

    /// `GET /videos`, the newest first, 1 to 100 a page and 20 if not told. What is not in a list is said at
    /// [`VideoList::videos`](crate::VideoList::videos).
    fn list(&self, query: &ListQuery) -> Result<Call<Page<Generation>>, Error> {
        list::page(self, query)
    }
}

fn read(handle: &Handle, response: &HttpResponse) -> Result<Generation, Error> {
    let answer = Answer::of(response, words)?;
    let wire = answer.parse()?;
    observed(handle, &answer, wire)
}

pub(crate) fn observed(
    handle: &Handle,
    answer: &Answer<'_>,
    wire: wire::Video,
) -> Result<Generation, Error> {
    let (id, status) = (wire.id.as_deref(), wire.status.as_deref());
    let mut seen = answer.generation(handle, id, status, &STATUSES, wire::FIELDS)?;
    fill(&mut seen, wire);
    Ok(seen)
}

/// What else is said of a generation whose id and status are known.
pub(crate) fn fill(seen: &mut Generation, wire: wire::Video) {
    seen.progress = wire.progress.and_then(Progress::from_percent);
    seen.model = wire.model;
    seen.prompt = wire.prompt;
    seen.times.created = wire.created_at.and_then(timestamp::from_unix_seconds);
    seen.times.updated = wire.updated_at.and_then(timestamp::from_unix_seconds);
    if let Some(url) = wire.url.or(wire.video_url) {
        let expires_at = timestamp::presigned_expiry(&url);
        let mut video = Output::primary(OutputKind::Video, url);
        video.expires_at = expires_at;
        video.duration = wire.duration.and_then(|s| Duration::try_from_secs_f64(s).ok());
        seen.outputs.push(video);
    }
    if let Some(url) = wire.content.and_then(|content| content.last_frame_url) {
        let expires_at = timestamp::presigned_expiry(&url);
        let mut frame = Output::secondary(OutputKind::LastFrame, url);
        frame.expires_at = expires_at;
        seen.outputs.push(frame);
    }
    if matches!(seen.phase(), Phase::Failed | Phase::Unrecognized)
        && let Some(failure) = failure(seen.phase(), wire.error)
    {
        seen.fail(failure);
    }
}

fn failure(phase: Phase, error: Option<wire::JobError>) -> Option<Failure> {
    if error.is_none() && phase != Phase::Failed {
        return None;
    }
    let error = error.unwrap_or_default();
    Some(Failure::new(failures::class(error.code.as_deref()), error.code, error.message))
}
