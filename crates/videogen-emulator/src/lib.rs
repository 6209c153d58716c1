//! The providers' side of videogen, for tests and demos: Prism Videos, Token360, Sync Labs and Kling as far as
//! videogen asks them, and [any other](#a-side-of-your-own) that you add, with generations that follow a [`Script`] and
//! submissions that follow a [`SubmitPlan`].
//!
//! Three ways to use it:
//!
//! | | time | for |
//! |---|---|---|
//! | [`Emulator`] | an argument | a function from request to reply, to put into a server of your own |
//! | [`InProcess`] | a virtual clock | tests of a whole submission or wait, hours of it in microseconds |
//! | [`Server`] | real | clients of other people, in any language; demos |
//!
//! # In scope
//!
//! | | |
//! |---|---|
//! | `GET /api/generations/{id}` | Prism |
//! | `GET /v1/videos/{id}` | Token360 |
//! | `GET /v2/generate/{id}` with `wait`, `timeout`, `include` | Sync Labs |
//! | `POST /api/templates/{id}/generate`, `POST /api/generations` | Prism |
//! | `POST /v1/videos` | Token360 |
//! | `POST /v2/generate` with `Idempotency-Key`, as JSON and as a form with files | Sync Labs |
//! | `GET /api/templates`, `GET /api/templates/{id}`, `GET`, `POST /api/characters`, `GET /api/assets/search` | Prism |
//! | `POST /api/s3/presign-upload`, `PUT /api/s3/uploads/{key}` | Prism; [`Emulator::uploaded`] is what arrived |
//! | `GET /v1/videos` with `limit`, `after`, `before`, `order`; `GET /v1/models` | Token360 |
//! | `GET /v2/generations` with its filters, `GET /v2/generations/count`, `GET`, `DELETE /v2/generations/{id}`, its `/download` | Sync Labs |
//! | `GET /v2/models`, `GET /v2/errors`, `POST /v2/analyze/cost` | Sync Labs |
//! | `POST`, `GET /v2/batch`, `GET /v2/batch/{id}` | Sync Labs; a batch's records are generations |
//! | `/v2/assets` and below | Sync Labs |
//! | `GET /kling/tasks`, `GET /kling/v1/videos/{kind}/{id}` | Kling, by its own ids and by the caller's |
//! | `POST /kling/{product}/{model}`, `POST /kling/v1/videos/{kind}` | Kling |
//! | `POST /kling/tasks`, `GET /kling/v1/videos/{kind}`, `GET /kling/account/costs` | Kling |
//! | `GET`, `HEAD /files/{provider}/{id}.mp4`, `/{id}/2.mp4` and so on for further videos, and `.png` for a last frame | the outputs, with single ranges |
//! | `GET /v2/generations/{id}/result` | Sync Labs' URL of an output: 302 to the file |
//! | `GET /workspace/s/share_{id}` | Prism's page for a video |
//! | `POST /_emulator/generations` with a [script] | makes a generation as if it had been submitted; 201 with `provider`, `id`, `handle`, `base_url`, or 400 with `error` and the `field` that is wrong |
//! | `GET /_emulator/generations` | every generation with its state and how often it was polled |
//! | `POST /_emulator/submits` with a [plan](submit_plan) | lets submissions to its provider go so from then on; 200 with the plan and how many submissions arrived, or 400 as above |
//! | `GET /_emulator/submits` | the plan of every provider, and how many submissions arrived |
//! | `GET /_emulator/webhooks` | the webhooks that were sent, and what was answered |
//! | `GET /_emulator/requests` | the requests that the providers got, without keys |
//!
//! # Out of scope
//!
//! Over a socket, scripts of more than [`MAX_SCRIPT_BYTES`] and other bodies of more than 48 MiB. The results of a batch as lines.
//!
//! # Files
//!
//! The URLs of a completed generation lead to files: a video is a valid MP4 without tracks whose bytes are a function of the generation and their
//! place, as long as its [script] says, in no memory. [`Emulator::output_file`] is the file itself, to compare with what a client
//! has; [`Emulator::fetches`] is how often and with how many bytes it was fetched, and whether a key came with it, which must
//! not be on a storage. Where the API itself has the file, for who has the key, it is the same file with the same faults, told in the
//! provider's words. Cuts, expiry, redirects and the rest are in the [script] as [`FetchFault`]s.
//!
//! URLs have the providers' form and are signed with `EMULATED`, and the time where the [script] says how long they are good.
//! Every status gives fresh ones. Files are `HEAD`ed without being counted, and without faults.
//!
//! # Webhooks
//!
//! A submission that names a webhook (`webhook_url` from a template at Prism, `callback_url` at Token360 and Kling, `webhookUrl` at Sync
//! Labs) gets it when its generation is completed or failed. The [script] may name one too, and says what goes wrong: see [`WebhookPlan`].
//! [`Emulator::due_webhooks`] gives them as requests; [`InProcess`] leaves it to the test to hand them over; a [`Server`] sends those that go to
//! `http://`, to any host. Sync Labs' and Kling's are signed with [`WEBHOOK_SECRET`], unless told otherwise.
//!
//! # Suites for clients
//!
//! [`fault_suite`]: whatever goes wrong in the middle of a wait, it ends with the truth. [`submit_suite`]: whatever answer is
//! lost, nothing is paid twice. [`download_suite`]: whatever a storage does, the file comes whole or not at all, and no key goes there.
//! All take any client, and run in the tests of the two transports; all run in virtual time too; and all take sides of your own.
//!
//! # The witness
//!
//! A client whose answer was lost cannot know whether its submission was accepted. The emulator does:
//! [`Emulator::generations`] are those that exist, [`Emulator::submits`] is how many submissions arrived. So "exactly one
//! generation exists afterwards" can be shown:
//!
//! ```
//! use std::time::SystemTime;
//! use videogen_core::{ApiKey, ErrorKind, NewGeneration, Provider};
//! use videogen_emulator::{Emulator, InProcess, ProviderName, SubmitFault, SubmitPlan, When};
//! use videogen_testkit::VirtualClock;
//! use videogen_token360::Token360;
//!
//! let emulator = InProcess::new(Emulator::new(SystemTime::UNIX_EPOCH), VirtualClock::new());
//! let plan = SubmitPlan::new(ProviderName::TOKEN360).with_fault(When::poll(1), SubmitFault::LostAnswer);
//! emulator.plan_submits(plan).unwrap();
//!
//! let token360 = Token360::new(ApiKey::new("any-key").unwrap());
//! let new = NewGeneration::from_json(r#"{"model": "seedance-2.0", "prompt": "a kite"}"#).unwrap();
//! let error = token360.submit(&new).unwrap().send(&emulator).unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::Interrupted);
//! assert_eq!(emulator.generations(ProviderName::TOKEN360), ["video_000001"]);
//! ```
//!
//! # A side of your own
//!
//! A provider is a [`Side`]: it says what a request asks for, and puts states and refusals into the provider's words. Everything else
//! is the emulator's: scripts, faults, files, webhooks, counting. One for [`Emulator::with_side`] is short, and is then in
//! [`InProcess`], in a [`Server::start_with`] and in the suites as the built-in ones are:
//!
//! ```
//! use std::sync::Arc;
//! use http::{Method, StatusCode};
//! use serde_json::json;
//! use videogen_core::{ApiKey, BaseUrl, HttpRequest, HttpResponse, Provider};
//! use videogen_emulator::{
//!     Ending, Operation, ProviderName, Refused, Side, Stage, View, fault_suite, json_answer,
//! };
//! use videogen_testkit::doc_provider::Example; // the client half, which is yours too
//!
//! #[derive(Clone, Debug)]
//! struct ExampleSide;
//!
//! impl Side for ExampleSide {
//!     fn name(&self) -> ProviderName {
//!         const { ProviderName::from_static("example") }
//!     }
//!
//!     fn clone_side(&self) -> Box<dyn Side> {
//!         Box::new(self.clone())
//!     }
//!
//!     fn provider(&self, key: ApiKey, at: Option<BaseUrl>) -> Arc<dyn Provider> {
//!         let provider = Example::new(key);
//!         Arc::new(match at { Some(base_url) => provider.at(base_url), None => provider })
//!     }
//!
//!     fn operation(&self, request: &HttpRequest, path: &[&str]) -> Operation {
//!         match (request.method(), path) {
//!             (&Method::POST, ["generations"]) => Operation::submit(),
//!             (&Method::GET, ["generations", id]) => Operation::status(*id),
//!             _ => Operation::Nothing,
//!         }
//!     }
//!
//!     fn word(&self, stage: Stage) -> &'static str {
//!         match stage {
//!             Stage::Ended(_) => "done",
//!             _ => "running",
//!         }
//!     }
//!
//!     // Completed and failed, but this client does not read failures yet.
//!     fn endings(&self) -> &'static [Ending] {
//!         &[Ending::Completed]
//!     }
//!
//!     fn status(&self, view: &View<'_>) -> HttpResponse {
//!         let mut body = json!({ "id": view.id, "status": view.status(self.word(view.stage)) });
//!         if view.shows_urls() {
//!             body["url"] = view.video_url(0).into();
//!         }
//!         json_answer(StatusCode::OK, &body)
//!     }
//!
//!     fn refusal(&self, refused: &Refused) -> HttpResponse {
//!         json_answer(refused.reason.status(), &json!({ "error": refused.text("no") }))
//!     }
//! }
//!
//! fault_suite::check_in_virtual_time_of(&[Box::new(ExampleSide)]).assert();
//! ```
//!
//! A side's requests are below its [base path](Side::base_path), `/example` here: give the client half the emulator's
//! [base URL](Emulator::base_url), in process too. What more a provider may have (an outcome that takes two requests, keys in other
//! places, files on the API, webhooks, operations of its own) are methods of [`Side`] with defaults. A suite runs the same list at every
//! side, without what [the side says](Side::has_fault) that it does not have.
//!
//! # What is believed, and what is known
//!
//! What is documented of a provider and what is inferred is written at the head of its file in `src/sides`.
//!
//! # Keys
//!
//! Any key is accepted, except one that begins with [`REVOKED`] (401) or [`WITHOUT_SCOPE`] (403). Without a key the
//! answer is the provider's 401. Where a key is, and what of a signed token is the key, the [side](Side::key) says.
//! Kling's access keys have the secret key [`KLING_SECRET`].

