//! fal's queue (<https://fal.ai>) for videogen.

mod cancel;
mod errors;
mod facts;
mod failures;
mod key_set;
mod options;
mod path;
mod provider;
mod request;
mod result;
mod status;
mod submit;
pub mod webhook;
pub mod wire;

pub use errors::{DOCUMENTED_ERRORS, DOCUMENTED_MODEL_ERRORS};
pub use facts::{inference_time, logs, nsfw_flags};
pub use key_set::KeySet;
pub use options::{Priority, QueueOptions, RetryCondition};
pub use path::request_id;
pub use provider::{DEFAULT_BASE_URL, Fal, NAME};
pub use request::FalRequest;
pub use result::QUEUE;
pub use status::STATUSES;
