//! What the tests share.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use videogen_core::{
    ApiKey, Error, Generation, HttpRequest, HttpResponse, Moment, Observed, Provider, StatusQuery,
};
use videogen_emulator::{
    Created, Emulator, ProviderName, Reply, Script, ScriptError, SubmitPlan, Wire,
};
use videogen_prism::Prism;
use videogen_synclabs::SyncLabs;
use videogen_token360::Token360;

pub(crate) const KEY: &str = "sk-test-0123456789";

/// The providers that these tests were written for.
pub(crate) const THREE: [ProviderName; 3] =
    [ProviderName::PRISM, ProviderName::TOKEN360, ProviderName::SYNCLABS];

/// 2026-02-26T12:00:00Z.
pub(crate) fn started() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_772_107_200)
}

pub(crate) fn seconds(s: f64) -> Duration {
    Duration::from_secs_f64(s)
}

pub(crate) fn at(s: f64) -> Moment {
    Moment::new(seconds(s))
}

pub(crate) fn client(name: ProviderName, key: &str) -> Box<dyn Provider> {
    let key = ApiKey::new(key).unwrap();
    match name {
        ProviderName::PRISM => Box::new(Prism::new(key)),
        ProviderName::TOKEN360 => Box::new(Token360::new(key)),
        ProviderName::SYNCLABS => Box::new(SyncLabs::new(key)),
        other => panic!("no client of {other}"),
    }
}

/// Whether a generation can follow this at its provider.
pub(crate) fn check(script: &Script) -> Result<(), ScriptError> {
    Emulator::new(started()).check(script)
}

/// Whether submissions can go so at its provider.
pub(crate) fn check_plan(plan: &SubmitPlan) -> Result<(), ScriptError> {
    Emulator::new(started()).check_plan(plan)
}

/// A script as an emulator takes it.
pub(crate) fn read(json: &str) -> Result<Script, ScriptError> {
    Script::parse(json).and_then(|script| check(&script).map(|()| script))
}

/// A plan as an emulator takes it.
pub(crate) fn read_plan(json: &str) -> Result<SubmitPlan, ScriptError> {
    SubmitPlan::parse(json).and_then(|plan| check_plan(&plan).map(|()| plan))
}

/// An emulator with one generation.
pub(crate) struct One {
    pub(crate) emulator: Emulator,
    pub(crate) created: Created,
}

impl One {
    /// Of a script in JSON, submitted at the origin.
    pub(crate) fn of(json: &str) -> Self {
        Self::following(Script::parse(json).unwrap())
    }

    pub(crate) fn following(script: Script) -> Self {
        let mut emulator = Emulator::new(started());
        let created = emulator.add(Moment::ORIGIN, script).unwrap();
        Self { emulator, created }
    }

    /// What the real client asks, answered at `s` seconds.
    pub(crate) fn asked(&mut self, s: f64, query: StatusQuery) -> Reply {
        let client = client(self.created.provider, KEY);
        let handle = client.handle(&self.created.id).unwrap();
        let call = client.status(&handle, query).unwrap();
        self.emulator.answer(at(s), call.request())
    }

    pub(crate) fn plain(&mut self, s: f64) -> Reply {
        self.asked(s, StatusQuery::Plain)
    }

    /// What the real client makes of a response.
    pub(crate) fn decoded(&self, response: &HttpResponse) -> Result<Generation, Error> {
        let client = client(self.created.provider, KEY);
        let handle = client.handle(&self.created.id).unwrap();
        let call = client.status(&handle, StatusQuery::Plain).unwrap();
        match call.decode(response)? {
            Observed::Generation(seen) => Ok(*seen),
            Observed::Then(_) => panic!("one request is enough"),
        }
    }

    /// What the real client sees when it asks at `s` seconds.
    pub(crate) fn seen(&mut self, s: f64) -> Result<Generation, Error> {
        let response = response(self.plain(s));
        self.decoded(&response)
    }

    pub(crate) fn status(&mut self, s: f64) -> String {
        self.seen(s).unwrap().status.raw().to_owned()
    }
}

pub(crate) fn response(reply: Reply) -> HttpResponse {
    match reply.wire {
        Wire::Response(response) => response,
        other => panic!("no response: {other:?}"),
    }
}

pub(crate) fn get(path: &str, headers: &[(&str, &str)]) -> HttpRequest {
    let mut request = http::Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Vec::new()).unwrap()
}

/// A reply as text, for snapshots.
pub(crate) fn text(reply: &Reply) -> String {
    let at = reply.at.since_origin().as_secs_f64();
    let (response, kept) = match &reply.wire {
        Wire::Response(response) => (response, response.body().len()),
        Wire::Cut { response, keep } => (response, *keep),
        Wire::Reset => return format!("at {at} s: reset\n"),
        Wire::Stall => return format!("at {at} s: nothing\n"),
        Wire::Streamed(streamed) => return format!("at {at} s: {streamed:?}\n"),
    };
    let mut text = format!("at {at} s: {}\n", response.status());
    for (name, value) in response.headers() {
        text.push_str(&format!("{name}: {}\n", value.to_str().unwrap()));
    }
    text.push_str(&String::from_utf8_lossy(&response.body()[..kept]));
    text.push('\n');
    if kept < response.body().len() {
        text.push_str(&format!("-- cut after {kept} of {} bytes\n", response.body().len()));
    }
    text
}

/// The JSON of a response.
pub(crate) fn json(response: &HttpResponse) -> serde_json::Value {
    serde_json::from_slice(response.body()).unwrap()
}
