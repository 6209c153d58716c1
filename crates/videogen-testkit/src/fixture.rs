//! The HTTP exchanges in `fixtures/`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};
use videogen_core::{HttpResponse, StatusQuery};

/// The key that stands for `<key>` when fixtures are used.
pub const TEST_KEY: &str = "test_key_0123456789abcdef";

/// Where a fixture's body comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Class {
    /// Printed by the provider.
    Documented,
    /// Captured by someone.
    Observed,
    /// Made here from documented fields.
    Synthetic,
}

/// One HTTP exchange in a file.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The provider: the first folder.
    pub provider: String,
    /// The operation: the second folder.
    pub operation: String,
    /// The file's name without its ending; says what is odd.
    pub name: String,
    /// What the exchange is.
    pub about: String,
    /// Where the body comes from.
    pub class: Class,
    /// Where that is.
    pub source: String,
    /// The generation's id, if it is not the last segment of the path.
    pub id: Option<String>,
    /// Which of the provider's ways to make a generation a submission takes, where that is a part of the path.
    pub endpoint: Option<String>,
    /// The request.
    pub request: RequestShape,
    /// The answer, with [`TEST_KEY`] in the place of `<key>`.
    pub response: HttpResponse,
    /// The second exchange, where an outcome takes two.
    pub then: Option<Exchange>,
}

/// A second exchange.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The request.
    pub request: RequestShape,
    /// The answer, with [`TEST_KEY`] in the place of `<key>`.
    pub response: HttpResponse,
}

/// A fixture's request.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestShape {
    /// The HTTP method.
    pub method: String,
    /// Path and query at the provider's default host.
    pub path: String,
    /// The headers that the provider's page names, with `<key>` for the key.
    pub headers: BTreeMap<String, String>,
    /// The body, if there is one.
    #[serde(default)]
    pub body: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    about: String,
    class: Class,
    source: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    endpoint: Option<String>,
    request: RequestShape,
    response: Map<String, Value>,
    #[serde(default)]
    then: Option<Second>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Second {
    request: RequestShape,
    response: Map<String, Value>,
}

impl Fixture {
    /// Every fixture of a provider's operation, by name. `root` is the folder `fixtures`.
    ///
    /// # Panics
    ///
    /// If the folder or a file in it cannot be read, or a file is not of the form of a fixture.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "fixtures are files")]
    pub fn load_all(root: impl AsRef<Path>, provider: &str, operation: &str) -> Vec<Self> {
        let folder = root.as_ref().join(provider).join(operation);
        let entries = std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
        let mut fixtures: Vec<Self> = entries
            .map(|entry| entry.expect("a readable folder").path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
            .map(|path| {
                let text = std::fs::read_to_string(&path)
                    .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                Self::parse(provider, operation, &name, &text)
                    .unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
            })
            .collect();
        fixtures.sort_by(|a, b| a.name.cmp(&b.name));
        fixtures
    }

    /// Reads one fixture.
    ///
    /// # Errors
    ///
    /// What is wrong with its form.
    pub fn parse(provider: &str, operation: &str, name: &str, text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if file.source.trim().is_empty() {
            return Err("has no source".to_owned());
        }
        let then = match file.then {
            Some(second) => {
                let response = response(second.response).map_err(|it| format!("then: {it}"))?;
                Some(Exchange { request: second.request, response })
            }
            None => None,
        };
        let response = response(file.response)?;
        Ok(Self {
            provider: provider.to_owned(),
            operation: operation.to_owned(),
            name: name.to_owned(),
            about: file.about,
            class: file.class,
            source: file.source,
            id: file.id,
            endpoint: file.endpoint,
            request: file.request,
            response,
            then,
        })
    }

    /// The generation's id: the one that the fixture names, or the last segment of the path.
    #[must_use]
    pub fn id(&self) -> &str {
        if let Some(id) = &self.id {
            return id;
        }
        let path = self.request.path.split('?').next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default()
    }

    /// How the request asks.
    #[must_use]
    pub fn query(&self) -> StatusQuery {
        let query = self.request.path.split_once('?').map_or("", |(_, query)| query);
        let parameter = |name: &str| {
            query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
        };
        if parameter("include").is_some_and(|(_, value)| value == "progress") {
            return StatusQuery::Progress;
        }
        if parameter("wait").is_some_and(|(_, value)| value == "true") {
            let hold = parameter("timeout")
                .and_then(|(_, seconds)| seconds.parse().ok())
                .map(std::time::Duration::from_secs_f64);
            return StatusQuery::LongPoll { hold };
        }
        StatusQuery::Plain
    }

    /// The answer's body as text.
    #[must_use]
    pub fn body(&self) -> &str {
        text_of(&self.response)
    }

    /// The answer that says how the generation is: the second one, if there is one.
    #[must_use]
    pub fn last_response(&self) -> &HttpResponse {
        self.then.as_ref().map_or(&self.response, |then| &then.response)
    }
}

/// A body as text; empty if it is none.
pub(crate) fn text_of(response: &HttpResponse) -> &str {
    std::str::from_utf8(response.body()).unwrap_or_default()
}

fn response(mut parts: Map<String, Value>) -> Result<HttpResponse, String> {
    let status = parts.remove("status").and_then(|status| status.as_u64());
    let status = status.and_then(|status| u16::try_from(status).ok());
    let mut builder = http::Response::builder().status(status.ok_or("response has no `status`")?);
    if let Some(Value::Object(headers)) = parts.remove("headers") {
        for (name, value) in headers {
            let value = value.as_str().ok_or("a header's value is not text")?.to_owned();
            builder = builder.header(name, value.replace("<key>", TEST_KEY));
        }
    }
    let body = match (parts.remove("body"), parts.remove("text")) {
        (Some(json), None) => json.to_string(),
        (None, Some(Value::String(text))) => text,
        _ => return Err("response needs one of `body` and `text`".to_owned()),
    };
    if let Some(name) = parts.keys().next() {
        return Err(format!("response has an unknown member `{name}`"));
    }
    builder
        .body(body.replace("<key>", TEST_KEY).into_bytes())
        .map_err(|error| format!("response: {error}"))
}
