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

/// Which secrets `shown` shows: the key or the first large piece of it, and the values of query parameters of URLs
/// in `body` that are long enough to be secrets.
#[must_use]
pub fn leaks(shown: &str, key: &str, body: &str) -> Vec<String> {
    let pieces = key.as_bytes().windows(PIECE.min(key.len().max(1)));
    let mut leaked: Vec<String> = pieces
        .map(|piece| String::from_utf8_lossy(piece).into_owned())
        .find(|piece| shown.contains(piece.as_str()))
        .into_iter()
        .collect();
    // Wherever they stand: not every URL is written with `://`.
    for (at, _) in body.match_indices(['?', '&']) {
        let pair = body.get(at + 1..).unwrap_or_default();
        let end = pair.find(['"', ' ', '<', '\\', '\'', '&', '?']).unwrap_or(pair.len());
        if let Some((name, value)) = pair.get(..end).unwrap_or_default().split_once('=') {
            let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
            let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
            if is_name && value.len() >= 6 && !is_number && shown.contains(value) {
                leaked.push(value.to_owned());
            }
        }
    }
    leaked
}
