//! Veo's side: the Gemini API's, with videos behind the key, and Vertex AI's, with the videos in the answer.
//!
//! Paths, members and the codes of `google.rpc.Code` are from Google's pages; the bodies are written with the wire models that the client
//! reads with. Inferred are the texts of all errors and the names of files. That a generation was rejected is told by a count
//! of what the filters held back, as it is where some videos came and others did not. Veo shows no queue. What is checked of a submission:
//! that the first instance has a prompt.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use std::io::Read as _;
use videogen_core::{ApiKey, BaseUrl, Error, HttpRequest, HttpResponse, NewGeneration, Provider};
use videogen_veo::{Veo, wire};

use crate::keys;
use crate::provider_name::ProviderName;
use crate::script::{Ending, Script};
use crate::side::{
    Access, ApiFile, Feature, Operation, Reason, Refused, Side, Submission, json_answer,
};
use crate::submit_plan::SubmitFault;
use crate::view::{Stage, View};
use crate::wall::Time;

impl ProviderName {
    /// Veo at the Gemini API.
    pub const VEO: Self = Self::from_static(videogen_veo::NAME);
    /// Veo at Vertex AI.
    pub const VERTEX_VEO: Self = Self::from_static(videogen_veo::VERTEX_NAME);
}

const MODEL: &str = "veo-3.1-generate-001";
const PROJECT: &str = "emulated-project";
const LOCATION: &str = "us-central1";

const GEMINI_TYPE: &str =
    "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse";
const VERTEX_TYPE: &str = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse";

/// What Google says of what its filters held back.
const FILTERED: &str =
    "The video could not be made: it may go against Google's policies. Support codes: 58061214";

/// `google.rpc.Code`.
const CANCELLED: i64 = 1;
const INTERNAL: i64 = 13;

/// Where Veo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Gemini,
    Vertex,
}

/// Veo's half.
#[derive(Clone, Debug)]
pub struct VeoSide(Place);

impl VeoSide {
    /// At the Gemini API.
    #[must_use]
    pub const fn gemini() -> Self {
        Self(Place::Gemini)
    }

    /// At Vertex AI.
    #[must_use]
    pub const fn vertex() -> Self {
        Self(Place::Vertex)
    }

    fn operation_of(&self, view: &View<'_>) -> wire::Operation {
        let mut wire = wire::Operation::default();
        wire.name = Some(view.id.to_owned());
        let Stage::Ended(ending) = view.stage else { return wire };
        if ending == Ending::Never {
            return wire;
        }
        wire.done = Some(true);
        if !matches!(ending, Ending::Completed | Ending::Rejected) {
            let code = if ending == Ending::Cancelled { CANCELLED } else { INTERNAL };
            let mut status = wire::Status::default();
            status.code = Some(code);
            let usual = if ending == Ending::Cancelled { "Cancelled." } else { "Internal error." };
            status.message = view.error(usual, "").0;
            wire.error = Some(status);
            return wire;
        }
        let (asked, made) = match ending {
            Ending::Rejected => (view.videos().0, 0),
            // A fault has taken them away: nothing is said of filters then.
            _ if !view.shows_urls() => (0, 0),
            _ => view.videos(),
        };
        let filtered = asked.saturating_sub(made);
        let count = i64::try_from(filtered).ok().filter(|count| *count > 0);
        let reason = view.error(FILTERED, "").0.filter(|_| ending == Ending::Rejected);
        let reason = reason.unwrap_or_else(|| FILTERED.to_owned());
        let reasons: Vec<String> = (0..filtered).map(|_| reason.clone()).collect();
        let mut response = wire::Response::default();
        match self.0 {
            Place::Gemini => {
                response.kind = Some(GEMINI_TYPE.to_owned());
                let mut inner = wire::GenerateVideoResponse::default();
                inner.generated_samples = (0..made).map(|nth| self.sample(view, nth)).collect();
                (inner.rai_media_filtered_count, inner.rai_media_filtered_reasons) =
                    (count, reasons);
                response.generate_video_response = Some(inner);
            }
            Place::Vertex => {
                response.kind = Some(VERTEX_TYPE.to_owned());
                response.videos = (0..made).map(|nth| inline(view, nth)).collect();
                (response.rai_media_filtered_count, response.rai_media_filtered_reasons) =
                    (count, reasons);
            }
        }
        wire.response = Some(response);
        wire
    }

    /// A video behind the key. The name of its file says whose it is.
    fn sample(&self, view: &View<'_>, nth: usize) -> wire::Sample {
        let mut parts = view.id.split('/').skip(1).step_by(2);
        let (model, number) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let mut media = wire::Media::default();
        media.uri = Some(format!(
            "{}{}/files/{model}-{number}-{nth}:download?alt=media",
            view.origin,
            self.base_path()
        ));
        let mut sample = wire::Sample::default();
        sample.video = Some(media);
        sample
    }
}

