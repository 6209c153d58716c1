//! `GET /generate/{id}`.

use std::time::Duration;

use http::header::{ACCEPT, HeaderName, HeaderValue};
use videogen_core::answer::Answer;
use videogen_core::{
    Accepted, ApiKey, BaseUrl, Call, Cost, Error, ErrorKind, Failure, Generation, Handle,
    HttpRequest, HttpResponse, ListQuery, LongPoll, NewGeneration, Observed, Output, OutputKind,
    Page, Phase, PollGuidance, Progress, Provider, StatusQuery, StatusTable, get, timestamp,
};

use crate::errors::words;
use crate::failures;
use crate::generations::GenerationsQuery;
use crate::status::STATUSES;
use crate::submit;
use crate::wire;

/// The provider's name in handles.
pub const NAME: &str = "synclabs";

/// Where the API is, from the SDKs.
pub const DEFAULT_BASE_URL: &str = "https://api.sync.so/v2";

/// The longest a long-poll may be held, from the page "Get Generation".
pub const MAX_HOLD: Duration = Duration::from_secs(55);

/// How long a long-poll is held when it does not say, from the page "Get Generation".
const DEFAULT_HOLD: Duration = Duration::from_secs(30);

pub(crate) const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Sync Labs.
///
/// # Forms
///
/// A submission with [files](NewGeneration::files) is sent as a form. Each member of its body is a field then: a string as it is,
/// anything else as JSON, as the page "Create Generation with Files" asks; what is `null` is left out. The files are the parts `video`, `image` and `audio`, one
/// of each at the most, and stand for inputs: what `input` has beside them are the others.
#[derive(Clone, Debug)]
pub struct SyncLabs {
    base_url: BaseUrl,
    key: ApiKey,
}

impl SyncLabs {
    /// Sync Labs with this key.
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

    pub(crate) const fn base(&self) -> &BaseUrl {
        &self.base_url
    }

    /// A `GET` for text, whose errors are JSON.
    pub(crate) fn get_text(&self, path: &str) -> Result<HttpRequest, Error> {
        let mut request = get(&self.base_url, path, (API_KEY, self.key.bare()))?;
        let accepted = HeaderValue::from_static("text/plain, application/json");
        request.headers_mut().insert(ACCEPT, accepted);
        Ok(request)
    }
}

impl Provider for SyncLabs {
    fn name(&self) -> &'static str {
        NAME
    }

    fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    fn lifecycle(&self) -> &'static StatusTable {
        &STATUSES
    }

    /// Ten seconds between plain polls (the quickstart), long-polls of up to 55 (the reference), and from half a
    /// minute to 55 minutes by model and length (the page on generation times). The deadline is two hours.
    fn guidance(&self) -> PollGuidance {
        let seconds = Duration::from_secs;
        PollGuidance::new(seconds(10), seconds(30)..=seconds(55 * 60), seconds(2 * 60 * 60))
            .with_long_poll(LongPoll::new(DEFAULT_HOLD, MAX_HOLD))
            .with_progress_on_request()
    }

    /// `GET /generate/{id}`, with `wait` and `timeout`, or `include=progress`, or neither.
    ///
    /// A hold must be more than nothing and at most [`MAX_HOLD`].
    fn status(&self, handle: &Handle, query: StatusQuery) -> Result<Call<Observed>, Error> {
        handle.check(NAME, &self.base_url)?;
        let mut path = format!("/generate/{}", handle.id_segment());
        match query {
            StatusQuery::Plain => {}
            StatusQuery::Progress => path.push_str("?include=progress"),
            StatusQuery::LongPoll { hold: None } => path.push_str("?wait=true"),
            StatusQuery::LongPoll { hold: Some(hold) } => {
                if hold.is_zero() || hold > MAX_HOLD {
                    return Err(Error::new(
                        ErrorKind::InvalidInput,
                        format!(
                            "Sync Labs holds a long-poll (`timeout`) for more than 0 and at most {} seconds, not {hold:?}",
                            MAX_HOLD.as_secs()
                        ),
                    )
                    .about(handle));
                }
                path.push_str(&format!("?wait=true&timeout={}", hold.as_secs_f64()));
            }
            _ => {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    format!("Sync Labs has no query such as {query:?}"),
                )
                .about(handle));
            }
        }
        let request = get(&self.base_url, &path, (API_KEY, self.key.bare()))?;
        let about = handle.clone();
        Ok(Call::new(request, move |response| read(&about, response).map(Observed::from))
            .about(handle))
    }

    /// `POST /generate`.
    fn submit(&self, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
        submit::call(self, new)
    }

    /// By the header `Idempotency-Key`. How long a key is remembered is not documented.
    fn promises_idempotency(&self) -> bool {
        true
    }

    /// `GET /generations`, newest first. See [`SyncLabs::generations`] for what else can be asked.
    fn list(&self, query: &ListQuery) -> Result<Call<Page<Generation>>, Error> {
        self.generations(&GenerationsQuery::new().with_page(query.clone()))
    }

    /// `DELETE /generations/{id}`. See [`SyncLabs::delete_generation`], which gives the generation.
    fn delete(&self, handle: &Handle) -> Result<Call<()>, Error> {
        self.deleting(handle, |_, _| Ok(()))
    }

    /// `POST /analyze/cost`: the sum, in US dollars. See [`SyncLabs::estimate_parts`].
    fn estimate(&self, new: &NewGeneration) -> Result<Call<Cost>, Error> {
        self.estimate_sum(new)
    }
}

