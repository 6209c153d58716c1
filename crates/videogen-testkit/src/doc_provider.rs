//! A provider that exists nowhere, for examples and for testing the kit itself.

use std::time::Duration;

use videogen_core::answer::Answer;
use videogen_core::fields::{FieldMap, Slot};
use videogen_core::{
    ApiKey, BaseUrl, Call, Error, Handle, Observed, Output, OutputKind, Phase, PollGuidance,
    Provider, StatusQuery, StatusTable, StatusWord, get,
};

static WORDS: StatusTable = StatusTable::new(&[
    StatusWord::documented("running", Phase::Running, &["done", "failed"]),
    StatusWord::documented("done", Phase::Succeeded, &[]),
    StatusWord::documented("failed", Phase::Failed, &[]),
]);

const FIELDS: FieldMap = &[("id", Slot::Id), ("status", Slot::Status), ("url", Slot::OutputUrl)];

/// A provider that exists nowhere.
#[derive(Debug)]
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

#[derive(serde::Deserialize)]
struct Wire {
    id: Option<String>,
    status: Option<String>,
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

    fn status(&self, handle: &Handle, _: StatusQuery) -> Result<Call<Observed>, Error> {
        handle.check(self.name(), &self.base_url)?;
        let path = format!("/generations/{}", handle.id_segment());
        let request =
            get(&self.base_url, &path, (http::header::AUTHORIZATION, self.key.bearer()?))?;
        let about = handle.clone();
        Ok(Call::new(request, move |response| {
            let answer = Answer::of(response, |_| None)?;
            let wire: Wire = answer.parse()?;
            let (id, status) = (wire.id.as_deref(), wire.status.as_deref());
            let mut seen = answer.generation(&about, id, status, &WORDS, FIELDS)?;
            seen.outputs.extend(wire.url.map(|url| Output::primary(OutputKind::Video, url)));
            Ok(seen.into())
        })
        .about(handle))
    }
}
