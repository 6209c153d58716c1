//! What can go wrong with fetching a generation's video.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ScriptError, When, seconds};

/// A fault of fetching the video, and when it happens.
///
/// ```
/// use videogen_emulator::{FetchFault, ScriptedFetch, When};
/// let cut = ScriptedFetch::new(When::poll(1), FetchFault::Cut).after_bytes(1_000_000);
/// let away = ScriptedFetch::new(When::poll(2), FetchFault::Redirect).with_hops(2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ScriptedFetch {
    /// At which fetches it happens: `GET`s of the video with a URL that is good, counted per generation from 1. Those that
    /// follow a [redirect](FetchFault::Redirect) are the same fetch.
    pub on: When,
    /// What happens.
    pub fault: FetchFault,
    /// After how many bytes of this answer's body: see the fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_bytes: Option<u64>,
    /// How long the client is asked to rest, with [`FetchFault::Unavailable`]. `retry_after_s` in JSON.
    #[serde(
        default,
        rename = "retry_after_s",
        with = "seconds::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub retry_after: Option<Duration>,
    /// How many redirects there are, with [`FetchFault::Redirect`]; one unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hops: Option<u32>,
    /// Where [`FetchFault::Redirect`] leads: `other_host`, which it does unless given, `http` or a URL that is sent as it is.
    ///
    /// `other_host` is this emulator by another name: `localhost` for `127.0.0.1` and the other way round, for every other
    /// host `files.` before its name. `http` is the same URL without TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// Something that goes wrong with fetching a video. Errors have S3's XML. In JSON a fault is its name:
///
/// ```json
/// { "on": 1, "fault": "cut", "after_bytes": 65536 }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FetchFault {
    /// `cut`: the connection ends after `after_bytes` of the body, half of it unless given.
    Cut,
    /// `truncated`: the file seems to have ended after `after_bytes` of the body, half of it unless given; `Content-Length`
    /// says the same.
    Truncated,
    /// `reset`: the connection is reset instead of an answer.
    Reset,
    /// `stall`: nothing comes any more after `after_bytes` of the body; no answer at all unless given.
    Stall,
    /// `forbidden`: 403.
    Forbidden,
    /// `not_found`: 404.
    NotFound,
    /// `server_error`: 500.
    ServerError,
    /// `unavailable`: 503, with `Retry-After` if told by `retry_after_s`.
    Unavailable,
    /// `expired`: from now on every URL that was given out is answered with 403. One of a later status is good.
    Expired,
    /// `ignored_range`: 200 and the whole file, whatever part is asked for.
    IgnoredRange,
    /// `wrong_range`: to a request for a part, another part of the file, as its `Content-Range` says.
    WrongRange,
    /// `changed`: from now on the file is another, of the same length, with another `ETag`.
    Changed,
    /// `redirect`: 302, `hops` times, and then what a later member of the list says, or the file.
    Redirect,
    /// `no_length`: the body comes in chunks and without `Content-Length`. With `after_bytes` the connection ends after so
    /// many, without the last chunk.
    NoLength,
    /// `until_close`: without `Content-Length` and without chunks, so that the end of the connection is that of the body. With
    /// `after_bytes` it ends after so many, and nothing shows that it is too soon.
    UntilClose,
}

impl ScriptedFetch {
    /// This fault at that time.
    #[must_use]
    pub const fn new(on: When, fault: FetchFault) -> Self {
        Self { on, fault, after_bytes: None, retry_after: None, hops: None, to: None }
    }

    /// This fault after so many bytes of the answer's body.
    #[must_use]
    pub const fn after_bytes(mut self, bytes: u64) -> Self {
        self.after_bytes = Some(bytes);
        self
    }

    /// This fault with the time that the client is asked to rest.
    #[must_use]
    pub const fn resting(mut self, rest: Duration) -> Self {
        self.retry_after = Some(rest);
        self
    }

    /// This fault with so many redirects.
    #[must_use]
    pub const fn with_hops(mut self, hops: u32) -> Self {
        self.hops = Some(hops);
        self
    }

    /// This fault with redirects to there.
    #[must_use]
    pub fn leading_to(mut self, to: impl Into<String>) -> Self {
        self.to = Some(to.into());
        self
    }

    pub(super) fn check(&self) -> Result<(), ScriptError> {
        use FetchFault::{Cut, NoLength, Redirect, Stall, Truncated, Unavailable, UntilClose};
        self.on.check()?;
        let only = |given: bool, allowed: bool, member: &str| {
            if given && !allowed {
                Err(ScriptError::new(member, "does not belong to this fault"))
            } else {
                Ok(())
            }
        };
        let breaks = matches!(self.fault, Cut | Truncated | Stall | NoLength | UntilClose);
        only(self.after_bytes.is_some(), breaks, "after_bytes")?;
        only(self.retry_after.is_some(), self.fault == Unavailable, "retry_after_s")?;
        only(self.hops.is_some(), self.fault == Redirect, "hops")?;
        only(self.to.is_some(), self.fault == Redirect, "to")?;
        if self.hops == Some(0) {
            return Err(ScriptError::new("hops", "must be at least 1"));
        }
        if let Some(to) = &self.to
            && !matches!(&**to, OTHER_HOST | HTTP)
            && (!to.contains("://") || http::HeaderValue::from_str(to).is_err())
        {
            let problem = "must be `other_host`, `http` or a URL";
            return Err(ScriptError::new("to", problem));
        }
        seconds::check("retry_after_s", self.retry_after.unwrap_or_default())
    }
}

pub(crate) const OTHER_HOST: &str = "other_host";
pub(crate) const HTTP: &str = "http";
