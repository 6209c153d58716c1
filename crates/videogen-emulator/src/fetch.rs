//! Requests for files: whether the URL is good, which part is asked for, and what goes wrong.

mod redirect;
mod target;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::header::{
    ACCEPT_RANGES, ALLOW, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, DATE, ETAG, LAST_MODIFIED,
    LOCATION, RETRY_AFTER,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::Serialize;
use videogen_core::{HttpRequest, HttpResponse, Moment};

use crate::emulator::{Emulator, not_allowed};
use crate::log::Recorded;
use crate::output_file::{FileBody, OutputFile};
use crate::provider_name::ProviderName;
use crate::range::Part;
use crate::reply::{self, BodyEnd, Framing, Streamed, Wire, XML};
use crate::script::{FetchFault, OTHER_HOST, ScriptedFetch, seconds_text};
use crate::side::{Reason, Side};
use crate::signed_url::{self, Signer, Worth};
use crate::view;
use crate::wall::Time;
use crate::world::{Emulated, World, handle};

pub(crate) use target::{Kind, Place, Target};

/// What was fetched of a generation: the witness of what clients do with its URLs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Fetches {
    /// `GET`s of the videos, and of URLs of the API's that lead to them, those included that were refused or redirected.
    pub requests: u64,
    /// Those that carried a key, which must not be on a storage.
    pub with_key: u64,
    /// Those whose URL or key was not good, or no longer.
    pub refused: u64,
    /// Bytes of the video that were sent. Over a socket, those that were handed to the operating system or are about to be:
    /// when a client goes away, up to some MB of them did not arrive.
    pub bytes_sent: u64,
}

/// The state of a generation's files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fetched {
    counted: Fetches,
    /// How many requests there were whose URL was good and that did not follow a redirect.
    number: u64,
    /// How often the file became another.
    pub(crate) version: u64,
    /// How often all its URLs were taken back.
    pub(crate) renewals: u64,
    sent: Sent,
}

impl Fetched {
    pub(crate) fn fetches(&self) -> Fetches {
        Fetches { bytes_sent: self.sent.0.load(Ordering::Relaxed), ..self.counted }
    }
}

/// Counts bytes while bodies are on their way.
#[derive(Debug, Default)]
struct Sent(Arc<AtomicU64>);

/// A clone of an emulator is another one, and counts for itself.
impl Clone for Sent {
    fn clone(&self) -> Self {
        Self(Arc::new(AtomicU64::new(self.0.load(Ordering::Relaxed))))
    }
}

impl Emulator {
    /// The video of a generation as it is now, whether or not the generation has ended. `None` if there is no such
    /// generation.
    #[must_use]
    pub fn output_file(&self, provider: ProviderName, id: &str) -> Option<OutputFile> {
        self.nth_output_file(provider, id, 0)
    }

    /// One of a generation's videos, counted from 0, in the same way.
    #[must_use]
    pub fn nth_output_file(
        &self,
        provider: ProviderName,
        id: &str,
        number: usize,
    ) -> Option<OutputFile> {
        Some(self.world.generation(provider, id)?.video(id, number))
    }

    /// What was fetched of a generation. `None` if there is no such generation.
    #[must_use]
    pub fn fetches(&self, provider: ProviderName, id: &str) -> Option<Fetches> {
        Some(self.world.generation(provider, id)?.fetched.fetches())
    }
}

