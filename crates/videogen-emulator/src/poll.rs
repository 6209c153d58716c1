//! The answer to one poll: the truth, and what a fault makes of it.

use http::header::{HeaderName, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};
use videogen_core::{HttpResponse, Moment};

use crate::emulator::Emulated;
use crate::refusal::Refusal;
use crate::reply::{self, HTML, JSON, Reply, Wire};
use crate::script::{Fault, RetryAfter, seconds_text};
use crate::status::{self, View};
use crate::synclabs_query::StatusQuery;
use crate::wall::{Time, Wall};

/// How long Sync Labs asks to rest after a long-poll that ran out.
const REST_AFTER_WAIT: &str = "2";

const WAIT_MODE: HeaderName = HeaderName::from_static("x-sync-wait-mode");
const WAIT_TIMEOUT: HeaderName = HeaderName::from_static("x-sync-wait-timeout-seconds");

const PAGE: &str = "<!DOCTYPE html>\n<html>\n<head><title>Welcome</title></head>\n\
     <body><div id=\"app\">Loading...</div></body>\n</html>\n";

/// A poll that has been let in.
pub(crate) struct Poll<'a> {
    pub(crate) generation: &'a Emulated,
    pub(crate) id: &'a str,
    pub(crate) asked: Asked<'a>,
    pub(crate) wall: Wall,
    pub(crate) origin: &'a str,
}

/// What was asked, when, and with which key.
pub(crate) struct Asked<'a> {
    pub(crate) at: Moment,
    pub(crate) query: StatusQuery,
    pub(crate) key: &'a str,
}

pub(crate) fn answer(poll: &Poll<'_>) -> Reply {
    let now = poll.asked.at;
    let at_once = |response| Reply { at: now, wire: Wire::Response(response) };
    match poll.fault() {
        None => poll.told(|_| {}),
        Some(Fault::Unauthorized) => at_once(poll.refused(Refusal::BadKey, None)),
        Some(Fault::Forbidden) => at_once(poll.refused(Refusal::Forbidden, None)),
        Some(Fault::NotFound) => at_once(poll.refused(Refusal::NotFound, None)),
        Some(Fault::RequestTimeout) => at_once(poll.bare(StatusCode::REQUEST_TIMEOUT, None)),
        Some(Fault::TooManyRequests { retry_after }) => {
            at_once(poll.refused(Refusal::TooManyRequests, *retry_after))
        }
        Some(Fault::ServerError) => at_once(poll.refused(Refusal::ServerError, None)),
        Some(Fault::BadGatewayHtml) => at_once(reply::bad_gateway(poll.date())),
        Some(Fault::Unavailable { retry_after }) => {
            at_once(poll.refused(Refusal::Unavailable, *retry_after))
        }
        Some(Fault::GatewayTimeout) => at_once(poll.refused(Refusal::GatewayTimeout, None)),
        Some(Fault::Reset) => Reply { at: now, wire: Wire::Reset },
        Some(Fault::Stall) => Reply { at: now, wire: Wire::Stall },
        Some(Fault::Html200) => at_once(poll.page(StatusCode::OK, PAGE)),
        Some(Fault::Empty200) => at_once(poll.bare(StatusCode::OK, None)),
        Some(Fault::Empty202 { retry_after }) => {
            at_once(poll.bare(StatusCode::ACCEPTED, *retry_after))
        }
        Some(Fault::EchoKey { http_status }) => at_once(poll.echo(*http_status)),
        Some(Fault::Cut) => {
            let Reply { at, wire } = poll.told(|_| {});
            Reply { at, wire: wire.cut() }
        }
        Some(Fault::TruncatedJson) => {
            let Reply { at, wire } = poll.told(|_| {});
            Reply { at, wire: wire.truncated() }
        }
        Some(Fault::UnknownStatus { word }) => poll.told(|view| view.word = Some(word)),
        Some(Fault::StatusBackwards) => poll.told(|view| view.stage = view.stage.earlier()),
        Some(Fault::CompletedWithoutUrl) => poll.told(|view| view.with_urls = false),
        Some(Fault::NullString { field }) => {
            let mut reply = poll.told(|_| {});
            if let Wire::Response(response) = &mut reply.wire {
                set_null(response, field);
            }
            reply
        }
    }
}

