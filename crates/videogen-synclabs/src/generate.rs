//! A generation to be submitted, typed.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use videogen_core::{Error, ErrorKind, NewGeneration, redact};

use crate::check::{invalid, url};
use crate::dub::DubParams;
use crate::inputs::{self, SoundInput, VideoInput, VisualInput};
use crate::options::Options;
use crate::segments::{self, Segment};

/// The models that the SDKs and the pages name. A model is any text: there will be others.
pub mod models {
    /// The newest, and the only one that takes images.
    pub const SYNC_3: &str = "sync-3";
    /// Lips only.
    pub const LIPSYNC_2: &str = "lipsync-2";
    /// The same, better and slower.
    pub const LIPSYNC_2_PRO: &str = "lipsync-2-pro";
    /// An older one.
    pub const LIPSYNC_1_9_0_BETA: &str = "lipsync-1.9.0-beta";
    /// The one with emotions, for inputs of 15 seconds at the most.
    pub const REACT_1: &str = "react-1";

    /// All of them.
    pub const ALL: [&str; 5] = [SYNC_3, LIPSYNC_2, LIPSYNC_2_PRO, LIPSYNC_1_9_0_BETA, REACT_1];
}

/// The longest `outputFileName`, in characters, from the SDKs.
pub const MAX_OUTPUT_FILE_NAME: usize = 255;

/// A generation to be submitted: the body of `POST /generate`, typed.
///
/// ```
/// use videogen_core::{ApiKey, Provider};
/// use videogen_synclabs::{AudioInput, GenerateRequest, Options, SyncLabs, SyncMode, VideoInput, models};
///
/// let request = GenerateRequest::new(
///     models::LIPSYNC_2,
///     VideoInput::url("https://example.com/me.mp4"),
///     AudioInput::url("https://example.com/speech.wav"),
/// )
/// .with_options(Options::new().with_sync_mode(SyncMode::CutOff))
/// .with_output_file_name("dub-1");
///
/// let sync = SyncLabs::new(ApiKey::new("your-api-key").unwrap());
/// let call = sync.submit(&request.build().unwrap()).unwrap();
/// assert_eq!(call.request().uri(), "https://api.sync.so/v2/generate");
/// ```
///
/// # What is checked
///
/// What the pages forbid and what is checked when it is built: `model_mode` and `prompt` with another model than `react-1`, an
/// image with another than `sync-3`, `auto_detect` of an image, a `temperature` beyond 0 to 1, an `outputFileName` that is too
/// long or has other characters than letters, digits, `-` and `_`, segments that name no sound. For a model that is in none of the
/// pages (see [`models`]) what is for one model only is left to Sync Labs.
///
/// # Files
///
/// Inputs that are files make it a form (`multipart/form-data`), with one part `video`, `image` or `audio` each, at most one of each,
/// from the page "Create Generation with Files". Newer copies of that page allow 5 GiB for each file,
/// older ones 20 MB; both say that plans and proxies may allow less. Large files are better
/// [uploaded as assets](crate::SyncLabs::presign_upload). How it is written: [`SyncLabs`](crate::SyncLabs), "Forms".
#[derive(Clone, PartialEq)]
pub struct GenerateRequest {
    model: String,
    visual: VisualInput,
    sounds: Vec<SoundInput>,
    options: Options,
    segments: Vec<Segment>,
    webhook_url: Option<String>,
    output_file_name: Option<String>,
    project_id: Option<String>,
    dub: Option<DubParams>,
}

impl GenerateRequest {
    /// What is seen, speaking what is heard. The model is one of [`models`], or any other.
    #[must_use]
    pub fn new(
        model: impl Into<String>,
        visual: impl Into<VisualInput>,
        sound: impl Into<SoundInput>,
    ) -> Self {
        Self::of(model.into(), visual.into(), vec![sound.into()], None)
    }

    /// A video that has sound, dubbed into another language. It takes no further sounds: the page says that they would be ignored.
    #[must_use]
    pub fn dub(model: impl Into<String>, video: VideoInput, dub: DubParams) -> Self {
        Self::of(model.into(), video.into(), Vec::new(), Some(dub))
    }

    fn of(
        model: String,
        visual: VisualInput,
        sounds: Vec<SoundInput>,
        dub: Option<DubParams>,
    ) -> Self {
        Self {
            model,
            visual,
            sounds,
            options: Options::new(),
            segments: Vec::new(),
            webhook_url: None,
            output_file_name: None,
            project_id: None,
            dub,
        }
    }

    /// This one with another sound, for [segments](Segment).
    #[must_use]
    pub fn with_sound(mut self, sound: impl Into<SoundInput>) -> Self {
        self.sounds.push(sound.into());
        self
    }

    /// This one with `options`.
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// This one with another segment. Every sound needs a `refId` then.
    #[must_use]
    pub fn with_segment(mut self, segment: Segment) -> Self {
        self.segments.push(segment);
        self
    }

    /// This one with `webhookUrl`, where Sync Labs says that it has ended. See [`webhook`](crate::webhook).
    #[must_use]
    pub fn with_webhook_url(mut self, url: impl Into<String>) -> Self {
        self.webhook_url = Some(url.into());
        self
    }

