//! Webhooks: OpenRouter's are signed, where the workspace has a secret; OpenAI's are read as hints.
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use http::HeaderMap;
//! use videogen_core::webhook::{DEFAULT_TOLERANCE, WebhookSecret};
//! use videogen_core::{ApiKey, Phase};
//! use videogen_openai::{OpenAi, profiles, webhook};
//!
//! let openrouter = OpenAi::new(profiles::openrouter::profile(), ApiKey::new("your-api-key").unwrap());
//! // What the web server got: the headers, and the body byte for byte.
//! let mut headers = HeaderMap::new();
//! headers.insert(
//!     "x-openrouter-signature",
//!     "t=1777032000,v1=bc23fcb7d9646b89edd8b453c2d7c772f1302b29106ed650a32cd4d503b0491b".parse().unwrap(),
//! );
//! let body = br#"{"type":"video.generation.failed","data":{"id":"abc123","status":"failed","error":"no"}}"#;
//! let secret = WebhookSecret::new("EXAMPLE-secret").unwrap();
//! let now = UNIX_EPOCH + Duration::from_secs(1_777_032_001);
//!
//! let event = webhook::verify(&openrouter, &headers, body, &secret, now, DEFAULT_TOLERANCE).unwrap();
//! assert_eq!(event.generation().phase(), Phase::Failed);
//! assert_eq!(event.deduplication_key(), "openrouter:abc123:failed");
//! ```
//!
//! # What is documented
//!
//! - OpenRouter sends one when a video is `completed`, `failed`, `cancelled` or `expired`: `{"type", "created_at", "data"}`, where `data` has some
//!   of what a status has. With a secret in the workspace's settings there is a header `X-OpenRouter-Signature: t=<unix seconds>,v1=<hex>`
//!   with the HMAC-SHA256 of the time, a comma and the body; the page's own example tolerates five minutes.
//! - OpenAI sent `{"id": "evt_…", "type": "video.completed", "data": {"id": "video_…"}}`, and signed it as "Standard Webhooks" has it. It says
//!   only which video it is about, so it could be no more than a hint; the signature is not looked at.
//!
//! # What is inferred
//!
//! Several `v1` in one header, unknown names beside `t` and `v1`, and spaces after the commas are accepted, as is usual for signatures of this form. Two `t`, anything
//! but 64 lower-case hex digits, or a header that comes twice is refused.

use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use serde::Deserialize;
use sha2::Sha256;
use videogen_core::webhook::{self, Hint, Verified, WebhookSecret};
use videogen_core::{
    Error, ErrorKind, HttpResponse, Json, Observed, Provider as _, StatusQuery, json, lenient,
    timestamp,
};

use crate::profile::SignedBy;
use crate::provider::OpenAi;

type HmacSha256 = Hmac<Sha256>;

/// What a webhook says, if it was signed with one of `secrets`, within `tolerance` of `now`.
///
/// `body` is the request's body byte for byte. `tolerance` is
/// [`DEFAULT_TOLERANCE`](videogen_core::webhook::DEFAULT_TOLERANCE) unless there is a reason.
///
/// A webhook that was verified may still be a replay: ask [`SeenWebhooks`](videogen_core::SeenWebhooks).
///
/// # Errors
///
/// [`ErrorKind::Unsupported`] for a service of which no signature is known; [`ErrorKind::ForgedWebhook`] if the signature is missing, garbled or
/// wrong; [`ErrorKind::StaleWebhook`] if it is right, and of another time; [`ErrorKind::InvalidWebhook`] if the body is too
/// long, or signed and yet not about a video; [`ErrorKind::InvalidInput`] if there are no secrets. None of them shows a secret or a
/// signature.
pub fn verify(
    openai: &OpenAi,
    headers: &HeaderMap,
    body: &[u8],
    secrets: &(impl AsRef<[WebhookSecret]> + ?Sized),
    now: SystemTime,
    tolerance: Duration,
) -> Result<Verified, Error> {
    let signed_by = openai.profile().signature;
    let signed_by = signed_by.ok_or_else(|| openai.unsupported("check a webhook's signature"))?;
    webhook::check_length(body)?;
    let secrets = secrets.as_ref();
    if secrets.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "there is no secret to check the webhook's signature with",
        ));
    }
    let signature = Signature::of(signed_by, headers)?;
    // No early end: how long it takes tells nothing of which secret it was.
    let genuine = secrets.iter().filter(|secret| signature.is_of(body, secret)).count() > 0;
    if !genuine {
        return Err(signed_by.forged(if secrets.len() == 1 {
            "does not fit the body and the webhook secret"
        } else {
            "does not fit the body and any of the webhook secrets"
        }));
    }
    signature.check_time(now, tolerance)?;
    read(openai, body, signature.signed_at)
}

