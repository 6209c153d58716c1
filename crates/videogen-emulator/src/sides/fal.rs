//! fal's side: its queue.
//!
//! Paths, members, status words, and the types of errors are from its pages; the bodies are written with the wire models that the client
//! reads with. Inferred are:
//!
//! - The position in the queue (the seconds that are left), the lines of the runner, and that `logs` is `null` where they are not asked for while there is
//!   something to say of them.
//! - That the status of a generation whose model failed has the `error` that a printed webhook has, and no `error_type`; that the model's answer is a
//!   500 unless the script has a code, and which answers say that trying again may help.
//! - That a request is found by its app alone and not by its whole endpoint, of which the pages print both. `/response` at the end of the result's path is
//!   taken.
//! - The texts of errors that no page prints. Those of a wrong key, an empty balance and a request that still runs were observed.
//! - Of cancelling, that what waits and what runs both end at once, with the error type `client_cancelled`, and that a webhook says so when the
//!   generation would have ended.
//! - Of files, that URLs are signed: fal's are not, and live as long as the account's settings have it.
//! - Of webhooks, how the ten repetitions lie in their two hours, and the id of the user. Signatures are as documented; the keys are fixed and
//!   known, and are at `/.well-known/jwks.json` below the base URL here, where fal has them on a host of their own.
//!
//! Inputs are not checked: each model has a schema of its own. Of what is said to the queue only `fal_webhook` counts; its other parameters and
//! headers are taken and change nothing.

mod bodies;
mod outcome;
mod path;
mod refusals;
mod webhook;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use videogen_core::{
    ApiKey, BaseUrl, Error, HttpRequest, HttpResponse, NewGeneration, Provider, StatusTable,
};
use videogen_fal::{Fal, NAME, STATUSES};

use self::path::Path;
use crate::provider_name::ProviderName;
use crate::script::{Ending, Script};
use crate::side::{
    Account, Asked, Feature, Message, Operation, Reason, Refused, Sending, Side, Submission,
    json_answer,
};
use crate::submit_plan::SubmitFault;
use crate::view::{Stage, View};
use crate::wall::Time;

impl ProviderName {
    /// fal.
    pub const FAL: Self = Self::from_static(NAME);
}

/// The base path, where the URLs in answers lead to.
const BASE: &str = "/fal";

/// By what a generation was made that was not submitted.
const ENDPOINT: &str = "fal-ai/veo3";

/// Under which name a submission keeps where its webhook goes. No body has it: it comes in the query.
const WEBHOOK: &str = "fal_webhook";

/// Ten times in two hours.
const RESTS: [Duration; 10] = [Duration::from_secs(12 * 60); 10];

/// fal's half, with the requests that were cancelled.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct FalSide {
    cancelled: BTreeSet<String>,
}

impl Side for FalSide {
    fn name(&self) -> ProviderName {
        ProviderName::FAL
    }

    fn base_path(&self) -> String {
        BASE.to_owned()
    }

    fn clone_side(&self) -> Box<dyn Side> {
        Box::new(self.clone())
    }

    fn provider(&self, key: ApiKey, at: Option<BaseUrl>) -> Arc<dyn Provider> {
        let provider = Fal::new(key);
        Arc::new(match at {
            Some(base_url) => provider.at(base_url),
            None => provider,
        })
    }

