//! Looking for what must not be seen.

use std::error::Error;

/// An error and all its causes, as a person and as a log would see them.
#[must_use]
pub fn error_chain(error: &dyn Error) -> String {
    let mut shown = format!("{error}\n{error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        shown.push_str(&format!("\n{cause}\n{cause:?}"));
        source = cause.source();
    }
    shown
}

/// How much of a key is as bad as the whole.
const PIECE: usize = 12;

/// Which secrets `shown` shows: the key or a large piece of it, or the value of a query parameter of a URL in `body`
/// that is long enough to be one.
#[must_use]
pub fn leaks(shown: &str, key: &str, body: &str) -> Vec<String> {
    let mut secrets: Vec<String> = key
        .as_bytes()
        .windows(PIECE.min(key.len().max(1)))
        .map(|piece| String::from_utf8_lossy(piece).into_owned())
        .collect();
    for (at, _) in body.match_indices("://") {
        let url = body.get(at..).unwrap_or_default();
        let end = url.find(['"', ' ', '<', '\\', '\'']).unwrap_or(url.len());
        let url = url.get(..end).unwrap_or_default();
        if let Some((_, query)) = url.split_once('?') {
            let values = query.split('&').filter_map(|pair| pair.split_once('='));
            secrets.extend(values.map(|(_, value)| value.to_owned()).filter(|value| {
                value.len() >= 6 && !value.bytes().all(|byte| byte.is_ascii_digit())
            }));
        }
    }
    secrets.retain(|secret| shown.contains(secret.as_str()));
    secrets
}
