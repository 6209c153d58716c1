//! Looking for a submission whose answer was lost in the provider's list of generations.
//!
//! A submission that ended as [`Ambiguous`](crate::ErrorKind::Ambiguous) may have made a generation, and the provider's list is where it
//! would be. What was created since, and does not contradict what was submitted, is a *candidate*. Nothing is submitted again
//! here, and a candidate is not taken for the generation: another process may have submitted the same at the same time.
//!
//! # What a candidate is
//!
//! - It was created after the submission began. Both times are the provider's: when it was created, and the `Date` of the list's answer
//!   less the time that has passed since. So it does not matter whether this machine's clock is right. [`CLOCK_MARGIN`] covers whole seconds and a
//!   provider whose own clocks differ. What has no time is not ruled out.
//! - Its model and prompt are those of the members `model` and `prompt` of what was submitted, where both sides tell. A provider need not
//!   repeat them letter for letter: blanks and case do not count, a list may cut a prompt short, and a model may be told with its version. It
//!   is worse to miss the one than to show another. A [native](NewGeneration::native) body is the model's own and is not compared.
//!
//! No candidate is no proof that nothing was made: a list may lag behind, and what was sent may still be on its way.

use std::ops::ControlFlow;
use std::time::Duration;

use serde::Deserialize;

use crate::error::Error;
use crate::generation::Generation;
use crate::lenient;
use crate::listing::{ListQuery, Page};
use crate::submit::NewGeneration;

/// How much before the submission a candidate may seem to have been created.
pub const CLOCK_MARGIN: Duration = Duration::from_secs(60);

/// How many pages are looked at. A list that is not the newest first would go on to its end.
const MAX_PAGES: u32 = 5;

/// What of `page` a submission of `new` may have made that began `ago` before the page was answered.
#[must_use]
pub fn of_page(page: &Page<Generation>, new: &NewGeneration, ago: Duration) -> Vec<Generation> {
    Submitted::of(new).candidates(page, ago)
}

/// Goes through a list that is the newest first, until it is older than the submission.
///
/// A machine without I/O: ask for [`ListQuery::first`], then for what [`LookUp::on`] says.
#[derive(Debug)]
pub struct LookUp {
    submitted: Submitted,
    found: Vec<Generation>,
    pages: u32,
}

impl LookUp {
    /// Looks for what a submission of `new` may have made.
    #[must_use]
    pub fn new(new: &NewGeneration) -> Self {
        Self { submitted: Submitted::of(new), found: Vec::new(), pages: 0 }
    }

    /// Takes note of a page that was answered `ago` after the submission began, and says which one to ask for next, or what was
    /// found. A page that is not to be had ends it: with the candidates of those before it, or with its error if there are
    /// none.
    pub fn on(
        &mut self,
        page: Result<Page<Generation>, Error>,
        ago: Duration,
    ) -> ControlFlow<Result<Vec<Generation>, Error>, ListQuery> {
        let page = match page {
            Ok(page) => page,
            Err(error) if self.found.is_empty() => return ControlFlow::Break(Err(error)),
            Err(_) => return ControlFlow::Break(Ok(std::mem::take(&mut self.found))),
        };
        self.pages = self.pages.saturating_add(1);
        for candidate in self.submitted.candidates(&page, ago) {
            // A list that grows meanwhile may show one twice.
            if !self.found.iter().any(|found| found.handle == candidate.handle) {
                self.found.push(candidate);
            }
        }
        let is_over = page.items.last().is_some_and(|last| is_older(last, ago));
        match page.next {
            Some(next) if !is_over && self.pages < MAX_PAGES => {
                ControlFlow::Continue(ListQuery::first().after(next))
            }
            _ => ControlFlow::Break(Ok(std::mem::take(&mut self.found))),
        }
    }
}

/// What a submission says of the generation that it makes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Submitted {
    #[serde(deserialize_with = "lenient::string")]
    model: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    prompt: Option<String>,
}

impl Submitted {
    fn of(new: &NewGeneration) -> Self {
        if new.native {
            return Self::default();
        }
        serde_json::from_str(&new.body).unwrap_or_default()
    }

    fn candidates(&self, page: &Page<Generation>, ago: Duration) -> Vec<Generation> {
        let may_be_it = |seen: &&Generation| {
            !is_older(seen, ago)
                && agree(self.model.as_deref(), seen.model.as_deref(), is_model)
                && agree(self.prompt.as_deref(), seen.prompt.as_deref(), is_prompt)
        };
        page.items.iter().filter(may_be_it).cloned().collect()
    }
}

/// Whether it was surely there before what began `ago` before it was seen.
fn is_older(seen: &Generation, ago: Duration) -> bool {
    let (Some(created), Some(observed)) = (seen.times.created, seen.times.observed) else {
        return false;
    };
    observed.duration_since(created).is_ok_and(|age| age > ago.saturating_add(CLOCK_MARGIN))
}

fn agree(
    submitted: Option<&str>,
    seen: Option<&str>,
    is_same: fn(submitted: &str, seen: &str) -> bool,
) -> bool {
    match (submitted.map(folded), seen.map(folded)) {
        (Some(submitted), Some(seen)) => is_same(&submitted, &seen),
        _ => true,
    }
}

/// `seedance-2.0` may be listed as `seedance-2.0-250528`.
fn is_model(submitted: &str, seen: &str) -> bool {
    seen.starts_with(submitted) || submitted.starts_with(seen)
}

fn is_prompt(submitted: &str, seen: &str) -> bool {
    let beginning = seen.trim_end_matches(['.', '…']);
    let is_cut = beginning.len() < seen.len() || beginning.chars().count() >= SHORTEST_CUT;
    submitted == seen || (is_cut && submitted.starts_with(beginning))
}

/// The shortest prompt that is taken for the beginning of another without dots that say so, in characters.
const SHORTEST_CUT: usize = 32;

/// Without what is lost on the way.
fn folded(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
