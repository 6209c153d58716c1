//! The images and videos that a submission is made from.

use std::fmt;

use serde::Serialize;
use videogen_core::{Error, ErrorKind, redact};

use crate::api::Api;

/// The media types of images, from the page "Veo on Vertex AI video generation API".
const IMAGES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// Those of videos.
const VIDEOS: [&str; 8] = [
    "video/mov",
    "video/mpeg",
    "video/mp4",
    "video/mpg",
    "video/avi",
    "video/wmv",
    "video/mpegps",
    "video/flv",
];

/// An image or a video that a submission is made from.
#[derive(Clone, PartialEq, Eq)]
pub struct Media {
    from: From,
    mime_type: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
enum From {
    Base64(String),
    Gcs(String),
    Uri(String),
}

impl Media {
    /// The file itself, in Base64, and its media type, such as `image/png`.
    #[must_use]
    pub fn base64(base64: impl Into<String>, mime_type: impl Into<String>) -> Self {
        Self { from: From::Base64(base64.into()), mime_type: Some(mime_type.into()) }
    }

    /// A file in Cloud Storage, `gs://…`, and its media type. At Vertex AI only.
    #[must_use]
    pub fn gcs(uri: impl Into<String>, mime_type: impl Into<String>) -> Self {
        Self { from: From::Gcs(uri.into()), mime_type: Some(mime_type.into()) }
    }

    /// A video that the Gemini API made, by the URL that it gave it. At the Gemini API only, and only to be extended.
    #[must_use]
    pub fn made(uri: impl Into<String>) -> Self {
        Self { from: From::Uri(uri.into()), mime_type: None }
    }

    /// As `field` of a submission to `api`.
    pub(crate) fn written(&self, api: Api, field: Field) -> Result<Written<'_>, Error> {
        let name = field.name();
        let refused = |what: String| Err(Error::new(ErrorKind::InvalidInput, what));
        let (known, what) = match field {
            Field::Video => (&VIDEOS[..], "video"),
            _ => (&IMAGES[..], "image"),
        };
        if let Some(mime_type) = &self.mime_type
            && !known.contains(&mime_type.as_str())
        {
            let shown: String = mime_type.chars().filter(|c| !c.is_control()).take(40).collect();
            let known = known.join(", ");
            return refused(format!(
                "`{name}` is of the type `{shown}`; a {what} is one of {known}"
            ));
        }
        let mime_type = self.mime_type.as_deref();
        match (&self.from, api, field) {
            (From::Base64(base64), _, _) if base64.trim().is_empty() => {
                refused(format!("`{name}` has no bytes"))
            }
            // By the SDKs, the Gemini API has other names for a video than for an image.
            (From::Base64(base64), Api::Gemini, Field::Video) => Ok(Written {
                encoded_video: Some(base64),
                encoding: mime_type,
                ..Written::default()
            }),
            (From::Base64(base64), _, _) => {
                Ok(Written { bytes_base64_encoded: Some(base64), mime_type, ..Written::default() })
            }
            (From::Gcs(uri), Api::Vertex, _) if is_gcs(uri) => {
                Ok(Written { gcs_uri: Some(uri), mime_type, ..Written::default() })
            }
            (From::Gcs(uri), Api::Vertex, _) => {
                refused(format!("`{name}` is at `{}`, not at gs://BUCKET/…", redact::url(uri)))
            }
            (From::Uri(uri), Api::Gemini, Field::Video) if uri.starts_with("https://") => {
                Ok(Written { uri: Some(uri), ..Written::default() })
            }
            (From::Uri(uri), Api::Gemini, Field::Video) => {
                refused(format!("`{name}` is at `{}`, no https URL", redact::url(uri)))
            }
            (From::Gcs(_), Api::Gemini, _) => refused(format!(
                "`{name}` is in Cloud Storage, which only Vertex AI reads; give the file in Base64"
            )),
            (From::Uri(_), _, _) => refused(format!(
                "`{name}` is named by a URL, which only a video may be at the Gemini API"
            )),
        }
    }
}

/// Not the file, and not the query of a URL.
impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.from {
            From::Base64(base64) => write!(f, "Media(<{} characters>)", base64.len()),
            From::Gcs(uri) | From::Uri(uri) => write!(f, "Media({:?})", redact::url(uri)),
        }
    }
}

/// Whether this names a place in Cloud Storage.
pub(crate) fn is_gcs(uri: &str) -> bool {
    uri.strip_prefix("gs://").is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with('/') && !rest.chars().any(char::is_control)
    })
}

/// Where an image or a video goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Image,
    LastFrame,
    Video,
    Mask,
    ReferenceImages,
}

impl Field {
    const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::LastFrame => "lastFrame",
            Self::Video => "video",
            Self::Mask => "mask",
            Self::ReferenceImages => "referenceImages",
        }
    }
}

/// An image or a video as JSON.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_base64_encoded: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gcs_uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoded_video: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mask_mode: Option<&'a str>,
}

impl<'a> Written<'a> {
    /// This image as a mask of this mode.
    pub(crate) fn with_mask_mode(mut self, mode: &'a str) -> Self {
        self.mask_mode = Some(mode);
        self
    }
}
