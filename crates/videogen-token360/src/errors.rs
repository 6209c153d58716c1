//! Token360's error answers, from the page "Error handling"
//! (<https://www.token360.ai/en-US/docs/api-reference/error-handling>).

use videogen_core::answer::ProviderWords;

use crate::wire;

/// Every documented error type, with the HTTP status that it comes with. The page lists types and statuses;
/// which goes with which is inferred from their order and names.
pub const DOCUMENTED_ERRORS: &[(u16, &str)] = &[
    (400, "invalid_request_error"),
    (401, "invalid_api_key"),
    (402, "insufficient_balance"),
    (403, "api_key_frozen"),
    (403, "model_access_denied"),
    (404, "not_found_error"),
    (404, "model_not_found"),
    (429, "rate_limit_error"),
    (500, "api_error"),
    (502, "api_error"),
    (503, "api_error"),
];

/// The type is the code to go by: `code` is the HTTP status again, as text.
pub(crate) fn words(body: &str) -> Option<ProviderWords> {
    let envelope: wire::ErrorEnvelope = serde_json::from_str(body).ok()?;
    let error = envelope.error?;
    let message = match (error.message, error.param) {
        (Some(message), Some(param)) => Some(format!("{message}; param: {param}")),
        (message, _) => message,
    };
    Some(ProviderWords::new(error.kind.or(error.code), message))
}
