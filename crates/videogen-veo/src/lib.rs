//! Google Veo for videogen, at the Gemini API (<https://ai.google.dev/gemini-api/docs/video>) and at Vertex AI
//! (<https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation>).
//!
//! ```
//! use videogen_core::{ApiKey, Provider, StatusQuery};
//! use videogen_veo::Veo;
//!
//! let token = ApiKey::new("ya29.your-token").unwrap();
//! let veo = Veo::vertex("your-project", "us-central1", token).unwrap();
//! let operation = "projects/your-project/locations/us-central1/publishers/google\
//!     /models/veo-3.1-generate-001/operations/a1b07c8e";
//! let call = veo.status(&veo.handle(operation).unwrap(), StatusQuery::Plain).unwrap();
//! assert_eq!(call.request().method(), "POST");
//! assert!(call.request().uri().path().ends_with("/veo-3.1-generate-001:fetchPredictOperation"));
//! ```
//!
//! # Two ways in, two names
//!
//! | | [`Veo::gemini`] | [`Veo::vertex`] |
//! |---|---|---|
//! | name in handles | `veo` | `vertex-veo` |
//! | credentials | an API key | an OAuth [access token](AccessToken) |
//! | `submit` | `POST /models/{model}:predictLongRunning` | the same below project and location |
//! | `status` | `GET /{operation}` | `POST {model}:fetchPredictOperation` |
//! | outputs | a URL that takes the key | `gs://…` in a bucket of the caller's, or the video itself |
//!
//! They are two providers by name, since a handle's text form has to say which of them to ask, and with which credentials: neither
//! knows the other's operations.
//!
//! **At the Gemini API there is no Veo any more.** Its page "Gemini deprecations" has October 22, 2026 as the day on which the last models
//! (`veo-3.1-…-preview`) were shut down, and Google's SDK for Python refuses `generate_videos` there since its version 3.0. [`Veo::gemini`]
//! is for gateways that speak this API, and for fetching what was made before. Vertex AI has `veo-3.1-generate-001`, `veo-3.1-fast-generate-001`
//! and `veo-3.1-lite-generate-001`.
//!
//! # In scope
//!
//! | operation | here |
//! |---|---|
//! | `predictLongRunning` | [`NewVideo`] with every documented parameter, or Google's own JSON with the model as [`NewGeneration::endpoint`](videogen_core::NewGeneration::endpoint) |
//! | `GET /{operation}`, `fetchPredictOperation` | [`Provider::status`](videogen_core::Provider::status) |
//! | fetching a video with the key | [`Provider::output_request`](videogen_core::Provider::output_request) |
//! | `GET /models/{model}/operations` of the Gemini API | [`Veo::operations`] |
//! | webhooks of the Gemini API | [`webhook`] |
//!
//! # Out of scope
//!
//! Cancelling and deleting: neither API documents it for Veo's operations. Listing at Vertex AI: the same. Registering webhooks, uploading
//! files, Cloud Storage, and getting tokens.
//!
//! # Tokens
//!
//! A token of Vertex AI's lives for an hour, and a wait may outlive it. So each request asks for one when it is sent:
//!
//! ```
//! # mod gcp_auth {
//! #     pub struct Token;
//! #     impl Token {
//! #         pub fn as_str(&self) -> &str { "ya29.your-token" }
//! #         pub fn expires_at(&self) -> std::time::SystemTime { std::time::UNIX_EPOCH }
//! #     }
//! #     pub struct Manager;
//! #     impl Manager {
//! #         pub async fn token(&self, _: &[&str]) -> Result<Token, std::fmt::Error> { Ok(Token) }
//! #     }
//! # }
//! # async fn sleep(_: std::time::Duration) {}
//! use std::time::Duration;
//! use videogen_core::ApiKey;
//! use videogen_veo::{SharedToken, Veo};
//!
//! /// Runs beside whatever waits, with a crate such as `gcp_auth`.
//! async fn refresh(manager: gcp_auth::Manager, shared: SharedToken) {
//!     loop {
//!         // Well before its end, and again soon if it fails: until then, waits go on with the old one, or rest.
//!         let scopes = ["https://www.googleapis.com/auth/cloud-platform"];
//!         let rest = match manager.token(&scopes).await {
//!             Ok(token) => {
//!                 if let Ok(key) = ApiKey::new(token.as_str()) {
//!                     shared.set(key, token.expires_at());
//!                 }
//!                 Duration::from_secs(300)
//!             }
//!             Err(_) => Duration::from_secs(10),
//!         };
//!         sleep(rest).await;
//!     }
//! }
//!
//! let shared = SharedToken::new();
//! let veo = Veo::vertex("your-project", "us-central1", shared.clone()).unwrap();
//! # drop((refresh(gcp_auth::Manager, shared), veo));
//! ```
//!
//! While there is none that is good, nothing is sent: that is a missed poll to a wait, which goes on. A hook of your own is
//! [`AccessToken::from_hook`]; it must not block.
//!
//! # What to know of Veo
//!
//! - **There are no status words**, only `done`, `error` and `response`. The words are videogen's:
//!   `running`, `succeeded`, `failed`, `rejected`, `cancelled`. Queued, progress and times are not told.
//! - **A video that safety filters held back is missing**, and `raiMediaFilteredCount` counts it. If none is left, the generation is rejected;
//!   else it succeeded, with [`failed_outputs`](videogen_core::Generation::failed_outputs). How many were asked for is not in the answer.
//! - An error whose message has one of Veo's [`SUPPORT_CODES`] is a rejection too. They are documented numbers: the words
//!   around them do not count.
//! - A response without videos and without a count is a success without an output: a wait looks again for a while, and ends as
//!   [`CompletedWithoutOutput`](videogen_core::ErrorKind::CompletedWithoutOutput).
//! - **The Gemini API keeps videos for 2 days**, behind URLs that take the key. They are fetched with it at the API only, and what they
//!   redirect to without.
//! - **Vertex AI puts the videos into the answer** unless the submission named a bucket. So an answer may have up to
//!   [`DEFAULT_ANSWER_LIMIT`] bytes, is held in memory several times over while it is read, and comes again with each poll after the end. A URL
//!   `gs://BUCKET/OBJECT` is for Cloud Storage's own tools: `gcloud storage cp gs://BUCKET/OBJECT .`
//! - The project in an operation's name may be its number where it was asked for by its id; operations are told apart by the last
//!   part alone.
//! - No page promises that the same may be submitted twice safely. An answer that was lost is
//!   [ambiguous](videogen_core::ErrorKind::Ambiguous).
//! - A wrong key of the Gemini API's is HTTP 400 with the reason `API_KEY_INVALID`, and no 401.
//!
//! # How sure
//!
//! | what | from |
//! |---|---|
//! | paths, bodies and parameters; the answers of Vertex AI; `done`, `error`, `response`; errors; support codes; 2 days | Google's pages and discovery document |
//! | hosts of `global`, `us` and `eu`; where the Gemini API has its videos and its count; inline videos there; names of images and videos in a submission; a bare `endpoints/…` as a model | Google's SDKs |
//! | which codes an operation's error has and what they are due to; `data.id` of a webhook; `operations/…` without a model | inferred, or seen at gateways |

mod access;
mod api;
mod errors;
mod failures;
mod media;
mod names;
mod new_video;
mod observed;
mod operations;
mod provider;
mod status;
mod submit;
pub mod webhook;
pub mod wire;
mod words;

pub use access::{AccessToken, SharedToken};
pub use api::Api;
pub use errors::DOCUMENTED_ERRORS;
pub use failures::SUPPORT_CODES;
pub use media::Media;
pub use new_video::NewVideo;
pub use operations::OperationsQuery;
pub use provider::{DEFAULT_ANSWER_LIMIT, DEFAULT_BASE_URL, NAME, VERTEX_NAME, Veo};
pub use status::STATUSES;
pub use words::{
    AspectRatio, CompressionQuality, PersonGeneration, ReferenceType, ResizeMode, Resolution,
};
