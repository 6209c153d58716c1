//! The status words. Google has none: an operation has a flag `done`, and then an `error` or a `response`
//! (`google.longrunning.Operation`, <https://google.aip.dev/151>).

use videogen_core::{Phase, StatusTable, StatusWord};

/// An operation that is not done.
pub(crate) const RUNNING: &str = "running";
/// Done, with an error other than the next two.
pub(crate) const FAILED: &str = "failed";
/// Done, and safety filters left nothing of it.
pub(crate) const REJECTED: &str = "rejected";
/// Done, with the code of an operation that was cancelled.
pub(crate) const CANCELLED: &str = "cancelled";
/// Done, with a response.
pub(crate) const SUCCEEDED: &str = "succeeded";

/// The words that videogen makes of an operation. That it is queued is not told.
pub static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::made(RUNNING, Phase::Running, &[SUCCEEDED, FAILED, REJECTED, CANCELLED]),
    StatusWord::made(SUCCEEDED, Phase::Succeeded, &[]),
    StatusWord::made(FAILED, Phase::Failed, &[]),
    StatusWord::made(REJECTED, Phase::Rejected, &[]),
    StatusWord::made(CANCELLED, Phase::Cancelled, &[]),
]);
