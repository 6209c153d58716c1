//! The provider's half, with nothing but what is public.

use std::sync::Arc;

use http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use videogen_core::{ApiKey, BaseUrl, HttpRequest, HttpResponse, Provider, StatusTable};
use videogen_emulator::{
    Access, ApiFile, Ending, Feature, Operation, ProviderName, Reason, Refused, Side, Stage,
    Submission, Time, View, bearer_key, header_key, json_answer,
};

use super::client::{Client, PASS, STATUSES};

/// What is broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Nothing,
    /// It says that the outcome is there when it is not.
    EndsTooSoon,
    /// It makes two generations of one submission.
    MakesTwo,
    /// It says that its files are for whoever has the URL, and they are not.
    SaysThatFilesAreOpen,
}

#[derive(Clone, Debug)]
pub(crate) struct Acme {
    pub(crate) name: &'static str,
    pub(crate) open: bool,
    pub(crate) broken: Broken,
}

/// With its videos on the API.
pub(crate) const ACME: ProviderName = ProviderName::from_static("acme");
/// With its videos on a storage.
pub(crate) const OPEN: ProviderName = ProviderName::from_static("acme-open");

impl Acme {
    pub(crate) const fn keyed() -> Self {
        Self { name: "acme", open: false, broken: Broken::Nothing }
    }

    pub(crate) const fn open() -> Self {
        Self { name: "acme-open", open: true, broken: Broken::Nothing }
    }

    /// Both profiles, broken in the same way.
    pub(crate) fn both(broken: Broken) -> Vec<Box<dyn Side>> {
        vec![Box::new(Self { broken, ..Self::keyed() }), Box::new(Self { broken, ..Self::open() })]
    }

    fn job(&self, view: &View<'_>) -> Value {
        let state = if view.stage.has_ended() { "over" } else { self.word(view.stage) };
        json!({ "name": view.id, "state": view.status(state) })
    }
}

impl Side for Acme {
    fn name(&self) -> ProviderName {
        ProviderName::from_static(self.name)
    }

    fn base_path(&self) -> String {
        format!("/{}/v1", self.name)
    }

    fn clone_side(&self) -> Box<dyn Side> {
        Box::new(self.clone())
    }

    fn provider(&self, key: ApiKey, at: Option<BaseUrl>) -> Arc<dyn Provider> {
        let base_url = at.unwrap_or(BaseUrl::from_static("https://api.acme.example/v1"));
        Arc::new(Client { name: self.name, open: self.open, base_url, key })
    }

    fn statuses(&self) -> &'static StatusTable {
        &STATUSES
    }

    fn operation(&self, request: &HttpRequest, path: &[&str]) -> Operation {
        match (request.method(), path) {
            (&Method::POST, ["make", model]) => Operation::submit_of(*model),
            (&Method::POST, ["poll"]) => {
                let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
                Operation::status(body["name"].as_str().unwrap_or_default())
            }
            (_, ["make", _] | ["poll"]) => Operation::NotAllowed("POST"),
            (&Method::GET, ["jobs", id @ .., "outcome"]) => Operation::result(id.join("/")),
            (_, ["content", id @ .., number]) => match number.parse() {
                Ok(number) => Operation::File(ApiFile::keyed(id.join("/")).video(number)),
                Err(_) => Operation::Nothing,
            },
            _ => Operation::Nothing,
        }
    }

    fn key(&self, request: &HttpRequest, _: Time) -> Result<String, Reason> {
        let headers = request.headers();
        let key = if self.open { bearer_key(headers) } else { header_key(headers, PASS) };
        key.map(str::to_owned)
    }

    fn word(&self, stage: Stage) -> &'static str {
        match stage {
            Stage::Queued => "waiting",
            Stage::Ended(Ending::Completed) => "made",
            Stage::Ended(Ending::Failed) => "broken",
            _ => "working",
        }
    }

    fn status(&self, view: &View<'_>) -> HttpResponse {
        let mut view = view.clone();
        if self.broken == Broken::EndsTooSoon && view.stage != Stage::Queued {
            view.stage = Stage::Ended(Ending::Completed);
        }
        let status = if view.stage.has_ended() { StatusCode::OK } else { StatusCode::ACCEPTED };
        let mut answer = json_answer(status, &json!({ "job": self.job(&view) }));
        answer.headers_mut().insert("x-acme-place", HeaderValue::from_static("1"));
        answer
    }

    fn result(&self, view: &View<'_>) -> HttpResponse {
        if !view.stage.has_ended() {
            return self.refuse(Reason::NotReady);
        }
        if view.shows_error() {
            let (text, why) = view.error("It broke", "wind");
            let body = json!({ "why": why, "text": text });
            return json_answer(StatusCode::UNPROCESSABLE_ENTITY, &body);
        }
        let (asked, made) = view.videos();
        let url = |number| match self.open {
            true => view.video_url(number),
            false => format!("{}{}/content/{}/{number}", view.origin, self.base_path(), view.id),
        };
        let urls: Vec<Option<String>> =
            (0..asked).map(|it| (it < made && view.shows_urls()).then(|| url(it))).collect();
        json_answer(StatusCode::OK, &json!({ "videos": urls }))
    }

    fn refusal(&self, refused: &Refused) -> HttpResponse {
        let why = format!("{:?}", refused.reason);
        let body = json!({ "why": why, "text": refused.text("It cannot be done") });
        json_answer(refused.reason.status(), &body)
    }

    fn submission(
        &self,
        request: &HttpRequest,
        of: Option<&str>,
    ) -> Result<Submission, HttpResponse> {
        let Ok(Value::Object(body)) = serde_json::from_slice(request.body()) else {
            return Err(self.refuse(Reason::Invalid));
        };
        let count = if self.broken == Broken::MakesTwo { 2 } else { 1 };
        Ok(Submission::new(of.map(str::to_owned), body).with_count(count))
    }

    fn new_id(&self, number: u64, submission: Option<&Submission>) -> String {
        let model = submission.and_then(|it| it.of.as_deref()).unwrap_or("kite-1");
        format!("{model}/jobs/{number:06}")
    }

    fn features(&self) -> &'static [Feature] {
        &[Feature::ErrorCode, Feature::Outputs, Feature::FailedOutputs]
    }

    fn status_member(&self) -> Option<&'static str> {
        Some("job.state")
    }

    fn id_member(&self) -> Option<&'static str> {
        Some("job.name")
    }

    fn string_members(&self) -> &'static [&'static str] {
        &["job.name", "job.state"]
    }

    fn access(&self) -> Access {
        let says_open = self.open || self.broken == Broken::SaysThatFilesAreOpen;
        if says_open { Access::Signed } else { Access::Keyed }
    }

    fn requests_at_end(&self) -> usize {
        2
    }
}
