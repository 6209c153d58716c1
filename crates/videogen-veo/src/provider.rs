//! Veo as a provider, and the status of an operation.

use std::time::Duration;

use http::header::HeaderName;
use videogen_core::{
    Accepted, ApiKey, BaseUrl, Call, Credentials, Error, ErrorKind, Handle, HttpRequest,
    NewGeneration, Observed, Output, PollGuidance, Provider, StatusQuery, StatusTable, get,
    get_named, post_json,
};

use crate::access::AccessToken;
use crate::api::{Api, vertex_base_url};
use crate::names;
use crate::observed;
use crate::status::STATUSES;
use crate::submit;

/// The name in handles of Veo at the Gemini API.
pub const NAME: &str = "veo";

/// The name in handles of Veo at Vertex AI.
pub const VERTEX_NAME: &str = "vertex-veo";

/// Where the Gemini API is, from its page "Generate videos with Veo".
pub const DEFAULT_BASE_URL: &str = "https://generativelanguage.googleapis.com/v1beta";

/// How long an answer of Vertex AI's about a generation may be, in bytes, unless told otherwise: four videos, as many as a request may ask
/// for, of 36 MB each, in Base64. Eight seconds in 1080p have 10 to 30 MB.
pub const DEFAULT_ANSWER_LIMIT: usize = 192 * 1024 * 1024;

/// The header of the Gemini API's key.
const API_KEY: HeaderName = HeaderName::from_static("x-goog-api-key");

/// Google Veo, at the Gemini API or at Vertex AI.
#[derive(Clone, Debug)]
pub struct Veo {
    base_url: BaseUrl,
    place: Place,
    answer_limit: usize,
}

#[derive(Clone, Debug)]
enum Place {
    Gemini { key: ApiKey },
    Vertex { project: String, location: String, token: AccessToken },
}

impl Veo {
    /// Veo at the Gemini API with this key.
    ///
    /// **Google shut its last Veo models there down on October 22, 2026** (page "Gemini deprecations"). What is left are gateways that
    /// speak this API: [`at`](Self::at) names theirs.
    #[must_use]
    pub const fn gemini(key: ApiKey) -> Self {
        Self {
            base_url: BaseUrl::from_static(DEFAULT_BASE_URL),
            place: Place::Gemini { key },
            answer_limit: DEFAULT_ANSWER_LIMIT,
        }
    }

    /// Veo at Vertex AI, in this project and at this location (`us-central1`, `global`), with this token.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if `project` is no id or number of a project's, or `location` can be none.
    pub fn vertex(
        project: impl Into<String>,
        location: impl Into<String>,
        token: impl Into<AccessToken>,
    ) -> Result<Self, Error> {
        let (project, location, token) = (project.into(), location.into(), token.into());
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:".contains(&byte);
        if !project.bytes().all(is_id) || !project.bytes().any(|byte| byte.is_ascii_alphanumeric())
        {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the project is neither the id nor the number of one of Google Cloud's",
            ));
        }
        Ok(Self {
            base_url: vertex_base_url(&location)?,
            place: Place::Vertex { project, location, token },
            answer_limit: DEFAULT_ANSWER_LIMIT,
        })
    }

    /// The same at another base URL. The key or the token goes there.
    #[must_use]
    pub fn at(mut self, base_url: BaseUrl) -> Self {
        self.base_url = base_url;
        self
    }

    /// The same with another limit for the length of an answer of Vertex AI's about a generation, in bytes. It has the videos in it
    /// unless the submission named a bucket. See [`DEFAULT_ANSWER_LIMIT`].
    #[must_use]
    pub const fn with_answer_limit(mut self, bytes: usize) -> Self {
        self.answer_limit = bytes;
        self
    }

    /// Which API this one asks.
    #[must_use]
    pub const fn api(&self) -> Api {
        match self.place {
            Place::Gemini { .. } => Api::Gemini,
            Place::Vertex { .. } => Api::Vertex,
        }
    }

    pub(crate) fn credentials(&self) -> Result<Credentials, Error> {
        match &self.place {
            Place::Gemini { key } => Ok((API_KEY, key.bare()).into()),
            Place::Vertex { token, .. } => token.credentials(),
        }
    }

    /// The encoded path of a model, from the base URL on.
    pub(crate) fn model_path(&self, model: &str) -> Result<String, Error> {
        let model = names::model_path(self.api(), model)?;
        Ok(match &self.place {
            Place::Gemini { .. } => format!("/{model}"),
            Place::Vertex { project, location, .. } => {
                format!("/projects/{project}/locations/{location}/{model}")
            }
        })
    }
}

