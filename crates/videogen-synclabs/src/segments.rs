//! Parts of a video, each with a sound of its own.

use serde::Serialize;
use videogen_core::Error;

use crate::check::range;
use crate::options::Options;

/// A part of the video, and which sound it gets (`segments`). From the page "Segments guide".
///
/// ```
/// use videogen_synclabs::Segment;
/// // Seconds 2 to 5 of the video speak seconds 0 to 3 of the sound named `anna`.
/// let segment = Segment::new(2.0, 5.0, "anna").with_audio_from_to(0.0, 3.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Segment {
    /// Where it begins in the video, in seconds.
    pub start: f64,
    /// Where it ends in the video, in seconds.
    pub end: f64,
    /// The `refId` of its sound.
    pub ref_id: String,
    /// From where to where of the sound, in seconds. `None` is all of it.
    pub audio: Option<(f64, f64)>,
    /// Options that count here instead of the generation's. Newer than the SDKs; that they have the same names is inferred.
    pub options: Option<Options>,
}

impl Segment {
    /// From `start` to `end` of the video, in seconds, with the sound that has this `refId`.
    #[must_use]
    pub fn new(start: f64, end: f64, ref_id: impl Into<String>) -> Self {
        Self { start, end, ref_id: ref_id.into(), audio: None, options: None }
    }

    /// This one with only this part of the sound, in seconds.
    #[must_use]
    pub const fn with_audio_from_to(mut self, start: f64, end: f64) -> Self {
        self.audio = Some((start, end));
        self
    }

    /// This one with options of its own.
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.options = Some(options);
        self
    }

    pub(crate) fn check(&self, field: &str, reacts: bool, image: bool) -> Result<(), Error> {
        range(field, (self.start, self.end))?;
        if let Some(audio) = self.audio {
            range(&format!("{field}.audioInput"), audio)?;
        }
        match &self.options {
            Some(options) => options.check(&format!("{field}.optionsOverride"), reacts, image),
            None => Ok(()),
        }
    }

    pub(crate) fn written(&self) -> Written<'_> {
        Written {
            start_time: self.start,
            end_time: self.end,
            audio_input: Audio {
                ref_id: &self.ref_id,
                start_time: self.audio.map(|(start, _)| start),
                end_time: self.audio.map(|(_, end)| end),
            },
            options_override: self.options.as_ref(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Written<'a> {
    start_time: f64,
    end_time: f64,
    audio_input: Audio<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    options_override: Option<&'a Options>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Audio<'a> {
    ref_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<f64>,
}
