//! What Sync Labs has beside submitting and asking for a status.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use serde::Serialize;
use videogen_core::{HttpRequest, HttpResponse, Moment};
use videogen_synclabs::wire;

use crate::emulator::Emulator;
use crate::json;
use crate::keys;
use crate::provider_name::ProviderName;
use crate::refusal::{self, Refusal};
use crate::reply::{self, JSON, Wire};
use crate::synclabs;
use crate::synclabs_assets::{self, Library};
use crate::synclabs_batches::{self, Batches};
use crate::wall::Time;
use crate::{synclabs_catalog, synclabs_generations};

pub(crate) const SYNCLABS: ProviderName = ProviderName::Synclabs;

/// What there is beside generations.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    /// Generations that nobody can see any longer. They stay where they are: they were made.
    pub(crate) deleted: BTreeSet<String>,
    pub(crate) batches: Batches,
    pub(crate) library: Library,
}

/// A request, to whom it goes and when.
pub(crate) struct Asked<'a> {
    pub(crate) emulator: &'a mut Emulator,
    pub(crate) now: Moment,
    pub(crate) request: &'a HttpRequest,
}

impl Asked<'_> {
    pub(crate) fn date(&self) -> Time {
        self.emulator.wall.at(self.now)
    }

    pub(crate) fn refuse(&self, refusal: Refusal) -> HttpResponse {
        refusal.response(SYNCLABS, self.date())
    }

    pub(crate) fn json(&self, status: StatusCode, body: &impl Serialize) -> HttpResponse {
        reply::response(status, self.date(), JSON, json::text(body))
    }

    pub(crate) fn ok(&self, body: &impl Serialize) -> HttpResponse {
        self.json(StatusCode::OK, body)
    }

    /// A 400 with these messages.
    pub(crate) fn invalid(&self, messages: &[String]) -> HttpResponse {
        let status = StatusCode::BAD_REQUEST;
        reply::response(status, self.date(), JSON, synclabs::invalid(messages))
    }

    /// A refusal with this code.
    pub(crate) fn error(&self, status: StatusCode, code: &str, message: &str) -> HttpResponse {
        let mut error = wire::Error::default();
        error.status_code = Some(f64::from(status.as_u16()));
        error.message = Some(message.to_owned());
        error.error_code = Some(code.to_owned());
        error.error = status.canonical_reason().map(str::to_owned);
        self.json(status, &error)
    }

    /// One URL as text.
    pub(crate) fn url(&self, url: &str) -> HttpResponse {
        let text = http::HeaderValue::from_static("text/plain; charset=utf-8");
        reply::response(StatusCode::OK, self.date(), Some(text), url)
    }

    fn not_allowed(&self, allowed: &Method) -> HttpResponse {
        refusal::method_not_allowed(SYNCLABS, self.date(), allowed)
    }
}

/// The answer, if `path`, the segments below the base URL, names such an operation.
pub(crate) fn answer(
    emulator: &mut Emulator,
    now: Moment,
    request: &HttpRequest,
    path: &[&str],
) -> Option<Wire> {
    let mut asked = Asked { emulator, now, request };
    let response = match path {
        ["errors"] => match *request.method() {
            Method::GET => synclabs_catalog::errors(&asked),
            _ => asked.not_allowed(&Method::GET),
        },
        // Presigned: whoever has the URL may send.
        ["_uploads", id, _] => match *request.method() {
            Method::PUT => synclabs_assets::put(&mut asked, id),
            _ => asked.not_allowed(&Method::PUT),
        },
        _ => with_key(&mut asked, path)?,
    };
    Some(Wire::Response(response))
}

/// What takes a key.
fn with_key(asked: &mut Asked<'_>, path: &[&str]) -> Option<HttpResponse> {
    type Answer = fn(&mut Asked<'_>, &str) -> HttpResponse;
    let (id, operations): (&str, &[(Method, Answer)]) = match path {
        // Others are asked for their status.
        ["generate", id] if asked.emulator.synclabs.deleted.contains(*id) => {
            (id, &[(Method::GET, |asked, _| asked.refuse(Refusal::NotFound))])
        }
        ["generations"] => ("", &[(Method::GET, |asked, _| synclabs_generations::list(asked))]),
        ["generations", "count"] => {
            ("", &[(Method::GET, |asked, _| synclabs_generations::count(asked))])
        }
        ["generations", id] => (
            id,
            &[
                (Method::GET, synclabs_generations::get),
                (Method::DELETE, synclabs_generations::delete),
            ],
        ),
        ["generations", id, "download"] => (id, &[(Method::GET, synclabs_generations::download)]),
        ["analyze", "cost"] => ("", &[(Method::POST, |asked, _| synclabs_catalog::cost(asked))]),
        ["models"] => ("", &[(Method::GET, |asked, _| synclabs_catalog::models(asked))]),
        ["batch"] => (
            "",
            &[
                (Method::GET, |asked, _| synclabs_batches::list(asked)),
                (Method::POST, |asked, _| synclabs_batches::create(asked)),
            ],
        ),
        ["batch", id] => (id, &[(Method::GET, synclabs_batches::get)]),
        ["assets"] => (
            "",
            &[
                (Method::GET, |asked, _| synclabs_assets::list(asked)),
                (Method::POST, |asked, _| synclabs_assets::create(asked)),
            ],
        ),
        ["assets", "upload"] => ("", &[(Method::POST, |asked, _| synclabs_assets::presign(asked))]),
        ["assets", id] => (
            id,
            &[
                (Method::GET, synclabs_assets::get),
                (Method::PATCH, synclabs_assets::update),
                (Method::DELETE, synclabs_assets::delete),
            ],
        ),
        ["assets", id, "download"] => (id, &[(Method::GET, synclabs_assets::download)]),
        _ => return None,
    };
    let found = operations.iter().find(|(method, _)| method == asked.request.method());
    let Some((_, answer)) = found else {
        return operations.first().map(|(allowed, _)| asked.not_allowed(allowed));
    };
    Some(match keys::accepted(SYNCLABS, asked.request.headers()) {
        Ok(_) => answer(asked, id),
        Err(refusal) => asked.refuse(refusal),
    })
}
