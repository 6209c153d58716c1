//! Sync Labs' error answers, from the pages "Get generation", "Error handling" and "Rate limits".

use std::time::Duration;

use videogen_core::answer::ProviderWords;

use crate::wire;

/// Every pair of HTTP status and error code that Sync Labs' pages or a third party's list of them name for
/// requests about generations. An empty code: the body has none. The full catalogue is at `GET /errors`.
pub const DOCUMENTED_ERRORS: &[(u16, &str)] = &[
    (400, ""),
    (401, ""),
    (402, "account_payment_required"),
    (403, "plan_feature_unavailable"),
    (404, "generation_not_found"),
    (409, "generation_not_deletable_while_processing"),
    (422, "generation_input_validation_failed"),
    (429, "rate_limit_exceeded"),
    (429, "concurrency_limit_reached"),
    (500, "internal_error"),
    (503, "controller_unavailable"),
    (504, "controller_timeout"),
];

/// `error` is the HTTP reason phrase here: it is only worth showing when there is no message.
pub(crate) fn words(body: &str) -> Option<ProviderWords> {
    let error: wire::Error = serde_json::from_str(body).ok()?;
    let mut words = ProviderWords::new(
        error.error_code.or(error.error_code_snake),
        error.message.or(error.error).map(|message| {
            let named = [("field", error.field), ("suggestion", error.suggestion)];
            named.into_iter().fold(message, |message, (name, value)| match value {
                Some(value) => format!("{message}; {name}: {value}"),
                None => message,
            })
        }),
    );
    words.request_id = error.request_id;
    words.retry_after = error.retry_after_seconds.and_then(|s| Duration::try_from_secs_f64(s).ok());
    Some(words)
}