pub mod download_suite;
pub mod fault_suite;
pub mod script;
pub mod submit_plan;
pub mod submit_suite;

mod control;
mod emulator;
mod fetch;
mod form;
mod in_process;
mod json;
mod keys;
mod log;
mod output_file;
mod poll;
mod provider_name;
mod range;
mod reply;
mod route;
mod serve;
mod side;
mod sides;
mod signed_url;
mod submit;
mod view;
mod wall;
mod webhooks;
mod world;

pub use control::MAX_SCRIPT_BYTES;
pub use emulator::{Created, Emulator, MAX_GENERATIONS};
pub use fetch::Fetches;
pub use in_process::{DEFAULT_TIMEOUT, InProcess};
pub use keys::{REVOKED, WITHOUT_SCOPE, bearer_key, header_key};
pub use log::{MAX_RECORDED, Recorded};
pub use output_file::{DEFAULT_FILE_BYTES, FileBody, MAX_FILE_BYTES, MIN_FILE_BYTES, OutputFile};
pub use provider_name::ProviderName;
pub use reply::{BodyEnd, Framing, Reply, Streamed, Wire};
pub use script::{
    Ending, Fault, FetchFault, MAX_SECONDS, RetryAfter, Script, ScriptError, ScriptedFault,
    ScriptedFetch, WebhookPlan, When,
};
pub use serve::Server;
pub use side::{
    Access, Account, ApiFile, Asked, Feature, Message, Operation, Reason, Refused, Sending, Side,
    Submission, json_answer, text_answer,
};
pub use sides::{
    FalSide, KLING_SECRET, KlingSide, OpenAiSide, PrismSide, SynclabsSide, Token360Side, VeoSide,
    built_in,
};
pub use signed_url::Signing;
pub use submit_plan::{PlannedFault, SubmitFault, SubmitPlan};
pub use view::{Stage, View};
pub use wall::Time;
pub use webhooks::{Delivery, FORGED_URL, WEBHOOK_SECRET, Webhook};
