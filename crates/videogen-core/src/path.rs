//! Ids as one segment of a URL's path.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The longest id that is sent, in bytes. Providers' ids have 10 to 40; servers refuse paths of some thousands.
pub const MAX_ID_BYTES: usize = 512;

const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `id` percent-encoded as exactly one path segment.
///
/// # Errors
///
/// What is wrong with the id, in words that fit after "the id …":
/// it is empty, longer than [`MAX_ID_BYTES`], holds a control character, or has a part `.` or `..`
/// that would name another path at a server that decodes `%2F` early.
///
/// ```
/// use videogen_core::path;
/// assert_eq!(path::encode_segment("a b/c").unwrap(), "a%20b%2Fc");
/// assert!(path::encode_segment("../../x?y#z").is_err());
/// ```
pub fn encode_segment(id: &str) -> Result<String, String> {
    if id.trim().is_empty() {
        return Err("is empty".to_owned());
    }
    if id.len() > MAX_ID_BYTES {
        return Err(format!("has {} bytes, more than {MAX_ID_BYTES}", id.len()));
    }
    if id.chars().any(char::is_control) {
        return Err("has a control character in it".to_owned());
    }
    if id.split(['/', '\\']).any(|part| part == "." || part == "..") {
        return Err("has a part `.` or `..`, which would name another path".to_owned());
    }
    Ok(utf8_percent_encode(id, KEPT).to_string())
}
