//! The wall clock of the emulated providers, and the ways in which they write times.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use videogen_core::Moment;

/// The last day that every written form has: 9999-12-31.
const LAST: Duration = Duration::from_secs(253_402_214_400);

/// The wall clock: it showed the start of the emulator at the driver's origin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wall {
    started: Duration,
}

impl Wall {
    pub(crate) fn new(started: SystemTime) -> Self {
        Self { started: started.duration_since(UNIX_EPOCH).unwrap_or_default() }
    }

    pub(crate) fn at(self, moment: Moment) -> Time {
        Time(self.started.saturating_add(moment.since_origin()).min(LAST))
    }
}

/// A time on the wall clock of the emulated providers, and how they write it. No later than the year 9999.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use videogen_emulator::Time;
/// let noon = Time::from(UNIX_EPOCH + Duration::from_secs(1_772_107_200));
/// assert_eq!(noon.iso(), "2026-02-26T12:00:00.000Z");
/// assert_eq!(noon.http(), "Thu, 26 Feb 2026 12:00:00 GMT");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(Duration);

impl From<SystemTime> for Time {
    fn from(time: SystemTime) -> Self {
        Self::from_unix(time.duration_since(UNIX_EPOCH).unwrap_or_default())
    }
}

impl From<Time> for SystemTime {
    fn from(time: Time) -> Self {
        UNIX_EPOCH + time.0
    }
}

impl Time {
    /// So long after 1970.
    #[must_use]
    pub fn from_unix(since: Duration) -> Self {
        Self(since.min(LAST))
    }

    /// Whole milliseconds since 1970.
    #[must_use]
    pub fn unix_milliseconds(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }

    /// Whole seconds since 1970.
    #[must_use]
    pub const fn unix_seconds(self) -> u64 {
        self.0.as_secs()
    }

    /// The time that lies `later` after this one.
    #[must_use]
    pub fn plus(self, later: Duration) -> Self {
        Self(self.0.saturating_add(later).min(LAST))
    }

    /// The time that lies `earlier` before this one, no earlier than 1970.
    #[must_use]
    pub const fn minus(self, earlier: Duration) -> Self {
        Self(self.0.saturating_sub(earlier))
    }

    /// ISO 8601 with milliseconds: `2026-02-26T12:00:00.000Z`.
    #[must_use]
    pub fn iso(self) -> String {
        format!("{:.3}", self.timestamp())
    }

    /// As presigned URLs of AWS write it: `20260226T120000Z`.
    #[must_use]
    pub fn compact(self) -> String {
        self.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// As HTTP writes it: `Thu, 26 Feb 2026 12:00:00 GMT`.
    #[must_use]
    pub fn http(self) -> String {
        httpdate::fmt_http_date(UNIX_EPOCH + self.0)
    }

    fn timestamp(self) -> Timestamp {
        let milliseconds = i64::try_from(self.0.as_millis()).unwrap_or_default();
        Timestamp::from_millisecond(milliseconds).unwrap_or_default()
    }
}