/// Which video a webhook's body says has news: `data.id`, or `id` where there is no `data`. Anybody may have sent it.
///
/// # Errors
///
/// [`ErrorKind::InvalidWebhook`] if the body is too long, no JSON object, or names no video.
pub fn hint(openai: &OpenAi, body: &[u8]) -> Result<Hint, Error> {
    let event: Event = webhook::parse(body)?;
    let id = match event.data {
        Some(data) => data.parse::<Named>().ok().and_then(|it| it.id),
        None => event.id,
    };
    webhook::handle(openai, id.as_deref()).map(Hint::new)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Event {
    #[serde(deserialize_with = "lenient::string")]
    id: Option<String>,
    #[serde(deserialize_with = "json::optional")]
    data: Option<Json>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    #[serde(deserialize_with = "lenient::string")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    status: Option<String>,
}

/// What the header says.
struct Signature<'a> {
    joint: &'static str,
    /// The time as it was signed, letter for letter.
    time: &'a str,
    signed_at: SystemTime,
    candidates: Vec<[u8; 32]>,
}

impl<'a> Signature<'a> {
    fn of(signed_by: SignedBy, headers: &'a HeaderMap) -> Result<Self, Error> {
        let forged = |problem: &str| signed_by.forged(problem);
        let mut values = headers.get_all(signed_by.header).iter();
        let value = match (values.next(), values.next()) {
            (Some(value), None) => value,
            (Some(_), Some(_)) => return Err(forged("comes twice")),
            (None, _) => return Err(forged("is missing")),
        };
        let text = value.to_str().map_err(|_| forged("is not printable ASCII"))?;
        let mut time = None;
        let mut candidates = Vec::new();
        for part in text.split(',') {
            match part.trim_matches([' ', '\t']).split_once('=') {
                Some(("t", _)) if time.is_some() => return Err(forged("has two times")),
                Some(("t", digits)) => time = Some(digits),
                Some(("v1", hex)) => candidates
                    .push(digest(hex).ok_or_else(|| {
                        forged("has a `v1` that is not 64 lower-case hex digits")
                    })?),
                // A form of signature that is younger than this.
                Some(_) => {}
                None => return Err(forged("is not of the form `t=…,v1=…`")),
            }
        }
        let time = time.ok_or_else(|| forged("has no time"))?;
        if candidates.is_empty() {
            return Err(forged("has no `v1`"));
        }
        let signed_at =
            unix_seconds(time).ok_or_else(|| forged("has a time that is not in unix seconds"))?;
        Ok(Self { joint: signed_by.joint, time, signed_at, candidates })
    }

    /// Whether one of the signatures is of this secret.
    fn is_of(&self, body: &[u8], secret: &WebhookSecret) -> bool {
        // HMAC has a use for a key of any length: this cannot fail.
        let Ok(mac) = HmacSha256::new_from_slice(secret.expose().as_bytes()) else { return false };
        let mac = mac.chain_update(self.time).chain_update(self.joint).chain_update(body);
        // `verify` takes as long for a wrong signature as for a right one.
        let right = |candidate: &&[u8; 32]| mac.clone().verify((*candidate).into()).is_ok();
        self.candidates.iter().filter(right).count() > 0
    }

    fn check_time(&self, now: SystemTime, tolerance: Duration) -> Result<(), Error> {
        let (distance, direction) = match now.duration_since(self.signed_at) {
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

impl SignedBy {
    fn forged(self, problem: &str) -> Error {
        Error::new(
            ErrorKind::ForgedWebhook,
            format!("the webhook's signature (`{}`) {problem}", self.header),
        )
    }
}

/// 64 lower-case hex digits: one way to write it, so that no changed signature passes.
fn digest(hex: &str) -> Option<[u8; 32]> {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { return None };
    if pairs.len() != 32 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(bytes)
}

fn unix_seconds(digits: &str) -> Option<SystemTime> {
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    timestamp::from_unix_seconds(digits.parse().ok()?)
}

/// What is in `data`, as an answer to the question that it answers.
fn read(openai: &OpenAi, body: &[u8], signed_at: SystemTime) -> Result<Verified, Error> {
    let event: Event = webhook::parse(body)?;
    let data = event.data.ok_or_else(|| webhook::invalid("has no `data`"))?;
    let named: Named = data
        .parse()
        .map_err(|error| webhook::invalid("has `data` that cannot be read").with_source(error))?;
    let handle = webhook::handle(openai, named.id.as_deref())?;
    if named.status.is_none() {
        return Err(webhook::invalid("has no status").about(&handle));
    }
    let call = openai.status(&handle, StatusQuery::Plain)?;
    match call.decode(&HttpResponse::new(data.get().as_bytes().to_vec())) {
        Ok(Observed::Generation(generation)) => Ok(Verified::new(*generation, signed_at)),
        Ok(_) => Err(webhook::invalid("does not say it all").about(&handle)),
        Err(error) => Err(webhook::invalid("cannot be read").about(&handle).with_source(error)),
    }
}
