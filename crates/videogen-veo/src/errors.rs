//! Google's error answers: `{"error": {"code", "message", "status", "details"}}`, from the page "API errors"
//! (<https://ai.google.dev/gemini-api/docs/generate-content/api-errors>) and <https://google.aip.dev/193>.

use std::time::Duration;

use videogen_core::Refusal;
use videogen_core::answer::ProviderWords;

use crate::failures;
use crate::wire;

/// Every documented error: those of the page "API errors" of the Gemini API, and `UNAUTHENTICATED`, which `google.rpc.Code` maps to 401
/// and which bearer tokens get.
pub const DOCUMENTED_ERRORS: &[(u16, &str)] = &[
    (400, "INVALID_ARGUMENT"),
    (400, "FAILED_PRECONDITION"),
    (401, "UNAUTHENTICATED"),
    (402, "RESOURCE_EXHAUSTED"),
    (403, "PERMISSION_DENIED"),
    (404, "NOT_FOUND"),
    (429, "RESOURCE_EXHAUSTED"),
    (499, "CANCELLED"),
    (500, "INTERNAL"),
    (503, "UNAVAILABLE"),
    (504, "DEADLINE_EXCEEDED"),
];

/// How reasons in an `ErrorInfo` refuse a submission where the HTTP status says less.
const REASONS: &[(&str, Refusal)] = &[
    // Comes with 400 at the Gemini API.
    ("API_KEY_INVALID", Refusal::Auth),
    // Comes with 403.
    ("BILLING_DISABLED", Refusal::Credits),
];

pub(crate) fn words(body: &str) -> Option<ProviderWords> {
    let error = error(body)?;
    let details = Details::of(&error);
    let code = error.status.or_else(|| error.code.map(|code| code.to_string()));
    let named =
        [("reason", &details.reasons), ("field", &details.fields), ("quota", &details.quotas)];
    let named =
        named.into_iter().flat_map(|(name, values)| values.iter().map(move |it| (name, it)));
    let message = error.message.map(|message| {
        named.fold(message, |message, (name, value)| format!("{message}; {name}: {value}"))
    });
    let mut words = ProviderWords::new(code, message);
    words.request_id = details.request_id;
    words.retry_after = details.retry_after;
    Some(words)
}

/// Why a submission was refused, where the body says more than the HTTP status.
pub(crate) fn refusal(body: &str) -> Option<Refusal> {
    let error = error(body)?;
    if error.message.as_deref().is_some_and(|it| failures::support_codes(it).is_some()) {
        return Some(Refusal::Moderation);
    }
    let reasons = Details::of(&error).reasons;
    REASONS.iter().find(|(known, _)| reasons.iter().any(|it| it == known)).map(|&(_, it)| it)
}

/// Some of Google's services write the object into a list.
fn error(body: &str) -> Option<wire::Status> {
    let body = body.trim_start_matches('\u{feff}').trim_start();
    if body.starts_with('[') {
        let list: Vec<wire::ErrorEnvelope> = serde_json::from_str(body).ok()?;
        return list.into_iter().find_map(|envelope| envelope.error);
    }
    serde_json::from_str::<wire::ErrorEnvelope>(body).ok()?.error
}

/// What the `details` say, by the types of `google/rpc/error_details.proto`.
#[derive(Default)]
struct Details {
    reasons: Vec<String>,
    fields: Vec<String>,
    quotas: Vec<String>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
}

impl Details {
    fn of(error: &wire::Status) -> Self {
        let mut all = Self::default();
        for detail in error.details.iter().filter_map(|detail| detail.parse().ok()) {
            let wire::ErrorDetail { kind, reason, retry_delay, request_id, violations, fields } =
                detail;
            let kind = kind.unwrap_or_default();
            match kind.rsplit('.').next().unwrap_or_default() {
                "ErrorInfo" => all.reasons.extend(reason),
                "RetryInfo" => all.retry_after = retry_delay.as_deref().and_then(delay),
                "RequestInfo" => all.request_id = request_id,
                "QuotaFailure" => {
                    all.quotas
                        .extend(violations.into_iter().filter_map(|it| it.quota_id.or(it.subject)));
                }
                "BadRequest" => all.fields.extend(fields.into_iter().filter_map(|it| it.field)),
                _ => {}
            }
        }
        all
    }
}

/// A `google.protobuf.Duration` as JSON has it: `34.5s`.
fn delay(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.trim().strip_suffix('s')?.parse().ok()?).ok()
}
