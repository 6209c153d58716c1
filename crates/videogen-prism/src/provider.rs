//! `GET /generations/{id}`.

use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use videogen_core::answer::Answer;
use videogen_core::{
    Accepted, ApiKey, BaseUrl, Call, Error, ErrorKind, Failure, FailureClass, Generation, Handle,
    HttpResponse, NewGeneration, Observed, Output, OutputKind, Phase, PollGuidance, Provider,
    StatusQuery, StatusTable, get, timestamp,
};

use crate::errors::words;
use crate::status::STATUSES;
use crate::submit;
use crate::wire;

/// The provider's name in handles.
pub const NAME: &str = "prism";

/// Where the API is, from the page "Get generation". The `www` matters: see the crate's page.
pub const DEFAULT_BASE_URL: &str = "https://www.prismvideos.com/api";

/// How long a video's URL works, from the page "Get generation".
pub const URL_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// The one failure text that Prism documents. It gives no codes, so an exact text has to do.
const TIMED_OUT: &str = "Generation timed out";

/// Prism Videos.
#[derive(Clone, Debug)]
pub struct Prism {
    base_url: BaseUrl,
    key: ApiKey,
}

impl Prism {
    /// Prism with this key, which needs the scope `templates:read`.
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

impl Provider for Prism {
    fn name(&self) -> &'static str {
        NAME
    }

    fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    fn lifecycle(&self) -> &'static StatusTable {
        &STATUSES
    }

    /// From the page "Get generation": first after 5 seconds, then every 5; 30 seconds to 3 minutes are
    /// typical. The deadline is five times that.
    fn guidance(&self) -> PollGuidance {
        let seconds = Duration::from_secs;
        PollGuidance::new(seconds(5), seconds(30)..=seconds(180), seconds(15 * 60))
            .with_url_lifetime(URL_LIFETIME)
    }

    /// `GET /generations/{id}`. Prism knows no other query than [`StatusQuery::Plain`].
    fn status(&self, handle: &Handle, query: StatusQuery) -> Result<Call<Observed>, Error> {
        handle.check(NAME, &self.base_url)?;
        if query != StatusQuery::Plain {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "Prism has neither long-polls nor progress",
            )
            .about(handle));
        }
        let path = format!("/generations/{}", handle.id_segment());
        let request = get(&self.base_url, &path, self.credentials()?)?;
        let about = handle.clone();
        Ok(Call::new(request, move |response| read(&about, response).map(Observed::from))
            .about(handle))
    }

    /// `POST /templates/{id}/generate` with a [template](NewGeneration::from_template), else `POST /generations`. The bodies are
    /// those of [`TemplateGeneration`](crate::TemplateGeneration) and [`PromptGeneration`](crate::PromptGeneration), or any that the page allows.
    ///
    /// Files go with a template only, as a form: see [`TemplateGeneration::with_file`](crate::TemplateGeneration::with_file).
    fn submit(&self, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
        submit::call(self, new)
    }
}

fn read(handle: &Handle, response: &HttpResponse) -> Result<Generation, Error> {
    let answer = Answer::of(response, words)?;
    let wire: wire::Generation = answer.parse()?;
    let (id, status) = (wire.id.as_deref(), wire.status.as_deref());
    let mut seen = answer.generation(handle, id, status, &STATUSES, wire::FIELDS)?;
    seen.times.created = wire.created_at.as_deref().and_then(timestamp::parse);
    seen.times.finished = wire.completed_at.as_deref().and_then(timestamp::parse);
    if let Some(url) = wire.video_url {
        // What the URL says of itself beats the hour counted from the answer.
        let expires_at = timestamp::presigned_expiry(&url)
            .or_else(|| answer.date().and_then(|made| made.checked_add(URL_LIFETIME)));
        let mut video = Output::primary(OutputKind::Video, url);
        video.expires_at = expires_at;
        seen.outputs.push(video);
    }
    if let Some(url) = wire.share_url {
        seen.outputs.push(Output::secondary(OutputKind::SharePage, url));
    }
    if matches!(seen.phase(), Phase::Failed | Phase::Unrecognized) {
        seen.failure = failure(seen.phase(), wire.error);
    }
    Ok(seen)
}

fn failure(phase: Phase, message: Option<String>) -> Option<Failure> {
    if message.is_none() && phase != Phase::Failed {
        return None;
    }
    let class = match message.as_deref() {
        Some(TIMED_OUT) => FailureClass::Timeout,
        _ => FailureClass::Unknown,
    };
    Some(Failure::new(class, None, message))
}
