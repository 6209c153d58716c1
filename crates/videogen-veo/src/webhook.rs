//! Webhooks of the Gemini API, which are hints here. Vertex AI documents none.
//!
//! ```
//! use videogen_core::{ApiKey, Provider, StatusQuery};
//! use videogen_veo::{Veo, webhook};
//!
//! let veo = Veo::gemini(ApiKey::new("your-api-key").unwrap());
//! let body = br#"{"type": "video.generated", "version": "v1", "timestamp": "2026-06-01T12:00:00Z",
//!     "data": {"id": "models/veo-3.1-generate-preview/operations/abc", "file_name": "files/xyz"}}"#;
//! let hint = webhook::hint(&veo, body).unwrap();
//! // The webhook's word is not believed: ask.
//! assert!(veo.status(hint.handle(), StatusQuery::Plain).is_ok());
//! ```
//!
//! # What is documented
//!
//! By the page "Webhooks" (<https://ai.google.dev/gemini-api/docs/webhooks>) there is one event of a video, `video.generated`, when its
//! operation has completed, with `id`, `output_file_uri` and `file_name` in `data`. Hooks are registered for a project, or named in
//! a submission ([`NewVideo::with_webhook`](crate::NewVideo::with_webhook)). They are repeated for 24 hours until one is answered with 2xx.
//! Those of a project are signed as Standard Webhooks are (`webhook-id`, `webhook-timestamp`, `webhook-signature`), those of a submission
//! with a JWT by RS256.
//!
//! # What is inferred
//!
//! That `data.id` is the operation's name. No page prints the event of a video.
//!
//! # Why the signature is not checked
//!
//! The event says only that there is something to ask about: not whether filters left anything of it. So it is a hint with a signature
//! as without one. Who wants to keep strangers out can check it with a library for Standard Webhooks first.

use serde::Deserialize;
use videogen_core::webhook::{self, Hint};
use videogen_core::{Error, lenient};

use crate::provider::Veo;

/// The event of a video.
const VIDEO_GENERATED: &str = "video.generated";

/// Which generation a webhook's body says has news.
///
/// # Errors
///
/// [`ErrorKind::InvalidWebhook`](videogen_core::ErrorKind::InvalidWebhook) if the body is too long, no JSON object, about something else than a
/// video, or names no operation.
pub fn hint(veo: &Veo, body: &[u8]) -> Result<Hint, Error> {
    let event: Event = webhook::parse(body)?;
    if event.kind.as_deref() != Some(VIDEO_GENERATED) {
        return Err(webhook::invalid("is about something else than a video"));
    }
    let data = event.data.unwrap_or_default();
    webhook::handle(veo, data.id.as_deref()).map(Hint::new)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Event {
    #[serde(rename = "type", deserialize_with = "lenient::string")]
    kind: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    data: Option<Data>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Data {
    #[serde(deserialize_with = "lenient::string")]
    id: Option<String>,
}
