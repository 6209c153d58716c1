//! The answer to one request of a poll: the truth, and what a fault makes of it.

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use videogen_core::{HttpRequest, HttpResponse, Moment};

use crate::log::Recorded;
use crate::reply::{self, HTML, Reply, Wire};
use crate::script::{Fault, RetryAfter, seconds_text};
use crate::side::{Asked, Reason, Refused, Side};
use crate::view::{self, View};
use crate::wall::Time;
use crate::world::{Emulated, World, handle};

const PAGE: &str = "<!DOCTYPE html>\n<html>\n<head><title>Welcome</title></head>\n\
     <body><div id=\"app\">Loading...</div></body>\n</html>\n";

/// Which request of a poll it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Poll {
    Status,
    Result,
}

/// A request that has been let in.
struct Let<'a> {
    side: &'a dyn Side,
    world: &'a World,
    generation: &'a Emulated,
    id: &'a str,
    poll: Poll,
    now: Moment,
    asked: Asked,
    key: &'a str,
}

pub(crate) fn answer(
    side: &dyn Side,
    world: &mut World,
    now: Moment,
    request: &HttpRequest,
    poll: Poll,
    id: &str,
    recorded: &mut Recorded,
) -> Reply {
    let date = world.wall.at(now);
    let at_once = |response| Reply { at: now, wire: Wire::Response(reply::dated(response, date)) };
    let asked = side.asked(request);
    recorded.asked_for = Some(handle(side.name(), id));
    recorded.for_outcome = poll == Poll::Result;
    recorded.long_poll = asked.as_ref().is_ok_and(|asked| asked.hold.is_some());
    let key = match side.accepted_key(request, date) {
        Ok(key) => key,
        Err(reason) => return at_once(side.refuse_key(request, date, reason)),
    };
    let asked = match asked {
        Ok(asked) => asked,
        Err(refused) => return at_once(refused),
    };
    let generation = world.generations.get_mut(&(side.name(), id.to_owned()));
    let Some(generation) = generation.filter(|_| !side.hides(id)) else {
        return at_once(side.refusal(&refusal(Reason::NotFound, id)));
    };
    generation.polls = generation.polls.saturating_add(1);
    recorded.handle.clone_from(&recorded.asked_for);
    recorded.poll = Some(generation.polls);
    let Some(generation) = world.generation(side.name(), id) else {
        return at_once(side.refusal(&refusal(Reason::NotFound, id)));
    };
    Let { side, world, generation, id, poll, now, asked, key: &key }.answer()
}

impl<'a> Let<'a> {
    fn answer(&self) -> Reply {
        let at_once = |response| {
            let response = reply::dated(response, self.date());
            Reply { at: self.now, wire: Wire::Response(response) }
        };
        match self.fault() {
            None => self.told(|_| {}),
            Some(Fault::Unauthorized) => at_once(self.refused(Reason::BadKey, None)),
            Some(Fault::Forbidden) => at_once(self.refused(Reason::Forbidden, None)),
            Some(Fault::NotFound) => at_once(self.refused(Reason::NotFound, None)),
            Some(Fault::RequestTimeout) => at_once(self.bare(StatusCode::REQUEST_TIMEOUT, None)),
            Some(Fault::TooManyRequests { retry_after }) => {
                at_once(self.refused(Reason::TooManyRequests, *retry_after))
            }
            Some(Fault::ServerError) => at_once(self.refused(Reason::ServerError, None)),
            Some(Fault::BadGatewayHtml) => at_once(reply::bad_gateway(self.date())),
            Some(Fault::Unavailable { retry_after }) => {
                at_once(self.refused(Reason::Unavailable, *retry_after))
            }
            Some(Fault::GatewayTimeout) => at_once(self.refused(Reason::GatewayTimeout, None)),
            Some(Fault::Reset) => Reply { at: self.now, wire: Wire::Reset },
            Some(Fault::Stall) => Reply { at: self.now, wire: Wire::Stall },
            Some(Fault::Html200) => at_once(self.page(StatusCode::OK, PAGE)),
            Some(Fault::Empty200) => at_once(self.bare(StatusCode::OK, None)),
            Some(Fault::Empty202 { retry_after }) => {
                at_once(self.bare(StatusCode::ACCEPTED, *retry_after))
            }
            Some(Fault::EchoKey { http_status }) => at_once(self.echo(*http_status)),
            Some(Fault::Cut) => {
                let Reply { at, wire } = self.told(|_| {});
                Reply { at, wire: wire.cut() }
            }
            Some(Fault::TruncatedJson) => {
                let Reply { at, wire } = self.told(|_| {});
                Reply { at, wire: wire.truncated() }
            }
            Some(Fault::UnknownStatus { word }) => self.told(|view| view.word = Some(word)),
            Some(Fault::StatusBackwards) => self.told(|view| view.stage = view.stage.earlier()),
            Some(Fault::CompletedWithoutUrl) => self.told(|view| view.with_urls = false),
            Some(Fault::NullString { field }) => {
                let mut reply = self.told(|_| {});
                if let Wire::Response(response) = &mut reply.wire {
                    set_null(response, field);
                }
                reply
            }
        }
    }

