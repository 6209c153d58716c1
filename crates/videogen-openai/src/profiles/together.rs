//! Together.
//!
//! # Documented
//!
//! By the pages "Create video" and "Fetch video metadata" (<https://docs.together.ai/reference/get-videos-id>) and the SDKs:
//! the operations below `/v2`, the words `in_progress`, `completed` and `failed`, `error` as an object, `outputs.video_url` and
//! `outputs.cost`. By an older copy of the page "Video generation" (<https://docs.together.ai/docs/videos-overview>): the words
//! `queued` and `cancelled`, `info.errors`, `claimed_at` and `done_at`, and times as RFC 3339 where the newer pages have unix
//! seconds. Both forms are read.
//!
//! # Inferred
//!
//! That `outputs.cost` is in US dollars, which is what Together bills in. That the URL takes no key. How often to ask: the older
//! page's example asks every 5 seconds, the newer one's every 60.
//!
//! # Not here
//!
//! A list, deleting, cancelling, the path of the content: no page has them. Dedicated queues (`/v1/queue`): another API.

mod new_video;

use videogen_core::{BaseUrl, Phase, StatusTable, StatusWord};

use crate::profile::{CostAt, OutputAt, Paths, Profile};

pub use new_video::{NewVideo, OutputFormat};

/// The provider's name in handles.
pub const NAME: &str = "together";

/// Where the API is, from the SDKs.
pub const DEFAULT_BASE_URL: &str = "https://api.together.xyz/v2";

/// The status words. `queued` and `cancelled` are on the older page only.
pub static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::documented("queued", Phase::Queued, &["in_progress", "failed", "cancelled"]),
    StatusWord::documented("in_progress", Phase::Running, &["completed", "failed", "cancelled"]),
    StatusWord::documented("completed", Phase::Succeeded, &[]),
    StatusWord::documented("failed", Phase::Failed, &[]).or(&[Phase::Rejected]),
    StatusWord::documented("cancelled", Phase::Cancelled, &[]),
]);

const OUTPUTS: &[OutputAt] = &[OutputAt::member("outputs.video_url")];

/// Together.
#[must_use]
pub const fn profile() -> Profile {
    Profile::new(NAME, BaseUrl::from_static(DEFAULT_BASE_URL), &STATUSES)
        .with_paths(Paths::new().with_content(None))
        .with_outputs(OUTPUTS)
        .with_cost(CostAt::usd("outputs.cost"))
}
