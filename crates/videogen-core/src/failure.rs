//! Why a generation did not succeed.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::redact;

/// How much of a code or a message is shown, in bytes.
const LONGEST_SHOWN: usize = 500;

/// What kind of reason a generation failed for.
///
/// Derived from the provider's code, never from the wording of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureClass {
    /// What was submitted cannot be used: a file that cannot be fetched, a wrong parameter.
    Input,
    /// Refused by policy.
    Moderation,
    /// Credits, plan or a limit of the account.
    Quota,
    /// The provider's own trouble.
    Infrastructure,
    /// It took too long at the provider.
    Timeout,
    /// The provider gave no code, or one that is not known.
    Unknown,
}

impl FailureClass {
    /// Every class.
    pub const ALL: [Self; 6] = [
        Self::Input,
        Self::Moderation,
        Self::Quota,
        Self::Infrastructure,
        Self::Timeout,
        Self::Unknown,
    ];

    /// The class as the JSON form writes it: `input`, `moderation` and so on.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Moderation => "moderation",
            Self::Quota => "quota",
            Self::Infrastructure => "infrastructure",
            Self::Timeout => "timeout",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for FailureClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A class written by a newer version of this crate reads as [`FailureClass::Unknown`].
impl<'de> Deserialize<'de> for FailureClass {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Ok(Self::ALL.into_iter().find(|class| class.as_str() == word).unwrap_or(Self::Unknown))
    }
}

/// Why a generation did not succeed, in the provider's own words.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Failure {
    /// What kind of reason.
    pub class: FailureClass,
    /// The provider's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The provider's message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Failure {
    /// A failure of this class with the provider's words.
    #[must_use]
    pub const fn new(class: FailureClass, code: Option<String>, message: Option<String>) -> Self {
        Self { class, code, message }
    }
}

/// `code: message` on one line, cut if it is long, with the queries of URLs left out.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, &self.message) {
            (Some(code), Some(message)) => write!(f, "{}: {}", printable(code), printable(message)),
            (Some(word), None) | (None, Some(word)) => f.write_str(&printable(word)),
            (None, None) => f.write_str("the provider gives no reason"),
        }
    }
}

fn printable(words: &str) -> String {
    redact::excerpt(words.as_bytes(), LONGEST_SHOWN)
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("class", &self.class)
            .field("code", &self.code.as_deref().map(redact::text))
            .field("message", &self.message.as_deref().map(redact::text))
            .finish()
    }
}
