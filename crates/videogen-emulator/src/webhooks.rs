//! Webhooks: what is sent when a generation has ended, and what becomes of it.
//!
//! Documented are: Sync Labs' body as a part of a generation's and its signature; that Token360 makes at most three attempts with rests of 1 and
//! 3 seconds, of which at most one succeeds, and echoes `request_id`; at which states each is sent. Everything else of Token360's
//! and Prism's bodies is inferred.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::{CONTENT_TYPE, HeaderName};
use http::{Method, StatusCode};
use sha2::Sha256;
use videogen_core::{HttpRequest, Moment, WebhookSecret, redact};

use crate::emulator::{Emulator, handle};
use crate::log::MAX_RECORDED;
use crate::provider_name::ProviderName;
use crate::reply::{self, JSON};
use crate::script::{Ending, Script, webhook_target};
use crate::status::{self, Stage, View};
use crate::submission::Body;
use crate::wall::Time;
use crate::{prism, synclabs, token360};

/// What Sync Labs' webhooks are signed with unless the emulator is told otherwise.
pub const WEBHOOK_SECRET: &str = "whsec_emulated";

/// What forgers sign with.
const FORGERS_SECRET: &str = "whsec_forged";

/// Where forged webhooks say the output is.
pub(crate) const FORGED_URL: &str = "https://forged.example/video.mp4";

/// How long Token360 rests before it tries once more.
const RESTS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

const SIGNATURE: HeaderName = HeaderName::from_static("sync-signature");

/// A webhook to be sent. `Debug` shows neither the query of its URL nor its body.
#[derive(Clone)]
#[non_exhaustive]
pub struct Webhook {
    /// Tells it from every other, attempts of the same one included.
    pub number: u64,
    /// When it is to be sent.
    pub at: Moment,
    /// The generation that it is about, in a handle's text form.
    pub handle: String,
    /// Which attempt it is, counted from 1.
    pub attempt: u8,
    /// Whether it is a forger's.
    pub forged: bool,
    /// The request, to the URL that was asked for.
    pub request: HttpRequest,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("number", &self.number)
            .field("at", &self.at)
            .field("handle", &self.handle)
            .field("attempt", &self.attempt)
            .field("forged", &self.forged)
            .field("url", &redact::url(&self.request.uri().to_string()))
            .finish_non_exhaustive()
    }
}

/// What became of a webhook.
#[derive(Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// The [`Webhook::number`].
    pub number: u64,
    /// When it was to be sent.
    pub at: Moment,
    /// The generation that it is about, in a handle's text form.
    pub handle: String,
    /// Which attempt it is, counted from 1.
    pub attempt: u8,
    /// Whether it is a forger's.
    pub forged: bool,
    /// What was answered, or why nothing was. `None` as long as nobody said.
    pub answer: Option<Result<StatusCode, String>>,
    url: String,
    what: What,
}

impl Delivery {
    /// Where it went, without the query.
    #[must_use]
    pub fn shown_url(&self) -> String {
        redact::url(&self.url)
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("number", &self.number)
            .field("at", &self.at)
            .field("handle", &self.handle)
            .field("attempt", &self.attempt)
            .field("forged", &self.forged)
            .field("url", &self.shown_url())
            .field("answer", &self.answer)
            .finish()
    }
}

/// A webhook that will be due.
#[derive(Clone)]
struct What {
    provider: ProviderName,
    id: String,
    forged: bool,
    attempt: u8,
}

/// The webhooks of an emulator.
#[derive(Clone)]
pub(crate) struct Webhooks {
    secret: String,
    due: BTreeMap<(Moment, u64), What>,
    made: u64,
    deliveries: VecDeque<Delivery>,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            secret: WEBHOOK_SECRET.to_owned(),
            due: BTreeMap::new(),
            made: 0,
            deliveries: VecDeque::new(),
        }
    }
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhooks({} due, {} delivered)", self.due.len(), self.deliveries.len())
    }
}

impl Webhooks {
    fn plan(&mut self, at: Moment, what: What) {
        self.made = self.made.saturating_add(1);
        self.due.insert((at, self.made), what);
    }
}

/// Where a generation's webhook goes.
fn url(script: &Script, submitted: Option<&Body>) -> Option<String> {
    let member = match script.provider {
        // No page but that of templates has it.
        ProviderName::Prism if script.template_id.is_none() => None,
        ProviderName::Prism => Some("webhook_url"),
        ProviderName::Token360 => Some("callback_url"),
        ProviderName::Synclabs => Some("webhookUrl"),
    };
    let asked = || submitted?.text(member?);
    script.webhook.url.clone().or_else(asked).filter(|url| !url.is_empty())
}

impl Emulator {
    /// Signs Sync Labs' webhooks with this instead of [`WEBHOOK_SECRET`].
    pub fn set_webhook_secret(&mut self, secret: &WebhookSecret) {
        secret.expose().clone_into(&mut self.webhooks.secret);
    }

    /// What Sync Labs' webhooks are signed with.
    #[must_use]
    pub fn webhook_secret(&self) -> &str {
        &self.webhooks.secret
    }

