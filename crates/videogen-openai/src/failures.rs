//! What codes mean, of errors and of generations that failed.

use videogen_core::FailureClass;

/// The codes of the dialect: what a [`Profile`](crate::Profile) has unless it says otherwise.
///
/// OpenAI's pages name no code of a failed video. The ones of moderation are those that clients saw from it (`moderation_blocked`, `sentinel_block`,
/// `content_policy_violation`) and from Azure (`content_filter`, which its pages name for other operations); the others are of OpenAI's page "Error
/// codes" and of its other APIs.
pub const DIALECT: &[(&str, FailureClass)] = &[
    ("moderation_blocked", FailureClass::Moderation),
    ("content_policy_violation", FailureClass::Moderation),
    ("sentinel_block", FailureClass::Moderation),
    ("content_filter", FailureClass::Moderation),
    ("invalid_request_error", FailureClass::Input),
    ("invalid_value", FailureClass::Input),
    ("model_not_found", FailureClass::Input),
    ("insufficient_quota", FailureClass::Quota),
    ("billing_hard_limit_reached", FailureClass::Quota),
    ("server_error", FailureClass::Infrastructure),
    ("internal_error", FailureClass::Infrastructure),
];

/// By the code alone, never by what a message says.
pub(crate) fn class(table: &[(&str, FailureClass)], code: Option<&str>) -> FailureClass {
    let known = code.and_then(|code| table.iter().find(|(known, _)| *known == code));
    known.map_or(FailureClass::Unknown, |&(_, class)| class)
}
