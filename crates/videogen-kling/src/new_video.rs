//! The bodies of `POST /text-to-video/<model>` and `POST /image-to-video/<model>` with their fields and limits, from the pages "Text to
//! Video" and "Image to Video" of the models (<https://kling.ai/document-api/api/video/3-0-turbo/text-to-video> and its siblings).

use std::fmt;
use std::ops::RangeInclusive;

use serde::Serialize;
use videogen_core::{Error, NewGeneration, path, redact};

use crate::options::{
    LONGEST_PROMPT, Options, OptionsJson, SHORTER_PROMPT, check_image, check_text, refused,
    submission,
};
use crate::words::{AspectRatio, Audio, Resolution};

/// A video to be made from a prompt, by the newer API. It takes an API key.
///
/// ```
/// use videogen_core::{ApiKey, Provider};
/// use videogen_kling::{AspectRatio, Kling, Resolution, TextToVideo};
///
/// let new = TextToVideo::new("kling-3.0-turbo", "A lighthouse in a storm")
///     .with_duration(8)
///     .with_resolution(Resolution::P1080)
///     .with_aspect_ratio(AspectRatio::R9x16)
///     .with_external_task_id("my-task-1")
///     .build()
///     .unwrap();
/// let kling = Kling::with_api_key(ApiKey::new("your-api-key").unwrap());
/// let call = kling.submit(&new).unwrap();
/// assert_eq!(
///     call.request().uri(),
///     "https://api-singapore.klingai.com/text-to-video/kling-3.0-turbo"
/// );
/// ```
///
/// What is not given is left to Kling. What a model that a page names forbids is refused here; of other models, only what every one
/// forbids. What this type does not have goes as [`NewGeneration::from_json`] with [`NewGeneration::for_endpoint`].
#[derive(Clone, PartialEq, Eq)]
pub struct TextToVideo {
    prompt: String,
    aspect_ratio: Option<AspectRatio>,
    common: Common,
}

/// A video to be made from an image, by the newer API. It takes an API key.
///
/// ```
/// use videogen_core::{ApiKey, Provider};
/// use videogen_kling::{ImageToVideo, Kling};
///
/// let new = ImageToVideo::new("kling-3.0", "https://example.com/first.png")
///     .with_prompt("The waves begin to move")
///     .with_last_frame("https://example.com/last.png")
///     .build()
///     .unwrap();
/// let kling = Kling::with_api_key(ApiKey::new("your-api-key").unwrap());
/// let call = kling.submit(&new).unwrap();
/// assert_eq!(call.request().uri(), "https://api-singapore.klingai.com/image-to-video/kling-3.0");
/// ```
///
/// Elements and voices go as raw JSON. See [`TextToVideo`] for what is checked.
#[derive(Clone, PartialEq, Eq)]
pub struct ImageToVideo {
    prompt: Option<String>,
    first_frame: String,
    last_frame: Option<String>,
    common: Common,
}

/// What both have.
#[derive(Clone, PartialEq, Eq)]
struct Common {
    model: String,
    resolution: Option<Resolution>,
    duration: Option<u32>,
    audio: Option<Audio>,
    multi_shot: Option<bool>,
    options: Options,
}

macro_rules! common_parameters {
    () => {
        /// `settings.resolution`.
        #[must_use]
        pub const fn with_resolution(mut self, resolution: Resolution) -> Self {
            self.common.resolution = Some(resolution);
            self
        }

        /// `settings.duration`: so many seconds long. 3 to 15 by the models of version 3.0, 5 or 10 by those before.
        #[must_use]
        pub const fn with_duration(mut self, seconds: u32) -> Self {
            self.common.duration = Some(seconds);
            self
        }

        /// `settings.audio`. [`Audio::Original`] is for videos from videos. Kling 3.0 Turbo and 2.5 Turbo do not have it.
        #[must_use]
        pub const fn with_audio(mut self, audio: Audio) -> Self {
            self.common.audio = Some(audio);
            self
        }

        /// `settings.multi_shot`: whether a prompt in shots makes several of them. Kling 3.0 has it.
        #[must_use]
        pub const fn with_multi_shot(mut self, several: bool) -> Self {
            self.common.multi_shot = Some(several);
            self
        }

        /// `options.callback_url`: where to send a [callback](crate::webhook) whenever its status changes.
        #[must_use]
        pub fn with_callback_url(mut self, url: impl Into<String>) -> Self {
            self.common.options.callback_url = Some(url.into());
            self
        }

        /// `options.external_task_id`: an id of your own, for one task of the account only.
        /// [`Kling::find_by_external_id`](crate::Kling::find_by_external_id) finds the task by it, also when the answer to the submission was
        /// lost.
        #[must_use]
        pub fn with_external_task_id(mut self, id: impl Into<String>) -> Self {
            self.common.options.external_task_id = Some(id.into());
            self
        }

        /// `options.watermark_info.enabled`: whether there is to be a video with a watermark beside the one without.
        #[must_use]
        pub const fn with_watermark(mut self, watermark: bool) -> Self {
            self.common.options.watermark = Some(watermark);
            self
        }
    };
}

