//! Looking in the provider's list for what may have been accepted.

use std::ops::ControlFlow;

use videogen_core::candidates::LookUp;
use videogen_core::{Error, Handle, ListQuery};

use crate::handles::is_same;
use crate::output::{complain_of, note};
use crate::problem::Problem;
use crate::run::again::LookedUp;
use crate::run::journal::Submitting;
use crate::run::{Begun, Run, age};

impl Run<'_> {
    /// Takes what the provider lists as made since, if it is just one and no other run's.
    ///
    /// That another process submitted the very same at the same time cannot be ruled out: so it is done only if asked for.
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
        // Two runs must not take the same one.
        let _only = self.journal.only_adopter()?;
        let owned = self.journal.owned_by_others()?;
        let free: Vec<_> = listed
            .into_iter()
            .filter(|candidate| !owned.iter().any(|owned| is_same(owned, candidate)))
            .collect();
        match &free[..] {
            [only] => self.adopt(only.clone()),
            _ => self.ambiguous(before, &LookedUp::Found(&free), is_told),
        }
    }

    async fn listed(&self, before: &Submitting) -> Result<Vec<Handle>, Error> {
        let mut look_up = LookUp::new(&self.new);
        let mut query = ListQuery::first();
        loop {
            let page = self.client.list(&query).await;
            // A clock that was set back makes it seem younger than it is; then nothing but what is newer still is found.
            let ago = age(before).unwrap_or_default();
            match look_up.on(page, ago) {
                ControlFlow::Break(found) => {
                    return Ok(found?.into_iter().map(|candidate| candidate.handle).collect());
                }
                ControlFlow::Continue(next) => query = next,
            }
        }
    }
}
