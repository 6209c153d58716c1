//! What submissions to an emulated provider come to, as data.
//!
//! # As JSON
//!
//! ```
//! # use videogen_emulator::SubmitPlan;
//! let plan = SubmitPlan::parse(r#"{
//!   "provider": "token360",
//!   "generation": { "queued_s": 2, "running_s": 20, "ends": "failed" },
//!   "faults": [
//!     { "on": 1, "fault": "lost_answer" },
//!     { "on": { "from": 2, "to": 3 }, "fault": "refused_rate", "retry_after_s": 5 },
//!     { "on": { "after_s": 60, "for_s": 30 }, "fault": "unavailable" }
//!   ]
//! }"#).unwrap();
//! # assert_eq!(plan.faults.len(), 3);
//! # assert_eq!(plan.generation.running.as_secs(), 20);
//! ```
//!
//! | member | what it is | unless given |
//! |---|---|---|
//! | `provider` | `prism`, `token360`, `synclabs` or another that the emulator [has](crate::Emulator::with_side) | must be given |
//! | `generation` | what a generation does: the members of a [script] but `provider` and `id`. `model`, `prompt` and `template_id` beat what was submitted | it runs for 5 seconds and is completed |
//! | `faults` | what goes wrong with submissions and when: see [`SubmitFault`] and [`When`]. Of several at once the first counts | none |
//!
//! A fault may have `retry_after_s`, seconds with or without a fraction: the `Retry-After` of `unavailable` and
//! `refused_rate`, and the `retryAfterSeconds` of `refused_concurrency`.
//!
//! A plan is its provider's from then on, in place of the one before.

mod fault;
mod form;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use self::form::Form;
use crate::provider_name::ProviderName;
use crate::script::{self, Script, ScriptError, When};
use crate::side::Side;

pub use fault::{PlannedFault, SubmitFault};

/// How long a generation runs when no plan says so.
const USUAL_RUN: Duration = Duration::from_secs(5);

/// What submissions to a provider come to: what the generations do, and what goes wrong with the submissions.
///
/// See [the JSON form](crate::submit_plan).
///
/// ```
/// use videogen_emulator::{ProviderName, SubmitFault, SubmitPlan, When};
/// let plan = SubmitPlan::new(ProviderName::PRISM).with_fault(When::poll(1), SubmitFault::LostAnswer);
/// assert!(plan.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
#[non_exhaustive]
pub struct SubmitPlan {
    /// Whose submissions these are.
    pub provider: ProviderName,
    /// What every generation does. It has no id.
    pub generation: Script,
    /// What goes wrong and when. Of several at once the first counts.
    pub faults: Vec<PlannedFault>,
}

impl SubmitPlan {
    /// Every submission is accepted, and its generation runs for 5 seconds and is completed. It is so without a plan.
    #[must_use]
    pub const fn new(provider: ProviderName) -> Self {
        let generation = Script::new(provider).running_for(USUAL_RUN);
        Self { provider, generation, faults: Vec::new() }
    }

    /// Reads a plan from JSON and [checks](SubmitPlan::check) it.
    ///
    /// # Errors
    ///
    /// When it is not JSON, or not a plan.
    pub fn parse(json: &str) -> Result<Self, ScriptError> {
        let plan = Self::try_from(script::read::<Form>(json, "a plan")?)?;
        plan.check()?;
        Ok(plan)
    }

    /// This plan with generations that follow `script`, which is this provider's and has no id.
    #[must_use]
    pub fn with_generation(mut self, script: Script) -> Self {
        self.generation = script;
        self
    }

    /// This plan with one more fault.
    #[must_use]
    pub fn with_fault(mut self, on: When, fault: SubmitFault) -> Self {
        self.faults.push(PlannedFault::new(on, fault));
        self
    }

    /// Whether submissions to any provider could go so. What is for its provider to allow is checked when it is
    /// [planned](crate::Emulator::plan_submits).
    ///
    /// # Errors
    ///
    /// When a member is out of range or does not fit another.
    pub fn check(&self) -> Result<(), ScriptError> {
        let within = |error: ScriptError| error.within("generation");
        let generation = &self.generation;
        if generation.provider != self.provider {
            let problem = format!("must be {}, as the plan's", self.provider);
            return Err(within(ScriptError::new("provider", problem)));
        }
        if generation.id.is_some() {
            let problem = "must not be given: one plan may make many generations";
            return Err(within(ScriptError::new("id", problem)));
        }
        generation.check().map_err(within)?;
        for (index, fault) in self.faults.iter().enumerate() {
            fault.check().map_err(|error| error.within(&format!("faults[{index}]")))?;
        }
        Ok(())
    }

    /// Whether submissions to `side`, which is its provider and one of `sides`, can go so.
    pub(crate) fn check_at(
        &self,
        side: &dyn Side,
        sides: &[Box<dyn Side>],
    ) -> Result<(), ScriptError> {
        self.generation.check_at(side, sides).map_err(|error| error.within("generation"))?;
        for (index, fault) in self.faults.iter().enumerate() {
            fault
                .check_at(side, sides)
                .map_err(|error| error.within(&format!("faults[{index}]")))?;
        }
        Ok(())
    }

    /// The first fault that is due at submission `number`, `age` after the plan.
    pub(crate) fn fault(&self, number: u64, age: Duration) -> Option<PlannedFault> {
        self.faults.iter().find(|fault| fault.on.holds(number, age)).copied()
    }
}
