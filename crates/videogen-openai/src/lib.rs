//! OpenAI's `/v1/videos`, and who speaks it, for videogen.
//!
//! OpenAI retired its own video API; its dialect stayed: OpenRouter, Azure, Together, LiteLLM and new-api speak it, and xAI nearly. There is
//! one provider, [`OpenAi`], and a [`Profile`] says as data what each makes of it.
//!
//! ```
//! use videogen_core::{ApiKey, Provider, StatusQuery};
//! use videogen_openai::{OpenAi, profiles};
//!
//! let openrouter = OpenAi::new(profiles::openrouter::profile(), ApiKey::new("your-api-key").unwrap());
//! let handle = openrouter.handle("abc123").unwrap();
//! assert_eq!(handle.to_string(), "openrouter:abc123");
//! let call = openrouter.status(&handle, StatusQuery::Plain).unwrap();
//! assert_eq!(call.request().uri(), "https://openrouter.ai/api/v1/videos/abc123");
//! ```
//!
//! One that is not in [`profiles`] is [ten lines](Profile) of your own.
//!
//! # In scope
//!
//! | operation | here | who has it |
//! |---|---|---|
//! | `GET /videos/{id}` | [`Provider::status`](videogen_core::Provider::status) | all |
//! | `POST /videos` | [`NewVideo`], those of [`openrouter`](profiles::openrouter::NewVideo), [`together`](profiles::together::NewVideo) and [`xai`](profiles::xai::NewVideo), or the service's own JSON; files where it takes them | all |
//! | `POST /videos/edits`, `/videos/extensions` | [`NewGeneration::for_endpoint`](videogen_core::NewGeneration::for_endpoint) with the service's own JSON | OpenAI, Azure, LiteLLM, xAI |
//! | `POST /videos/{id}/remix` | [`OpenAi::remix`] | OpenAI, Azure, LiteLLM |
//! | `GET /videos/{id}/content` | [`Provider::output_request`](videogen_core::Provider::output_request), by way of a download | all but Together and xAI |
//! | `GET /videos` | [`Provider::list`](videogen_core::Provider::list), [`OpenAi::list_videos`] | OpenAI, Azure, LiteLLM |
//! | `DELETE /videos/{id}` | [`Provider::delete`](videogen_core::Provider::delete) | OpenAI, Azure |
//! | webhooks | [`webhook`] | OpenRouter; OpenAI's as hints |
//!
//! # Out of scope
//!
//! Characters (`/videos/characters`) and batches of OpenAI's; lists of models; cancelling, which none of the known services documents and a
//! [profile](Paths::with_cancel) may have.
//!
//! # What to know
//!
//! - A video is often not at a URL: its bytes are at the API, for who has the key. A download of such an output is made
//!   with the provider ([`Download::at`](videogen_core::download::Download::at)), and the key goes below the base URL only.
//! - Whether a submission is safe to repeat no service of the known ones says: an answer that was lost is
//!   [ambiguous](videogen_core::ErrorKind::Ambiguous), and the list, where there is one, is where to look.
//! - OpenAI's header `openai-poll-after-ms` says when to ask next; each answer's counts, for that answer.
//! - A refusal by policy comes as an error of the submission, as a failed generation with a code of moderation, or as a flag beside a success (xAI). All are
//!   [`Rejected`](videogen_core::Phase::Rejected) or [`Refusal::Moderation`](videogen_core::Refusal::Moderation) here. A failure that has only prose (OpenRouter's)
//!   stays a failure: wording is not looked at.
//! - An answer about another generation is refused, but for services that do not say which one it is about, or say it differently each time
//!   ([`Ids::NotCompared`]): xAI and LiteLLM.

mod check;
mod content;
mod errors;
mod failures;
mod list;
mod member;
mod new_video;
mod observe;
mod profile;
pub mod profiles;
mod provider;
mod submit;
mod upkeep;
pub mod webhook;
pub mod wire;

pub use failures::DIALECT as DIALECT_FAILURES;
pub use list::{Order, VideoList, VideosQuery};
pub use new_video::NewVideo;
pub use profile::{
    Auth, BodyForm, CostAt, Ids, Implied, OutputAt, Paths, Place, Profile, SignedBy,
};
pub use provider::OpenAi;
