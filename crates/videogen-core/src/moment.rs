//! Time as an argument.

use std::time::Duration;

/// A point in time, as the time since an origin that the driver chooses once (its own start, say).
///
/// The machines of this crate never read a clock: a driver tells them what time it is. Two moments
/// are comparable only when they were counted from the same origin by a clock that does not go back.
///
/// ```
/// use std::time::Duration;
/// use videogen_core::Moment;
///
/// let begun = Moment::ORIGIN;
/// let later = begun + Duration::from_secs(5);
/// assert_eq!(later.since(begun), Duration::from_secs(5));
/// assert_eq!(begun.since(later), Duration::ZERO); // saturates
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(Duration);

impl Moment {
    /// The driver's origin.
    pub const ORIGIN: Self = Self(Duration::ZERO);

    /// The moment that lies `since_origin` after the driver's origin.
    #[must_use]
    pub const fn new(since_origin: Duration) -> Self {
        Self(since_origin)
    }

    /// The time from the driver's origin to this moment.
    #[must_use]
    pub const fn since_origin(self) -> Duration {
        self.0
    }

    /// The time from `earlier` to this moment, zero if `earlier` is in fact later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// This moment moved back by `duration`, at the earliest the origin.
    #[must_use]
    pub const fn saturating_sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(duration))
    }
}

impl std::ops::Add<Duration> for Moment {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}
