//! The body of `POST /generations`, from the page "Create generation"
//! (<https://prism-c8e399ce.mintlify.app/api-reference/create-generation>).

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};
use videogen_core::{Error, NewGeneration};

use crate::check;

/// The most videos that one submission makes, from the page "Create generation".
pub const MAX_COUNT: u8 = 4;

/// The form of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum AspectRatio {
    /// As Prism sees fit.
    #[serde(rename = "auto")]
    Auto,
    /// 21:9.
    #[serde(rename = "21:9")]
    Ultrawide21x9,
    /// 16:9.
    #[serde(rename = "16:9")]
    Landscape16x9,
    /// 4:3.
    #[serde(rename = "4:3")]
    Landscape4x3,
    /// 1:1.
    #[serde(rename = "1:1")]
    Square,
    /// 3:4.
    #[serde(rename = "3:4")]
    Portrait3x4,
    /// 9:16.
    #[serde(rename = "9:16")]
    Portrait9x16,
}

impl AspectRatio {
    /// Every one that the page names.
    pub const ALL: [Self; 7] = [
        Self::Auto,
        Self::Ultrawide21x9,
        Self::Landscape16x9,
        Self::Landscape4x3,
        Self::Square,
        Self::Portrait3x4,
        Self::Portrait9x16,
    ];
}

/// A generation from a prompt.
///
/// Files are named by their S3 keys: [`Prism::upload`](crate::Prism::upload) gives one, and so does [`Asset::asset_s3_key`](crate::Asset::asset_s3_key). What a model can do
/// with them is Prism's to say. For a parameter that is not here there is [`NewGeneration::from_json`].
///
/// ```
/// use videogen_prism::PromptGeneration;
///
/// let new = PromptGeneration::new("veo-3.1", "A clean studio shot of the product")
///     .with_resolution("1080p")
///     .with_count(2)
///     .with_start_frame("users/user_abc/user-uploads/batch_abc/file_abc.png")
///     .build()
///     .unwrap();
/// assert!(new.body.contains("\"count\":2"));
/// let too_many = PromptGeneration::new("veo-3.1", "A kite").with_count(5).build();
/// assert!(too_many.unwrap_err().to_string().contains("`count` must be 1 to 4"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PromptGeneration(Body);

#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    prompt: String,
    model_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    aspect_ratio: Option<AspectRatio>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "whole_seconds")]
    duration: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_audio: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_frame_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_frame_key: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ingredient_image_keys: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    character_reference_image_keys: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_video_key: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reference_video_keys: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_id: Option<String>,
}

/// `8s`, as the page's examples have it.
fn whole_seconds<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match duration {
        Some(duration) => serializer.collect_str(&format_args!("{}s", duration.as_secs())),
        None => serializer.serialize_none(),
    }
}

impl PromptGeneration {
    /// A generation by a model, by its exact name (`veo-3.1`, say), from a prompt. Neither may be empty.
    #[must_use]
    pub fn new(model: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self(Body { prompt: prompt.into(), model_name: model.into(), ..Body::default() })
    }

    /// `aspectRatio`: the form of the picture.
    #[must_use]
    pub const fn with_aspect_ratio(mut self, aspect_ratio: AspectRatio) -> Self {
        self.0.aspect_ratio = Some(aspect_ratio);
        self
    }

    /// `duration`: how long the video is to be, in whole seconds and at least one. The page names 5, 8 and 10 seconds as examples; which ones a
    /// model has is Prism's to say.
    #[must_use]
    pub const fn with_duration(mut self, duration: Duration) -> Self {
        self.0.duration = Some(duration);
        self
    }

    /// `resolution`: `720p` or `1080p`, say. Which ones a model has is Prism's to say.
    #[must_use]
    pub fn with_resolution(mut self, resolution: impl Into<String>) -> Self {
        self.0.resolution = Some(resolution.into());
        self
    }

    /// `count`: how many videos, 1 to 4. Each is a generation of its own, and is paid for.
    #[must_use]
    pub const fn with_count(mut self, count: u8) -> Self {
        self.0.count = Some(count);
        self
    }

    /// `hasAudio`: whether sound is to be generated, by a model that can.
    #[must_use]
    pub const fn with_audio(mut self, has_audio: bool) -> Self {
        self.0.has_audio = Some(has_audio);
        self
    }

