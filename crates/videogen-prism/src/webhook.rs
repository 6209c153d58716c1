//! Webhooks of Prism, which are hints: nothing shows who sent them.
//!
//! ```
//! use videogen_core::{ApiKey, Provider, StatusQuery};
//! use videogen_prism::{Prism, webhook};
//!
//! let prism = Prism::new(ApiKey::new("prism_sk_your_key_here").unwrap());
//! let hint = webhook::hint(&prism, br#"{"generation_id": "gen_abc123", "status": "completed"}"#).unwrap();
//! // The webhook's word for the status is not believed: ask.
//! let call = prism.status(hint.handle(), StatusQuery::Plain).unwrap();
//! assert_eq!(call.request().uri(), "https://www.prismvideos.com/api/generations/gen_abc123");
//! ```
//!
//! # What is documented
//!
//! That a generation made from a template with `webhook_url` has something sent there when it completes or fails.
//! **Not** documented are the body, a signature, and whether it is sent again.
//!
//! # What is inferred
//!
//! That the body names the generation as `generation_id`, as the answer of a submission does, or as `id`, as the answer of "Get
//! generation" does; at the top, or in an object `data`, as Prism wraps its other answers. Where there are several, `generation_id`
//! beats `id`, and the inner `id` beats the outer one, which is then taken for that of the message. Everything else in the body is ignored.

use serde::Deserialize;
use videogen_core::webhook::{self, Hint};
use videogen_core::{Error, lenient};

use crate::provider::Prism;

/// Which generation a webhook's body says has news.
///
/// # Errors
///
/// [`ErrorKind::InvalidWebhook`](videogen_core::ErrorKind::InvalidWebhook) if the body is too long, no JSON object, or names no generation.
pub fn hint(prism: &Prism, body: &[u8]) -> Result<Hint, Error> {
    let body: Body = webhook::parse(body)?;
    let inner = body.data.unwrap_or_default();
    let id = body.generation_id.or(inner.generation_id).or(inner.id).or(body.id);
    webhook::handle(prism, id.as_deref()).map(Hint::new)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    #[serde(deserialize_with = "lenient::string")]
    generation_id: Option<String>,
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
    generation_id: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    id: Option<String>,
}