    fn statuses(&self) -> &'static StatusTable {
        &STATUSES
    }

    fn operation(&self, request: &HttpRequest, path: &[&str]) -> Operation {
        match (request.method(), Path::of(path)) {
            (&Method::GET, Path::Keys) | (&Method::PUT, Path::Cancel(_)) => Operation::Other,
            (&Method::GET, Path::Status(id)) => Operation::status(id),
            (&Method::GET, Path::Result(id)) => Operation::result(id),
            (&Method::POST, Path::Endpoint(endpoint)) => Operation::submit_of(endpoint),
            (_, Path::Keys | Path::Status(_) | Path::Result(_)) => Operation::NotAllowed("GET"),
            (_, Path::Cancel(_)) => Operation::NotAllowed("PUT"),
            (_, Path::Endpoint(_)) => Operation::NotAllowed("POST"),
            (_, Path::Nothing) => Operation::Nothing,
        }
    }

    fn key(&self, request: &HttpRequest, _: Time) -> Result<String, Reason> {
        let value = request.headers().get(AUTHORIZATION).ok_or(Reason::MissingKey)?;
        let said = value.to_str().ok().and_then(|text| text.split_once(' '));
        match said {
            Some(("Key", key)) => Ok(key.trim().to_owned()),
            _ => Err(Reason::BadKey),
        }
    }

    /// What is called progress here are the runner's lines.
    fn asked(&self, request: &HttpRequest) -> Result<Asked, HttpResponse> {
        let asked = Asked::plainly();
        let wants_lines = matches!(parameter(request, "logs").as_deref(), Some("1" | "true"));
        Ok(if wants_lines { asked.with_progress() } else { asked })
    }

    fn word(&self, stage: Stage) -> &'static str {
        bodies::word(stage)
    }

    fn status(&self, view: &View<'_>) -> HttpResponse {
        bodies::status(view, self.is_cancelled(view))
    }

    fn result(&self, view: &View<'_>) -> HttpResponse {
        match outcome::of(view, self.is_cancelled(view)) {
            Some(outcome) => outcome.answer(view),
            None => self.refuse(Reason::NotReady),
        }
    }

    fn refusal(&self, refused: &Refused) -> HttpResponse {
        refusals::answer(refused)
    }

    fn other(
        &mut self,
        account: &mut Account<'_>,
        request: &HttpRequest,
        path: &[&str],
    ) -> HttpResponse {
        match Path::of(path) {
            // Whoever asks gets these.
            Path::Keys => webhook::keys(),
            Path::Cancel(id) => match self.accepted_key(request, account.now()) {
                Ok(_) => self.cancel(account, id),
                Err(reason) => self.refuse(reason),
            },
            _ => self.refuse(Reason::NoSuchPath),
        }
    }

    fn submission(
        &self,
        request: &HttpRequest,
        of: Option<&str>,
    ) -> Result<Submission, HttpResponse> {
        let Ok(Value::Object(mut body)) = serde_json::from_slice(request.body()) else {
            let refused = Refused::because(Reason::Invalid);
            return Err(self.refusal(&refused.saying("Input should be a valid dictionary")));
        };
        if let Some(url) = parameter(request, WEBHOOK) {
            body.insert(WEBHOOK.to_owned(), url.into());
        }
        Ok(Submission::new(of.map(str::to_owned), body))
    }

    fn new_id(&self, number: u64, submission: Option<&Submission>) -> String {
        let endpoint = submission.and_then(|it| it.of.as_deref()).unwrap_or(ENDPOINT);
        format!("{}/requests/00000000-0000-4000-8000-{number:012x}", path::app_of(endpoint))
    }

    fn accepted(&self, _: &[String], first: &View<'_>) -> HttpResponse {
        json_answer(StatusCode::OK, &bodies::queued(first))
    }

    /// That the balance is empty comes as a 403 without a code: no program can tell it from a key that may not.
    fn has_submit_fault(&self, fault: SubmitFault) -> bool {
        !matches!(fault, SubmitFault::OutcomeUnknown | SubmitFault::RefusedCredits)
    }

    /// Cancelled are those that were: see [`Side::other`].
    fn endings(&self) -> &'static [Ending] {
        &[Ending::Completed, Ending::Failed, Ending::Rejected]
    }

    fn features(&self) -> &'static [Feature] {
        &[
            Feature::ErrorCode,
            Feature::Prompt,
            Feature::Outputs,
            Feature::Webhooks,
            Feature::SignedWebhooks,
        ]
    }

    /// Beside the id itself, three URLs have it: without one of them it is told all the same.
    fn id_member(&self) -> Option<&'static str> {
        None
    }

    fn string_members(&self) -> &'static [&'static str] {
        &["status", "request_id", "response_url", "status_url", "cancel_url"]
    }

    fn webhook_url(&self, _: &Script, submission: &Submission) -> Option<String> {
        submission.text(WEBHOOK)
    }

    fn webhook(&self, view: &View<'_>, sending: &Sending<'_>) -> Message {
        webhook::message(view, self.is_cancelled(view), sending)
    }

    fn webhook_rests(&self) -> &'static [Duration] {
        &RESTS
    }

    fn new_generation(&self) -> Result<NewGeneration, Error> {
        let new = NewGeneration::from_json(r#"{"prompt": "A kite"}"#)?;
        Ok(new.for_endpoint("fal-ai/kling-video/v2/master/text-to-video"))
    }

    fn requests_at_end(&self) -> usize {
        2
    }
}

impl FalSide {
    fn is_cancelled(&self, view: &View<'_>) -> bool {
        self.cancelled.contains(view.id)
    }

    fn cancel(&mut self, account: &mut Account<'_>, id: String) -> HttpResponse {
        let Some(view) = account.view(&id) else { return self.refuse(Reason::NotFound) };
        let (status, word) = match view.stage {
            _ if self.is_cancelled(&view) => (StatusCode::BAD_REQUEST, "ALREADY_COMPLETED"),
            Stage::Ended(_) => (StatusCode::BAD_REQUEST, "ALREADY_COMPLETED"),
            Stage::Running { .. } => (StatusCode::ACCEPTED, "CANCELLATION_REQUESTED"),
            Stage::Queued => (StatusCode::OK, "OK"),
        };
        account.is_about(&id);
        if status.is_success() {
            self.cancelled.insert(id);
        }
        bodies::cancelled(status, word)
    }
}

/// A parameter of the query, decoded.
fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    let pairs = request.uri().query().unwrap_or_default().split('&');
    let value = pairs.filter_map(|pair| pair.split_once('=')).find(|(it, _)| *it == name)?.1;
    // As JavaScript's and Python's own encoders write spaces.
    let value = value.replace('+', " ");
    Some(percent_decode_str(&value).decode_utf8_lossy().into_owned())
}
