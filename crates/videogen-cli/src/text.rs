//! Durations and times as people write and read them.

use std::error::Error as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::fetch::File;
use jiff::SignedDuration;
use videogen_core::{Cost, Error, ErrorKind, Generation, WebhookSecret, timestamp};

/// `90s`, `15m`, `1h 30m`, `1.5h`.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    let duration: SignedDuration = text.trim().parse().map_err(|_| {
        "a time needs a number and a unit, such as 500ms, 90s, 15m or 1h 30m".to_owned()
    })?;
    Duration::try_from(duration).map_err(|_| "a time cannot be negative".to_owned())
}

/// `video=me.mp4`.
pub(crate) fn parse_file(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => {
            Ok((name.to_owned(), PathBuf::from(path)))
        }
        _ => Err("a file needs the form's name for it, as in video=me.mp4".to_owned()),
    }
}

/// A secret that signs webhooks.
pub(crate) fn parse_secret(text: &str) -> Result<WebhookSecret, String> {
    WebhookSecret::new(text).map_err(|error| error.to_string())
}

/// `500MB`, `2GiB`, `1000000`.
pub(crate) fn parse_bytes(text: &str) -> Result<u64, String> {
    let wrong = || "a size needs a number of bytes, or a unit, such as 500MB or 2GiB".to_owned();
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err(wrong()),
    };
    number.checked_mul(unit).ok_or_else(wrong)
}

/// `512 B`, `3.4 KiB`, `293 KiB`, `1.2 GiB`.
pub(crate) fn bytes(bytes: u64) -> String {
    let (mut unit, mut whole, mut tenths) = ("B", bytes, None);
    for larger in ["KiB", "MiB", "GiB", "TiB"] {
        if whole < 1024 {
            break;
        }
        tenths = Some(whole % 1024 * 10 / 1024);
        whole /= 1024;
        unit = larger;
    }
    match tenths {
        Some(tenths) if whole < 10 => format!("{whole}.{tenths} {unit}"),
        _ => format!("{whole} {unit}"),
    }
}

/// `0.4 s`, `12 s`, `1 min 30 s`, `2 h 5 min`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..=9 => {
            let tenths = duration.as_millis() / 100;
            if tenths.is_multiple_of(10) {
                format!("{} s", tenths / 10)
            } else {
                format!("{}.{} s", tenths / 10, tenths % 10)
            }
        }
        10..=59 => format!("{seconds} s"),
        60..=3599 if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        60..=3599 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ if seconds % 3600 < 60 => format!("{} h", seconds / 3600),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// `1 poll`, `2 polls`.
pub(crate) fn count(number: u32, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// What there is to say of a file: `293 KiB in 0.4 s, whole`.
pub(crate) fn file(file: &File) -> String {
    let mut text = bytes(file.bytes);
    match file.took {
        Some(took) => text.push_str(&format!(" in {}", duration(took))),
        None => text.push_str(", downloaded before"),
    }
    if file.resumed > 0 {
        text.push_str(", resumed");
    }
    if file.is_whole == Some(true) {
        text.push_str(", whole");
    }
    text
}

/// A word as a shell takes it.
pub(crate) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,@:".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// What something costs: `12 credits`, `0.35 US dollars`.
pub(crate) fn cost(cost: &Cost) -> Option<String> {
    let credits = cost.credits.map(|credits| format!("{credits} credits"));
    let usd = cost.usd.map(|usd| format!("{usd} US dollars"));
    let told: Vec<_> = credits.into_iter().chain(usd).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// A point in time in UTC, to the second.
pub(crate) fn time(at: SystemTime) -> String {
    let text = timestamp::format(at).unwrap_or_default();
    match text.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => text,
    }
}

/// A point in time in UTC, to the minute.
pub(crate) fn short_time(at: SystemTime) -> String {
    let text = timestamp::format(at).unwrap_or_default();
    text.get(..16).unwrap_or_default().replace('T', " ")
}

/// How far a generation has come: `40 %`, or its place in the queue: `#3`.
pub(crate) fn progress(generation: &Generation) -> Option<String> {
    let place = || Some(format!("#{}", generation.queue_position?.saturating_add(1)));
    generation.progress.map(|progress| progress.to_string()).or_else(place)
}

/// Why a poll was missed, in a few words.
pub(crate) fn missed(error: &Error) -> String {
    match (error.kind(), error.http_status()) {
        (ErrorKind::InvalidResponse, Some(status)) => {
            format!("HTTP {status} with an answer that makes no sense")
        }
        (_, Some(status)) => match error.provider_code() {
            Some(code) => format!("HTTP {status}, {code}"),
            None => format!("HTTP {status}"),
        },
        (ErrorKind::NotDelivered, None) => "no connection".to_owned(),
        (ErrorKind::Interrupted, None) => "no whole answer".to_owned(),
        (_, None) => error.to_string(),
    }
}

/// Whether a wait goes on after a poll with this error. Anything else ends it, and is told then.
pub(crate) fn goes_on(error: &Error) -> bool {
    error.is_transient() || error.kind() == ErrorKind::NotFound
}

/// An error and what caused it, each on a line.
pub(crate) fn causes(error: &Error) -> Vec<String> {
    let mut causes = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    causes
}
