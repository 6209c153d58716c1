//! An answer as a generation.

use std::cell::LazyCell;
use std::time::Duration;

use http::StatusCode;
use serde_json::Value;
use videogen_core::answer::{self, Answer};
use videogen_core::{
    Cost, Error, Failure, FailureClass, Generation, Handle, HttpResponse, Phase, Progress,
};

use crate::errors::words;
use crate::profile::{Ids, Profile};
use crate::provider::OpenAi;
use crate::wire;
use crate::{content, failures, member};

pub(crate) fn read(
    openai: &OpenAi,
    handle: &Handle,
    response: &HttpResponse,
) -> Result<Generation, Error> {
    if let Some(word) = openai.profile().implied.accepted
        && response.status() == StatusCode::ACCEPTED
        && response.body().trim_ascii().is_empty()
    {
        let mut seen = Generation::new(handle.clone(), openai.profile().statuses.status(word));
        seen.times.observed = answer::date(response.headers());
        seen.poll_after = rest(openai.profile(), response);
        return Ok(seen);
    }
    observed(openai, handle, &Answer::of(response, words)?, response)
}

/// The generation in an answer that is a JSON object.
pub(crate) fn observed(
    openai: &OpenAi,
    handle: &Handle,
    answer: &Answer<'_>,
    response: &HttpResponse,
) -> Result<Generation, Error> {
    let profile = openai.profile();
    let wire: wire::Video = answer.parse()?;
    // Only where a profile looks for members by their path: most polls of most services cost no second reading.
    let tree = LazyCell::new(|| answer.parse().unwrap_or(Value::Null));
    let mut word = wire.status.clone();
    if word.is_none() && wire.error.is_none() {
        word = implied(openai, handle, &tree, response).map(ToOwned::to_owned);
    }
    let told = match profile.ids {
        Ids::Same("id") => wire.id.clone(),
        Ids::Same(member) => member::id(&tree, member),
        Ids::NotCompared(_) => Some(handle.id().to_owned()),
    };
    let mut seen = answer.generation(
        handle,
        told.as_deref(),
        word.as_deref(),
        profile.statuses,
        wire::FIELDS,
    )?;
    seen.poll_after = rest(profile, response);
    fill(openai, &mut seen, wire, || &tree);
    Ok(seen)
}

/// The word of an answer that has none, if the profile knows what that means.
fn implied(
    openai: &OpenAi,
    handle: &Handle,
    tree: &Value,
    response: &HttpResponse,
) -> Option<&'static str> {
    let implied = openai.profile().implied;
    if let Some(word) = implied.with_output
        && content::names_an_output(openai, handle, tree)
    {
        return Some(word);
    }
    implied.accepted.filter(|_| response.status() == StatusCode::ACCEPTED)
}

/// What else is said of a generation whose id and status are known.
///
/// `tree` is the answer by its members' paths.
pub(crate) fn fill<'a>(
    openai: &OpenAi,
    seen: &mut Generation,
    wire: wire::Video,
    tree: impl Fn() -> &'a Value,
) {
    let profile = openai.profile();
    seen.progress = wire.progress.and_then(Progress::from_percent);
    seen.model = wire.model;
    seen.prompt = wire.prompt;
    seen.times.created = member::unix(wire.created_at);
    seen.times.started = member::unix(wire.claimed_at);
    seen.times.finished = member::unix(wire.completed_at.or(wire.done_at));
    seen.cost = profile.cost.and_then(|at| {
        let count = member::number(tree(), at.member).filter(|count| *count >= 0.0)?;
        Some(Cost::usd(count / at.per_usd)).filter(|cost| cost.usd.is_some_and(f64::is_finite))
    });
    let is_kept_back = seen.phase() == Phase::Succeeded
        && profile.moderation_flag.is_some_and(|flag| member::is_false(tree(), flag));
    if !is_kept_back {
        let told = wire.video.as_ref().and_then(|video| video.duration);
        let seconds = told.or_else(|| wire.seconds.as_deref()?.trim().parse().ok());
        let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        if content::may_be_there(openai, seen.phase()) {
            seen.outputs = content::outputs(openai, seen, tree(), duration);
        }
    }
    let mut error = wire.error.unwrap_or_default();
    error.message = error.message.or_else(|| wire.info?.errors);
    let class = failures::class(profile.failures, error.code.as_deref());
    let says_why = error.code.is_some() || error.message.is_some();
    match seen.phase() {
        Phase::Succeeded if is_kept_back => {
            seen.fail(Failure::new(FailureClass::Moderation, error.code, error.message));
        }
        Phase::Failed | Phase::Rejected => {
            seen.fail(Failure::new(class, error.code, error.message));
        }
        Phase::Cancelled | Phase::Expired | Phase::Unrecognized if says_why => {
            seen.failure = Some(Failure::new(class, error.code, error.message));
        }
        _ => {}
    }
}

/// How long it asks to rest: the profile's own header beats the usual ones.
fn rest(profile: &Profile, response: &HttpResponse) -> Option<Duration> {
    let hint = profile.poll_hint.and_then(|name| {
        let milliseconds: f64 = response.headers().get(name)?.to_str().ok()?.trim().parse().ok()?;
        Duration::try_from_secs_f64(milliseconds / 1e3).ok()
    });
    hint.or_else(|| answer::retry_after(response.headers()))
}
