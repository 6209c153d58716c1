//! The images, videos and sounds that a submission names by URL: `frame_images` and `input_references`.
//!
//! Token360's page names both in prose. The form of their items is that of clients in the wild.

use serde::Serialize;
use videogen_core::{Error, ErrorKind, redact};

/// How the URL of an asset of the account begins: its ids are `ta_…`.
const ASSET: &str = "asset://";
const ASSET_ID: &str = "ta_";

/// How the other URLs may begin. That `data:` is taken is not documented, and neither is that it is not.
const SCHEMES: [&str; 3] = ["https://", "http://", "data:"];

/// How much of a URL an error shows, in characters.
const LONGEST_SHOWN: usize = 100;

/// What a reference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Medium {
    Image,
    Video,
    Audio,
}

impl Medium {
    pub(crate) const ALL: [Self; 3] = [Self::Image, Self::Video, Self::Audio];

    /// How many a submission may have, as clients in the wild have it.
    pub(crate) const fn most(self) -> usize {
        match self {
            Self::Image => 9,
            Self::Video | Self::Audio => 3,
        }
    }

    pub(crate) const fn plural(self) -> &'static str {
        match self {
            Self::Image => "images",
            Self::Video => "videos",
            Self::Audio => "sounds",
        }
    }
}

#[derive(Serialize)]
struct Url<'a> {
    url: &'a str,
}

/// An item of `frame_images`.
#[derive(Serialize)]
pub(crate) struct Frame<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    frame_type: &'static str,
    image_url: Url<'a>,
}

impl<'a> Frame<'a> {
    pub(crate) const fn first(url: &'a str) -> Self {
        Self { kind: "image_url", frame_type: "first_frame", image_url: Url { url } }
    }

    pub(crate) const fn last(url: &'a str) -> Self {
        Self { kind: "image_url", frame_type: "last_frame", image_url: Url { url } }
    }
}

/// An item of `input_references`. The member that has the URL is called as `type` says.
#[derive(Serialize)]
pub(crate) struct Reference<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_url: Option<Url<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    video_url: Option<Url<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio_url: Option<Url<'a>>,
}

impl<'a> Reference<'a> {
    pub(crate) const fn new(medium: Medium, url: &'a str) -> Self {
        let bare =
            Self { kind: "", role: "reference", image_url: None, video_url: None, audio_url: None };
        let url = Some(Url { url });
        match medium {
            Medium::Image => Self { kind: "image_url", image_url: url, ..bare },
            Medium::Video => Self { kind: "video_url", video_url: url, ..bare },
            Medium::Audio => Self { kind: "audio_url", audio_url: url, ..bare },
        }
    }
}

/// Checks a URL in `field` that Token360 is to fetch.
pub(crate) fn check(field: &str, url: &str) -> Result<(), Error> {
    let refused = |what: &str| {
        // Redact before cutting: a cut must not hide where a query begins. A `data:` URL has no end.
        let shown: String = redact::url(url).chars().take(LONGEST_SHOWN).collect();
        Error::new(
            ErrorKind::InvalidInput,
            format!("`{field}` has the URL `{shown}`, which {what}"),
        )
    };
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(refused("has a blank in it"));
    }
    if let Some(asset) = url.strip_prefix(ASSET) {
        return match asset.strip_prefix(ASSET_ID) {
            Some(id) if !id.is_empty() => Ok(()),
            _ => Err(refused("is not `asset://ta_…`")),
        };
    }
    if SCHEMES.iter().any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty())) {
        return Ok(());
    }
    Err(refused("begins neither with `https://` nor with `asset://`"))
}
