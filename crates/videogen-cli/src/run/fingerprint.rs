//! What makes two submissions the same.

use sha2::{Digest as _, Sha256};
use videogen_core::{NewGeneration, Provider};

/// The SHA-256 of everything that is submitted, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint(String);

impl Fingerprint {
    /// Of what the caller gave: an idempotency key counts if the caller chose it.
    pub(crate) fn of(provider: &dyn Provider, new: &NewGeneration) -> Self {
        let mut hash = Sha256::new();
        // With its length before each, so that no two different lists of parts give the same bytes.
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        part(b"videogen run 1");
        part(provider.name().as_bytes());
        part(provider.base_url().as_str().as_bytes());
        for optional in [&new.template, &new.idempotency_key] {
            part(&[u8::from(optional.is_some())]);
            part(optional.as_deref().unwrap_or_default().as_bytes());
        }
        part(&[u8::from(new.native)]);
        part(new.body.as_bytes());
        for file in &new.files {
            part(file.name.as_bytes());
            part(file.file_name.as_bytes());
            part(&file.bytes);
        }
        // Not where there is none: journals of earlier versions have none.
        if let Some(endpoint) = &new.endpoint {
            part(b"endpoint");
            part(endpoint.as_bytes());
        }
        let digest = hash.finalize();
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// All of it.
    pub(crate) fn whole(&self) -> &str {
        &self.0
    }

    /// As much as names a file.
    pub(crate) fn short(&self) -> &str {
        self.0.get(..16).unwrap_or_default()
    }
}
