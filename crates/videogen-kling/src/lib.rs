//! Kling AI (<https://kling.ai/dev>) for videogen.
mod account;
mod auth;
mod camera;
mod errors;
mod legacy_video;
mod new_video;
mod options;
mod provider;
mod read;
mod route;
mod status;
mod submit;
mod tasks;
pub mod webhook;
pub mod wire;
mod words;

pub use camera::{CameraControl, CameraMove};
pub use errors::DOCUMENTED_ERRORS;
pub use legacy_video::{LegacyImageToVideo, LegacyTextToVideo};
pub use new_video::{ImageToVideo, TextToVideo};
pub use provider::{BEIJING_BASE_URL, DEFAULT_BASE_URL, Kling, NAME};
pub use route::{LEGACY_KINDS, PRODUCTS};
pub use status::STATUSES;
pub use tasks::{MAX_PAGE, MAX_PAGE_NUMBER, TasksQuery};
pub use words::{AspectRatio, Audio, Mode, Resolution};
