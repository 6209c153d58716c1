//! Which operation of which provider a path names.

use percent_encoding::percent_decode_str;

use crate::provider_name::ProviderName;

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The status of a generation.
    Status(ProviderName, String),
    /// Where generations are submitted, and from which template if from one.
    Submit(ProviderName, Option<String>),
    /// Nothing, under a provider's base URL.
    NothingAt(ProviderName),
    Nothing,
}

impl Route {
    pub(crate) fn of(path: &str) -> Self {
        for provider in ProviderName::ALL {
            let Some(rest) = path.strip_prefix(provider.base_path()) else { continue };
            if !rest.starts_with('/') {
                continue;
            }
            let operation = match provider {
                ProviderName::Prism => "/generations",
                ProviderName::Token360 => "/videos",
                ProviderName::Synclabs => "/generate",
            };
            if rest == operation {
                return Self::Submit(provider, None);
            }
            if provider == ProviderName::Prism
                && let Some(template) = rest.strip_prefix("/templates/")
                && let Some(template) = template.strip_suffix("/generate").and_then(segment)
            {
                return Self::Submit(provider, Some(template));
            }
            let id = rest.strip_prefix(operation).and_then(|rest| rest.strip_prefix('/'));
            return match id.and_then(segment) {
                Some(id) => Self::Status(provider, id),
                None => Self::NothingAt(provider),
            };
        }
        Self::Nothing
    }
}

/// The provider whose base URL a path is below, and the rest of it, each segment decoded.
pub(crate) fn segments(path: &str) -> Option<(ProviderName, Vec<String>)> {
    ProviderName::ALL.into_iter().find_map(|provider| {
        let rest = path.strip_prefix(provider.base_path())?.strip_prefix('/')?;
        let segments = rest.split('/');
        Some((provider, segments.map(|it| segment(it).unwrap_or_default()).collect()))
    })
}

/// One segment of a path, decoded.
fn segment(text: &str) -> Option<String> {
    // An id that is not UTF-8 is nobody's; what it becomes is not found either.
    (!text.is_empty() && !text.contains('/'))
        .then(|| percent_decode_str(text).decode_utf8_lossy().into_owned())
}