/// A video in the answer.
fn inline(view: &View<'_>, nth: usize) -> wire::VertexVideo {
    let mut bytes = Vec::new();
    // In memory: it cannot fail.
    let _ = view.video(nth).reader().read_to_end(&mut bytes);
    let mut video = wire::VertexVideo::default();
    video.bytes_base64_encoded = Some(STANDARD.encode(bytes));
    video.mime_type = Some("video/mp4".to_owned());
    video
}

/// The file that a name means: `MODEL-NUMBER-NTH:download`.
fn file(name: &str) -> Option<ApiFile> {
    let (rest, nth) = name.strip_suffix(":download")?.rsplit_once('-')?;
    let (model, number) = rest.rsplit_once('-')?;
    Some(ApiFile::keyed(format!("models/{model}/operations/{number}")).video(nth.parse().ok()?))
}

impl Side for VeoSide {
    fn name(&self) -> ProviderName {
        match self.0 {
            Place::Gemini => ProviderName::VEO,
            Place::Vertex => ProviderName::VERTEX_VEO,
        }
    }

    fn base_path(&self) -> String {
        match self.0 {
            Place::Gemini => "/veo/v1beta".to_owned(),
            Place::Vertex => "/vertex-veo/v1".to_owned(),
        }
    }

    fn clone_side(&self) -> Box<dyn Side> {
        Box::new(self.clone())
    }

    fn provider(&self, key: ApiKey, at: Option<BaseUrl>) -> Arc<dyn Provider> {
        let made = match self.0 {
            Place::Gemini => Ok(Veo::gemini(key.clone())),
            Place::Vertex => Veo::vertex(PROJECT, LOCATION, key.clone()),
        };
        // The project above is the id of one.
        let veo = made.unwrap_or_else(|_| Veo::gemini(key));
        Arc::new(match at {
            Some(base_url) => veo.at(base_url),
            None => veo,
        })
    }

    fn operation(&self, request: &HttpRequest, path: &[&str]) -> Operation {
        match (self.0, request.method(), path) {
            (Place::Gemini, &Method::POST, ["models", call]) => submission_to(call),
            (Place::Gemini, &Method::GET, ["models", _, "operations", _]) => {
                Operation::status(path.join("/"))
            }
            (Place::Gemini, &Method::GET | &Method::HEAD, ["files", name]) => {
                file(name).map_or(Operation::Nothing, Operation::File)
            }
            (
                Place::Vertex,
                &Method::POST,
                ["projects", _, "locations", _, "publishers", "google", "models", call],
            ) if call.ends_with(":fetchPredictOperation") => {
                let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
                let name = body.get("operationName").and_then(Value::as_str);
                name.map_or(Operation::Nothing, Operation::status)
            }
            (
                Place::Vertex,
                &Method::POST,
                ["projects", _, "locations", _, "publishers", "google", "models", call],
            ) => submission_to(call),
            (Place::Gemini, _, ["models", _] | ["models", _, "operations", _]) => {
                Operation::NotAllowed("GET, POST")
            }
            _ => Operation::Nothing,
        }
    }

    fn key(&self, request: &HttpRequest, _: Time) -> Result<String, Reason> {
        match self.0 {
            Place::Gemini => {
                let key = request.headers().get("x-goog-api-key").ok_or(Reason::MissingKey)?;
                key.to_str().map(str::to_owned).map_err(|_| Reason::BadKey)
            }
            Place::Vertex => keys::bearer_key(request.headers()).map(str::to_owned),
        }
    }

