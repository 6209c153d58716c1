//! The bodies of `POST /v1/videos/text2video` and `POST /v1/videos/image2video` with their fields and limits, from the older pages "Text to
//! Video" and "Image to Video" (<https://kling.ai/document-api/apiReference/model/textToVideo>,
//! <https://kling.ai/document-api/apiReference/model/imageToVideo>).

use std::fmt;

use serde::Serialize;
use videogen_core::{Error, NewGeneration, redact};

use crate::camera::{CameraControl, CameraJson};
use crate::options::{
    Options, SHORTER_PROMPT, Watermark, check_image, check_text, refused, submission,
};
use crate::words::{AspectRatio, Mode};

/// The models that make videos of 5 or 10 seconds. Later ones make 3 to 15.
const OF_FIVE_OR_TEN: [&str; 8] = [
    "kling-v1",
    "kling-v1-5",
    "kling-v1-6",
    "kling-v2-master",
    "kling-v2-1",
    "kling-v2-1-master",
    "kling-v2-5-turbo",
    "kling-v2-6",
];

/// A video to be made from a prompt, by the older API. It takes an API key or an access key with its secret key.
///
/// ```
/// use videogen_core::{ApiKey, Provider};
/// use videogen_kling::{CameraControl, CameraMove, Kling, LegacyTextToVideo, Mode};
///
/// let new = LegacyTextToVideo::new("A lighthouse in a storm")
///     .with_model_name("kling-v1-6")
///     .with_mode(Mode::Professional)
///     .with_duration(10)
///     .with_camera_control(CameraControl::Simple(CameraMove::Zoom, 4.0))
///     .build()
///     .unwrap();
/// let kling = Kling::new(ApiKey::new("your-access-key:your-secret-key").unwrap());
/// let call = kling.submit(&new).unwrap();
/// assert_eq!(call.request().uri(), "https://api-singapore.klingai.com/v1/videos/text2video");
/// ```
///
/// What is not given is left to Kling. Which model takes which parameter is on the page "Capability Map" and not checked here, but for
/// what is said at the parameter. What this type does not have goes as [`NewGeneration::from_json`] with
/// [`NewGeneration::for_endpoint`].
#[derive(Clone, PartialEq)]
pub struct LegacyTextToVideo {
    prompt: String,
    aspect_ratio: Option<AspectRatio>,
    common: Common,
}

/// A video to be made from an image, by the older API. It takes an API key or an access key with its secret key.
///
/// ```
/// use videogen_core::{ApiKey, Provider};
/// use videogen_kling::{Kling, LegacyImageToVideo};
///
/// let new = LegacyImageToVideo::new("https://example.com/first.png")
///     .with_model_name("kling-v2-1")
///     .with_prompt("The waves begin to move")
///     .build()
///     .unwrap();
/// let kling = Kling::new(ApiKey::new("your-access-key:your-secret-key").unwrap());
/// let call = kling.submit(&new).unwrap();
/// assert_eq!(call.request().uri(), "https://api-singapore.klingai.com/v1/videos/image2video");
/// ```
///
/// Masks, elements and voices go as raw JSON. See [`LegacyTextToVideo`] for what is checked.
#[derive(Clone, PartialEq)]
pub struct LegacyImageToVideo {
    prompt: Option<String>,
    image: Option<String>,
    image_tail: Option<String>,
    common: Common,
}

/// What both have.
#[derive(Clone, Default, PartialEq)]
struct Common {
    model_name: Option<String>,
    negative_prompt: Option<String>,
    cfg_scale: Option<f64>,
    mode: Option<Mode>,
    duration: Option<u32>,
    sound: Option<bool>,
    camera_control: Option<CameraControl>,
    options: Options,
}

