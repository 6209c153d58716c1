//! A model's input, member by member.

use std::fmt;

use serde_json::{Map, Value};
use videogen_core::{Error, ErrorKind, NewGeneration, redact};

use crate::path;

/// What a model is to make: an endpoint, and the members of that model's input.
///
/// ```
/// use videogen_core::{ApiKey, Provider};
/// use videogen_fal::{Fal, FalRequest};
///
/// let new = FalRequest::new("fal-ai/kling-video/v2/master/image-to-video")
///     .with_prompt("The kite climbs")
///     .with("image_url", "https://example.com/kite.png")
///     .with("duration", "5")
///     .build()
///     .unwrap();
/// let fal = Fal::new(ApiKey::new("key-id:key-secret").unwrap());
/// let call = fal.submit(&new).unwrap();
/// assert_eq!(call.request().uri().path(), "/fal-ai/kling-video/v2/master/image-to-video");
/// ```
///
/// Each model has a schema of its own, on its page at fal; nothing of it is checked here. What the queue is to know goes as
/// [`QueueOptions`](crate::QueueOptions). Raw JSON goes as [`NewGeneration::from_json`] with [`NewGeneration::for_endpoint`].
#[derive(Clone, PartialEq)]
pub struct FalRequest {
    endpoint: String,
    input: Map<String, Value>,
}

impl FalRequest {
    /// By this endpoint: `owner/app`, or `owner/app/path`.
    #[must_use]
    pub fn new(endpoint: impl Into<String>) -> Self {
        Self { endpoint: endpoint.into(), input: Map::new() }
    }

    /// `prompt`, which most models have. It may not be blank.
    #[must_use]
    pub fn with_prompt(self, prompt: impl Into<String>) -> Self {
        self.with("prompt", prompt.into())
    }

    /// One more member of the input, under the model's own name for it.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.input.insert(name.into(), value.into());
        self
    }

    /// What is to be submitted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if the endpoint is none, or the prompt is blank.
    pub fn build(&self) -> Result<NewGeneration, Error> {
        path::check_endpoint(&self.endpoint)?;
        if self.input.get("prompt").and_then(Value::as_str).is_some_and(|it| it.trim().is_empty()) {
            return Err(Error::new(ErrorKind::InvalidInput, "`prompt` is blank"));
        }
        let json = Value::Object(self.input.clone()).to_string();
        Ok(NewGeneration::from_json(json)?.for_endpoint(&self.endpoint))
    }
}

/// Not the input: its URLs may be presigned.
impl fmt::Debug for FalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FalRequest")
            .field("endpoint", &redact::text(&self.endpoint))
            .field("input", &self.input.keys().collect::<Vec<_>>())
            .finish()
    }
}
