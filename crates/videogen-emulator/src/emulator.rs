//! Providers that follow scripts.

use std::any::Any;
use std::time::SystemTime;

use http::HeaderValue;
use http::header::ALLOW;
use serde::Serialize;
use videogen_core::{BaseUrl, HttpRequest, HttpResponse, Moment};

use crate::control;
use crate::fetch::{self, Target};
use crate::log::{Log, Recorded};
use crate::poll::{self, Poll};
use crate::provider_name::ProviderName;
use crate::reply::{self, Reply, Wire};
use crate::route;
use crate::script::{Script, ScriptError};
use crate::side::{Account, Operation, Reason, Side};
use crate::sides;
use crate::submit;
use crate::view;
use crate::wall::Wall;
use crate::world::{World, handle};

/// The most generations that an emulator holds.
pub const MAX_GENERATIONS: usize = 100_000;

/// Where outputs are said to be unless [`Emulator::at_origin`] says otherwise.
const ORIGIN: &str = "https://emulator.example";

/// Providers whose generations follow scripts: a function from request to reply.
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
/// let script = Script::new(ProviderName::PRISM).running_for(Duration::from_secs(60));
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
    sides: Vec<Box<dyn Side>>,
    pub(crate) world: World,
    log: Log,
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
    /// The [built-in](crate#in-scope) providers without generations, whose wall clock shows `started` at the driver's origin.
    #[must_use]
    pub fn new(started: SystemTime) -> Self {
        Self { sides: sides::built_in(), ..Self::without_sides(started) }
    }

    /// Copies of these providers.
    pub(crate) fn of(sides: &[Box<dyn Side>], started: SystemTime) -> Self {
        Self { sides: sides.to_vec(), ..Self::without_sides(started) }
    }

    /// No provider at all, for [sides](Side) of one's own.
    #[must_use]
    pub fn without_sides(started: SystemTime) -> Self {
        Self {
            sides: Vec::new(),
            world: World::new(Wall::new(started), ORIGIN),
            log: Log::default(),
        }
    }

    /// The same with this provider, in place of the one that has its name if there is such a one.
    #[must_use]
    pub fn with_side(mut self, side: impl Side) -> Self {
        self.add_side(Box::new(side));
        self
    }

    /// Adds this provider, in place of the one that has its name if there is such a one.
    pub fn add_side(&mut self, side: Box<dyn Side>) {
        match self.sides.iter_mut().find(|it| it.name() == side.name()) {
            Some(before) => *before = side,
            None => self.sides.push(side),
        }
    }

    /// The providers that there are, in the order in which they were added.
    pub fn sides(&self) -> impl Iterator<Item = &dyn Side> {
        self.sides.iter().map(|side| &**side)
    }

    /// The provider of this name.
    #[must_use]
    pub fn side(&self, provider: ProviderName) -> Option<&dyn Side> {
        self.sides().find(|side| side.name() == provider)
    }

    /// The provider of this name as its own type, for what only that has. `None` if it is of another.
    #[must_use]
    pub fn side_as<T: Side>(&self, provider: ProviderName) -> Option<&T> {
        let side: &dyn Any = self.side(provider)?;
        side.downcast_ref()
    }

    /// The base URL of a provider here. `None` if it is not here, or makes no URL with the [origin](Emulator::at_origin).
    ///
    /// ```
    /// use videogen_emulator::{Emulator, ProviderName};
    /// let emulator = Emulator::new(std::time::UNIX_EPOCH).at_origin("http://127.0.0.1:4010");
    /// let base = emulator.base_url(ProviderName::TOKEN360).unwrap();
    /// assert_eq!(base.as_str(), "http://127.0.0.1:4010/v1");
    /// ```
    #[must_use]
    pub fn base_url(&self, provider: ProviderName) -> Option<BaseUrl> {
        let path = self.side(provider)?.base_path();
        let origin = self.world.origin.trim_end_matches('/');
        BaseUrl::parse_allowing_plaintext(&format!("{origin}{path}")).ok()
    }

    pub(crate) fn parts(&mut self) -> (&[Box<dyn Side>], &mut World) {
        (&self.sides, &mut self.world)
    }

    pub(crate) fn all_sides(&self) -> &[Box<dyn Side>] {
        &self.sides
    }

    /// The side of this name, or why there is none.
    pub(crate) fn side_of(&self, provider: ProviderName) -> Result<&dyn Side, ScriptError> {
        self.side(provider).ok_or_else(|| {
            let names: Vec<_> = self.sides().map(|side| format!("`{}`", side.name())).collect();
            let problem = match &*names {
                [] => format!("there is no provider `{provider}`, nor any other"),
                names => {
                    format!("there is no provider `{provider}`; there are {}", names.join(", "))
                }
            };
            ScriptError::new("provider", problem)
        })
    }

    /// The same with a wall clock that shows `started` at the driver's origin.
    #[must_use]
    pub(crate) fn started(mut self, started: SystemTime) -> Self {
        self.world.wall = Wall::new(started);
        self
    }

    /// The same with outputs whose URLs begin with `origin`: a scheme, a host and a port, without a slash
    /// at the end.
    #[must_use]
    pub fn at_origin(mut self, origin: impl Into<String>) -> Self {
        self.world.origin = origin.into();
        self
    }

    /// What the providers' wall clock shows at `now`.
    #[must_use]
    pub fn wall_clock(&self, now: Moment) -> SystemTime {
        self.world.wall.at(now).into()
    }

    /// Scheme, host and port of the outputs' URLs.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.world.origin
    }

    /// Whether a generation can follow this script here.
    ///
    /// # Errors
    ///
    /// When the script fails [its own check](Script::check), its provider is not here, or does not have what it says.
    pub fn check(&self, script: &Script) -> Result<(), ScriptError> {
        script.check()?;
        script.check_at(self.side_of(script.provider)?, self.all_sides())
    }

    /// Makes a generation that follows `script` from `now` on, as if it had been submitted.
    ///
    /// # Errors
    ///
    /// When the script fails [its check](Emulator::check), or its id is taken.
    pub fn add(&mut self, now: Moment, script: Script) -> Result<Created, ScriptError> {
        self.check(&script)?;
        let Self { sides, world, .. } = self;
        let Some(side) = sides.iter().find(|side| side.name() == script.provider) else {
            return Err(ScriptError::new("provider", "is not here"));
        };
        if !world.has_room_for(1) {
            let problem = format!("the emulator holds {MAX_GENERATIONS} generations, its most");
            return Err(ScriptError::new("", problem));
        }
        let provider = script.provider;
        let id = match &script.id {
            Some(id) if world.generation(provider, id).is_some() => {
                return Err(ScriptError::new(
                    "id",
                    format!("{} is there already", handle(provider, id)),
                ));
            }
            Some(id) => id.clone(),
            None => world.make_id(&**side, None),
        };
        let created = Created::new(provider, &id);
        world.insert(&**side, now, id, script, None);
        Ok(created)
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
        let reply = self.answer_provider(now, request, &mut recorded);
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
        self.world.generation(provider, id).map(|generation| generation.polls)
    }

    /// The provider's word for a generation's state at `now`. `None` if there is no such generation.
    #[must_use]
    pub fn status(&self, now: Moment, provider: ProviderName, id: &str) -> Option<&'static str> {
        let generation = self.world.generation(provider, id)?;
        let stage = view::stage(&generation.script, now.since(generation.created));
        Some(self.side(provider)?.word(stage))
    }

    fn answer_provider(
        &mut self,
        now: Moment,
        request: &HttpRequest,
        recorded: &mut Recorded,
    ) -> Reply {
        let Self { sides, world, .. } = self;
        let date = world.wall.at(now);
        let at_once = |wire| Reply { at: now, wire };
        let path = request.uri().path();
        if let Some((side, target)) = Target::on_storage(sides, path) {
            recorded.note_key(side.key(request, date));
            return at_once(fetch::answer(side, world, now, request, &target, recorded));
        }
        let Some((side, path, operation)) = route::of(sides, request) else {
            return at_once(Wire::Response(control::nothing(date, sides)));
        };
        recorded.note_key(side.key(request, date));
        let dated = |response| at_once(Wire::Response(reply::dated(response, date)));
        match operation {
            Operation::Status { id } => {
                poll::answer(&**side, world, now, request, Poll::Status, &id, recorded)
            }
            Operation::Result { id } => {
                poll::answer(&**side, world, now, request, Poll::Result, &id, recorded)
            }
            Operation::Submit { of } => {
                let of = of.as_deref();
                at_once(submit::answer(&**side, world, now, request, of, recorded))
            }
            Operation::File(file) => {
                let target = Target::on_api(&file);
                at_once(fetch::answer(&**side, world, now, request, &target, recorded))
            }
            Operation::Other => {
                let (name, signing) = (side.name(), side.signing());
                let mut account = Account::new(world, name, signing, now);
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                let response = side.other(&mut account, request, &path);
                recorded.handle = account.into_about().map(|id| handle(name, &id));
                dated(response)
            }
            Operation::NotAllowed(allowed) => dated(not_allowed(&**side, allowed)),
            Operation::Nothing => dated(side.refuse(Reason::NoSuchPath)),
        }
    }
}

/// The provider's answer to a method that the path does not have, but these.
pub(crate) fn not_allowed(side: &dyn Side, allowed: &'static str) -> HttpResponse {
    let mut response = side.refuse(Reason::MethodNotAllowed);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}
