//! The body of `predictLongRunning` with its fields and limits, from the pages "Generate videos with Veo"
//! (<https://ai.google.dev/gemini-api/docs/video>) and "Veo on Vertex AI video generation API"
//! (<https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation>). Where the pages and Google's SDKs disagree
//! about names, the SDKs are followed.

use std::collections::BTreeMap;
use std::fmt;

use http::Uri;
use serde::Serialize;
use serde_json::{Map, Value};
use videogen_core::{Error, ErrorKind, NewGeneration, redact};

use crate::api::Api;
use crate::media::{Field, Media, Written, is_gcs};
use crate::words::{
    AspectRatio, CompressionQuality, PersonGeneration, ReferenceType, ResizeMode, Resolution,
};

/// The most reference images that are assets; of a style there is one.
const MOST_ASSETS: usize = 3;

/// How long a video with reference images is, in seconds, and at the Gemini API also one that is larger than 720p.
const WITH_REFERENCES_S: u32 = 8;

/// Videos to be made: a model, a prompt, and whatever else the model takes.
///
/// ```
/// use videogen_core::{ApiKey, Provider};
/// use videogen_veo::{Api, AspectRatio, NewVideo, Resolution, Veo};
///
/// let new = NewVideo::new("veo-3.1-generate-001", "A kite over a stormy bay")
///     .with_duration(8)
///     .with_resolution(Resolution::P1080)
///     .with_aspect_ratio(AspectRatio::R16x9)
///     .with_audio(true)
///     .with_samples(2)
///     .with_storage("gs://your-bucket/veo/")
///     .build(Api::Vertex)
///     .unwrap();
/// let token = ApiKey::new("ya29.your-token").unwrap();
/// let veo = Veo::vertex("your-project", "us-central1", token).unwrap();
/// assert_eq!(
///     veo.submit(&new).unwrap().request().uri(),
///     "https://us-central1-aiplatform.googleapis.com/v1/projects/your-project/locations/us-central1\
///      /publishers/google/models/veo-3.1-generate-001:predictLongRunning",
/// );
/// ```
///
/// What is not given is left to the model. What this type does not have goes as [`NewGeneration::from_json`] with
/// [`NewGeneration::for_endpoint`].
#[derive(Clone, PartialEq)]
pub struct NewVideo {
    model: String,
    prompt: Option<String>,
    image: Option<Media>,
    last_frame: Option<Media>,
    video: Option<Media>,
    mask: Option<(Media, String)>,
    references: Vec<(Media, ReferenceType)>,
    samples: Option<u32>,
    duration: Option<u32>,
    aspect_ratio: Option<AspectRatio>,
    resolution: Option<Resolution>,
    negative_prompt: Option<String>,
    person_generation: Option<PersonGeneration>,
    enhance_prompt: Option<bool>,
    generate_audio: Option<bool>,
    seed: Option<u32>,
    storage: Option<String>,
    compression_quality: Option<CompressionQuality>,
    resize_mode: Option<ResizeMode>,
    labels: BTreeMap<String, String>,
    webhooks: Vec<String>,
    user_metadata: Map<String, Value>,
}

impl NewVideo {
    /// Videos by this model, such as `veo-3.1-generate-001`, of this prompt. It may be blank only where there is an image or a video to
    /// go on from.
    #[must_use]
    pub fn new(model: impl Into<String>, prompt: impl Into<String>) -> Self {
        let prompt = prompt.into();
        Self {
            model: model.into(),
            prompt: Some(prompt).filter(|prompt| !prompt.trim().is_empty()),
            image: None,
            last_frame: None,
            video: None,
            mask: None,
            references: Vec::new(),
            samples: None,
            duration: None,
            aspect_ratio: None,
            resolution: None,
            negative_prompt: None,
            person_generation: None,
            enhance_prompt: None,
            generate_audio: None,
            seed: None,
            storage: None,
            compression_quality: None,
            resize_mode: None,
            labels: BTreeMap::new(),
            webhooks: Vec::new(),
            user_metadata: Map::new(),
        }
    }

    /// `image`: begin with this one.
    #[must_use]
    pub fn with_image(mut self, image: Media) -> Self {
        self.image = Some(image);
        self
    }

    /// `lastFrame`: end with this image. By the Gemini API's page only together with a first one.
    #[must_use]
    pub fn with_last_frame(mut self, image: Media) -> Self {
        self.last_frame = Some(image);
        self
    }

