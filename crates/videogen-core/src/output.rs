//! What a generation made, and where to get it.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize};

use crate::failure::Failure;
use crate::redact;

/// What stands between the media type and the bytes of a `data:` URL.
const BASE64: &str = ";base64,";

/// What an output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OutputKind {
    /// A video.
    Video,
    /// A sound track.
    Audio,
    /// A still image.
    Image,
    /// The last frame of the video, as an image.
    LastFrame,
    /// The part of a video that was worked on.
    Segment,
    /// A page for people, on the provider's site.
    SharePage,
    /// Something else.
    Other,
}

impl OutputKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Video,
        Self::Audio,
        Self::Image,
        Self::LastFrame,
        Self::Segment,
        Self::SharePage,
        Self::Other,
    ];

    /// The kind as the JSON form writes it: `video`, `last_frame` and so on.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Image => "image",
            Self::LastFrame => "last_frame",
            Self::Segment => "segment",
            Self::SharePage => "share_page",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for OutputKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A kind written by a newer version of this crate reads as [`OutputKind::Other`].
impl<'de> Deserialize<'de> for OutputKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Ok(Self::ALL.into_iter().find(|kind| kind.as_str() == word).unwrap_or(Self::Other))
    }
}

/// Where an output is. Often presigned: whoever has the whole URL has the file.
///
/// `Debug` and `Display` leave out the query; [`OutputUrl::expose`] and the JSON form have all of it.
/// It is kept as the provider wrote it, and need not be a valid URL.
///
/// Where a provider puts the file itself into its answer, this is a `data:` URL (RFC 2397): see [`OutputUrl::inline`].
///
/// ```
/// use videogen_core::OutputUrl;
/// let url = OutputUrl::new("https://b.example/v.mp4?X-Amz-Signature=1f");
/// assert_eq!(url.to_string(), "https://b.example/v.mp4?<redacted>");
/// assert!(url.expose().ends_with("=1f"));
///
/// let inline = OutputUrl::inline("video/mp4", "AAAAGGZ0eXBtcDQy");
/// assert_eq!(inline.to_string(), "data:video/mp4;base64,<16 characters>");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OutputUrl(String);

impl OutputUrl {
    /// The URL as the provider wrote it.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The file itself, in Base64 as the provider wrote it.
    #[must_use]
    pub fn inline(content_type: &str, base64: &str) -> Self {
        Self(format!("data:{content_type}{BASE64}{base64}"))
    }

    /// The Base64 of a file that is in the URL itself.
    #[must_use]
    pub fn inline_base64(&self) -> Option<&str> {
        self.inline_parts().map(|(_, base64)| base64)
    }

    /// The media type and the Base64 of a file that is in the URL itself.
    pub(crate) fn inline_parts(&self) -> Option<(&str, &str)> {
        let (scheme, rest) = self.0.split_at_checked("data:".len())?;
        scheme.eq_ignore_ascii_case("data:").then(|| rest.split_once(BASE64)).flatten()
    }

    /// The URL as a person may see it.
    fn shown(&self) -> String {
        match self.inline_parts() {
            Some((content_type, base64)) => {
                format!("data:{content_type}{BASE64}<{} characters>", base64.len())
            }
            None => redact::url(&self.0),
        }
    }

    /// The whole URL, secrets and all.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OutputUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl fmt::Debug for OutputUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.shown())
    }
}

/// One thing that a generation made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// What it is.
    pub kind: OutputKind,
    /// Whether it is what was asked for, and not something on the side (a share page, a last frame).
    /// A generation that succeeded without a primary output is not done.
    pub primary: bool,
    /// Where it is.
    pub url: OutputUrl,
    /// How long it plays.
    pub duration: Option<Duration>,
    /// When `url` stops working, if known. Asking for the status again may give a fresh one.
    pub expires_at: Option<SystemTime>,
    /// Whether fetching `url` takes the provider's credentials. It is at the API itself then: see
    /// [`Provider::output_request`](crate::Provider::output_request).
    pub needs_credentials: bool,
    /// The file name that the provider gave it.
    pub file_name: Option<String>,
}

impl Output {
    /// What was asked for.
    #[must_use]
    pub fn primary(kind: OutputKind, url: impl Into<String>) -> Self {
        Self {
            kind,
            primary: true,
            url: OutputUrl::new(url),
            duration: None,
            expires_at: None,
            needs_credentials: false,
            file_name: None,
        }
    }

    /// Something on the side.
    #[must_use]
    pub fn secondary(kind: OutputKind, url: impl Into<String>) -> Self {
        Self { primary: false, ..Self::primary(kind, url) }
    }
}

/// Something that was asked for and did not come, of a generation that may have succeeded otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FailedOutput {
    /// What it would have been.
    pub kind: OutputKind,
    /// Why it did not come.
    pub failure: Failure,
}

impl FailedOutput {
    /// An output of this kind that did not come.
    #[must_use]
    pub const fn new(kind: OutputKind, failure: Failure) -> Self {
        Self { kind, failure }
    }
}
