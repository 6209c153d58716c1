//! How fal refuses.

use http::header::HeaderName;
use http::{HeaderValue, StatusCode};
use videogen_core::HttpResponse;
use videogen_fal::wire::{CancelAnswer, Detail, ErrorBody};

use super::outcome;
use crate::side::{Reason, Refused, json_answer, text_answer};

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-fal-error-type");

/// Observed, word for word.
const NO_MONEY: &str =
    "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.";

pub(super) fn answer(refused: &Refused) -> HttpResponse {
    let status = refused.reason.status();
    let (status, error_type, usual) = match refused.reason {
        Reason::NotFound => {
            let mut wire = CancelAnswer::default();
            wire.status = Some("NOT_FOUND".to_owned());
            return json_answer(status, &wire);
        }
        Reason::Input => {
            return of_model(refused, &["body", "prompt"], "missing", "Field required");
        }
        Reason::Moderation => {
            let usual = "The prompt was flagged by a content checker";
            return of_model(refused, &["body", "prompt"], "content_policy_violation", usual);
        }
        Reason::Invalid => {
            return of_model(refused, &["body"], "dict_type", "Input should be a valid dictionary");
        }
        Reason::MissingKey => (status, None, "no key credentials"),
        Reason::BadKey => (status, None, "invalid key credentials"),
        Reason::Forbidden | Reason::BadUrl => (status, None, "Access denied"),
        // fal has no 402.
        Reason::Payment => (StatusCode::FORBIDDEN, None, NO_MONEY),
        Reason::NoSuchPath => (status, None, "Path not found"),
        Reason::MethodNotAllowed => (status, None, "Method Not Allowed"),
        Reason::TooManyRequests => (status, None, "Too many requests"),
        Reason::Concurrency => {
            (status, Some("concurrent_requests_limit"), "Too many concurrent requests")
        }
        Reason::ServerError => (status, Some("internal_error"), "Internal error"),
        Reason::Unavailable | Reason::OutcomeUnknown => (status, None, "Service unavailable"),
        Reason::GatewayTimeout => (status, None, "Gateway timeout"),
        Reason::Conflict => (status, None, "Conflict"),
        Reason::NotReady => (status, None, "Request is still in progress"),
    };
    let mut wire = ErrorBody::default();
    wire.detail = Some(Detail::Text(refused.text(usual)));
    wire.error_type = error_type.map(str::to_owned);
    let mut response = json_answer(status, &wire);
    if let Some(error_type) = error_type {
        response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(error_type));
    }
    response
}

/// What an input cannot be.
fn of_model(refused: &Refused, loc: &[&str], code: &str, usual: &str) -> HttpResponse {
    let body = outcome::model_error(loc, Some(refused.text(usual)), code.to_owned());
    text_answer(StatusCode::UNPROCESSABLE_ENTITY, "application/json", body)
}
