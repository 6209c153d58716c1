//! The two ways to Veo.

use videogen_core::{BaseUrl, Error, ErrorKind};

/// Which of Google's APIs has Veo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Api {
    /// The Gemini API, also called the Gemini Developer API.
    Gemini,
    /// Vertex AI, by its newer name the Gemini Enterprise Agent Platform.
    Vertex,
}

impl Api {
    /// The provider's name in handles.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gemini => crate::NAME,
            Self::Vertex => crate::VERTEX_NAME,
        }
    }

    /// What people call it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Gemini => "the Gemini API",
            Self::Vertex => "Vertex AI",
        }
    }

    /// A model that it has or had.
    pub(crate) const fn example(self) -> &'static str {
        match self {
            Self::Gemini => "veo-3.1-generate-preview",
            Self::Vertex => "veo-3.1-generate-001",
        }
    }
}

/// Where Vertex AI is for a location, as Google's SDKs have it: `global` and the multi-regions `us` and `eu` have hosts of another
/// form than the regions.
pub(crate) fn vertex_base_url(location: &str) -> Result<BaseUrl, Error> {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    // A host's label may not have a hyphen at its ends.
    let fits = !location.is_empty()
        && location.bytes().all(is_name)
        && !location.starts_with('-')
        && !location.ends_with('-');
    if !fits {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "the location is not one of Google Cloud's, such as `us-central1` or `global`",
        ));
    }
    BaseUrl::parse(&match location {
        "global" => "https://aiplatform.googleapis.com/v1".to_owned(),
        "us" | "eu" => format!("https://aiplatform.{location}.rep.googleapis.com/v1"),
        region => format!("https://{region}-aiplatform.googleapis.com/v1"),
    })
}
