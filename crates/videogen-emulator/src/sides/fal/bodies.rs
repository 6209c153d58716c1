//! What fal's queue says of a request.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use videogen_core::{HttpResponse, Json};
use videogen_fal::wire::{CancelAnswer, LogLine, Metrics, QueueStatus};

use super::{BASE, outcome, path};
use crate::script::Ending;
use crate::side::json_answer;
use crate::view::{Stage, View};
use crate::wall::Time;

/// At which percents the runner writes a line.
const TOLD: [u8; 3] = [25, 50, 75];

pub(super) const fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Queued => "IN_QUEUE",
        Stage::Running { .. } => "IN_PROGRESS",
        Stage::Ended(_) => "COMPLETED",
    }
}

/// Id and URLs, and the status word of this stage.
fn head(view: &View<'_>, stage: Stage) -> QueueStatus {
    let url = format!("{}{BASE}/{}", view.origin, view.id);
    let mut wire = QueueStatus::default();
    wire.status = Some(view.status(word(stage)));
    wire.request_id = Some(path::request_id(view.id).to_owned());
    wire.status_url = Some(format!("{url}/status"));
    wire.cancel_url = Some(format!("{url}/cancel"));
    wire.response_url = Some(url);
    wire
}

/// What waits.
pub(super) fn queued(view: &View<'_>) -> QueueStatus {
    let mut wire = head(view, Stage::Queued);
    wire.queue_position = Some(position(view));
    wire
}

/// How many are before it: as many as it has seconds to wait.
fn position(view: &View<'_>) -> i64 {
    let milliseconds = since(view.created, view.now).as_millis();
    let left = view.script.queued.as_millis().saturating_sub(milliseconds).div_ceil(1000);
    i64::try_from(left).unwrap_or(i64::MAX)
}

fn since(earlier: Time, later: Time) -> Duration {
    Duration::from_millis(later.unix_milliseconds().saturating_sub(earlier.unix_milliseconds()))
}

pub(super) fn status(view: &View<'_>, is_cancelled: bool) -> HttpResponse {
    let stage = if is_cancelled { Stage::Ended(Ending::Cancelled) } else { view.stage };
    if stage == Stage::Queued {
        return json_answer(StatusCode::ACCEPTED, &queued(view));
    }
    let mut wire = head(view, stage);
    wire.logs = Some(if view.asked.progress { lines(view) } else { json!(null) }.into());
    if !stage.has_ended() {
        return json_answer(StatusCode::ACCEPTED, &wire);
    }
    if !is_cancelled {
        let mut metrics = Metrics::default();
        metrics.inference_time = Some(view.script.running.as_secs_f64());
        wire.metrics = Some(metrics);
    }
    if let Some(outcome) = outcome::of(view, is_cancelled) {
        (wire.error, wire.error_type) = outcome.told();
    }
    json_answer(StatusCode::OK, &wire)
}

/// The runner's lines.
fn lines(view: &View<'_>) -> serde_json::Value {
    let began = view.created.plus(view.script.queued);
    let mut lines = vec![line(began, "Loading model weights...")];
    let percent = match view.stage {
        Stage::Queued => return json!([]),
        Stage::Running { .. } if view.script.ends == Ending::Never => 0,
        Stage::Running { percent } => percent,
        Stage::Ended(_) => 100,
    };
    for told in TOLD.into_iter().filter(|told| *told <= percent) {
        let at = began.plus(view.script.running * u32::from(told) / 100);
        lines.push(line(at, &format!("Generating: {told}%")));
    }
    if view.stage.is_completed() {
        lines.push(line(view.updated, "Done."));
    }
    json!(lines)
}

fn line(at: Time, message: &str) -> LogLine {
    let mut line = LogLine::default();
    line.message = Some(message.to_owned());
    line.level = Some("INFO".to_owned());
    line.source = Some("USER".to_owned());
    line.timestamp = Some(at.iso());
    line
}

pub(super) fn cancelled(status: StatusCode, word: &str) -> HttpResponse {
    let mut wire = CancelAnswer::default();
    wire.status = Some(word.to_owned());
    json_answer(status, &wire)
}

/// `body` as a part of another one.
pub(super) fn part(body: &str) -> Option<Json> {
    serde_json::from_str(body).ok()
}
