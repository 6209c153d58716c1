//! The body of `POST /videos` at OpenRouter, from the guide
//! (<https://openrouter.ai/docs/guides/overview/multimodal/video-generation>).

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value, json};
use videogen_core::{Error, NewGeneration, redact};

use crate::check;

/// A video to be made at OpenRouter.
///
/// ```
/// use videogen_core::{ApiKey, Provider};
/// use videogen_openai::profiles::openrouter::{self, NewVideo};
/// use videogen_openai::OpenAi;
///
/// let new = NewVideo::new("google/veo-3.1", "A golden retriever on a beach")
///     .with_duration(8)
///     .with_resolution("720p")
///     .with_aspect_ratio("16:9")
///     .with_callback_url("https://example.com/hooks/openrouter")
///     .build()
///     .unwrap();
/// let openrouter = OpenAi::new(openrouter::profile(), ApiKey::new("your-api-key").unwrap());
/// let call = openrouter.submit(&new).unwrap();
/// assert_eq!(call.request().uri(), "https://openrouter.ai/api/v1/videos");
/// ```
///
/// Which model takes what is not checked here: `GET /videos/models` says it. Sizes and shapes are open sets, and passed as they are.
#[derive(Clone, PartialEq, Serialize)]
pub struct NewVideo {
    model: String,
    prompt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aspect_ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generate_audio: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    frame_images: Vec<Picture>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    input_references: Vec<Picture>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_url: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    provider: Map<String, Value>,
}

impl NewVideo {
    /// A video by this model, such as `google/veo-3.1`, of this prompt. Neither may be blank.
    #[must_use]
    pub fn new(model: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            prompt: prompt.into(),
            duration: None,
            resolution: None,
            aspect_ratio: None,
            size: None,
            generate_audio: None,
            seed: None,
            frame_images: Vec::new(),
            input_references: Vec::new(),
            callback_url: None,
            provider: Map::new(),
        }
    }

    /// `duration`: so many seconds, at least 1.
    #[must_use]
    pub const fn with_duration(mut self, seconds: u32) -> Self {
        self.duration = Some(seconds);
        self
    }

    /// `resolution`, such as `720p`.
    #[must_use]
    pub fn with_resolution(mut self, resolution: impl Into<String>) -> Self {
        self.resolution = Some(resolution.into());
        self
    }

    /// `aspect_ratio`, such as `16:9`.
    #[must_use]
    pub fn with_aspect_ratio(mut self, ratio: impl Into<String>) -> Self {
        self.aspect_ratio = Some(ratio.into());
        self
    }

    /// `size`: width and height, such as `1280x720`, in the place of resolution and shape.
    #[must_use]
    pub fn with_size(mut self, size: impl Into<String>) -> Self {
        self.size = Some(size.into());
        self
    }

    /// `generate_audio`: whether there is to be sound.
    #[must_use]
    pub const fn with_audio(mut self, audio: bool) -> Self {
        self.generate_audio = Some(audio);
        self
    }

    /// `seed`.
    #[must_use]
    pub const fn with_seed(mut self, seed: i64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// `frame_images`: begin with the picture at this URL, `https://…` or `data:…`.
    #[must_use]
    pub fn with_first_frame(mut self, url: impl Into<String>) -> Self {
        self.frame_images.push(Picture::new(url, Some("first_frame")));
        self
    }

    /// `frame_images`: end with the picture at this URL.
    #[must_use]
    pub fn with_last_frame(mut self, url: impl Into<String>) -> Self {
        self.frame_images.push(Picture::new(url, Some("last_frame")));
        self
    }

    /// `input_references`: one more picture to go by. OpenRouter leaves these alone where there are frames.
    #[must_use]
    pub fn with_reference(mut self, url: impl Into<String>) -> Self {
        self.input_references.push(Picture::new(url, None));
        self
    }

    /// `callback_url`: where to send a [webhook](crate::webhook) when it has ended. It must be `https`.
    #[must_use]
    pub fn with_callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = Some(url.into());
        self
    }

    /// `provider.options`: options of this vendor's, handed on to it, and to no other.
    #[must_use]
    pub fn with_vendor_options(mut self, vendor: &str, options: impl Into<Value>) -> Self {
        let all = self.provider.entry("options").or_insert_with(|| json!({}));
        if let Value::Object(all) = all {
            all.insert(vendor.to_owned(), options.into());
        }
        self
    }

    /// What is to be submitted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) if a field is beyond what its method says, or there are two first or
    /// two last frames. The message names the field.
    pub fn build(&self) -> Result<NewGeneration, Error> {
        check::not_blank("model", &self.model)?;
        check::not_blank("prompt", &self.prompt)?;
        check::seconds("duration", self.duration, 1..=u32::MAX)?;
        if let Some(size) = &self.size {
            check::size(size)?;
        }
        for (at, frame) in self.frame_images.iter().enumerate() {
            check::url("frame_images", &frame.image_url.url)?;
            let before = self.frame_images.iter().take(at);
            if before.into_iter().any(|it| it.frame_type == frame.frame_type) {
                let which = frame.frame_type.unwrap_or_default();
                return Err(check::invalid("frame_images", &format!("has two of `{which}`")));
            }
        }
        for picture in &self.input_references {
            check::url("input_references", &picture.image_url.url)?;
        }
        if let Some(url) = &self.callback_url {
            check::https("callback_url", url)?;
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
            .field("resolution", &self.resolution)
            .field("aspect_ratio", &self.aspect_ratio)
            .field("size", &self.size)
            .field("frames", &self.frame_images.len())
            .field("references", &self.input_references.len())
            .finish_non_exhaustive()
    }
}

#[derive(Clone, PartialEq, Serialize)]
struct Picture {
    #[serde(rename = "type")]
    kind: &'static str,
    image_url: Url,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame_type: Option<&'static str>,
}

#[derive(Clone, PartialEq, Serialize)]
struct Url {
    url: String,
}

impl Picture {
    fn new(url: impl Into<String>, frame_type: Option<&'static str>) -> Self {
        Self { kind: "image_url", image_url: Url { url: url.into() }, frame_type }
    }
}
