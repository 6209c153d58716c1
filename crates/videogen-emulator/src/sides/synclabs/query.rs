//! The query of Sync Labs' status request.

use std::time::Duration;

use percent_encoding::percent_decode_str;
use videogen_synclabs::MAX_HOLD;

use crate::side::Asked;

/// How long a long-poll is held when it does not say.
const DEFAULT_HOLD: Duration = Duration::from_secs(30);

/// Reads a query, or says what is wrong with it. Parameters that are not known are ignored.
pub(super) fn parse(query: &str) -> Result<Asked, &'static str> {
    let (mut wait, mut timeout, mut progress) = (false, None, false);
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = percent_decode_str(value).decode_utf8_lossy();
        match name {
            "wait" => {
                wait = match &*value {
                    "true" => true,
                    "false" => false,
                    _ => return Err("wait must be a boolean value"),
                }
            }
            "timeout" => timeout = Some(hold(&value)?),
            "include" => progress |= value.split(',').any(|part| part == "progress"),
            _ => {}
        }
    }
    if wait && progress {
        return Err("wait cannot be combined with include=progress");
    }
    let mut asked = Asked::plainly();
    asked.hold = wait.then(|| timeout.unwrap_or(DEFAULT_HOLD));
    asked.progress = progress;
    Ok(asked)
}

fn hold(seconds: &str) -> Result<Duration, &'static str> {
    let seconds: f64 = seconds
        .parse()
        .map_err(|_| "timeout must be a number conforming to the specified constraints")?;
    if seconds.is_nan() || seconds <= 0.0 {
        return Err("timeout must be greater than 0");
    }
    if seconds > MAX_HOLD.as_secs_f64() {
        return Err("timeout must not be greater than 55");
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| "timeout must be a number")
}
