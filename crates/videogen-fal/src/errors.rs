//! fal's error answers, from the pages "Model Errors" (<https://fal.ai/docs/documentation/model-apis/errors>) and "Request Error Types"
//! (<https://fal.ai/docs/documentation/model-apis/request-errors>).

use http::HeaderMap;
use videogen_core::Refusal;
use videogen_core::answer::ProviderWords;

use crate::failures::MODERATION;
use crate::wire::{Detail, ErrorBody, ErrorDetail};

/// Every documented error of the platform and of the queue, with the HTTP status that it comes with. Those of models are
/// [`DOCUMENTED_MODEL_ERRORS`].
pub const DOCUMENTED_ERRORS: &[(u16, &str)] = &[
    (400, "bad_request"),
    (404, "NOT_FOUND"),
    (429, "concurrent_requests_limit"),
    (499, "client_cancelled"),
    (499, "client_disconnected"),
    (500, "internal_error"),
    (500, "runner_server_error"),
    (502, "runner_incomplete_response"),
    (503, "runner_connection_error"),
    (503, "runner_connection_refused"),
    (503, "runner_connection_timeout"),
    (503, "runner_disconnected"),
    (503, "runner_scheduling_failure"),
    (504, "request_timeout"),
    (504, "startup_timeout"),
];

/// Every documented type of a model's errors, with the HTTP status that it comes with.
pub const DOCUMENTED_MODEL_ERRORS: &[(u16, &str)] = &[
    (400, "downstream_service_error"),
    (422, "archive_file_count_below_minimum"),
    (422, "archive_file_count_exceeds_maximum"),
    (422, "audio_duration_too_long"),
    (422, "audio_duration_too_short"),
    (422, "content_policy_violation"),
    (422, "face_detection_error"),
    (422, "feature_not_supported"),
    (422, "file_download_error"),
    (422, "file_too_large"),
    (422, "greater_than"),
    (422, "greater_than_equal"),
    (422, "image_load_error"),
    (422, "image_too_large"),
    (422, "image_too_small"),
    (422, "invalid_archive"),
    (422, "less_than"),
    (422, "less_than_equal"),
    (422, "multiple_of"),
    (422, "one_of"),
    (422, "sequence_too_long"),
    (422, "sequence_too_short"),
    (422, "unsupported_audio_format"),
    (422, "unsupported_image_format"),
    (422, "unsupported_video_format"),
    (422, "video_duration_too_long"),
    (422, "video_duration_too_short"),
    (500, "downstream_service_unavailable"),
    (500, "internal_server_error"),
    (504, "generation_timeout"),
];

/// What a model puts before the part of the request that is wrong. What stands in a URL is not the model's.
const BODY: &str = "body";

/// An error answer's body and the headers that say more.
#[derive(Debug, Default)]
pub(crate) struct ErrorAnswer {
    /// Whether it is a JSON object at all: what is cut or a gateway's page says nothing of a generation.
    pub(crate) is_object: bool,
    /// What the model says, with a type each: whose `loc` begins with `body`, as the page has it.
    pub(crate) of_model: Vec<ErrorDetail>,
    /// The platform's type, of the body or of `X-Fal-Error-Type`.
    pub(crate) error_type: Option<String>,
    /// Whether the answer says if the same request may succeed: a model's answer does (`X-Fal-Retryable`).
    pub(crate) tells_retryable: bool,
    /// The queue's own word.
    pub(crate) word: Option<String>,
    /// What it says for people.
    pub(crate) message: Option<String>,
    /// The type of the first of what is wrong, whatever it is about.
    first_type: Option<String>,
}

impl ErrorAnswer {
    /// Reads a body that may be anything.
    pub(crate) fn of(headers: &HeaderMap, body: &str) -> Self {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut answer = Self {
            error_type: header("x-fal-error-type").and_then(text),
            tells_retryable: header("x-fal-retryable").is_some(),
            ..Self::default()
        };
        let body = body.trim_start_matches('\u{feff}').trim_ascii_start();
        // A struct could be read from an array too, member by member.
        let Some(body) =
            body.starts_with('{').then(|| serde_json::from_str::<ErrorBody>(body).ok()).flatten()
        else {
            return answer;
        };
        answer.is_object = true;
        // The body beats the header, which repeats it.
        answer.error_type = body.error_type.or(answer.error_type);
        answer.word = body.status;
        match body.detail {
            Some(Detail::Text(text)) => answer.message = Some(text),
            Some(Detail::List(list)) => {
                let said: Vec<&str> = list.iter().filter_map(|it| it.msg.as_deref()).collect();
                answer.message = (!said.is_empty()).then(|| said.join("; "));
                answer.first_type = list.iter().find_map(|it| it.kind.clone());
                answer.of_model = list.into_iter().filter(is_of_model).collect();
            }
            None => {}
        }
        answer
    }

    /// The code to go by: a refusal by policy beats whatever else is wrong, and the model's word the platform's.
    pub(crate) fn code(&self) -> Option<&str> {
        let mut kinds = self.of_model.iter().filter_map(|it| it.kind.as_deref());
        let first = kinds.clone().next();
        kinds
            .find(|kind| *kind == MODERATION)
            .or(first)
            .or(self.first_type.as_deref())
            .or(self.error_type.as_deref())
            .or(self.word.as_deref())
    }

    /// As the words of an error.
    pub(crate) fn words(self, headers: &HeaderMap) -> ProviderWords {
        let code = self.code().map(ToOwned::to_owned);
        let mut words = ProviderWords::new(code, self.message);
        let id = headers.get("x-fal-request-id").and_then(|id| id.to_str().ok());
        words.request_id = id.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
        words
    }
}

/// Whether it has a type, and is about the body that was submitted.
fn is_of_model(detail: &ErrorDetail) -> bool {
    let Some(loc) = &detail.loc else { return false };
    let parts: Vec<serde_json::Value> = loc.parse().unwrap_or_default();
    detail.kind.is_some() && parts.first().is_some_and(|part| part == BODY)
}

/// The words of an error answer.
pub(crate) fn words(headers: &HeaderMap, body: &str) -> Option<ProviderWords> {
    Some(ErrorAnswer::of(headers, body).words(headers))
}

/// Why a submission was refused, where the code says more than the HTTP status.
pub(crate) fn refusal(code: Option<&str>) -> Option<Refusal> {
    match code? {
        MODERATION => Some(Refusal::Moderation),
        "concurrent_requests_limit" => Some(Refusal::Concurrency),
        _ => None,
    }
}
