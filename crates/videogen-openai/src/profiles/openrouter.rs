//! OpenRouter: many vendors' models behind the dialect.
//!
//! # Documented
//!
//! By the page "Video Generation API" (<https://openrouter.ai/docs/api_reference/videos>), the guide
//! (<https://openrouter.ai/docs/guides/overview/multimodal/video-generation>), the OpenAPI description and the SDKs: the
//! operations, the six words, `unsigned_urls` for who has the key, `urls` for anybody until `expires_at`, `error` as a text, `usage.cost`
//! in US dollars, a poll every 10 to 30 seconds, and webhooks with their signature ([`webhook`](crate::webhook)). By the page
//! "Errors and Debugging" (<https://openrouter.ai/docs/api/reference/errors-and-debugging>): the form of errors, whose `code` is the
//! HTTP status, and that `metadata.reasons` says why moderation flagged the input.
//!
//! # Inferred
//!
//! Which word follows which. That the two lists of URLs are of the same files: `urls` is read first, and only one of them. Where
//! there is neither, the path of the content is taken, which the guide names too.
//!
//! # Not here
//!
//! A list, deleting, cancelling: OpenRouter has none. `GET /videos/models`: what each model takes.

mod new_video;

use videogen_core::{BaseUrl, Phase, PollGuidance, StatusTable, StatusWord};

use crate::profile::{CostAt, OutputAt, Profile, SignedBy};
use crate::profiles::guidance;

pub use new_video::NewVideo;

/// The provider's name in handles.
pub const NAME: &str = "openrouter";

/// Where the API is, from the OpenAPI description.
pub const DEFAULT_BASE_URL: &str = "https://openrouter.ai/api/v1";

/// The status words, from the OpenAPI description, where the set is open.
pub static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::documented(
        "pending",
        Phase::Queued,
        &["in_progress", "failed", "cancelled", "expired"],
    ),
    StatusWord::documented(
        "in_progress",
        Phase::Running,
        &["completed", "failed", "cancelled", "expired"],
    ),
    StatusWord::documented("completed", Phase::Succeeded, &[]),
    StatusWord::documented("failed", Phase::Failed, &[]).or(&[Phase::Rejected]),
    StatusWord::documented("cancelled", Phase::Cancelled, &[]),
    StatusWord::documented("expired", Phase::Expired, &[]),
]);

/// The HTTP statuses that the OpenAPI description has for the operations on videos. Their codes are the same numbers.
pub const DOCUMENTED_ERRORS: &[(u16, &str)] = &[
    (400, ""),
    (401, ""),
    (402, ""),
    (403, ""),
    (404, ""),
    (413, ""),
    (429, ""),
    (500, ""),
    (502, ""),
    (503, ""),
];

const OUTPUTS: &[OutputAt] = &[
    OutputAt::member("urls[]").until("expires_at"),
    OutputAt::member("unsigned_urls[]").with_key(),
    OutputAt::content(""),
];

/// Fifteen seconds are in the documented 10 to 30; generations take "30 seconds to several minutes".
const GUIDANCE: PollGuidance = guidance(15);

/// OpenRouter.
#[must_use]
pub const fn profile() -> Profile {
    Profile::new(NAME, BaseUrl::from_static(DEFAULT_BASE_URL), &STATUSES)
        .with_outputs(OUTPUTS)
        .with_cost(CostAt::usd("usage.cost"))
        .with_guidance(GUIDANCE)
        .with_signature(SignedBy::new("x-openrouter-signature", ","))
}