macro_rules! common_parameters {
    () => {
        /// `model_name`, such as `kling-v3`. Kling's own choice is documented as `kling-v1`, of which was seen that it is no longer made.
        #[must_use]
        pub fn with_model_name(mut self, model: impl Into<String>) -> Self {
            self.common.model_name = Some(model.into());
            self
        }

        /// `negative_prompt`: what is not to be seen, in at most 2500 characters.
        #[must_use]
        pub fn with_negative_prompt(mut self, prompt: impl Into<String>) -> Self {
            self.common.negative_prompt = Some(prompt.into());
            self
        }

        /// `cfg_scale`: how closely to keep to the prompt, 0 to 1. The models `kling-v2…` do not have it.
        #[must_use]
        pub const fn with_cfg_scale(mut self, scale: f64) -> Self {
            self.common.cfg_scale = Some(scale);
            self
        }

        /// `mode`.
        #[must_use]
        pub const fn with_mode(mut self, mode: Mode) -> Self {
            self.common.mode = Some(mode);
            self
        }

        /// `duration`: so many seconds long. 5 or 10 by the models up to `kling-v2-6`, 3 to 15 by those since.
        #[must_use]
        pub const fn with_duration(mut self, seconds: u32) -> Self {
            self.common.duration = Some(seconds);
            self
        }

        /// `sound`: whether sound is made with the picture. Models since `kling-v2-6` have it.
        #[must_use]
        pub const fn with_sound(mut self, sound: bool) -> Self {
            self.common.sound = Some(sound);
            self
        }

        /// `camera_control`: how the camera moves.
        #[must_use]
        pub const fn with_camera_control(mut self, camera: CameraControl) -> Self {
            self.common.camera_control = Some(camera);
            self
        }

        /// `callback_url`: where to send a [callback](crate::webhook) whenever its status changes.
        #[must_use]
        pub fn with_callback_url(mut self, url: impl Into<String>) -> Self {
            self.common.options.callback_url = Some(url.into());
            self
        }

        /// `external_task_id`: an id of your own, for one task of the account only.
        /// [`Kling::find_by_external_id`](crate::Kling::find_by_external_id) finds the task by it, also when the answer to the submission was
        /// lost.
        #[must_use]
        pub fn with_external_task_id(mut self, id: impl Into<String>) -> Self {
            self.common.options.external_task_id = Some(id.into());
            self
        }

        /// `watermark_info.enabled`: whether there is to be a video with a watermark beside the one without.
        #[must_use]
        pub const fn with_watermark(mut self, watermark: bool) -> Self {
            self.common.options.watermark = Some(watermark);
            self
        }
    };
}

impl LegacyTextToVideo {
    /// A video of this prompt, of at most 2500 characters.
    #[must_use]
    pub fn new(prompt: impl Into<String>) -> Self {
        Self { prompt: prompt.into(), aspect_ratio: None, common: Common::default() }
    }

    common_parameters!();

    /// `aspect_ratio`.
    #[must_use]
    pub const fn with_aspect_ratio(mut self, ratio: AspectRatio) -> Self {
        self.aspect_ratio = Some(ratio);
        self
    }

    /// What is to be submitted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) if a field is beyond what its method says. The message names
    /// the field.
    pub fn build(&self) -> Result<NewGeneration, Error> {
        check_text("prompt", &self.prompt, SHORTER_PROMPT)?;
        self.common.check()?;
        let mut body = self.common.body();
        body.prompt = Some(&self.prompt);
        body.aspect_ratio = self.aspect_ratio.map(AspectRatio::as_str);
        submission(&body, "text2video")
    }
}

impl LegacyImageToVideo {
    /// A video that begins with this image: a URL, or Base64 without anything before it. `.jpg`, `.jpeg` or `.png`, at most 10 MB, at
    /// least 300 pixels each way, between 1:2.5 and 2.5:1.
    #[must_use]
    pub fn new(image: impl Into<String>) -> Self {
        Self {
            prompt: None,
            image: Some(image.into()),
            image_tail: None,
            common: Common::default(),
        }
    }

    /// A video that ends with this image, whatever it begins with. See [`new`](Self::new).
    #[must_use]
    pub fn ending_with(image_tail: impl Into<String>) -> Self {
        Self {
            prompt: None,
            image: None,
            image_tail: Some(image_tail.into()),
            common: Common::default(),
        }
    }

    common_parameters!();