    /// `video`: go on with this one, which Veo made. Not together with other images.
    #[must_use]
    pub fn with_video(mut self, video: Media) -> Self {
        self.video = Some(video);
        self
    }

    /// `mask`: where in the video to add or to remove something, and its `maskMode`. At Vertex AI only.
    #[must_use]
    pub fn with_mask(mut self, image: Media, mode: impl Into<String>) -> Self {
        self.mask = Some((image, mode.into()));
        self
    }

    /// `referenceImages`: one more to go by. At most three assets, or one style. The video is 8 seconds long then, and the prompt may
    /// not be blank.
    #[must_use]
    pub fn with_reference(mut self, image: Media, kind: ReferenceType) -> Self {
        self.references.push((image, kind));
        self
    }

    /// `sampleCount`: so many videos, each billed. 1 to 4 at Vertex AI; 1, and with Veo 2 up to 2, at the Gemini API.
    #[must_use]
    pub const fn with_samples(mut self, samples: u32) -> Self {
        self.samples = Some(samples);
        self
    }

    /// `durationSeconds`: 4, 6 or 8 with Veo 3, 5 to 8 with Veo 2. Other models are not checked.
    #[must_use]
    pub const fn with_duration(mut self, seconds: u32) -> Self {
        self.duration = Some(seconds);
        self
    }

    /// `aspectRatio`.
    #[must_use]
    pub const fn with_aspect_ratio(mut self, ratio: AspectRatio) -> Self {
        self.aspect_ratio = Some(ratio);
        self
    }

    /// `resolution`. Not for Veo 2. At the Gemini API, one above 720p takes 8 seconds, and one that goes on with a video has 720p.
    #[must_use]
    pub const fn with_resolution(mut self, resolution: Resolution) -> Self {
        self.resolution = Some(resolution);
        self
    }

    /// `negativePrompt`: what is not to be seen.
    #[must_use]
    pub fn with_negative_prompt(mut self, prompt: impl Into<String>) -> Self {
        self.negative_prompt = Some(prompt.into());
        self
    }

    /// `personGeneration`.
    #[must_use]
    pub const fn with_person_generation(mut self, people: PersonGeneration) -> Self {
        self.person_generation = Some(people);
        self
    }

    /// `enhancePrompt`: whether Google may rewrite the prompt.
    #[must_use]
    pub const fn with_prompt_enhanced(mut self, enhanced: bool) -> Self {
        self.enhance_prompt = Some(enhanced);
        self
    }

    /// `generateAudio`: whether there is to be sound. At Vertex AI only, which requires it with Veo 3; at the Gemini API Veo 3 always has sound.
    #[must_use]
    pub const fn with_audio(mut self, audio: bool) -> Self {
        self.generate_audio = Some(audio);
        self
    }

    /// `seed`.
    #[must_use]
    pub const fn with_seed(mut self, seed: u32) -> Self {
        self.seed = Some(seed);
        self
    }

    /// `storageUri`: put the videos there, `gs://BUCKET/FOLDER/`. Without it the answer has them in itself. At Vertex AI only.
    #[must_use]
    pub fn with_storage(mut self, uri: impl Into<String>) -> Self {
        self.storage = Some(uri.into());
        self
    }

    /// `compressionQuality`. At Vertex AI only.
    #[must_use]
    pub const fn with_compression_quality(mut self, quality: CompressionQuality) -> Self {
        self.compression_quality = Some(quality);
        self
    }

    /// `resizeMode`. With an image, and at Vertex AI only.
    #[must_use]
    pub const fn with_resize_mode(mut self, mode: ResizeMode) -> Self {
        self.resize_mode = Some(mode);
        self
    }

