//! What can go wrong with a submission.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::provider_name::ProviderName;
use crate::script::{ScriptError, When, seconds};

/// A fault of submissions, and when it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PlannedFault {
    /// At which submissions it happens, counted per provider from the plan on.
    pub on: When,
    /// What happens.
    pub fault: SubmitFault,
    /// How long the client is asked to rest. `retry_after_s` in JSON.
    #[serde(
        default,
        rename = "retry_after_s",
        with = "seconds::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub retry_after: Option<Duration>,
}

/// Something that goes wrong with a submission.
///
/// First those that a client cannot tell apart, though one made a generation and the other did not; then the
/// refusals, in the provider's own body, which make nothing. In JSON a fault is its name:
///
/// ```json
/// { "on": 1, "fault": "unavailable", "retry_after_s": 30 }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SubmitFault {
    /// `lost_answer`: accepted, and the connection is reset instead of an answer.
    LostAnswer,
    /// `stalled_answer`: accepted, and no answer ever comes.
    StalledAnswer,
    /// `cut_answer`: accepted, and the connection ends in the middle of the answer's body.
    CutAnswer,
    /// `truncated_answer`: accepted, with half of the answer's JSON and a `Content-Length` that fits the half.
    TruncatedAnswer,
    /// `bad_gateway_after`: accepted, and a gateway answers with 502 and a web page.
    BadGatewayAfter,
    /// `bad_gateway_before`: a gateway answers with 502 and a web page, and nothing is made.
    BadGatewayBefore,
    /// `reset_before`: the connection is reset, and nothing is made.
    ResetBefore,
    /// `unavailable`: 503, and nothing is made.
    Unavailable,
    /// `outcome_unknown`: accepted, and the answer is 503 with `IDEMPOTENCY_OUTCOME_UNKNOWN` and the generation's id. Only at
    /// Sync Labs.
    OutcomeUnknown,
    /// `refused_input`: 400, or 422 at Sync Labs.
    RefusedInput,
    /// `refused_moderation`: 400. Only at Token360, with a code of a vendor behind it: the others name none for this.
    RefusedModeration,
    /// `refused_credits`: 402.
    RefusedCredits,
    /// `refused_concurrency`: 429 since too many generations run at once. Only at Sync Labs.
    RefusedConcurrency,
    /// `refused_rate`: 429.
    RefusedRate,
    /// `unauthorized`: 401, as for a key that is not valid.
    Unauthorized,
    /// `forbidden`: 403.
    Forbidden,
}

impl SubmitFault {
    /// Every fault.
    pub const ALL: [Self; 16] = [
        Self::LostAnswer,
        Self::StalledAnswer,
        Self::CutAnswer,
        Self::TruncatedAnswer,
        Self::BadGatewayAfter,
        Self::BadGatewayBefore,
        Self::ResetBefore,
        Self::Unavailable,
        Self::OutcomeUnknown,
        Self::RefusedInput,
        Self::RefusedModeration,
        Self::RefusedCredits,
        Self::RefusedConcurrency,
        Self::RefusedRate,
        Self::Unauthorized,
        Self::Forbidden,
    ];

    /// Whether the submission is accepted nevertheless.
    #[must_use]
    pub const fn accepts(self) -> bool {
        matches!(
            self,
            Self::LostAnswer
                | Self::StalledAnswer
                | Self::CutAnswer
                | Self::TruncatedAnswer
                | Self::BadGatewayAfter
                | Self::OutcomeUnknown
        )
    }

    /// Whether it can happen at `provider`, or why not.
    pub(crate) fn check(self, provider: ProviderName) -> Result<(), String> {
        let (only, why) = match self {
            Self::OutcomeUnknown => (ProviderName::Synclabs, "promises idempotency"),
            Self::RefusedConcurrency => {
                (ProviderName::Synclabs, "is known to limit how many generations run at once")
            }
            Self::RefusedModeration => {
                (ProviderName::Token360, "is known to have a code for what is against its policy")
            }
            _ => return Ok(()),
        };
        if only == provider { Ok(()) } else { Err(format!("only {only} {why}, not {provider}")) }
    }
}

impl PlannedFault {
    /// This fault at that time.
    #[must_use]
    pub const fn new(on: When, fault: SubmitFault) -> Self {
        Self { on, fault, retry_after: None }
    }

    /// This fault with the time that the client is asked to rest.
    #[must_use]
    pub const fn resting(mut self, rest: Duration) -> Self {
        self.retry_after = Some(rest);
        self
    }

    pub(super) fn check(&self, provider: ProviderName) -> Result<(), ScriptError> {
        self.on.check()?;
        self.fault.check(provider).map_err(|problem| ScriptError::new("fault", problem))?;
        let rests = matches!(
            self.fault,
            SubmitFault::Unavailable | SubmitFault::RefusedRate | SubmitFault::RefusedConcurrency
        );
        match self.retry_after {
            Some(_) if !rests => {
                Err(ScriptError::new("retry_after_s", "does not belong to this fault"))
            }
            rest => seconds::check("retry_after_s", rest.unwrap_or_default()),
        }
    }
}
