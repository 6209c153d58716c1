//! The webhook of a generation, and what goes wrong with it.

use std::time::Duration;

use http::Uri;
use serde::{Deserialize, Serialize};

use super::{ScriptError, seconds};

/// Where a generation's webhook goes, and what goes wrong with it. Nothing unless told.
///
/// ```
/// use std::time::Duration;
/// use videogen_emulator::{ProviderName, Script, WebhookPlan};
/// let mut webhook = WebhookPlan::to("http://127.0.0.1:9000/hook");
/// webhook.late = Duration::from_secs(20);
/// webhook.doubled = true;
/// assert!(Script::new(ProviderName::SYNCLABS).with_webhook(webhook).check().is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct WebhookPlan {
    /// Where it goes, instead of where the submission says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// It is never sent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub missing: bool,
    /// How long after the generation's end it is sent. `late_s` in JSON.
    #[serde(rename = "late_s", with = "seconds", skip_serializing_if = "Duration::is_zero")]
    pub late: Duration,
    /// It is sent twice, byte for byte the same.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub doubled: bool,
    /// Somebody else sends one in the middle of the generation's life. It claims that the generation is completed and names another
    /// file; at Sync Labs it is signed with another secret.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub forged: bool,
    /// It is signed with another secret. Only at providers that sign them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub wrong_signature: bool,
    /// How long before it is sent it was signed. `stale_s` in JSON. Only at providers that sign them.
    #[serde(
        rename = "stale_s",
        with = "seconds::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub stale: Option<Duration>,
}

impl WebhookPlan {
    /// Nothing goes wrong.
    pub(super) const USUAL: Self = Self {
        url: None,
        missing: false,
        late: Duration::ZERO,
        doubled: false,
        forged: false,
        wrong_signature: false,
        stale: None,
    };

    /// A webhook that goes there.
    #[must_use]
    pub fn to(url: impl Into<String>) -> Self {
        Self { url: Some(url.into()), ..Self::default() }
    }

    pub(super) fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn check(&self) -> Result<(), ScriptError> {
        let error = |member: &str, problem: &str| Err(ScriptError::new(member, problem));
        if let Some(url) = &self.url
            && target(url).is_none()
        {
            return error("url", "must be a URL that begins with http:// or https://");
        }
        seconds::check("late_s", self.late)?;
        seconds::check("stale_s", self.stale.unwrap_or_default())?;
        for (member, given) in [
            ("late_s", !self.late.is_zero()),
            ("doubled", self.doubled),
            ("wrong_signature", self.wrong_signature),
            ("stale_s", self.stale.is_some()),
        ] {
            if given && self.missing {
                return error(member, "a webhook that is missing has none of this");
            }
        }
        Ok(())
    }
}

/// A URL that a webhook can go to.
pub(crate) fn target(url: &str) -> Option<Uri> {
    let uri: Uri = url.parse().ok()?;
    let scheme = uri.scheme_str()?;
    (matches!(scheme, "http" | "https") && uri.host().is_some_and(|host| !host.is_empty()))
        .then_some(uri)
}
