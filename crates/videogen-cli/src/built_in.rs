//! The providers that the command has from the beginning.

use std::sync::Arc;

use videogen_core::{ApiKey, BaseUrl, Error, ErrorKind, Provider};
use videogen_fal::Fal;
use videogen_kling::Kling;
use videogen_openai::{OpenAi, Profile, profiles};
use videogen_prism::Prism;
use videogen_synclabs::SyncLabs;
use videogen_token360::Token360;
use videogen_veo::Veo;

use crate::known::KnownProvider;

/// Where Google's own tools look for the project, and for the location, of Vertex AI.
const PROJECT: &str = "GOOGLE_CLOUD_PROJECT";
const LOCATION: &str = "GOOGLE_CLOUD_LOCATION";

/// The providers of this project, with the variables that their own tools have for keys.
#[must_use]
pub fn built_in() -> Vec<KnownProvider> {
    vec![
        KnownProvider::of(videogen_prism::NAME, Prism::new, Prism::at),
        KnownProvider::of(videogen_token360::NAME, Token360::new, Token360::at),
        KnownProvider::of(videogen_synclabs::NAME, SyncLabs::new, SyncLabs::at)
            .with_variables("SYNC_API_KEY", "SYNC_BASE_URL"),
        dialect(profiles::openai::NAME, profiles::openai::profile()),
        dialect(profiles::openrouter::NAME, profiles::openrouter::profile()),
        dialect(profiles::together::NAME, profiles::together::profile()),
        dialect(profiles::xai::NAME, profiles::xai::profile()),
        dialect_anywhere(profiles::azure_openai::NAME, profiles::azure_openai::profile),
        dialect_anywhere(profiles::litellm::NAME, profiles::litellm::profile),
        dialect_anywhere(profiles::new_api::NAME, profiles::new_api::profile),
        KnownProvider::of(videogen_fal::NAME, Fal::new, Fal::at)
            .with_variables("FAL_KEY", "FAL_BASE_URL"),
        // Its key is an access key and a secret key with a colon between, or one of the newer keys.
        KnownProvider::of(videogen_kling::NAME, Kling::new, Kling::at),
        KnownProvider::of(videogen_veo::NAME, Veo::gemini, Veo::at)
            .with_variables("GEMINI_API_KEY", "VEO_BASE_URL"),
        KnownProvider::fallible(videogen_veo::VERTEX_NAME, vertex)
            .with_variables("GOOGLE_ACCESS_TOKEN", "VERTEX_VEO_BASE_URL"),
    ]
}

fn dialect(name: &'static str, profile: Profile) -> KnownProvider {
    let new = move |key| OpenAi::new(profile.clone(), key);
    KnownProvider::of(name, new, OpenAi::at)
}

fn dialect_anywhere(name: &'static str, profile: fn(BaseUrl) -> Profile) -> KnownProvider {
    KnownProvider::wherever(name, move |key, base_url| OpenAi::new(profile(base_url), key))
}

/// With a token that lasts for an hour, as `gcloud auth print-access-token` prints it.
fn vertex(token: ApiKey, base_url: Option<BaseUrl>) -> Result<Arc<dyn Provider>, Error> {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let lacks = |name| {
        Error::new(
            ErrorKind::InvalidInput,
            format!("Vertex AI is asked in a project and at a location: say which in {name}"),
        )
    };
    let project = variable(PROJECT).ok_or_else(|| lacks(PROJECT))?;
    let location = variable(LOCATION).ok_or_else(|| lacks(LOCATION))?;
    let veo = Veo::vertex(project, location, token)?;
    Ok(Arc::new(match base_url {
        Some(base_url) => veo.at(base_url),
        None => veo,
    }))
}
