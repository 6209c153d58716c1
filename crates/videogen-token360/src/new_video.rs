//! The body of `POST /videos` with its fields and limits, from the page "Submit video generation request"
//! (<https://www.token360.ai/en-US/docs/api-reference/video-generation/submit-video-generation-request>).

use std::fmt;

use http::Uri;
use serde::Serialize;
use serde_json::{Map, Value};
use videogen_core::{Error, ErrorKind, NewGeneration, redact};

use crate::media::{self, Frame, Medium, Reference};
use crate::words::{AspectRatio, Resolution};

/// The least and the most of `execution_expires_after`, in seconds.
const EXPIRES_AFTER_S: std::ops::RangeInclusive<u32> = 3600..=259_200;

/// A video to be made: a model, a prompt, and whatever else the model takes.
///
/// ```
/// use videogen_core::{ApiKey, Provider};
/// use videogen_token360::{AspectRatio, NewVideo, Resolution, Token360};
///
/// let new = NewVideo::new("seedance-2.0", "Add gentle motion to the scene")
///     .with_duration(4)
///     .with_resolution(Resolution::P720)
///     .with_aspect_ratio(AspectRatio::R16x9)
///     .with_first_frame("https://example.com/first.png")
///     .build()
///     .unwrap();
/// let token360 = Token360::new(ApiKey::new("sk-your-api-key").unwrap());
/// let call = token360.submit(&new).unwrap();
/// assert_eq!(call.request().uri(), "https://api.token360.ai/v1/videos");
/// ```
///
/// What is not given is left to the model. Which model takes which parameter is not checked here: the models' own pages say it.
/// What this type does not have goes as [`NewGeneration::from_json`], and a model's own body as
/// [`NewGeneration::as_native`].
#[derive(Clone, PartialEq)]
pub struct NewVideo {
    model: String,
    prompt: String,
    duration: Option<u32>,
    resolution: Option<Resolution>,
    aspect_ratio: Option<AspectRatio>,
    generate_audio: Option<bool>,
    watermark: Option<bool>,
    return_last_frame: Option<bool>,
    seed: Option<i64>,
    execution_expires_after: Option<u32>,
    safety_identifier: Option<String>,
    callback_url: Option<String>,
    metadata: Map<String, Value>,
    first_frame: Option<String>,
    last_frame: Option<String>,
    references: Vec<(Medium, String)>,
    request_id: Option<String>,
}

