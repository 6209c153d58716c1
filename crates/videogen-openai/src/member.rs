//! Members of an answer by their path, such as `video.url` or `output.videos[].url`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use videogen_core::timestamp;

/// What is at `path`: one value, or those of each item where the path goes through a list.
pub(crate) fn all<'a>(root: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut at = vec![root];
    for part in path.split('.') {
        let (name, is_list) = match part.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (part, false),
        };
        let members = at.into_iter().filter_map(|value| value.get(name));
        at = if is_list {
            members.filter_map(Value::as_array).flatten().collect()
        } else {
            members.collect()
        };
    }
    at
}

/// The texts at `path` that are not blank.
pub(crate) fn texts<'a>(root: &'a Value, path: &str) -> Vec<&'a str> {
    let texts = all(root, path).into_iter().filter_map(Value::as_str);
    texts.filter(|text| !text.trim().is_empty()).collect()
}

/// The first number at `path`, also one written as text.
pub(crate) fn number(root: &Value, path: &str) -> Option<f64> {
    all(root, path).into_iter().find_map(as_number)
}

/// Whether `path` is `false`, also as text.
pub(crate) fn is_false(root: &Value, path: &str) -> bool {
    all(root, path).into_iter().any(|value| match value {
        Value::Bool(value) => !value,
        Value::String(text) => text == "false",
        _ => false,
    })
}

/// An id: a text, or a number as its digits.
pub(crate) fn id(root: &Value, path: &str) -> Option<String> {
    all(root, path).into_iter().find_map(|value| match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// A time: unix seconds or milliseconds, or RFC 3339.
pub(crate) fn time(root: &Value, path: &str) -> Option<SystemTime> {
    all(root, path).into_iter().find_map(|value| match value {
        Value::String(text) => timestamp::parse(text),
        value => as_number(value).filter(|it| *it > 0.0).and_then(timestamp::from_unix),
    })
}

/// A time that a model of ours has in whole unix seconds. Zero is what services write for none.
pub(crate) fn unix(seconds: Option<i64>) -> Option<SystemTime> {
    let seconds = u64::try_from(seconds?).ok().filter(|it| *it > 0)?;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number| number.is_finite())
}
