//! What Sync Labs has beside submitting and asking for a status.

use http::header::ALLOW;
use http::{HeaderValue, Method, StatusCode};
use serde::Serialize;
use videogen_core::{HttpRequest, HttpResponse};
use videogen_synclabs::wire;

use super::{SynclabsSide, assets, batches, bodies, catalog, generations};
use crate::side::{Account, Reason, Side as _, json_answer, text_answer};

/// A request, and whose it is.
pub(super) struct Asked<'a, 'b> {
    pub(super) side: &'a mut SynclabsSide,
    pub(super) account: &'a mut Account<'b>,
    pub(super) request: &'a HttpRequest,
}

impl Asked<'_, '_> {
    pub(super) fn refuse(&self, reason: Reason) -> HttpResponse {
        self.side.refuse(reason)
    }

    pub(super) fn ok(&self, body: &impl Serialize) -> HttpResponse {
        json_answer(StatusCode::OK, body)
    }

    /// A 400 with these messages.
    pub(super) fn invalid(&self, messages: &[String]) -> HttpResponse {
        let body = bodies::invalid(messages);
        text_answer(StatusCode::BAD_REQUEST, "application/json", body)
    }

    /// A refusal with this code.
    pub(crate) fn error(&self, status: StatusCode, code: &str, message: &str) -> HttpResponse {
        let mut error = wire::Error::default();
        error.status_code = Some(f64::from(status.as_u16()));
        error.message = Some(message.to_owned());
        error.error_code = Some(code.to_owned());
        error.error = status.canonical_reason().map(str::to_owned);
        json_answer(status, &error)
    }

    /// One URL as text.
    pub(crate) fn url(&self, url: &str) -> HttpResponse {
        text_answer(StatusCode::OK, "text/plain; charset=utf-8", url)
    }

    fn not_allowed(&self, allowed: &Method) -> HttpResponse {
        let mut response = self.refuse(Reason::MethodNotAllowed);
        if let Ok(allowed) = HeaderValue::from_str(allowed.as_str()) {
            response.headers_mut().insert(ALLOW, allowed);
        }
        response
    }
}

/// Whether the path names such an operation.
pub(super) fn is_there(path: &[&str]) -> bool {
    matches!(path, ["errors"] | ["_uploads", _, _]) || operations(path).is_some()
}

pub(super) fn answer(asked: &mut Asked<'_, '_>, path: &[&str]) -> HttpResponse {
    match path {
        ["errors"] => match *asked.request.method() {
            Method::GET => catalog::errors(asked),
            _ => asked.not_allowed(&Method::GET),
        },
        // Presigned: whoever has the URL may send.
        ["_uploads", id, _] => match *asked.request.method() {
            Method::PUT => assets::put(asked, id),
            _ => asked.not_allowed(&Method::PUT),
        },
        _ => with_key(asked, path),
    }
}

type Answer = fn(&mut Asked<'_, '_>, &str) -> HttpResponse;

/// What takes a key.
fn operations<'a>(path: &[&'a str]) -> Option<(&'a str, &'static [(Method, Answer)])> {
    let operations: (&str, &[(Method, Answer)]) = match path {
        ["generations"] => ("", &[(Method::GET, |asked, _| generations::list(asked))]),
        ["generations", "count"] => ("", &[(Method::GET, |asked, _| generations::count(asked))]),
        ["generations", id] => {
            (id, &[(Method::GET, generations::get), (Method::DELETE, generations::delete)])
        }
        ["generations", id, "download"] => (id, &[(Method::GET, generations::download)]),
        ["analyze", "cost"] => ("", &[(Method::POST, |asked, _| catalog::cost(asked))]),
        ["models"] => ("", &[(Method::GET, |asked, _| catalog::models(asked))]),
        ["batch"] => (
            "",
            &[
                (Method::GET, |asked, _| batches::list(asked)),
                (Method::POST, |asked, _| batches::create(asked)),
            ],
        ),
        ["batch", id] => (id, &[(Method::GET, batches::get)]),
        ["assets"] => (
            "",
            &[
                (Method::GET, |asked, _| assets::list(asked)),
                (Method::POST, |asked, _| assets::create(asked)),
            ],
        ),
        ["assets", "upload"] => ("", &[(Method::POST, |asked, _| assets::presign(asked))]),
        ["assets", id] => (
            id,
            &[
                (Method::GET, assets::get),
                (Method::PATCH, assets::update),
                (Method::DELETE, assets::delete),
            ],
        ),
        ["assets", id, "download"] => (id, &[(Method::GET, assets::download)]),
        _ => return None,
    };
    Some(operations)
}

fn with_key(asked: &mut Asked<'_, '_>, path: &[&str]) -> HttpResponse {
    let Some((id, operations)) = operations(path) else {
        return asked.refuse(Reason::NoSuchPath);
    };
    let found = operations.iter().find(|(method, _)| method == asked.request.method());
    let Some((_, answer)) = found else {
        return match operations.first() {
            Some((allowed, _)) => asked.not_allowed(allowed),
            None => asked.refuse(Reason::MethodNotAllowed),
        };
    };
    match asked.side.accepted_key(asked.request, asked.account.now()) {
        Ok(_) => answer(asked, id),
        Err(reason) => asked.refuse(reason),
    }
}
