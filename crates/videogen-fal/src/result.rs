//! `GET …/requests/{request_id}`: what came of a request that is `COMPLETED`.
//!
//! "The response has the status code, headers, and body that the model returned. If the model returned an error, this operation returns the
//! same error" (<https://fal.ai/docs/inference-api/queue/result>). So an error there may be the generation's, and it may be of whatever stands
//! between: a wrong key, a gateway, a result that is not stored yet. Only what is documented to be the generation's ends it.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, Value};
use videogen_core::answer::{self, Answer, invalid_response};
use videogen_core::{
    Call, Error, ErrorKind, Failure, Generation, Handle, HttpResponse, Observed, Output,
    OutputKind, Phase, Provider as _, get, timestamp,
};

use crate::errors::{ErrorAnswer, words};
use crate::failures::{self, CANCELLED};
use crate::path;
use crate::provider::Fal;
use crate::status::{COMPLETED, STATUSES};
use crate::wire::{self, File, ModelOutput, QueueStatus};

/// Under which name [`Generation::other_fields`] has what the queue said of a generation that has ended, beside the fields of the result.
pub const QUEUE: &str = "queue";

/// How long a result may be, in bytes: with `sync_mode`, models put their files into it.
const LONGEST_RESULT: usize = 64 * 1024 * 1024;

/// What the status of a request that is `COMPLETED` told.
pub(crate) struct Told {
    queue: QueueStatus,
    /// The answer, letter for letter.
    text: String,
}

/// How a generation ended without success.
pub(crate) enum End {
    Failed(Failure),
    Cancelled(Failure),
}

impl End {
    /// By an error type of the platform.
    fn by(error_type: Option<&str>, message: Option<String>) -> Self {
        let code = error_type.map(ToOwned::to_owned);
        let failure = Failure::new(failures::class(error_type), code, message);
        if error_type == Some(CANCELLED) { Self::Cancelled(failure) } else { Self::Failed(failure) }
    }

    pub(crate) fn put_on(self, seen: &mut Generation) {
        match self {
            Self::Failed(failure) => seen.fail(failure),
            Self::Cancelled(failure) => {
                seen.status = STATUSES.status_as(COMPLETED, Phase::Cancelled);
                seen.failure = Some(failure);
            }
        }
    }
}

impl Told {
    pub(crate) fn new(queue: QueueStatus, text: &str) -> Self {
        Self { queue, text: text.trim().to_owned() }
    }

    /// How it ended, where the status alone says all there is to know.
    pub(crate) fn end(&self) -> Option<End> {
        let known = failures::request_error(self.queue.error_type.as_deref()?)?;
        (!known.may_have_more).then(|| self.own_end())
    }

    /// "Present only if the request failed."
    const fn is_failed(&self) -> bool {
        self.queue.error.is_some() || self.queue.error_type.is_some()
    }

    /// How it ended by the status alone.
    fn own_end(&self) -> End {
        End::by(self.queue.error_type.as_deref(), self.queue.error.clone())
    }

    /// How it ended by an answer that is no success. `None` if that is not known: then the answer taught nothing.
    fn end_by(&self, status: StatusCode, answer: &ErrorAnswer) -> Option<End> {
        if !answer.is_object {
            return None;
        }
        let message = || answer.message.clone().or_else(|| self.queue.error.clone());
        if !answer.of_model.is_empty() {
            let code = answer.code();
            let class = failures::class(code);
            return Some(End::Failed(Failure::new(class, code.map(ToOwned::to_owned), message())));
        }
        let error_type = answer.error_type.as_deref();
        if error_type.and_then(failures::request_error).is_some_and(|known| known.is_of_generation)
        {
            return Some(End::by(error_type, message()));
        }
        // These speak of who asks, and of how often.
        if matches!(status.as_u16(), 401 | 402 | 403 | 407 | 408 | 425 | 429) {
            return None;
        }
        if answer.tells_retryable {
            let code = answer.code().or(self.queue.error_type.as_deref());
            return Some(End::by(code, message()));
        }
        if !self.is_failed() {
            return None;
        }
        // It failed. Whether the model has more to say of it, that it was rejected say, is not known by what stands between.
        let is_typed = self.queue.error_type.is_some();
        let is_of_exchange = matches!(status.as_u16(), 502..=504)
            || error_type
                .and_then(failures::request_error)
                .is_some_and(|known| !known.is_of_generation);
        match status.as_u16() {
            // There is no result that would say more.
            404 | 410 => Some(self.own_end()),
            400..=599
                if (is_typed || !is_of_exchange)
                    && (answer.message.is_some() || error_type.is_some()) =>
            {
                let code = self.queue.error_type.as_deref().or_else(|| answer.code());
                Some(End::by(code, message()))
            }
            _ => None,
        }
    }
}

/// Asks for the result.
pub(crate) fn call(fal: &Fal, handle: &Handle, told: Told) -> Result<Call<Observed>, Error> {
    let path = path::result(handle, told.queue.response_url.as_deref());
    let request = get(fal.base_url(), &path, fal.credentials()?)?;
    let about = handle.clone();
    let call =
        Call::new(request, move |response| read(&about, &told, response).map(Observed::from));
    Ok(call.with_answer_limit(LONGEST_RESULT).about(handle))
}

