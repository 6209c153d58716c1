//! Three providers that follow scripts.

use std::collections::BTreeMap;
use std::time::SystemTime;

use http::Method;
use serde::Serialize;
use videogen_core::{HttpRequest, Moment};

use crate::control;
use crate::fetch::{self, Fetched, Target};
use crate::keys;
use crate::log::{Log, Recorded};
use crate::poll::{self, Asked, Poll};
use crate::provider_name::ProviderName;
use crate::refusal::{self, Refusal};
use crate::reply::{self, JSON, Reply, Wire};
use crate::route::{self, Route};
use crate::script::{Script, ScriptError};
use crate::status;
use crate::submission::Body;
use crate::submit::{self, Submits};
use crate::synclabs_query::{self, StatusQuery};
use crate::wall::Wall;
use crate::webhooks::Webhooks;
use crate::{prism_api, synclabs, synclabs_api, token360_api};

/// The most generations that an emulator holds.
pub const MAX_GENERATIONS: usize = 100_000;

/// Where outputs are said to be unless [`Emulator::at_origin`] says otherwise.
const ORIGIN: &str = "https://emulator.example";

/// Three providers whose generations follow scripts: a function from request to reply.
///
/// It reads no clock: the wall clock shows `started` at the driver's origin and goes as the
/// [`Moment`]s go that it is told. See [the crate's page](crate) for what it answers.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use videogen_core::{ApiKey, Moment, Observed, Provider, StatusQuery};
/// use videogen_emulator::{Emulator, ProviderName, Script, Wire};
/// use videogen_prism::Prism;
///
/// let mut emulator = Emulator::new(SystemTime::UNIX_EPOCH);
/// let script = Script::new(ProviderName::Prism).running_for(Duration::from_secs(60));
/// let created = emulator.add(Moment::ORIGIN, script).unwrap();
///
/// let prism = Prism::new(ApiKey::new("any-key").unwrap());
/// let call = prism.status(&prism.handle(&created.id).unwrap(), StatusQuery::Plain).unwrap();
/// let reply = emulator.answer(Moment::ORIGIN + Duration::from_secs(60), call.request());
/// let Wire::Response(response) = reply.wire else { panic!("no answer") };
/// let Observed::Generation(seen) = call.decode(&response).unwrap() else { panic!() };
/// assert!(seen.succeeded().is_ok());
/// ```
#[derive(Clone, Debug)]
pub struct Emulator {
    pub(crate) wall: Wall,
    pub(crate) origin: String,
    pub(crate) generations: BTreeMap<(ProviderName, String), Emulated>,
    pub(crate) log: Log,
    pub(crate) submits: BTreeMap<ProviderName, Submits>,
    pub(crate) prism: prism_api::Account,
    pub(crate) synclabs: synclabs_api::Account,
    pub(crate) webhooks: Webhooks,
    /// How many ids were made.
    made: u64,
}

/// A generation at an emulated provider.
#[derive(Clone, Debug)]
pub(crate) struct Emulated {
    pub(crate) script: Script,
    /// What was submitted, if it was submitted to the provider.
    pub(crate) submitted: Option<Body>,
    /// How many generations were there before it.
    pub(crate) before: usize,
    pub(crate) created: Moment,
    pub(crate) polls: u64,
    pub(crate) fetched: Fetched,
}

/// A generation that was added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Created {
    /// Whose it is.
    pub provider: ProviderName,
    /// Its id.
    pub id: String,
    /// Its handle in the text form, `prism:gen_000001`.
    pub handle: String,
}

impl Created {
    fn new(provider: ProviderName, id: &str) -> Self {
        Self { provider, id: id.to_owned(), handle: handle(provider, id) }
    }
}

impl Emulator {
    /// Providers without generations, whose wall clock shows `started` at the driver's origin.
    #[must_use]
    pub fn new(started: SystemTime) -> Self {
        Self {
            wall: Wall::new(started),
            origin: ORIGIN.to_owned(),
            generations: BTreeMap::new(),
            log: Log::default(),
            submits: BTreeMap::new(),
            prism: prism_api::Account::default(),
            synclabs: synclabs_api::Account::default(),
            webhooks: Webhooks::default(),
            made: 0,
        }
    }

