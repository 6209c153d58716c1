//! Which operation of which provider a path names.

use percent_encoding::percent_decode_str;

use crate::provider_name::ProviderName;

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The status of a generation.
    Status(ProviderName, String),
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
                ProviderName::Prism => "/generations/",
                ProviderName::Token360 => "/videos/",
                ProviderName::Synclabs => "/generate/",
            };
            return match rest.strip_prefix(operation) {
                Some(id) if !id.is_empty() && !id.contains('/') => {
                    // An id that is not UTF-8 is nobody's; what it becomes is not found either.
                    let id = percent_decode_str(id).decode_utf8_lossy();
                    Self::Status(provider, id.into_owned())
                }
                _ => Self::NothingAt(provider),
            };
        }
        Self::Nothing
    }
}
