//! What a generation is made from: a video or an image, and recorded or synthesised speech.

use std::fmt;

use serde::Serialize;
use videogen_core::{Error, FilePart, redact};

use crate::check::{invalid, url};

/// Where a video, image or sound is.
#[derive(Clone, PartialEq, Eq)]
enum Source {
    Url(String),
    Asset(String),
    File { file_name: String, content_type: String, bytes: Vec<u8> },
}

/// Shows no query of a URL and no bytes.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(it) => write!(f, "Url({:?})", redact::url(it)),
            Self::Asset(id) => write!(f, "Asset({id:?})"),
            Self::File { file_name, content_type, bytes } => {
                write!(f, "File({file_name:?}, {content_type:?}, {} bytes)", bytes.len())
            }
        }
    }
}

impl Source {
    fn file(
        file_name: impl Into<String>,
        content_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        Self::File {
            file_name: file_name.into(),
            content_type: content_type.into(),
            bytes: bytes.into(),
        }
    }

    fn check(&self, field: &str) -> Result<(), Error> {
        match self {
            Self::Url(it) => url(&format!("{field}.url"), it),
            Self::Asset(id) if id.trim().is_empty() => {
                Err(invalid(&format!("{field}.assetId"), "is empty"))
            }
            Self::File { bytes, .. } if bytes.is_empty() => Err(invalid(field, "is an empty file")),
            Self::Asset(_) | Self::File { .. } => Ok(()),
        }
    }

    /// The member of `input`, unless it is a file: that is a part of the form.
    fn written<'a>(&'a self, kind: &'static str, ref_id: Option<&'a str>) -> Option<Written<'a>> {
        let (url, asset_id) = match self {
            Self::Url(url) => (Some(url.as_str()), None),
            Self::Asset(id) => (None, Some(id.as_str())),
            Self::File { .. } => return None,
        };
        Some(Written { kind, url, asset_id, provider: None, ref_id })
    }

    fn part(&self, name: &str) -> Option<FilePart> {
        match self {
            Self::File { file_name, content_type, bytes } => {
                Some(FilePart::new(name, file_name, content_type, bytes.clone()))
            }
            Self::Url(_) | Self::Asset(_) => None,
        }
    }
}

/// The video whose lips are to move.
///
/// The deprecated `segments_secs` and `segments_frames` are left out: see [`Segment`](crate::Segment).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoInput(Source);

impl VideoInput {
    /// The video at this URL, which Sync Labs must be able to fetch.
    #[must_use]
    pub fn url(url: impl Into<String>) -> Self {
        Self(Source::Url(url.into()))
    }

    /// An [asset](crate::Asset) of the media library, by its id.
    #[must_use]
    pub fn asset(id: impl Into<String>) -> Self {
        Self(Source::Asset(id.into()))
    }

    /// A file, to be sent along: `video/mp4`, say. See [`GenerateRequest`](crate::GenerateRequest) for how large.
    #[must_use]
    pub fn file(
        file_name: impl Into<String>,
        content_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        Self(Source::file(file_name, content_type, bytes))
    }
}

/// An image that is to speak. Only `sync-3` takes images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageInput(Source);

impl ImageInput {
    /// The image at this URL, which Sync Labs must be able to fetch.
    #[must_use]
    pub fn url(url: impl Into<String>) -> Self {
        Self(Source::Url(url.into()))
    }

    /// An [asset](crate::Asset) of the media library, by its id.
    #[must_use]
    pub fn asset(id: impl Into<String>) -> Self {
        Self(Source::Asset(id.into()))
    }

    /// A file, to be sent along: `image/png`, say.
    #[must_use]
    pub fn file(
        file_name: impl Into<String>,
        content_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        Self(Source::file(file_name, content_type, bytes))
    }
}

/// Recorded speech.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudioInput {
    source: Source,
    ref_id: Option<String>,
}

impl AudioInput {
    /// The sound at this URL, which Sync Labs must be able to fetch.
    #[must_use]
    pub fn url(url: impl Into<String>) -> Self {
        Self { source: Source::Url(url.into()), ref_id: None }
    }

    /// An [asset](crate::Asset) of the media library, by its id.
    #[must_use]
    pub fn asset(id: impl Into<String>) -> Self {
        Self { source: Source::Asset(id.into()), ref_id: None }
    }

    /// A file, to be sent along: `audio/wav`, say. It cannot have a `refId`, and so no segments.
    #[must_use]
    pub fn file(
        file_name: impl Into<String>,
        content_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        Self { source: Source::file(file_name, content_type, bytes), ref_id: None }
    }

    /// This one with a name of the caller's, by which [segments](crate::Segment) call it.
    #[must_use]
    pub fn with_ref_id(mut self, ref_id: impl Into<String>) -> Self {
        self.ref_id = Some(ref_id.into());
        self
    }
}

/// Speech to be synthesised, by ElevenLabs: the only one that Sync Labs has.
///
/// How long a script may be is not checked here: an older page has 5000 characters (`generation_text_length_exceeded`).
#[derive(Clone, Debug, PartialEq)]
pub struct TextInput {
    voice_id: String,
    script: String,
    stability: Option<f64>,
    similarity_boost: Option<f64>,
    ref_id: Option<String>,
}

