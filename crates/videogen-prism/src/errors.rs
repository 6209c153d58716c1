//! Prism's error answers, from the page "Errors" (<https://docs.prismvideos.com/errors>).

use videogen_core::answer::ProviderWords;

use crate::wire;

/// Every documented pair of HTTP status and error code.
pub const DOCUMENTED_ERRORS: &[(u16, &str)] = &[
    (400, "validation_error"),
    (400, "pricing_error"),
    (401, "unauthorized"),
    (402, "insufficient_credits"),
    (403, "forbidden"),
    (404, "not_found"),
    (422, "invalid_template"),
    (500, "server_error"),
    (500, "generation_error"),
];

/// `{"error": "<code>", "message": "<text>"}`. On a generation, `error` is prose; here it is a code.
pub(crate) fn words(body: &str) -> Option<ProviderWords> {
    let error: wire::Error = serde_json::from_str(body).ok()?;
    Some(ProviderWords::new(error.error, error.message))
}
