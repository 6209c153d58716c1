//! Kling's side, with its two APIs.
//!
//! Paths, members, status words, error codes with their HTTP statuses, keys, and the form and signature of callbacks are from its
//! pages; the bodies are written with the wire models that the client reads with. From what others saw of it are the message `SUCCEED`,
//! the refusals of an access key in the newer API and of an external id that was used, a task that is not there, that the newer API also
//! finds what the older one made, that a page of no tasks has no list, and the members of a submission's answer. Inferred are:
//!
//! - The texts of errors where none was seen, which code a key gets that is not accepted (1002), and that a path or a method that there is
//!   not gets 1202.
//! - The form of the files' URLs, the strong `ETag`s, and that whoever has a URL needs no key.
//! - Of callbacks, the order of members, and that those of the older API are signed too. Kling sends one whenever a status changes; this
//!   side sends that of the end.
//! - Of lists, that they have the newest first, and what is in a cursor.
//! - Of submissions, which members are required, and all that a task costs.
//!
//! An access key's secret key is [`KLING_SECRET`]. Ids that a script gives should have digits only behind the slash, as Kling's have:
//! others are taken for the caller's own, and to ask for one is no poll.

mod api;
mod bodies;
mod keys;
mod submission;
mod webhook;

use std::sync::Arc;

use http::{Method, StatusCode};
use videogen_core::{
    ApiKey, BaseUrl, Error, HttpRequest, HttpResponse, NewGeneration, Provider, StatusTable,
};
use videogen_kling::{Kling, LEGACY_KINDS, NAME, PRODUCTS, STATUSES};

use crate::provider_name::ProviderName;
use crate::script::{Fault, Script};
use crate::side::{
    Account, Feature, Message, Operation, Reason, Refused, Sending, Side, Submission, text_answer,
};
use crate::submit_plan::SubmitFault;
use crate::view::{Stage, View};
use crate::wall::Time;

pub use keys::KLING_SECRET;

impl ProviderName {
    /// Kling.
    pub const KLING: Self = Self::from_static(NAME);
}

/// What ids of the newer API's tasks begin with, and no older one's.
const TASKS: &str = "tasks/";

/// What the numbers of tasks begin with that the older API made.
const LEGACY_NUMBERS: &str = "8936";

/// Kling's half. It takes every key in both APIs that Kling takes there; what a value of it is made for is what suites do with it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct KlingSide {
    has_access_keys: bool,
    is_newer: bool,
}

impl KlingSide {
    /// The same for suites with an access key and a secret key, and not an API key.
    #[must_use]
    pub const fn with_access_keys(mut self) -> Self {
        self.has_access_keys = true;
        self
    }

    /// The same for suites over the newer API: what a script makes without an id is of that one.
    #[must_use]
    pub const fn of_newer_api(mut self) -> Self {
        self.is_newer = true;
        self
    }
}

/// Whether something is of the newer API: a generation, by its id.
fn is_newer(id: &str) -> bool {
    id.starts_with(TASKS)
}

