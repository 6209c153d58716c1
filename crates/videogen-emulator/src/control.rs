//! The emulator's own operations, under `/_emulator/`.

use http::{Method, StatusCode};
use serde::Serialize;
use videogen_core::{HttpRequest, HttpResponse, Moment};

use crate::emulator::{Created, Emulated, Emulator, handle};
use crate::provider_name::ProviderName;
use crate::reply::{self, JSON};
use crate::script::{Script, ScriptError};
use crate::status;
use crate::wall::Time;

/// The longest script that can be posted, in bytes.
pub const MAX_SCRIPT_BYTES: usize = 256 * 1024;

const PREFIX: &str = "/_emulator/";

pub(crate) fn is_control(path: &str) -> bool {
    path.starts_with(PREFIX)
}

pub(crate) fn answer(emulator: &mut Emulator, now: Moment, request: &HttpRequest) -> HttpResponse {
    let date = emulator.wall.at(now);
    match (request.method(), request.uri().path().strip_prefix(PREFIX)) {
        (&Method::POST, Some("generations")) => match submit(emulator, now, request.body()) {
            Ok(submitted) => json(StatusCode::CREATED, date, &submitted),
            Err((status, error)) => refuse(status, date, &error.to_string(), &error.field),
        },
        (&Method::GET, Some("generations")) => {
            let generations = emulator.generations.iter();
            let listed =
                generations.map(|((provider, id), it)| list(emulator, now, *provider, id, it));
            json(StatusCode::OK, date, &Listed { generations: listed.collect() })
        }
        (&Method::GET, Some("requests")) => {
            let requests = emulator.log().map(|it| Request {
                at_s: it.at.since_origin().as_secs_f64(),
                at: emulator.wall.at(it.at).iso(),
                method: it.method.as_str(),
                path: it.shown_path(),
                handle: it.handle.as_deref(),
                poll: it.poll,
                has_key: it.has_key(),
                headers: it.headers.keys().map(http::HeaderName::as_str).collect(),
            });
            json(StatusCode::OK, date, &Requests { requests: requests.collect() })
        }
        (_, Some("generations" | "requests")) => refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            date,
            "POST and GET go to /_emulator/generations, GET to /_emulator/requests",
            "",
        ),
        _ => nothing(date),
    }
}

/// What is answered to a path that names nothing.
pub(crate) fn nothing(date: Time) -> HttpResponse {
    refuse(
        StatusCode::NOT_FOUND,
        date,
        "the emulator has /api/generations/{id}, /v1/videos/{id}, /v2/generate/{id}, \
         /_emulator/generations and /_emulator/requests",
        "",
    )
}

/// What is answered to a body that is longer than [`MAX_SCRIPT_BYTES`].
pub(crate) fn too_long(date: Time) -> HttpResponse {
    refuse(
        StatusCode::PAYLOAD_TOO_LARGE,
        date,
        &format!("a body has at most {MAX_SCRIPT_BYTES} bytes"),
        "",
    )
}

fn submit(
    emulator: &mut Emulator,
    now: Moment,
    body: &[u8],
) -> Result<Submitted, (StatusCode, ScriptError)> {
    if body.len() > MAX_SCRIPT_BYTES {
        let problem = format!("a script has at most {MAX_SCRIPT_BYTES} bytes, not {}", body.len());
        return Err((StatusCode::PAYLOAD_TOO_LARGE, ScriptError::new("", problem)));
    }
    let bad = |error| (StatusCode::BAD_REQUEST, error);
    let text = std::str::from_utf8(body)
        .map_err(|error| bad(ScriptError::new("", format!("the script is not UTF-8: {error}"))))?;
    let created = emulator.add(now, Script::parse(text).map_err(bad)?).map_err(bad)?;
    let Created { provider, id, handle } = created;
    Ok(Submitted { provider, id, handle, base_url: base_url(emulator, provider) })
}

fn base_url(emulator: &Emulator, provider: ProviderName) -> String {
    format!("{}{}", emulator.origin, provider.base_path())
}

fn list(
    emulator: &Emulator,
    now: Moment,
    provider: ProviderName,
    id: &str,
    it: &Emulated,
) -> Generation {
    Generation {
        provider,
        id: id.to_owned(),
        handle: handle(provider, id),
        base_url: base_url(emulator, provider),
        status: status::word(provider, status::stage(&it.script, now.since(it.created))),
        polls: it.polls,
        created_at: emulator.wall.at(it.created).iso(),
    }
}

fn json(status: StatusCode, date: Time, body: &impl Serialize) -> HttpResponse {
    reply::response(status, date, JSON, crate::json::text(body))
}

fn refuse(status: StatusCode, date: Time, message: &str, field: &str) -> HttpResponse {
    let field = (!field.is_empty()).then_some(field);
    json(status, date, &Refused { error: message, field })
}

#[derive(Serialize)]
struct Submitted {
    provider: ProviderName,
    id: String,
    handle: String,
    base_url: String,
}

#[derive(Serialize)]
struct Listed {
    generations: Vec<Generation>,
}

#[derive(Serialize)]
struct Generation {
    provider: ProviderName,
    id: String,
    handle: String,
    base_url: String,
    status: &'static str,
    polls: u64,
    created_at: String,
}

#[derive(Serialize)]
struct Requests<'a> {
    requests: Vec<Request<'a>>,
}

#[derive(Serialize)]
struct Request<'a> {
    at_s: f64,
    at: String,
    method: &'a str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    handle: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    poll: Option<u64>,
    has_key: bool,
    headers: Vec<&'a str>,
}

#[derive(Serialize)]
struct Refused<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}
