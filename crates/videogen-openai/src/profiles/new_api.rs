//! new-api: a gateway that somebody runs.
//!
//! # Documented
//!
//! By its pages "Sora format" (<https://docs.newapi.pro/en/docs/api/ai-model/videos/sora/getvideo>): creating, the status, the
//! content, and errors as OpenAI writes them. The four words are on its page of the older operation.
//!
//! # Read in its code
//!
//! The members, `task_id` beside `id` for older clients, `metadata.url` with the vendor's own URL (left where it is: the content
//! is asked for), and the word `unknown`, which is left unrecognised. Some errors are `{"code": …, "message": …}`.

use videogen_core::{BaseUrl, StatusTable};

use crate::profile::{BodyForm, Profile};
use crate::profiles::openai;

/// The provider's name in handles.
pub const NAME: &str = "new-api";

/// The status words: those of OpenAI.
pub static STATUSES: StatusTable = StatusTable::new(openai::WORDS);

/// The gateway at this base URL, such as `https://gateway.example/v1`.
#[must_use]
pub const fn profile(base_url: BaseUrl) -> Profile {
    Profile::new(NAME, base_url, &STATUSES).with_body(BodyForm::JsonOrForm)
}
