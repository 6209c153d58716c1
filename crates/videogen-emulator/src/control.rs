//! The emulator's own operations, under `/_emulator/`.

use http::{Method, StatusCode};
use serde::Serialize;
use videogen_core::{HttpRequest, HttpResponse, Moment};

use crate::emulator::{Created, Emulator};
use crate::fetch::Fetches;
use crate::provider_name::ProviderName;
use crate::reply::{self, JSON};
use crate::script::{Script, ScriptError};
use crate::side::Side;
use crate::submit::Submits;
use crate::submit_plan::SubmitPlan;
use crate::view;
use crate::wall::Time;
use crate::world::{Emulated, handle};

/// The longest script, plan or, over a [socket](crate::Server), any body that can be posted, in bytes.
pub const MAX_SCRIPT_BYTES: usize = 256 * 1024;

const PREFIX: &str = "/_emulator/";

pub(crate) fn is_control(path: &str) -> bool {
    path.starts_with(PREFIX)
}

pub(crate) fn answer(emulator: &mut Emulator, now: Moment, request: &HttpRequest) -> HttpResponse {
    let date = emulator.world.wall.at(now);
    match (request.method(), request.uri().path().strip_prefix(PREFIX)) {
        (&Method::POST, Some("generations")) => match submit(emulator, now, request.body()) {
            Ok(submitted) => json(StatusCode::CREATED, date, &submitted),
            Err(bad) => bad.response(date),
        },
        (&Method::POST, Some("submits")) => match plan(emulator, now, request.body()) {
            Ok(planned) => json(StatusCode::OK, date, &planned),
            Err(bad) => bad.response(date),
        },
        (&Method::GET, Some("submits")) => {
            let names: Vec<_> = emulator.sides().map(Side::name).collect();
            let submits = names.into_iter().map(|name| planned(emulator, name)).collect();
            json(StatusCode::OK, date, &AllPlanned { submits })
        }
        (&Method::GET, Some("generations")) => {
            let generations = emulator.world.generations.iter();
            let listed =
                generations.map(|((provider, id), it)| list(emulator, now, *provider, id, it));
            json(StatusCode::OK, date, &Listed { generations: listed.collect() })
        }
        (&Method::GET, Some("requests")) => {
            let requests = emulator.log().map(|it| Request {
                at_s: it.at.since_origin().as_secs_f64(),
                at: emulator.world.wall.at(it.at).iso(),
                method: it.method.as_str(),
                path: it.shown_path(),
                handle: it.handle.as_deref(),
                poll: it.poll,
                submit: it.submit,
                fetch: it.fetch,
                has_key: it.has_key(),
                headers: it.headers.keys().map(http::HeaderName::as_str).collect(),
            });
            json(StatusCode::OK, date, &Requests { requests: requests.collect() })
        }
        (&Method::GET, Some("webhooks")) => {
            let webhooks = emulator.webhooks().map(|it| Webhook {
                at_s: it.at.since_origin().as_secs_f64(),
                at: emulator.world.wall.at(it.at).iso(),
                handle: &it.handle,
                url: it.shown_url(),
                attempt: it.attempt,
                forged: it.forged,
                status: it.answer.as_ref().and_then(|it| it.as_ref().ok()).map(StatusCode::as_u16),
                error: it.answer.as_ref().and_then(|it| it.as_ref().err()).map(String::as_str),
            });
            json(StatusCode::OK, date, &Webhooks { webhooks: webhooks.collect() })
        }
        (_, Some("generations" | "submits" | "requests" | "webhooks")) => refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            date,
            "POST and GET go to /_emulator/generations and /_emulator/submits, GET to /_emulator/requests and \
             /_emulator/webhooks",
            "",
        ),
        _ => nothing(date, emulator.all_sides()),
    }
}

