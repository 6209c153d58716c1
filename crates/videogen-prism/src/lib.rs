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
//! All that Prism documents:
//!
//! | | |
//! |---|---|
//! | `GET /generations/{id}` | [`Provider::status`](videogen_core::Provider::status) |
//! | `POST /generations` | [`PromptGeneration`], or the provider's own JSON, to [`Provider::submit`](videogen_core::Provider::submit) |
//! | `POST /templates/{id}/generate` | [`TemplateGeneration`], or the provider's own JSON, to [`Provider::submit`](videogen_core::Provider::submit) |
//! | `GET /templates`, `GET /templates/{id}` | [`Prism::list_templates`], [`Prism::get_template`] |
//! | `GET /characters`, `POST /characters` | [`Prism::list_characters`], [`Prism::create_character`] |
//! | `POST /s3/presign-upload`, then a `PUT` | [`Prism::presign_upload`], [`Prism::upload`] |
//! | `GET /assets/search` | [`Prism::search_assets`] |
//! | callbacks | [`webhook`] |
//!
//! Prism's pages have no list of generations, no way to delete one and none to ask what one would cost.
//!
//! ```
//! use std::time::Duration;
//! use videogen_core::{ApiKey, Provider};
//! use videogen_prism::{AspectRatio, Prism, PromptGeneration};
//!
//! let new = PromptGeneration::new("veo-3.1", "A kite over the sea")
//!     .with_aspect_ratio(AspectRatio::Portrait9x16)
//!     .with_duration(Duration::from_secs(8))
//!     .build()
//!     .unwrap();
//! let prism = Prism::new(ApiKey::new("prism_sk_your_key_here").unwrap());
//! let call = prism.submit(&new).unwrap();
//! assert_eq!(call.request().uri().path(), "/api/generations");
//! ```
//!
//! # What to know of Prism
//!
//! - A video's URL is presigned and works for **one hour**. Every status answer is believed to hold a fresh one
//!   (inferred, not promised): ask again right before a download.
//! - 404 means unknown *or not owned by this key's user*; 403 means the key lacks the scope `templates:read`.
//! - There is no queue state, no progress and no failure code. A failed generation has no `completed_at`.
//! - Submitting and creating a character are not idempotent: sent twice, they make two.
//! - Whether Prism's limits on the length of a text count characters as Unicode does is not documented; here they do.
//! - The base URL must be the `www` host: the bare one is believed to redirect, and no redirect is followed.

mod assets;
mod characters;
mod check;
mod errors;
mod page;
mod prompt_generation;
mod provider;
mod search;
mod status;
mod submit;
mod template_generation;
mod templates;
mod upload;
pub mod webhook;
pub mod wire;

pub use assets::{Asset, AssetSearch, AssetSource, AssetType, MAX_ASSETS};
pub use characters::{Character, MAX_CHARACTERS, NewCharacter};
pub use errors::DOCUMENTED_ERRORS;
pub use prompt_generation::{AspectRatio, MAX_COUNT, PromptGeneration};
pub use provider::{DEFAULT_BASE_URL, NAME, Prism, URL_LIFETIME};
pub use search::Search;
pub use status::STATUSES;
pub use template_generation::TemplateGeneration;
pub use templates::{InputVariable, MAX_TEMPLATES, Template};
pub use upload::{NewUpload, PresignedUpload};
