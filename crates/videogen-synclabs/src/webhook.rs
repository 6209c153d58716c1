//! Webhooks of Sync Labs, which are signed.
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use http::HeaderMap;
//! use videogen_core::webhook::{DEFAULT_TOLERANCE, WebhookSecret};
//! use videogen_core::{ApiKey, Phase};
//! use videogen_synclabs::{SyncLabs, webhook};
//!
//! let sync = SyncLabs::new(ApiKey::new("your-api-key").unwrap());
//! // What the web server got: the headers, and the body byte for byte.
//! let mut headers = HeaderMap::new();
//! headers.insert(
//!     "sync-signature",
//!     "t=1769075311,v1=1f0a1b544f97e9d82c6f5ea70322a360a0ad1507a4f9da409cb91fa720adab31"
//!         .parse()
//!         .unwrap(),
//! );
//! let body = br#"{"id":"g1","status":"COMPLETED","outputUrl":"https://cdn.example/v.mp4"}"#;
//! // The old and the new one, while they change; or `&secret` alone.
//! let secrets = [
//!     WebhookSecret::new("whsec_EXAMPLE-old").unwrap(),
//!     WebhookSecret::new("whsec_EXAMPLE-new").unwrap(),
//! ];
//! let now = UNIX_EPOCH + Duration::from_secs(1_769_075_312);
//!
//! let event = webhook::verify(&sync, &headers, body, &secrets, now, DEFAULT_TOLERANCE).unwrap();
//! assert_eq!(event.generation().phase(), Phase::Succeeded);
//! assert_eq!(event.deduplication_key(), "synclabs:g1:COMPLETED");
//! ```
//!
//! # What is documented
//!
//! - A generation's webhook is sent when it is `COMPLETED` or `FAILED`. Whether one is sent for `REJECTED` is not said.
//! - The guide "Webhooks": the header `Sync-Signature: t=<unix seconds>,v1=<hex>` with the HMAC-SHA256 of the time, a full stop and
//!   the body. The key is the whole secret, with its `whsec_`. The guide's sample writes the parsed JSON anew before it signs,
//!   which works only as long as both sides write JSON alike; here the body counts as it came.
//! - The body has some of the fields of `GET /generate/{id}`: no `projectId`, `outputFileName` and `synthesizedAudioUrl`.
//!   The failure's code is `error_code` there.
//!
//! # What is in doubt
//!
//! - The pages of the payload reference name **another header**, `X-Signature-Primary`, as required, and not how it is made. It is
//!   not read: a webhook that has only that one is refused, and the error says so. Ask for the generation's status then.
//! - Several `v1` in one header, unknown names beside `t` and `v1`, and spaces after the commas are accepted, as is usual for signatures of
//!   this form (inferred). Two `t`, anything but 64 lower-case hex digits, or a header that comes twice is refused.
//! - How old a signature may be is not said. [`DEFAULT_TOLERANCE`](videogen_core::webhook::DEFAULT_TOLERANCE) is our choice.
//! - A `FAILED` webhook with empty error fields was seen: ask for the status to learn why it failed. An output that is missing is
//!   asked for in the same way.
//! - By clients in the wild, a webhook that is not answered with 2xx is not sent again: keep a slow wait as a fallback.
//! - Webhooks of batches are refused: they have an `id` and a `status` too, and are told by `totalGenerations` or `metrics` (from one
//!   documented example).

use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use http::header::HeaderName;
use sha2::Sha256;
use videogen_core::webhook::{self, Verified, WebhookSecret};
use videogen_core::{Error, ErrorKind, HttpResponse, Observed, Provider, StatusQuery, timestamp};

use crate::provider::SyncLabs;
use crate::wire;

/// The header with the signature, from the guide.
const SIGNATURE: HeaderName = HeaderName::from_static("sync-signature");

/// The header that the payload reference names in its place.
const OTHER_SIGNATURE: HeaderName = HeaderName::from_static("x-signature-primary");

