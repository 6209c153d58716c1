//! Prism Videos (<https://www.prismvideos.com>) for videogen.
//!
//! ```
//! use videogen_core::{ApiKey, Provider, StatusQuery};
//! use videogen_prism::Prism;
//!
//! let prism = Prism::new(ApiKey::new("prism_sk_your_key_here").unwrap());
//! let handle = prism.handle("gen_abc123").unwrap();
//! let call = prism.status(&handle, StatusQuery::Plain).unwrap();
//! assert_eq!(call.request().uri(), "https://www.prismvideos.com/api/generations/gen_abc123");
//! ```
//!
//! # In scope
//!
//! `GET /generations/{id}`: all of it. `POST /templates/{id}/generate` and `POST /generations`, with the provider's own JSON as
//! the body; typed bodies come later. Reading callbacks: [`webhook`].
//!
//! # What to know of Prism
//!
//! - A video's URL is presigned and works for **one hour**. Every status answer is believed to hold a fresh one
//!   (inferred, not promised): ask again right before a download.
//! - 404 means unknown *or not owned by this key's user*; 403 means the key lacks the scope `templates:read`.
//! - There is no queue state, no progress and no failure code. A failed generation has no `completed_at`.
//! - The base URL must be the `www` host: the bare one is believed to redirect, and no redirect is followed.

mod errors;
mod provider;
mod status;
mod submit;
pub mod webhook;
pub mod wire;

pub use errors::DOCUMENTED_ERRORS;
pub use provider::{DEFAULT_BASE_URL, NAME, Prism, URL_LIFETIME};
pub use status::STATUSES;
