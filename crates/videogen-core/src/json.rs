//! JSON that is kept as it came.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// A JSON value kept letter for letter, for the open parts of a provider's answer.
///
/// Costs one copy to keep; parsed only when somebody asks. `Debug` shows only its length, since
/// it may hold presigned URLs.
///
/// ```
/// use videogen_core::Json;
/// let json: Json = serde_json::from_str(r#"{"seed": 7}"#).unwrap();
/// assert_eq!(json.get(), r#"{"seed": 7}"#);
/// assert_eq!(json.parse::<serde_json::Value>().unwrap()["seed"], 7);
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json(Box<RawValue>);

impl Json {
    /// The JSON text.
    #[must_use]
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// The value as a type of your own, or as `serde_json::Value`.
    ///
    /// # Errors
    ///
    /// When the value is not of the form of `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.get())
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        // A `Value` has string keys only, so that writing it cannot fail.
        Self(RawValue::from_string(value.to_string()).unwrap_or_default())
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({} bytes)", self.get().len())
    }
}

/// For `#[serde(deserialize_with)]`: any JSON, `null` as `None`.
///
/// # Errors
///
/// When the input is not JSON.
pub fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    let json = Json::deserialize(deserializer)?;
    Ok((json.get() != "null").then_some(json))
}
