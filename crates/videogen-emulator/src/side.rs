//! The provider's half, as a trait.

mod account;
mod answer;
mod operation;
mod refused;
mod sending;
mod submission;

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use videogen_core::{
    ApiKey, BaseUrl, Error, HttpRequest, HttpResponse, NewGeneration, Phase, Provider, StatusTable,
};

use crate::keys;
use crate::provider_name::ProviderName;
use crate::script::{Ending, Fault, Script};
use crate::signed_url::Signing;
use crate::submit_plan::SubmitFault;
use crate::view::{Stage, View};
use crate::wall::Time;

pub use account::Account;
pub use answer::{json_answer, text_answer};
pub use operation::{Access, ApiFile, Asked, Operation};
pub use refused::{Reason, Refused};
pub use sending::{Message, Sending};
pub use submission::Submission;

/// What a [`Script`] may say at some providers only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// `error_code`: a failure has a code.
    ErrorCode,
    /// `model`: the model is echoed.
    Model,
    /// `prompt`: the prompt is echoed.
    Prompt,
    /// `template_id`: there are templates.
    TemplateId,
    /// `last_frame`: the last frame may come with the video.
    LastFrame,
    /// `outputs`: a generation may make several videos.
    Outputs,
    /// `failed_outputs`: some of them may fail, and the others come.
    FailedOutputs,
    /// `webhook`: one is sent at the end.
    Webhooks,
    /// Webhooks are signed.
    SignedWebhooks,
    /// `url_expires_after_s`: URLs of outputs may expire; or, where the [key](Access::Keyed) opens them, the outputs do, so long
    /// after the end.
    UrlLifetime,
}

/// Of a side whose key is none.
static NONE: StatusTable = StatusTable::new(&[]);

/// A provider's half: what its API asks for, and how it says what is so.
///
/// The emulator has the generations and their scripts, counts polls and submissions, throws the faults, serves the
/// files and sends the webhooks. A side has the words: paths, keys, bodies, errors, ids. Whatever else an account has
/// (uploads, say) is the side's own state.
///
/// One value is one provider with one [name](Side::name), so that one type can be [there](crate::Emulator::with_side) several
/// times, with other profiles. A side reads no clock and does no I/O. See [the example](crate#a-side-of-your-own).
///
/// Answers need no `Date`: the emulator says when they were made.
pub trait Side: Any + fmt::Debug + Send + Sync {
    /// The provider's name, as its handles write it.
    fn name(&self) -> ProviderName;

    /// What comes between origin and operations in the provider's URLs here. Of several that fit, the longest counts.
    ///
    /// `/` and the name, unless the side has another: end it with the path of the provider's own base URL, as in `/acme/v1`.
    fn base_path(&self) -> String {
        format!("/{}", self.name())
    }

    /// A copy that goes its own ways from here, with what state it has.
    fn clone_side(&self) -> Box<dyn Side>;

    /// The client half with this key, at `at` or at the provider's own base URL. For the [suites](crate#suites-for-clients).
    fn provider(&self, key: ApiKey, at: Option<BaseUrl>) -> Arc<dyn Provider>;

