//! Sync Labs' batches. A batch's generations are generations like others: they follow the plan for submissions, and it is as far
//! as they are.

use std::collections::BTreeSet;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use videogen_core::{HttpRequest, HttpResponse, Moment, OutputUrl, timestamp};
use videogen_synclabs::{Batch, BatchMetrics, MAX_BATCH, MAX_BATCH_BYTES, MIN_BATCH};

use super::api::Asked;
use super::params::Params;
use super::submission;
use crate::form::{self, Part};
use crate::side::{Account, Reason, Submission};
use crate::view::Stage;

/// Every batch, in the order of creation.
pub(super) type Batches = Vec<Emulated>;

/// A batch at the emulated provider.
#[derive(Clone)]
pub(super) struct Emulated {
    id: String,
    created: Moment,
    generations: Vec<String>,
    webhook_url: Option<String>,
}

/// Not the URL: it may hold a secret.
impl std::fmt::Debug for Emulated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Batch({}, {} generations)", self.id, self.generations.len())
    }
}

#[derive(Deserialize)]
struct Record {
    request_id: String,
    endpoint: String,
    payload: Value,
}

impl Emulated {
    /// As it is now.
    fn told(&self, account: &Account<'_>) -> Batch {
        let views = self.generations.iter().filter_map(|id| account.view(id));
        let stages: Vec<Stage> = views.map(|view| view.stage).collect();
        let count = |is: &dyn Fn(&Stage) -> bool| {
            u64::try_from(stages.iter().filter(|stage| is(stage)).count()).ok()
        };
        let ended = |stage: &Stage| stage.has_ended();
        let completed = |stage: &Stage| stage.is_completed();
        let mut metrics = BatchMetrics::default();
        metrics.total_generations = u64::try_from(self.generations.len()).ok();
        metrics.success_count = count(&completed);
        metrics.failed_count = count(&|stage| ended(stage) && !completed(stage));
        metrics.pending_count = count(&|stage| !ended(stage));
        let word = if stages.iter().all(ended) {
            "COMPLETED"
        } else if stages.iter().all(|stage| *stage == Stage::Queued) {
            "JOBS_CREATED"
        } else {
            "PROCESSING"
        };
        let mut batch = Batch::default();
        batch.id.clone_from(&self.id);
        batch.created_at = Some(account.time_at(self.created).iso());
        batch.status = Some(word.to_owned());
        batch.metrics = metrics;
        batch.webhook_url = self.webhook_url.as_deref().map(OutputUrl::new);
        if word == "COMPLETED" {
            let url = format!("{}/v2/batches/{}/result", account.origin(), self.id);
            batch.output_url = Some(OutputUrl::new(url));
        }
        batch
    }
}

/// Its JSON: an output that is not there is an empty text, as it was printed.
fn body(batch: &Batch) -> Value {
    let mut body = json!(batch);
    if batch.output_url.is_none()
        && let Some(url) = body.get_mut("outputUrl")
    {
        *url = "".into();
    }
    body
}

pub(super) fn list(asked: &Asked<'_, '_>) -> HttpResponse {
    let params = Params::of(asked.request.uri().query());
    let mut bounds = [None, None];
    for (bound, name) in bounds.iter_mut().zip(["created_after", "created_before"]) {
        *bound = params.get(name).map(timestamp::parse);
        if *bound == Some(None) {
            return asked.invalid(&[format!("{name} must be a valid ISO 8601 date string")]);
        }
    }
    let [after, before] = bounds.map(Option::flatten);
    let all = asked.side.batches.iter().rev();
    let told = all.map(|batch| batch.told(asked.account)).filter(|batch| {
        let created = batch.created();
        params.get("status").is_none_or(|status| batch.status.as_deref() == Some(status))
            && after.is_none_or(|after| created > Some(after))
            && before.is_none_or(|before| created < Some(before))
    });
    asked.ok(&told.map(|batch| body(&batch)).collect::<Vec<_>>())
}