fn read(handle: &Handle, told: &Told, response: &HttpResponse) -> Result<Generation, Error> {
    if response.status().is_success() {
        return read_output(handle, told, response);
    }
    let body = String::from_utf8_lossy(response.body());
    let error = ErrorAnswer::of(response.headers(), &body);
    match told.end_by(response.status(), &error) {
        Some(end) => {
            let mut seen = generation(handle, told, response, &body);
            end.put_on(&mut seen);
            Ok(seen)
        }
        None => Err(unclear(response)),
    }
}

fn read_output(handle: &Handle, told: &Told, response: &HttpResponse) -> Result<Generation, Error> {
    let not_yet = || invalid_response(response, "is not the result yet, though the status said so");
    if response.status() == StatusCode::ACCEPTED {
        return Err(not_yet());
    }
    let answer = Answer::of(response, |_| None)?;
    let queue: QueueStatus = answer.parse()?;
    let is_waiting = matches!(queue.status.as_deref(), Some("IN_QUEUE" | "IN_PROGRESS"));
    if is_waiting && queue.response_url.is_some() {
        return Err(not_yet());
    }
    let mut output: ModelOutput = answer.parse()?;
    // As one copy of the page prints it, with the queue's word and the result in an envelope.
    if queue.status.as_deref() == Some(COMPLETED)
        && let Some(inner) = output.response.take()
        && inner.get().starts_with('{')
        && let Ok(inner) = inner.parse()
    {
        output = inner;
    }
    let mut seen = generation(handle, told, response, answer.text());
    fill(&mut seen, output);
    // A file that is there is not thrown away, whatever else is said.
    if told.is_failed() && !seen.has_primary_output() {
        told.own_end().put_on(&mut seen);
    }
    Ok(seen)
}

/// The generation that ended with this body, as far as all ends are alike.
fn generation(handle: &Handle, told: &Told, response: &HttpResponse, body: &str) -> Generation {
    let mut seen = Generation::new(handle.clone(), STATUSES.status(COMPLETED));
    seen.times.observed = answer::date(response.headers());
    seen.keep_body(&joined(body, QUEUE, &told.text), wire::OUTPUT_FIELDS);
    seen
}

/// What a model gave.
pub(crate) fn fill(seen: &mut Generation, output: ModelOutput) {
    seen.prompt = output.prompt;
    let videos = output.video.into_iter().chain(output.videos);
    let sounds = output.audio.into_iter().chain(output.audio_url);
    let images = output.image.into_iter().chain(output.images);
    add(seen, OutputKind::Video, videos);
    // A model that makes videos may show a picture of one, and not the other way round.
    let is_video = seen.has_primary_output();
    let first = seen.outputs.len();
    add(seen, OutputKind::Image, images);
    add(seen, OutputKind::Audio, sounds);
    for output in seen.outputs.iter_mut().skip(first).filter(|_| is_video) {
        output.primary = false;
    }
}

fn add(seen: &mut Generation, kind: OutputKind, files: impl Iterator<Item = File>) {
    for file in files {
        let Some(url) = file.url else { continue };
        // The same as the first of several, at some models.
        if seen.outputs.iter().any(|output| output.url.expose() == url) {
            continue;
        }
        let expires_at = timestamp::presigned_expiry(&url);
        let mut output = Output::primary(kind, url);
        output.expires_at = expires_at;
        output.file_name = file.file_name;
        output.duration = file.duration.and_then(|it| Duration::try_from_secs_f64(it).ok());
        seen.outputs.push(output);
    }
}

/// The object in `body` with one more member, an object too: letter for letter but for that. If `body` is no object, an empty one stands for it.
pub(crate) fn joined(body: &str, name: &str, member: &str) -> String {
    let body = body.trim_start_matches('\u{feff}').trim();
    let names: Option<Map<String, Value>> = serde_json::from_str(body).ok();
    let mut name = name.to_owned();
    while names.as_ref().is_some_and(|names| names.contains_key(&name)) {
        name.push('_');
    }
    let name = Value::String(name);
    match (names, body.strip_suffix('}')) {
        (Some(names), Some(open)) => {
            let comma = if names.is_empty() { "" } else { "," };
            format!("{}{comma}{name}:{member}}}", open.trim_end())
        }
        _ => format!("{{{name}:{member}}}"),
    }
}

/// The error of an answer that is no success, and does not say that the generation is none: to be asked again, unless it is of a kind that the
/// caller has to see to.
fn unclear(response: &HttpResponse) -> Error {
    let error = match Answer::of(response, |body| words(response.headers(), body)) {
        Err(error) => error,
        Ok(_) => invalid_response(response, "is a success"),
    };
    if error.kind() != ErrorKind::Refused {
        return error;
    }
    // A refusal would end a wait, and this may be "Request is still in progress".
    Error::new(
        ErrorKind::Unavailable,
        "the status says that the request has ended, and its result is refused without a type that would say that it failed",
    )
    .with_http_status(response.status().as_u16())
    .with_request_id(error.request_id().map(ToOwned::to_owned))
    .with_retry_after(error.retry_after())
    .with_provider_words(
        error.provider_code().map(ToOwned::to_owned),
        error.provider_message().map(ToOwned::to_owned),
    )
}
