//! xAI's Grok Imagine: a near dialect.
//!
//! # Documented
//!
//! By the guide (<https://docs.x.ai/docs/guides/video-generation>): the two steps and their paths, `request_id`, `video.url`
//! for a while only, up to several minutes for a video.
//!
//! # Printed by others, and read in clients
//!
//! The words `pending`, `done`, `expired` and `failed`; HTTP 202 while it is pending, with an empty body at times; `error` with a
//! code; `respect_moderation: false` beside `done` where what was made is kept back; `usage.cost_in_usd_ticks`, of which
//! 10 000 000 000 are a US dollar (xAI's own SDK). A video without a status word counts as `done`, as clients have it. Errors
//! of HTTP come as `{"error": {…}}` and as `{"code": …, "error": "…"}`; both are read.
//!
//! # What to know
//!
//! An answer does not say which generation it is about: a cache that mixes up answers goes unnoticed. xAI's own SDK asks every
//! second and gives up after ten minutes; here it is every five seconds, and twenty minutes.
//!
//! # Not here
//!
//! A list, deleting, cancelling: none is known.

mod new_video;

use videogen_core::{BaseUrl, FailureClass, Phase, StatusTable, StatusWord};

use crate::profile::{CostAt, Ids, Implied, OutputAt, Paths, Profile};
use crate::profiles::guidance;

pub use new_video::NewVideo;

/// The provider's name in handles.
pub const NAME: &str = "xai";

/// Where the API is, from the guide.
pub const DEFAULT_BASE_URL: &str = "https://api.x.ai/v1";

/// The status words.
pub static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::documented("pending", Phase::Running, &["done", "failed", "expired"]),
    StatusWord::documented("done", Phase::Succeeded, &[]).or(&[Phase::Rejected]),
    StatusWord::documented("failed", Phase::Failed, &[]).or(&[Phase::Rejected]),
    StatusWord::documented("expired", Phase::Expired, &[]),
]);

const OUTPUTS: &[OutputAt] = &[OutputAt::member("video.url")];

/// The codes of generations that failed, as far as clients know them.
const FAILURES: &[(&str, FailureClass)] = &[
    ("invalid_argument", FailureClass::Input),
    ("permission_denied", FailureClass::Quota),
    ("internal_error", FailureClass::Infrastructure),
    ("service_unavailable", FailureClass::Infrastructure),
];

/// How many of xAI's ticks are a US dollar, from its SDK.
const TICKS_PER_USD: f64 = 1e10;

/// xAI.
#[must_use]
pub const fn profile() -> Profile {
    Profile::new(NAME, BaseUrl::from_static(DEFAULT_BASE_URL), &STATUSES)
        .with_paths(
            Paths::new().with_submit("/videos/generations").with_content(None).with_endpoints(&[
                ("edits", "/videos/edits"),
                ("extensions", "/videos/extensions"),
            ]),
        )
        .with_submitted_id("request_id")
        .with_ids(Ids::NotCompared("no answer about a generation has its id"))
        .with_implied(Implied::new().with_accepted("pending").with_output("done"))
        .with_outputs(OUTPUTS)
        .with_moderation_flag("video.respect_moderation")
        .with_failures(FAILURES)
        .with_cost(CostAt::per_usd("usage.cost_in_usd_ticks", TICKS_PER_USD))
        .with_guidance(guidance(5))
}