impl Provider for Veo {
    fn name(&self) -> &'static str {
        self.api().name()
    }

    fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    fn lifecycle(&self) -> &'static StatusTable {
        &STATUSES
    }

    /// The Gemini API's page asks every 10 seconds and says that a video takes 11 seconds to 6 minutes, and is kept for 2 days; Vertex AI's
    /// pages ask every 15 seconds and say no more. How long to wait is our choice.
    fn guidance(&self) -> PollGuidance {
        let seconds = Duration::from_secs;
        let typical = seconds(11)..=seconds(6 * 60);
        match self.api() {
            Api::Gemini => PollGuidance::new(seconds(10), typical, seconds(20 * 60))
                .with_url_lifetime(seconds(2 * 24 * 60 * 60)),
            Api::Vertex => PollGuidance::new(seconds(15), typical, seconds(20 * 60)),
        }
    }

    /// The generation of the operation `id`, which is the operation's whole name:
    /// `models/veo-3.1-generate-preview/operations/abc` at the Gemini API,
    /// `projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001/operations/abc` at Vertex AI.
    fn handle(&self, id: &str) -> Result<Handle, Error> {
        names::check_operation(self.api(), id)?;
        Handle::new_path(self.name(), &self.base_url, id)
    }

    /// `GET /{name}` at the Gemini API, `POST {model}:fetchPredictOperation` at Vertex AI. Neither knows another query than
    /// [`StatusQuery::Plain`].
    fn status(&self, handle: &Handle, query: StatusQuery) -> Result<Call<Observed>, Error> {
        handle.check(self.name(), &self.base_url)?;
        names::check_operation(self.api(), handle.id()).map_err(|error| error.about(handle))?;
        if query != StatusQuery::Plain {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "Veo has no long-polls, and tells no progress",
            )
            .about(handle));
        }
        let (api, base_url, about) = (self.api(), self.base_url.clone(), handle.clone());
        let read = move |response: &_| {
            observed::read((api, &base_url), &about, response).map(Observed::from)
        };
        let name = handle.id_path();
        let call = match api {
            Api::Gemini => {
                let path = format!("/{name}");
                Call::new(get(&self.base_url, &path, self.credentials()?)?, read)
            }
            Api::Vertex => {
                let path = format!("/{}:fetchPredictOperation", names::resource_of(&name));
                let body = serde_json::json!({ "operationName": handle.id() }).to_string();
                let request = post_json(&self.base_url, &path, self.credentials()?, &body)?;
                Call::new(request, read).with_answer_limit(self.answer_limit)
            }
        };
        Ok(call.about(handle))
    }

    /// `POST {model}:predictLongRunning`, with the model as the [endpoint](NewGeneration::endpoint). Files, templates, idempotency keys
    /// and native bodies are refused: Veo has none.
    fn submit(&self, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
        submit::call(self, new)
    }

    /// A video of the Gemini API's is at the API itself, and takes the key. It answers with a redirect to storage, which does not.
    fn output_request(&self, handle: &Handle, output: &Output) -> Result<HttpRequest, Error> {
        handle.check(self.name(), &self.base_url)?;
        get_named(&self.base_url, output.url.expose(), self.credentials()?)
            .map_err(|error| error.about(handle))
    }
}
