//! Newcomer's status words, from the page TO BE REPLACED.

use videogen_core::{Phase, StatusTable, StatusWord};

/// Newcomer's status words: what each means, and what may come directly after it.
pub static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::documented("queued", Phase::Queued, &["running", "failed"]),
    StatusWord::documented("running", Phase::Running, &["succeeded", "failed"]),
    StatusWord::documented("succeeded", Phase::Succeeded, &[]),
    // Rejected where the code says that it is against a policy.
    StatusWord::documented("failed", Phase::Failed, &[]).or(&[Phase::Rejected]),
]);
