//! What `run` says of what an earlier run did.

use std::path::Path;

use videogen_core::{Handle, ListQuery, Phase, Provider};

use crate::exit::Exit;
use crate::fetch::{Fetched, File};
use crate::follow::{Ended, print_end};
use crate::output::{complain, note};
use crate::problem::Problem;
use crate::run::journal::{Course, Entry, Submitting};
use crate::screen::Figures;

/// An interruption in the middle of a submission.
pub(crate) fn interrupted(provider: &str) -> String {
    format!(
        "interrupted: the submission to {provider} may have been accepted, and billed; the same command again goes on from there, and pays nothing twice"
    )
}

/// A submission of which nobody here knows what came of it.
pub(crate) fn tell_ambiguous(
    provider: &dyn Provider,
    before: &Submitting,
    candidates: &[Handle],
    looked_up: bool,
) {
    let name = provider.name();
    complain(&format!(
        "a submission to {name} that began at {} may have been accepted, and billed, and no answer said so; nothing is submitted now",
        before.begun_at
    ));
    match candidates {
        [] if looked_up => note(&format!(
            "  {name} lists no generation that could be it and is not of another run here; it may be listed later"
        )),
        [] => {}
        several => {
            note(&format!("  {name} lists these, which could be it:"));
            several.iter().for_each(|handle| note(&format!("    {handle}")));
        }
    }
    note("go on with the same command and one of these:");
    note(&format!("  --adopt {name}:ID  takes a generation that is there for what was submitted"));
    if !looked_up && provider.list(&ListQuery::first()).is_ok() {
        note("  --look-up  looks in the provider's list for it, and takes it if there is just one");
    }
    note("  --resubmit  submits again, which may be paid twice");
}

/// What an earlier run brought to its end: told, with how it ended. `None` if there is something left to do.
pub(crate) fn told(
    json: bool,
    downloads: &Path,
    entry: &Entry,
    wanted: &str,
) -> Result<Option<Exit>, Problem> {
    let fetched: Vec<_> = match &entry.state {
        Course::Ended(generation) if generation.phase() != Phase::Succeeded => Vec::new(),
        Course::Downloaded(files) if files.wanted == wanted => {
            let there = files.files.iter().map(|file| {
                let path = downloads.join(&file.name);
                let bytes = path.metadata().ok()?.len();
                let there = File { bytes, took: None, resumed: 0, is_whole: None };
                Some(Fetched { kind: file.kind, nth: file.nth, path, result: Ok(there) })
            });
            // Who has moved a file away wants it again: that costs nothing.
            match there.collect() {
                Some(fetched) => fetched,
                None => return Ok(None),
            }
        }
        _ => return Ok(None),
    };
    if let Course::Ended(generation) = &entry.state {
        let figures = Figures::NONE;
        let result = Ok((**generation).clone());
        let ended = Ended { handle: entry.handle.clone(), result, figures, fetched };
        print_end(json, &ended)?;
        return Ok(Some(ended.exit()));
    }
    crate::follow::print_downloaded(json, &entry.handle, &fetched)?;
    Ok(Some(Exit::Succeeded))
}