    /// The first fault that is due.
    fn fault(&self) -> Option<&'a Fault> {
        let generation = self.generation;
        let age = self.now.since(generation.created);
        let faults = generation.script.faults.iter();
        faults.filter(|it| it.on.holds(generation.polls, age)).map(|it| &it.fault).next()
    }

    /// The state, at the end of the long-poll if it is one, with something changed about it.
    fn told(&self, change: impl FnOnce(&mut View<'a>)) -> Reply {
        let Self { side, world, generation, asked, now, .. } = self;
        let end = view::lifetime(&generation.script).map(|lifetime| generation.created + lifetime);
        let at = match asked.hold {
            None => *now,
            Some(hold) => {
                let held_until = *now + hold;
                end.map_or(held_until, |end| end.clamp(*now, held_until.max(*now)))
            }
        };
        let mut view = View::new(world, side.signing(), generation, self.id, at);
        view.asked = *asked;
        view.held = asked.hold.filter(|_| !view.stage.has_ended());
        change(&mut view);
        let response = match self.poll {
            Poll::Status => side.status(&view),
            Poll::Result => side.result(&view),
        };
        Reply { at, wire: Wire::Response(reply::dated(response, world.wall.at(at))) }
    }

    fn refused(&self, reason: Reason, rest: Option<RetryAfter>) -> HttpResponse {
        let mut refused = self.refusal(reason);
        refused.rest = rest.map(|rest| match rest {
            RetryAfter::Seconds(rest) | RetryAfter::Date(rest) => rest,
        });
        let mut response = self.side.refusal(&refused);
        self.add_rest(response.headers_mut(), rest);
        response
    }

    fn echo(&self, http_status: u16) -> HttpResponse {
        let key = self.key;
        let (reason, message) = match http_status {
            500 => (Reason::ServerError, format!("Cannot check the API key {key}")),
            _ => (Reason::BadKey, format!("Incorrect API key provided: {key}")),
        };
        self.side.refusal(&self.refusal(reason).saying(message))
    }

    fn refusal(&self, reason: Reason) -> Refused {
        let mut refused = refusal(reason, self.id);
        refused.origin.clone_from(&self.world.origin);
        refused
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
        self.world.wall.at(self.now)
    }
}

/// A refusal of a question about this generation.
fn refusal(reason: Reason, id: &str) -> Refused {
    let mut refused = Refused::because(reason);
    refused.id = Some(id.to_owned());
    refused
}

/// Puts `null` at a member of a JSON object, with dots on the way to it.
fn set_null(response: &mut HttpResponse, member: &str) {
    let Ok(mut body) = serde_json::from_slice::<Value>(response.body()) else { return };
    let (way, last) = member.rsplit_once('.').unwrap_or(("", member));
    let mut way = way.split('.').filter(|part| !part.is_empty());
    let object = way.try_fold(&mut body, |at, part| match at {
        Value::Array(items) => items.get_mut(part.parse::<usize>().ok()?),
        at => at.get_mut(part),
    });
    if let Some(Value::Object(object)) = object {
        object.insert(last.to_owned(), Value::Null);
        *response.body_mut() = body.to_string().into_bytes();
    }
}