pub(crate) fn answer(
    side: &dyn Side,
    world: &mut World,
    now: Moment,
    request: &HttpRequest,
    target: &Target,
    recorded: &mut Recorded,
) -> Wire {
    let Target { id, kind, place } = target;
    let (date, wall) = (world.wall.at(now), world.wall);
    let key = side.accepted_key(request, date);
    let method = request.method();
    let refusing = Refusing { side, place: *place, date };
    if !matches!(*method, Method::GET | Method::HEAD) {
        return refusing.method();
    }
    let (provider, signing) = (side.name(), side.signing());
    let generation = world.generations.get_mut(&(provider, id.clone()));
    let Some(generation) = generation else { return refusing.no_such_file() };
    let stage = view::stage(&generation.script, now.since(generation.created));
    recorded.handle = Some(handle(provider, id));
    let counts = method == Method::GET && matches!(kind, Kind::Video(_));
    let counted = &mut generation.fetched.counted;
    recorded.for_video = counts;
    if counts {
        counted.requests = counted.requests.saturating_add(1);
        counted.with_key = counted.with_key.saturating_add(u64::from(recorded.has_key()));
    }
    let refuse = |generation: &mut Emulated, wire| {
        let counted = &mut generation.fetched.counted;
        counted.refused = counted.refused.saturating_add(u64::from(counts));
        wire
    };
    let keyed = matches!(place, Place::Api { keyed: true, .. });
    if keyed && let Err(reason) = key {
        return refuse(generation, refusing.because(reason));
    }
    let script = &generation.script;
    let videos = script.outputs.saturating_sub(script.failed_outputs) as usize;
    let is_there = match kind {
        Kind::Video(number) => *number < videos,
        Kind::LastFrame => script.last_frame,
    };
    if side.hides(id) || !stage.is_completed() || !is_there {
        return refusing.no_such_file();
    }
    let ended = generation.created + view::lifetime(script).unwrap_or_default();
    let worth = if keyed {
        // Its URL is always the same: it is the file that goes.
        let gone = script.url_lifetime.is_some_and(|it| date >= wall.at(ended + it));
        if gone { Worth::Expired } else { Worth::Good }
    } else {
        signed_url::worth(generation, request.uri().query().unwrap_or_default(), date)
    };
    if worth != Worth::Good {
        return refuse(generation, refusing.no_access(worth));
    }
    // A file that changed is younger, by its date too.
    let modified = wall.at(ended).plus(Duration::from_secs(generation.fetched.version));
    let origin = &world.origin;
    let signed = Signer { origin, generation, id, now: date, signing };
    let signed = match kind {
        Kind::Video(number) => signed.video(*number),
        Kind::LastFrame => signed.last_frame(),
    };
    let mut fetch =
        Fetch { request, refusing, id, kind: *kind, origin, signed, now, date, modified };
    match (place, kind) {
        (Place::Api { redirects: true, .. }, _) => fetch.redirect(&fetch.signed),
        (_, Kind::Video(_)) if counts => fetch.video(generation, recorded),
        (_, Kind::Video(number)) => fetch.whole_answer(generation.video(id, *number)),
        (_, Kind::LastFrame) => fetch.whole_answer(OutputFile::last_frame(provider, id)),
    }
}

/// A request for a file whose URL is good.
struct Fetch<'a> {
    request: &'a HttpRequest,
    refusing: Refusing<'a>,
    id: &'a str,
    kind: Kind,
    origin: &'a str,
    /// A URL of the same file on the storage.
    signed: String,
    now: Moment,
    date: Time,
    modified: Time,
}

