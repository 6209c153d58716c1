//! fal's queue (<https://fal.ai>) for videogen.
//!
//! ```
//! use videogen_core::{ApiKey, HttpResponse, Observed, Provider, StatusQuery};
//! use videogen_fal::{Fal, FalRequest};
//!
//! let fal = Fal::new(ApiKey::new("key-id:key-secret").unwrap());
//! let new = FalRequest::new("fal-ai/kling-video/v2/master/text-to-video")
//!     .with_prompt("A kite above the sea")
//!     .build()
//!     .unwrap();
//! let call = fal.submit(&new).unwrap();
//! assert_eq!(call.request().uri(), "https://queue.fal.run/fal-ai/kling-video/v2/master/text-to-video");
//!
//! let answer = HttpResponse::new(br#"{"status": "IN_QUEUE", "request_id": "764cabcf", "queue_position": 2,
//!     "status_url": "https://queue.fal.run/fal-ai/kling-video/requests/764cabcf/status"}"#.to_vec());
//! let accepted = call.decode(&answer).unwrap();
//! let handle = &accepted.handles[0];
//! assert_eq!(handle.to_string(), "fal:fal-ai/kling-video/requests/764cabcf");
//!
//! // `COMPLETED` is the word for every end: what came of it takes a second request.
//! let call = fal.status(handle, StatusQuery::Plain).unwrap();
//! let answer = HttpResponse::new(br#"{"status": "COMPLETED", "request_id": "764cabcf"}"#.to_vec());
//! let Ok(Observed::Then(call)) = call.decode(&answer) else { panic!() };
//! let answer = HttpResponse::new(br#"{"video": {"url": "https://v3.fal.media/files/kite.mp4"}}"#.to_vec());
//! let Ok(Observed::Generation(seen)) = call.decode(&answer) else { panic!() };
//! assert_eq!(seen.outputs.len(), 1);
//! ```
//!
//! # In scope
//!
//! | operation | here |
//! |---|---|
//! | `POST /{endpoint}` | [`Provider::submit`](videogen_core::Provider::submit): [`FalRequest`], or the model's own JSON [for the endpoint](videogen_core::NewGeneration::for_endpoint) |
//! | its headers and queries, `fal_webhook` among them | [`QueueOptions`]: for each submission with [`Fal::with_options`], for one with [`Fal::submit_with`] |
//! | `GET …/requests/{request_id}/status` | [`Provider::status`](videogen_core::Provider::status), with the runner's lines if [so wanted](Fal::with_logs) |
//! | `GET …/requests/{request_id}` | the second request of a status ([`Observed::Then`](videogen_core::Observed::Then)) |
//! | `PUT …/requests/{request_id}/cancel` | [`Provider::cancel`](videogen_core::Provider::cancel) |
//! | webhooks and their keys | [`webhook`] |
//! | log lines, the runner's time, flags of the safety checker | [`logs`], [`inference_time`], [`nsfw_flags`] |
//!
//! # Out of scope
//!
//! The stream of statuses (`…/status/stream`), the synchronous `fal.run`, and realtime: what waits here polls or has a webhook. Uploads
//! to fal's storage: name files by URL. fal's platform API (prices, usage, deleting what a request left): it has other hosts and other
//! keys. A list of requests: the queue has none. Changing to the backup host by itself: give it with [`Fal::at`].
//!
//! # Ids
//!
//! A request is not found by fal's `request_id` alone: its app is a part of the path. So the id of a handle is that path,
//! `fal-ai/kling-video/requests/764cabcf-…`, and its text form is enough for another process. It is taken from the `status_url` of
//! the answer to the submission, as fal asks ("do not build these URLs yourself"), if that is below the base URL that was asked, be it
//! fal's, an emulator's or a proxy's, and is of the same request. A URL elsewhere is not followed, since the key goes with every
//! request: the path is made of the app then (the first two parts of the endpoint, or three below `workflows` and `comfy`), as fal's own
//! clients make it. The `response_url` of a status is treated in the same way. [`request_id`] has fal's own id.
//!
//! # What came of it
//!
//! "A failed or cancelled request also has the status `COMPLETED`", and the result has "the status code, headers, and body that the model
//! returned". A 500 there may be the model's and the end of the generation, or a gateway's and nothing. Told apart by what fal
//! documents, and by nothing else:
//!
//! | what | means |
//! |---|---|
//! | the status has an `error_type` that leaves nothing to ask for (`request_timeout`, `runner_disconnected`, `client_cancelled`…) | failed, or cancelled; no second request |
//! | the result is 2xx and JSON | succeeded with what is in it; without a file, and with an `error` in the status: failed |
//! | `detail` is a list of model errors (`type`, and `loc` below `body`) | failed; rejected if the first type is `content_policy_violation` |
//! | `error_type`, or `X-Fal-Error-Type`, is one that can only be the generation's | failed |
//! | the header `X-Fal-Retryable`, which models' answers have, and a status other than 401, 402, 403, 407, 408, 425 and 429 | failed |
//! | the status had an `error_type`, and the result is gone (404, 410) or is JSON with a message | failed |
//! | the same with an `error` alone, but for 502, 503, 504 and the errors of the exchange itself (`internal_error`…): the model may have more to say | failed |
//! | anything else: HTML, an `internal_error`, "Request is still in progress", `detail` as a text | unknown: a missed poll, to be asked again |
//! | 401, 403, 404 and the like without any of these | the same, as an error of its [kind](videogen_core::ErrorKind) |
//!
//! What ended keeps both answers: the body is the result's, and what the status said of it stands in it below [`QUEUE`] (`queue`). A
//! result is up to 64 MiB, since models put files into it with `sync_mode`; such a `data:` URL is not an output that can be
//! downloaded.
//!
//! # What to know of fal
//!
//! - The schema of input and result is each model's own. `video`, `videos`, `images`, `audio` and their like are read as outputs, with
//!   `seed` and `prompt`; all the rest is in [`Generation::other_fields`](videogen_core::Generation::other_fields).
//! - Results are kept for an hour, or for six minutes if they are longer than 10 KB, unless the account stores payloads for longer. Who asks later
//!   has a 404, and does not learn what came of it.
//! - No page has anything against submitting the same twice: an answer that was lost is [ambiguous](videogen_core::ErrorKind::Ambiguous), and
//!   there is no list to look in.
//! - A safety checker's flag (`has_nsfw_concepts`) is no rejection: it speaks of outputs that are there. See [`nsfw_flags`].
//! - fal itself runs a request again when a runner fails (`IN_QUEUE` after `IN_PROGRESS`), unless
//!   [told not to](QueueOptions::without_retries).
//! - No page says how often to ask.
//!
//! # How sure
//!
//! Documented on fal's pages: the four operations, the three words and that `COMPLETED` is every end's, `error` and `error_type`, the types of
//! errors of the platform and of models, the headers, the webhooks and how they are signed.
//!
//! The pages differ among themselves, and both forms are read: URLs of the whole endpoint or of the app, `/response` at the end of the result's path or
//! not, a status with or without `request_id`, the result bare or in an envelope, the answer of a cancellation as a word or as `success`.
//!
//! Read in fal's own clients: the namespaces, `x-fal-queue-priority` with every submission, how long a tag may be.
//!
//! Inferred: that a cancelled request has the error type `client_cancelled`; which types of platform errors say all there is; what
//! the errors of a wrong key, of an empty balance, and of a request that still runs look like (seen in reports of others, and read
//! by their HTTP status alone).

mod cancel;
mod errors;
mod facts;
mod failures;
mod key_set;
mod options;
mod path;
mod provider;
mod request;
mod result;
mod status;
mod submit;
pub mod webhook;
pub mod wire;

pub use errors::{DOCUMENTED_ERRORS, DOCUMENTED_MODEL_ERRORS};
pub use facts::{inference_time, logs, nsfw_flags};
pub use key_set::KeySet;
pub use options::{Priority, QueueOptions, RetryCondition};
pub use path::request_id;
pub use provider::{DEFAULT_BASE_URL, Fal, NAME};
pub use request::FalRequest;
pub use result::QUEUE;
pub use status::STATUSES;
