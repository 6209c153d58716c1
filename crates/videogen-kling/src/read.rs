//! What Kling says of a task, as a generation.

use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use videogen_core::answer::{Answer, ProviderWords};
use videogen_core::fields::FieldMap;
use videogen_core::{
    Cost, Error, ErrorKind, Failure, FailureClass, Generation, Handle, HttpResponse, Json, Output,
    OutputKind, Phase, timestamp,
};

use crate::errors::opened_of_task;
use crate::route::Place;
use crate::status::STATUSES;
use crate::wire::{self, Billing, Envelope, LegacyTask, Task};

/// After how long outputs are cleared, from every page that names one.
pub(crate) const KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 3600);

/// The answer to a question about one task.
pub(crate) fn status(handle: &Handle, response: &HttpResponse) -> Result<Generation, Error> {
    let (answer, envelope) = opened_of_task(response)?;
    match Place::of(handle.id()) {
        Some((Place::Tasks, _)) => among_tasks(handle, &answer, envelope),
        _ => legacy(handle, &answer, &envelope),
    }
}

/// `data` with a task of the older API.
pub(crate) fn legacy(
    handle: &Handle,
    answer: &Answer<'_>,
    envelope: &Envelope,
) -> Result<Generation, Error> {
    let task: LegacyTask = envelope.data.as_ref().and_then(object).unwrap_or_default();
    let id = id_at(handle, task.task_id.as_deref());
    let status = task.task_status.as_deref();
    let mut seen =
        answer.generation(handle, id.as_deref(), status, &STATUSES, wire::LEGACY_FIELDS)?;
    fill_legacy(&mut seen, task);
    Ok(seen)
}

/// `data` with a task of the newer API, as a submission is answered.
pub(crate) fn made(
    handle: &Handle,
    answer: &Answer<'_>,
    envelope: &Envelope,
) -> Result<Generation, Error> {
    let task: Task = envelope.data.as_ref().and_then(object).unwrap_or_default();
    current(handle, answer, task, wire::MADE_FIELDS)
}

/// `data` with the tasks of the newer API that were asked for: one, or none if there is no such task.
fn among_tasks(
    handle: &Handle,
    answer: &Answer<'_>,
    envelope: Envelope,
) -> Result<Generation, Error> {
    let tasks = envelope.data.as_ref().and_then(objects::<Task>);
    if tasks.as_ref().is_some_and(Vec::is_empty) {
        // Its message is of success.
        let mut words = ProviderWords::new(None, None);
        words.request_id = envelope.request_id;
        return Err(answer.error(ErrorKind::NotFound, words));
    }
    let mut tasks = tasks.unwrap_or_default();
    let is_it = |task: &Task| id_at(handle, task.id.as_deref()).as_deref() == Some(handle.id());
    let at = tasks.iter().position(is_it).unwrap_or_default();
    let task = if tasks.is_empty() { Task::default() } else { tasks.swap_remove(at) };
    current(handle, answer, task, wire::FIELDS)
}

fn current(
    handle: &Handle,
    answer: &Answer<'_>,
    task: Task,
    fields: FieldMap,
) -> Result<Generation, Error> {
    let id = id_at(handle, task.id.as_deref());
    let status = task.status.as_deref();
    let mut seen = answer.generation(handle, id.as_deref(), status, &STATUSES, fields)?;
    fill(&mut seen, task);
    Ok(seen)
}

/// A handle's id for what Kling calls a task, where the task of this handle is.
fn id_at(handle: &Handle, task: Option<&str>) -> Option<String> {
    let (place, _) = Place::of(handle.id())?;
    Some(place.id_of(task?))
}

/// What else the newer API says of a task whose id and status are known.
pub(crate) fn fill(seen: &mut Generation, task: Task) {
    seen.times.created = task.create_time.and_then(timestamp::from_unix);
    seen.times.updated = task.update_time.and_then(timestamp::from_unix);
    seen.cost = cost(&task.billing);
    let has_video = task.outputs.iter().any(|output| kind(output) == Some(OutputKind::Video));
    let mut aside = Vec::new();
    for output in task.outputs {
        let Some(kind) = kind(&output) else { continue };
        let is_primary = kind == OutputKind::Video || !has_video;
        let (url, duration) = match output.mp3_url {
            Some(mp3) if kind == OutputKind::Audio => {
                if let Some(wav) = output.wav_url {
                    aside.push(made_output(kind, false, wav, output.wav_duration.as_deref()));
                }
                (Some(mp3), output.mp3_duration)
            }
            _ if kind == OutputKind::Audio => (output.wav_url, output.wav_duration),
            _ => (output.url, output.duration),
        };
        if let Some(url) = output.watermark_url {
            aside.push(made_output(kind, false, url, duration.as_deref()));
        }
        if let Some(url) = url {
            let made = made_output(kind, is_primary, url, duration.as_deref());
            if is_primary { seen.outputs.push(made) } else { aside.push(made) }
        }
    }
    seen.outputs.append(&mut aside);
    expire(seen);
    fail(seen, task.message);
}

