//! What Prism's lists have in common: the query, the envelope, the pages.

use std::fmt::Write as _;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Call, Error, HttpResponse, Json, ListQuery, Page, Provider as _, get, lenient,
};

use crate::check;
use crate::errors::words;
use crate::provider::Prism;

/// The fewest characters that can be searched for, from the pages of all three lists.
const SHORTEST_SEARCH: usize = 2;

/// One page of a list, as Prism writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: DeserializeOwned"))]
#[non_exhaustive]
pub struct Paged<T> {
    /// The entries. `None` if the answer has no list there.
    #[serde(default, deserialize_with = "entries")]
    pub data: Option<Vec<T>>,
    /// Which page it is.
    #[serde(default, deserialize_with = "lenient::object")]
    pub pagination: Option<Pagination>,
}

impl<T> Paged<T> {
    /// A page with these entries.
    #[must_use]
    pub const fn new(data: Vec<T>, pagination: Pagination) -> Self {
        Self { data: Some(data), pagination: Some(pagination) }
    }
}

/// Which page of a list it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Pagination {
    /// How many entries come before this page.
    #[serde(deserialize_with = "lenient::integer")]
    pub offset: Option<i64>,
    /// How many entries were asked for.
    #[serde(deserialize_with = "lenient::integer")]
    pub limit: Option<i64>,
    /// Whether there are entries after this page.
    #[serde(deserialize_with = "lenient::boolean")]
    pub has_more: Option<bool>,
}

/// One thing, in the envelope that Prism puts it in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Data<T> {
    /// It.
    pub data: T,
}

impl<T> Data<T> {
    /// This in its envelope.
    #[must_use]
    pub const fn new(data: T) -> Self {
        Self { data }
    }
}

/// Something that is listed under an id.
pub(crate) trait Entry: DeserializeOwned + 'static {
    fn id(&self) -> &str;

    /// Keeps what it was read from.
    fn keep(&mut self, raw: Json);
}

/// A text that is needed: empty if it is not there.
pub(crate) fn needed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(lenient::text(deserializer)?.unwrap_or_default())
}

fn entries<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let list: Option<Vec<Json>> = Json::deserialize(deserializer)?.parse().ok();
    Ok(list.map(|list| list.iter().filter_map(|entry| entry.parse().ok()).collect()))
}

/// A call of a list at `path`, of at most `most` entries a page.
pub(crate) fn list<T: Entry>(
    prism: &Prism,
    path: &str,
    search: Option<&str>,
    more: &[(&str, Option<&str>)],
    list: &ListQuery,
    most: u32,
) -> Result<Call<Page<T>>, Error> {
    if search.is_some_and(|q| q.chars().count() < SHORTEST_SEARCH) {
        let problem = format_args!("has fewer than {SHORTEST_SEARCH} characters");
        return Err(check::invalid("q", problem));
    }
    if list.limit.is_some_and(|limit| !(1..=most).contains(&limit)) {
        return Err(check::invalid("limit", format_args!("must be 1 to {most}")));
    }
    let offset: Option<u64> = match &list.cursor {
        None => None,
        Some(cursor) => Some(cursor.parse().map_err(|_| {
            check::invalid("offset", "must be a whole number, as the page before says it")
        })?),
    };
    let mut query = String::new();
    add(&mut query, "q", search);
    for (name, value) in more {
        add(&mut query, name, *value);
    }
    add(&mut query, "limit", list.limit.map(|limit| limit.to_string()).as_deref());
    add(&mut query, "offset", offset.map(|offset| offset.to_string()).as_deref());
    let request = get(prism.base_url(), &format!("{path}{query}"), prism.credentials()?)?;
    let offset = offset.unwrap_or_default();
    Ok(Call::new(request, move |response| read_page(response, offset)))
}

/// Adds a parameter to a query, if there is one.
fn add(query: &mut String, name: &str, value: Option<&str>) {
    let Some(value) = value else { return };
    query.push(if query.is_empty() { '?' } else { '&' });
    query.push_str(name);
    query.push('=');
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            query.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(query, "%{byte:02X}");
        }
    }
}

fn read_page<T: Entry>(response: &HttpResponse, offset: u64) -> Result<Page<T>, Error> {
    let paged: Paged<Json> = Answer::of(response, words)?.parse()?;
    let data = paged.data.ok_or_else(|| invalid_response(response, "has no list `data`"))?;
    let has_more = paged.pagination.and_then(|page| page.has_more).unwrap_or_default();
    // Counted, and not taken from the answer: a page that is shorter than was asked for loses nothing then. An empty
    // one would lead to itself.
    let count = u64::try_from(data.len()).unwrap_or_default();
    let next = (has_more && count > 0).then(|| offset.checked_add(count)).flatten();
    let items = data.iter().filter_map(read_entry).collect();
    Ok(Page::new(items, next.map(|next| next.to_string())))
}

/// The one thing of an answer.
pub(crate) fn read_one<T: Entry>(response: &HttpResponse, what: &str) -> Result<T, Error> {
    let answer: Data<Json> = Answer::of(response, words)?.parse()?;
    read_entry(&answer.data).ok_or_else(|| invalid_response(response, &format!("names no {what}")))
}

/// An entry with an id. Without one nothing can be asked about it.
fn read_entry<T: Entry>(json: &Json) -> Option<T> {
    let read: Result<T, _> = json.parse().or_else(|_| {
        // Derived readers refuse a member that is there twice, and a map does not.
        let members: Map<String, Value> = json.parse()?;
        serde_json::from_value(Value::Object(members))
    });
    let mut entry = read.ok().filter(|entry| !entry.id().is_empty())?;
    entry.keep(json.clone());
    Some(entry)
}