impl TextInput {
    /// This script, spoken by this voice: an id of ElevenLabs', or one of a voice cloned in the Studio.
    #[must_use]
    pub fn new(voice_id: impl Into<String>, script: impl Into<String>) -> Self {
        Self {
            voice_id: voice_id.into(),
            script: script.into(),
            stability: None,
            similarity_boost: None,
            ref_id: None,
        }
    }

    /// This one with `stability`: how little the voice varies. The page names no range; a finite number it must be.
    #[must_use]
    pub const fn with_stability(mut self, stability: f64) -> Self {
        self.stability = Some(stability);
        self
    }

    /// This one with `similarityBoost`: how near to the original voice. The page names no range.
    #[must_use]
    pub const fn with_similarity_boost(mut self, similarity_boost: f64) -> Self {
        self.similarity_boost = Some(similarity_boost);
        self
    }

    /// This one with a name of the caller's, by which [segments](crate::Segment) call it.
    #[must_use]
    pub fn with_ref_id(mut self, ref_id: impl Into<String>) -> Self {
        self.ref_id = Some(ref_id.into());
        self
    }

    fn check(&self, field: &str) -> Result<(), Error> {
        for (name, text) in [("voiceId", &self.voice_id), ("script", &self.script)] {
            if text.trim().is_empty() {
                return Err(invalid(&format!("{field}.provider.{name}"), "is empty"));
            }
        }
        let numbers = [("stability", self.stability), ("similarityBoost", self.similarity_boost)];
        for (name, number) in numbers {
            if number.is_some_and(|number| !number.is_finite()) {
                return Err(invalid(&format!("{field}.provider.{name}"), "is no finite number"));
            }
        }
        Ok(())
    }
}

/// What is seen: exactly one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VisualInput {
    /// A video.
    Video(VideoInput),
    /// An image, with `sync-3` only.
    Image(ImageInput),
}

impl From<VideoInput> for VisualInput {
    fn from(video: VideoInput) -> Self {
        Self::Video(video)
    }
}

impl From<ImageInput> for VisualInput {
    fn from(image: ImageInput) -> Self {
        Self::Image(image)
    }
}

impl VisualInput {
    const fn named(&self) -> (&'static str, &Source) {
        match self {
            Self::Video(VideoInput(source)) => ("video", source),
            Self::Image(ImageInput(source)) => ("image", source),
        }
    }

    pub(crate) fn check(&self, field: &str) -> Result<(), Error> {
        self.named().1.check(field)
    }

    pub(crate) fn written(&self) -> Option<Written<'_>> {
        let (kind, source) = self.named();
        source.written(kind, None)
    }

    pub(crate) fn part(&self) -> Option<FilePart> {
        let (kind, source) = self.named();
        source.part(kind)
    }
}

/// What is heard: one of these, or several for [segments](crate::Segment).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SoundInput {
    /// Recorded speech.
    Audio(AudioInput),
    /// Speech to be synthesised.
    Text(TextInput),
}

impl From<AudioInput> for SoundInput {
    fn from(audio: AudioInput) -> Self {
        Self::Audio(audio)
    }
}

impl From<TextInput> for SoundInput {
    fn from(text: TextInput) -> Self {
        Self::Text(text)
    }
}

impl SoundInput {
    pub(crate) fn ref_id(&self) -> Option<&str> {
        match self {
            Self::Audio(audio) => audio.ref_id.as_deref(),
            Self::Text(text) => text.ref_id.as_deref(),
        }
    }

    pub(crate) fn check(&self, field: &str) -> Result<(), Error> {
        if self.ref_id().is_some_and(|id| id.trim().is_empty()) {
            return Err(invalid(&format!("{field}.refId"), "is empty"));
        }
        match self {
            Self::Audio(AudioInput { source: Source::File { .. }, ref_id: Some(_) }) => {
                Err(invalid(
                    &format!("{field}.refId"),
                    "cannot be given to a file: upload it as an asset",
                ))
            }
            Self::Audio(audio) => audio.source.check(field),
            Self::Text(text) => text.check(field),
        }
    }

    pub(crate) fn written(&self) -> Option<Written<'_>> {
        match self {
            Self::Audio(audio) => audio.source.written("audio", audio.ref_id.as_deref()),
            Self::Text(text) => Some(Written {
                kind: "text",
                url: None,
                asset_id: None,
                provider: Some(Speaker {
                    name: "elevenlabs",
                    voice_id: &text.voice_id,
                    script: &text.script,
                    stability: text.stability,
                    similarity_boost: text.similarity_boost,
                }),
                ref_id: text.ref_id.as_deref(),
            }),
        }
    }

    pub(crate) fn part(&self) -> Option<FilePart> {
        match self {
            Self::Audio(audio) => audio.source.part("audio"),
            Self::Text(_) => None,
        }
    }
}

/// A member of `input`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Written<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asset_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<Speaker<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ref_id: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Speaker<'a> {
    name: &'static str,
    voice_id: &'a str,
    script: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stability: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    similarity_boost: Option<f64>,
}
