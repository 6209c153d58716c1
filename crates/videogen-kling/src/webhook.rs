//! Callbacks of Kling: signed if the account has a Webhook Secret, else hints.
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use http::HeaderMap;
//! use videogen_core::webhook::{DEFAULT_TOLERANCE, WebhookSecret};
//! use videogen_core::{ApiKey, Phase};
//! use videogen_kling::{Kling, webhook};
//!
//! let kling = Kling::with_api_key(ApiKey::new("your-api-key").unwrap());
//! // What the web server got: the headers, and the body byte for byte. This one is from Kling's page.
//! let mut headers = HeaderMap::new();
//! headers.insert("webhook-id", "9876543210".parse().unwrap());
//! headers.insert("webhook-timestamp", "1781080794".parse().unwrap());
//! headers.insert(
//!     "webhook-signature",
//!     "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=".parse().unwrap(),
//! );
//! let body = br#"{"id":"1234567890","status":"succeeded","message":"","create_time":1781080778802,"update_time":1781080794151}"#;
//! let secret = WebhookSecret::new("whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=").unwrap();
//! let now = UNIX_EPOCH + Duration::from_secs(1_781_080_795);
//!
//! let endpoint = "text-to-video/kling-3.0-turbo";
//! let event =
//!     webhook::verify(&kling, endpoint, &headers, body, &secret, now, DEFAULT_TOLERANCE).unwrap();
//! assert_eq!(event.generation().phase(), Phase::Succeeded);
//! assert_eq!(event.deduplication_key(), "kling:tasks/1234567890:succeeded");
//! ```
//!
//! # Which task it is about
//!
//! The body has the task's id and not what made it, and a task of the older API is found only with that. So both functions take the endpoint
//! that was submitted to: give each endpoint a callback URL of its own, with the endpoint in it.
//!
//! # What is documented
//!
//! The page "Callback Protocol" (<https://kling.ai/document-api/api/get-started/callbacks>):
//!
//! - A callback is sent whenever the task's status changes, to the `callback_url` of the submission. Its body is the task without
//!   an envelope: `id`, `status`, … in the newer API; `task_id`, `task_status`, … "for Kling 3.0 Omni and earlier models", without the URL of a
//!   video with a watermark. Which of the two a model of that age gets that was made by the newer API is not clear, so both are read at any endpoint.
//! - With a Webhook Secret, three headers are added: `webhook-id`, `webhook-timestamp` in unix seconds, and `webhook-signature`, which is `v1,` and
//!   the Base64 of the HMAC-SHA256 of id, time and body with full stops between. The key is the Base64 behind the secret's `whsec_`. While a
//!   secret changes, for up to seven days, the header has a signature for each, with a space between. The time is to be within five
//!   minutes of now. That is the scheme of Standard Webhooks (<https://www.standardwebhooks.com>). The page has a test vector.
//!
//! # What is not
//!
//! - Whether callbacks of the older API are signed: the page says "each callback request".
//! - How long Kling waits for an answer, and whether it sends a callback again. Keep a slow wait as a fallback.
//! - Signatures with another word than `v1` are skipped, and so is a `v1` that is no signature at all (inferred from the scheme).

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use http::header::HeaderName;
use serde::Deserialize;
use sha2::Sha256;
use videogen_core::fields::FieldMap;
use videogen_core::webhook::{self, Hint, Verified, WebhookSecret};
use videogen_core::{Error, ErrorKind, Generation, Handle, lenient, timestamp};

use crate::provider::Kling;
use crate::read;
use crate::route::Endpoint;
use crate::status::STATUSES;
use crate::wire::{self, LegacyTask, Task};

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIME: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// What a secret begins with; the rest is Base64.
const PREFIX: &str = "whsec_";

type HmacSha256 = Hmac<Sha256>;

