//! Webhooks: genuine and forged.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use videogen_core::webhook::{MAX_WEBHOOK_BYTES, Verified};
use videogen_core::{Error, ErrorKind, SeenWebhooks};

use super::exchange::total;
use super::ids::HOSTILE_IDS;
use super::{HintSample, ProviderSuite, Verify};
use crate::rules;
use crate::secrets::error_chain;
use crate::suite::Suite;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How much of a signature is as bad as the whole.
const PIECE: usize = 12;

/// A genuine webhook that is signed, and what verifies it.
pub struct WebhookSample<'a> {
    headers: HeaderMap,
    body: Vec<u8>,
    signed_at: SystemTime,
    has_time: bool,
    verify: Box<Verify<'a>>,
}

/// Not the signature.
impl fmt::Debug for WebhookSample<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookSample")
            .field("headers", &self.headers.keys())
            .field("body", &self.body.len())
            .field("signed_at", &self.signed_at)
            .finish_non_exhaustive()
    }
}

impl<'a> WebhookSample<'a> {
    /// A webhook with these headers of the signature, and no others, and this body, that was signed at `signed_at`. `verify` gets the
    /// headers, the body and what time it is, and knows the secret.
    ///
    /// # Panics
    ///
    /// If a header cannot be one.
    pub fn new(
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
        signed_at: SystemTime,
        verify: impl Fn(&HeaderMap, &[u8], SystemTime) -> Result<Verified, Error> + 'a,
    ) -> Self {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a header's name");
            map.append(name, value.parse().expect("a header's value"));
        }
        let (body, verify) = (body.into(), Box::new(verify));
        Self { headers: map, body, signed_at, has_time: true, verify }
    }

    /// For a signature that has no time.
    #[must_use]
    pub fn without_time(mut self) -> Self {
        self.has_time = false;
        self
    }
}

pub(super) fn check(it: &ProviderSuite<'_>, suite: &mut Suite) {
    for sample in &it.webhooks {
        genuine(it, suite, sample);
        bodies(suite, sample);
        headers(suite, sample);
        times(suite, sample);
    }
    for sample in &it.hints {
        hints(it, suite, sample);
    }
}

fn genuine(it: &ProviderSuite<'_>, suite: &mut Suite, sample: &WebhookSample<'_>) {
    let provider = it.provider();
    let verify = || (sample.verify)(&sample.headers, &sample.body, sample.signed_at);
    let rule = &rules::WEBHOOK_IS_VERIFIED;
    let Some(verified) = total(suite, "a genuine webhook", verify) else { return };
    let verified = match verified {
        Ok(verified) => verified,
        Err(error) => return suite.rule(rule, false, || format!("it is refused: {error}")),
    };
    let handle = verified.handle();
    let is_ours = handle.provider() == provider.name() && handle.base_url() == provider.base_url();
    suite.rule(rule, is_ours, || format!("it is about {handle:?}"));
    let first = verified.deduplication_key().to_owned();
    let again = verify().map(|again| again.deduplication_key().to_owned());
    let mut seen = SeenWebhooks::default();
    seen.first_time(&first, sample.signed_at);
    let is_replay = again.as_ref().is_ok_and(|again| !seen.first_time(again, sample.signed_at));
    suite.rule(&rules::WEBHOOK_REPEATS_ITSELF, is_replay, || {
        format!("its key is `{first}`, and then {:?}", again.map_err(|error| error.kind()))
    });
}

fn refuse(
    suite: &mut Suite,
    sample: &WebhookSample<'_>,
    about: &str,
    headers: &HeaderMap,
    body: &[u8],
) {
    let rule = &rules::WEBHOOK_FORGERY_IS_REFUSED;
    let verify = || (sample.verify)(headers, body, sample.signed_at);
    match total(suite, about, verify) {
        None => {}
        Some(Ok(_)) => suite.rule(rule, false, || format!("it is verified with {about}")),
        Some(Err(error)) => {
            let kind = error.kind();
            let is_refusal = matches!(
                kind,
                ErrorKind::ForgedWebhook | ErrorKind::StaleWebhook | ErrorKind::InvalidWebhook
            );
            suite.rule(rule, is_refusal, || format!("with {about} it is {kind:?}"));
            let shown = error_chain(&error);
            let pieces = headers.values().filter_map(|value| {
                let text = value.to_str().ok()?;
                text.get(text.len().checked_sub(PIECE)?..)
            });
            let leaked = pieces.into_iter().any(|piece| shown.contains(piece));
            suite.rule(rule, !leaked, || format!("with {about} the error shows the signature"));
        }
    }
}

