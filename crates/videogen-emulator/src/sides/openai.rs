//! The side of who speaks OpenAI's `/v1/videos`: OpenAI itself, and OpenRouter.
//!
//! Paths, members and status words are from their references; the bodies are written with the wire models that the client reads
//! with. Inferred are the texts of all errors, when `expires_at` is (an hour after the end), how progress grows, that a refusal by policy
//! is a failure with the code `moderation_blocked`, and what a failure at OpenRouter says. What is checked: that there are a model and
//! a prompt. Of the variants of a content there is the video.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use videogen_core::{
    ApiKey, BaseUrl, Error, HttpRequest, HttpResponse, Json, NewGeneration, Provider, path,
};
use videogen_openai::{OpenAi, Profile, profiles, wire};

use crate::form;
use crate::json;
use crate::provider_name::ProviderName;
use crate::script::{Ending, Fault, Script};
use crate::side::{
    Access, Account, ApiFile, Feature, Operation, Reason, Refused, Side, Submission, json_answer,
};
use crate::submit_plan::SubmitFault;
use crate::view::{Stage, View};

impl ProviderName {
    /// OpenAI.
    pub const OPENAI: Self = Self::from_static(profiles::openai::NAME);
    /// OpenRouter.
    pub const OPENROUTER: Self = Self::from_static(profiles::openrouter::NAME);
}

/// How many videos are on a page of a list that is not told, and at the most.
const LIMITS: (usize, usize) = (20, 100);

/// How long a video is kept after its end.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaker {
    OpenAi,
    OpenRouter,
}

/// The half of a speaker of the dialect.
#[derive(Clone, Debug)]
pub struct OpenAiSide {
    speaker: Speaker,
    deleted: BTreeSet<String>,
}

impl OpenAiSide {
    /// OpenAI's own.
    #[must_use]
    pub const fn openai() -> Self {
        Self { speaker: Speaker::OpenAi, deleted: BTreeSet::new() }
    }

    /// OpenRouter's.
    #[must_use]
    pub const fn openrouter() -> Self {
        Self { speaker: Speaker::OpenRouter, deleted: BTreeSet::new() }
    }

    const fn profile(&self) -> Profile {
        match self.speaker {
            Speaker::OpenAi => profiles::openai::profile(),
            Speaker::OpenRouter => profiles::openrouter::profile(),
        }
    }

    fn is_openai(&self) -> bool {
        self.speaker == Speaker::OpenAi
    }

    fn video(&self, view: &View<'_>) -> wire::Video {
        let text = |given: &Option<String>, usual: &str| {
            Some(given.clone().unwrap_or_else(|| usual.to_owned()))
        };
        let seconds = |time: crate::wall::Time| i64::try_from(time.unix_seconds()).ok();
        let mut wire = wire::Video::default();
        wire.id = Some(view.id.to_owned());
        wire.status = Some(view.status(self.word(view.stage)));
        if !self.is_openai() {
            let segment = path::encode_segment(view.id).unwrap_or_default();
            let url = format!("{}{}/videos/{segment}", view.origin, self.base_path());
            wire.polling_url = Some(format!("{}/videos/{segment}", self.base_path()));
            if view.shows_urls() {
                wire.generation_id = Some(format!("gen-{}", view.id));
                wire.unsigned_urls = Some(vec![format!("{url}/content?index=0")]);
                let mut usage = wire::Usage::default();
                usage.cost = Some(0.25);
                wire.usage = Some(usage);
            }
            return wire;
        }
        wire.object = Some("video".to_owned());
        wire.model = text(&view.script.model, "sora-2");
        wire.prompt = text(&view.script.prompt, "A calico cat playing a piano on stage");
        wire.progress = view.percent().map(f64::from);
        wire.created_at = seconds(view.created);
        let asked = |name: &str, usual: &str| {
            let asked = view.submitted(name).and_then(Value::as_str);
            Some(asked.unwrap_or(usual).to_owned())
        };
        wire.seconds = asked("seconds", "4");
        wire.size = asked("size", "720x1280");
        if view.stage.is_completed() {
            wire.completed_at = seconds(view.updated);
            wire.expires_at = seconds(view.updated.plus(KEPT));
        }
        wire
    }

