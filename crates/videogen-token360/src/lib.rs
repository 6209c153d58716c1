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
//! | operation | here |
//! |---|---|
//! | `GET /videos/{video_id}` | [`Provider::status`](videogen_core::Provider::status) |
//! | `POST /videos` | [`NewVideo`] with every documented parameter, or the provider's own JSON, or the vendor's ([`NewGeneration::as_native`](videogen_core::NewGeneration::as_native)) |
//! | `GET /videos` | [`Provider::list`](videogen_core::Provider::list); with `before` and `order`: [`Token360::list_videos`] |
//! | `GET /models` | [`Token360::models`], inferred |
//! | callbacks | [`webhook`] |
//!
//! # Out of scope
//!
//! Assets (`/assets`, `/asset-groups`): what is documented of their answers is too little to read one; name an asset that is there as
//! `asset://ta_…`. Deleting, cancelling, and what something costs: Token360 documents no such operation.
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
//! - The pages print no limit of `duration`, no lifetime of a presigned URL, and no way to submit the same twice safely: an
//!   answer that was lost is [ambiguous](videogen_core::ErrorKind::Ambiguous), and the list is where to look.
//! - How often to ask is not documented. Five seconds are what clients in the wild use.

mod errors;
mod failures;
mod list;
mod media;
mod models;
mod new_video;
mod provider;
mod status;
mod submit;
pub mod webhook;
pub mod wire;
mod words;

pub use errors::DOCUMENTED_ERRORS;
pub use list::{MAX_LIMIT, Order, VideoList, VideosQuery};
pub use models::Model;
pub use new_video::NewVideo;
pub use provider::{DEFAULT_BASE_URL, NAME, Token360};
pub use status::STATUSES;
pub use words::{AspectRatio, Resolution};