/// What a callback says of a task that was submitted to `endpoint`, if it was signed with one of `secrets`, within `tolerance` of
/// `now`.
///
/// `body` is the request's body byte for byte. `tolerance` is
/// [`DEFAULT_TOLERANCE`](videogen_core::webhook::DEFAULT_TOLERANCE), which is what the page says.
///
/// A callback that was verified may still be a replay: ask [`SeenWebhooks`](videogen_core::SeenWebhooks).
///
/// # Errors
///
/// [`ErrorKind::ForgedWebhook`] if the signature is missing, garbled or wrong; [`ErrorKind::StaleWebhook`] if it is right, and
/// of another time; [`ErrorKind::InvalidWebhook`] if the body is too long, or signed and yet not about a task;
/// [`ErrorKind::InvalidInput`] if there are no secrets, one of them is none of Kling's, or `endpoint` cannot be one. None of them shows
/// a secret or a signature.
pub fn verify(
    kling: &Kling,
    endpoint: &str,
    headers: &HeaderMap,
    body: &[u8],
    secrets: &(impl AsRef<[WebhookSecret]> + ?Sized),
    now: SystemTime,
    tolerance: Duration,
) -> Result<Verified, Error> {
    webhook::check_length(body)?;
    let endpoint = Endpoint::of(endpoint)?;
    let keys = secrets.as_ref().iter().map(key).collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "there is no secret to check the webhook's signature with",
        ));
    }
    let signed = Signed::of(headers)?;
    // No early end: how long it takes tells nothing of which secret it was.
    let genuine = keys.iter().filter(|key| signed.is_of(body, key)).count() > 0;
    if !genuine {
        return Err(forged(if keys.len() == 1 {
            "does not fit the body and the webhook secret"
        } else {
            "does not fit the body and any of the webhook secrets"
        }));
    }
    signed.check_time(now, tolerance)?;
    let (handle, shape) = named(kling, &endpoint, body)?;
    let seen = generation(&handle, shape, body)?;
    Ok(Verified::new(seen, signed.at))
}

/// Which task that was submitted to `endpoint` a callback says has news. For accounts without a Webhook Secret: anybody may have sent it.
///
/// # Errors
///
/// [`ErrorKind::InvalidWebhook`] if the body is too long, no JSON object, or names no task; [`ErrorKind::InvalidInput`] if
/// `endpoint` cannot be one.
pub fn hint(kling: &Kling, endpoint: &str, body: &[u8]) -> Result<Hint, Error> {
    named(kling, &Endpoint::of(endpoint)?, body).map(|(handle, _)| Hint::new(handle))
}

/// In which of its two forms the body is.
#[derive(Clone, Copy)]
enum Shape {
    Current,
    Legacy,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Names {
    #[serde(deserialize_with = "lenient::string")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    task_id: Option<String>,
}

fn named(kling: &Kling, endpoint: &Endpoint, body: &[u8]) -> Result<(Handle, Shape), Error> {
    let names: Names = webhook::parse(body)?;
    let (id, shape) = match (names.id, names.task_id) {
        (Some(id), Some(task_id)) if id != task_id => {
            return Err(webhook::invalid("names two generations"));
        }
        (Some(id), _) => (Some(id), Shape::Current),
        (None, task_id) => (task_id, Shape::Legacy),
    };
    // A slash would lead to another kind.
    if id.as_ref().is_some_and(|id| id.contains('/')) {
        return Err(webhook::invalid("names a generation by an id that cannot be one"));
    }
    let id = id.map(|id| endpoint.place().id_of(&id));
    webhook::handle(kling, id.as_deref()).map(|handle| (handle, shape))
}

fn generation(handle: &Handle, shape: Shape, body: &[u8]) -> Result<Generation, Error> {
    let begin = |status: Option<&str>, fields: FieldMap| -> Result<Generation, Error> {
        let status = status.ok_or_else(|| webhook::invalid("has no status").about(handle))?;
        let mut seen = Generation::new(handle.clone(), STATUSES.status(status));
        let text = std::str::from_utf8(body).unwrap_or_default();
        seen.keep_body(text.strip_prefix('\u{feff}').unwrap_or(text), fields);
        Ok(seen)
    };
    match shape {
        Shape::Current => {
            let task: Task = webhook::parse(body)?;
            let mut seen = begin(task.status.as_deref(), wire::LISTED_FIELDS)?;
            read::fill(&mut seen, task);
            Ok(seen)
        }
        Shape::Legacy => {
            let task: LegacyTask = webhook::parse(body)?;
            let mut seen = begin(task.task_status.as_deref(), wire::LEGACY_LISTED_FIELDS)?;
            read::fill_legacy(&mut seen, task);
            Ok(seen)
        }
    }
}

/// The key that a secret stands for.
fn key(secret: &WebhookSecret) -> Result<Vec<u8>, Error> {
    let text = secret.expose();
    let key = STANDARD.decode(text.strip_prefix(PREFIX).unwrap_or(text)).ok();
    key.filter(|key| !key.is_empty()).ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidInput,
            "the webhook secret is not `whsec_` and Base64, as Kling's are",
        )
    })
}

