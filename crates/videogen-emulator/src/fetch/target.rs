//! Which file of which generation a path names.

use percent_encoding::percent_decode_str;

use crate::provider_name::ProviderName;

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) provider: ProviderName,
    pub(crate) id: String,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Video,
    LastFrame,
    /// Sync Labs' URL on the host of its API, which leads to the video.
    Result,
    /// Prism's page for a video.
    SharePage,
}

impl Target {
    pub(crate) fn of(path: &str) -> Option<Self> {
        let target = |provider, id: &str, kind| {
            let id = percent_decode_str(id).decode_utf8_lossy().into_owned();
            (!id.is_empty()).then_some(Self { provider, id, kind })
        };
        if let Some(page) = path.strip_prefix("/workspace/s/share_") {
            return target(ProviderName::Prism, page, Kind::SharePage);
        }
        if let Some(result) = path.strip_prefix("/v2/generations/") {
            return target(ProviderName::Synclabs, result.strip_suffix("/result")?, Kind::Result);
        }
        let (provider, file) = path.strip_prefix("/files/")?.split_once('/')?;
        let provider = ProviderName::ALL.into_iter().find(|name| name.as_str() == provider)?;
        let (id, ending) = file.rsplit_once('.')?;
        match ending {
            "mp4" => target(provider, id, Kind::Video),
            "png" => target(provider, id, Kind::LastFrame),
            _ => None,
        }
    }
}