pub(crate) fn read(handle: &Handle, response: &HttpResponse) -> Result<Generation, Error> {
    let answer = Answer::of(response, words)?;
    let wire = answer.parse()?;
    observed(handle, &answer, wire)
}

pub(crate) fn observed(
    handle: &Handle,
    answer: &Answer<'_>,
    wire: wire::Generation,
) -> Result<Generation, Error> {
    let (id, status) = (wire.id.as_deref(), wire.status.as_deref());
    let mut seen = answer.generation(handle, id, status, &STATUSES, wire::FIELDS)?;
    seen.progress = wire.progress_percent.and_then(Progress::from_percent);
    seen.model = wire.model;
    seen.times.created = wire.created_at.as_deref().and_then(timestamp::parse);
    let duration = wire.output_duration.and_then(|s| Duration::try_from_secs_f64(s).ok());
    let output = |mut output: Output| {
        output.expires_at = timestamp::presigned_expiry(output.url.expose());
        output
    };
    if let Some(url) = wire.output_url {
        let mut video = output(Output::primary(OutputKind::Video, url));
        video.duration = duration;
        video.file_name = wire.output_file_name;
        seen.outputs.push(video);
    }
    if let Some(url) = wire.segment_output_url {
        seen.outputs.push(output(Output::primary(OutputKind::Segment, url)));
    }
    if let Some(url) = wire.synthesized_audio_url {
        seen.outputs.push(output(Output::secondary(OutputKind::Audio, url)));
    }
    // The page's name beats the SDKs'.
    let code = wire.error_code.or(wire.error_code_snake);
    if let Some(failure) = failure(seen.phase(), code, wire.error) {
        seen.fail(failure);
    }
    Ok(seen)
}

fn failure(phase: Phase, code: Option<String>, message: Option<String>) -> Option<Failure> {
    match phase {
        // Sync Labs' own example of a pending generation has an error text.
        Phase::Queued | Phase::Running | Phase::Succeeded => return None,
        Phase::Unrecognized if code.is_none() && message.is_none() => return None,
        _ => {}
    }
    let class = match (phase, failures::class(code.as_deref())) {
        (Phase::Expired, videogen_core::FailureClass::Unknown) => {
            videogen_core::FailureClass::Timeout
        }
        (_, class) => class,
    };
    Some(Failure::new(class, code, message))
}
