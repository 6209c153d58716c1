//! Readers for wire models that forgive what providers get wrong: a member that is missing, `null`, empty, or a number
//! where text was promised and the other way round.
//!
//! Use with `#[serde(default, deserialize_with = "lenient::text")]`. None of them fails on valid JSON:
//! a value that makes no sense for the field reads as `None`, and stays reachable through
//! [`Generation::other_fields`](crate::Generation::other_fields).

use std::fmt;
use std::time::UNIX_EPOCH;

use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor, value};
use serde::{Deserialize, Deserializer, Serialize as _, Serializer};

use crate::json::Json;
use crate::timestamp;

/// Text. Empty or blank is `None`; a number or a boolean is its digits; a list of texts is
/// joined by `; `; any other list or object is its JSON, or `None` if it is empty.
///
/// # Errors
///
/// When the input is not JSON.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Text { only_strings: false })
}

/// Text, and nothing else: for URLs. Empty or blank is `None`, and so is anything that is not text.
///
/// # Errors
///
/// When the input is not JSON.
pub fn string<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Text { only_strings: true })
}

/// A number, also one written as text. `None` for anything else, infinity and NaN.
///
/// # Errors
///
/// When the input is not JSON.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    deserializer.deserialize_any(Number { or_time: false })
}

/// A whole number, also one written as text or with a fraction of zero. `None` for anything else.
///
/// # Errors
///
/// When the input is not JSON.
pub fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
    Ok(number(deserializer)?.filter(|n| n.fract() == 0.0 && n.abs() < 9.0e15).map(|n| n as i64))
}

/// A boolean, also one written as text (`"true"`) or as 0 or 1. `None` for anything else.
///
/// # Errors
///
/// When the input is not JSON.
pub fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match text(deserializer)?.as_deref() {
        Some("true" | "1") => Some(true),
        Some("false" | "0") => Some(false),
        _ => None,
    })
}

/// Writes a number as providers do: without a fraction if it has none.
///
/// # Errors
///
/// Those of the serializer.
pub fn write_number<S: Serializer>(number: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match number {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
        Some(whole) if whole.fract() == 0.0 && whole.abs() < 9.0e15 => {
            serializer.serialize_some(&(*whole as i64))
        }
        number => number.serialize(serializer),
    }
}

/// A point in time in whole unix seconds, also one written with a fraction, in unix milliseconds, as digits or in
/// RFC 3339.
///
/// # Errors
///
/// When the input is not JSON.
pub fn unix_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let number = deserializer.deserialize_any(Number { or_time: true })?;
    #[expect(clippy::cast_possible_truncation, reason = "checked to be in range")]
    Ok(number.map(timestamp::unix_seconds).filter(|n| n.abs() < 9.0e15).map(|n| n.floor() as i64))
}

/// An object as a `T`; anything else is `None`.
///
/// # Errors
///
/// When the input is not JSON.
pub fn object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let json = Json::deserialize(deserializer)?;
    Ok(if json.get().starts_with('{') { json.parse().ok() } else { None })
}

/// A list of objects, without the members that are no `T`; anything else is empty.
///
/// # Errors
///
/// When the input is not JSON.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let items: Vec<Json> = Json::deserialize(deserializer)?.parse().unwrap_or_default();
    Ok(items.iter().filter_map(|item| item.parse().ok()).collect())
}

/// An object as a `T`; anything else that [`text`] can read as what `of_text` makes of it.
///
/// # Errors
///
/// When the input is not JSON.
pub fn object_or_text<'de, D, T>(
    deserializer: D,
    of_text: impl FnOnce(String) -> T,
) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let json = Json::deserialize(deserializer)?;
    if json.get().starts_with('{')
        && let Ok(object) = json.parse()
    {
        return Ok(Some(object));
    }
    Ok(json.parse::<LenientText>().ok().and_then(|text| text.0).map(of_text))
}

/// Any JSON value as [`text`] reads it.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct LenientText(#[serde(deserialize_with = "text")] pub(crate) Option<String>);

struct Text {
    only_strings: bool,
}

impl Text {
    fn unless_only_strings(&self, text: String) -> Option<String> {
        (!self.only_strings).then_some(text)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok((!text.trim_ascii().is_empty()).then(|| text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok((!text.trim_ascii().is_empty()).then_some(text))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(self.unless_only_strings(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(self.unless_only_strings(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(self.unless_only_strings(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(self.unless_only_strings(value.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        let list = serde_json::Value::deserialize(value::SeqAccessDeserializer::new(seq))?;
        let texts: Option<Vec<&str>> =
            list.as_array().and_then(|items| items.iter().map(serde_json::Value::as_str).collect());
        let joined = texts.map_or_else(|| list.to_string(), |texts| texts.join("; "));
        Ok(self.unless_only_strings(joined).filter(|joined| !joined.is_empty()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let object = serde_json::Value::deserialize(value::MapAccessDeserializer::new(map))?;
        let is_empty = object.as_object().is_some_and(serde_json::Map::is_empty);
        Ok(self.unless_only_strings(object.to_string()).filter(|_| !is_empty))
    }
}

struct Number {
    or_time: bool,
}

impl<'de> Visitor<'de> for Number {
    type Value = Option<f64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        let number = text.trim().parse().ok().filter(|n: &f64| n.is_finite());
        Ok(number.or_else(|| {
            let time = self.or_time.then(|| timestamp::parse(text)).flatten()?;
            Some(time.duration_since(UNIX_EPOCH).ok()?.as_secs_f64())
        }))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    #[expect(clippy::cast_precision_loss, reason = "a count beyond 2^53 is none of a video's")]
    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "a count beyond 2^53 is none of a video's")]
    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(value).filter(|n| n.is_finite()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        // A number too, where some crate in the tree turned on serde_json's `arbitrary_precision`.
        let value = serde_json::Value::deserialize(value::MapAccessDeserializer::new(map))?;
        Ok(value.as_f64().filter(|n| n.is_finite()))
    }
}
