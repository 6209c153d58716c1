//! Points in time as providers write them: RFC 3339, unix seconds, unix milliseconds, HTTP dates.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use memchr::memmem;

/// Above this, a unix time counts milliseconds: as seconds it would lie beyond the year 5138.
const FIRST_UNIX_MS: f64 = 1e11;

/// Reads RFC 3339 (`2026-02-26T12:00:00.000Z`), or a unix time written as digits.
///
/// `None` for anything else: the text stays reachable in the provider's own JSON.
#[must_use]
pub fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.into());
    }
    from_unix(text.parse().ok()?)
}

/// Reads a unix time in seconds or milliseconds, told apart by size. `None` if out of range.
#[must_use]
pub fn from_unix(unix: f64) -> Option<SystemTime> {
    let seconds = unix_seconds(unix);
    if !(0.0..1e12).contains(&seconds) {
        return None;
    }
    // Half a microsecond more, and cut: a float of this size is not exact to the nanosecond.
    let since =
        Duration::try_from_secs_f64(seconds).ok()?.checked_add(Duration::from_nanos(500))?;
    let since = Duration::from_micros(u64::try_from(since.as_micros()).ok()?);
    let time = UNIX_EPOCH.checked_add(since)?;
    Timestamp::try_from(time).ok().map(SystemTime::from)
}

/// Reads a unix time in whole seconds. `None` if out of range.
#[must_use]
pub fn from_unix_seconds(seconds: i64) -> Option<SystemTime> {
    Timestamp::from_second(seconds).ok().map(SystemTime::from)
}

/// A unix time in seconds or milliseconds, told apart by size, in seconds.
pub(crate) fn unix_seconds(unix: f64) -> f64 {
    if unix.abs() >= FIRST_UNIX_MS { unix / 1e3 } else { unix }
}

/// Writes RFC 3339 in UTC. `None` if `time` lies outside the years -9999 to 9999.
#[must_use]
pub fn format(time: SystemTime) -> Option<String> {
    Timestamp::try_from(time).ok().map(|timestamp| timestamp.to_string())
}

/// Writes RFC 3339 in UTC, cut to the millisecond.
pub(crate) fn format_ms(time: SystemTime) -> Option<String> {
    let timestamp = Timestamp::try_from(time).ok()?;
    Timestamp::from_millisecond(timestamp.as_millisecond()).ok().map(|cut| cut.to_string())
}

/// Reads an HTTP date in any of its three forms (RFC 9110, section 5.6.7).
#[must_use]
pub fn parse_http_date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text.trim()).ok()
}

/// When a presigned URL stops working, if its query says so.
///
/// Reads the pairs `X-Amz-Date` and `X-Amz-Expires` of AWS signature version 4, and the same pairs
/// of Google Cloud Storage (`X-Goog-…`) and Volcengine TOS (`X-Tos-…`).
///
/// ```
/// use videogen_core::timestamp;
/// let url = "https://b.example/v.mp4?X-Amz-Date=20260226T120230Z&X-Amz-Expires=3600&X-Amz-Signature=…";
/// assert_eq!(timestamp::presigned_expiry(url), timestamp::parse("2026-02-26T13:02:30Z"));
/// ```
#[must_use]
pub fn presigned_expiry(url: &str) -> Option<SystemTime> {
    let (_, query) = url.split_once('?')?;
    // Most URLs say nothing of it.
    memmem::find(query.as_bytes(), b"xpires=")?;
    let parameter = |vendor: &str, name: &str| {
        query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            let key =
                key.get(..2).filter(|x| x.eq_ignore_ascii_case("X-")).and_then(|_| key.get(2..))?;
            let (key_vendor, key_name) = key.split_once('-')?;
            (key_vendor.eq_ignore_ascii_case(vendor) && key_name.eq_ignore_ascii_case(name))
                .then_some(value)
        })
    };
    let dated = ["Amz", "Goog", "Tos"].into_iter().find_map(|vendor| {
        let signed: SystemTime =
            parameter(vendor, "Date")?.parse::<Timestamp>().ok().map(SystemTime::from)?;
        let seconds: u32 = parameter(vendor, "Expires")?.parse().ok()?;
        signed.checked_add(Duration::from_secs(seconds.into()))
    });
    dated.or_else(|| {
        let expires = query.split('&').find_map(|pair| pair.strip_prefix("Expires="))?;
        from_unix(expires.parse::<u32>().ok()?.into())
    })
}
