//! What only fal tells of a generation, typed.

use std::time::{Duration, SystemTime};

use serde_json::Value;
use videogen_core::{Generation, timestamp};

use crate::result::QUEUE;
use crate::wire::LogLine;

impl LogLine {
    /// When it was written, if it says so.
    #[must_use]
    pub fn at(&self) -> Option<SystemTime> {
        timestamp::parse(self.timestamp.as_deref()?)
    }
}

/// The lines that the runner has logged so far, the oldest first, if they were [asked for](crate::Fal::with_logs). Each observation has all of
/// them again.
///
/// ```
/// # use videogen_core::{ApiKey, HttpResponse, Observed, Provider, StatusQuery};
/// # use videogen_fal::Fal;
/// let fal = Fal::new(ApiKey::new("key-id:key-secret").unwrap()).with_logs(true);
/// let handle = fal.handle("fal-ai/veo3/requests/764cabcf").unwrap();
/// let call = fal.status(&handle, StatusQuery::Plain).unwrap();
/// assert_eq!(call.request().uri().query(), Some("logs=1"));
/// let answer = r#"{"status": "IN_PROGRESS", "request_id": "764cabcf",
///     "logs": [{"message": "Loading model weights...", "timestamp": "2026-02-17T10:30:01.123Z"}]}"#;
/// let answer = HttpResponse::new(answer.as_bytes().to_vec());
/// let Ok(Observed::Generation(seen)) = call.decode(&answer) else { panic!() };
/// assert_eq!(videogen_fal::logs(&seen)[0].message.as_deref(), Some("Loading model weights..."));
/// ```
#[must_use]
pub fn logs(generation: &Generation) -> Vec<LogLine> {
    let lines = queue(generation, "logs").and_then(Value::as_array);
    let lines = lines.into_iter().flatten().filter(|line| line.is_object());
    lines.filter_map(|line| serde_json::from_value(line.clone()).ok()).collect()
}

/// How long the runner took, of a generation that has ended: `metrics.inference_time`. The time in the queue is not in it.
#[must_use]
pub fn inference_time(generation: &Generation) -> Option<Duration> {
    let metrics = queue(generation, "metrics")?.clone();
    let metrics: crate::wire::Metrics = serde_json::from_value(metrics).ok()?;
    Duration::try_from_secs_f64(metrics.inference_time?).ok()
}

/// What a model's safety checker says of each of the outputs, in order: `has_nsfw_concepts`. Empty if it says nothing.
///
/// It speaks of what the outputs show ("whether the generated images contain NSFW concepts"). No page says that such an output is withheld, and
/// with the checker off it is whole: so a generation with a flag is not taken for a rejected one.
#[must_use]
pub fn nsfw_flags(generation: &Generation) -> Vec<bool> {
    let flags = generation.field("has_nsfw_concepts");
    match flags {
        Some(Value::Array(flags)) => flags.iter().filter_map(Value::as_bool).collect(),
        Some(Value::Bool(flag)) => vec![*flag],
        _ => Vec::new(),
    }
}

/// What the queue said: beside the result where the generation has ended with one, else by itself.
fn queue<'a>(generation: &'a Generation, name: &str) -> Option<&'a Value> {
    match generation.field(QUEUE) {
        Some(Value::Object(queue)) => queue.get(name),
        _ => generation.field(name),
    }
}
