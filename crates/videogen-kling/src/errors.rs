//! Kling's error answers, from the page "Error Codes" (<https://kling.ai/document-api/api/get-started/error-codes>).

use videogen_core::answer::{Answer, ProviderWords};
use videogen_core::{Error, ErrorKind, HttpResponse, Refusal};

use crate::wire::Envelope;

/// Every documented code, with the HTTP status that it comes with.
pub const DOCUMENTED_ERRORS: &[(u16, &str)] = &[
    (401, "1000"),
    (401, "1001"),
    (401, "1002"),
    (401, "1003"),
    (401, "1004"),
    (429, "1100"),
    (429, "1101"),
    (429, "1102"),
    (403, "1103"),
    (400, "1200"),
    (400, "1201"),
    (404, "1202"),
    (404, "1203"),
    (400, "1300"),
    (400, "1301"),
    (429, "1302"),
    (429, "1303"),
    (429, "1304"),
    (500, "5000"),
    (503, "5001"),
    (504, "5002"),
];

/// A parameter is wrong. As it was seen, also what an id gets that Kling does not know.
const WRONG_PARAMETER: &str = "1201";

/// What a code means, which is more than its HTTP status does: 429 stands for arrears and for a forbidden address too.
fn meaning(code: &str) -> Option<(ErrorKind, Option<Refusal>)> {
    let (kind, refusal) = match code {
        "1000" | "1001" | "1002" | "1003" | "1004" => (ErrorKind::Unauthorized, None),
        // An abnormal account; what the account may not use; an address that is not on its list.
        "1100" | "1103" | "1304" => (ErrorKind::Forbidden, None),
        "1101" | "1102" => (ErrorKind::PaymentRequired, None),
        "1200" | WRONG_PARAMETER | "1202" => (ErrorKind::Refused, None),
        "1203" => (ErrorKind::NotFound, None),
        "1300" | "1301" => (ErrorKind::Refused, Some(Refusal::Moderation)),
        "1302" => (ErrorKind::RateLimited, None),
        "1303" => (ErrorKind::RateLimited, Some(Refusal::Concurrency)),
        "5000" | "5001" | "5002" => (ErrorKind::Unavailable, None),
        _ => return None,
    };
    Some((kind, refusal))
}

/// The answer and what it is wrapped in, unless that says that the request failed.
pub(crate) fn opened(response: &HttpResponse) -> Result<(Answer<'_>, Envelope), Error> {
    let answer = Answer::of(response, words_of).map_err(with_meaning)?;
    let envelope: Envelope = answer.parse()?;
    let Some(code) = envelope.code.filter(|code| *code != 0) else { return Ok((answer, envelope)) };
    // What no page knows of says neither that asking again is in vain nor that nothing was made.
    let (kind, refusal) = meaning(&code.to_string()).unwrap_or((ErrorKind::Unavailable, None));
    Err(answer.error(kind, words(envelope)).with_refusal(refusal))
}

/// As [`opened`], for an answer about one task. A request for it has nothing in it but the id, so that this is what a wrong parameter is.
pub(crate) fn opened_of_task(response: &HttpResponse) -> Result<(Answer<'_>, Envelope), Error> {
    opened(response).map_err(|error| match (error.kind(), error.provider_code()) {
        (ErrorKind::Refused, Some(WRONG_PARAMETER)) => {
            of_kind(&error, ErrorKind::NotFound, "Kling knows no such generation of this account")
        }
        _ => error,
    })
}

fn words_of(body: &str) -> Option<ProviderWords> {
    serde_json::from_str(body).ok().map(words)
}

fn words(envelope: Envelope) -> ProviderWords {
    let code = envelope.code.filter(|code| *code != 0).map(|code| code.to_string());
    let mut words = ProviderWords::new(code, envelope.message);
    words.request_id = envelope.request_id;
    words
}

/// An error of another HTTP status than 2xx as what its code means. A 5xx stays the trouble that it is: it may be of a gateway.
fn with_meaning(error: Error) -> Error {
    let is_of_client = error.http_status().is_some_and(|status| (400..500).contains(&status));
    let Some((kind, refusal)) = error.provider_code().and_then(meaning).filter(|_| is_of_client)
    else {
        return error;
    };
    let error = if kind == error.kind() { error } else { of_kind(&error, kind, said(kind)) };
    error.with_refusal(refusal)
}

fn said(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::PaymentRequired => {
            "the account is in arrears, or its resource package is used up"
        }
        ErrorKind::Forbidden => "the account may not do this",
        ErrorKind::Unavailable => "Kling is in trouble",
        _ => "Kling refused the request",
    }
}

/// The same error, of another kind.
fn of_kind(error: &Error, kind: ErrorKind, message: &str) -> Error {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let made = Error::new(kind, message)
        .with_request_id(text(error.request_id()))
        .with_retry_after(error.retry_after())
        .with_provider_words(text(error.provider_code()), text(error.provider_message()));
    match error.http_status() {
        Some(status) => made.with_http_status(status),
        None => made,
    }
}