    /// The error of a failed generation. OpenRouter's is a text.
    fn failure(&self, view: &View<'_>) -> Option<Value> {
        if !view.shows_error() {
            return None;
        }
        let (message, code) = match view.stage {
            Stage::Ended(Ending::Rejected) => {
                ("Your request was blocked by our moderation system.", "moderation_blocked")
            }
            _ => ("The video could not be generated.", "video_generation_failed"),
        };
        let (message, code) = view.error(message, code);
        match self.speaker {
            Speaker::OpenAi => Some(json!({ "code": code, "message": message })),
            Speaker::OpenRouter => message.or(code).map(Value::from),
        }
    }

    fn body(&self, view: &View<'_>) -> Value {
        let mut body = serde_json::to_value(self.video(view)).unwrap_or_default();
        if let (Some(failure), Some(members)) = (self.failure(view), body.as_object_mut()) {
            members.insert("error".to_owned(), failure);
        }
        body
    }

    fn list(&self, account: &Account<'_>, query: &str) -> HttpResponse {
        let (mut limit, mut after) = (LIMITS.0, None);
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "limit" => match value.parse() {
                    Ok(asked) if (1..=LIMITS.1).contains(&asked) => limit = asked,
                    _ => return self.invalid("limit must be an integer from 1 to 100"),
                },
                "after" => {
                    after = Some(percent_decode_str(value).decode_utf8_lossy().into_owned());
                }
                _ => {}
            }
        }
        let all = account.views().rev().filter(|view| !self.deleted.contains(view.id));
        let all: Vec<(String, Value)> =
            all.map(|view| (view.id.to_owned(), self.body(&view))).collect();
        let begin = match &after {
            None => 0,
            Some(after) => {
                all.iter().position(|(id, _)| id == after).map_or(all.len(), |at| at + 1)
            }
        };
        let page: Vec<_> = all.iter().skip(begin).take(limit).collect();
        let mut list = wire::VideoList::default();
        list.object = Some("list".to_owned());
        list.first_id = page.first().map(|(id, _)| id.clone());
        list.last_id = page.last().map(|(id, _)| id.clone());
        list.has_more = Some(begin + page.len() < all.len());
        list.data = Some(page.into_iter().map(|(_, body)| Json::from(body.clone())).collect());
        json_answer(StatusCode::OK, &list)
    }

    fn invalid(&self, message: &str) -> HttpResponse {
        self.refusal(&Refused::because(Reason::Invalid).saying(message))
    }
}

impl Side for OpenAiSide {
    fn name(&self) -> ProviderName {
        match self.speaker {
            Speaker::OpenAi => ProviderName::OPENAI,
            Speaker::OpenRouter => ProviderName::OPENROUTER,
        }
    }

    fn base_path(&self) -> String {
        match self.speaker {
            Speaker::OpenAi => "/openai/v1".to_owned(),
            Speaker::OpenRouter => "/openrouter/api/v1".to_owned(),
        }
    }

    fn clone_side(&self) -> Box<dyn Side> {
        Box::new(self.clone())
    }

    fn provider(&self, key: ApiKey, at: Option<BaseUrl>) -> Arc<dyn Provider> {
        let provider = OpenAi::new(self.profile(), key);
        Arc::new(match at {
            Some(base_url) => provider.at(base_url),
            None => provider,
        })
    }