    /// The provider's status words: those of its client half. One of these is no unknown one.
    fn statuses(&self) -> &'static StatusTable {
        match ApiKey::new(self.key_text("sk")) {
            Ok(key) => self.provider(key, None).lifecycle(),
            Err(_) => &NONE,
        }
    }

    // What is asked for.

    /// What a request below the base path asks for. `path` has the segments below it, decoded.
    fn operation(&self, request: &HttpRequest, path: &[&str]) -> Operation;

    /// What a request beside every base path asks for, if that is this side's: a page for people, say. `path` has the segments of
    /// the whole path, decoded, and [`Side::other`] gets the same.
    fn outside(&self, request: &HttpRequest, path: &[&str]) -> Operation {
        let _ = (request, path);
        Operation::Nothing
    }

    /// The key of a request. [`REVOKED`](crate::REVOKED) and [`WITHOUT_SCOPE`](crate::WITHOUT_SCOPE) are for the emulator to
    /// refuse: of a token that is signed with a key's secret, this is the key. `now` is for those that expire.
    ///
    /// # Errors
    ///
    /// [`Reason::MissingKey`] if there is none, [`Reason::BadKey`] if it is no key or has expired.
    fn key(&self, request: &HttpRequest, now: Time) -> Result<String, Reason> {
        let _ = now;
        keys::bearer_key(request.headers()).map(str::to_owned)
    }

    /// What a status request asks for beside the status.
    ///
    /// # Errors
    ///
    /// The provider's answer to what it does not allow.
    #[expect(
        clippy::result_large_err,
        reason = "it is made once a request, and is an answer like others"
    )]
    fn asked(&self, request: &HttpRequest) -> Result<Asked, HttpResponse> {
        let _ = request;
        Ok(Asked::plainly())
    }

    // What is answered.

    /// The provider's word for a stage. One that has no such words needs some for lists of the emulator.
    fn word(&self, stage: Stage) -> &'static str;

    /// The answer to a status request. Where the word stands, write [`View::status`]; show outputs if [`View::shows_urls`].
    fn status(&self, view: &View<'_>) -> HttpResponse;

    /// The answer to a request for the [outcome](Operation::Result). Before the end it is a refusal
    /// ([`Reason::NotReady`]).
    fn result(&self, view: &View<'_>) -> HttpResponse {
        self.status(view)
    }

    /// A refusal in the provider's words: status, headers and body.
    fn refusal(&self, refused: &Refused) -> HttpResponse;

    /// A refusal with its usual text.
    fn refuse(&self, reason: Reason) -> HttpResponse {
        self.refusal(&Refused::because(reason))
    }

    /// The refusal of a status request or a submission for its key. For a provider that says more of a key than why: that a signed
    /// token has expired, say.
    fn refuse_key(&self, request: &HttpRequest, now: Time, reason: Reason) -> HttpResponse {
        let _ = (request, now);
        self.refuse(reason)
    }

    /// The answer to what is [the side's own](Operation::Other). Its key was not looked at: see [`Side::accepted_key`].
    fn other(
        &mut self,
        account: &mut Account<'_>,
        request: &HttpRequest,
        path: &[&str],
    ) -> HttpResponse {
        let _ = (account, request, path);
        self.refuse(Reason::NoSuchPath)
    }

    /// The key of a request if it is accepted. Not for sides to write.
    ///
    /// # Errors
    ///
    /// Why it is not.
    fn accepted_key(&self, request: &HttpRequest, now: Time) -> Result<String, Reason> {
        let key = self.key(request, now)?;
        keys::check(&key).map(|()| key)
    }

    // Submissions.

    /// Reads a submission. `of` is what [`Operation::Submit`] said.
    ///
    /// # Errors
    ///
    /// The provider's answer to what is not as its page says.
    #[expect(
        clippy::result_large_err,
        reason = "it is made once a request, and is an answer like others"
    )]
    fn submission(
        &self,
        request: &HttpRequest,
        of: Option<&str>,
    ) -> Result<Submission, HttpResponse> {
        match serde_json::from_slice(request.body()) {
            Ok(Value::Object(body)) => Ok(Submission::new(of.map(str::to_owned), body)),
            _ => {
                let message = "the body must be a JSON object";
                Err(self.refusal(&Refused::because(Reason::Invalid).saying(message)))
            }
        }
    }

    /// A new id in the provider's form: another one for every number. Without a submission it is for a script.
    fn new_id(&self, number: u64, submission: Option<&Submission>) -> String {
        let _ = submission;
        format!("{}_{number:06}", self.name())
    }

    /// `script` with what it leaves open as it was submitted: model, prompt and the like.
    fn completed(&self, script: Script, submission: &Submission) -> Script {
        let _ = submission;
        script
    }

    /// The answer to a submission that made these, now or, with the same key for idempotency, before. `first` shows the first of
    /// them in the queue: however soon it runs, at first it is told to be there.
    fn accepted(&self, ids: &[String], first: &View<'_>) -> HttpResponse {
        let _ = ids;
        self.status(first)
    }

    /// Whether this can go wrong with a submission. Few providers have these: an outcome that is unknown, a limit of
    /// generations at once, a word for what is against the policy.
    fn has_submit_fault(&self, fault: SubmitFault) -> bool {
        !matches!(
            fault,
            SubmitFault::OutcomeUnknown
                | SubmitFault::RefusedConcurrency
                | SubmitFault::RefusedModeration
        )
    }

    // Scripts.

    /// How generations end, [`Ending::Never`] apart.
    fn endings(&self) -> &'static [Ending] {
        &[Ending::Completed, Ending::Failed]
    }

    /// What scripts may say that not every provider has.
    fn features(&self) -> &'static [Feature] {
        &[]
    }

    /// Whether this can go wrong with a poll. What takes a [status word](Side::status_member) or a
    /// [string](Side::string_members) is asked for there.
    fn has_fault(&self, fault: &Fault) -> bool {
        let _ = fault;
        true
    }

    /// The member of a status answer that has the word, with dots on the way to it (`data.task_status`; `data.0.status` in the first
    /// item of a list). `None` if the provider has no words: then none is unknown either.
    fn status_member(&self) -> Option<&'static str> {
        Some("status")
    }

    /// The member of a status answer that has the id, in the same way. `None` if it is not told.
    fn id_member(&self) -> Option<&'static str> {
        Some("id")
    }

    /// The members of a status answer that are promised to be strings where they are there.
    fn string_members(&self) -> &'static [&'static str] {
        &["id", "status"]
    }

    // Files.

    /// Where the videos are.
    fn access(&self) -> Access {
        Access::Signed
    }

    /// How URLs on the storage are signed.
    fn signing(&self) -> Signing {
        Signing::Parameter
    }

    /// Whether nobody is to see a generation any longer: it is answered as one that there is not.
    fn hides(&self, id: &str) -> bool {
        let _ = id;
        false
    }

    // Webhooks.

    /// Where the webhook of such a generation goes, if one was asked for.
    fn webhook_url(&self, script: &Script, submission: &Submission) -> Option<String> {
        let _ = (script, submission);
        None
    }

    /// A webhook about a generation: its headers, signatures among them, and its body.
    fn webhook(&self, view: &View<'_>, sending: &Sending<'_>) -> Message {
        let _ = (view, sending);
        Message::default()
    }

    /// How long the provider rests before each further attempt, if one failed. As many attempts more as there are rests.
    fn webhook_rests(&self) -> &'static [Duration] {
        &[]
    }

    // Suites.

    /// A key that [`Side::key`] reads as one that begins so.
    fn key_text(&self, begins: &str) -> String {
        format!("{begins}_5f3a9c07e1b84d26")
    }

    /// Something that can be submitted.
    ///
    /// # Errors
    ///
    /// When it cannot be, which no suite lets through.
    fn new_generation(&self) -> Result<NewGeneration, Error> {
        NewGeneration::from_json(r#"{"prompt": "A kite"}"#)
    }

    /// How many requests a poll takes that sees the end.
    fn requests_at_end(&self) -> usize {
        1
    }

    /// How many requests reach a file: one more for each redirect of the provider's own.
    fn requests_for_file(&self) -> u64 {
        1
    }

    /// As what a client must understand an ending.
    fn phase(&self, ending: Ending) -> Phase {
        match ending {
            Ending::Completed => Phase::Succeeded,
            Ending::Failed => Phase::Failed,
            Ending::Rejected => Phase::Rejected,
            Ending::Cancelled => Phase::Cancelled,
            Ending::Expired => Phase::Expired,
            Ending::Never => Phase::Running,
        }
    }
}

impl Clone for Box<dyn Side> {
    fn clone(&self) -> Self {
        (**self).clone_side()
    }
}

impl dyn Side {
    /// Whether the provider has this feature.
    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.features().contains(&feature)
    }
}
