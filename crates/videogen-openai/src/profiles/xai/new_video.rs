//! The body of `POST /videos/generations` at xAI, from the guide (<https://docs.x.ai/docs/guides/video-generation>) and its clients.

use std::fmt;
use std::ops::RangeInclusive;

use serde::Serialize;
use videogen_core::{Error, NewGeneration, redact};

use crate::check;

/// How long a video may be, in seconds, as copies of xAI's own description have it.
const SECONDS: RangeInclusive<u32> = 1..=15;

/// A video to be made by Grok Imagine.
///
/// ```
/// use videogen_core::{ApiKey, Provider};
/// use videogen_openai::profiles::xai::{self, NewVideo};
/// use videogen_openai::OpenAi;
///
/// let new = NewVideo::new("grok-imagine-video", "A glowing rocket launching from red dunes")
///     .with_duration(10)
///     .with_aspect_ratio("16:9")
///     .with_resolution("720p")
///     .build()
///     .unwrap();
/// let xai = OpenAi::new(xai::profile(), ApiKey::new("your-api-key").unwrap());
/// let call = xai.submit(&new).unwrap();
/// assert_eq!(call.request().uri(), "https://api.x.ai/v1/videos/generations");
/// ```
///
/// Editing and extending a video are the endpoints `edits` and `extensions` of a [`NewGeneration`], with xAI's own JSON.
#[derive(Clone, PartialEq, Serialize)]
pub struct NewVideo {
    model: String,
    prompt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aspect_ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Url>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reference_images: Vec<Url>,
}

impl NewVideo {
    /// A video by this model, such as `grok-imagine-video`, of this prompt. Neither may be blank.
    #[must_use]
    pub fn new(model: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            prompt: prompt.into(),
            duration: None,
            aspect_ratio: None,
            resolution: None,
            image: None,
            reference_images: Vec::new(),
        }
    }

    /// `duration`: 1 to 15 seconds.
    #[must_use]
    pub const fn with_duration(mut self, seconds: u32) -> Self {
        self.duration = Some(seconds);
        self
    }

    /// `aspect_ratio`, such as `16:9`.
    #[must_use]
    pub fn with_aspect_ratio(mut self, ratio: impl Into<String>) -> Self {
        self.aspect_ratio = Some(ratio.into());
        self
    }

    /// `resolution`, such as `720p`.
    #[must_use]
    pub fn with_resolution(mut self, resolution: impl Into<String>) -> Self {
        self.resolution = Some(resolution.into());
        self
    }

    /// `image`: begin with the picture at this URL, `https://…` or `data:…`.
    #[must_use]
    pub fn with_image(mut self, url: impl Into<String>) -> Self {
        self.image = Some(Url { url: url.into() });
        self
    }

    /// `reference_images`: one more picture to go by.
    #[must_use]
    pub fn with_reference(mut self, url: impl Into<String>) -> Self {
        self.reference_images.push(Url { url: url.into() });
        self
    }

    /// What is to be submitted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) if a field is beyond what its method says. The message names the field.
    pub fn build(&self) -> Result<NewGeneration, Error> {
        check::not_blank("model", &self.model)?;
        check::not_blank("prompt", &self.prompt)?;
        check::seconds("duration", self.duration, SECONDS)?;
        if let Some(image) = &self.image {
            check::url("image", &image.url)?;
        }
        for image in &self.reference_images {
            check::url("reference_images", &image.url)?;
        }
        check::new_generation(self)
    }
}

/// Not the URLs: they may be presigned.
impl fmt::Debug for NewVideo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewVideo")
            .field("model", &self.model)
            .field("prompt", &redact::text(&self.prompt))
            .field("duration", &self.duration)
            .field("aspect_ratio", &self.aspect_ratio)
            .field("resolution", &self.resolution)
            .field("has_image", &self.image.is_some())
            .field("references", &self.reference_images.len())
            .finish()
    }
}

#[derive(Clone, PartialEq, Serialize)]
struct Url {
    url: String,
}
