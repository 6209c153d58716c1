//! Token360 (<https://www.token360.ai>) for videogen.
//!
//! ```
//! use videogen_core::{ApiKey, Provider, StatusQuery};
//! use videogen_token360::Token360;
//!
//! let token360 = Token360::new(ApiKey::new("sk-your-api-key").unwrap());
//! let handle = token360.handle("your-video-id").unwrap();
//! let call = token360.status(&handle, StatusQuery::Plain).unwrap();
//! assert_eq!(call.request().uri(), "https://api.token360.ai/v1/videos/your-video-id");
//! ```
//!
//! # In scope
//!
//! `GET /videos/{video_id}`: all of it. `POST /videos`, with the provider's own JSON as the body; typed bodies come
//! later. Reading callbacks: [`webhook`].
//!
//! # What to know of Token360
//!
//! - It looks like OpenAI's `/v1/videos` and is not: `duration` is a number of seconds, there is no `size`, and the video
//!   is at `url` (read first) or `video_url`, not behind `/content`.
//! - Models of several vendors are behind it. Their extra fields come through and are in
//!   [`Generation::other_fields`](videogen_core::Generation::other_fields).
//! - There is no time of completion: `updated_at` of an ended generation is as near as it gets.
//! - `error` is `{code, message}` on a generation and `{message, type, param, code}` in an error answer, where
//!   `code` is the HTTP status in the printed examples, and `type` is the code to go by.
//! - How often to ask is not documented. Five seconds are what clients in the wild use.

mod errors;
mod failures;
mod provider;
mod status;
mod submit;
pub mod webhook;
pub mod wire;

pub use errors::DOCUMENTED_ERRORS;
pub use provider::{DEFAULT_BASE_URL, NAME, Token360};
pub use status::STATUSES;
