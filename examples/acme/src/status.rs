use videogen_core::{Phase, StatusTable, StatusWord};

/// Every status word of Acme's page, what it means, and what may follow it.
pub(crate) static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::documented("queued", Phase::Queued, &["rendering", "failed"]),
    StatusWord::documented("rendering", Phase::Running, &["ready", "failed"]),
    StatusWord::documented("ready", Phase::Succeeded, &[]),
    // Rejected if the code is that of Acme's policy.
    StatusWord::documented("failed", Phase::Failed, &[]).or(&[Phase::Rejected]),
]);
