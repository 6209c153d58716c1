use std::time::Duration;

use http::header::AUTHORIZATION;
use videogen_core::answer::Answer;
use videogen_core::{
    Accepted, ApiKey, BaseUrl, Call, Error, Failure, FailureClass, Generation, Handle,
    HttpResponse, NewGeneration, Observed, Output, OutputKind, Phase, PollGuidance, Provider,
    StatusQuery, StatusTable, get, post_json,
};

use crate::status::STATUSES;
use crate::wire::{FIELDS, Video, words};

/// Acme Video.
#[derive(Clone, Debug)]
pub struct Acme {
    base_url: BaseUrl,
    key: ApiKey,
}

impl Acme {
    /// Acme with this key.
    pub fn new(key: ApiKey) -> Self {
        Self { base_url: BaseUrl::from_static("https://api.acme.example/v1"), key }
    }

    /// The same at another base URL. The key goes there.
    pub fn at(self, base_url: BaseUrl) -> Self {
        Self { base_url, ..self }
    }
}

impl Provider for Acme {
    fn name(&self) -> &'static str {
        "acme"
    }

    fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    fn lifecycle(&self) -> &'static StatusTable {
        &STATUSES
    }

    /// Every five seconds, says the page; a video takes one minute to three.
    fn guidance(&self) -> PollGuidance {
        let seconds = Duration::from_secs;
        PollGuidance::new(seconds(5), seconds(60)..=seconds(180), seconds(15 * 60))
    }

    fn status(&self, handle: &Handle, query: StatusQuery) -> Result<Call<Observed>, Error> {
        handle.check(self.name(), &self.base_url)?;
        query.check_plain("Acme")?;
        let path = format!("/videos/{}", handle.id_segment());
        let request = get(&self.base_url, &path, (AUTHORIZATION, self.key.bearer()?))?;
        let about = handle.clone();
        Ok(Call::new(request, move |response| Ok(read(&about, response)?.into())).about(handle))
    }

    fn submit(&self, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
        let (body, credentials) = (new.body_alone("Acme")?, (AUTHORIZATION, self.key.bearer()?));
        let request = post_json(&self.base_url, "/videos", credentials, body)?;
        let acme = self.clone();
        Ok(Call::new(request, move |response| {
            let answer = Answer::of(response, words)?;
            answer.accepted(&acme, answer.parse::<Video>()?.id.as_deref())
        }))
    }
}

fn read(handle: &Handle, response: &HttpResponse) -> Result<Generation, Error> {
    let answer = Answer::of(response, words)?;
    let video: Video = answer.parse()?;
    let (id, status) = (video.id.as_deref(), video.status.as_deref());
    let mut seen = answer.generation(handle, id, status, &STATUSES, FIELDS)?;
    seen.outputs.extend(video.video_url.map(|url| Output::primary(OutputKind::Video, url)));
    if seen.phase() == Phase::Failed {
        let problem = video.error.unwrap_or_default();
        let is_policy = problem.code.as_deref() == Some("content_policy");
        let class = if is_policy { FailureClass::Moderation } else { FailureClass::Unknown };
        seen.fail(Failure::new(class, problem.code, problem.message));
    }
    Ok(seen)
}
