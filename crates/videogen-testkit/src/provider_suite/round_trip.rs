//! The provider against its emulated half.

use videogen_core::{Outcome, Phase, WaitOptions};

use super::ProviderSuite;
use super::exchange::guarded;
use crate::course::wait;
use crate::rules;
use crate::submission::submission;
use crate::suite::Suite;

pub(super) fn check(it: &ProviderSuite<'_>, suite: &mut Suite) {
    let Some(emulate) = &it.round_trip else { return };
    let provider = it.provider();
    let rule = &rules::EMULATOR_AGREES;
    let mut submitted = 0;
    for fixture in it.submit.iter().filter(|fixture| fixture.response.status().is_success()) {
        let name = &fixture.name;
        let Some(call) = guarded(|| submission(&*provider, fixture)) else { continue };
        // What the provider itself would not take, the emulator need not.
        if call.decode(&fixture.response).is_err() {
            continue;
        }
        submitted += 1;
        let (transport, clock) = emulate();
        let accepted = match call.send(&*transport) {
            Ok(accepted) => accepted,
            Err(error) => {
                suite.rule(rule, false, || format!("{name}: it is not accepted: {error}"));
                continue;
            }
        };
        for handle in &accepted.handles {
            let options = WaitOptions::of(&provider.guidance());
            let course = wait(&*provider, &*transport, &clock, handle, options);
            suite.rule(rule, course.missed.is_empty(), || {
                format!(
                    "{name}: a poll fails: {}",
                    course.missed.first().map(ToString::to_string).unwrap_or_default()
                )
            });
            let Outcome::Settled(seen) = &course.outcome else {
                suite.rule(rule, false, || format!("{name}: it ends as {:?}", course.outcome));
                continue;
            };
            suite.rule(rule, seen.phase() == Phase::Succeeded && seen.has_primary_output(), || {
                format!("{name}: it ends as {seen:?}")
            });
        }
    }
    suite.rule(rule, submitted > 0, || "no fixture has a submission that is accepted".to_owned());
}