fn bodies(suite: &mut Suite, sample: &WebhookSample<'_>) {
    let mut changed = vec![
        ("no body".to_owned(), Vec::new()),
        ("a body that goes on".to_owned(), [&*sample.body, b" "].concat()),
        ("a body that begins earlier".to_owned(), [b" ", &*sample.body].concat()),
        ("too long a body".to_owned(), vec![b' '; MAX_WEBHOOK_BYTES + 1]),
    ];
    for at in 0..sample.body.len() {
        let mut flipped = sample.body.clone();
        if let Some(byte) = flipped.get_mut(at) {
            *byte ^= 1 << (at % 8);
        }
        changed.push((format!("another byte {at} in the body"), flipped));
        let left = sample.body.get(..at).unwrap_or_default().to_vec();
        changed.push((format!("{at} bytes of the body"), left));
    }
    for (about, body) in changed {
        refuse(suite, sample, &about, &sample.headers, &body);
    }
}

fn headers(suite: &mut Suite, sample: &WebhookSample<'_>) {
    for (name, value) in &sample.headers {
        let mut without = sample.headers.clone();
        without.remove(name);
        refuse(suite, sample, &format!("no {name}"), &without, &sample.body);
        let bytes = value.as_bytes();
        let mut others: Vec<(String, Vec<u8>)> =
            vec![("half".to_owned(), bytes.get(..bytes.len() / 2).unwrap_or_default().to_vec())];
        for at in 0..bytes.len() {
            for bit in 0..7 {
                let mut flipped = bytes.to_vec();
                if let Some(byte) = flipped.get_mut(at) {
                    *byte ^= 1 << bit;
                }
                // Digits of a signature may be written in either case.
                if !flipped.eq_ignore_ascii_case(bytes) {
                    others.push((format!("another byte {at}"), flipped));
                }
            }
        }
        for (what, value) in others {
            let Ok(value) = HeaderValue::from_bytes(&value) else { continue };
            let mut changed = sample.headers.clone();
            changed.insert(name, value);
            refuse(suite, sample, &format!("{what} in {name}"), &changed, &sample.body);
        }
    }
}

fn times(suite: &mut Suite, sample: &WebhookSample<'_>) {
    if !sample.has_time {
        return;
    }
    for (when, now) in
        [("a day late", sample.signed_at + DAY), ("a day early", sample.signed_at - DAY)]
    {
        let verified = (sample.verify)(&sample.headers, &sample.body, now);
        let kind = verified.map(drop).map_err(|error| error.kind());
        suite.rule(&rules::WEBHOOK_HAS_A_TIME, kind == Err(ErrorKind::StaleWebhook), || {
            format!("{when} it is {kind:?}")
        });
    }
}

fn hints(it: &ProviderSuite<'_>, suite: &mut Suite, sample: &HintSample<'_>) {
    let rule = &rules::HINT_SAYS_ONLY_WHICH;
    let provider = it.provider();
    let genuine = total(suite, "a hint", || (sample.read)(&sample.body));
    suite.rule(rule, matches!(genuine, Some(Ok(_))), || {
        format!("the sample is read as {:?}", genuine.as_ref().and_then(|it| it.as_ref().err()))
    });
    let mut bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{}".to_vec(),
        b"<html>".to_vec(),
        "{\"data\":".repeat(10_000).into_bytes(),
        vec![b' '; MAX_WEBHOOK_BYTES + 1],
        (0..=255).collect(),
    ];
    for cut in 0..sample.body.len() {
        bodies.push(sample.body.get(..cut).unwrap_or_default().to_vec());
    }
    if let (Some(Ok(hint)), Ok(json)) = (&genuine, serde_json::from_slice::<Value>(&sample.body)) {
        let text = json.to_string();
        let id = Value::from(hint.handle().id()).to_string();
        for hostile in HOSTILE_IDS {
            bodies.push(text.replace(&id, &Value::from(hostile).to_string()).into_bytes());
        }
    }
    for body in bodies {
        let shown: String = String::from_utf8_lossy(&body).chars().take(60).collect();
        let Some(read) = total(suite, "a hint", || (sample.read)(&body)) else { continue };
        let is_fine = match &read {
            Ok(hint) => {
                let handle = hint.handle();
                handle.provider() == provider.name() && handle.base_url() == provider.base_url()
            }
            Err(error) => error.kind() == ErrorKind::InvalidWebhook,
        };
        suite.rule(rule, is_fine, || format!("{shown:?} is read as {read:?}"));
    }
}
