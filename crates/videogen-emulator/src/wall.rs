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

/// A time on the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(Duration);

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
    pub(crate) fn from_unix(since: Duration) -> Self {
        Self(since.min(LAST))
    }

    /// Whole milliseconds since 1970.
    pub(crate) fn unix_milliseconds(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }

    /// Whole seconds since 1970.
    pub(crate) const fn unix_seconds(self) -> u64 {
        self.0.as_secs()
    }

    /// The time that lies `later` after this one.
    pub(crate) fn plus(self, later: Duration) -> Self {
        Self(self.0.saturating_add(later).min(LAST))
    }

    /// ISO 8601 with milliseconds, as Prism and Sync Labs write it: `2026-02-26T12:00:00.000Z`.
    pub(crate) fn iso(self) -> String {
        format!("{:.3}", self.timestamp())
    }

    /// As presigned URLs of AWS write it: `20260226T120000Z`.
    pub(crate) fn compact(self) -> String {
        self.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// As HTTP writes it: `Thu, 26 Feb 2026 12:00:00 GMT`.
    pub(crate) fn http(self) -> String {
        httpdate::fmt_http_date(UNIX_EPOCH + self.0)
    }

    fn timestamp(self) -> Timestamp {
        let milliseconds = i64::try_from(self.0.as_millis()).unwrap_or_default();
        Timestamp::from_millisecond(milliseconds).unwrap_or_default()
    }
}
