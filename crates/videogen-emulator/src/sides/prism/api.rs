//! What Prism has beside submitting and asking for a status.
//!
//! Paths, members and limits are those of its pages. Inferred are the texts of the 400s, that a limit out of range is
//! refused and not cut, and what is listed where no page prints it.

use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use videogen_core::{HttpRequest, HttpResponse};
use videogen_prism::wire::{Paged, Pagination};

use super::{PrismSide, assets, bodies, characters, templates, uploads};
use crate::json;
use crate::side::{Account, Reason, Side as _, text_answer};

/// The shortest text that is searched for, in characters.
const SHORTEST_SEARCH: usize = 2;

/// Why an operation is refused, and in which words.
pub(crate) struct Refused(Reason, Option<String>);

impl Refused {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self(Reason::Invalid, Some(message.into()))
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self(Reason::NotFound, Some(message.into()))
    }
}

impl From<Reason> for Refused {
    fn from(refusal: Reason) -> Self {
        Self(refusal, None)
    }
}

/// The status and the body of an answer.
type Answered = Result<(StatusCode, String), Refused>;

/// Whether there is such an operation.
pub(super) fn is_there(method: &Method, path: &[&str]) -> bool {
    is_upload(method, path) || operation(method, path).is_some()
}

/// The storage: no key is asked for, the URL is one.
fn is_upload(method: &Method, path: &[&str]) -> bool {
    matches!((method, path), (&Method::PUT, ["s3", "uploads", _]))
}

pub(super) fn answer(
    side: &mut PrismSide,
    account: &Account<'_>,
    request: &HttpRequest,
    path: &[&str],
) -> HttpResponse {
    if is_upload(request.method(), path) {
        return uploads::store(side, account, request, path.last().copied().unwrap_or_default());
    }
    let Some(operation) = operation(request.method(), path) else {
        return side.refuse(Reason::NoSuchPath);
    };
    let answered = side
        .accepted_key(request, account.now())
        .map_err(Refused::from)
        .and_then(|_| operation(side, account, request, path));
    let (status, body) = answered.unwrap_or_else(|Refused(reason, message)| {
        (reason.status(), bodies::error(reason, message))
    });
    text_answer(status, "application/json", body)
}

type Operation = fn(&mut PrismSide, &Account<'_>, &HttpRequest, &[&str]) -> Answered;

fn operation(method: &Method, path: &[&str]) -> Option<Operation> {
    let operation: Operation = match (method, path) {
        (&Method::GET, ["templates"]) => |_, _, request, _| {
            let query = Query::of(request);
            ok(&query.page(templates::matching(query.search()?), 50, 100)?)
        },
        (&Method::GET, ["templates", id]) if !id.is_empty() => |_, _, _, path| {
            let id = path.last().copied().unwrap_or_default();
            ok(&templates::get(id)?)
        },
        (&Method::GET, ["characters"]) => |side, _, request, _| {
            let query = Query::of(request);
            let found = side.characters.matching(query.search()?);
            ok(&query.page(found, 24, 60)?)
        },
        (&Method::POST, ["characters"]) => |side, account, request, _| {
            let made = characters::create(side, account, request)?;
            Ok((StatusCode::CREATED, json::text(&made)))
        },
        (&Method::POST, ["s3", "presign-upload"]) => {
            |side, account, request, _| ok(&uploads::presign(side, account, request)?)
        }
        (&Method::GET, ["assets", "search"]) => |_, account, request, _| {
            let query = Query::of(request);
            ok(&query.page(assets::matching(account, &query)?, 24, 60)?)
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
