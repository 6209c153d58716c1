//! Sync Labs' side.
//!
//! Paths, members, status words and the printed error bodies are from its pages; the bodies are written with the wire models that
//! the client reads with. Inferred are:
//!
//! - The texts of 403, 404, 429 and 5xx where no page prints one, the 400 for what cannot be combined, and how progress grows. The
//!   range of `timeout` is that of its reference page, above 0 to 55 seconds.
//! - Of files, that the URL redirects to signed storage, which its page says of a batch's, for the 7 days that its page says of the
//!   download link's, and its 403; the strong `ETag`s; and that whoever has a URL needs no key.
//! - Of webhooks, that none is sent for the other ends than completed and failed, and none again. Documented are its body as a part of
//!   a generation's, and its signature.
//! - Of the other operations, the prices and frames of an estimate, the 404 of a download that is not ready, the answer to the deletion
//!   of an asset, the cursor of assets, the ids of files in a form, and that limits out of range are refused and not cut.
//! - Of submissions, the texts of every 400, 402, 409 and 422; that the first answer is replayed, that bodies are the same when their JSON
//!   is, the 409 for a key with another body, the 503 of `IDEMPOTENCY_OUTCOME_UNKNOWN`, and that keys are never forgotten. Only the
//!   required members are checked.

mod api;
mod assets;
mod batches;
mod bodies;
mod catalog;
mod form;
mod generations;
mod idempotency;
mod params;
mod query;
mod submission;
mod webhook;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderName, RETRY_AFTER};
use http::{Method, StatusCode};
use videogen_core::{
    ApiKey, BaseUrl, Error, HttpRequest, HttpResponse, NewGeneration, Provider, StatusTable,
};
use videogen_synclabs::{NAME, STATUSES, SyncLabs};

use self::api::Asked as AskedOf;
use self::assets::Library;
use self::batches::Batches;
use crate::keys;
use crate::provider_name::ProviderName;
use crate::reply;
use crate::script::{Ending, Script, seconds_text};
use crate::side::{
    Account, ApiFile, Asked, Feature, Message, Operation, Reason, Refused, Sending, Side,
    Submission, text_answer,
};
use crate::signed_url::Signing;
use crate::submit_plan::SubmitFault;
use crate::view::{Stage, View};
use crate::wall::Time;

impl ProviderName {
    /// Sync Labs.
    pub const SYNCLABS: Self = Self::from_static(NAME);
}

/// How long the signed URLs of files are good unless the script says so: so long are those that the page "Download" describes.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long it is asked to rest after a long-poll that ran out.
const REST_AFTER_WAIT: &str = "2";

const WAIT_MODE: HeaderName = HeaderName::from_static("x-sync-wait-mode");
const WAIT_TIMEOUT: HeaderName = HeaderName::from_static("x-sync-wait-timeout-seconds");

/// Sync Labs' half, with the batches and assets of its account.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SynclabsSide {
    /// Generations that nobody can see any longer. They stay where they are: they were made.
    deleted: BTreeSet<String>,
    batches: Batches,
    library: Library,
}

impl Side for SynclabsSide {
    fn name(&self) -> ProviderName {
        ProviderName::SYNCLABS
    }

    fn base_path(&self) -> String {
        "/v2".to_owned()
    }

    fn clone_side(&self) -> Box<dyn Side> {
        Box::new(self.clone())
    }

    fn provider(&self, key: ApiKey, at: Option<BaseUrl>) -> Arc<dyn Provider> {
        let provider = SyncLabs::new(key);
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
            (_, path) if api::is_there(path) => Operation::Other,
            (&Method::POST, ["generate"]) => Operation::submit(),
            (_, ["generate"]) => Operation::NotAllowed("POST"),
            (&Method::GET, ["generate", id]) => Operation::status(*id),
            (_, ["generate", _]) => Operation::NotAllowed("GET"),
            // What it leads to is on a storage.
            (_, ["generations", id, "result"]) => {
                Operation::File(ApiFile::signed(*id).redirecting())
            }
            _ => Operation::Nothing,
        }
    }

    fn key(&self, request: &HttpRequest, _: Time) -> Result<String, Reason> {
        keys::header_key(request.headers(), "x-api-key").map(str::to_owned)
    }

    fn asked(&self, request: &HttpRequest) -> Result<Asked, HttpResponse> {
        query::parse(request.uri().query().unwrap_or_default()).map_err(|problem| {
            let body = bodies::invalid(&[problem.to_owned()]);
            text_answer(StatusCode::BAD_REQUEST, "application/json", body)
        })
    }

    fn word(&self, stage: Stage) -> &'static str {
        bodies::word(stage)
    }

    fn status(&self, view: &View<'_>) -> HttpResponse {
        let mut response = text_answer(StatusCode::OK, "application/json", bodies::body(view));
        if let Some(hold) = view.held {
            let headers = response.headers_mut();
            reply::set(headers, RETRY_AFTER, REST_AFTER_WAIT);
            reply::set(headers, WAIT_MODE, "long_poll");
            reply::set(headers, WAIT_TIMEOUT, &seconds_text(hold));
        }
        response
    }

    fn refusal(&self, refused: &Refused) -> HttpResponse {
        let status = bodies::status(refused.reason);
        text_answer(status, "application/json", bodies::refusal(refused))
    }

    fn other(
        &mut self,
        account: &mut Account<'_>,
        request: &HttpRequest,
        path: &[&str],
    ) -> HttpResponse {
        api::answer(&mut AskedOf { side: self, account, request }, path)
    }

    fn submission(
        &self,
        request: &HttpRequest,
        _: Option<&str>,
    ) -> Result<Submission, HttpResponse> {
        submission::read(request)
    }

    fn new_id(&self, number: u64, _: Option<&Submission>) -> String {
        format!("00000000-0000-4000-8000-{number:012x}")
    }

    fn completed(&self, mut script: Script, submission: &Submission) -> Script {
        script.model = script.model.or_else(|| submission.text("model"));
        script
    }

    fn accepted(&self, _: &[String], first: &View<'_>) -> HttpResponse {
        text_answer(StatusCode::CREATED, "application/json", bodies::body(first))
    }

    fn has_submit_fault(&self, fault: SubmitFault) -> bool {
        fault != SubmitFault::RefusedModeration
    }

    fn endings(&self) -> &'static [Ending] {
        &[
            Ending::Completed,
            Ending::Failed,
            Ending::Rejected,
            // These are words of its older pages.
            Ending::Cancelled,
            Ending::Expired,
        ]
    }

    fn features(&self) -> &'static [Feature] {
        &[
            Feature::ErrorCode,
            Feature::Model,
            Feature::Webhooks,
            Feature::SignedWebhooks,
            Feature::UrlLifetime,
        ]
    }

    fn string_members(&self) -> &'static [&'static str] {
        bodies::STRING_MEMBERS
    }

    fn signing(&self) -> Signing {
        Signing::Amazon(LIFETIME)
    }

    fn hides(&self, id: &str) -> bool {
        self.deleted.contains(id)
    }

    fn webhook_url(&self, _: &Script, submission: &Submission) -> Option<String> {
        submission.text("webhookUrl")
    }

    fn webhook(&self, view: &View<'_>, sending: &Sending<'_>) -> Message {
        webhook::message(view, sending)
    }

    fn new_generation(&self) -> Result<NewGeneration, Error> {
        NewGeneration::from_json(
            r#"{"model": "lipsync-2", "input": [{"type": "video", "url": "https://example.com/v.mp4"}]}"#,
        )
    }

    fn requests_for_file(&self) -> u64 {
        2
    }
}
