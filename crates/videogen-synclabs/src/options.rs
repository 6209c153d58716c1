//! How a generation is to be made.

use std::fmt;

use serde::Serialize;
use videogen_core::{Error, redact};

use crate::check::{invalid, url};

/// What to do when the video and the sound are not equally long (`sync_mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SyncMode {
    /// Play the video forth and back.
    Bounce,
    /// Play the video again from its beginning.
    Loop,
    /// Cut the longer one.
    CutOff,
    /// Fill the sound up with silence.
    Silence,
    /// Change the speed of the video.
    Remap,
}

/// What of the picture is to change (`model_mode`). Only with `react-1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ModelMode {
    /// The lips.
    Lips,
    /// The face: lips and emotions. The provider's default.
    Face,
    /// The head: also how it moves.
    Head,
}

/// The emotion of the speaker (`prompt`). Only with `react-1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(missing_docs, reason = "the words say it")]
pub enum Emotion {
    Happy,
    Sad,
    Angry,
    Disgusted,
    Surprised,
    Neutral,
}

/// Which of several people speaks (`active_speaker_detection`), from the page "Speaker selection".
///
/// The ways to say it exclude one another, so there is one function for each.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ActiveSpeaker {
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_detect: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    v3: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame_number: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coordinates: Option<[u32; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounding_boxes: Option<Vec<Option<[u32; 4]>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounding_boxes_url: Option<String>,
}

impl ActiveSpeaker {
    const NONE: Self = Self {
        auto_detect: None,
        v3: None,
        frame_number: None,
        coordinates: None,
        bounding_boxes: None,
        bounding_boxes_url: None,
    };

    /// Whoever speaks, as Sync Labs finds out. For videos, not for images.
    #[must_use]
    pub const fn auto() -> Self {
        Self { auto_detect: Some(true), ..Self::NONE }
    }

    /// Whoever is at the point `[x, y]` of this frame, in pixels, counted from the first frame, which is 0.
    #[must_use]
    pub const fn at(frame_number: u32, coordinates: [u32; 2]) -> Self {
        Self { frame_number: Some(frame_number), coordinates: Some(coordinates), ..Self::NONE }
    }

    /// Whoever is in these boxes `[x1, y1, x2, y2]`, top left to bottom right in pixels: one for each frame, or `None` where there
    /// is no face.
    #[must_use]
    pub fn in_boxes(boxes: impl Into<Vec<Option<[u32; 4]>>>) -> Self {
        Self { bounding_boxes: Some(boxes.into()), ..Self::NONE }
    }

    /// The same with the boxes in a file at this URL. Newer than the SDKs; the file's form is not documented here.
    #[must_use]
    pub fn in_boxes_at(url: impl Into<String>) -> Self {
        Self { bounding_boxes_url: Some(url.into()), ..Self::NONE }
    }

    /// This one with the member `v3`. Newer than the SDKs; that it is a boolean is inferred, and what it does is not known.
    #[must_use]
    pub const fn with_v3(mut self, v3: bool) -> Self {
        self.v3 = Some(v3);
        self
    }

    pub(crate) const fn is_automatic(&self) -> bool {
        matches!(self.auto_detect, Some(true))
    }

    fn check(&self, field: &str) -> Result<(), Error> {
        if let Some(it) = &self.bounding_boxes_url {
            url(&format!("{field}.bounding_boxes_url"), it)?;
        }
        for (at, one) in self.bounding_boxes.iter().flatten().enumerate() {
            if let Some([x1, y1, x2, y2]) = one
                && (x1 > x2 || y1 > y2)
            {
                return Err(invalid(
                    &format!("{field}.bounding_boxes[{at}]"),
                    "does not go from top left to bottom right",
                ));
            }
        }
        if self.bounding_boxes.as_ref().is_some_and(Vec::is_empty) {
            return Err(invalid(&format!("{field}.bounding_boxes"), "is empty"));
        }
        Ok(())
    }
}

/// Shows no query of a URL.
impl fmt::Debug for ActiveSpeaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActiveSpeaker")
            .field("auto_detect", &self.auto_detect)
            .field("v3", &self.v3)
            .field("frame_number", &self.frame_number)
            .field("coordinates", &self.coordinates)
            .field("bounding_boxes", &self.bounding_boxes.as_ref().map(Vec::len))
            .field("bounding_boxes_url", &self.bounding_boxes_url.as_deref().map(redact::url))
            .finish()
    }
}

/// How a generation is to be made (`options`). What is not said is left to Sync Labs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Options {
    /// What to do when the video and the sound are not equally long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync_mode: Option<SyncMode>,
    /// What of the picture is to change. Only with `react-1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_mode: Option<ModelMode>,
    /// The emotion. Only with `react-1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<Emotion>,
    /// How expressive the lips are: 0 the least, 1 the most. The provider's default is 0.5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Which of several people speaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_speaker_detection: Option<ActiveSpeaker>,
    /// Whether to look for things before the mouth. Takes longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occlusion_detection_enabled: Option<bool>,
}

impl Options {
    /// Nothing said.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These with [`Options::sync_mode`].
    #[must_use]
    pub const fn with_sync_mode(mut self, mode: SyncMode) -> Self {
        self.sync_mode = Some(mode);
        self
    }

    /// These with [`Options::model_mode`].
    #[must_use]
    pub const fn with_model_mode(mut self, mode: ModelMode) -> Self {
        self.model_mode = Some(mode);
        self
    }

    /// These with [`Options::prompt`].
    #[must_use]
    pub const fn with_emotion(mut self, emotion: Emotion) -> Self {
        self.prompt = Some(emotion);
        self
    }

    /// These with [`Options::temperature`].
    #[must_use]
    pub const fn with_temperature(mut self, temperature: f64) -> Self {
        self.temperature = Some(temperature);
        self
    }

    /// These with [`Options::active_speaker_detection`].
    #[must_use]
    pub fn with_active_speaker(mut self, speaker: ActiveSpeaker) -> Self {
        self.active_speaker_detection = Some(speaker);
        self
    }

    /// These with [`Options::occlusion_detection_enabled`].
    #[must_use]
    pub const fn with_occlusion_detection(mut self, enabled: bool) -> Self {
        self.occlusion_detection_enabled = Some(enabled);
        self
    }

    pub(crate) fn is_silent(&self) -> bool {
        *self == Self::default()
    }

    /// `reacts`: whether the model may be one for which the page has `model_mode` and `prompt`.
    pub(crate) fn check(&self, field: &str, reacts: bool, image: bool) -> Result<(), Error> {
        if let Some(temperature) = self.temperature
            && !(0.0..=1.0).contains(&temperature)
        {
            let problem = format!("is 0 to 1, not {temperature}");
            return Err(invalid(&format!("{field}.temperature"), &problem));
        }
        let of_react =
            [("model_mode", self.model_mode.is_some()), ("prompt", self.prompt.is_some())];
        for (name, given) in of_react {
            if given && !reacts {
                let problem = "is only for the model react-1";
                return Err(invalid(&format!("{field}.{name}"), problem));
            }
        }
        let Some(speaker) = &self.active_speaker_detection else { return Ok(()) };
        let field = format!("{field}.active_speaker_detection");
        if image && speaker.is_automatic() {
            return Err(invalid(&format!("{field}.auto_detect"), "is not for images"));
        }
        speaker.check(&field)
    }
}