impl TextToVideo {
    /// A video by this model, such as `kling-3.0-turbo`, of this prompt.
    #[must_use]
    pub fn new(model: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self { prompt: prompt.into(), aspect_ratio: None, common: Common::new(model.into()) }
    }

    common_parameters!();

    /// `settings.aspect_ratio`.
    #[must_use]
    pub const fn with_aspect_ratio(mut self, ratio: AspectRatio) -> Self {
        self.aspect_ratio = Some(ratio);
        self
    }

    /// What is to be submitted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) if a field is beyond what its page says. The message names
    /// the field.
    pub fn build(&self) -> Result<NewGeneration, Error> {
        let limits = self.common.check()?;
        check_text("prompt", &self.prompt, limits.prompt)?;
        let settings = self.common.settings(self.aspect_ratio);
        let body = Body {
            prompt: Some(&self.prompt),
            contents: Vec::new(),
            settings,
            options: self.common.options.json(),
        };
        submission(&body, &format!("text-to-video/{}", self.common.model))
    }
}

impl ImageToVideo {
    /// A video by this model, such as `kling-3.0-turbo`, that begins with this image: a URL, or Base64 without anything before it. `.jpg`,
    /// `.jpeg` or `.png`, at most 50 MB, at least 300 pixels each way, between 1:2.5 and 2.5:1.
    #[must_use]
    pub fn new(model: impl Into<String>, first_frame: impl Into<String>) -> Self {
        Self {
            prompt: None,
            first_frame: first_frame.into(),
            last_frame: None,
            common: Common::new(model.into()),
        }
    }

    common_parameters!();

    /// What is to happen.
    #[must_use]
    pub fn with_prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(prompt.into());
        self
    }

    /// The image that it ends with. Kling 3.0 Turbo does not have it; Kling 2.6 and 2.5 Turbo have it at 1080p only.
    #[must_use]
    pub fn with_last_frame(mut self, image: impl Into<String>) -> Self {
        self.last_frame = Some(image.into());
        self
    }

    /// What is to be submitted.
    ///
    /// # Errors
    ///
    /// As [`TextToVideo::build`].
    pub fn build(&self) -> Result<NewGeneration, Error> {
        let limits = self.common.check()?;
        if let Some(prompt) = &self.prompt {
            check_text("prompt", prompt, limits.image_prompt)?;
        }
        check_image("first_frame", &self.first_frame)?;
        if let Some(last) = &self.last_frame {
            check_image("last_frame", last)?;
            limits.last_frame.check("`last_frame`", self.common.resolution)?;
        }
        let prompt = self.prompt.iter().map(|text| Content::text("prompt", text));
        let first = Content::url("first_frame", &self.first_frame);
        let last = self.last_frame.iter().map(|url| Content::url("last_frame", url));
        let body = Body {
            prompt: None,
            contents: prompt.chain([first]).chain(last).collect(),
            settings: self.common.settings(None),
            options: self.common.options.json(),
        };
        submission(&body, &format!("image-to-video/{}", self.common.model))
    }
}

impl Common {
    const fn new(model: String) -> Self {
        Self {
            model,
            resolution: None,
            duration: None,
            audio: None,
            multi_shot: None,
            options: Options { callback_url: None, external_task_id: None, watermark: None },
        }
    }

    /// What holds for the model, once what is here has been checked by it.
    fn check(&self) -> Result<&'static Limits, Error> {
        path::encode_segment(&self.model)
            .map_err(|problem| refused(&format!("`model` {problem}")))?;
        if self.model.contains('/') {
            return Err(refused("`model` has a slash in it"));
        }
        self.options.check()?;
        let limits = limits(&self.model);
        if let Some(seconds) = self.duration {
            limits.duration.check(seconds)?;
        }
        match self.audio {
            Some(Audio::Original) => {
                return Err(refused("`audio` is `original`, and there is no video that has any"));
            }
            Some(Audio::Native) => {
                limits.native.check("`audio` is `native`, which", self.resolution)?;
            }
            Some(_) if limits.native == Has::No => {
                return Err(refused("`audio` is nothing that this model has"));
            }
            _ => {}
        }
        if self.multi_shot.is_some() && !limits.multi_shot {
            return Err(refused("`multi_shot` is nothing that this model has"));
        }
        if self.resolution == Some(Resolution::K4) && !limits.k4 {
            return Err(refused("`resolution` is 4k, which this model does not have"));
        }
        Ok(limits)
    }

    fn settings(&self, aspect_ratio: Option<AspectRatio>) -> Option<Settings> {
        let settings = Settings {
            multi_shot: self.multi_shot,
            audio: self.audio.map(Audio::as_str),
            resolution: self.resolution.map(Resolution::as_str),
            aspect_ratio: aspect_ratio.map(AspectRatio::as_str),
            duration: self.duration,
        };
        (settings != Settings::default()).then_some(settings)
    }
}