    /// `labels`: one more label, for the bill. At Vertex AI only.
    #[must_use]
    pub fn with_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(name.into(), value.into());
        self
    }

    /// `webhookConfig.uris`: one more https URL to send a [webhook](crate::webhook) to. At the Gemini API only.
    #[must_use]
    pub fn with_webhook(mut self, url: impl Into<String>) -> Self {
        self.webhooks.push(url.into());
        self
    }

    /// `webhookConfig.userMetadata`: one more member that webhooks repeat. At the Gemini API only.
    #[must_use]
    pub fn with_user_metadata(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.user_metadata.insert(name.into(), value.into());
        self
    }

    /// What is to be submitted to `api`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if a field is beyond what its method says, or is not one of this API's. The message names the field.
    pub fn build(&self, api: Api) -> Result<NewGeneration, Error> {
        self.check(api)?;
        let mask = self.mask.as_ref().map(|(image, mode)| {
            Ok::<_, Error>(image.written(api, Field::Mask)?.with_mask_mode(mode))
        });
        let references = self.references.iter().map(|(image, kind)| {
            let image = image.written(api, Field::ReferenceImages)?;
            Ok(Reference { image, reference_type: kind.as_str() })
        });
        let instance = Instance {
            prompt: self.prompt.as_deref(),
            image: written(self.image.as_ref(), api, Field::Image)?,
            last_frame: written(self.last_frame.as_ref(), api, Field::LastFrame)?,
            video: written(self.video.as_ref(), api, Field::Video)?,
            mask: mask.transpose()?,
            reference_images: references.collect::<Result<_, Error>>()?,
        };
        let parameters = Parameters {
            aspect_ratio: self.aspect_ratio.map(AspectRatio::as_str),
            compression_quality: self.compression_quality.map(CompressionQuality::as_str),
            duration_seconds: self.duration,
            enhance_prompt: self.enhance_prompt,
            generate_audio: self.generate_audio,
            negative_prompt: self.negative_prompt.as_deref(),
            person_generation: self.person_generation.map(PersonGeneration::as_str),
            resize_mode: self.resize_mode.map(ResizeMode::as_str),
            resolution: self.resolution.map(Resolution::as_str),
            sample_count: self.samples,
            seed: self.seed,
            storage_uri: self.storage.as_deref(),
        };
        let has_webhook = !self.webhooks.is_empty() || !self.user_metadata.is_empty();
        let body = Body {
            instances: [instance],
            parameters,
            labels: &self.labels,
            webhook_config: has_webhook.then(|| WebhookConfig {
                uris: &self.webhooks,
                user_metadata: &self.user_metadata,
            }),
        };
        let json = serde_json::to_string(&body).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "the video cannot be written as JSON")
                .with_source(error)
        })?;
        Ok(NewGeneration::from_json(json)?.for_endpoint(&self.model))
    }

    fn check(&self, api: Api) -> Result<(), Error> {
        self.check_api(api)?;
        self.check_inputs(api)?;
        self.check_parameters(api)
    }

    /// What only one of the two has.
    fn check_api(&self, api: Api) -> Result<(), Error> {
        let (other, fields) = match api {
            Api::Gemini => (
                Api::Vertex,
                [
                    ("mask", self.mask.is_some()),
                    ("generateAudio", self.generate_audio.is_some()),
                    ("storageUri", self.storage.is_some()),
                    ("compressionQuality", self.compression_quality.is_some()),
                    ("resizeMode", self.resize_mode.is_some()),
                    ("labels", !self.labels.is_empty()),
                ]
                .to_vec(),
            ),
            Api::Vertex => (
                Api::Gemini,
                [
                    ("webhookConfig.uris", !self.webhooks.is_empty()),
                    ("webhookConfig.userMetadata", !self.user_metadata.is_empty()),
                ]
                .to_vec(),
            ),
        };
        match fields.iter().find(|(_, is_given)| *is_given) {
            Some((field, _)) => refused(format!("`{field}` is taken by {} only", other.title())),
            None => Ok(()),
        }
    }

    fn check_inputs(&self, api: Api) -> Result<(), Error> {
        if self.model.trim().is_empty() {
            return refused("the model is blank".to_owned());
        }
        let has_references = !self.references.is_empty();
        if self.prompt.is_none()
            && (has_references || (self.image.is_none() && self.video.is_none()))
        {
            return refused("`prompt` is blank".to_owned());
        }
        for (name, other) in
            [("image", &self.image), ("lastFrame", &self.last_frame), ("video", &self.video)]
        {
            if has_references && other.is_some() {
                return refused(format!("`referenceImages` and `{name}` exclude each other"));
            }
        }
        if api == Api::Gemini && self.last_frame.is_some() && self.image.is_none() {
            return refused("`lastFrame` takes an `image` to begin with".to_owned());
        }
        if self.resize_mode.is_some() && self.image.is_none() {
            return refused("`resizeMode` takes an `image`".to_owned());
        }
        let of = |kind| self.references.iter().filter(|(_, it)| *it == kind).count();
        let (assets, styles) = (of(ReferenceType::Asset), of(ReferenceType::Style));
        if styles > 0 && (api == Api::Gemini || self.model.contains("veo-3.1")) {
            return refused("`referenceImages` of a style are not for this model".to_owned());
        }
        if assets > MOST_ASSETS || styles > 1 || (assets > 0 && styles > 0) {
            return refused(format!(
                "`referenceImages` has {assets} assets and {styles} styles, not up to {MOST_ASSETS} assets or one style"
            ));
        }
        Ok(())
    }

    fn check_parameters(&self, api: Api) -> Result<(), Error> {
        let (is_veo_2, is_veo_3) = (self.model.contains("veo-2"), self.model.contains("veo-3"));
        if let Some(seconds) = self.duration {
            let (fits, known) = match (is_veo_2, is_veo_3) {
                (true, _) => ((5..=8).contains(&seconds), "5 to 8"),
                (_, true) => ([4, 6, 8].contains(&seconds), "4, 6 or 8"),
                _ => (seconds > 0, "at least 1"),
            };
            if !fits {
                return refused(format!("`durationSeconds` is {seconds}, not {known}"));
            }
            let is_large = !matches!(self.resolution, None | Some(Resolution::P720));
            let why = if !self.references.is_empty() {
                Some("`referenceImages`".to_owned())
            } else if api == Api::Gemini && is_large {
                self.resolution.map(|it| format!("`resolution` {it}"))
            } else {
                None
            };
            if let Some(why) = why.filter(|_| seconds != WITH_REFERENCES_S) {
                return refused(format!(
                    "`durationSeconds` is {seconds}, and with {why} it is {WITH_REFERENCES_S}"
                ));
            }
        }
        if api == Api::Gemini
            && self.video.is_some()
            && let Some(resolution) = self.resolution.filter(|it| *it != Resolution::P720)
        {
            return refused(format!("`resolution` is {resolution}, and with `video` it is 720p"));
        }
        if is_veo_2 && self.resolution.is_some() {
            return refused("`resolution` is not for Veo 2".to_owned());
        }
        if let Some(samples) = self.samples {
            let most = match api {
                Api::Vertex => 4,
                Api::Gemini if is_veo_3 => 1,
                Api::Gemini => 2,
            };
            if !(1..=most).contains(&samples) {
                return refused(format!("`sampleCount` is {samples}, not 1 to {most}"));
            }
        }
        if let Some(uri) = self.storage.as_deref().filter(|uri| !is_gcs(uri)) {
            let shown = redact::url(uri);
            return refused(format!("`storageUri` is `{shown}`, not gs://BUCKET/FOLDER/"));
        }
        if let Some(url) = self.webhooks.iter().find(|url| !is_https(url)) {
            let shown = redact::url(url);
            return refused(format!("`webhookConfig.uris` has `{shown}`, no absolute https URL"));
        }
        Ok(())
    }
}

