//! Webhooks of Token360, which are hints: nothing shows who sent them.
//!
//! ```
//! use videogen_core::{ApiKey, Provider, StatusQuery};
//! use videogen_token360::{Token360, webhook};
//!
//! let token360 = Token360::new(ApiKey::new("sk-your-api-key").unwrap());
//! let hint = webhook::hint(&token360, br#"{"id": "your-video-id", "status": "completed"}"#).unwrap();
//! // The webhook's word for the status is not believed: ask.
//! let call = token360.status(hint.handle(), StatusQuery::Plain).unwrap();
//! assert_eq!(call.request().uri(), "https://api.token360.ai/v1/videos/your-video-id");
//! ```
//!
//! # What is documented
//!
//! A video made with `callback_url` has something sent there when it is `completed` or `failed`: at most three attempts of 30 seconds each,
//! with rests of 1 and 3 seconds, until one is answered. The body repeats the `request_id` of the submission. **Not** documented
//! are the rest of the body and a signature.
//!
//! # What is inferred
//!
//! That the body names the video as `video_id`, as the path of "Poll video generation status" does, or as `id`, as its answer does; at the
//! top, or in an object `data`, as Token360 wraps the answers about assets. Where there are several, `video_id` beats
//! `id`, and the inner `id` beats the outer one, which is then taken for that of the message. Everything else in the body is
//! ignored, `request_id` too: the caller made it up, and a stranger can.

use serde::Deserialize;
use videogen_core::webhook::{self, Hint};
use videogen_core::{Error, lenient};

use crate::provider::Token360;

/// Which video a webhook's body says has news.
///
/// # Errors
///
/// [`ErrorKind::InvalidWebhook`](videogen_core::ErrorKind::InvalidWebhook) if the body is too long, no JSON object, or names no video.
pub fn hint(token360: &Token360, body: &[u8]) -> Result<Hint, Error> {
    let body: Body = webhook::parse(body)?;
    let inner = body.data.unwrap_or_default();
    let id = body.video_id.or(inner.video_id).or(inner.id).or(body.id);
    webhook::handle(token360, id.as_deref()).map(Hint::new)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    #[serde(deserialize_with = "lenient::string")]
    video_id: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    data: Option<Inner>,
}

/// One level and no more: a stranger may nest without end.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Inner {
    #[serde(deserialize_with = "lenient::string")]
    video_id: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    id: Option<String>,
}