impl<'a> Poll<'a> {
    /// The first fault that is due.
    fn fault(&self) -> Option<&'a Fault> {
        let generation = self.generation;
        let age = self.asked.at.since(generation.created);
        let faults = generation.script.faults.iter();
        faults.filter(|it| it.on.holds(generation.polls, age)).map(|it| &it.fault).next()
    }

    /// The state, at the end of the long-poll if it is one, with something changed about it.
    fn told(&self, change: impl FnOnce(&mut View<'a>)) -> Reply {
        let Self { generation, asked, .. } = self;
        let end =
            status::lifetime(&generation.script).map(|lifetime| generation.created + lifetime);
        let at = match asked.query.hold {
            None => asked.at,
            Some(hold) => {
                let held_until = asked.at + hold;
                end.map_or(held_until, |end| end.clamp(asked.at, held_until.max(asked.at)))
            }
        };
        let mut view = View::new(generation, self.id, at, self.wall, self.origin);
        view.progress_asked = asked.query.progress;
        let ran_out = !view.stage.has_ended();
        change(&mut view);
        let mut response =
            reply::response(StatusCode::OK, self.wall.at(at), JSON, status::body(&view));
        if let Some(hold) = asked.query.hold.filter(|_| ran_out) {
            let headers = response.headers_mut();
            reply::set(headers, RETRY_AFTER, REST_AFTER_WAIT);
            reply::set(headers, WAIT_MODE, "long_poll");
            reply::set(headers, WAIT_TIMEOUT, &seconds_text(hold));
        }
        Reply { at, wire: Wire::Response(response) }
    }

    fn refused(&self, refusal: Refusal, rest: Option<RetryAfter>) -> HttpResponse {
        let body = refusal.body(self.generation.script.provider, None);
        let mut response = reply::response(refusal.status(), self.date(), JSON, body);
        self.add_rest(response.headers_mut(), rest);
        response
    }

    fn echo(&self, http_status: u16) -> HttpResponse {
        let key = self.asked.key;
        let (refusal, message) = match http_status {
            500 => (Refusal::ServerError, format!("Cannot check the API key {key}")),
            _ => (Refusal::BadKey, format!("Incorrect API key provided: {key}")),
        };
        let body = refusal.body(self.generation.script.provider, Some(message));
        reply::response(refusal.status(), self.date(), JSON, body)
    }

    fn page(&self, status: StatusCode, page: &str) -> HttpResponse {
        reply::response(status, self.date(), HTML, page)
    }

    fn bare(&self, status: StatusCode, rest: Option<RetryAfter>) -> HttpResponse {
        let mut response = reply::response(status, self.date(), None, "");
        self.add_rest(response.headers_mut(), rest);
        response
    }

    fn add_rest(&self, headers: &mut HeaderMap, rest: Option<RetryAfter>) {
        match rest {
            None => {}
            Some(RetryAfter::Seconds(rest)) => {
                reply::set(headers, RETRY_AFTER, &seconds_text(rest));
            }
            Some(RetryAfter::Date(rest)) => {
                let until = self.date().plus(rest);
                reply::set(headers, RETRY_AFTER, &until.http());
            }
        }
    }

    fn date(&self) -> Time {
        self.wall.at(self.asked.at)
    }
}

/// Puts `null` at a member of a JSON object.
fn set_null(response: &mut HttpResponse, member: &str) {
    if let Ok(mut object) = serde_json::from_slice::<Map<String, Value>>(response.body()) {
        object.insert(member.to_owned(), Value::Null);
        *response.body_mut() = Value::Object(object).to_string().into_bytes();
    }
}
