//! The providers' side of videogen, for tests and demos: Prism Videos, Token360 and Sync Labs as far as asking for a
//! status goes, with generations that follow a [`Script`].
//!
//! Three ways to use it:
//!
//! | | time | for |
//! |---|---|---|
//! | [`Emulator`] | an argument | a function from request to reply, to put into a server of your own |
//! | [`InProcess`] | a virtual clock | tests of a whole wait, hours of it in microseconds |
//! | [`Server`] | real | clients of other people, in any language; demos |
//!
//! # In scope
//!
//! | | |
//! |---|---|
//! | `GET /api/generations/{id}` | Prism |
//! | `GET /v1/videos/{id}` | Token360 |
//! | `GET /v2/generate/{id}` with `wait`, `timeout`, `include` | Sync Labs |
//! | `POST /_emulator/generations` with a [script] | submits a generation; 201 with `provider`, `id`, `handle`, `base_url`, or 400 with `error` and the `field` that is wrong |
//! | `GET /_emulator/generations` | every generation with its state and how often it was polled |
//! | `GET /_emulator/requests` | the requests that the providers got, without keys |
//!
//! # Out of scope
//!
//! Submitting at the providers' own paths, and serving the outputs: their URLs have the providers' form, are
//! signed with `EMULATED`, and lead nowhere yet.
//!
//! # What is believed, and what is known
//!
//! Paths, members, status words and the printed error bodies are from the providers' pages; the bodies are written
//! with the wire models that the clients read with. Inferred are: the texts of 403, 404, 429 and 5xx where no page
//! prints one, the 400 for what Sync Labs says cannot be combined, how progress grows, and when `updated_at` moves.
//! Sync Labs' range of `timeout` is that of its reference page, above 0 to 55 seconds.
//!
//! # Keys
//!
//! Any key is accepted, except one that begins with [`REVOKED`] (401) or [`WITHOUT_SCOPE`] (403). Without a key the
//! answer is the provider's 401.

pub mod fault_suite;
pub mod script;

mod control;
mod emulator;
mod in_process;
mod json;
mod keys;
mod log;
mod poll;
mod prism;
mod provider_name;
mod refusal;
mod reply;
mod route;
mod serve;
mod status;
mod synclabs;
mod synclabs_query;
mod token360;
mod wall;

pub use control::MAX_SCRIPT_BYTES;
pub use emulator::{Created, Emulator, MAX_GENERATIONS};
pub use in_process::{DEFAULT_TIMEOUT, InProcess};
pub use keys::{REVOKED, WITHOUT_SCOPE};
pub use log::{MAX_RECORDED, Recorded};
pub use provider_name::ProviderName;
pub use reply::{Reply, Wire};
pub use script::{
    Ending, Fault, MAX_SECONDS, RetryAfter, Script, ScriptError, ScriptedFault, When,
};
pub use serve::Server;
