//! What can go wrong with a submission.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::script::{self, ScriptError, When, seconds};
use crate::side::Side;

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
    /// `outcome_unknown`: accepted, and the answer is 503 with a code for it and the generation's id. Only at
    /// providers that promise idempotency.
    OutcomeUnknown,
    /// `refused_input`: 400, or 422.
    RefusedInput,
    /// `refused_moderation`: 400. Only at providers that have a code for this.
    RefusedModeration,
    /// `refused_credits`: 402.
    RefusedCredits,
    /// `refused_concurrency`: 429 since too many generations run at once. Only at providers that limit it.
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

    /// Why it cannot happen at a provider that lacks it.
    fn lacks(self, side: &dyn Side, sides: &[Box<dyn Side>]) -> String {
        let provider = side.name();
        let (one, several) = match self {
            Self::OutcomeUnknown => ("promises idempotency", "promise idempotency"),
            Self::RefusedConcurrency => (
                "is known to limit how many generations run at once",
                "are known to limit how many generations run at once",
            ),
            Self::RefusedModeration => (
                "is known to have a code for what is against its policy",
                "are known to have a code for what is against their policies",
            ),
            _ => return format!("does not happen at {provider}"),
        };
        let only = script::only(sides, |it| it.has_submit_fault(self), one, several);
        format!("{only}, not {provider}")
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

    /// Whether it can happen at this provider.
    pub(super) fn check_at(
        &self,
        side: &dyn Side,
        sides: &[Box<dyn Side>],
    ) -> Result<(), ScriptError> {
        if side.has_submit_fault(self.fault) {
            return Ok(());
        }
        Err(ScriptError::new("fault", self.fault.lacks(side, sides)))
    }

    pub(super) fn check(&self) -> Result<(), ScriptError> {
        self.on.check()?;
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
