//! Webhooks: what is sent when a generation has ended, and what becomes of it.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};
use videogen_core::{HttpRequest, Moment, WebhookSecret, redact};

use crate::emulator::Emulator;
use crate::log::MAX_RECORDED;
use crate::provider_name::ProviderName;
use crate::reply::JSON;
use crate::script::{Ending, webhook_target};
use crate::side::{Message, Sending, Side};
use crate::view::{self, Stage};
use crate::world::{Emulated, World, handle};

/// What webhooks are signed with that are signed with a secret, unless the emulator is told otherwise.
pub const WEBHOOK_SECRET: &str = "whsec_emulated";

/// What forgers sign with.
const FORGERS_SECRET: &str = "whsec_forged";

/// Where forged webhooks say the output is.
pub const FORGED_URL: &str = "https://forged.example/video.mp4";

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
fn url(side: &dyn Side, generation: &Emulated) -> Option<String> {
    let Emulated { script, submitted, .. } = generation;
    let asked = || side.webhook_url(script, submitted.as_ref()?);
    script.webhook.url.clone().or_else(asked).filter(|url| !url.is_empty())
}

impl World {
    /// Puts down the webhooks of a generation that was made.
    pub(crate) fn plan_webhooks(&mut self, side: &dyn Side, id: &str) {
        let provider = side.name();
        let Some(generation) = self.generation(provider, id) else { return };
        let script = &generation.script;
        // Whether any provider sends one for the other ends is not said.
        if url(side, generation).is_none()
            || !matches!(script.ends, Ending::Completed | Ending::Failed)
        {
            return;
        }
        let life = view::lifetime(script).unwrap_or_default();
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

    /// One webhook as it is sent at `at`. `None` if the generation is gone, or its URL cannot be used.
    fn webhook(&mut self, side: &dyn Side, at: Moment, number: u64, what: What) -> Option<Webhook> {
        let What { provider, id, forged, attempt } = &what;
        let (forged, attempt) = (*forged, *attempt);
        let generation = self.generation(*provider, id)?;
        let url = url(side, generation)?;
        let mut view = self.view(*provider, side.signing(), id, at)?;
        if forged {
            view.stage = Stage::Ended(Ending::Completed);
        }
        let plan = &generation.script.webhook;
        let wrong_signature = forged || plan.wrong_signature;
        let age = plan.stale.filter(|_| !forged).unwrap_or_default();
        let sending = Sending {
            url: &url,
            number,
            forged,
            wrong_signature,
            signed: self.wall.at(at).minus(age),
            secret: if wrong_signature { FORGERS_SECRET } else { &self.webhooks.secret },
        };
        let request = webhook_target(&url).map(|target| {
            let Message { headers, body } = side.webhook(&view, &sending);
            let mut request = HttpRequest::new(body);
            (*request.method_mut(), *request.uri_mut()) = (Method::POST, target);
            *request.headers_mut() = headers;
            if !request.headers().contains_key(CONTENT_TYPE) {
                request.headers_mut().insert(CONTENT_TYPE, JSON);
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

impl Emulator {
    /// Signs webhooks with this instead of [`WEBHOOK_SECRET`], where they are signed with a secret.
    pub fn set_webhook_secret(&mut self, secret: &WebhookSecret) {
        secret.expose().clone_into(&mut self.world.webhooks.secret);
    }

    /// What webhooks are signed with that are signed with a secret.
    #[must_use]
    pub fn webhook_secret(&self) -> &str {
        &self.world.webhooks.secret
    }

    /// When the next webhook is due, if there is one to come.
    #[must_use]
    pub fn next_webhook(&self) -> Option<Moment> {
        self.world.webhooks.due.first_key_value().map(|((at, _), _)| *at)
    }

    /// The webhooks that are due at `now`, in the order in which they are to be sent, each one once. Tell what is
    /// [answered](Self::webhook_answered).
    pub fn due_webhooks(&mut self, now: Moment) -> Vec<Webhook> {
        let mut due = Vec::new();
        let (sides, world) = self.parts();
        while let Some(first) = world.webhooks.due.first_entry().filter(|it| it.key().0 <= now) {
            let ((at, number), what) = first.remove_entry();
            let side = sides.iter().find(|side| side.name() == what.provider);
            due.extend(side.and_then(|side| world.webhook(&**side, at, number, what)));
        }
        due
    }

    /// Tells what was answered to a webhook, or why nothing was. A provider that [tries again](Side::webhook_rests) does so
    /// unless it was a 2xx.
    pub fn webhook_answered(
        &mut self,
        now: Moment,
        number: u64,
        answer: Result<StatusCode, String>,
    ) {
        let (sides, world) = self.parts();
        let mut deliveries = world.webhooks.deliveries.iter_mut();
        let Some(delivery) = deliveries.find(|it| it.number == number) else { return };
        let failed = !matches!(&answer, Ok(status) if status.is_success());
        if delivery.answer.replace(answer).is_some() {
            return;
        }
        let mut what = delivery.what.clone();
        let side = sides.iter().find(|side| side.name() == what.provider);
        let rests = side.map_or(&[][..], |side| side.webhook_rests());
        let rest = usize::from(what.attempt).checked_sub(1).and_then(|it| rests.get(it));
        if let Some(rest) = rest
            && failed
            && !what.forged
        {
            what.attempt += 1;
            world.webhooks.plan(now + *rest, what);
        }
    }

    /// What became of the webhooks, oldest first; the last [`MAX_RECORDED`] of them.
    pub fn webhooks(&self) -> impl Iterator<Item = &Delivery> {
        self.world.webhooks.deliveries.iter()
    }
}
