//! The providers' side of videogen, for tests and demos: Prism Videos, Token360 and Sync Labs as far as
//! videogen asks them, with generations that follow a [`Script`] and submissions that follow a [`SubmitPlan`].
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
//! | `GET`, `HEAD /files/{provider}/{id}.mp4`, and `.png` for Token360's last frame | the outputs, with single ranges |
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
//! not be. Cuts, expiry, redirects and the rest are in the [script] as [`FetchFault`]s.
//!
//! URLs have the providers' form and are signed with `EMULATED`, and the time where the [script] says how long they are good.
//! Every status gives fresh ones. Files are `HEAD`ed without being counted, and without faults.
//!
//! # Webhooks
//!
//! A submission that names a webhook (`webhook_url` from a template at Prism, `callback_url` at Token360, `webhookUrl` at Sync
//! Labs) gets it when its generation is completed or failed. The [script] may name one too, and says what goes wrong: see [`WebhookPlan`].
//! [`Emulator::due_webhooks`] gives them as requests; [`InProcess`] leaves it to the test to hand them over; a [`Server`] sends those that go to
//! `http://`, to any host. Sync Labs' are signed with [`WEBHOOK_SECRET`], unless told otherwise.
//!
//! # Suites for clients
//!
//! [`fault_suite`]: whatever goes wrong in the middle of a wait, it ends with the truth. [`submit_suite`]: whatever answer is
//! lost, nothing is paid twice. [`download_suite`]: whatever a storage does, the file comes whole or not at all, and no key goes there.
//! All take any client, and run in the tests of the two transports.
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
//! # What is believed, and what is known
//!
//! Paths, members, status words and the printed error bodies are from the providers' pages; the bodies are written
//! with the wire models that the clients read with. Inferred are: the texts of 403, 404, 429 and 5xx where no page
//! prints one, the 400 for what Sync Labs says cannot be combined, how progress grows, and when `updated_at` moves.
//! Sync Labs' range of `timeout` is that of its reference page, above 0 to 55 seconds.
//!
//! Of files these are inferred: that Prism's URL is one of S3's with S3's errors, as the page's "presigned S3" says, and the form of Token360's, which
//! is good for ever unless the script says otherwise; that Sync Labs' URL redirects to signed storage, which its page says of a batch's,
//! for the 7 days that its page says of the download link's, and its 403; the strong `ETag`s; and that whoever has a URL needs no key.
//!
//! Of webhooks these are inferred: all of Prism's and Token360's bodies but the echoed `request_id`, that Sync Labs sends none for the
//! other ends and none again, and that attempts of the others than Token360 take 30 seconds at most too.
//!
//! Of the other operations these are inferred: the prices and frames of an estimate, the 404 of a download that is not ready, the answer to the
//! deletion of an asset, the cursor of assets, the ids of files in a form; the texts of the 400s, that limits out of range are refused and not cut,
//! that Prism's places are good for an hour; what `before` alone shows at Token360, and its list of models.
//!
//! Of submissions these are inferred:
//!
//! - Prism's answer to `POST /generations`, which no page prints: it is that of a template. Its numbers are those of the
//!   printed example, with the credits for each generation. Every template is known, and any variables suit it.
//! - The 200 of Prism's and Token360's answers, and all but `id`, `object`, `status`, `model`, `prompt` and `created_at` of
//!   Token360's.
//! - The texts of every 400, 402, 409 and 422; that Token360 refuses any `duration` but an integer as it was seen to refuse a
//!   string; where in its error the code `InvalidParameter` is, and ModelArk's `InputTextSensitiveContentDetected`.
//! - That Sync Labs replays the first answer, that bodies are the same when their JSON is, the 409 for a key with another body,
//!   the 503 of `IDEMPOTENCY_OUTCOME_UNKNOWN`, and that keys are never forgotten.
//! - What is checked: only the required members, Prism's `count` and Token360's `duration`. Everything else is taken as it is, and so is
//!   a body that Token360 is to hand on to the model.
//!
//! # Keys
//!
//! Any key is accepted, except one that begins with [`REVOKED`] (401) or [`WITHOUT_SCOPE`] (403). Without a key the
//! answer is the provider's 401.

pub mod download_suite;
pub mod fault_suite;
pub mod script;
pub mod submit_plan;
pub mod submit_suite;

mod control;
mod emulator;
mod fetch;
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
pub use sides::{PrismSide, SynclabsSide, Token360Side, built_in};
pub use signed_url::Signing;
pub use submit_plan::{PlannedFault, SubmitFault, SubmitPlan};
pub use view::{Stage, View};
pub use wall::Time;
pub use webhooks::{Delivery, FORGED_URL, WEBHOOK_SECRET, Webhook};
