//! The requests that the emulated providers got.

use std::collections::VecDeque;
use std::fmt;

use http::{HeaderMap, HeaderName, Method};
use videogen_core::redact::REDACTED;
use videogen_core::{HttpRequest, Moment};

use crate::side::Reason;

/// How many requests are kept: the last ones.
pub const MAX_RECORDED: usize = 100_000;

/// Parameters whose values are no secrets.
const OPEN_PARAMETERS: [&str; 3] = ["wait", "timeout", "include"];

/// What the name of a header has in it whose value may be a secret.
const SECRET: [&str; 5] = ["auth", "key", "token", "secret", "cookie"];

/// A request that an emulated provider got.
///
/// Its headers hold the key, marked sensitive: `Debug` does not show it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Recorded {
    /// When it came.
    pub at: Moment,
    /// The method.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// Every header.
    pub headers: HeaderMap,
    /// The generation that it was about, in a handle's text form, if there is such a one.
    pub handle: Option<String>,
    /// The generation whose status or outcome it asked for, in the same form, whether or not it was let in.
    pub asked_for: Option<String>,
    /// Which poll of the generation it was, counted from 1, if it was one.
    pub poll: Option<u64>,
    /// Which submission to the provider it was, counted from 1, if it was one.
    pub submit: Option<u64>,
    /// Which fetch of the generation's video it was, counted from 1, if it was one and its URL was good.
    pub fetch: Option<u64>,
    /// Whether it asked for a video, or for a URL of the API's that leads to one.
    pub for_video: bool,
    /// Whether it was a further request of a poll, [for the outcome](crate::Operation::Result).
    pub for_outcome: bool,
    /// Whether it was a long-poll.
    pub long_poll: bool,
    has_key: bool,
}

impl Recorded {
    pub(crate) fn new(at: Moment, request: &HttpRequest) -> Self {
        let mut headers = request.headers().clone();
        for (name, value) in &mut headers {
            if is_secret(name) {
                value.set_sensitive(true);
            }
        }
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Self {
            at,
            method: request.method().clone(),
            path,
            headers,
            handle: None,
            asked_for: None,
            poll: None,
            submit: None,
            fetch: None,
            for_video: false,
            for_outcome: false,
            long_poll: false,
            has_key: false,
        }
    }

    /// Notes the key that the provider sees in the request.
    pub(crate) fn note_key(&mut self, key: Result<String, Reason>) {
        self.has_key = key != Err(Reason::MissingKey);
        let Ok(key) = key else { return };
        for value in self.headers.values_mut() {
            let holds = value.to_str().is_ok_and(|text| text.contains(&key));
            if holds && !key.is_empty() {
                value.set_sensitive(true);
            }
        }
    }

    /// Whether it went to the storage, and not to an API.
    #[must_use]
    pub fn is_on_storage(&self) -> bool {
        self.path.starts_with("/files/")
    }

    /// Path and query without what may be a secret.
    pub(crate) fn shown_path(&self) -> String {
        let Some((path, query)) = self.path.split_once('?') else { return self.path.clone() };
        let shown = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if !OPEN_PARAMETERS.contains(&name) => format!("{name}={REDACTED}"),
            _ => pair.to_owned(),
        });
        format!("{path}?{}", shown.collect::<Vec<_>>().join("&"))
    }

    /// Whether there was a key, be it in a header or where the provider has it. A request for a file on a storage must not
    /// have one.
    #[must_use]
    pub fn has_key(&self) -> bool {
        self.has_key
            || self.headers.keys().any(|name| name == "authorization" || name == "x-api-key")
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded")
            .field("at", &self.at)
            .field("method", &self.method)
            .field("path", &self.shown_path())
            .field("headers", &self.headers)
            .field("handle", &self.handle)
            .field("poll", &self.poll)
            .field("submit", &self.submit)
            .field("fetch", &self.fetch)
            .finish()
    }
}

fn is_secret(name: &HeaderName) -> bool {
    SECRET.into_iter().any(|part| name.as_str().contains(part))
}

/// The last [`MAX_RECORDED`] requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(VecDeque<Recorded>);

impl Log {
    pub(crate) fn push(&mut self, recorded: Recorded) {
        if self.0.len() >= MAX_RECORDED {
            self.0.pop_front();
        }
        self.0.push_back(recorded);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Recorded> {
        self.0.iter()
    }
}
