//! Webhooks of fal, which are signed with Ed25519.
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::time::SystemTime;
//! use http::HeaderMap;
//! use videogen_core::webhook::Verified;
//! use videogen_core::{Error, Handle};
//! use videogen_fal::{Fal, KeySet, webhook};
//!
//! /// What a web server does with one: `headers` and the body byte for byte, the keys that it fetched today, and the handles that it
//! /// keeps by fal's id of the request.
//! fn received(
//!     fal: &Fal,
//!     headers: &HeaderMap,
//!     body: &[u8],
//!     keys: &KeySet,
//!     handles: &BTreeMap<String, Handle>,
//!     now: SystemTime,
//! ) -> Result<Option<Verified>, Error> {
//!     let signed = webhook::verify(headers, body, keys, now, webhook::TOLERANCE)?;
//!     match handles.get(signed.request_id()) {
//!         Some(handle) => signed.about(fal, handle).map(Some),
//!         None => Ok(None), // not one of ours
//!     }
//! }
//! ```
//!
//! The keys are fetched with [`keys`], which takes no API key, and are good for a [day](KEYS_LIFETIME).
//!
//! # Two steps
//!
//! A webhook names a request by its id alone, and fal finds none by that: its app is a part of the path. So [`verify`] says
//! which request it is about, and [`Signed::about`] makes the generation of the handle that you kept
//! ([`request_id`](crate::request_id) is what to keep it by).
//!
//! # What is documented
//!
//! The page "Webhooks" (<https://fal.ai/docs/documentation/model-apis/inference/webhooks>):
//!
//! - Four headers, `X-Fal-Webhook-Request-Id`, `-User-Id`, `-Timestamp` (unix seconds) and `-Signature` (hexadecimal). If one is missing the webhook is not
//!   genuine. The signature is of the first three and the hexadecimal SHA-256 of the body, with line feeds between.
//! - The keys are at `https://rest.fal.ai/.well-known/jwks.json`; any of them may have signed. They may be kept for 24 hours. Older copies of the page
//!   have `rest.alpha.fal.ai`.
//! - Five minutes are tolerated in both directions.
//! - The body has `status`, `OK` or `ERROR`; `payload`, which is the result or the body of the error; `error`, a message; and `payload_error` where the
//!   payload is no JSON. Then the result is where it always is, and a wait asks for it.
//! - One that is not answered with 2xx within 15 seconds is sent again, ten times within two hours in one copy of the page. A redirect is not followed.
//!
//! # What is in doubt
//!
//! - Whether the id in the header is that in the body or that of the last attempt: it is signed and not compared. The body's `request_id` is what
//!   counts, "the value used in the queue API".
//! - Whether a cancelled request has a webhook.
//! - Hexadecimal digits are read in either case, as the page's own samples do.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use sha2::{Digest as _, Sha256};
use videogen_core::webhook::{self, Verified};
use videogen_core::{
    BaseUrl, Call, Credentials, Error, ErrorKind, Failure, Generation, Handle, Phase, get,
    timestamp,
};

use crate::errors::ErrorAnswer;
use crate::failures::{self, CANCELLED};
use crate::key_set::KeySet;
use crate::path;
use crate::provider::Fal;
use crate::result::{QUEUE, fill, joined};
use crate::status::{COMPLETED, STATUSES};
use crate::wire::{self, ModelOutput, WebhookBody};

/// Where fal's public keys are.
pub const DEFAULT_KEYS_URL: &str = "https://rest.fal.ai";

/// How long the keys may be kept.
pub const KEYS_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// How far the time of a webhook may lie from now, in both directions.
pub const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// The path of the keys.
const KEYS_PATH: &str = "/.well-known/jwks.json";

const REQUEST_ID: &str = "x-fal-webhook-request-id";
const USER_ID: &str = "x-fal-webhook-user-id";
const TIMESTAMP: &str = "x-fal-webhook-timestamp";
const SIGNATURE: &str = "x-fal-webhook-signature";

/// Fetches fal's public keys. Nothing secret is sent.
///
/// # Errors
///
/// None that the documented place can cause.
pub fn keys() -> Result<Call<KeySet>, Error> {
    keys_at(&BaseUrl::from_static(DEFAULT_KEYS_URL))
}

/// As [`keys`], from another place: an emulator, say. Whoever answers there decides which webhooks are genuine.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`] if the base URL and the path do not make a URL.
pub fn keys_at(base_url: &BaseUrl) -> Result<Call<KeySet>, Error> {
    Ok(Call::new(get(base_url, KEYS_PATH, Credentials::None)?, KeySet::read))
}