    fn operation(&self, request: &HttpRequest, path: &[&str]) -> Operation {
        let query = request.uri().query().unwrap_or_default();
        match (request.method(), path) {
            (&Method::POST, ["videos"]) => Operation::submit(),
            (&Method::GET, ["videos"]) if self.is_openai() => Operation::Other,
            (&Method::GET, ["videos", id]) => Operation::status(*id),
            (&Method::DELETE, ["videos", _]) if self.is_openai() => Operation::Other,
            (&Method::GET | &Method::HEAD, ["videos", id, "content"])
                if !query.contains("variant=") || query.contains("variant=video") =>
            {
                Operation::File(ApiFile::keyed(*id))
            }
            (_, ["videos"]) => Operation::NotAllowed("GET, POST"),
            (_, ["videos", _]) => Operation::NotAllowed("GET, DELETE"),
            _ => Operation::Nothing,
        }
    }

    fn word(&self, stage: Stage) -> &'static str {
        match (stage, self.speaker) {
            (Stage::Queued, Speaker::OpenAi) => "queued",
            (Stage::Queued, Speaker::OpenRouter) => "pending",
            (Stage::Running { .. } | Stage::Ended(Ending::Never), _) => "in_progress",
            (Stage::Ended(Ending::Completed), _) => "completed",
            (Stage::Ended(Ending::Cancelled), Speaker::OpenRouter) => "cancelled",
            (Stage::Ended(Ending::Expired), Speaker::OpenRouter) => "expired",
            (Stage::Ended(_), _) => "failed",
        }
    }

    fn status(&self, view: &View<'_>) -> HttpResponse {
        json_answer(StatusCode::OK, &self.body(view))
    }

    fn refusal(&self, refused: &Refused) -> HttpResponse {
        let (kind, code, usual) = match refused.reason {
            Reason::MissingKey | Reason::BadKey => {
                ("invalid_request_error", "invalid_api_key", "Incorrect API key provided.")
            }
            Reason::Forbidden | Reason::BadUrl => {
                ("invalid_request_error", "forbidden", "The key may not do this.")
            }
            Reason::NotFound | Reason::NoSuchPath | Reason::NotReady => {
                ("invalid_request_error", "not_found", "Video not found.")
            }
            Reason::MethodNotAllowed => {
                ("invalid_request_error", "method_not_allowed", "Method not allowed.")
            }
            Reason::TooManyRequests | Reason::Concurrency => {
                ("rate_limit_error", "rate_limit_exceeded", "Rate limit reached.")
            }
            Reason::Payment => (
                "insufficient_quota",
                "insufficient_quota",
                "You exceeded your current quota, please check your plan and billing details.",
            ),
            Reason::Moderation => (
                "image_generation_user_error",
                "moderation_blocked",
                "Your request was rejected by our safety system.",
            ),
            Reason::Invalid | Reason::Input | Reason::Conflict => {
                ("invalid_request_error", "invalid_value", "The request is not valid.")
            }
            _ => ("server_error", "server_error", "The server had an error."),
        };
        let message = refused.message.as_deref().unwrap_or(usual);
        let status = match (refused.reason, self.speaker) {
            (Reason::Payment, Speaker::OpenAi) => StatusCode::TOO_MANY_REQUESTS,
            (Reason::Moderation, Speaker::OpenRouter) => StatusCode::FORBIDDEN,
            (reason, _) => reason.status(),
        };
        let error = match self.speaker {
            Speaker::OpenAi => {
                json!({ "message": message, "type": kind, "param": null, "code": code })
            }
            Speaker::OpenRouter => match refused.reason {
                Reason::Moderation => json!({
                    "code": status.as_u16(), "message": message,
                    "metadata": { "reasons": ["violence"], "provider_name": "Emulated" },
                }),
                _ => json!({ "code": status.as_u16(), "message": message }),
            },
        };
        json_answer(status, &json!({ "error": error }))
    }

    fn other(
        &mut self,
        account: &mut Account<'_>,
        request: &HttpRequest,
        path: &[&str],
    ) -> HttpResponse {
        if let Err(reason) = self.accepted_key(request, account.now()) {
            return self.refuse(reason);
        }
        let ["videos", id] = path else {
            return self.list(account, request.uri().query().unwrap_or_default());
        };
        account.is_about(id);
        let has_ended = account.view(id).map(|view| view.stage.has_ended());
        match has_ended.filter(|_| !self.hides(id)) {
            None => self.refuse(Reason::NotFound),
            Some(false) => self.invalid("A video in progress cannot be deleted."),
            Some(true) => {
                self.deleted.insert((*id).to_owned());
                let mut deleted = wire::Deleted::default();
                deleted.id = Some((*id).to_owned());
                deleted.object = Some("video.deleted".to_owned());
                deleted.deleted = Some(true);
                json_answer(StatusCode::OK, &deleted)
            }
        }
    }

    fn submission(
        &self,
        request: &HttpRequest,
        _: Option<&str>,
    ) -> Result<Submission, HttpResponse> {
        let body = if self.is_openai() && form::is_form(request) {
            form::parts(request).map(|parts| {
                let texts = parts.into_iter().filter(|part| !part.is_file);
                texts.map(|part| (part.name.clone(), Value::from(part.text()))).collect()
            })
        } else {
            serde_json::from_slice::<Map<String, Value>>(request.body()).ok()
        };
        let Some(body) = body else {
            return Err(self.invalid("We could not parse the body of your request."));
        };
        for member in ["model", "prompt"] {
            let is_there =
                body.get(member).and_then(Value::as_str).is_some_and(|it| !it.is_empty());
            // OpenAI has a model that it takes where none is named.
            let may_be_missing = self.is_openai() && member == "model";
            if !is_there && !may_be_missing {
                return Err(self.invalid(&format!("Missing required parameter: '{member}'.")));
            }
        }
        Ok(Submission::new(None, body))
    }

    fn new_id(&self, number: u64, _: Option<&Submission>) -> String {
        match self.speaker {
            Speaker::OpenAi => format!("video_{number:06}"),
            Speaker::OpenRouter => format!("job-{number:06}"),
        }
    }

    fn completed(&self, mut script: Script, submission: &Submission) -> Script {
        if self.is_openai() {
            script.model = script.model.or_else(|| submission.text("model"));
            script.prompt = script.prompt.or_else(|| submission.text("prompt"));
        }
        script
    }

    fn accepted(&self, _: &[String], first: &View<'_>) -> HttpResponse {
        let status = if self.is_openai() { StatusCode::OK } else { StatusCode::ACCEPTED };
        json_answer(status, &self.body(first))
    }

    fn has_submit_fault(&self, fault: SubmitFault) -> bool {
        !matches!(fault, SubmitFault::OutcomeUnknown | SubmitFault::RefusedConcurrency)
    }

    fn endings(&self) -> &'static [Ending] {
        match self.speaker {
            Speaker::OpenAi => &[Ending::Completed, Ending::Failed, Ending::Rejected],
            Speaker::OpenRouter => {
                &[Ending::Completed, Ending::Failed, Ending::Cancelled, Ending::Expired]
            }
        }
    }

    fn features(&self) -> &'static [Feature] {
        match self.speaker {
            Speaker::OpenAi => &[Feature::ErrorCode, Feature::Model, Feature::Prompt],
            Speaker::OpenRouter => &[],
        }
    }

    /// Where the video is follows from the id.
    fn has_fault(&self, fault: &Fault) -> bool {
        !matches!(fault, Fault::CompletedWithoutUrl)
    }

    fn string_members(&self) -> &'static [&'static str] {
        match self.speaker {
            Speaker::OpenAi => &["id", "object", "status", "model", "prompt", "seconds", "size"],
            Speaker::OpenRouter => &["id", "status", "polling_url"],
        }
    }

    fn access(&self) -> Access {
        Access::Keyed
    }

    fn hides(&self, id: &str) -> bool {
        self.deleted.contains(id)
    }

    fn new_generation(&self) -> Result<NewGeneration, Error> {
        NewGeneration::from_json(json::text(&json!({ "model": "sora-2", "prompt": "A kite" })))
    }
}
