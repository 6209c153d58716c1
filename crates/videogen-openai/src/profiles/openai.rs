//! OpenAI's own video API (Sora), which the others take after.
//!
//! It was to be shut down on 24 September 2026 by the page "Deprecations"; the dialect lives on at the others.
//!
//! # Documented
//!
//! By the reference (<https://developers.openai.com/api/reference/resources/videos>) and the guide
//! (<https://developers.openai.com/api/docs/guides/video-generation>): the operations, the four words, the members, `seconds`
//! as text, the content and its variants, that downloads are to be had for an hour at the most after the end, and that one polls
//! every 10 to 20 seconds. The reference has `seconds` 4, 8 and 12 and four sizes; the guide has 16 and 20 seconds and 1080p beside
//! them. Both pass here.
//!
//! # Read in the SDKs
//!
//! That a submission is sent as `multipart/form-data`, also without files. The header `openai-poll-after-ms`: the SDKs keep what
//! the first answer says for ever, here each answer's counts.
//!
//! # Inferred
//!
//! Codes of failures: no page names one. That `progress` goes from 0 to 100 and may be missing. What errors look like is of
//! OpenAI's other APIs.

use std::time::Duration;

use videogen_core::{BaseUrl, OutputKind, Phase, StatusTable, StatusWord};

use crate::profile::{BodyForm, OutputAt, Paths, Profile};
use crate::profiles::USUAL_GUIDANCE;

/// The provider's name in handles.
pub const NAME: &str = "openai";

/// Where the API is, from the reference.
pub const DEFAULT_BASE_URL: &str = "https://api.openai.com/v1";

/// The status words, from the reference. Which follows which is inferred.
pub static STATUSES: StatusTable = StatusTable::new(WORDS);

/// Azure and new-api have the same.
pub(crate) const WORDS: &[StatusWord] = &[
    StatusWord::documented("queued", Phase::Queued, &["in_progress", "failed"]),
    StatusWord::documented("in_progress", Phase::Running, &["completed", "failed"]),
    StatusWord::documented("completed", Phase::Succeeded, &[]),
    StatusWord::documented("failed", Phase::Failed, &[]).or(&[Phase::Rejected]),
];

/// The HTTP statuses of OpenAI's page "Error codes" (<https://developers.openai.com/api/docs/guides/error-codes>), with the codes
/// that come with them. The page has the statuses; the codes are those that clients see.
pub const DOCUMENTED_ERRORS: &[(u16, &str)] = &[
    (401, "invalid_api_key"),
    (403, "unsupported_country_region_territory"),
    (429, "rate_limit_exceeded"),
    (429, "insufficient_quota"),
    (500, "server_error"),
    (503, "server_error"),
];

/// The video: bytes, for who has the key.
pub(crate) const OUTPUTS: &[OutputAt] = &[OutputAt::content("").until("expires_at")];

/// What else there is of a video that is done.
pub(crate) const SIDE_OUTPUTS: &[OutputAt] = &[
    OutputAt::content("variant=thumbnail").of_kind(OutputKind::Image).until("expires_at"),
    OutputAt::content("variant=spritesheet").of_kind(OutputKind::Image).until("expires_at"),
];

/// Where everything is, from the reference.
pub(crate) const PATHS: Paths = Paths::new()
    .with_list("/videos")
    .with_delete("/videos/{id}")
    .with_remix("/videos/{id}/remix")
    .with_endpoints(&[("edits", "/videos/edits"), ("extensions", "/videos/extensions")]);

/// OpenAI.
#[must_use]
pub const fn profile() -> Profile {
    Profile::new(NAME, BaseUrl::from_static(DEFAULT_BASE_URL), &STATUSES)
        .with_paths(PATHS)
        .with_body(BodyForm::JsonOrForm)
        .with_outputs(OUTPUTS)
        .with_side_outputs(SIDE_OUTPUTS)
        .with_poll_hint("openai-poll-after-ms")
        .with_guidance(USUAL_GUIDANCE.with_url_lifetime(Duration::from_secs(60 * 60)))
}
