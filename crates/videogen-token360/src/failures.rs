//! What a failed generation's `error.code` means. "Provider or platform error code": an open set.

use videogen_core::FailureClass;

/// The platform's own types, and the one vendor code that was seen on a generation.
const CLASSES: &[(&str, FailureClass)] = &[
    ("invalid_request_error", FailureClass::Input),
    ("model_not_found", FailureClass::Input),
    ("InvalidParameter", FailureClass::Input),
    ("insufficient_balance", FailureClass::Quota),
    ("model_access_denied", FailureClass::Quota),
    ("rate_limit_error", FailureClass::Quota),
    ("api_error", FailureClass::Infrastructure),
];

/// How the moderation codes of ByteDance's ModelArk go on, one of the vendors behind Token360:
/// `OutputVideoSensitiveContentDetected.PolicyViolation`. Inferred: not on a page of Token360's.
const MODERATION: &str = "SensitiveContentDetected";

pub(crate) fn is_moderation(code: &str) -> bool {
    code.contains(MODERATION)
}

pub(crate) fn class(code: Option<&str>) -> FailureClass {
    let Some(code) = code else { return FailureClass::Unknown };
    if is_moderation(code) {
        return FailureClass::Moderation;
    }
    CLASSES
        .iter()
        .find(|(known, _)| *known == code)
        .map_or(FailureClass::Unknown, |&(_, class)| class)
}
