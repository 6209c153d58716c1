//! The kit's example, with one thing about it that is wrong.

use std::fmt;
use std::sync::Arc;

use http::header::AUTHORIZATION;
use videogen_core::{
    Accepted, ApiKey, BaseUrl, Call, Error, Generation, Handle, HttpRequest, HttpResponse,
    NewGeneration, Observed, PollGuidance, Provider, StatusQuery, StatusTable, post_json,
};
use videogen_testkit::TEST_KEY;
use videogen_testkit::doc_provider::Example;

pub(super) type Read = fn(&Call<Observed>, &Handle, &HttpResponse) -> Result<Observed, Error>;
pub(super) type Change = fn(&mut Generation);

/// What is wrong.
#[derive(Clone, Default)]
pub(super) struct How {
    pub(super) name: Option<&'static str>,
    pub(super) base_url: Option<&'static str>,
    pub(super) shows_key: bool,
    pub(super) table: Option<&'static StatusTable>,
    pub(super) guidance: Option<fn(PollGuidance) -> PollGuidance>,
    pub(super) handle: Option<fn(&Example, &str) -> Result<Handle, Error>>,
    pub(super) status: Option<fn(&Example, &Handle, StatusQuery) -> Result<Call<Observed>, Error>>,
    pub(super) read: Option<Read>,
    pub(super) seen: Option<Change>,
    pub(super) failed: Option<fn(Error, &HttpResponse) -> Error>,
    pub(super) submit: Option<fn(&Example, &NewGeneration) -> Result<Call<Accepted>, Error>>,
    pub(super) accepts:
        Option<fn(&Example, &Call<Accepted>, &HttpResponse) -> Result<Accepted, Error>>,
    pub(super) promises: bool,
}

/// An example that is broken.
#[derive(Clone)]
pub(super) struct Broken {
    inner: Example,
    base_url: BaseUrl,
    how: How,
}

impl Broken {
    pub(super) fn new(how: How) -> Self {
        let inner = Example::new(ApiKey::new(TEST_KEY).unwrap());
        let base_url = how.base_url.map_or_else(|| inner.base_url().clone(), BaseUrl::from_static);
        Self { inner, base_url, how }
    }

    pub(super) fn at(mut self, base_url: BaseUrl) -> Self {
        self.inner = self.inner.at(base_url.clone());
        self.base_url = base_url;
        self
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.how.shows_key { TEST_KEY } else { "Broken" })
    }
}

impl Provider for Broken {
    fn name(&self) -> &'static str {
        self.how.name.unwrap_or("example")
    }

    fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    fn lifecycle(&self) -> &'static StatusTable {
        self.how.table.unwrap_or_else(|| self.inner.lifecycle())
    }

    fn guidance(&self) -> PollGuidance {
        let guidance = self.inner.guidance();
        self.how.guidance.map_or(guidance.clone(), |change| change(guidance))
    }

    fn handle(&self, id: &str) -> Result<Handle, Error> {
        match self.how.handle {
            Some(handle) => handle(&self.inner, id),
            None => Handle::new(self.name(), self.base_url(), id),
        }
    }

    fn status(&self, handle: &Handle, query: StatusQuery) -> Result<Call<Observed>, Error> {
        let call = match self.how.status {
            Some(status) => status(&self.inner, handle, query)?,
            None => self.inner.status(handle, query)?,
        };
        let how = self.how.clone();
        if how.read.is_none() && how.seen.is_none() && how.failed.is_none() {
            return Ok(call);
        }
        let (request, about) = (call.request().clone(), handle.clone());
        let call = Call::new(request, move |response| {
            let seen = match how.read {
                Some(read) => read(&call, &about, response),
                None => call.decode(response),
            };
            match (seen, how.seen, how.failed) {
                (Ok(Observed::Generation(mut seen)), Some(change), _) => {
                    change(&mut seen);
                    Ok(Observed::Generation(seen))
                }
                (Err(error), _, Some(change)) => Err(change(error, response)),
                (seen, _, _) => seen,
            }
        });
        Ok(if self.how.failed.is_some() { call } else { call.about(handle) })
    }

    fn submit(&self, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
        let call = match self.how.submit {
            Some(submit) => submit(&self.inner, new)?,
            None => self.inner.submit(new)?,
        };
        let Some(accepts) = self.how.accepts else { return Ok(call) };
        let inner = self.inner.clone();
        Ok(Call::new(call.request().clone(), move |response| accepts(&inner, &call, response)))
    }

    fn promises_idempotency(&self) -> bool {
        self.how.promises
    }
}

/// A call that sends something else.
pub(super) fn sends(
    call: Call<Observed>,
    handle: &Handle,
    change: fn(&mut HttpRequest),
) -> Result<Call<Observed>, Error> {
    let mut request = call.request().clone();
    change(&mut request);
    Ok(Call::new(request, move |response| call.decode(response)).about(handle))
}

/// A call that makes something else of what was read.
pub(super) fn read(
    call: Call<Observed>,
    handle: &Handle,
    change: impl Fn(&HttpResponse, Result<Observed, Error>) -> Result<Observed, Error>
    + Send
    + Sync
    + 'static,
) -> Result<Call<Observed>, Error> {
    let request = call.request().clone();
    let read = Arc::new(call);
    Ok(Call::new(request, move |response| change(response, read.decode(response))).about(handle))
}

/// A status query of another path.
pub(super) fn get(it: &Example, handle: &Handle, path: &str) -> Result<Call<Observed>, Error> {
    let key = ApiKey::new(TEST_KEY)?;
    let request = videogen_core::get(it.base_url(), path, (AUTHORIZATION, key.bearer()?))?;
    let call = it.status(handle, StatusQuery::Plain)?;
    Ok(Call::new(request, move |response| call.decode(response)).about(handle))
}

/// A submission to another path.
pub(super) fn posted(
    it: &Example,
    new: &NewGeneration,
    path: &str,
) -> Result<Call<Accepted>, Error> {
    let key = ApiKey::new(TEST_KEY)?;
    let request = post_json(it.base_url(), path, (AUTHORIZATION, key.bearer()?), &new.body)?;
    let call = it.submit(new)?;
    Ok(Call::new(request, move |response| call.decode(response)))
}