fn written(media: Option<&Media>, api: Api, field: Field) -> Result<Option<Written<'_>>, Error> {
    media.map(|media| media.written(api, field)).transpose()
}

fn refused<T>(what: String) -> Result<T, Error> {
    Err(Error::new(ErrorKind::InvalidInput, what))
}

fn is_https(url: &str) -> bool {
    url.parse::<Uri>().is_ok_and(|uri| {
        uri.scheme_str().is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    })
}

/// Not the images, and not the webhooks' URLs, which may hold a token.
impl fmt::Debug for NewVideo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewVideo")
            .field("model", &self.model)
            .field("prompt", &self.prompt.as_deref().map(redact::text))
            .field("image", &self.image)
            .field("video", &self.video)
            .field("duration", &self.duration)
            .field("resolution", &self.resolution)
            .field("samples", &self.samples)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    instances: [Instance<'a>; 1],
    #[serde(skip_serializing_if = "Parameters::is_empty")]
    parameters: Parameters<'a>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_config: Option<WebhookConfig<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Instance<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Written<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_frame: Option<Written<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    video: Option<Written<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mask: Option<Written<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reference_images: Vec<Reference<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reference<'a> {
    image: Written<'a>,
    reference_type: &'static str,
}

#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Parameters<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    aspect_ratio: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compression_quality: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enhance_prompt: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generate_audio: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    negative_prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person_generation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resize_mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sample_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    storage_uri: Option<&'a str>,
}

impl Parameters<'_> {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebhookConfig<'a> {
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    uris: &'a [String],
    #[serde(skip_serializing_if = "Map::is_empty")]
    user_metadata: &'a Map<String, Value>,
}