/// What is answered to a path that names nothing.
pub(crate) fn nothing(date: Time, sides: &[Box<dyn Side>]) -> HttpResponse {
    let below = sides.iter().map(|side| format!("{} below {}, ", side.name(), side.base_path()));
    let message = format!(
        "the emulator has {}/_emulator/generations, /_emulator/submits, /_emulator/requests and \
         /_emulator/webhooks",
        below.collect::<String>()
    );
    refuse(StatusCode::NOT_FOUND, date, &message, "")
}

/// What is answered to a body that is longer than `most` bytes.
pub(crate) fn too_long(date: Time, most: usize) -> HttpResponse {
    refuse(StatusCode::PAYLOAD_TOO_LARGE, date, &format!("a body has at most {most} bytes"), "")
}

/// What is wrong with a body.
struct Bad(StatusCode, ScriptError);

impl Bad {
    fn response(&self, date: Time) -> HttpResponse {
        refuse(self.0, date, &self.1.to_string(), &self.1.field)
    }
}

impl From<ScriptError> for Bad {
    fn from(error: ScriptError) -> Self {
        Self(StatusCode::BAD_REQUEST, error)
    }
}

/// A body as text.
fn text(body: &[u8]) -> Result<&str, Bad> {
    if body.len() > MAX_SCRIPT_BYTES {
        let problem = format!("a script has at most {MAX_SCRIPT_BYTES} bytes, not {}", body.len());
        return Err(Bad(StatusCode::PAYLOAD_TOO_LARGE, ScriptError::new("", problem)));
    }
    let text = std::str::from_utf8(body)
        .map_err(|error| ScriptError::new("", format!("the script is not UTF-8: {error}")))?;
    Ok(text)
}

fn submit(emulator: &mut Emulator, now: Moment, body: &[u8]) -> Result<Submitted, Bad> {
    let created = emulator.add(now, Script::parse(text(body)?)?)?;
    let Created { provider, id, handle } = created;
    Ok(Submitted { provider, id, handle, base_url: base_url(emulator, provider) })
}

fn plan(emulator: &mut Emulator, now: Moment, body: &[u8]) -> Result<Planned, Bad> {
    let plan = SubmitPlan::parse(text(body)?)?;
    let provider = plan.provider;
    emulator.plan_submits(now, plan)?;
    Ok(planned(emulator, provider))
}

fn planned(emulator: &mut Emulator, provider: ProviderName) -> Planned {
    let base_url = base_url(emulator, provider);
    let Submits { arrived, plan, .. } = emulator.world.submits_to(provider);
    Planned { provider, base_url, arrived: *arrived, plan: plan.clone() }
}

fn base_url(emulator: &Emulator, provider: ProviderName) -> String {
    let path = emulator.side(provider).map(Side::base_path).unwrap_or_default();
    format!("{}{path}", emulator.world.origin)
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
        status: emulator
            .side(provider)
            .map_or("", |side| side.word(view::stage(&it.script, now.since(it.created)))),
        polls: it.polls,
        created_at: emulator.world.wall.at(it.created).iso(),
        fetches: Some(it.fetched.fetches()).filter(|fetches| fetches.requests > 0),
    }
}

fn json(status: StatusCode, date: Time, body: &impl Serialize) -> HttpResponse {
    reply::response(status, date, Some(JSON), crate::json::text(body))
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
struct Planned {
    provider: ProviderName,
    base_url: String,
    arrived: u64,
    plan: SubmitPlan,
}

#[derive(Serialize)]
struct AllPlanned {
    submits: Vec<Planned>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    fetches: Option<Fetches>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    submit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fetch: Option<u64>,
    has_key: bool,
    headers: Vec<&'a str>,
}

#[derive(Serialize)]
struct Webhooks<'a> {
    webhooks: Vec<Webhook<'a>>,
}

#[derive(Serialize)]
struct Webhook<'a> {
    at_s: f64,
    at: String,
    handle: &'a str,
    url: String,
    attempt: u8,
    forged: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct Refused<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}
