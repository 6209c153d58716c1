//! Kling AI (<https://kling.ai/dev>) for videogen.
//!
//! ```
//! use videogen_core::{ApiKey, Provider, StatusQuery};
//! use videogen_kling::{Kling, TextToVideo};
//!
//! let kling = Kling::with_api_key(ApiKey::new("your-api-key").unwrap());
//! let new = TextToVideo::new("kling-3.0-turbo", "A lighthouse in a storm").build().unwrap();
//! let call = kling.submit(&new).unwrap();
//! assert_eq!(
//!     call.request().uri(),
//!     "https://api-singapore.klingai.com/text-to-video/kling-3.0-turbo"
//! );
//!
//! // What it answers with is a handle such as this one.
//! let handle = kling.handle("tasks/893605946402811985").unwrap();
//! let call = kling.status(&handle, StatusQuery::Plain).unwrap();
//! assert_eq!(
//!     call.request().uri(),
//!     "https://api-singapore.klingai.com/tasks?task_ids=893605946402811985"
//! );
//! ```
//!
//! # Two APIs
//!
//! Kling has two at the same base URL. The page "Authentication" tells them apart by where the model is named. The update log of 2026 says
//! that the older one stays, with no plans to end it.
//!
//! | | newer | older |
//! |---|---|---|
//! | the model is | in the path | in the body, as `model_name` |
//! | [endpoint](videogen_core::NewGeneration::endpoint) of a submission | `text-to-video/kling-3.0-turbo` | `text2video`, `avatar/image2video` |
//! | it is sent to | `POST /text-to-video/kling-3.0-turbo` | `POST /v1/videos/text2video` |
//! | handles | `kling:tasks/<id>` | `kling:text2video/<id>` |
//! | status | `GET /tasks?task_ids=<id>` | `GET /v1/videos/text2video/<id>` |
//! | key | an API key | an API key, or an access key and its secret key |
//! | typed | [`TextToVideo`], [`ImageToVideo`] | [`LegacyTextToVideo`], [`LegacyImageToVideo`] |
//!
//! The older one finds a task only where it was made, so a handle's id says that. [`LEGACY_KINDS`] and [`PRODUCTS`] are the documented
//! endpoints; others are taken too.
//!
//! # Keys
//!
//! [`Kling::with_api_key`] and [`Kling::signed`]; [`Kling::new`] takes either as one text, where `access:secret` has a colon. Of an access key and
//! a secret key, each request gets a token (JWT) of its own when it is sent, good for 30 minutes: no wait outlives it. It needs a
//! clock that is right to some seconds: 1003 says that the clock is ahead, 1004 that it is behind by half an hour.
//!
//! # In scope
//!
//! | operation | here |
//! |---|---|
//! | `GET /tasks`, `GET /v1/videos/{kind}/{id}` | [`Provider::status`](videogen_core::Provider::status) |
//! | `POST /{product}/{model}`, `POST /v1/videos/{kind}` | the typed submissions above, or Kling's own JSON with an endpoint |
//! | `POST /tasks` | [`Provider::list`](videogen_core::Provider::list); with all that may be asked for: [`Kling::list_tasks`] |
//! | `GET /v1/videos/{kind}` | [`Kling::list_of`] |
//! | `GET /tasks?external_task_ids=`, `GET /v1/videos/{kind}/{external id}` | [`Kling::find_by_external_id`] |
//! | `GET /account/costs` | [`Kling::resource_packs`] |
//! | callbacks | [`webhook`] |
//!
//! # Out of scope
//!
//! Images, sounds, voices, elements, presets, and recognising faces: what is made of them goes into a submission as raw JSON. Several tasks in one
//! question. Cancelling, deleting, progress and long-polls: no page documents them.
//!
//! # What to know of Kling
//!
//! - **The code counts, and not the HTTP status.** Every answer is in an [`Envelope`](wire::Envelope). A code in a 200 is an error of the
//!   request, and 429 stands for arrears (1101, 1102), for an account that is blocked (1100) and for an address that is not on the
//!   account's list (1304) as well as for rate (1302) and concurrency (1303). [`DOCUMENTED_ERRORS`] has them all. A code that is not among them
//!   counts by its HTTP status; in a 2xx it leaves open what became of the request. A 5xx is Kling's trouble whatever its code says.
//! - **There is no key for idempotency.** An answer to a submission that was lost is [ambiguous](videogen_core::ErrorKind::Ambiguous). Give each
//!   submission an `external_task_id` of your own: [`Kling::find_by_external_id`] says what it is worth, and where the pages' promise ends.
//! - **Moderation.** At a submission it is a code: 1301, and 1300 as its text has it. A task that fails for it says so in its message only, which
//!   no page promises the wording of: its [class](videogen_core::FailureClass) is `Unknown`.
//! - **A task that is not there** is an error 1201 in the older API and an empty list in the newer one. Both are
//!   [`NotFound`](videogen_core::ErrorKind::NotFound).
//! - Outputs are cleared after 30 days. Their URLs may be signed; where they say until when, that counts.
//! - What a task cost is told once it succeeded: units as credits, US dollars as such. Yuan are in
//!   [`other_fields`](videogen_core::Generation::other_fields) only.
//! - A callback names the task and not what made it, so [`webhook`] takes the endpoint: give each its own callback URL.
//! - There is no rate limit of requests for a status in the page "Concurrency Rules"; what is limited is how many tasks run at once, by the package.
//!
//! # How sure it is
//!
//! Documented, on the pages at <https://kling.ai/document-api> as of September 2026: base URLs, keys and the token's sample, the table
//! of error codes with their HTTP statuses, paths, members and status words of tasks and lists, both bodies of callbacks and their
//! signature with a test vector, the 30 days, `GET /account/costs`, and that an external id has to be unique in an account and finds
//! its task.
//!
//! Seen by others and on no page: that a repeated external id is refused (1201); the 1201 and the empty list of tasks that are not
//! there; that the newer API finds what the older one made; that an empty page of `POST /tasks` has no list; the message `SUCCEED`; 401
//! with 1002 for an access key in the newer API; the texts of failures; a URL's `Expires` at 30 days. [`Kling::find_by_external_id`]
//! and the fixtures of the class `observed` go by that.
//!
//! Inferred: that 1300 is moderation like 1301; how often to ask and how long a video takes (no page says); that several videos of one
//! task would each be one of the list's; and which form the callbacks of `kling-3.0-omni` in the newer API have, so that both are read.

mod account;
mod auth;
mod camera;
mod errors;
mod legacy_video;
mod new_video;
mod options;
mod provider;
mod read;
mod route;
mod status;
mod submit;
mod tasks;
pub mod webhook;
pub mod wire;
mod words;

pub use camera::{CameraControl, CameraMove};
pub use errors::DOCUMENTED_ERRORS;
pub use legacy_video::{LegacyImageToVideo, LegacyTextToVideo};
pub use new_video::{ImageToVideo, TextToVideo};
pub use provider::{BEIJING_BASE_URL, DEFAULT_BASE_URL, Kling, NAME};
pub use route::{LEGACY_KINDS, PRODUCTS};
pub use status::STATUSES;
pub use tasks::{MAX_PAGE, MAX_PAGE_NUMBER, TasksQuery};
pub use words::{AspectRatio, Audio, Mode, Resolution};