    fn word(&self, stage: Stage) -> &'static str {
        match stage {
            Stage::Queued | Stage::Running { .. } | Stage::Ended(Ending::Never) => "running",
            Stage::Ended(Ending::Completed) => "succeeded",
            Stage::Ended(Ending::Rejected) => "rejected",
            Stage::Ended(Ending::Cancelled) => "cancelled",
            Stage::Ended(_) => "failed",
        }
    }

    fn status(&self, view: &View<'_>) -> HttpResponse {
        json_answer(StatusCode::OK, &self.operation_of(view))
    }

    fn refusal(&self, refused: &Refused) -> HttpResponse {
        let (status, word, usual) = match refused.reason {
            Reason::MissingKey | Reason::BadKey => (
                StatusCode::UNAUTHORIZED,
                "UNAUTHENTICATED",
                "Request had invalid authentication credentials.",
            ),
            Reason::Forbidden | Reason::BadUrl => {
                (StatusCode::FORBIDDEN, "PERMISSION_DENIED", "The caller does not have permission")
            }
            Reason::NotFound | Reason::NoSuchPath => {
                (StatusCode::NOT_FOUND, "NOT_FOUND", "Operation not found.")
            }
            Reason::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "UNIMPLEMENTED", "Method not allowed.")
            }
            Reason::TooManyRequests | Reason::Concurrency => (
                StatusCode::TOO_MANY_REQUESTS,
                "RESOURCE_EXHAUSTED",
                "You exceeded your current quota.",
            ),
            Reason::Payment => (
                StatusCode::PAYMENT_REQUIRED,
                "RESOURCE_EXHAUSTED",
                "Your prepayment credits are depleted.",
            ),
            Reason::Unavailable | Reason::OutcomeUnknown => {
                (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "The model is overloaded.")
            }
            Reason::GatewayTimeout => {
                (StatusCode::GATEWAY_TIMEOUT, "DEADLINE_EXCEEDED", "Deadline expired.")
            }
            Reason::ServerError => {
                (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "Internal error.")
            }
            _ => (
                StatusCode::BAD_REQUEST,
                "INVALID_ARGUMENT",
                "Request contains an invalid argument.",
            ),
        };
        let message = refused.message.as_deref().unwrap_or(usual);
        let mut error = wire::Status::default();
        error.code = Some(i64::from(status.as_u16()));
        (error.message, error.status) = (Some(message.to_owned()), Some(word.to_owned()));
        let mut envelope = wire::ErrorEnvelope::default();
        envelope.error = Some(error);
        json_answer(status, &envelope)
    }

    fn submission(
        &self,
        request: &HttpRequest,
        of: Option<&str>,
    ) -> Result<Submission, HttpResponse> {
        let body: Option<Map<String, Value>> = serde_json::from_slice(request.body()).ok();
        let Some(body) = body else {
            let refused =
                Refused::because(Reason::Invalid).saying("Invalid JSON payload received.");
            return Err(self.refusal(&refused));
        };
        let prompt = body.get("instances").and_then(|it| it.get(0)?.get("prompt")?.as_str());
        if prompt.is_none_or(str::is_empty) {
            let refused = Refused::because(Reason::Invalid).saying("Text prompt is not provided.");
            return Err(self.refusal(&refused));
        }
        Ok(Submission::new(of.map(str::to_owned), body))
    }

    fn new_id(&self, number: u64, submission: Option<&Submission>) -> String {
        let model = submission.and_then(|it| it.of.as_deref()).unwrap_or(MODEL);
        match self.0 {
            Place::Gemini => format!("models/{model}/operations/{number:012x}"),
            Place::Vertex => format!(
                "projects/{PROJECT}/locations/{LOCATION}/publishers/google/models/{model}/operations/{number:012x}"
            ),
        }
    }

    fn completed(&self, mut script: Script, submission: &Submission) -> Script {
        let asked = submission.get("parameters").and_then(|it| it.get("sampleCount")?.as_u64());
        if let Some(asked) = asked.and_then(|asked| u32::try_from(asked).ok())
            && script.outputs == 1
        {
            script.outputs = asked.clamp(1, 4);
        }
        script
    }

    fn accepted(&self, _: &[String], first: &View<'_>) -> HttpResponse {
        json_answer(StatusCode::OK, &json!({ "name": first.id }))
    }

    fn has_submit_fault(&self, fault: SubmitFault) -> bool {
        !matches!(
            fault,
            SubmitFault::OutcomeUnknown
                | SubmitFault::RefusedConcurrency
                | SubmitFault::RefusedModeration
        )
    }

    fn endings(&self) -> &'static [Ending] {
        &[Ending::Completed, Ending::Failed, Ending::Rejected, Ending::Cancelled]
    }

    fn features(&self) -> &'static [Feature] {
        &[Feature::Outputs, Feature::FailedOutputs]
    }

    fn status_member(&self) -> Option<&'static str> {
        None
    }

    fn id_member(&self) -> Option<&'static str> {
        Some("name")
    }

    fn string_members(&self) -> &'static [&'static str] {
        &["name"]
    }

    fn access(&self) -> Access {
        match self.0 {
            Place::Gemini => Access::Keyed,
            Place::Vertex => Access::Inline,
        }
    }

    fn new_generation(&self) -> Result<NewGeneration, Error> {
        let body = json!({ "instances": [{ "prompt": "A kite above the sea" }] }).to_string();
        Ok(NewGeneration::from_json(body)?.for_endpoint(MODEL))
    }
}

fn submission_to(call: &str) -> Operation {
    let model = call.strip_suffix(":predictLongRunning");
    model.map_or(Operation::Nothing, Operation::submit_of)
}
