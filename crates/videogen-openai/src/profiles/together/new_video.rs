//! The body of `POST /videos` at Together, from the page "Create video" (<https://docs.together.ai/reference/create-videos>) and the SDKs.

use std::fmt;

use serde::Serialize;
use videogen_core::{Error, NewGeneration, redact};

use crate::check;

/// A video to be made at Together.
///
/// ```
/// use videogen_core::{ApiKey, Provider};
/// use videogen_openai::profiles::together::{self, NewVideo};
/// use videogen_openai::OpenAi;
///
/// let new = NewVideo::new("minimax/video-01-director", "A serene sunset over the ocean")
///     .with_dimensions(1366, 768)
///     .build()
///     .unwrap();
/// let together = OpenAi::new(together::profile(), ApiKey::new("your-api-key").unwrap());
/// let call = together.submit(&new).unwrap();
/// assert_eq!(call.request().uri(), "https://api.together.xyz/v2/videos");
/// ```
///
/// What a model can do is not checked here. What this type does not have goes as
/// [`NewGeneration::from_json`](videogen_core::NewGeneration::from_json).
#[derive(Clone, PartialEq, Serialize)]
pub struct NewVideo {
    model: String,
    prompt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fps: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guidance_scale: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_format: Option<OutputFormat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_quality: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    negative_prompt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generate_audio: Option<bool>,
    #[serde(skip_serializing_if = "Media::is_empty")]
    media: Media,
}

/// What kind of file, `output_format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum OutputFormat {
    /// `MP4`, which it is when it is not told.
    Mp4,
    /// `WEBM`.
    Webm,
}

impl NewVideo {
    /// A video by this model of this prompt. Neither may be blank.
    #[must_use]
    pub fn new(model: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            prompt: prompt.into(),
            width: None,
            height: None,
            resolution: None,
            ratio: None,
            seconds: None,
            fps: None,
            steps: None,
            guidance_scale: None,
            seed: None,
            output_format: None,
            output_quality: None,
            negative_prompt: None,
            generate_audio: None,
            media: Media::default(),
        }
    }

    /// `width` and `height`, in pixels, at least 1.
    #[must_use]
    pub const fn with_dimensions(mut self, width: u32, height: u32) -> Self {
        (self.width, self.height) = (Some(width), Some(height));
        self
    }

    /// `resolution`.
    #[must_use]
    pub fn with_resolution(mut self, resolution: impl Into<String>) -> Self {
        self.resolution = Some(resolution.into());
        self
    }

    /// `ratio`: the shape, such as `16:9`.
    #[must_use]
    pub fn with_ratio(mut self, ratio: impl Into<String>) -> Self {
        self.ratio = Some(ratio.into());
        self
    }

    /// `seconds`: so long, at least 1. It is written as text.
    #[must_use]
    pub fn with_seconds(mut self, seconds: u32) -> Self {
        self.seconds = Some(seconds.to_string());
        self
    }

    /// `fps`: pictures a second.
    #[must_use]
    pub const fn with_fps(mut self, fps: u32) -> Self {
        self.fps = Some(fps);
        self
    }

    /// `steps`.
    #[must_use]
    pub const fn with_steps(mut self, steps: u32) -> Self {
        self.steps = Some(steps);
        self
    }

    /// `guidance_scale`: how closely to keep to the prompt. 6 to 10 are recommended.
    #[must_use]
    pub const fn with_guidance_scale(mut self, scale: u32) -> Self {
        self.guidance_scale = Some(scale);
        self
    }

    /// `seed`.
    #[must_use]
    pub const fn with_seed(mut self, seed: i64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// `output_format`.
    #[must_use]
    pub const fn with_output_format(mut self, format: OutputFormat) -> Self {
        self.output_format = Some(format);
        self
    }

    /// `output_quality`: how much to compress; 20 when it is not told.
    #[must_use]
    pub const fn with_output_quality(mut self, quality: u32) -> Self {
        self.output_quality = Some(quality);
        self
    }

    /// `negative_prompt`: what not to show.
    #[must_use]
    pub fn with_negative_prompt(mut self, prompt: impl Into<String>) -> Self {
        self.negative_prompt = Some(prompt.into());
        self
    }

    /// `generate_audio`: whether there is to be sound.
    #[must_use]
    pub const fn with_audio(mut self, audio: bool) -> Self {
        self.generate_audio = Some(audio);
        self
    }

    /// `media.frame_images`: one more picture of the video itself. One is its first, two are its first and its last, more are spread
    /// between them.
    #[must_use]
    pub fn with_frame(mut self, url: impl Into<String>) -> Self {
        self.media.frame_images.push(Frame { input_image: url.into() });
        self
    }

    /// `media.reference_images`: one more picture to go by.
    #[must_use]
    pub fn with_reference(mut self, url: impl Into<String>) -> Self {
        self.media.reference_images.push(url.into());
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
        let lengths = [("width", self.width), ("height", self.height), ("fps", self.fps)];
        for (field, length) in lengths {
            if length == Some(0) {
                return Err(check::invalid(field, "is 0"));
            }
        }
        if self.seconds.as_deref() == Some("0") {
            return Err(check::invalid("seconds", "is 0 seconds, less than 1"));
        }
        for frame in &self.media.frame_images {
            check::url("media.frame_images", &frame.input_image)?;
        }
        for url in &self.media.reference_images {
            check::url("media.reference_images", url)?;
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
            .field("width", &self.width)
            .field("height", &self.height)
            .field("seconds", &self.seconds)
            .field("frames", &self.media.frame_images.len())
            .field("references", &self.media.reference_images.len())
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Default, PartialEq, Serialize)]
struct Media {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    frame_images: Vec<Frame>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reference_images: Vec<String>,
}

#[derive(Clone, PartialEq, Serialize)]
struct Frame {
    input_image: String,
}

impl Media {
    fn is_empty(&self) -> bool {
        self.frame_images.is_empty() && self.reference_images.is_empty()
    }
}