/// What a batch has and a generation has not.
const BATCH: [&str; 2] = ["totalGenerations", "metrics"];

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
/// [`ErrorKind::ForgedWebhook`] if the signature is missing, garbled or wrong; [`ErrorKind::StaleWebhook`] if it
/// is right, and of another time; [`ErrorKind::InvalidWebhook`] if the body is too long, or signed and yet not about a generation;
/// [`ErrorKind::InvalidInput`] if there are no secrets. None of them shows a secret or a signature.
pub fn verify(
    sync: &SyncLabs,
    headers: &HeaderMap,
    body: &[u8],
    secrets: &(impl AsRef<[WebhookSecret]> + ?Sized),
    now: SystemTime,
    tolerance: Duration,
) -> Result<Verified, Error> {
    webhook::check_length(body)?;
    let secrets = secrets.as_ref();
    if secrets.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "there is no secret to check the webhook's signature with",
        ));
    }
    let signature = Signature::of(headers)?;
    // No early end: how long it takes tells nothing of which secret it was.
    let genuine = secrets.iter().filter(|secret| signature.is_of(body, secret)).count() > 0;
    if !genuine {
        return Err(forged(if secrets.len() == 1 {
            "does not fit the body and the webhook secret"
        } else {
            "does not fit the body and any of the webhook secrets"
        }));
    }
    signature.check_time(now, tolerance)?;
    read(sync, body, signature.signed_at)
}

/// What the header says.
struct Signature<'a> {
    /// The time as it was signed, letter for letter.
    time: &'a str,
    signed_at: SystemTime,
    candidates: Vec<[u8; 32]>,
}

impl<'a> Signature<'a> {
    fn of(headers: &'a HeaderMap) -> Result<Self, Error> {
        let mut values = headers.get_all(SIGNATURE).iter();
        let value = match (values.next(), values.next()) {
            (Some(value), None) => value,
            (Some(_), Some(_)) => return Err(forged("comes twice")),
            (None, _) if headers.contains_key(OTHER_SIGNATURE) => {
                return Err(forged(
                    "is missing; there is only `X-Signature-Primary`, which Sync Labs' payload reference names without saying how it is made",
                ));
            }
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
        Ok(Self { time, signed_at, candidates })
    }

    /// Whether one of the signatures is of this secret.
    fn is_of(&self, body: &[u8], secret: &WebhookSecret) -> bool {
        // HMAC has a use for a key of any length: this cannot fail.
        let Ok(mac) = HmacSha256::new_from_slice(secret.expose().as_bytes()) else { return false };
        let mac = mac.chain_update(self.time).chain_update(b".").chain_update(body);
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
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    timestamp::from_unix_seconds(digits.parse().ok()?)
}

/// The body as an answer to the question that it answers.
fn read(sync: &SyncLabs, body: &[u8], signed_at: SystemTime) -> Result<Verified, Error> {
    let wire: wire::Generation = webhook::parse(body)?;
    let handle = webhook::handle(sync, wire.id.as_deref())?;
    if wire.status.is_none() {
        return Err(webhook::invalid("has no status").about(&handle));
    }
    let call = sync.status(&handle, StatusQuery::Plain)?;
    match call.decode(&HttpResponse::new(body.to_vec())) {
        Ok(Observed::Generation(batch)) if BATCH.iter().any(|name| batch.field(name).is_some()) => {
            Err(webhook::invalid("is about a batch and not about a generation"))
        }
        Ok(Observed::Generation(generation)) => Ok(Verified::new(*generation, signed_at)),
        Ok(_) => Err(webhook::invalid("does not say it all").about(&handle)),
        Err(error) => Err(webhook::invalid("cannot be read").about(&handle).with_source(error)),
    }
}

fn forged(problem: &str) -> Error {
    Error::new(
        ErrorKind::ForgedWebhook,
        format!("the webhook's signature (`Sync-Signature`) {problem}"),
    )
}