    /// This one with `outputFileName`, the output's name without its ending.
    #[must_use]
    pub fn with_output_file_name(mut self, name: impl Into<String>) -> Self {
        self.output_file_name = Some(name.into());
        self
    }

    /// This one in a project (`projectId`). Sync Labs answers 422 for one that it does not know.
    #[must_use]
    pub fn in_project(mut self, id: impl Into<String>) -> Self {
        self.project_id = Some(id.into());
        self
    }

    /// The submission. An idempotency key may be added to it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] with the member that is wrong, by its name at Sync Labs.
    pub fn build(&self) -> Result<NewGeneration, Error> {
        self.check()?;
        let input: Vec<_> =
            self.visual.written().into_iter().chain(self.written_sounds()).collect();
        let body = Body {
            model: &self.model,
            // In a form a file stands for its input.
            input: Some(input).filter(|input| !input.is_empty()),
            options: Some(&self.options).filter(|options| !options.is_silent()),
            segments: self.segments.iter().map(Segment::written).collect(),
            webhook_url: self.webhook_url.as_deref(),
            output_file_name: self.output_file_name.as_deref(),
            project_id: self.project_id.as_deref(),
            dub_params: self.dub.as_ref(),
        };
        let body = serde_json::to_string(&body).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "the request cannot be written as JSON")
                .with_source(error)
        })?;
        let files =
            self.visual.part().into_iter().chain(self.sounds.iter().filter_map(SoundInput::part));
        Ok(files.fold(NewGeneration::from_json(body)?, NewGeneration::with_file))
    }

    fn written_sounds(&self) -> impl Iterator<Item = inputs::Written<'_>> {
        self.sounds.iter().filter_map(SoundInput::written)
    }

    fn check(&self) -> Result<(), Error> {
        if self.model.trim().is_empty() {
            return Err(invalid("model", "is empty"));
        }
        let known = models::ALL.contains(&self.model.as_str());
        let image = matches!(self.visual, VisualInput::Image(_));
        if image && known && self.model != models::SYNC_3 {
            return Err(invalid(
                "input[0]",
                "is an image, and images are only for the model sync-3",
            ));
        }
        self.visual.check("input[0]")?;
        for (at, sound) in self.sounds.iter().enumerate() {
            sound.check(&format!("input[{}]", at.saturating_add(1)))?;
        }
        if self.sounds.iter().filter(|sound| sound.part().is_some()).count() > 1 {
            return Err(invalid("audio", "is one file at the most: upload the others as assets"));
        }
        let reacts = !known || self.model == models::REACT_1;
        self.options.check("options", reacts, image)?;
        for (at, segment) in self.segments.iter().enumerate() {
            segment.check(&format!("segments[{at}]"), reacts, image)?;
        }
        self.check_references()?;
        if let Some(it) = &self.webhook_url {
            url("webhookUrl", it)?;
        }
        self.output_file_name.as_deref().map_or(Ok(()), check_file_name)?;
        if self.project_id.as_ref().is_some_and(|id| id.trim().is_empty()) {
            return Err(invalid("projectId", "is empty"));
        }
        match &self.dub {
            Some(_) if !self.sounds.is_empty() => {
                Err(invalid("dubParams", "goes with no input but the video"))
            }
            Some(dub) => dub.check(),
            None => Ok(()),
        }
    }

    /// Sounds and segments, as they name one another.
    fn check_references(&self) -> Result<(), Error> {
        let mut names = BTreeSet::new();
        for (at, sound) in self.sounds.iter().enumerate() {
            let field = format!("input[{}].refId", at.saturating_add(1));
            match sound.ref_id() {
                Some(name) if !names.insert(name) => {
                    return Err(invalid(&field, "is the same as another's"));
                }
                None if !self.segments.is_empty() => {
                    return Err(invalid(&field, "is missing, and segments need it"));
                }
                _ => {}
            }
        }
        if self.segments.is_empty() && self.sounds.len() > 1 {
            return Err(invalid("segments", "is missing, and several sounds need it"));
        }
        for (at, segment) in self.segments.iter().enumerate() {
            if !names.contains(segment.ref_id.as_str()) {
                let field = format!("segments[{at}].audioInput.refId");
                return Err(invalid(&field, "names no sound of `input`"));
            }
        }
        Ok(())
    }
}

fn check_file_name(name: &str) -> Result<(), Error> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if (1..=MAX_OUTPUT_FILE_NAME).contains(&name.len()) && name.chars().all(fits) {
        return Ok(());
    }
    let problem = format!("has 1 to {MAX_OUTPUT_FILE_NAME} of A-Z a-z 0-9 - _, and no ending");
    Err(invalid("outputFileName", &problem))
}

/// Shows no query of a URL.
impl fmt::Debug for GenerateRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GenerateRequest")
            .field("model", &self.model)
            .field("visual", &self.visual)
            .field("sounds", &self.sounds)
            .field("options", &self.options)
            .field("segments", &self.segments)
            .field("webhook_url", &self.webhook_url.as_deref().map(redact::url))
            .field("output_file_name", &self.output_file_name)
            .field("project_id", &self.project_id)
            .field("dub", &self.dub)
            .finish()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<Vec<inputs::Written<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<&'a Options>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    segments: Vec<segments::Written<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_file_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    project_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dub_params: Option<&'a DubParams>,
}
