//! JSON as text.

use serde::Serialize;

/// `value` as JSON.
pub(crate) fn text(value: &impl Serialize) -> String {
    // The values are structs with string keys, so that writing them to memory cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}
