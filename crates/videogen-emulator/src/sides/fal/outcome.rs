//! How a generation ended: the result, of which its webhook has the body.

use http::header::HeaderName;
use http::{HeaderValue, StatusCode};
use videogen_core::HttpResponse;
use videogen_fal::wire::{Detail, ErrorBody, ErrorDetail, File, ModelOutput};
use videogen_fal::{DOCUMENTED_ERRORS, DOCUMENTED_MODEL_ERRORS};

use super::path;
use crate::json;
use crate::reply;
use crate::script::Ending;
use crate::side::text_answer;
use crate::view::{Stage, View};
use crate::webhooks::FORGED_URL;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-fal-error-type");
const RETRYABLE: HeaderName = HeaderName::from_static("x-fal-retryable");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-fal-request-id");

/// The type of a request that was cancelled.
const CANCELLED: &str = "client_cancelled";

/// The type of what is against the policy.
const MODERATION: &str = "content_policy_violation";

/// What a model says that failed, unless the script says it.
const USUAL: &str = "internal_server_error";

/// What became of a generation.
pub(super) struct Outcome {
    pub(super) status: StatusCode,
    pub(super) body: String,
    whose: Whose,
}

/// Who says it.
enum Whose {
    Models,
    Platforms { message: Option<String>, error_type: String },
}

/// `None` before the end.
pub(super) fn of(view: &View<'_>, is_cancelled: bool) -> Option<Outcome> {
    if is_cancelled {
        let message = Some("The request was cancelled".to_owned());
        return Some(platforms(StatusCode::from_u16(499).ok()?, message, CANCELLED));
    }
    let Stage::Ended(ending) = view.stage else { return None };
    let (message, usual) = match ending {
        Ending::Completed => {
            let urls = if view.shows_urls() { urls(view) } else { Vec::new() };
            return Some(made(view, urls));
        }
        Ending::Rejected => ("The prompt was flagged by a content checker", MODERATION),
        _ => ("The model failed", USUAL),
    };
    let (message, code) = view.error(message, usual);
    let code = code.unwrap_or_else(|| usual.to_owned());
    let status = |table: &[(u16, &str)]| {
        let (status, _) = table.iter().find(|(_, known)| *known == code)?;
        StatusCode::from_u16(*status).ok()
    };
    Some(match status(DOCUMENTED_ERRORS) {
        Some(status) => platforms(status, message, &code),
        None => {
            let status = status(DOCUMENTED_MODEL_ERRORS);
            models(status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY), message, code)
        }
    })
}

/// What a forger says.
pub(super) fn forged(view: &View<'_>) -> Outcome {
    made(view, vec![FORGED_URL.to_owned()])
}

fn urls(view: &View<'_>) -> Vec<String> {
    let (_, there) = view.videos();
    (0..there).map(|number| view.video_url(number)).collect()
}

fn made(view: &View<'_>, urls: Vec<String>) -> Outcome {
    let mut wire = ModelOutput::default();
    let mut files: Vec<File> = urls.into_iter().map(|url| file(view, url)).collect();
    if files.len() > 1 {
        wire.videos = files;
    } else {
        wire.video = files.pop();
    }
    wire.prompt.clone_from(&view.script.prompt);
    Outcome { status: StatusCode::OK, body: json::text(&wire), whose: Whose::Models }
}

fn file(view: &View<'_>, url: String) -> File {
    let mut file = File::default();
    file.url = Some(url);
    file.content_type = Some("video/mp4".to_owned());
    file.file_name = Some("output.mp4".to_owned());
    file.file_size = i64::try_from(view.script.file_bytes).ok();
    file
}

/// An error of the platform: a text and a type.
fn platforms(status: StatusCode, message: Option<String>, error_type: &str) -> Outcome {
    let error_type = error_type.to_owned();
    let mut wire = ErrorBody::default();
    wire.detail = message.clone().map(Detail::Text);
    wire.error_type = Some(error_type.clone());
    let whose = Whose::Platforms { message, error_type };
    Outcome { status, body: json::text(&wire), whose }
}

/// An error of a model.
fn models(status: StatusCode, message: Option<String>, code: String) -> Outcome {
    let body = model_error(&["body"], message, code);
    Outcome { status, body, whose: Whose::Models }
}

/// The body of a model's error, about this part of the request.
pub(super) fn model_error(loc: &[&str], message: Option<String>, code: String) -> String {
    let mut detail = ErrorDetail::default();
    detail.loc = Some(serde_json::json!(loc).into());
    detail.msg = message;
    detail.url = Some(format!("https://docs.fal.ai/errors/#{code}"));
    detail.kind = Some(code);
    let mut wire = ErrorBody::default();
    wire.detail = Some(Detail::List(vec![detail]));
    json::text(&wire)
}

impl Outcome {
    /// `error` and `error_type` of the status: there only if it failed.
    pub(super) fn told(&self) -> (Option<String>, Option<String>) {
        match &self.whose {
            Whose::Platforms { message, error_type } => (message.clone(), Some(error_type.clone())),
            Whose::Models => (self.error(), None),
        }
    }

    /// What a webhook says of an error, as the page prints it.
    pub(super) fn error(&self) -> Option<String> {
        let status = self.status.as_u16();
        (!self.status.is_success()).then(|| format!("Invalid status code: {status}"))
    }

    /// The answer to the request for it.
    pub(super) fn answer(self, view: &View<'_>) -> HttpResponse {
        let mut response = text_answer(self.status, "application/json", self.body);
        let headers = response.headers_mut();
        reply::set(headers, REQUEST_ID, path::request_id(view.id));
        match self.whose {
            Whose::Platforms { error_type, .. } => reply::set(headers, ERROR_TYPE, &error_type),
            // Trying again may help where it is not the input that is wrong.
            Whose::Models if !self.status.is_success() => {
                let may_help = if self.status.is_server_error() { "true" } else { "false" };
                headers.insert(RETRYABLE, HeaderValue::from_static(may_help));
            }
            Whose::Models => {}
        }
        response
    }
}
