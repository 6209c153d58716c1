//! Prism's side.
//!
//! Paths, members, status words and the printed error bodies are from its pages; the bodies are written with the wire models that
//! the client reads with. Inferred are:
//!
//! - The texts of 403, 404, 429 and 5xx where no page prints one, and of the 400s and 402s.
//! - Of files, that the URL is one of S3's with S3's errors, as the page's "presigned S3" says, the strong `ETag`s, and that whoever has
//!   a URL needs no key.
//! - Of webhooks, all of their bodies.
//! - Of the other operations, that limits out of range are refused and not cut, and that the places for uploads are good for an hour.
//! - Of submissions, the answer to `POST /generations`, which no page prints: it is that of a template, with the 200. Its numbers are
//!   those of the printed example, with the credits for each generation. Every template is known, and any variables suit
//!   it. Only the required members and `count` are checked.

mod api;
mod assets;
mod bodies;
mod characters;
mod form;
mod submission;
mod templates;
mod uploads;

use std::sync::Arc;

use http::{Method, StatusCode};
use videogen_core::{
    ApiKey, BaseUrl, Error, HttpRequest, HttpResponse, NewGeneration, Provider, StatusTable,
};
use videogen_prism::{NAME, Prism, STATUSES, URL_LIFETIME};

use self::characters::Characters;
use self::uploads::Uploads;
use crate::provider_name::ProviderName;
use crate::script::Script;
use crate::side::{
    Account, Feature, Message, Operation, Reason, Refused, Sending, Side, Submission, text_answer,
};
use crate::signed_url::Signing;
use crate::view::{Stage, View};

impl ProviderName {
    /// Prism Videos.
    pub const PRISM: Self = Self::from_static(NAME);
}

const HTML: &str = "text/html; charset=utf-8";
const SHARE_PAGE: &str = "<!DOCTYPE html>\n<html>\n<head><title>A video</title></head>\n\
     <body><div id=\"app\">Loading...</div></body>\n</html>\n";
const NO_PAGE: &str = "<!DOCTYPE html>\n<html>\n<head><title>Not found</title></head></html>\n";

/// Prism's half, with the characters and files of its account.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PrismSide {
    characters: Characters,
    uploads: Uploads,
}

/// The generation whose page for people this path names.
fn shared<'a>(path: &[&'a str]) -> Option<&'a str> {
    match path {
        ["workspace", "s", page] => page.strip_prefix("share_").filter(|id| !id.is_empty()),
        _ => None,
    }
}

impl Side for PrismSide {
    fn name(&self) -> ProviderName {
        ProviderName::PRISM
    }

    fn base_path(&self) -> String {
        "/api".to_owned()
    }

    fn clone_side(&self) -> Box<dyn Side> {
        Box::new(self.clone())
    }

    fn provider(&self, key: ApiKey, at: Option<BaseUrl>) -> Arc<dyn Provider> {
        let provider = Prism::new(key);
        Arc::new(match at {
            Some(base_url) => provider.at(base_url),
            None => provider,
        })
    }

    fn statuses(&self) -> &'static StatusTable {
        &STATUSES
    }

    fn operation(&self, request: &HttpRequest, path: &[&str]) -> Operation {
        let method = request.method();
        match path {
            path if api::is_there(method, path) => Operation::Other,
            ["generations"] if method == Method::POST => Operation::submit(),
            ["templates", template, "generate"] if !template.is_empty() => match *method {
                Method::POST => Operation::submit_of(*template),
                _ => Operation::NotAllowed("POST"),
            },
            ["generations"] => Operation::NotAllowed("POST"),
            ["generations", id] if method == Method::GET => Operation::status(*id),
            ["generations", _] => Operation::NotAllowed("GET"),
            _ => Operation::Nothing,
        }
    }

    fn outside(&self, _: &HttpRequest, path: &[&str]) -> Operation {
        if shared(path).is_some() { Operation::Other } else { Operation::Nothing }
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
        let Some(id) = shared(path) else { return api::answer(self, account, request, path) };
        let is_there = account.view(id).map(|view| view.stage.is_completed());
        if is_there.is_some() {
            account.is_about(id);
        }
        match (is_there, request.method()) {
            (_, method) if !matches!(*method, Method::GET | Method::HEAD) => {
                self.refuse(Reason::MethodNotAllowed)
            }
            (Some(true), _) => text_answer(StatusCode::OK, HTML, SHARE_PAGE),
            _ => text_answer(StatusCode::NOT_FOUND, HTML, NO_PAGE),
        }
    }

    fn submission(
        &self,
        request: &HttpRequest,
        of: Option<&str>,
    ) -> Result<Submission, HttpResponse> {
        submission::read(request, of)
            .map_err(|message| self.refusal(&Refused::because(Reason::Invalid).saying(message)))
    }

    fn new_id(&self, number: u64, _: Option<&Submission>) -> String {
        format!("gen_{number:06}")
    }

    fn completed(&self, mut script: Script, submission: &Submission) -> Script {
        let template = || submission.of.clone().or_else(|| submission.text("templateId"));
        script.template_id = script.template_id.or_else(template);
        script
    }

    fn accepted(&self, ids: &[String], first: &View<'_>) -> HttpResponse {
        let body = bodies::accepted(ids, first.script.template_id.as_deref());
        text_answer(StatusCode::OK, "application/json", body)
    }

    fn features(&self) -> &'static [Feature] {
        &[Feature::TemplateId, Feature::Webhooks, Feature::UrlLifetime]
    }

    fn string_members(&self) -> &'static [&'static str] {
        bodies::STRING_MEMBERS
    }

    fn signing(&self) -> Signing {
        Signing::Amazon(URL_LIFETIME)
    }

    fn webhook_url(&self, script: &Script, submission: &Submission) -> Option<String> {
        // No page but that of templates has it.
        script.template_id.as_ref().and_then(|_| submission.text("webhook_url"))
    }

    fn webhook(&self, view: &View<'_>, sending: &Sending<'_>) -> Message {
        Message::new(bodies::webhook(view, sending.forged))
    }

    fn new_generation(&self) -> Result<NewGeneration, Error> {
        NewGeneration::from_json(r#"{"variables": {"product": "https://example.com/shoe.png"}}"#)
            .map(|new| new.from_template("abc123"))
    }
}
