//! The queries of Sync Labs' lists.

use percent_encoding::percent_decode_str;

/// The most that a page has.
const MAX_PAGE: usize = 100;

/// A query, decoded.
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub(super) fn of(query: Option<&str>) -> Self {
        let decoded = |text: &str| {
            percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
        };
        let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decoded(name), decoded(value))
                })
                .collect(),
        )
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// A list: with commas as on the pages, repeated as from the Python SDK, or JSON as from the TypeScript SDK.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let values = self.0.iter().filter(|(it, _)| it == name).map(|(_, value)| value);
        values
            .flat_map(|value| match serde_json::from_str::<Vec<String>>(value) {
                Ok(items) => items,
                Err(_) => value.split(',').map(str::to_owned).collect(),
            })
            .collect()
    }

    /// Whether `value` is in the list, or there is no list.
    pub(super) fn allows(&self, name: &str, value: &str) -> bool {
        let list = self.list(name);
        list.is_empty() || list.iter().any(|it| it == value)
    }

    /// `limit`, if it is there, or what is wrong with it.
    pub(super) fn limit(&self) -> Result<Option<usize>, String> {
        let Some(text) = self.get("limit") else { return Ok(None) };
        match text.parse() {
            Ok(limit @ 1..=MAX_PAGE) => Ok(Some(limit)),
            Ok(0) => Err("limit must not be less than 1".to_owned()),
            Ok(_) => Err(format!("limit must not be greater than {MAX_PAGE}")),
            Err(_) => Err("limit must be an integer number".to_owned()),
        }
    }
}
