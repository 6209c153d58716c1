//! A LiteLLM proxy: a gateway that somebody runs.
//!
//! # Documented
//!
//! By its pages (<https://docs.litellm.ai/docs/videos>): it follows OpenAI's API.
//!
//! # Read in its code (1.106)
//!
//! The operations of OpenAI but for deleting; the words, which are OpenAI's, `processing` for vendors that tell no more, and
//! `cancelled`; `usage.duration_seconds`; no header `openai-poll-after-ms`. An id is `video_` and the Base64 of the vendor, the
//! deployment and the vendor's own id.
//!
//! # Measured
//!
//! **The id of an answer is not the one that was asked about**: the one that a submission gives names the deployment
//! (`model_id:sora-2`), the one that a status gives names none. So ids are not compared, and the handle keeps the first one. A
//! request without a key is answered with HTTP 500 and the plain text `Internal Server Error`.
//!
//! # What to know
//!
//! An id that the proxy did not make goes to the vendor that it has for ids it does not know.

use videogen_core::{BaseUrl, Phase, StatusTable, StatusWord};

use crate::profile::{BodyForm, Ids, Paths, Profile};

/// The provider's name in handles.
pub const NAME: &str = "litellm";

/// The status words, from its code: those of OpenAI, and what it makes of others.
pub static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::documented(
        "queued",
        Phase::Queued,
        &["in_progress", "processing", "failed", "cancelled"],
    ),
    StatusWord::documented("in_progress", Phase::Running, &["completed", "failed", "cancelled"]),
    StatusWord::documented("processing", Phase::Running, &["completed", "failed", "cancelled"]),
    StatusWord::documented("completed", Phase::Succeeded, &[]),
    StatusWord::documented("failed", Phase::Failed, &[]).or(&[Phase::Rejected]),
    StatusWord::documented("cancelled", Phase::Cancelled, &[]),
]);

/// The proxy at this base URL, such as `http://127.0.0.1:4000/v1`.
#[must_use]
pub const fn profile(base_url: BaseUrl) -> Profile {
    Profile::new(NAME, base_url, &STATUSES)
        .with_paths(
            Paths::new().with_list("/videos").with_remix("/videos/{id}/remix").with_endpoints(&[
                ("edits", "/videos/edits"),
                ("extensions", "/videos/extensions"),
            ]),
        )
        .with_body(BodyForm::JsonOrForm)
        .with_ids(Ids::NotCompared(
            "a status writes the routing data in an id otherwise than the submission did",
        ))
}
