//! Reading answers that are no generation.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{Error, HttpResponse, Json, OutputUrl, lenient};

use crate::errors::words;

/// Any 2xx, whatever is in it.
pub(crate) fn success(response: &HttpResponse) -> Result<(), Error> {
    if response.status().is_success() {
        return Ok(());
    }
    Answer::of(response, words).map(drop)
}

/// A 2xx with a JSON object.
pub(crate) fn object<T: DeserializeOwned>(response: &HttpResponse) -> Result<T, Error> {
    Answer::of(response, words)?.parse()
}

/// A 2xx with text.
pub(crate) fn text(response: &HttpResponse) -> Result<&str, Error> {
    success(response)?;
    let text = std::str::from_utf8(response.body())
        .map_err(|error| invalid_response(response, "is not UTF-8").with_source(error))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text).trim())
}

/// The members of a 2xx with a JSON array, each as it came.
pub(crate) fn array(response: &HttpResponse) -> Result<Vec<Json>, Error> {
    let text = text(response)?;
    if text.is_empty() {
        return Err(invalid_response(response, "is empty"));
    }
    serde_json::from_str(text).map_err(|error| {
        let what = match text.as_bytes().first() {
            Some(b'[') if error.is_eof() => "is JSON that breaks off",
            Some(b'[') => "is not the promised JSON",
            _ => "is not a JSON array",
        };
        invalid_response(response, what).with_source(error)
    })
}

/// Those of the array's members that `read` can read. One that it cannot read does not hide the others, but if there are only such, it
/// is not the answer that was promised.
pub(crate) fn items<T>(
    response: &HttpResponse,
    read: impl Fn(&Json) -> Option<T>,
) -> Result<Vec<T>, Error> {
    let all = array(response)?;
    let items: Vec<T> = all.iter().filter_map(read).collect();
    if items.is_empty() && !all.is_empty() {
        return Err(invalid_response(response, "has no member of the promised form"));
    }
    Ok(items)
}

/// The one URL in a 2xx of plain text. The page says that it is not in quotes.
pub(crate) fn url(response: &HttpResponse) -> Result<&str, Error> {
    let text = text(response)?;
    let bare = text.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(text);
    let is_url = bare.starts_with("https://") || bare.starts_with("http://");
    if !is_url || bare.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(invalid_response(response, "is not a URL"));
    }
    Ok(bare)
}

/// For `deserialize_with`: a URL, or nothing.
pub(crate) fn output_url<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<OutputUrl>, D::Error> {
    Ok(lenient::string(deserializer)?.map(OutputUrl::new))
}

/// For `deserialize_with`: an id, or an empty text.
pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(lenient::text(deserializer)?.unwrap_or_default())
}

/// For `deserialize_with`: a count.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(lenient::integer(deserializer)?.and_then(|n| u64::try_from(n).ok()))
}

/// For `deserialize_with`: an object as a `T`, or the empty one.
pub(crate) fn object_or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    let json = Json::deserialize(deserializer)?;
    Ok(json.parse().unwrap_or_default())
}
