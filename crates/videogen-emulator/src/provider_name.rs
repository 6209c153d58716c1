//! What a provider is called.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest name, in bytes.
const MOST: usize = 32;

/// The name of a provider, as handles and scripts write it: at most 32 lower-case letters, digits and hyphens.
///
/// Any such name is one; whether there is a provider of that name is for the [`Emulator`](crate::Emulator) to say.
///
/// ```
/// use videogen_emulator::ProviderName;
/// const ACME: ProviderName = ProviderName::from_static("acme");
/// assert_eq!(ProviderName::new("acme"), Some(ACME));
/// assert_eq!(ProviderName::new("Acme"), None);
/// assert_eq!(ProviderName::PRISM.as_str(), "prism");
/// ```
// Inline, so that it is `Copy`. The unused bytes are zero: so the derived order is that of the texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderName {
    bytes: [u8; MOST],
    length: usize,
}

impl ProviderName {
    /// The name that `text` is, if it is one.
    #[must_use]
    pub const fn new(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        if text.is_empty() || text.len() > MOST {
            return None;
        }
        let (mut bytes, mut length) = ([0; MOST], 0);
        while length < text.len() {
            let byte = text[length];
            if !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
                return None;
            }
            bytes[length] = byte;
            length += 1;
        }
        Some(Self { bytes, length })
    }

    /// The name that `text` is, for constants.
    ///
    /// # Panics
    ///
    /// If it is none. A constant does not compile then.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        let name = Self::new(text);
        assert!(name.is_some(), "a provider's name has 1 to 32 of a-z 0-9 -");
        match name {
            Some(name) => name,
            None => Self { bytes: [0; MOST], length: 0 },
        }
    }

    /// The name as handles write it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl Serialize for ProviderName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ProviderName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&text).ok_or_else(|| {
            let wanted = "the name of a provider: 1 to 32 of a-z 0-9 -";
            serde::de::Error::invalid_value(serde::de::Unexpected::Str(&text), &wanted)
        })
    }
}