impl Fetch<'_> {
    fn redirect(&self, location: &str) -> Wire {
        let mut response = reply::response(StatusCode::FOUND, self.date, None, "");
        reply::set(response.headers_mut(), LOCATION, location);
        Wire::Response(response)
    }

    fn video(&mut self, generation: &mut Emulated, recorded: &mut Recorded) -> Wire {
        let age = self.now.since(generation.created);
        let Emulated { script, fetched, .. } = generation;
        let hops = self.hops_left();
        if hops.is_none() {
            fetched.number = fetched.number.saturating_add(1);
        }
        recorded.fetch = Some(fetched.number);
        let mut due = script.fetches.iter().filter(|it| it.on.holds(fetched.number, age));
        if let Some(left) = hops.filter(|left| *left > 0) {
            let to = due.find(|it| it.fault == FetchFault::Redirect);
            let to = to.and_then(|it| it.to.as_deref()).unwrap_or(OTHER_HOST);
            return self.redirect(&self.elsewhere(to, left - 1));
        }
        let fault = due.find(|it| hops.is_none() || it.fault != FetchFault::Redirect).cloned();
        match fault.as_ref().map(|it| it.fault) {
            Some(FetchFault::Changed) => {
                fetched.version = fetched.version.saturating_add(1);
                self.modified = self.modified.plus(Duration::from_secs(1));
            }
            Some(FetchFault::Expired) => fetched.renewals = fetched.renewals.saturating_add(1),
            _ => {}
        }
        let sent = Arc::clone(&fetched.sent.0);
        let number = if let Kind::Video(number) = self.kind { number } else { 0 };
        let file = generation.video(self.id, number);
        match fault {
            None => self.answer(&file, self.part(&file), Some(sent)),
            Some(fault) => self.faulty(&file, &fault, sent),
        }
    }

    fn faulty(&self, file: &OutputFile, fault: &ScriptedFetch, sent: Arc<AtomicU64>) -> Wire {
        let part = self.part(file);
        let refusing = &self.refusing;
        match fault.fault {
            FetchFault::Reset => return Wire::Reset,
            FetchFault::Stall if fault.after_bytes.is_none() => return Wire::Stall,
            FetchFault::Forbidden => {
                return refusing.in_words(Reason::Forbidden, "AccessDenied", "Access Denied");
            }
            FetchFault::Expired => return refusing.no_access(Worth::Expired),
            FetchFault::NotFound => return refusing.no_such_file(),
            FetchFault::ServerError => {
                let message = "We encountered an internal error. Please try again.";
                return refusing.in_words(Reason::ServerError, "InternalError", message);
            }
            FetchFault::Unavailable => {
                let message = "Please reduce your request rate.";
                let mut wire = refusing.in_words(Reason::Unavailable, "SlowDown", message);
                if let (Some(rest), Wire::Response(response)) = (fault.retry_after, &mut wire) {
                    reply::set(response.headers_mut(), RETRY_AFTER, &seconds_text(rest));
                }
                return wire;
            }
            FetchFault::Redirect => {
                let to = fault.to.as_deref().unwrap_or(OTHER_HOST);
                let left = fault.hops.unwrap_or(1).saturating_sub(1);
                return self.redirect(&self.elsewhere(to, left));
            }
            FetchFault::IgnoredRange => return self.answer(file, Part::Whole, Some(sent)),
            FetchFault::WrongRange => {
                return self.answer(file, beside(part, file.len()), Some(sent));
            }
            _ => {}
        }
        let mut wire = self.answer(file, part, Some(sent));
        let Wire::Streamed(streamed) = &mut wire else { return wire };
        let whole = streamed.body.remaining();
        match fault.fault {
            FetchFault::Truncated => {
                let keep = fault.after_bytes.unwrap_or(whole / 2).min(whole);
                streamed.head.headers_mut().insert(CONTENT_LENGTH, keep.into());
                streamed.cut(keep, BodyEnd::Whole);
            }
            FetchFault::Cut => streamed.cut(fault.after_bytes.unwrap_or(whole / 2), BodyEnd::Cut),
            FetchFault::Stall => streamed.cut(fault.after_bytes.unwrap_or(0), BodyEnd::Stall),
            FetchFault::NoLength => {
                streamed.framed(Framing::Chunked);
                streamed.cut(fault.after_bytes.unwrap_or(whole), BodyEnd::Cut);
            }
            FetchFault::UntilClose => {
                streamed.framed(Framing::UntilClose);
                // Nobody can tell the difference.
                streamed.cut(fault.after_bytes.unwrap_or(whole), BodyEnd::Whole);
            }
            _ => {}
        }
        wire
    }

    /// A file that nothing goes wrong with.
    fn whole_answer(&self, file: OutputFile) -> Wire {
        self.answer(&file, self.part(&file), None)
    }

    /// What is asked for of `file`.
    fn part(&self, file: &OutputFile) -> Part {
        // Only `GET` has parts.
        if self.request.method() == Method::HEAD {
            return Part::Whole;
        }
        Part::asked(self.request.headers(), file.len(), &file.etag(), &self.modified.http())
    }

    fn answer(&self, file: &OutputFile, part: Part, sent: Option<Arc<AtomicU64>>) -> Wire {
        let length = file.len();
        let (status, stretch) = match part {
            Part::Whole => (StatusCode::OK, 0..length),
            Part::Bytes(stretch) => (StatusCode::PARTIAL_CONTENT, stretch),
            Part::Unsatisfiable => {
                let status = StatusCode::RANGE_NOT_SATISFIABLE;
                let message = "The requested range is not satisfiable";
                let mut response = xml(status, "InvalidRange", message, self.date);
                let range = format!("bytes */{length}");
                reply::set(response.headers_mut(), CONTENT_RANGE, &range);
                return Wire::Response(response);
            }
        };
        let mut headers = HeaderMap::new();
        reply::set(&mut headers, DATE, &self.date.http());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.content_type()));
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        reply::set(&mut headers, ETAG, &file.etag());
        reply::set(&mut headers, LAST_MODIFIED, &self.modified.http());
        headers.insert(CONTENT_LENGTH, (stretch.end - stretch.start).into());
        if status == StatusCode::PARTIAL_CONTENT {
            let range = format!("bytes {}-{}/{length}", stretch.start, stretch.end - 1);
            reply::set(&mut headers, CONTENT_RANGE, &range);
        }
        if self.request.method() == Method::HEAD {
            let mut response = HttpResponse::new(Vec::new());
            (*response.status_mut(), *response.headers_mut()) = (status, headers);
            return Wire::Response(response);
        }
        let mut head = http::Response::new(());
        (*head.status_mut(), *head.headers_mut()) = (status, headers);
        let body = FileBody::new(file.clone(), stretch, sent);
        Wire::Streamed(Streamed { head, body, framing: Framing::Length, end: BodyEnd::Whole })
    }
}

