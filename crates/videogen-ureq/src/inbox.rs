//! Webhooks that a wait is to hear.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use tracing::warn;
use videogen_core::Handle;
use videogen_core::webhook::Notice;

use crate::cancel::CancelToken;

/// How soon the thread that listens notices that nobody wants to hear of it any more.
const PATIENCE: Duration = Duration::from_secs(1);

/// The webhooks about one generation that were not heard yet, each once.
///
/// A channel of `std` cannot be waited for together with an answer and a cancellation. So a thread takes what comes, and
/// wakes the wait by its token. It ends with the channel, or soon after the wait.
#[derive(Debug)]
pub(crate) struct Inbox(Arc<Mutex<VecDeque<Notice>>>);

impl Inbox {
    /// Listens to `webhooks` for what is about `handle`, and wakes who waits with `token`.
    pub(crate) fn open(webhooks: Receiver<Notice>, handle: Handle, token: CancelToken) -> Self {
        let queue = Arc::new(Mutex::new(VecDeque::new()));
        let inbox = Arc::downgrade(&queue);
        let listener = thread::Builder::new()
            .name("videogen-webhooks".to_owned())
            .spawn(move || listen(&webhooks, &handle, &inbox, &token));
        if let Err(error) = listener {
            // It is a wait without webhooks then.
            warn!(%error, "no thread is to be had to listen for webhooks");
        }
        Self(queue)
    }

    /// The next one.
    pub(crate) fn take(&self) -> Option<Notice> {
        lock(&self.0).pop_front()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.0).is_empty()
    }
}

fn listen(
    webhooks: &Receiver<Notice>,
    handle: &Handle,
    inbox: &Weak<Mutex<VecDeque<Notice>>>,
    token: &CancelToken,
) {
    loop {
        let notice = webhooks.recv_timeout(PATIENCE);
        let Some(queue) = inbox.upgrade() else { return };
        match notice {
            Ok(notice) if notice.is_about(handle) => {
                if put(&queue, notice) {
                    token.wake();
                }
            }
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Keeps it if it says something that those before do not, so that no flood fills the memory.
fn put(queue: &Mutex<VecDeque<Notice>>, notice: Notice) -> bool {
    let mut queue = lock(queue);
    let is_known = queue.contains(&notice);
    if !is_known {
        queue.push_back(notice);
    }
    !is_known
}

fn lock(queue: &Mutex<VecDeque<Notice>>) -> MutexGuard<'_, VecDeque<Notice>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}
