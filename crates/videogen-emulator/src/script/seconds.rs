//! Durations as seconds.

use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

use super::ScriptError;

/// The longest time that a script may name, in seconds: thirty days.
pub const MAX_SECONDS: f64 = 30.0 * 24.0 * 60.0 * 60.0;

/// The time of so many seconds, or what is wrong with the number.
pub(crate) fn duration(seconds: f64) -> Result<Duration, String> {
    if !(0.0..=MAX_SECONDS).contains(&seconds) {
        return Err(format!("{seconds:?} is not a number of seconds from 0 to {MAX_SECONDS}"));
    }
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

pub(crate) fn check(member: &str, duration: Duration) -> Result<(), ScriptError> {
    self::duration(duration.as_secs_f64())
        .map(drop)
        .map_err(|problem| ScriptError::new(member, problem))
}

/// Seconds as people write them: whole ones without a point.
pub(crate) fn text(duration: Duration) -> String {
    duration.as_secs_f64().to_string()
}

pub(super) fn serialize<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    duration(f64::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Seconds that may be missing.
pub(crate) mod optional {
    use std::time::Duration;

    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(crate) fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        duration.map(|duration| duration.as_secs_f64()).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        let seconds = Option::<f64>::deserialize(deserializer)?;
        seconds.map(super::duration).transpose().map_err(D::Error::custom)
    }
}