/// Kling's own id in a generation's, which begins with where the task is.
fn number(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// An older kind, and what comes behind it in a path.
fn kind<'a>(path: &'a [&'a str]) -> Option<(String, &'a [&'a str])> {
    let kinds = LEGACY_KINDS.iter().filter_map(|kind| {
        let parts: Vec<&str> = kind.split('/').collect();
        Some(((*kind).to_owned(), path.strip_prefix(&*parts)?))
    });
    // `avatar/image2video` is not the id `image2video`: no kind is the beginning of another.
    kinds.max_by_key(|(kind, _)| kind.len())
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit())
}

impl Side for KlingSide {
    fn name(&self) -> ProviderName {
        ProviderName::KLING
    }

    fn clone_side(&self) -> Box<dyn Side> {
        Box::new(self.clone())
    }

    fn provider(&self, key: ApiKey, at: Option<BaseUrl>) -> Arc<dyn Provider> {
        let provider = Kling::new(key);
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
            ["v1", "videos", path @ ..] => match kind(path) {
                Some((kind, [])) => match *method {
                    Method::POST => Operation::submit_of(kind),
                    Method::GET => Operation::Other,
                    _ => Operation::NotAllowed("GET, POST"),
                },
                Some((kind, [id])) => match *method {
                    Method::GET if is_number(id) => Operation::status(format!("{kind}/{id}")),
                    Method::GET => Operation::Other,
                    _ => Operation::NotAllowed("GET"),
                },
                _ => Operation::Nothing,
            },
            ["tasks"] => match *method {
                Method::GET => match api::one_task(request) {
                    Some(id) => Operation::status(format!("{TASKS}{id}")),
                    None => Operation::Other,
                },
                Method::POST => Operation::Other,
                _ => Operation::NotAllowed("GET, POST"),
            },
            ["account", "costs"] => match *method {
                Method::GET => Operation::Other,
                _ => Operation::NotAllowed("GET"),
            },
            [product, model] if PRODUCTS.contains(product) && !model.is_empty() => match *method {
                Method::POST => Operation::submit_of(format!("{product}/{model}")),
                _ => Operation::NotAllowed("POST"),
            },
            _ => Operation::Nothing,
        }
    }

    fn key(&self, request: &HttpRequest, now: Time) -> Result<String, Reason> {
        keys::key(request, now).map_err(keys::Denied::reason)
    }

    fn refuse_key(&self, request: &HttpRequest, now: Time, reason: Reason) -> HttpResponse {
        match keys::key(request, now) {
            Err(denied) => bodies::denied(denied),
            Ok(_) => self.refuse(reason),
        }
    }

    fn word(&self, stage: Stage) -> &'static str {
        bodies::word(stage, self.is_newer)
    }

    fn status(&self, view: &View<'_>) -> HttpResponse {
        if is_newer(view.id) {
            bodies::ok(&[bodies::task(view)])
        } else {
            bodies::ok(&bodies::legacy_task(view))
        }
    }

    fn refusal(&self, refused: &Refused) -> HttpResponse {
        let none: [(); 0] = [];
        match (refused.reason, refused.id.as_deref()) {
            (Reason::NotFound, Some(id)) if is_newer(id) => bodies::ok(&none),
            _ => bodies::refusal(refused),
        }
    }

    fn other(
        &mut self,
        account: &mut Account<'_>,
        request: &HttpRequest,
        path: &[&str],
    ) -> HttpResponse {
        let now = account.now();
        match self.accepted_key(request, now) {
            Ok(_) => api::answer(account, request, path),
            Err(reason) => self.refuse_key(request, now, reason),
        }
    }

    fn submission(
        &self,
        request: &HttpRequest,
        of: Option<&str>,
    ) -> Result<Submission, HttpResponse> {
        submission::read(request, of.unwrap_or_default())
            .map_err(|message| bodies::refusal(&Refused::because(Reason::Invalid).saying(message)))
    }

    fn new_id(&self, number: u64, submission: Option<&Submission>) -> String {
        let of = submission.and_then(|submission| submission.of.as_deref());
        let is_newer = of.map_or(self.is_newer, submission::is_of_newer);
        if is_newer {
            format!("{TASKS}9308315340756{number:05}")
        } else {
            format!("{}/{LEGACY_NUMBERS}059464028{number:05}", of.unwrap_or("text2video"))
        }
    }

    fn accepted(&self, _: &[String], first: &View<'_>) -> HttpResponse {
        if is_newer(first.id) {
            bodies::ok(&bodies::made_task(first))
        } else {
            bodies::ok(&bodies::made_legacy_task(first))
        }
    }

    fn has_submit_fault(&self, fault: SubmitFault) -> bool {
        fault != SubmitFault::OutcomeUnknown
    }

    fn features(&self) -> &'static [Feature] {
        &[Feature::Webhooks, Feature::SignedWebhooks, Feature::UrlLifetime]
    }

    /// An access key is no secret, but a name.
    fn has_fault(&self, fault: &Fault) -> bool {
        !(self.has_access_keys && matches!(fault, Fault::EchoKey { .. }))
    }

    fn status_member(&self) -> Option<&'static str> {
        Some(if self.is_newer { "data.0.status" } else { "data.task_status" })
    }

    fn id_member(&self) -> Option<&'static str> {
        Some(if self.is_newer { "data.0.id" } else { "data.task_id" })
    }

    fn string_members(&self) -> &'static [&'static str] {
        if self.is_newer {
            &["message", "request_id", "data.0.id", "data.0.status", "data.0.message"]
        } else {
            &["message", "request_id", "data.task_id", "data.task_status", "data.task_status_msg"]
        }
    }

    fn webhook_url(&self, _: &Script, submission: &Submission) -> Option<String> {
        submission::option(submission, "callback_url")?.as_str().map(str::to_owned)
    }

    fn webhook(&self, view: &View<'_>, sending: &Sending<'_>) -> Message {
        webhook::message(view, sending)
    }

    fn key_text(&self, begins: &str) -> String {
        let key = format!("{begins}_5f3a9c07e1b84d26");
        if self.has_access_keys { format!("{key}:{KLING_SECRET}") } else { key }
    }

    fn new_generation(&self) -> Result<NewGeneration, Error> {
        let new = NewGeneration::from_json(r#"{"prompt": "A kite"}"#)?;
        Ok(new.for_endpoint(if self.is_newer { "text-to-video/kling-3.0" } else { "text2video" }))
    }
}

fn answer(status: StatusCode, body: impl Into<Vec<u8>>) -> HttpResponse {
    text_answer(status, "application/json", body)
}
