//! fal's status words, from the reference "Get request status" (<https://fal.ai/docs/inference-api/queue/status>).

use videogen_core::{Phase, StatusTable, StatusWord};

/// fal's status words.
///
/// `COMPLETED` is the word for every end: "a failed or cancelled request also has the status `COMPLETED`". What it was is in the
/// rest of that answer, and in the result. A runner that fails sends its request back to the queue, so that `IN_QUEUE` may follow
/// `IN_PROGRESS` (<https://fal.ai/docs/documentation/deployment/requests>).
pub static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::documented("IN_QUEUE", Phase::Queued, &["IN_PROGRESS", COMPLETED]),
    StatusWord::documented("IN_PROGRESS", Phase::Running, &["IN_QUEUE", COMPLETED]),
    StatusWord::documented(COMPLETED, Phase::Succeeded, &[]).or(&[
        Phase::Failed,
        Phase::Rejected,
        Phase::Cancelled,
    ]),
]);

/// The word of every end.
pub(crate) const COMPLETED: &str = "COMPLETED";
