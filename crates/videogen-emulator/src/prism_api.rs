//! What Prism has beside submitting and asking for a status.
//!
//! Paths, members and limits are those of its pages. Inferred are the texts of the 400s, that a limit out of range is
//! refused and not cut, and what is listed where no page prints it.

use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use videogen_core::{HttpRequest, Moment};
use videogen_prism::wire::{Paged, Pagination};

use crate::emulator::Emulator;
use crate::keys;
use crate::prism_characters::Characters;
use crate::prism_uploads::Uploads;
use crate::provider_name::ProviderName;
use crate::refusal::Refusal;
use crate::reply::{self, JSON, Wire};
use crate::{json, prism, prism_assets, prism_characters, prism_templates, prism_uploads};

/// The shortest text that is searched for, in characters.
const SHORTEST_SEARCH: usize = 2;

/// What an account at Prism has beside its generations.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub(crate) characters: Characters,
    pub(crate) uploads: Uploads,
}

/// Why an operation is refused, and in which words.
pub(crate) struct Refused(Refusal, Option<String>);

impl Refused {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self(Refusal::Invalid, Some(message.into()))
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self(Refusal::NotFound, Some(message.into()))
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal, None)
    }
}

/// The status and the body of an answer.
type Answered = Result<(StatusCode, String), Refused>;

/// The answer, if `path`, the segments below the base URL, names such an operation.
pub(crate) fn answer(
    emulator: &mut Emulator,
    now: Moment,
    request: &HttpRequest,
    path: &[&str],
) -> Option<Wire> {
    let date = emulator.wall.at(now);
    if let (&Method::PUT, ["s3", "uploads", key]) = (request.method(), path) {
        // The storage: no key is asked for, the URL is one.
        return Some(Wire::Response(prism_uploads::store(emulator, now, request, key)));
    }
    let operation = operation(request.method(), path)?;
    let answered = keys::accepted(ProviderName::Prism, request.headers())
        .map_err(Refused::from)
        .and_then(|_| operation(emulator, now, request, path));
    let (status, body) = answered.unwrap_or_else(|Refused(refusal, message)| {
        (refusal.status(), prism::error(refusal, message))
    });
    Some(Wire::Response(reply::response(status, date, JSON, body)))
}

type Operation = fn(&mut Emulator, Moment, &HttpRequest, &[&str]) -> Answered;

fn operation(method: &Method, path: &[&str]) -> Option<Operation> {
    let operation: Operation = match (method, path) {
        (&Method::GET, ["templates"]) => |_, _, request, _| {
            let query = Query::of(request);
            ok(&query.page(prism_templates::matching(query.search()?), 50, 100)?)
        },
        (&Method::GET, ["templates", id]) if !id.is_empty() => |_, _, _, path| {
            let id = path.last().copied().unwrap_or_default();
            ok(&prism_templates::get(id)?)
        },
        (&Method::GET, ["characters"]) => |emulator, _, request, _| {
            let query = Query::of(request);
            let found = emulator.prism.characters.matching(query.search()?);
            ok(&query.page(found, 24, 60)?)
        },
        (&Method::POST, ["characters"]) => |emulator, now, request, _| {
            let made = prism_characters::create(emulator, now, request)?;
            Ok((StatusCode::CREATED, json::text(&made)))
        },
        (&Method::POST, ["s3", "presign-upload"]) => {
            |emulator, now, request, _| ok(&prism_uploads::presign(emulator, now, request)?)
        }
        (&Method::GET, ["assets", "search"]) => |emulator, now, request, _| {
            let query = Query::of(request);
            ok(&query.page(prism_assets::matching(emulator, now, &query)?, 24, 60)?)
        },
        _ => return None,
    };
    Some(operation)
}

fn ok(body: &impl Serialize) -> Answered {
    Ok((StatusCode::OK, json::text(body)))
}

/// The query of a request, decoded.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    fn of(request: &HttpRequest) -> Self {
        let decoded = |text: &str| {
            percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
        };
        let pairs = request.uri().query().unwrap_or_default().split('&');
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Self(pairs.map(|(name, value)| (decoded(name), decoded(value))).collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// What is searched for, in lower case.
    pub(crate) fn search(&self) -> Result<Option<String>, Refused> {
        match self.get("q") {
            Some(q) if q.chars().count() < SHORTEST_SEARCH => {
                Err(Refused::invalid("q must have at least 2 characters"))
            }
            q => Ok(q.map(str::to_lowercase)),
        }
    }

    /// The page of `all` that is asked for.
    fn page<T>(&self, all: Vec<T>, usual: usize, most: usize) -> Result<Paged<T>, Refused> {
        let limit = match self.get("limit").map(str::parse) {
            None => usual,
            Some(Ok(limit)) if (1..=most).contains(&limit) => limit,
            Some(_) => {
                let message = format!("limit must be an integer from 1 to {most}");
                return Err(Refused::invalid(message));
            }
        };
        let offset: usize = match self.get("offset").map(str::parse) {
            None => 0,
            Some(Ok(offset)) => offset,
            Some(Err(_)) => return Err(Refused::invalid("offset must be an integer from 0")),
        };
        let mut pagination = Pagination::default();
        pagination.offset = i64::try_from(offset).ok();
        pagination.limit = i64::try_from(limit).ok();
        pagination.has_more = Some(all.len() > offset.saturating_add(limit));
        Ok(Paged::new(all.into_iter().skip(offset).take(limit).collect(), pagination))
    }
}

/// Whether a text has `q`, which is in lower case, in it. Everything has nothing in it.
pub(crate) fn has(text: Option<&str>, q: Option<&str>) -> bool {
    q.is_none_or(|q| text.is_some_and(|text| text.to_lowercase().contains(q)))
}