impl NewVideo {
    /// A video by this model, such as `seedance-2.0`, of this prompt. Neither may be blank.
    #[must_use]
    pub fn new(model: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            prompt: prompt.into(),
            duration: None,
            resolution: None,
            aspect_ratio: None,
            generate_audio: None,
            watermark: None,
            return_last_frame: None,
            seed: None,
            execution_expires_after: None,
            safety_identifier: None,
            callback_url: None,
            metadata: Map::new(),
            first_frame: None,
            last_frame: None,
            references: Vec::new(),
            request_id: None,
        }
    }

    /// `duration`: so many seconds long, at least 1. What a model can do is not on the page.
    #[must_use]
    pub const fn with_duration(mut self, seconds: u32) -> Self {
        self.duration = Some(seconds);
        self
    }

    /// `resolution`.
    #[must_use]
    pub const fn with_resolution(mut self, resolution: Resolution) -> Self {
        self.resolution = Some(resolution);
        self
    }

    /// `aspect_ratio`.
    #[must_use]
    pub const fn with_aspect_ratio(mut self, ratio: AspectRatio) -> Self {
        self.aspect_ratio = Some(ratio);
        self
    }

    /// `generate_audio`: whether there is to be sound.
    #[must_use]
    pub const fn with_audio(mut self, audio: bool) -> Self {
        self.generate_audio = Some(audio);
        self
    }

    /// `watermark`: whether there is to be a watermark.
    #[must_use]
    pub const fn with_watermark(mut self, watermark: bool) -> Self {
        self.watermark = Some(watermark);
        self
    }

    /// `return_last_frame`: whether the last frame is to come as an image beside the video, where the model has that.
    #[must_use]
    pub const fn with_last_frame_returned(mut self, returned: bool) -> Self {
        self.return_last_frame = Some(returned);
        self
    }

    /// `seed`. Its range is not documented.
    #[must_use]
    pub const fn with_seed(mut self, seed: i64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// `execution_expires_after`: give up so many seconds after the submission, 3600 to 259200. The range is from the page of the
    /// native parameters.
    #[must_use]
    pub const fn with_execution_expires_after(mut self, seconds: u32) -> Self {
        self.execution_expires_after = Some(seconds);
        self
    }

    /// `safety_identifier`: which of your users wants it, as an opaque text.
    #[must_use]
    pub fn with_safety_identifier(mut self, identifier: impl Into<String>) -> Self {
        self.safety_identifier = Some(identifier.into());
        self
    }

    /// `callback_url`: where to send a [webhook](crate::webhook) when it has ended. It must be `https`.
    #[must_use]
    pub fn with_callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = Some(url.into());
        self
    }

    /// One more member of `metadata`, an object of your own.
    #[must_use]
    pub fn with_metadata(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }

    /// `frame_images`: begin with this image, at `https://…` or `asset://ta_…`.
    ///
    /// The page names the field; the form of its items is that of clients in the wild, and that assets are taken here too is
    /// inferred from `input_references`.
    #[must_use]
    pub fn with_first_frame(mut self, url: impl Into<String>) -> Self {
        self.first_frame = Some(url.into());
        self
    }

    /// `frame_images`: end with this image. See [`with_first_frame`](Self::with_first_frame).
    #[must_use]
    pub fn with_last_frame(mut self, url: impl Into<String>) -> Self {
        self.last_frame = Some(url.into());
        self
    }

    /// `input_references`: one more image to go by, at `https://…` or `asset://ta_…`. At most 9.
    ///
    /// The page names the field; the form of its items and how many there may be are those of clients in the wild.
    #[must_use]
    pub fn with_image_reference(mut self, url: impl Into<String>) -> Self {
        self.references.push((Medium::Image, url.into()));
        self
    }

    /// `input_references`: one more video to go by. At most 3. See [`with_image_reference`](Self::with_image_reference).
    #[must_use]
    pub fn with_video_reference(mut self, url: impl Into<String>) -> Self {
        self.references.push((Medium::Video, url.into()));
        self
    }

    /// `input_references`: one more sound to go by. At most 3. See [`with_image_reference`](Self::with_image_reference).
    #[must_use]
    pub fn with_audio_reference(mut self, url: impl Into<String>) -> Self {
        self.references.push((Medium::Audio, url.into()));
        self
    }

    /// `request_id`: an id of your own that the webhook repeats. Only the page of webhooks has it, and it does not keep the same
    /// submission from being paid twice.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// What is to be submitted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if a field is beyond what its method says. The message names the field.
    pub fn build(&self) -> Result<NewGeneration, Error> {
        self.check()?;
        let frames = self.first_frame.iter().map(|url| Frame::first(url));
        let body = Body {
            model: &self.model,
            prompt: &self.prompt,
            duration: self.duration,
            resolution: self.resolution.map(Resolution::as_str),
            aspect_ratio: self.aspect_ratio.map(AspectRatio::as_str),
            generate_audio: self.generate_audio,
            watermark: self.watermark,
            return_last_frame: self.return_last_frame,
            seed: self.seed,
            execution_expires_after: self.execution_expires_after,
            safety_identifier: self.safety_identifier.as_deref(),
            callback_url: self.callback_url.as_deref(),
            metadata: &self.metadata,
            frame_images: frames
                .chain(self.last_frame.iter().map(|url| Frame::last(url)))
                .collect(),
            input_references: self
                .references
                .iter()
                .map(|(medium, url)| Reference::new(*medium, url))
                .collect(),
            request_id: self.request_id.as_deref(),
        };
        let json = serde_json::to_string(&body).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "the video cannot be written as JSON")
                .with_source(error)
        })?;
        NewGeneration::from_json(json)
    }

    fn check(&self) -> Result<(), Error> {
        let refused = |what: String| Err(Error::new(ErrorKind::InvalidInput, what));
        for (field, text) in [("model", &self.model), ("prompt", &self.prompt)] {
            if text.trim().is_empty() {
                return refused(format!("`{field}` is blank"));
            }
        }
        if self.duration == Some(0) {
            return refused("`duration` is 0 seconds, less than 1".to_owned());
        }
        if let Some(seconds) = self.execution_expires_after
            && !EXPIRES_AFTER_S.contains(&seconds)
        {
            let (least, most) = (EXPIRES_AFTER_S.start(), EXPIRES_AFTER_S.end());
            return refused(format!(
                "`execution_expires_after` is {seconds} seconds, not {least} to {most}"
            ));
        }
        if let Some(url) = &self.callback_url
            && !is_https(url)
        {
            let shown = redact::url(url);
            return refused(format!("`callback_url` is `{shown}`, no absolute https URL"));
        }
        for url in [&self.first_frame, &self.last_frame].into_iter().flatten() {
            media::check("frame_images", url)?;
        }
        for (_, url) in &self.references {
            media::check("input_references", url)?;
        }
        for medium in Medium::ALL {
            let count = self.references.iter().filter(|(it, _)| *it == medium).count();
            if count > medium.most() {
                let (most, what) = (medium.most(), medium.plural());
                return refused(format!("`input_references` has {count} {what}, more than {most}"));
            }
        }
        Ok(())
    }
}

fn is_https(url: &str) -> bool {
    url.parse::<Uri>().is_ok_and(|uri| {
        uri.scheme_str().is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    })
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
            .field("references", &self.references.len())
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    prompt: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aspect_ratio: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generate_audio: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    watermark: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_last_frame: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_expires_after: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    safety_identifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    metadata: &'a Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    frame_images: Vec<Frame<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    input_references: Vec<Reference<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}