/// What the headers say.
struct Signed<'a> {
    /// Id and time as they were signed, letter for letter.
    id: &'a str,
    time: &'a str,
    at: SystemTime,
    candidates: Vec<[u8; 32]>,
}

impl<'a> Signed<'a> {
    fn of(headers: &'a HeaderMap) -> Result<Self, Error> {
        let id = single(headers, &ID)?;
        let time = single(headers, &TIME)?;
        let signatures = single(headers, &SIGNATURE)?;
        let candidates: Vec<_> = signatures.split(' ').filter_map(candidate).collect();
        if candidates.is_empty() {
            return Err(forged("has no `v1,` with a signature"));
        }
        let at = unix_seconds(time)
            .ok_or_else(|| forged("has a `webhook-timestamp` that is not in unix seconds"))?;
        Ok(Self { id, time, at, candidates })
    }

    /// Whether one of the signatures is of this key.
    fn is_of(&self, body: &[u8], key: &[u8]) -> bool {
        // HMAC has a use for a key of any length: this cannot fail.
        let Ok(mac) = HmacSha256::new_from_slice(key) else { return false };
        let signed = [self.id, ".", self.time, "."];
        let mac = signed.into_iter().fold(mac, |mac, part| mac.chain_update(part));
        let mac = mac.chain_update(body);
        // `verify` takes as long for a wrong signature as for a right one.
        let right = |candidate: &&[u8; 32]| mac.clone().verify((*candidate).into()).is_ok();
        self.candidates.iter().filter(right).count() > 0
    }

    fn check_time(&self, now: SystemTime, tolerance: Duration) -> Result<(), Error> {
        let (distance, direction) = match now.duration_since(self.at) {
            Ok(age) => (age, "before"),
            Err(ahead) => (ahead.duration(), "after"),
        };
        if distance <= tolerance {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::StaleWebhook,
            format!(
                "the webhook was signed {} s {direction} now, and {} s are tolerated",
                distance.as_secs(),
                tolerance.as_secs()
            ),
        ))
    }
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<&'a str, Error> {
    let mut values = headers.get_all(name).iter();
    let value = match (values.next(), values.next()) {
        (Some(value), None) => value,
        (Some(_), Some(_)) => return Err(forged(&format!("has `{name}` twice"))),
        (None, _) => return Err(forged(&format!("has no `{name}`"))),
    };
    value.to_str().map_err(|_| forged(&format!("has a `{name}` that is not printable ASCII")))
}

/// The Base64 has one way to be written, so that no changed signature passes.
fn candidate(signature: &str) -> Option<[u8; 32]> {
    STANDARD.decode(signature.strip_prefix("v1,")?).ok()?.try_into().ok()
}

fn unix_seconds(digits: &str) -> Option<SystemTime> {
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    timestamp::from_unix_seconds(digits.parse().ok()?)
}

fn forged(problem: &str) -> Error {
    Error::new(ErrorKind::ForgedWebhook, format!("the webhook's signature {problem}"))
}
