//! Newcomer for videogen.
//!
//! ```
//! use videogen_core::{ApiKey, Provider, StatusQuery};
//! use videogen_newcomer::Newcomer;
//!
//! let provider = Newcomer::new(ApiKey::new("your-api-key").unwrap());
//! let handle = provider.handle("id_1").unwrap();
//! let call = provider.status(&handle, StatusQuery::Plain).unwrap();
//! assert_eq!(call.request().uri(), "https://api.newcomer.example/v1/videos/id_1");
//! ```
//!
//! # In scope
//!
//! | operation | here |
//! |---|---|
//! | `GET /videos/{id}` | [`Provider::status`](videogen_core::Provider::status) |
//! | `POST /videos` | [`Provider::submit`](videogen_core::Provider::submit) |
//!
//! # Out of scope
//!
//! Everything else.
//!
//! # What to know of Newcomer
//!
//! - TO BE REPLACED: what is documented, with the page; what is inferred; what is in doubt.

mod errors;
mod failures;
mod provider;
mod status;
mod submit;
mod wire;

pub use errors::DOCUMENTED_ERRORS;
pub use provider::{DEFAULT_BASE_URL, NAME, Newcomer};
pub use status::STATUSES;