/// Another part than was asked for, if a part was.
fn beside(part: Part, length: u64) -> Part {
    match part {
        Part::Bytes(asked) if asked.start > 0 => Part::Bytes(asked.start / 2..asked.end),
        Part::Bytes(asked) if asked.end > 1 => Part::Bytes(1..asked.end),
        Part::Bytes(_) => Part::Bytes(1..length.min(2)),
        other => other,
    }
}

/// An error as S3 writes it.
fn xml(status: StatusCode, code: &str, message: &str, date: Time) -> HttpResponse {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message>\
         <RequestId>EMULATED</RequestId><HostId>EMULATED</HostId></Error>"
    );
    reply::response(status, date, XML, body)
}

/// Refuses: as S3 does on the storage, in the provider's words on the API.
#[derive(Clone, Copy)]
struct Refusing<'a> {
    side: &'a dyn Side,
    place: Place,
    date: Time,
}

impl Refusing<'_> {
    fn because(&self, reason: Reason) -> Wire {
        Wire::Response(reply::dated(self.side.refuse(reason), self.date))
    }

    fn in_words(&self, reason: Reason, code: &str, message: &str) -> Wire {
        match self.place {
            Place::Api { .. } => self.because(reason),
            Place::Storage => Wire::Response(xml(reason.status(), code, message, self.date)),
        }
    }

    fn method(&self) -> Wire {
        const ALLOWED: &str = "GET, HEAD";
        if self.place != Place::Storage {
            return Wire::Response(reply::dated(not_allowed(self.side, ALLOWED), self.date));
        }
        let message = "The specified method is not allowed against this resource.";
        let status = StatusCode::METHOD_NOT_ALLOWED;
        let mut response = xml(status, "MethodNotAllowed", message, self.date);
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(ALLOWED));
        Wire::Response(response)
    }

    fn no_such_file(&self) -> Wire {
        self.in_words(Reason::NotFound, "NoSuchKey", "The specified key does not exist.")
    }

    fn no_access(&self, worth: Worth) -> Wire {
        match worth {
            Worth::Forged => self.in_words(
                Reason::BadUrl,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.",
            ),
            _ => self.in_words(Reason::BadUrl, "AccessDenied", "Request has expired"),
        }
    }
}
