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
//! `GET /generate/{id}`: all of it. `POST /generate`, with the provider's own JSON as the body and an idempotency key; typed
//! bodies and uploads come later. Verifying webhooks: [`webhook`].
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

mod errors;
mod failures;
mod provider;
mod status;
mod submit;
pub mod webhook;
pub mod wire;

pub use errors::DOCUMENTED_ERRORS;
pub use provider::{DEFAULT_BASE_URL, MAX_HOLD, NAME, SyncLabs};
pub use status::STATUSES;
pub use submit::MAX_IDEMPOTENCY_KEY;
