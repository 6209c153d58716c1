//! Translating a video's speech before its lips are moved.

use serde::Serialize;
use videogen_core::Error;

use crate::check::invalid;

/// Into which language a video is to be dubbed (`dubParams`), from the page "Dubbing".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DubParams {
    /// Who dubs. `elevenlabs` is the one that the pages name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_name: Option<String>,
    /// The code of the language to dub into.
    pub target_lang: String,
    /// The code of the language that is spoken. The provider's default is `auto`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_lang: Option<String>,
    /// How many people speak. The provider's default is 0: it finds out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_speakers: Option<u32>,
}

impl DubParams {
    /// Into the language with this code: all that the page requires.
    #[must_use]
    pub fn new(target_lang: impl Into<String>) -> Self {
        Self {
            provider_name: None,
            target_lang: target_lang.into(),
            source_lang: None,
            num_speakers: None,
        }
    }

    /// These with who dubs: a third party's schema requires it, the page does not.
    #[must_use]
    pub fn with_provider_name(mut self, name: impl Into<String>) -> Self {
        self.provider_name = Some(name.into());
        self
    }

    /// These with the language that is spoken.
    #[must_use]
    pub fn with_source_lang(mut self, source_lang: impl Into<String>) -> Self {
        self.source_lang = Some(source_lang.into());
        self
    }

    /// These with how many people speak.
    #[must_use]
    pub const fn with_num_speakers(mut self, num_speakers: u32) -> Self {
        self.num_speakers = Some(num_speakers);
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let texts = [
            ("targetLang", Some(&self.target_lang)),
            ("sourceLang", self.source_lang.as_ref()),
            ("providerName", self.provider_name.as_ref()),
        ];
        for (name, text) in texts {
            if text.is_some_and(|text| text.trim().is_empty()) {
                return Err(invalid(&format!("dubParams.{name}"), "is empty"));
            }
        }
        Ok(())
    }
}
