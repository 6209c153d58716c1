//! `POST /generate`.

use http::header::{HeaderName, HeaderValue};
use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Accepted, Call, Error, ErrorKind, FailureClass, HttpResponse, NewGeneration, Provider as _,
    Refusal, post_json,
};

use crate::errors::words;
use crate::failures;
use crate::form;
use crate::provider::{API_KEY, SyncLabs, observed};
use crate::wire;

/// The longest idempotency key, in characters, from the page on idempotency.
pub const MAX_IDEMPOTENCY_KEY: usize = 128;

/// The code of an answer that does not know what became of an earlier submission with the same key.
const OUTCOME_UNKNOWN: &str = "IDEMPOTENCY_OUTCOME_UNKNOWN";

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// As the API reference describes it: as JSON, or as a form if there are files. With the same key and body a repetition gives the same generation.
pub(crate) fn call(sync: &SyncLabs, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
    check(new)?;
    let mut request = if new.files.is_empty() {
        let credentials = (API_KEY, sync.key().bare());
        post_json(sync.base_url(), "/generate", credentials, &new.body)?
    } else {
        form::request(sync, new)?
    };
    if let Some(key) = &new.idempotency_key {
        request.headers_mut().insert(IDEMPOTENCY_KEY, header(key)?);
    }
    let sync = sync.clone();
    Ok(Call::new(request, move |response| read(&sync, response)))
}

/// What Sync Labs has nothing like.
pub(crate) fn check(new: &NewGeneration) -> Result<(), Error> {
    if new.endpoint.is_some() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "Sync Labs has no endpoints to choose from; the model is in the body",
        ));
    }
    if new.template.is_some() {
        return Err(Error::new(ErrorKind::InvalidInput, "Sync Labs has no templates"));
    }
    if new.native {
        let problem = "Sync Labs hands no body on to a model unchanged";
        return Err(Error::new(ErrorKind::InvalidInput, problem));
    }
    Ok(())
}

fn header(key: &str) -> Result<HeaderValue, Error> {
    let fits = (1..=MAX_IDEMPOTENCY_KEY).contains(&key.len())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"._~-".contains(&b));
    HeaderValue::from_str(key).ok().filter(|_| fits).ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidInput,
            format!("an idempotency key has 1 to {MAX_IDEMPOTENCY_KEY} of A-Z a-z 0-9 . _ ~ -"),
        )
    })
}

fn read(sync: &SyncLabs, response: &HttpResponse) -> Result<Accepted, Error> {
    let answer = Answer::of(response, words).map_err(|error| {
        let refusal = refusal(&error);
        let unknown: Option<wire::OutcomeUnknown> = serde_json::from_slice(response.body()).ok();
        let id = unknown.and_then(|unknown| unknown.generation_id);
        let error = match id.and_then(|id| sync.handle(&id).ok()) {
            Some(handle) => error.about(&handle),
            None => error,
        };
        // No page says with which HTTP status it comes.
        if error.provider_code() == Some(OUTCOME_UNKNOWN) {
            return error.with_unknown_outcome();
        }
        error.with_refusal(refusal)
    })?;
    let wire: wire::Generation = answer.parse()?;
    let handle =
        wire.id.as_deref().and_then(|id| sync.handle(id).ok()).ok_or_else(|| {
            invalid_response(response, "names no generation that can be asked about")
        })?;
    let mut accepted = Accepted::new(vec![handle.clone()]);
    accepted.generation = observed(&handle, &answer, wire).ok().map(Box::new);
    Ok(accepted)
}

fn refusal(error: &Error) -> Option<Refusal> {
    let code = error.provider_code()?;
    if code == "concurrency_limit_reached" {
        return Some(Refusal::Concurrency);
    }
    match failures::class(Some(code)) {
        _ if code == "rate_limit_exceeded" => Some(Refusal::Rate),
        FailureClass::Input => Some(Refusal::Input),
        FailureClass::Moderation => Some(Refusal::Moderation),
        FailureClass::Quota => Some(Refusal::Credits),
        _ => None,
    }
}
