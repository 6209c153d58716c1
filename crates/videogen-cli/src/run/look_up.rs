//! Looking in the provider's list for what may have been accepted.

use std::ops::ControlFlow;
use std::time::Duration;

use serde::Deserialize;
use videogen_core::candidates::LookUp;
use videogen_core::{Error, Generation, Handle, ListQuery, NewGeneration};

use crate::handles::is_same;
use crate::output::{complain, complain_of, note};
use crate::problem::Problem;
use crate::run::again::LookedUp;
use crate::run::journal::Submitting;
use crate::run::{Begun, Run, age};

/// How much before the submission what is taken for it may seem to have been created: providers tell whole seconds.
const MARGIN: Duration = Duration::from_secs(5);

impl Run<'_> {
    /// Takes what the provider lists as made since, if it is just one, no other run's, and surely looks like what was submitted.
    ///
    /// That another process submitted the very same at the same time cannot be ruled out: so it is done only if asked for.
    /// Whatever goes wrong here, the submission stays what it is: ambiguous.
    pub(crate) async fn look_up(
        &self,
        before: &Submitting,
        is_told: bool,
    ) -> Result<Begun, Problem> {
        note(&format!("looking for it in the list of {}", self.provider.name()));
        let listed = match self.listed(before).await {
            Ok(listed) => listed,
            Err(error) => {
                complain_of(&error);
                return self.ambiguous(before, &LookedUp::InVain, is_told);
            }
        };
        match self.choose(&listed, before) {
            Ok(Chosen::Adopted(begun)) => Ok(begun),
            Ok(Chosen::None(free)) => self.ambiguous(before, &LookedUp::Found(&free), is_told),
            Err(problem) => {
                complain(&problem.to_string());
                self.ambiguous(before, &LookedUp::InVain, is_told)
            }
        }
    }

    fn choose(&self, listed: &[Generation], before: &Submitting) -> Result<Chosen, Problem> {
        // Two runs must not take the same one.
        let _only = self.journal.only_adopter()?;
        let owned = self.journal.owned_by_others()?;
        let is_free = |seen: &&Generation| !owned.iter().any(|owned| is_same(owned, &seen.handle));
        let free: Vec<_> = listed.iter().filter(is_free).collect();
        match &free[..] {
            [only] if is_surely_like(only, &self.new, age(before).unwrap_or_default()) => {
                self.adopt(only.handle.clone()).map(Chosen::Adopted)
            }
            _ => Ok(Chosen::None(free.into_iter().map(|seen| seen.handle.clone()).collect())),
        }
    }

    async fn listed(&self, before: &Submitting) -> Result<Vec<Generation>, Error> {
        let mut look_up = LookUp::new(&self.new);
        let mut query = ListQuery::first();
        loop {
            let page = self.client.list(&query).await;
            // A clock that was set back makes it seem younger than it is; then nothing but what is newer still is found.
            let ago = age(before).unwrap_or_default();
            match look_up.on(page, ago) {
                ControlFlow::Break(found) => return found,
                ControlFlow::Continue(next) => query = next,
            }
        }
    }
}

/// What came of looking at what is listed.
enum Chosen {
    Adopted(Begun),
    /// These may be it.
    None(Vec<Handle>),
}

/// What a submission says of what it makes.
#[derive(Deserialize)]
struct Submitted {
    model: String,
    prompt: String,
}

/// Whether it was created since, and has the model and the prompt that were submitted.
///
/// Core shows what does not contradict the submission, since it is worse to miss the one than to show another. To take a
/// stranger's is worse still: so here both have to be told by both sides, and to be the same but for blanks and case. A native body
/// is the model's own, and says neither.
fn is_surely_like(seen: &Generation, new: &NewGeneration, ago: Duration) -> bool {
    let (Some(created), Some(observed)) = (seen.times.created, seen.times.observed) else {
        return false;
    };
    // By the provider's own clock.
    let age = observed.duration_since(created).unwrap_or_default();
    let Ok(submitted) = serde_json::from_str::<Submitted>(&new.body) else { return false };
    let is_told = |seen: Option<&str>, submitted: &str| {
        !folded(submitted).is_empty() && seen.map(folded) == Some(folded(submitted))
    };
    !new.native
        && age <= ago.saturating_add(MARGIN)
        && is_told(seen.model.as_deref(), &submitted.model)
        && is_told(seen.prompt.as_deref(), &submitted.prompt)
}

/// Without what is lost on the way.
fn folded(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
