//! The services that are known to speak the dialect, one page each: what is theirs, and how sure each fact is.
//!
//! | profile | base URL | how sure |
//! |---|---|---|
//! | [`openai`] | its own | documented; retired by OpenAI's schedule |
//! | [`azure_openai`] | the resource's, given by the caller | documented, but for the header of the key |
//! | [`openrouter`] | its own | documented |
//! | [`together`] | its own | documented, by an older page and a newer one |
//! | [`xai`] | its own | read in clients and printed examples |
//! | [`litellm`] | wherever it runs, given by the caller | read in its code, and measured |
//! | [`new_api`] | wherever it runs, given by the caller | documented, and read in its code |

use std::time::Duration;

use videogen_core::PollGuidance;

pub mod azure_openai;
pub mod litellm;
pub mod new_api;
pub mod openai;
pub mod openrouter;
pub mod together;
pub mod xai;

/// For a service that says nothing of it: every ten seconds, generations of half a minute to five minutes, twenty minutes at the most.
pub(crate) const USUAL_GUIDANCE: PollGuidance = guidance(10);

/// Every so many seconds, and the rest as [usual](USUAL_GUIDANCE).
const fn guidance(seconds: u64) -> PollGuidance {
    PollGuidance::new(
        Duration::from_secs(seconds),
        Duration::from_secs(30)..=Duration::from_secs(5 * 60),
        Duration::from_secs(20 * 60),
    )
}
