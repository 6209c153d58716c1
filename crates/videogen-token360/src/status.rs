//! Token360's status words, from the page "Poll video generation status"
//! (<https://www.token360.ai/en-US/docs/api-reference/video-generation/poll-video-generation-status>).

use videogen_core::{Phase, StatusTable, StatusWord};

/// Token360's status words. The words of the vendors behind it (`succeeded`, `cancelled`, `expired`) are not
/// documented to come through; if one does, it is unrecognised.
pub static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::documented("queued", Phase::Queued, &["in_progress", "failed"]),
    StatusWord::documented("in_progress", Phase::Running, &["completed", "failed"]),
    StatusWord::documented("completed", Phase::Succeeded, &[]),
    // By a code of its vendor's for what is against a policy.
    StatusWord::documented("failed", Phase::Failed, &[]).or(&[Phase::Rejected]),
]);