    /// Puts down the webhooks of a generation that was made.
    pub(crate) fn plan_webhooks(&mut self, provider: ProviderName, id: &str) {
        let Some(generation) = self.generations.get(&(provider, id.to_owned())) else { return };
        let script = &generation.script;
        // Whether Sync Labs sends one for `REJECTED` is not said.
        if url(script, generation.submitted.as_ref()).is_none()
            || !matches!(script.ends, Ending::Completed | Ending::Failed)
        {
            return;
        }
        let life = status::lifetime(script).unwrap_or_default();
        let (middle, end) = (generation.created + life / 2, generation.created + life);
        let plan = script.webhook.clone();
        let what = |forged| What { provider, id: id.to_owned(), forged, attempt: 1 };
        if plan.forged {
            self.webhooks.plan(middle, what(true));
        }
        let times = if plan.missing { 0 } else { 1 + u8::from(plan.doubled) };
        for _ in 0..times {
            self.webhooks.plan(end + plan.late, what(false));
        }
    }

    /// When the next webhook is due, if there is one to come.
    #[must_use]
    pub fn next_webhook(&self) -> Option<Moment> {
        self.webhooks.due.first_key_value().map(|((at, _), _)| *at)
    }

    /// The webhooks that are due at `now`, in the order in which they are to be sent, each one once. Tell what is
    /// [answered](Self::webhook_answered).
    pub fn due_webhooks(&mut self, now: Moment) -> Vec<Webhook> {
        let mut due = Vec::new();
        while let Some(first) = self.webhooks.due.first_entry().filter(|it| it.key().0 <= now) {
            let ((at, number), what) = first.remove_entry();
            due.extend(self.webhook(at, number, what));
        }
        due
    }

    /// Tells what was answered to a webhook, or why nothing was. Token360 tries again unless it was a 2xx.
    pub fn webhook_answered(
        &mut self,
        now: Moment,
        number: u64,
        answer: Result<StatusCode, String>,
    ) {
        let mut deliveries = self.webhooks.deliveries.iter_mut();
        let Some(delivery) = deliveries.find(|it| it.number == number) else { return };
        let failed = !matches!(&answer, Ok(status) if status.is_success());
        if delivery.answer.replace(answer).is_some() {
            return;
        }
        let mut what = delivery.what.clone();
        let rest = usize::from(what.attempt).checked_sub(1).and_then(|it| RESTS.get(it));
        if let Some(rest) = rest
            && failed
            && what.provider == ProviderName::Token360
            && !what.forged
        {
            what.attempt += 1;
            self.webhooks.plan(now + *rest, what);
        }
    }

    /// What became of the webhooks, oldest first; the last [`MAX_RECORDED`] of them.
    pub fn webhooks(&self) -> impl Iterator<Item = &Delivery> {
        self.webhooks.deliveries.iter()
    }

    /// One webhook as it is sent at `at`. `None` if the generation is gone, or its URL cannot be used.
    fn webhook(&mut self, at: Moment, number: u64, what: What) -> Option<Webhook> {
        let What { provider, id, forged, attempt } = &what;
        let (forged, attempt) = (*forged, *attempt);
        let generation = self.generations.get(&(*provider, id.clone()))?;
        let url = url(&generation.script, generation.submitted.as_ref())?;
        let mut view = View::new(generation, id, at, self.wall, &self.origin);
        if forged {
            view.stage = Stage::Ended(Ending::Completed);
        }
        let body = match provider {
            ProviderName::Prism => prism::webhook(&view, forged),
            ProviderName::Token360 => token360::webhook(&view, forged),
            ProviderName::Synclabs => synclabs::webhook(&view, &url, forged),
        };
        let target = webhook_target(&url);
        let request = target.map(|target| {
            let mut request = HttpRequest::new(body.into_bytes());
            (*request.method_mut(), *request.uri_mut()) = (Method::POST, target);
            let plan = &generation.script.webhook;
            if *provider == ProviderName::Synclabs {
                let wrong = forged || plan.wrong_signature;
                let secret = if wrong { FORGERS_SECRET } else { &self.webhooks.secret };
                let age = plan.stale.filter(|_| !forged).unwrap_or_default();
                let signature = signature(self.wall.at(at), age, secret, request.body());
                reply::set(request.headers_mut(), SIGNATURE, &signature);
            }
            if let Some(json) = JSON {
                request.headers_mut().insert(CONTENT_TYPE, json);
            }
            request
        });
        let handle = handle(*provider, id);
        let unusable = || Err("the URL of the webhook cannot be used".to_owned());
        let answer = request.is_none().then(unusable);
        let delivery =
            Delivery { number, at, handle: handle.clone(), attempt, forged, answer, url, what };
        if self.webhooks.deliveries.len() >= MAX_RECORDED {
            self.webhooks.deliveries.pop_front();
        }
        self.webhooks.deliveries.push_back(delivery);
        Some(Webhook { number, at, handle, attempt, forged, request: request? })
    }
}

/// Sync Labs' header, as its guide describes it.
fn signature(now: Time, age: Duration, secret: &str, body: &[u8]) -> String {
    let time = now.unix_seconds().saturating_sub(age.as_secs());
    let mut hex = String::new();
    // HMAC has a use for a key of any length: this cannot fail.
    if let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        let mac = mac.chain_update(time.to_string()).chain_update(b".").chain_update(body);
        for byte in mac.finalize().into_bytes() {
            hex.push_str(&format!("{byte:02x}"));
        }
    }
    format!("t={time},v1={hex}")
}
