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

/// `code` is the HTTP status again in the printed examples, and a vendor's own code in the wild: the code to go by
/// if it says more, else the type.
pub(crate) fn words(body: &str) -> Option<ProviderWords> {
    let envelope: wire::ErrorEnvelope = serde_json::from_str(body).ok()?;
    let error = envelope.error?;
    let own_code = error.code.filter(|code| !code.bytes().all(|byte| byte.is_ascii_digit()));
    let kind = error.kind.clone().filter(|kind| own_code.as_ref().is_some_and(|own| own != kind));
    let message = error.message.map(|message| {
        let named = [("type", kind), ("param", error.param)];
        named.into_iter().fold(message, |message, (name, value)| match value {
            Some(value) => format!("{message}; {name}: {value}"),
            None => message,
        })
    });
    Some(ProviderWords::new(own_code.or(error.kind), message))
}
