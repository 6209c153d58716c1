//! The body of `POST /videos` as OpenAI has it, from the reference
//! (<https://developers.openai.com/api/reference/resources/videos/methods/create>) and the guide.

use std::fmt;

use serde::Serialize;
use videogen_core::{Error, FilePart, NewGeneration, redact};

use crate::check::{self, invalid};

/// The form's part for the picture to begin with.
const REFERENCE: &str = "input_reference";

/// How the names of the models begin whose limits OpenAI documents. Azure, LiteLLM and new-api have them too.
const SORA: &str = "sora-2";

/// How long their videos may be: 4, 8 and 12 seconds by the reference, 16 and 20 by the guide.
const SORA_SECONDS: [u32; 5] = [4, 8, 12, 16, 20];

/// How large: the first four by the reference, the others by the guide.
const SORA_SIZES: [&str; 6] =
    ["720x1280", "1280x720", "1024x1792", "1792x1024", "1080x1920", "1920x1080"];

/// What pictures they take, from the guide.
const SORA_PICTURES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// A video to be made, as OpenAI's dialect has it: at OpenAI, Azure, LiteLLM and new-api.
///
/// ```
/// use videogen_core::{ApiKey, Provider};
/// use videogen_openai::{NewVideo, OpenAi, profiles};
///
/// let new = NewVideo::new("sora-2", "A calico cat playing a piano on stage")
///     .with_seconds(8)
///     .with_size("1280x720")
///     .build()
///     .unwrap();
/// let openai = OpenAi::new(profiles::openai::profile(), ApiKey::new("your-api-key").unwrap());
/// let call = openai.submit(&new).unwrap();
/// assert_eq!(call.request().uri(), "https://api.openai.com/v1/videos");
/// ```
///
/// The limits of models whose names begin with `sora-2` are checked; other models pass. Others' bodies are
/// [`openrouter::NewVideo`](crate::profiles::openrouter::NewVideo), [`together::NewVideo`](crate::profiles::together::NewVideo) and
/// [`xai::NewVideo`](crate::profiles::xai::NewVideo).
#[derive(Clone, PartialEq, Eq)]
pub struct NewVideo {
    model: String,
    prompt: String,
    seconds: Option<u32>,
    size: Option<String>,
    reference: Option<Reference>,
}

#[derive(Clone, PartialEq, Eq)]
enum Reference {
    File(FilePart),
    Url(String),
    FileId(String),
}

impl NewVideo {
    /// A video by this model, such as `sora-2`, of this prompt. Neither may be blank.
    #[must_use]
    pub fn new(model: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            prompt: prompt.into(),
            seconds: None,
            size: None,
            reference: None,
        }
    }

    /// `seconds`: so long. It is written as text, as the dialect wants it.
    #[must_use]
    pub const fn with_seconds(mut self, seconds: u32) -> Self {
        self.seconds = Some(seconds);
        self
    }

    /// `size`: width and height, such as `1280x720`.
    #[must_use]
    pub fn with_size(mut self, size: impl Into<String>) -> Self {
        self.size = Some(size.into());
        self
    }

    /// `input_reference`: begin with this picture, which is sent along. It should have the size of the video.
    #[must_use]
    pub fn with_picture(
        mut self,
        file_name: impl Into<String>,
        content_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        let file = FilePart::new(REFERENCE, file_name, content_type, bytes);
        self.reference = Some(Reference::File(file));
        self
    }

    /// `input_reference.image_url`: begin with the picture at this URL, `https://…` or `data:…`.
    #[must_use]
    pub fn with_picture_at(mut self, url: impl Into<String>) -> Self {
        self.reference = Some(Reference::Url(url.into()));
        self
    }

    /// `input_reference.file_id`: begin with this picture of the account's files.
    #[must_use]
    pub fn with_picture_file(mut self, file_id: impl Into<String>) -> Self {
        self.reference = Some(Reference::FileId(file_id.into()));
        self
    }

    /// What is to be submitted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) if a field is beyond what its method says, or what is documented of a model of Sora's. The message names
    /// the field.
    pub fn build(&self) -> Result<NewGeneration, Error> {
        self.check()?;
        let reference = match &self.reference {
            Some(Reference::Url(url)) => {
                Some(Picture { image_url: Some(url.as_str()), file_id: None })
            }
            Some(Reference::FileId(id)) => {
                Some(Picture { image_url: None, file_id: Some(id.as_str()) })
            }
            Some(Reference::File(_)) | None => None,
        };
        let new = check::new_generation(&Body {
            model: &self.model,
            prompt: &self.prompt,
            seconds: self.seconds.map(|seconds| seconds.to_string()),
            size: self.size.as_deref(),
            input_reference: reference,
        })?;
        Ok(match &self.reference {
            Some(Reference::File(file)) => new.with_file(file.clone()),
            _ => new,
        })
    }

    fn check(&self) -> Result<(), Error> {
        check::not_blank("model", &self.model)?;
        check::not_blank("prompt", &self.prompt)?;
        check::seconds("seconds", self.seconds, 1..=u32::MAX)?;
        if let Some(size) = &self.size {
            check::size(size)?;
        }
        match &self.reference {
            Some(Reference::Url(url)) => check::url("input_reference.image_url", url)?,
            Some(Reference::FileId(id)) => check::not_blank("input_reference.file_id", id)?,
            Some(Reference::File(_)) | None => {}
        }
        if self.model.starts_with(SORA) { self.check_sora() } else { Ok(()) }
    }

    fn check_sora(&self) -> Result<(), Error> {
        if let Some(seconds) = self.seconds
            && !SORA_SECONDS.contains(&seconds)
        {
            let allowed = SORA_SECONDS.map(|it| it.to_string()).join(", ");
            return Err(invalid("seconds", &format!("is {seconds}, and Sora makes {allowed}")));
        }
        if let Some(size) = &self.size
            && !SORA_SIZES.contains(&size.as_str())
        {
            let allowed = SORA_SIZES.join(", ");
            return Err(invalid("size", &format!("is `{size}`, and Sora makes {allowed}")));
        }
        if let Some(Reference::File(file)) = &self.reference
            && !SORA_PICTURES.contains(&file.content_type.as_str())
        {
            let allowed = SORA_PICTURES.join(", ");
            let what = format!("is of type `{}`, and Sora takes {allowed}", file.content_type);
            return Err(invalid(REFERENCE, &what));
        }
        Ok(())
    }
}

/// Not where the picture is: that may be presigned.
impl fmt::Debug for NewVideo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewVideo")
            .field("model", &self.model)
            .field("prompt", &redact::text(&self.prompt))
            .field("seconds", &self.seconds)
            .field("size", &self.size)
            .field("has_picture", &self.reference.is_some())
            .finish()
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    prompt: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_reference: Option<Picture<'a>>,
}

#[derive(Serialize)]
struct Picture<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    image_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_id: Option<&'a str>,
}