/// What a model's pages say.
struct Limits {
    prompt: usize,
    image_prompt: usize,
    duration: Seconds,
    native: Has,
    last_frame: Has,
    multi_shot: bool,
    k4: bool,
}

enum Seconds {
    Within(RangeInclusive<u32>),
    OneOf(&'static [u32]),
    /// Of a model that no page here names.
    Any,
}

impl Seconds {
    fn check(&self, seconds: u32) -> Result<(), Error> {
        let expected = match self {
            Self::Within(range) if !range.contains(&seconds) => {
                format!("{} to {}", range.start(), range.end())
            }
            Self::OneOf(ones) if !ones.contains(&seconds) => {
                ones.iter().map(u32::to_string).collect::<Vec<_>>().join(" or ")
            }
            Self::Any if seconds == 0 => "at least 1".to_owned(),
            _ => return Ok(()),
        };
        Err(refused(&format!("`duration` is {seconds} seconds, not {expected}")))
    }
}

/// Whether a model has something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Has {
    Yes,
    No,
    /// Only with `1080p`.
    At1080p,
}

impl Has {
    fn check(self, what: &str, resolution: Option<Resolution>) -> Result<(), Error> {
        match self {
            Self::Yes => Ok(()),
            Self::No => Err(refused(&format!("{what} is nothing that this model has"))),
            Self::At1080p if resolution == Some(Resolution::P1080) => Ok(()),
            Self::At1080p => {
                Err(refused(&format!("{what} this model has only with `resolution` 1080p")))
            }
        }
    }
}

const TURBO_3_0: Limits = Limits {
    prompt: LONGEST_PROMPT,
    image_prompt: SHORTER_PROMPT,
    duration: Seconds::Within(3..=15),
    native: Has::No,
    last_frame: Has::No,
    multi_shot: false,
    k4: false,
};
const V3_0: Limits = Limits {
    prompt: LONGEST_PROMPT,
    image_prompt: LONGEST_PROMPT,
    duration: Seconds::Within(3..=15),
    native: Has::Yes,
    last_frame: Has::Yes,
    multi_shot: true,
    k4: true,
};
const V2_6: Limits = Limits {
    prompt: SHORTER_PROMPT,
    image_prompt: SHORTER_PROMPT,
    duration: Seconds::OneOf(&[5, 10]),
    native: Has::At1080p,
    last_frame: Has::At1080p,
    multi_shot: false,
    k4: false,
};
const TURBO_2_5: Limits = Limits { native: Has::No, ..V2_6 };
const UNKNOWN: Limits = Limits { duration: Seconds::Any, ..V3_0 };

fn limits(model: &str) -> &'static Limits {
    match model {
        "kling-3.0-turbo" => &TURBO_3_0,
        "kling-3.0" => &V3_0,
        "kling-2.6" => &V2_6,
        "kling-2.5-turbo" => &TURBO_2_5,
        _ => &UNKNOWN,
    }
}

/// Not the URLs: they may be presigned.
impl fmt::Debug for TextToVideo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextToVideo")
            .field("model", &self.common.model)
            .field("prompt", &redact::text(&self.prompt))
            .field("aspect_ratio", &self.aspect_ratio)
            .field("resolution", &self.common.resolution)
            .field("duration", &self.common.duration)
            .finish_non_exhaustive()
    }
}

/// Not the images: their URLs may be presigned.
impl fmt::Debug for ImageToVideo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageToVideo")
            .field("model", &self.common.model)
            .field("prompt", &self.prompt.as_deref().map(redact::text))
            .field("last_frame", &self.last_frame.is_some())
            .field("resolution", &self.common.resolution)
            .field("duration", &self.common.duration)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contents: Vec<Content<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<Settings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<OptionsJson<'a>>,
}

#[derive(Serialize)]
struct Content<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

impl<'a> Content<'a> {
    const fn text(kind: &'static str, text: &'a str) -> Self {
        Self { kind, text: Some(text), url: None }
    }

    const fn url(kind: &'static str, url: &'a str) -> Self {
        Self { kind, text: None, url: Some(url) }
    }
}

#[derive(Default, PartialEq, Eq, Serialize)]
struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_shot: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aspect_ratio: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
}
