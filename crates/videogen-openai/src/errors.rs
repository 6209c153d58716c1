//! How an error answer is read, whoever wrote it.

use videogen_core::answer::ProviderWords;
use videogen_core::{Error, FailureClass, HttpResponse, Refusal};

use crate::failures;
use crate::profile::Profile;
use crate::wire;

/// The provider's words in an error's body: `error` as an object or a text, or the members beside it.
///
/// Some write the HTTP status once more as `code`: then the type is the code to go by.
pub(crate) fn words(body: &str) -> Option<ProviderWords> {
    let envelope: wire::ErrorEnvelope = serde_json::from_str(body).ok()?;
    let error = envelope.error.unwrap_or_default();
    let is_own = |code: &String| !code.bytes().all(|byte| byte.is_ascii_digit());
    let own_code = error.code.filter(is_own).or_else(|| envelope.code.filter(is_own));
    let kind = error.kind.clone().filter(|kind| own_code.as_ref().is_some_and(|own| own != kind));
    let metadata = error.metadata.unwrap_or_default();
    let reasons = metadata.reasons.filter(|it| !it.is_empty()).map(|it| it.join(", "));
    let more = [
        ("type", kind),
        ("param", error.param),
        ("reasons", reasons),
        ("provider", metadata.provider_name),
    ];
    let message = error.message.or(envelope.message).or(envelope.detail).map(|message| {
        more.into_iter().fold(message, |message, (name, value)| match value {
            Some(value) => format!("{message}; {name}: {value}"),
            None => message,
        })
    });
    Some(ProviderWords::new(own_code.or(error.kind), message))
}

/// Why a submission was refused, where its code or what is with it says more than the HTTP status.
pub(crate) fn refusal(
    profile: &Profile,
    error: &Error,
    response: &HttpResponse,
) -> Option<Refusal> {
    if is_flagged(response) {
        return Some(Refusal::Moderation);
    }
    match failures::class(profile.failures, error.provider_code()) {
        FailureClass::Moderation => Some(Refusal::Moderation),
        FailureClass::Quota => Some(Refusal::Credits),
        _ => None,
    }
}

/// Whether OpenRouter says why moderation flagged the input. It has no code for it.
fn is_flagged(response: &HttpResponse) -> bool {
    let envelope: Option<wire::ErrorEnvelope> = serde_json::from_slice(response.body()).ok();
    let metadata = envelope.and_then(|it| it.error).and_then(|it| it.metadata);
    metadata.and_then(|it| it.reasons).is_some_and(|reasons| !reasons.is_empty())
}
