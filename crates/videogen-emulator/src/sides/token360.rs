//! Token360's side.
//!
//! Paths, members, status words and the printed error bodies are from its pages; the bodies are written with the wire models that
//! the client reads with. Inferred are:
//!
//! - The texts of 403, 404, 429 and 5xx where no page prints one, how progress grows, and when `updated_at` moves.
//! - Of files, the form of their URLs, which are good for ever unless the script says otherwise, the strong `ETag`s, and that whoever
//!   has a URL needs no key.
//! - Of webhooks, all of their bodies but the echoed `request_id`. Documented is that at most three attempts are made, with rests of 1
//!   and 3 seconds, of which at most one succeeds, that one takes 30 seconds at the most, and at which states one is sent. The
//!   emulator takes the 30 seconds for the other providers too.
//! - Of lists, what `before` alone shows, that limits out of range are refused and not cut, and the list of models.
//! - Of submissions, the 200 of the answer and all of it but `id`, `object`, `status`, `model`, `prompt` and `created_at`; the texts of
//!   every 400 and 402; that any `duration` but an integer is refused as a string was seen to be; where in its error the code
//!   `InvalidParameter` is, and ModelArk's `InputTextSensitiveContentDetected`. A body that is to be handed on to the model is
//!   taken as it is.

mod api;
mod bodies;
mod list;
mod submission;

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use videogen_core::{
    ApiKey, BaseUrl, Error, HttpRequest, HttpResponse, NewGeneration, Provider, StatusTable,
};
use videogen_token360::{NAME, STATUSES, Token360};

use crate::provider_name::ProviderName;
use crate::script::Script;
use crate::side::{
    Account, Feature, Message, Operation, Refused, Sending, Side, Submission, text_answer,
};
use crate::submit_plan::SubmitFault;
use crate::view::{Stage, View};

impl ProviderName {
    /// Token360.
    pub const TOKEN360: Self = Self::from_static(NAME);
}

/// How long to rest before trying a webhook once more.
const RESTS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// Token360's half.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Token360Side;

impl Side for Token360Side {
    fn name(&self) -> ProviderName {
        ProviderName::TOKEN360
    }

    fn base_path(&self) -> String {
        "/v1".to_owned()
    }

    fn clone_side(&self) -> Box<dyn Side> {
        Box::new(self.clone())
    }

    fn provider(&self, key: ApiKey, at: Option<BaseUrl>) -> Arc<dyn Provider> {
        let provider = Token360::new(key);
        Arc::new(match at {
            Some(base_url) => provider.at(base_url),
            None => provider,
        })
    }

    fn statuses(&self) -> &'static StatusTable {
        &STATUSES
    }

    fn operation(&self, request: &HttpRequest, path: &[&str]) -> Operation {
        match (request.method(), path) {
            (&Method::POST, ["videos"]) => Operation::submit(),
            (&Method::GET, ["videos" | "models"]) => Operation::Other,
            (_, ["videos"]) => Operation::NotAllowed("GET, POST"),
            (&Method::GET, ["videos", id]) => Operation::status(*id),
            (_, ["models"] | ["videos", _]) => Operation::NotAllowed("GET"),
            _ => Operation::Nothing,
        }
    }

    fn word(&self, stage: Stage) -> &'static str {
        bodies::word(stage)
    }

    fn status(&self, view: &View<'_>) -> HttpResponse {
        text_answer(StatusCode::OK, "application/json", bodies::body(view))
    }

    fn refusal(&self, refused: &Refused) -> HttpResponse {
        let body = bodies::error(refused.reason, refused.message.clone());
        text_answer(refused.reason.status(), "application/json", body)
    }

    fn other(
        &mut self,
        account: &mut Account<'_>,
        request: &HttpRequest,
        path: &[&str],
    ) -> HttpResponse {
        match self.accepted_key(request, account.now()) {
            Err(reason) => self.refuse(reason),
            Ok(_) if path == ["models"] => api::models(account.now()),
            Ok(_) => list::answer(account, request.uri().query().unwrap_or_default()),
        }
    }

    fn submission(
        &self,
        request: &HttpRequest,
        _: Option<&str>,
    ) -> Result<Submission, HttpResponse> {
        submission::read(request)
            .map_err(|body| text_answer(StatusCode::BAD_REQUEST, "application/json", body))
    }

    fn new_id(&self, number: u64, _: Option<&Submission>) -> String {
        format!("video_{number:06}")
    }

    fn completed(&self, mut script: Script, submission: &Submission) -> Script {
        script.model = script.model.or_else(|| submission.text("model"));
        script.prompt = script.prompt.or_else(|| submission.text("prompt"));
        let last_frame = submission.get("return_last_frame");
        script.last_frame |= last_frame.is_some_and(|asked| *asked == true);
        script
    }

    fn has_submit_fault(&self, fault: SubmitFault) -> bool {
        !matches!(fault, SubmitFault::OutcomeUnknown | SubmitFault::RefusedConcurrency)
    }

    fn features(&self) -> &'static [Feature] {
        &[
            Feature::ErrorCode,
            Feature::Model,
            Feature::Prompt,
            Feature::LastFrame,
            Feature::Webhooks,
            Feature::UrlLifetime,
        ]
    }

    fn string_members(&self) -> &'static [&'static str] {
        bodies::STRING_MEMBERS
    }

    fn webhook_url(&self, _: &Script, submission: &Submission) -> Option<String> {
        submission.text("callback_url")
    }

    fn webhook(&self, view: &View<'_>, sending: &Sending<'_>) -> Message {
        Message::new(bodies::webhook(view, sending.forged))
    }

    fn webhook_rests(&self) -> &'static [Duration] {
        &RESTS
    }

    fn new_generation(&self) -> Result<NewGeneration, Error> {
        NewGeneration::from_json(r#"{"model": "seedance-2.0", "prompt": "A kite", "duration": 4}"#)
    }
}
