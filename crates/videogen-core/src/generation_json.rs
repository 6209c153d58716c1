//! The JSON form of a [`Generation`], the same for all providers.
//!
//! ```json
//! {
//!   "v": 1,
//!   "handle": { "v": 1, "provider": "example", "base_url": "https://api.example.com/v1", "id": "gen_abc123" },
//!   "phase": "succeeded",
//!   "status": "completed",
//!   "progress": 1.0,
//!   "queue_position": 3,
//!   "model": "seedance-2.0",
//!   "prompt": "Add gentle motion to the scene",
//!   "times": { "created": "2026-04-16T15:06:57Z", "updated": "2026-04-16T15:08:25Z" },
//!   "outputs": [
//!     { "kind": "video", "primary": true, "url": "…", "duration_s": 4.0, "expires_at": "…",
//!       "needs_credentials": false, "file_name": "…" }
//!   ],
//!   "failed_outputs": [ { "kind": "video", "failure": { "class": "moderation", "message": "…" } } ],
//!   "failure": { "class": "input", "code": "…", "message": "…" },
//!   "poll_after_s": 2.0,
//!   "cost": { "credits": 50, "usd": 0.4 },
//!   "asked": { "parameters": { "duration": 4 } },
//!   "other_fields": { "resolution": "720p" }
//! }
//! ```
//!
//! - `v`, `handle`, `phase` and `status` are always there; every other member is left out when there is nothing to say.
//! - `phase` is one of `queued`, `running`, `succeeded`, `failed`, `rejected`, `cancelled`, `expired`,
//!   `unrecognized`; `status` is the provider's own word.
//! - Times are RFC 3339 in UTC, members ending in `_s` are seconds, `progress` is 0 to 1.
//! - `asked` and `other_fields` hold the provider's fields under the provider's names.
//! - URLs are whole: the form is data, and as secret as the files that the URLs open.
//! - A reader ignores members that it does not know, and refuses a `v` above its own.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::cost::Cost;
use crate::failure::Failure;
use crate::fields::{Fields, Parts};
use crate::generation::{Generation, Times};
use crate::handle::Handle;
use crate::output::{FailedOutput, Output, OutputKind, OutputUrl};
use crate::progress::Progress;
use crate::status::{Phase, Status};
use crate::timestamp;

/// The version of the form that this crate writes.
pub const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Form<'a> {
    v: u32,
    handle: Cow<'a, Handle>,
    phase: Phase,
    status: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    progress: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue_position: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prompt: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "TimesForm::is_empty")]
    times: TimesForm,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    outputs: Vec<OutputForm<'a>>,
    #[serde(default, skip_serializing_if = "no_failed_output")]
    failed_outputs: Cow<'a, [FailedOutput]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failure: Option<Cow<'a, Failure>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    poll_after_s: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cost: Option<Cost>,
    #[serde(default, skip_serializing_if = "is_empty")]
    asked: Cow<'a, Map<String, Value>>,
    #[serde(default, skip_serializing_if = "is_empty")]
    other_fields: Cow<'a, Map<String, Value>>,
}

#[derive(Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct TimesForm {
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    observed: Option<String>,
}

impl TimesForm {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Serialize, Deserialize)]
struct OutputForm<'a> {
    kind: OutputKind,
    primary: bool,
    url: Cow<'a, OutputUrl>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    duration_s: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    needs_credentials: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file_name: Option<Cow<'a, str>>,
}

fn no_failed_output(failed: &[FailedOutput]) -> bool {
    failed.is_empty()
}

fn is_empty(map: &Map<String, Value>) -> bool {
    map.is_empty()
}

impl Serialize for Generation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let time = |time: Option<SystemTime>| time.and_then(timestamp::format);
        Form {
            v: VERSION,
            handle: Cow::Borrowed(&self.handle),
            phase: self.phase(),
            status: Cow::Borrowed(self.status.raw()),
            progress: self.progress.map(Progress::fraction),
            queue_position: self.queue_position,
            model: self.model.as_deref().map(Cow::Borrowed),
            prompt: self.prompt.as_deref().map(Cow::Borrowed),
            times: TimesForm {
                created: time(self.times.created),
                started: time(self.times.started),
                updated: time(self.times.updated),
                finished: time(self.times.finished),
                observed: time(self.times.observed),
            },
            outputs: self.outputs.iter().map(output_form).collect(),
            failed_outputs: Cow::Borrowed(&self.failed_outputs),
            failure: self.failure.as_ref().map(Cow::Borrowed),
            poll_after_s: self.poll_after.map(|rest| rest.as_secs_f64()),
            cost: self.cost,
            asked: Cow::Borrowed(self.asked()),
            other_fields: Cow::Borrowed(self.other_fields()),
        }
        .serialize(serializer)
    }
}

fn output_form(output: &Output) -> OutputForm<'_> {
    OutputForm {
        kind: output.kind,
        primary: output.primary,
        url: Cow::Borrowed(&output.url),
        duration_s: output.duration.map(|duration| duration.as_secs_f64()),
        expires_at: output.expires_at.and_then(timestamp::format),
        needs_credentials: output.needs_credentials,
        file_name: output.file_name.as_deref().map(Cow::Borrowed),
    }
}

impl<'de> Deserialize<'de> for Generation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = Form::deserialize(deserializer)?;
        if form.v > VERSION {
            return Err(D::Error::custom(format!(
                "the generation has form {}, written by a newer videogen; this one reads up to {VERSION}",
                form.v
            )));
        }
        let time = |text: Option<String>| match text {
            Some(text) => timestamp::parse(&text)
                .map(Some)
                .ok_or_else(|| D::Error::custom(format!("`{text}` is not an RFC 3339 time"))),
            None => Ok(None),
        };
        let mut outputs = Vec::with_capacity(form.outputs.len());
        for output in form.outputs {
            outputs.push(Output {
                kind: output.kind,
                primary: output.primary,
                url: output.url.into_owned(),
                duration: output.duration_s.map(seconds::<D::Error>).transpose()?,
                expires_at: time(output.expires_at)?,
                needs_credentials: output.needs_credentials,
                file_name: output.file_name.map(Cow::into_owned),
            });
        }
        Ok(Self {
            handle: form.handle.into_owned(),
            status: Status::new(form.phase, Cow::Owned(form.status.into_owned())),
            progress: form.progress.and_then(Progress::from_fraction),
            queue_position: form.queue_position,
            model: form.model.map(Cow::into_owned),
            prompt: form.prompt.map(Cow::into_owned),
            times: Times {
                created: time(form.times.created)?,
                started: time(form.times.started)?,
                updated: time(form.times.updated)?,
                finished: time(form.times.finished)?,
                observed: time(form.times.observed)?,
            },
            outputs,
            failed_outputs: form.failed_outputs.into_owned(),
            failure: form.failure.map(Cow::into_owned),
            poll_after: form.poll_after_s.map(seconds::<D::Error>).transpose()?,
            cost: form.cost,
            fields: Fields::of_parts(Parts {
                asked: form.asked.into_owned(),
                other: form.other_fields.into_owned(),
            }),
        })
    }
}

fn seconds<E: serde::de::Error>(seconds: f64) -> Result<Duration, E> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| E::custom(format!("{seconds} is not a number of seconds")))
}
