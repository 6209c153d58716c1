//! Sora 2 in Azure ("Foundry Models").
//!
//! # Documented
//!
//! By the reference (<https://learn.microsoft.com/en-us/azure/foundry/reference/rest/video-generation-create-video> and its
//! neighbours): the operations below `/openai/v1`, the four words, the members, and submissions as `multipart/form-data`.
//!
//! # Seen in the wild
//!
//! That the key goes into the header `api-key`, which the reference of this API does not say and Azure's others do; that JSON is
//! taken too. The code `content_filter` is that of Azure's other operations.
//!
//! # Not here
//!
//! Tokens of Entra ID: they are `Bearer` tokens that end. With one, take the profile `.with_auth(Auth::Bearer)` and a new
//! [`OpenAi`](crate::OpenAi) when the token changes.

use videogen_core::{BaseUrl, StatusTable};

use crate::profile::{Auth, BodyForm, Profile};
use crate::profiles::openai;

/// The provider's name in handles.
pub const NAME: &str = "azure-openai";

/// The status words, from the page "Get a video": those of OpenAI.
pub static STATUSES: StatusTable = StatusTable::new(openai::WORDS);

/// Azure, with the resource at this base URL: `https://<resource>.openai.azure.com/openai/v1`.
///
/// ```
/// use videogen_core::{ApiKey, BaseUrl};
/// use videogen_openai::{OpenAi, profiles};
///
/// let resource = BaseUrl::parse("https://my-resource.openai.azure.com/openai/v1").unwrap();
/// let key = ApiKey::new("your-api-key").unwrap();
/// let azure = OpenAi::new(profiles::azure_openai::profile(resource), key);
/// ```
#[must_use]
pub const fn profile(base_url: BaseUrl) -> Profile {
    Profile::new(NAME, base_url, &STATUSES)
        .with_auth(Auth::Header("api-key"))
        .with_paths(openai::PATHS)
        .with_body(BodyForm::JsonOrForm)
        .with_outputs(openai::OUTPUTS)
        .with_side_outputs(openai::SIDE_OUTPUTS)
        .with_poll_hint("openai-poll-after-ms")
}