/// What a webhook says, if it was signed with one of `keys`, within `tolerance` of `now`.
///
/// `body` is the request's body byte for byte. `tolerance` is [`TOLERANCE`] unless there is a reason. If it is not genuine and the keys are not of
/// today, fetch them once more and try again.
///
/// A webhook that was verified may still be a replay: ask [`SeenWebhooks`](videogen_core::SeenWebhooks).
///
/// # Errors
///
/// [`ErrorKind::ForgedWebhook`] if a header is missing or garbled, or the signature is of none of the keys; [`ErrorKind::StaleWebhook`] if it is right, and
/// of another time; [`ErrorKind::InvalidWebhook`] if the body is too long, or signed and yet about no request.
pub fn verify(
    headers: &HeaderMap,
    body: &[u8],
    keys: &KeySet,
    now: SystemTime,
    tolerance: Duration,
) -> Result<Signed, Error> {
    webhook::check_length(body)?;
    let (request_id, user_id) = (header(headers, REQUEST_ID)?, header(headers, USER_ID)?);
    let time = header(headers, TIMESTAMP)?;
    let signature = header(headers, SIGNATURE)?;
    let signed_at =
        unix_seconds(time).ok_or_else(|| forged(TIMESTAMP, "is not a time in unix seconds"))?;
    let signature =
        hex(signature).ok_or_else(|| forged(SIGNATURE, "is not of 128 hexadecimal digits"))?;
    let digest = Sha256::digest(body);
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    // None of them can have a line feed in it: a header has none.
    let message = format!("{request_id}\n{user_id}\n{time}\n{digest}");
    if !keys.signed(message.as_bytes(), &signature) {
        return Err(forged(SIGNATURE, "is of none of the keys, for these headers and this body"));
    }
    check_time(signed_at, now, tolerance)?;
    let body: WebhookBody = webhook::parse(body)?;
    let Some(request_id) = body.request_id.clone() else {
        return Err(webhook::invalid("names no request"));
    };
    let is_ok = match body.status.as_deref() {
        Some("OK") => true,
        Some("ERROR") => false,
        Some(_) => return Err(webhook::invalid("has a status that is neither `OK` nor `ERROR`")),
        None => return Err(webhook::invalid("has no status")),
    };
    Ok(Signed { request_id, user_id: user_id.to_owned(), signed_at, is_ok, body })
}

/// A webhook that fal signed lately. It says which request it is about, and what came of it once the [handle](Self::about) is known.
#[derive(Clone, Debug)]
#[must_use = "it is about a generation that its handle is needed for"]
pub struct Signed {
    request_id: String,
    user_id: String,
    signed_at: SystemTime,
    is_ok: bool,
    body: WebhookBody,
}

impl Signed {
    /// fal's id of the request: [`request_id`](crate::request_id) of its handle.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The id of the account that submitted it.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// When fal signed it, by fal's clock.
    #[must_use]
    pub const fn signed_at(&self) -> SystemTime {
        self.signed_at
    }

    /// What it says of the generation of `handle`: that it has ended, and how, with the word that a status has for that.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if `handle` is of another request, and [`ErrorKind::ForeignHandle`] if it is of another place.
    pub fn about(&self, fal: &Fal, handle: &Handle) -> Result<Verified, Error> {
        fal.check(handle)?;
        if path::request_id(handle) != self.request_id {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the webhook is about another request than the handle",
            )
            .about(handle));
        }
        let mut seen = Generation::new(handle.clone(), STATUSES.status(COMPLETED));
        let payload = self.body.payload.as_ref().map_or("{}", |payload| payload.get());
        seen.keep_body(&joined(payload, QUEUE, &self.said()), wire::OUTPUT_FIELDS);
        if self.is_ok {
            let output: Option<ModelOutput> =
                payload.starts_with('{').then(|| serde_json::from_str(payload).ok()).flatten();
            fill(&mut seen, output.unwrap_or_default());
        } else {
            self.fail(&mut seen, payload);
        }
        Ok(Verified::new(seen, self.signed_at))
    }

    fn fail(&self, seen: &mut Generation, payload: &str) {
        let answer = ErrorAnswer::of(&HeaderMap::new(), payload);
        let code = answer.code();
        let failure = Failure::new(
            failures::class(code),
            code.map(ToOwned::to_owned),
            answer.message.clone().or_else(|| self.body.error.clone()),
        );
        if code == Some(CANCELLED) {
            seen.status = STATUSES.status_as(COMPLETED, Phase::Cancelled);
            seen.failure = Some(failure);
        } else {
            seen.fail(failure);
        }
    }

    /// What it says beside the payload, as JSON.
    fn said(&self) -> String {
        let body = WebhookBody { payload: None, ..self.body.clone() };
        serde_json::to_string(&body).unwrap_or_else(|_| "{}".to_owned())
    }
}

/// The one value of a header.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Error> {
    let mut values = headers.get_all(name).iter();
    let value = match (values.next(), values.next()) {
        (Some(value), None) => value,
        (Some(_), Some(_)) => return Err(forged(name, "comes twice")),
        (None, _) => return Err(forged(name, "is missing")),
    };
    match value.to_str() {
        Ok("") => Err(forged(name, "is empty")),
        Ok(text) => Ok(text),
        Err(_) => Err(forged(name, "is not printable ASCII")),
    }
}

fn check_time(signed_at: SystemTime, now: SystemTime, tolerance: Duration) -> Result<(), Error> {
    let (distance, direction) = match now.duration_since(signed_at) {
        Ok(age) => (age, "before"),
        Err(ahead) => (ahead.duration(), "after"),
    };
    if distance <= tolerance {
        return Ok(());
    }
    let (distance, tolerance) = (distance.as_secs(), tolerance.as_secs());
    Err(Error::new(
        ErrorKind::StaleWebhook,
        format!(
            "the webhook was signed {distance} s {direction} now, and {tolerance} s are tolerated"
        ),
    ))
}

fn unix_seconds(digits: &str) -> Option<SystemTime> {
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    timestamp::from_unix_seconds(digits.parse().ok()?)
}

fn hex(digits: &str) -> Option<[u8; 64]> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    if pairs.len() != 64 {
        return None;
    }
    let mut bytes = [0; 64];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let high = char::from(*high).to_digit(16)?;
        let low = char::from(*low).to_digit(16)?;
        *byte = u8::try_from(high << 4 | low).ok()?;
    }
    Some(bytes)
}

fn forged(header: &str, problem: &str) -> Error {
    Error::new(ErrorKind::ForgedWebhook, format!("the webhook's header `{header}` {problem}"))
}
