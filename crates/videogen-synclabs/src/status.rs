//! Sync Labs' status words, from the page "Get generation" of its API reference and its SDKs.

use videogen_core::{Phase, StatusTable, StatusWord};

/// Sync Labs' status words. The legacy ones are on older pages and in SDKs up to 0.1.
pub static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::documented("PENDING", Phase::Queued, &["PROCESSING", "REJECTED", "FAILED"]),
    StatusWord::documented(
        "PROCESSING",
        Phase::Running,
        &["COMPLETED", "FAILED", "REJECTED", "CANCELED", "CANCELLED", "TIMED_OUT"],
    ),
    StatusWord::documented("COMPLETED", Phase::Succeeded, &[]),
    StatusWord::documented("FAILED", Phase::Failed, &[]),
    StatusWord::documented("REJECTED", Phase::Rejected, &[]),
    StatusWord::legacy("CANCELED", Phase::Cancelled),
    StatusWord::legacy("CANCELLED", Phase::Cancelled),
    StatusWord::legacy("TIMED_OUT", Phase::Expired),
]);
