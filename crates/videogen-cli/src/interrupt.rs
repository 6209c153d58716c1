//! Somebody presses Ctrl-C, or ends the process kindly.

use std::future::pending;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::watch;

/// How often somebody did.
static ASKED: OnceLock<watch::Receiver<u32>> = OnceLock::new();

/// How often somebody here took notice.
static HEARD: AtomicU32 = AtomicU32::new(0);

/// Resolves when somebody does, once for each time: also for one that nobody here was waiting for when it came.
pub(crate) async fn interruption() {
    let asked = ASKED.get_or_init(|| {
        let (count, asked) = watch::channel(0);
        tokio::spawn(listen(count));
        asked
    });
    let unheard = |asked: &u32| *asked > HEARD.load(Ordering::Relaxed);
    if asked.clone().wait_for(unheard).await.is_err() {
        // Nobody listens: there are no signals to be had.
        pending::<()>().await;
    }
    HEARD.fetch_add(1, Ordering::Relaxed);
}

#[cfg(unix)]
async fn listen(count: watch::Sender<u32>) {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    let (Ok(mut interrupted), Ok(mut terminated)) = signals else { return };
    loop {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        count.send_modify(|count| *count = count.saturating_add(1));
    }
}

#[cfg(not(unix))]
async fn listen(count: watch::Sender<u32>) {
    while tokio::signal::ctrl_c().await.is_ok() {
        count.send_modify(|count| *count = count.saturating_add(1));
    }
}
