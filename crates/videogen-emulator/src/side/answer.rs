//! Answers as sides make them. When they were made the emulator says.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use videogen_core::HttpResponse;

/// An answer with this JSON.
///
/// ```
/// use http::StatusCode;
/// let answer = videogen_emulator::json_answer(StatusCode::OK, &serde_json::json!({ "id": "a" }));
/// assert_eq!(answer.body(), br#"{"id":"a"}"#);
/// ```
#[must_use]
pub fn json_answer(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    text_answer(status, "application/json", crate::json::text(body))
}

/// An answer with a body of this type. An empty type is none.
#[must_use]
pub fn text_answer(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Vec<u8>>,
) -> HttpResponse {
    let mut response = HttpResponse::new(body.into());
    *response.status_mut() = status;
    if !content_type.is_empty() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    response
}
