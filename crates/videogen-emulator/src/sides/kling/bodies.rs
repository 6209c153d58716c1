//! Kling's words, bodies and errors.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use videogen_core::{HttpResponse, Json};
use videogen_kling::wire;

use super::keys::Denied;
use super::{answer, number, submission};
use crate::json;
use crate::script::Ending;
use crate::side::{Reason, Refused};
use crate::view::{Stage, View};
use crate::wall::Time;

/// Of every answer: a side has no chance, and no page says what is in it.
const REQUEST_ID: &str = "00000000-0000-4000-8000-000000000001";

/// What a task is said to cost, in units.
const UNITS: &str = "2.5";

/// How many seconds a video is said to play if the submission does not say.
const SECONDS: &str = "5";

/// The script's check lets no other ends through than these.
pub(super) const fn word(stage: Stage, is_newer: bool) -> &'static str {
    match stage {
        Stage::Queued => "submitted",
        Stage::Running { .. } | Stage::Ended(Ending::Never) => "processing",
        Stage::Ended(Ending::Completed) if is_newer => "succeeded",
        Stage::Ended(Ending::Completed) => "succeed",
        Stage::Ended(_) => "failed",
    }
}

/// An answer that has this in it.
pub(super) fn ok(data: &(impl Serialize + ?Sized)) -> HttpResponse {
    let mut envelope = wire::Envelope::default();
    envelope.code = Some(0);
    envelope.message = Some("SUCCEED".to_owned());
    envelope.request_id = Some(REQUEST_ID.to_owned());
    envelope.data = serde_json::to_value(data).ok().map(Json::from);
    answer(StatusCode::OK, json::text(&envelope))
}

/// A task of the newer API, as a status answer, a list and a callback have it. It also shows what the older one made.
pub(super) fn task(view: &View<'_>) -> wire::Task {
    let mut task = made_task(view);
    task.message = Some(message(view));
    if view.shows_urls() {
        let mut output = wire::Output::default();
        output.kind = Some("video".to_owned());
        output.id = Some(video_id(view));
        output.url = Some(view.video_url(0));
        output.watermark_url = watermark_url(view);
        output.duration = Some(duration(view));
        task.outputs.push(output);
    }
    if view.stage.is_completed() {
        let mut billing = wire::Billing::default();
        billing.charge_type = Some("unit".to_owned());
        billing.amount = Some(UNITS.to_owned());
        billing.package_type = Some("video".to_owned());
        task.billing.push(billing);
    }
    task
}

/// The same as a submission is answered.
pub(super) fn made_task(view: &View<'_>) -> wire::Task {
    let mut task = wire::Task::default();
    task.id = Some(number(view.id).to_owned());
    task.status = Some(view.status(word(view.stage, true)));
    task.create_time = Some(milliseconds(view.created));
    task.update_time = Some(milliseconds(view.updated));
    task.external_id = external_id(view).map(str::to_owned);
    task
}

/// A task of the older API, as a status answer and a list have it.
pub(super) fn legacy_task(view: &View<'_>) -> wire::LegacyTask {
    let mut task = made_legacy_task(view);
    task.task_status_msg = Some(message(view));
    let mut result = wire::TaskResult::default();
    if view.shows_urls() {
        let mut video = wire::LegacyVideo::default();
        video.id = Some(video_id(view));
        video.url = Some(view.video_url(0));
        video.watermark_url = watermark_url(view);
        video.duration = Some(duration(view));
        result.videos.push(video);
    }
    if view.stage.has_ended() {
        task.task_result = Some(result);
    }
    if view.stage.is_completed() {
        task.final_unit_deduction = Some(UNITS.to_owned());
        let mut watermark = wire::WatermarkInfo::default();
        watermark.enabled = Some(has_watermark(view));
        task.watermark_info = Some(watermark);
    }
    task
}

/// The same as a submission is answered.
pub(super) fn made_legacy_task(view: &View<'_>) -> wire::LegacyTask {
    let mut info = wire::TaskInfo::default();
    info.external_task_id = external_id(view).map(str::to_owned);
    let mut task = wire::LegacyTask::default();
    task.task_id = Some(number(view.id).to_owned());
    task.task_status = Some(view.status(word(view.stage, false)));
    task.task_info = Some(info);
    task.created_at = Some(milliseconds(view.created));
    task.updated_at = Some(milliseconds(view.updated));
    task
}

/// The caller's own id of a task.
pub(super) fn external_id<'a>(view: &View<'a>) -> Option<&'a str> {
    submission::option(view.submission?, "external_task_id")?.as_str().filter(|id| !id.is_empty())
}

