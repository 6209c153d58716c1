//! The client half of a provider that exists nowhere.
//!
//! A status query is a `POST` that names the job in its body; it says only that the job is over. The outcome takes a second request. The
//! videos are on the API, for who has the key, unless the profile is the open one.

use std::time::Duration;

use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use serde_json::Value;
use videogen_core::answer::{Answer, ProviderWords, invalid_response};
use videogen_core::{
    Accepted, ApiKey, BaseUrl, Call, Error, Failure, FailureClass, Generation, Handle, HttpRequest,
    HttpResponse, NewGeneration, Observed, Output, OutputKind, Phase, PollGuidance, Provider,
    StatusQuery, StatusTable, StatusWord, get, get_named, post_json,
};

/// The key's header, where it is not the usual one.
pub(super) const PASS: &str = "x-acme-pass";

/// `over` is none: what it means says the outcome.
pub(super) static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::documented("waiting", Phase::Queued, &["working", "made", "broken"]),
    StatusWord::documented("working", Phase::Running, &["made", "broken"]),
    StatusWord::documented("made", Phase::Succeeded, &[]),
    StatusWord::documented("broken", Phase::Failed, &[]),
]);

#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) name: &'static str,
    pub(super) open: bool,
    pub(super) base_url: BaseUrl,
    pub(super) key: ApiKey,
}

impl Client {
    fn credentials(&self) -> Result<(HeaderName, HeaderValue), Error> {
        Ok(if self.open {
            (AUTHORIZATION, self.key.bearer()?)
        } else {
            (HeaderName::from_static(PASS), self.key.bare())
        })
    }

    fn outcome(&self, handle: &Handle) -> Result<Call<Observed>, Error> {
        let path = format!("/jobs/{}/outcome", handle.id());
        let request = get(&self.base_url, &path, self.credentials()?)?;
        let (about, open) = (handle.clone(), self.open);
        let read = move |response: &HttpResponse| ended(&about, open, response).map(Observed::from);
        Ok(Call::new(request, read).about(handle))
    }
}

impl Provider for Client {
    fn name(&self) -> &'static str {
        self.name
    }

    fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    fn lifecycle(&self) -> &'static StatusTable {
        &STATUSES
    }

    fn guidance(&self) -> PollGuidance {
        let seconds = Duration::from_secs;
        PollGuidance::new(seconds(5), seconds(30)..=seconds(180), seconds(900))
    }

    fn status(&self, handle: &Handle, _: StatusQuery) -> Result<Call<Observed>, Error> {
        handle.check(self.name, &self.base_url)?;
        let body = serde_json::json!({ "name": handle.id() }).to_string();
        let request = post_json(&self.base_url, "/poll", self.credentials()?, &body)?;
        let (about, client) = (handle.clone(), self.clone());
        Ok(Call::new(request, move |response| {
            let answer = Answer::of(response, words)?;
            let body: Value = answer.parse()?;
            let text = |member: &str| body["job"][member].as_str();
            let seen = answer.generation(&about, text("name"), text("state"), &STATUSES, &[])?;
            match seen.status.raw() {
                "over" => Ok(Observed::Then(Box::new(client.outcome(&about)?))),
                _ => Ok(seen.into()),
            }
        })
        .about(handle))
    }

    fn output_request(&self, _: &Handle, output: &Output) -> Result<HttpRequest, Error> {
        get_named(&self.base_url, output.url.expose(), self.credentials()?)
    }

    fn submit(&self, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
        let path = "/make/kite-2";
        let request = post_json(&self.base_url, path, self.credentials()?, &new.body)?;
        let client = self.clone();
        Ok(Call::new(request, move |response| {
            let answer = Answer::of(response, words)?;
            let body: Value = answer.parse()?;
            let handle = body["job"]["name"].as_str().and_then(|id| client.handle(id).ok());
            let handle = handle.ok_or_else(|| invalid_response(response, "names no job"))?;
            Ok(Accepted::new(vec![handle]))
        }))
    }
}

fn ended(handle: &Handle, open: bool, response: &HttpResponse) -> Result<Generation, Error> {
    if response.status() == StatusCode::UNPROCESSABLE_ENTITY {
        let body: Value = serde_json::from_slice(response.body())
            .map_err(|_| invalid_response(response, "breaks off"))?;
        let text = |member: &str| body[member].as_str().map(str::to_owned);
        let mut seen = Generation::new(handle.clone(), STATUSES.status("broken"));
        seen.failure = Some(Failure::new(FailureClass::Unknown, text("why"), text("text")));
        return Ok(seen);
    }
    let answer = Answer::of(response, words)?;
    let body: Value = answer.parse()?;
    let mut seen = Generation::new(handle.clone(), STATUSES.status("made"));
    for url in body["videos"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let mut output = Output::primary(OutputKind::Video, url);
        output.needs_credentials = !open;
        seen.outputs.push(output);
    }
    Ok(seen)
}

fn words(body: &str) -> Option<ProviderWords> {
    let body: Value = serde_json::from_str(body).ok()?;
    let text = |member: &str| body[member].as_str().map(str::to_owned);
    Some(ProviderWords::new(text("why"), text("text")))
}