/// What else the older API says of a task whose id and status are known.
pub(crate) fn fill_legacy(seen: &mut Generation, task: LegacyTask) {
    seen.times.created = task.created_at.and_then(timestamp::from_unix);
    seen.times.updated = task.updated_at.and_then(timestamp::from_unix);
    seen.cost = task.final_unit_deduction.as_deref().and_then(amount).map(Cost::credits);
    let result = task.task_result.unwrap_or_default();
    let has_video = !result.videos.is_empty();
    let videos = result.videos.into_iter().map(|video| (OutputKind::Video, video));
    let images = result.images.into_iter().map(|image| (OutputKind::Image, image));
    let mut aside = Vec::new();
    for (kind, output) in videos.chain(images) {
        let is_primary = kind == OutputKind::Video || !has_video;
        let duration = output.duration.as_deref();
        if let Some(url) = output.url {
            let made = made_output(kind, is_primary, url, duration);
            if is_primary { seen.outputs.push(made) } else { aside.push(made) }
        }
        if let Some(url) = output.watermark_url {
            aside.push(made_output(kind, false, url, duration));
        }
    }
    seen.outputs.append(&mut aside);
    expire(seen);
    fail(seen, task.task_status_msg);
}

/// Voices and elements are nothing to watch.
fn kind(output: &wire::Output) -> Option<OutputKind> {
    match output.kind.as_deref()? {
        "video" => Some(OutputKind::Video),
        "image" => Some(OutputKind::Image),
        "audio" => Some(OutputKind::Audio),
        _ => None,
    }
}

fn made_output(kind: OutputKind, primary: bool, url: String, duration: Option<&str>) -> Output {
    let mut output =
        if primary { Output::primary(kind, url) } else { Output::secondary(kind, url) };
    output.duration = duration
        .and_then(|seconds| seconds.trim().parse().ok())
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    output
}

/// Outputs are kept for so long after they were made, unless their URLs say otherwise.
fn expire(seen: &mut Generation) {
    let cleared: Option<SystemTime> = seen
        .times
        .updated
        .filter(|_| seen.phase() == Phase::Succeeded)
        .and_then(|made| made.checked_add(KEPT_FOR));
    for output in &mut seen.outputs {
        output.expires_at = timestamp::presigned_expiry(output.url.expose()).or(cleared);
    }
}

/// There is no code: what kind of reason it is, nothing says but the wording.
fn fail(seen: &mut Generation, message: Option<String>) {
    match seen.phase() {
        Phase::Failed => seen.fail(Failure::new(FailureClass::Unknown, None, message)),
        Phase::Unrecognized if message.is_some() => {
            seen.failure = Some(Failure::new(FailureClass::Unknown, None, message));
        }
        _ => {}
    }
}

/// What of several charges is in units, and what in US dollars. Yuan have no place in the model.
fn cost(billing: &[Billing]) -> Option<Cost> {
    let sum = |is_such: &dyn Fn(&Billing) -> bool| {
        let amounts = billing.iter().filter(|bill| is_such(bill));
        amounts.filter_map(|bill| amount(bill.amount.as_deref()?)).reduce(|a, b| a + b)
    };
    let mut cost = Cost::default();
    cost.credits = sum(&|bill| bill.charge_type.as_deref() == Some("unit"));
    cost.usd = sum(&|bill| {
        bill.charge_type.as_deref() == Some("cash") && bill.currency.as_deref() == Some("USD")
    });
    (cost != Cost::default()).then_some(cost)
}

fn amount(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|amount: &f64| amount.is_finite() && *amount >= 0.0)
}

/// A JSON object as a `T`. Of a member that is there twice the last one counts.
pub(crate) fn object<T: DeserializeOwned>(json: &Json) -> Option<T> {
    if !json.get().starts_with('{') {
        return None;
    }
    json.parse().ok().or_else(|| {
        let members: Map<String, Value> = json.parse().ok()?;
        serde_json::from_value(members.into()).ok()
    })
}

/// The objects of a JSON list; `None` for anything else. A list of other things only is not taken for an empty one.
pub(crate) fn objects<T: DeserializeOwned>(json: &Json) -> Option<Vec<T>> {
    let items: Vec<Json> = json.parse().ok()?;
    let objects: Vec<T> = items.iter().filter_map(object).collect();
    (items.is_empty() || !objects.is_empty()).then_some(objects)
}