fn message(view: &View<'_>) -> String {
    if !view.shows_error() {
        return String::new();
    }
    view.script.error.clone().unwrap_or_else(|| "Image pixel is invalid".to_owned())
}

fn video_id(view: &View<'_>) -> String {
    format!("{}1", number(view.id))
}

fn has_watermark(view: &View<'_>) -> bool {
    let info = view.submission.and_then(|it| submission::option(it, "watermark_info"));
    info.is_some_and(|info| info["enabled"] == true)
}

/// The same video: the emulator has no other.
fn watermark_url(view: &View<'_>) -> Option<String> {
    has_watermark(view).then(|| format!("{}&watermark=1", view.video_url(0)))
}

fn duration(view: &View<'_>) -> String {
    let newer = view.submitted("settings").map(|settings| &settings["duration"]);
    match view.submitted("duration").or(newer) {
        Some(Value::String(seconds)) => seconds.clone(),
        Some(Value::Number(seconds)) => seconds.to_string(),
        _ => SECONDS.to_owned(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds up to the year 9999 are exact")]
fn milliseconds(time: Time) -> f64 {
    time.unix_milliseconds() as f64
}

/// The HTTP status, the code and the usual message.
const fn error(reason: Reason) -> (StatusCode, i64, &'static str) {
    match reason {
        Reason::MissingKey => (StatusCode::UNAUTHORIZED, 1001, "Authorization is empty"),
        Reason::BadKey => (StatusCode::UNAUTHORIZED, 1002, "Authorization is invalid"),
        Reason::Forbidden | Reason::BadUrl => (
            StatusCode::FORBIDDEN,
            1103,
            "Unauthorized access to requested resource, such as API/model",
        ),
        Reason::NotFound => (StatusCode::BAD_REQUEST, 1201, "Task not found by id/external id"),
        Reason::NoSuchPath | Reason::MethodNotAllowed => {
            (StatusCode::NOT_FOUND, 1202, "The requested method is invalid")
        }
        Reason::TooManyRequests => (StatusCode::TOO_MANY_REQUESTS, 1302, "Too many requests"),
        Reason::Concurrency => {
            (StatusCode::TOO_MANY_REQUESTS, 1303, "parallel task over resource pack limit")
        }
        Reason::ServerError | Reason::OutcomeUnknown => {
            (StatusCode::INTERNAL_SERVER_ERROR, 5000, "Server internal error")
        }
        Reason::Unavailable => {
            (StatusCode::SERVICE_UNAVAILABLE, 5001, "Server temporarily unavailable")
        }
        Reason::GatewayTimeout => (StatusCode::GATEWAY_TIMEOUT, 5002, "Server internal timeout"),
        Reason::Invalid | Reason::Input | Reason::NotReady => {
            (StatusCode::BAD_REQUEST, 1201, "Invalid parameters")
        }
        Reason::Conflict => (StatusCode::BAD_REQUEST, 1201, "External_task_id already exists"),
        Reason::Moderation => {
            (StatusCode::BAD_REQUEST, 1301, "Trigger the platform's content security policy")
        }
        Reason::Payment => (StatusCode::TOO_MANY_REQUESTS, 1102, "Account balance not enough"),
    }
}

pub(super) fn refusal(refused: &Refused) -> HttpResponse {
    let (status, code, usual) = error(refused.reason);
    let message = match (refused.reason, &refused.id) {
        (Reason::NotFound, Some(id)) => format!("{usual}: {}", number(id)),
        _ => refused.text(usual),
    };
    failed(status, code, message)
}

/// What is wrong with a key.
pub(super) fn denied(denied: Denied) -> HttpResponse {
    let (code, message) = match denied {
        Denied::Missing => (1001, "Authorization is empty"),
        Denied::Invalid => (1002, "Authorization is invalid"),
        Denied::NotYet => (1003, "Authorization is not yet valid"),
        Denied::Expired => (1004, "Authorization has expired"),
        Denied::OfAccessKey => (
            1002,
            "Authentication error. The current API does not support AK/SK; please go to the console \
             (https://kling.ai/dev/api-key) to create API key.",
        ),
    };
    failed(StatusCode::UNAUTHORIZED, code, message.to_owned())
}

fn failed(status: StatusCode, code: i64, message: String) -> HttpResponse {
    let mut envelope = wire::Envelope::default();
    envelope.code = Some(code);
    envelope.message = Some(message);
    envelope.request_id = Some(REQUEST_ID.to_owned());
    answer(status, json::text(&envelope))
}
