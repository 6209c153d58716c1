//! A clock that goes only when it is told to.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use videogen_core::Moment;

/// What time it is in tests where a request is signed with the time: 2026-03-01, noon in UTC.
#[must_use]
pub fn test_now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_772_366_400)
}

/// A clock that goes only when it is told to. Clones are the same clock.
///
/// ```
/// use std::time::Duration;
/// use videogen_testkit::VirtualClock;
/// let clock = VirtualClock::new();
/// let begun = clock.now();
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(clock.now().since(begun), Duration::from_secs(3600));
/// ```
#[derive(Clone, Debug, Default)]
pub struct VirtualClock(Arc<Mutex<Moment>>);

impl VirtualClock {
    /// A clock at the origin.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Moment {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets time pass.
    pub fn advance(&self, duration: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = *now + duration;
    }

    /// Lets time pass until `moment`; does nothing if that is past.
    pub fn advance_to(&self, moment: Moment) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = (*now).max(moment);
    }
}
