//! A plan as JSON has it: a script whose provider is the plan's.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{PlannedFault, SubmitPlan};
use crate::provider_name::ProviderName;
use crate::script::{Script, ScriptError};

/// The members of a plan's JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    provider: ProviderName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    generation: Option<Map<String, Value>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    faults: Vec<PlannedFault>,
}

/// The member of a script that a plan's generation has from the plan.
const PROVIDER: &str = "provider";

impl TryFrom<Form> for SubmitPlan {
    type Error = ScriptError;

    fn try_from(Form { provider, generation, faults }: Form) -> Result<Self, ScriptError> {
        let mut plan = Self { faults, ..Self::new(provider) };
        if let Some(mut members) = generation {
            let given = members.insert(PROVIDER.to_owned(), provider.as_str().into());
            if given.is_some() {
                return Err(ScriptError::new("generation.provider", "is the plan's; leave it out"));
            }
            plan.generation =
                serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| {
                    let member = error.path().to_string();
                    ScriptError::new(&member, error.inner()).within("generation")
                })?;
        }
        Ok(plan)
    }
}

impl From<SubmitPlan> for Form {
    fn from(SubmitPlan { provider, generation, faults }: SubmitPlan) -> Self {
        Self { provider, generation: members(&generation), faults }
    }
}

fn members(script: &Script) -> Option<Map<String, Value>> {
    match serde_json::to_value(script) {
        Ok(Value::Object(mut members)) => {
            members.remove(PROVIDER);
            Some(members)
        }
        // A script is an object with string keys, so that this cannot be.
        _ => None,
    }
}