pub(super) fn get(asked: &mut Asked<'_, '_>, id: &str) -> HttpResponse {
    match asked.side.batches.iter().find(|batch| batch.id == id) {
        Some(batch) => asked.ok(&body(&batch.told(asked.account))),
        None => asked.error(StatusCode::NOT_FOUND, "batch_not_found", "Batch not found"),
    }
}

pub(super) fn create(asked: &mut Asked<'_, '_>) -> HttpResponse {
    let Some(parts) = form::parts(asked.request) else {
        return asked.invalid(&["the body must be a whole multipart form".to_owned()]);
    };
    let Some(input) = parts.iter().find(|part| part.is_file && part.name == "input") else {
        return asked.invalid(&["input should not be empty".to_owned()]);
    };
    let submissions = match records(input.bytes) {
        Ok(submissions) => submissions,
        Err(problems) => return asked.invalid(&problems),
    };
    let field = |name: &str| parts.iter().find(|it| !it.is_file && it.name == name).map(Part::text);
    match field("dry_run").as_deref() {
        Some("true") => return asked.ok(&json!({ "status": "VALIDATED" })),
        None | Some("false" | "") => {}
        Some(_) => return asked.invalid(&["dry_run must be a boolean value".to_owned()]),
    }
    if !asked.account.has_room_for(submissions.len()) {
        return asked.refuse(Reason::Unavailable);
    }
    let mut generations = Vec::new();
    for submission in submissions {
        match asked.account.make(&*asked.side, submission) {
            Ok(id) => generations.push(id),
            Err(reason) => return asked.refuse(reason),
        }
    }
    let number = asked.side.batches.len().saturating_add(1);
    let batch = Emulated {
        id: format!("batch_{number:06}"),
        created: asked.account.moment(),
        generations,
        webhook_url: field("webhook_url").filter(|url| !url.is_empty()),
    };
    // However soon they run, at first it is told that nothing has begun, as it was printed.
    let mut told = batch.told(asked.account);
    told.status = Some("PENDING".to_owned());
    told.output_url = None;
    (told.metrics.success_count, told.metrics.failed_count) = (Some(0), Some(0));
    told.metrics.pending_count = Some(0);
    asked.side.batches.push(batch);
    asked.ok(&body(&told))
}

/// The submissions of a file, or what is wrong with it.
fn records(file: &[u8]) -> Result<Vec<Submission>, Vec<String>> {
    if file.len() > MAX_BATCH_BYTES {
        return Err(vec![format!("Maximum file size is {MAX_BATCH_BYTES} bytes")]);
    }
    let text = String::from_utf8_lossy(file);
    let (mut names, mut submissions, mut problems) = (BTreeSet::new(), Vec::new(), Vec::new());
    for (number, line) in (1_usize..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty())
    {
        match record(line, &mut names) {
            Ok(submission) => submissions.push(submission),
            Err(problem) => problems.push(format!("line {number}: {problem}")),
        }
    }
    let count = submissions.len().saturating_add(problems.len());
    if count < MIN_BATCH {
        problems.push(format!("Minimum {MIN_BATCH} records required"));
    } else if count > MAX_BATCH {
        problems.push(format!("Maximum {MAX_BATCH} records allowed"));
    }
    if problems.is_empty() { Ok(submissions) } else { Err(problems) }
}

fn record(line: &str, names: &mut BTreeSet<String>) -> Result<Submission, String> {
    let record: Record = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if record.endpoint != "/v2/generate" {
        return Err("endpoint must be \"/v2/generate\"".to_owned());
    }
    let request = HttpRequest::new(record.payload.to_string().into_bytes());
    let submission =
        submission::read(&request).map_err(|_| "payload is no generation".to_owned())?;
    if record.request_id.is_empty() || !names.insert(record.request_id) {
        return Err("request_id must be unique".to_owned());
    }
    Ok(submission)
}