    /// `prompt`: what is to happen, in at most 2500 characters.
    #[must_use]
    pub fn with_prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(prompt.into());
        self
    }

    /// `image_tail`: the image that it ends with. Not together with `camera_control`.
    #[must_use]
    pub fn with_image_tail(mut self, image: impl Into<String>) -> Self {
        self.image_tail = Some(image.into());
        self
    }

    /// What is to be submitted.
    ///
    /// # Errors
    ///
    /// As [`LegacyTextToVideo::build`].
    pub fn build(&self) -> Result<NewGeneration, Error> {
        if let Some(prompt) = &self.prompt {
            check_text("prompt", prompt, SHORTER_PROMPT)?;
        }
        for (field, image) in [("image", &self.image), ("image_tail", &self.image_tail)] {
            if let Some(image) = image {
                check_image(field, image)?;
            }
        }
        if self.image_tail.is_some() && self.common.camera_control.is_some() {
            return Err(refused("`image_tail` and `camera_control` exclude each other"));
        }
        self.common.check()?;
        let mut body = self.common.body();
        body.prompt = self.prompt.as_deref();
        body.image = self.image.as_deref();
        body.image_tail = self.image_tail.as_deref();
        submission(&body, "image2video")
    }
}

impl Common {
    fn check(&self) -> Result<(), Error> {
        self.options.check()?;
        let model = self.model_name.as_deref();
        if model.is_some_and(|model| model.trim().is_empty()) {
            return Err(refused("`model_name` is blank"));
        }
        if let Some(text) = &self.negative_prompt {
            check_text("negative_prompt", text, SHORTER_PROMPT)?;
        }
        if let Some(scale) = self.cfg_scale {
            if !(0.0..=1.0).contains(&scale) {
                return Err(refused(&format!("`cfg_scale` is {scale}, not 0 to 1")));
            }
            if model.is_some_and(|model| model.starts_with("kling-v2")) {
                return Err(refused("`cfg_scale` is nothing that the models `kling-v2…` have"));
            }
        }
        if let Some(seconds) = self.duration {
            let is_older = model.is_some_and(|model| OF_FIVE_OR_TEN.contains(&model));
            if is_older && ![5, 10].contains(&seconds) {
                return Err(refused(&format!("`duration` is {seconds} seconds, not 5 or 10")));
            }
            if !(3..=15).contains(&seconds) {
                return Err(refused(&format!("`duration` is {seconds} seconds, not 3 to 15")));
            }
        }
        self.camera_control.map_or(Ok(()), CameraControl::check)
    }

    fn body(&self) -> Body<'_> {
        Body {
            model_name: self.model_name.as_deref(),
            prompt: None,
            negative_prompt: self.negative_prompt.as_deref(),
            image: None,
            image_tail: None,
            sound: self.sound.map(|sound| if sound { "on" } else { "off" }),
            cfg_scale: self.cfg_scale,
            mode: self.mode.map(Mode::as_str),
            camera_control: self.camera_control.map(CameraControl::json),
            aspect_ratio: None,
            duration: self.duration.map(|seconds| seconds.to_string()),
            callback_url: self.options.callback_url.as_deref(),
            external_task_id: self.options.external_task_id.as_deref(),
            watermark_info: self.options.watermark(),
        }
    }
}

/// Not the URLs: they may be presigned.
impl fmt::Debug for LegacyTextToVideo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LegacyTextToVideo")
            .field("model_name", &self.common.model_name)
            .field("prompt", &redact::text(&self.prompt))
            .field("mode", &self.common.mode)
            .field("duration", &self.common.duration)
            .finish_non_exhaustive()
    }
}

/// Not the images: their URLs may be presigned.
impl fmt::Debug for LegacyImageToVideo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LegacyImageToVideo")
            .field("model_name", &self.common.model_name)
            .field("prompt", &self.prompt.as_deref().map(redact::text))
            .field("mode", &self.common.mode)
            .field("duration", &self.common.duration)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    model_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    negative_prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_tail: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sound: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cfg_scale: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    camera_control: Option<CameraJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aspect_ratio: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_task_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    watermark_info: Option<Watermark>,
}
