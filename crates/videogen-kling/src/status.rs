//! Kling's status words, from the pages of its tasks, such as "Text to Video"
//! (<https://kling.ai/document-api/api/video/3-0-turbo/text-to-video>) and "Avatar"
//! (<https://kling.ai/document-api/api/video/avatar>).

use videogen_core::{Phase, StatusTable, StatusWord};

/// Kling's status words. `succeed` is that of the older API, `succeeded` that of the newer one; the others are the same in both.
///
/// A `failed` that the platform's content control brought about has no word or code of its own: only the message says it.
pub static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::documented("submitted", Phase::Queued, &["processing", "failed"]),
    StatusWord::documented("processing", Phase::Running, &["succeed", "succeeded", "failed"]),
    StatusWord::documented("succeed", Phase::Succeeded, &[]),
    StatusWord::documented("succeeded", Phase::Succeeded, &[]),
    StatusWord::documented("failed", Phase::Failed, &[]),
]);