    /// The same with outputs whose URLs begin with `origin`: a scheme, a host and a port, without a slash
    /// at the end.
    #[must_use]
    pub fn at_origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = origin.into();
        self
    }

    /// What the providers' wall clock shows at `now`.
    #[must_use]
    pub fn wall_clock(&self, now: Moment) -> SystemTime {
        self.wall.at(now).into()
    }

    /// Scheme, host and port of the outputs' URLs.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Makes a generation that follows `script` from `now` on, as if it had been submitted.
    ///
    /// # Errors
    ///
    /// When the script fails [its check](Script::check), or its id is taken.
    pub fn add(&mut self, now: Moment, script: Script) -> Result<Created, ScriptError> {
        script.check()?;
        if self.generations.len() >= MAX_GENERATIONS {
            let problem = format!("the emulator holds {MAX_GENERATIONS} generations, its most");
            return Err(ScriptError::new("", problem));
        }
        let provider = script.provider;
        let id = match &script.id {
            Some(id) if self.generations.contains_key(&(provider, id.clone())) => {
                return Err(ScriptError::new(
                    "id",
                    format!("{} is there already", handle(provider, id)),
                ));
            }
            Some(id) => id.clone(),
            None => self.make_id(provider),
        };
        let created = Created::new(provider, &id);
        self.insert(now, id, script, None);
        Ok(created)
    }

    pub(crate) fn insert(
        &mut self,
        now: Moment,
        id: String,
        script: Script,
        submitted: Option<Body>,
    ) {
        let before = self.generations.len();
        let provider = script.provider;
        let fetched = Fetched::default();
        let generation = Emulated { script, submitted, before, created: now, polls: 0, fetched };
        self.generations.insert((provider, id.clone()), generation);
        self.plan_webhooks(provider, &id);
    }

    /// Answers a request that arrives at `now`. Only its path and query count, not its host.
    ///
    /// Moments must not go back. The answer of a long-poll is known when it is asked: it comes at
    /// [`Reply::at`].
    pub fn answer(&mut self, now: Moment, request: &HttpRequest) -> Reply {
        let path = request.uri().path();
        if control::is_control(path) {
            let wire = Wire::Response(control::answer(self, now, request));
            return Reply { at: now, wire };
        }
        let mut recorded = Recorded::new(now, request);
        let route = Route::of(path);
        let reply = self.answer_route(now, request, &route, &mut recorded);
        self.log.push(recorded);
        reply
    }

    /// The requests that the providers got, oldest first; the last [`MAX_RECORDED`](crate::MAX_RECORDED) of them.
    pub fn log(&self) -> impl Iterator<Item = &Recorded> {
        self.log.iter()
    }

    /// How often a generation was polled. `None` if there is no such generation.
    #[must_use]
    pub fn polls(&self, provider: ProviderName, id: &str) -> Option<u64> {
        self.generations.get(&(provider, id.to_owned())).map(|generation| generation.polls)
    }

    /// The provider's word for a generation's state at `now`. `None` if there is no such generation.
    #[must_use]
    pub fn status(&self, now: Moment, provider: ProviderName, id: &str) -> Option<&'static str> {
        let generation = self.generations.get(&(provider, id.to_owned()))?;
        let stage = status::stage(&generation.script, now.since(generation.created));
        Some(status::word(provider, stage))
    }

    fn answer_route(
        &mut self,
        now: Moment,
        request: &HttpRequest,
        route: &Route,
        recorded: &mut Recorded,
    ) -> Reply {
        let date = self.wall.at(now);
        let at_once = |response| Reply { at: now, wire: Wire::Response(response) };
        let refuse = |provider, refusal: Refusal| at_once(refusal.response(provider, date));
        if let Some(target) = Target::of(request.uri().path()) {
            let wire = fetch::answer(self, now, request, &target, recorded);
            return Reply { at: now, wire };
        }
        if let Some((provider, path)) = route::segments(request.uri().path()) {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let answer = match provider {
                ProviderName::Prism => prism_api::answer,
                ProviderName::Token360 => token360_api::answer,
                ProviderName::Synclabs => synclabs_api::answer,
            };
            if let Some(wire) = answer(self, now, request, &path) {
                return Reply { at: now, wire };
            }
        }
        let (provider, id) = match route {
            Route::Status(provider, id) => (*provider, id),
            Route::Submit(provider, template) => {
                let template = template.as_deref();
                let wire = submit::answer(self, now, request, *provider, template, recorded);
                return Reply { at: now, wire };
            }
            Route::NothingAt(provider) => return refuse(*provider, Refusal::NoSuchPath),
            Route::Nothing => return at_once(control::nothing(date)),
        };
        if request.method() != Method::GET {
            return at_once(refusal::method_not_allowed(provider, date, &Method::GET));
        }
        let key = match keys::accepted(provider, request.headers()) {
            Ok(key) => key,
            Err(refusal) => return refuse(provider, refusal),
        };
        let query = match provider {
            ProviderName::Synclabs => {
                synclabs_query::parse(request.uri().query().unwrap_or_default())
            }
            _ => Ok(StatusQuery::default()),
        };
        let query = match query {
            Ok(query) => query,
            Err(problem) => {
                let status = http::StatusCode::BAD_REQUEST;
                let body = synclabs::invalid(&[problem.to_owned()]);
                return at_once(reply::response(status, date, JSON, body));
            }
        };
        let Some(generation) = self.generations.get_mut(&(provider, id.clone())) else {
            return refuse(provider, Refusal::NotFound);
        };
        generation.polls = generation.polls.saturating_add(1);
        recorded.handle = Some(handle(provider, id));
        recorded.poll = Some(generation.polls);
        poll::answer(&Poll {
            generation,
            id,
            asked: Asked { at: now, query, key },
            wall: self.wall,
            origin: &self.origin,
        })
    }

    /// An id like the provider's that is not taken.
    pub(crate) fn make_id(&mut self, provider: ProviderName) -> String {
        loop {
            self.made = self.made.saturating_add(1);
            let number = self.made;
            let id = match provider {
                ProviderName::Prism => format!("gen_{number:06}"),
                ProviderName::Token360 => format!("video_{number:06}"),
                ProviderName::Synclabs => format!("00000000-0000-4000-8000-{number:012x}"),
            };
            if !self.generations.contains_key(&(provider, id.clone())) {
                return id;
            }
        }
    }
}

/// A handle's text form.
pub(crate) fn handle(provider: ProviderName, id: &str) -> String {
    format!("{provider}:{id}")
}