    /// `startFrameKey`: the image that the video begins with.
    #[must_use]
    pub fn with_start_frame(mut self, s3_key: impl Into<String>) -> Self {
        self.0.start_frame_key = Some(s3_key.into());
        self
    }

    /// `endFrameKey`: the image that the video ends with.
    #[must_use]
    pub fn with_end_frame(mut self, s3_key: impl Into<String>) -> Self {
        self.0.end_frame_key = Some(s3_key.into());
        self
    }

    /// `ingredientImageKeys`: one more image to go by.
    #[must_use]
    pub fn with_ingredient_image(mut self, s3_key: impl Into<String>) -> Self {
        self.0.ingredient_image_keys.push(s3_key.into());
        self
    }

    /// `characterReferenceImageKeys`: one more image of a character.
    #[must_use]
    pub fn with_character_reference_image(mut self, s3_key: impl Into<String>) -> Self {
        self.0.character_reference_image_keys.push(s3_key.into());
        self
    }

    /// `sourceVideoKey`: the video that is to be edited, by a model that can.
    #[must_use]
    pub fn with_source_video(mut self, s3_key: impl Into<String>) -> Self {
        self.0.source_video_key = Some(s3_key.into());
        self
    }

    /// `referenceVideoKeys`: one more video to go by.
    #[must_use]
    pub fn with_reference_video(mut self, s3_key: impl Into<String>) -> Self {
        self.0.reference_video_keys.push(s3_key.into());
        self
    }

    /// `audioKey`: the sound that the video is to follow, by a model that can.
    #[must_use]
    pub fn with_audio_file(mut self, s3_key: impl Into<String>) -> Self {
        self.0.audio_key = Some(s3_key.into());
        self
    }

    /// `templateId`: a template that the generation is said to belong to. It is not generated from it: that is
    /// [`TemplateGeneration`](crate::TemplateGeneration).
    #[must_use]
    pub fn with_template_id(mut self, template: impl Into<String>) -> Self {
        self.0.template_id = Some(template.into());
        self
    }

    /// What [`Provider::submit`](videogen_core::Provider::submit) takes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) with Prism's name of the field: if one is empty, `count` is not 1 to 4, `duration` is no whole number of seconds, or a URL
    /// stands where an S3 key belongs.
    pub fn build(&self) -> Result<NewGeneration, Error> {
        let body = &self.0;
        check::filled("prompt", &body.prompt)?;
        check::filled("modelName", &body.model_name)?;
        if body.duration.is_some_and(|it| it.as_secs() == 0 || it.subsec_nanos() != 0) {
            return Err(check::invalid("duration", "must be whole seconds, at least one"));
        }
        if let Some(resolution) = &body.resolution {
            check::filled("resolution", resolution)?;
        }
        if body.count.is_some_and(|count| !(1..=MAX_COUNT).contains(&count)) {
            return Err(check::invalid("count", format_args!("must be 1 to {MAX_COUNT}")));
        }
        let one = [
            ("startFrameKey", &body.start_frame_key),
            ("endFrameKey", &body.end_frame_key),
            ("sourceVideoKey", &body.source_video_key),
            ("audioKey", &body.audio_key),
        ];
        let several = [
            ("ingredientImageKeys", &body.ingredient_image_keys),
            ("characterReferenceImageKeys", &body.character_reference_image_keys),
            ("referenceVideoKeys", &body.reference_video_keys),
        ];
        let several = several.into_iter().flat_map(|(f, keys)| keys.iter().map(move |k| (f, k)));
        let one = one.into_iter().filter_map(|(field, key)| Some((field, key.as_ref()?)));
        for (field, key) in one.chain(several) {
            check::storage_key(field, key)?;
        }
        if let Some(template) = &body.template_id {
            check::filled("templateId", template)?;
        }
        NewGeneration::from_json(check::json(body)?)
    }
}

/// Not the keys: what stands there by mistake may be a presigned URL.
impl fmt::Debug for PromptGeneration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptGeneration")
            .field("model", &self.0.model_name)
            .field("count", &self.0.count)
            .finish_non_exhaustive()
    }
}
