//! A provider that exists nowhere, for examples and for testing the kit itself.

use std::time::Duration;

use videogen_core::answer::{Answer, invalid_response};
use videogen_core::fields::{FieldMap, Slot};
use videogen_core::{
    Accepted, ApiKey, BaseUrl, Call, Error, ErrorKind, Failure, FailureClass, Generation, Handle,
    HttpResponse, NewGeneration, Observed, Output, OutputKind, Phase, PollGuidance, Provider,
    StatusQuery, StatusTable, StatusWord, get, lenient, post_json,
};

use crate::fixture::Fixture;

static WORDS: StatusTable = StatusTable::new(&[
    StatusWord::documented("running", Phase::Running, &["done", "failed"]),
    StatusWord::documented("done", Phase::Succeeded, &[]),
    StatusWord::documented("failed", Phase::Failed, &[]),
]);

const FIELDS: FieldMap = &[("id", Slot::Id), ("status", Slot::Status), ("url", Slot::OutputUrl)];

/// Its status words.
#[must_use]
pub fn words() -> &'static StatusTable {
    &WORDS
}

/// A provider that exists nowhere.
#[derive(Clone, Debug)]
pub struct Example {
    base_url: BaseUrl,
    key: ApiKey,
}

impl Example {
    /// It with this key.
    #[must_use]
    pub fn new(key: ApiKey) -> Self {
        Self { base_url: BaseUrl::from_static("https://api.example.com"), key }
    }

    /// The same at another base URL.
    #[must_use]
    pub fn at(mut self, base_url: BaseUrl) -> Self {
        self.base_url = base_url;
        self
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Wire {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    status: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    url: Option<String>,
}

impl Provider for Example {
    fn name(&self) -> &'static str {
        "example"
    }

    fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    fn lifecycle(&self) -> &'static StatusTable {
        &WORDS
    }

    fn guidance(&self) -> PollGuidance {
        let seconds = Duration::from_secs;
        PollGuidance::new(seconds(5), seconds(30)..=seconds(180), seconds(900))
    }

    fn status(&self, handle: &Handle, query: StatusQuery) -> Result<Call<Observed>, Error> {
        handle.check(self.name(), &self.base_url)?;
        if query != StatusQuery::Plain {
            let problem = "the example is asked plainly, or not at all";
            return Err(Error::new(ErrorKind::Unsupported, problem).about(handle));
        }
        let path = format!("/generations/{}", handle.id_segment());
        let request =
            get(&self.base_url, &path, (http::header::AUTHORIZATION, self.key.bearer()?))?;
        let about = handle.clone();
        Ok(Call::new(request, move |response| read(&about, response).map(Observed::from))
            .about(handle))
    }

    fn submit(&self, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
        let body = new.body_alone("the example")?;
        let credentials = (http::header::AUTHORIZATION, self.key.bearer()?);
        let request = post_json(&self.base_url, "/generations", credentials, body)?;
        let base_url = self.base_url.clone();
        Ok(Call::new(request, move |response| {
            let wire: Wire = Answer::of(response, |_| None)?.parse()?;
            let id = wire.id.ok_or_else(|| invalid_response(response, "names no generation"))?;
            Ok(Accepted::new(vec![Handle::new("example", &base_url, &id)?]))
        }))
    }
}

fn read(about: &Handle, response: &HttpResponse) -> Result<Generation, Error> {
    let answer = Answer::of(response, |_| None)?;
    let wire: Wire = answer.parse()?;
    let (id, status) = (wire.id.as_deref(), wire.status.as_deref());
    let mut seen = answer.generation(about, id, status, &WORDS, FIELDS)?;
    seen.outputs.extend(wire.url.map(|url| Output::primary(OutputKind::Video, url)));
    if seen.phase() == Phase::Failed {
        seen.failure = Some(Failure::new(FailureClass::Unknown, None, None));
    }
    Ok(seen)
}

/// Exchanges about its generations.
///
/// # Panics
///
/// Never: they are of the form of fixtures.
#[must_use]
pub fn status_fixtures() -> Vec<Fixture> {
    let of = |name: &str, status: u16, body: &str| {
        let response = format!("{{\"status\": {status}, \"body\": {body}}}");
        fixture("status", name, "GET", "/generations/g1", "", &response)
    };
    vec![
        of("running", 200, r#"{"id": "g1", "status": "running"}"#),
        of(
            "done",
            200,
            r#"{"id": "g1", "status": "done", "url": "https://cdn.example/v?s=ABCDEF"}"#,
        ),
        of("failed", 200, r#"{"id": "g1", "status": "failed"}"#),
        of("error_404", 404, r#"{"error": "no such generation"}"#),
    ]
}

/// Exchanges about its submissions.
///
/// # Panics
///
/// As [`status_fixtures`].
#[must_use]
pub fn submit_fixtures() -> Vec<Fixture> {
    let of = |name: &str, status: u16, body: &str| {
        let response = format!("{{\"status\": {status}, \"body\": {body}}}");
        let new = r#", "body": {"prompt": "a kite"}"#;
        fixture("submit", name, "POST", "/generations", new, &response)
    };
    vec![
        of("accepted", 201, r#"{"id": "g1", "status": "running"}"#),
        of("error_422", 422, r#"{"error": "no prompt"}"#),
    ]
}

fn fixture(
    operation: &str,
    name: &str,
    method: &str,
    path: &str,
    body: &str,
    response: &str,
) -> Fixture {
    let text = format!(
        r#"{{"about": "an exchange that never was", "class": "synthetic", "source": "nowhere",
        "request": {{"method": "{method}", "path": "{path}",
            "headers": {{"authorization": "Bearer <key>"}}{body}}},
        "response": {response}}}"#
    );
    Fixture::parse("example", operation, name, &text).expect("of the form of a fixture")
}
