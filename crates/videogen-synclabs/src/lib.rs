//! Sync Labs (<https://sync.so>) for videogen.
//!
//! ```
//! use videogen_core::{ApiKey, Provider, StatusQuery};
//! use videogen_synclabs::SyncLabs;
//!
//! let sync = SyncLabs::new(ApiKey::new("your-api-key").unwrap());
//! let handle = sync.handle("00000000-0000-4000-8000-000000000001").unwrap();
//! let call = sync.status(&handle, StatusQuery::LongPoll { hold: None }).unwrap();
//! assert_eq!(
//!     call.request().uri(),
//!     "https://api.sync.so/v2/generate/00000000-0000-4000-8000-000000000001?wait=true",
//! );
//! ```
//!
//! # In scope
//!
//! | | |
//! |---|---|
//! | `GET /generate/{id}` | [`Provider::status`](videogen_core::Provider::status), all of it |
//! | `POST /generate`, as JSON or as a form with files | [`GenerateRequest`] or the provider's own JSON, with [`Provider::submit`](videogen_core::Provider::submit) |
//! | `POST /analyze/cost` | [`Provider::estimate`](videogen_core::Provider::estimate), [`SyncLabs::estimate_parts`] |
//! | `GET /generations` | [`Provider::list`](videogen_core::Provider::list), [`SyncLabs::generations`] |
//! | `GET /generations/count` | [`SyncLabs::count_generations`] |
//! | `GET /generations/{id}` | [`SyncLabs::generation`] |
//! | `DELETE /generations/{id}` | [`Provider::delete`](videogen_core::Provider::delete), [`SyncLabs::delete_generation`] |
//! | `GET /generations/{id}/download` | [`SyncLabs::download_link`] |
//! | `GET /models`, `GET /errors` | [`SyncLabs::models`], [`SyncLabs::error_catalog`] |
//! | `POST /batch`, `GET /batch/{id}`, `GET /batch` | [`SyncLabs::create_batch`], [`validate_batch`](SyncLabs::validate_batch), [`batch`](SyncLabs::batch), [`batches`](SyncLabs::batches) |
//! | `/assets`, `/assets/{id}`, `/assets/{id}/download`, `/assets/upload` | [`SyncLabs::assets`], [`asset`](SyncLabs::asset), [`create_asset`](SyncLabs::create_asset), [`update_asset`](SyncLabs::update_asset), [`delete_asset`](SyncLabs::delete_asset), [`asset_download_link`](SyncLabs::asset_download_link), [`presign_upload`](SyncLabs::presign_upload), [`put_upload`](SyncLabs::put_upload) |
//! | webhooks of generations | [`webhook`] |
//!
//! # Out of scope
//!
//! Projects, voices, speech alone (`/tts`), `dialogueEdit`, the webhook secret (its answer's form is not documented) and
//! what is in a batch's result file (nor is that).
//!
//! # What to know of Sync Labs
//!
//! - It has **long-polls** (`wait=true`), and progress on request (`include=progress`), never both at once.
//! - How long it holds a long-poll: by the reference page 30 seconds unless told, 55 at the most. Newer copies of that page
//!   say 5 and 10, and HTTP 400 beyond. Leave the hold to the provider, as a wait does by default; a wait that meets
//!   a 400 goes on with plain polls.
//! - `REJECTED` is a refusal by validation or policy before any work, `FAILED` is everything else.
//! - A failure's code comes as `errorCode` or `error_code`.
//! - The output's URL is on the API's own host and carries a token: the token alone opens the file (inferred), so
//!   the key is never sent there.
//! - Long videos take up to an hour: the deadline of a wait is two hours by default.

mod assets;
mod batch;
mod catalog;
mod check;
mod cost;
mod dub;
mod errors;
mod failures;
mod form;
mod generate;
mod generations;
mod inputs;
mod options;
mod provider;
mod query;
mod read;
mod segments;
mod status;
mod submit;
pub mod webhook;
pub mod wire;

pub use assets::{
    Asset, AssetChange, AssetKind, AssetList, AssetPage, AssetSort, AssetsQuery, MAX_UPLOAD_BYTES,
    NewAsset, Upload, Visibility,
};
pub use batch::{
    Batch, BatchMetrics, BatchPhase, BatchesQuery, MAX_BATCH, MAX_BATCH_BYTES, MIN_BATCH, NewBatch,
};
pub use catalog::{CatalogEntry, ModelInfo};
pub use cost::EstimatedCost;
pub use dub::DubParams;
pub use errors::DOCUMENTED_ERRORS;
pub use generate::{GenerateRequest, MAX_OUTPUT_FILE_NAME, models};
pub use generations::{Count, CountQuery, DOWNLOAD_LIFETIME, GenerationsQuery, MAX_PAGE};
pub use inputs::{AudioInput, ImageInput, SoundInput, TextInput, VideoInput, VisualInput};
pub use options::{ActiveSpeaker, Emotion, ModelMode, Options, SyncMode};
pub use provider::{DEFAULT_BASE_URL, MAX_HOLD, NAME, SyncLabs};
pub use segments::Segment;
pub use status::STATUSES;
pub use submit::MAX_IDEMPOTENCY_KEY;
