//! Prism's status words, from the page "Get generation" (<https://docs.prismvideos.com>).

use videogen_core::{Phase, StatusTable, StatusWord};

/// Prism's status words. There is no queue state: what is accepted is `generating`.
pub static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::documented("generating", Phase::Running, &["completed", "failed"]),
    StatusWord::documented("completed", Phase::Succeeded, &[]),
    StatusWord::documented("failed", Phase::Failed, &[]),
]);
