//! Newcomer's error answers, from the page TO BE REPLACED.

use videogen_core::answer::ProviderWords;

use crate::wire::ErrorBody;

/// Every documented error, with the HTTP status that it comes with.
pub const DOCUMENTED_ERRORS: &[(u16, &str)] = &[(402, "no_credits"), (404, "not_found")];

/// What the body of an error says.
pub(crate) fn words(body: &str) -> Option<ProviderWords> {
    let problem = serde_json::from_str::<ErrorBody>(body).ok()?.error?;
    Some(ProviderWords::new(problem.code, problem.message))
}
