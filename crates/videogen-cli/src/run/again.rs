//! What `run` says of what an earlier run did.

use std::path::Path;

use videogen_core::{Error, ErrorKind, Handle, ListQuery, Phase, Provider, timestamp};

use crate::exit::Exit;
use crate::fetch::{Fetched, File, changed};
use crate::follow::{Ended, print_end};
use crate::output::{complain, note};
use crate::problem::Problem;
use crate::run::journal::{Course, Entry, Submitting};
use crate::screen::Figures;
use crate::{table, text};

/// An interruption in the middle of a submission.
pub(crate) fn interrupted(provider: &dyn Provider) -> String {
    let again = if provider.promises_idempotency() {
        "submits with the same key, which makes nothing twice"
    } else {
        "submits nothing, and says how to go on"
    };
    format!(
        "interrupted: the submission to {} may have been accepted, and billed; the same command again, without --anew and --resubmit, {again}",
        provider.name()
    )
}

/// What looking in the provider's list came to.
pub(crate) enum LookedUp<'a> {
    Not,
    InVain,
    /// None, or several: then a person has to choose.
    Found(&'a [Handle]),
}

/// A submission of which nobody here knows what came of it.
pub(crate) fn tell_ambiguous(name: &str, before: &Submitting) {
    let begun_at = timestamp::parse(&before.begun_at).map(text::time);
    complain(&format!(
        "a submission to {name} that began at {} may have been accepted, and billed, and no answer said so; nothing is submitted now",
        begun_at.as_ref().unwrap_or(&before.begun_at)
    ));
}

/// How to go on from there.
pub(crate) fn advise(provider: &dyn Provider, looked_up: &LookedUp<'_>, key_is_good: bool) {
    let name = provider.name();
    match looked_up {
        LookedUp::Not | LookedUp::InVain => {}
        LookedUp::Found([]) => note(&format!(
            "{name} lists none that may be it and is not of another run here; it may be listed later"
        )),
        LookedUp::Found(several) => {
            let what =
                if several.len() == 1 { "one that may be it" } else { "several that may be it" };
            note(&format!("{name} lists {what}:"));
            several.iter().for_each(|handle| note(&format!("  {handle}")));
        }
    }
    if key_is_good {
        note(
            "go on with the same command: it submits again with the same key, which makes nothing twice",
        );
        return;
    }
    let mut ways =
        vec![(format!("--adopt {name}:ID"), "take one that is there for what was submitted")];
    if matches!(looked_up, LookedUp::Not) && provider.list(&ListQuery::first()).is_ok() {
        ways.push((
            "--look-up".to_owned(),
            "look in the provider's list, and take it if there is just one like it",
        ));
    }
    ways.push((
        "--resubmit".to_owned(),
        "submit again, which may be paid twice; if that is interrupted, go on without it",
    ));
    note("go on with the same command and one of these:");
    let rows: Vec<_> =
        ways.into_iter().map(|(way, what)| vec![format!("  {way}"), what.to_owned()]).collect();
    table::lines(&rows).iter().for_each(|line| note(line));
}

/// What an earlier run brought to its end: told, with how it ended. `None` if there is something left to do.
pub(crate) fn told(
    json: bool,
    downloads: &Path,
    entry: &Entry,
    wanted: &str,
    overwrite: bool,
) -> Result<Option<Exit>, Problem> {
    let fetched: Vec<_> = match &entry.state {
        Course::Ended(generation) if generation.phase() != Phase::Succeeded => Vec::new(),
        Course::Downloaded(files) if files.wanted == wanted => {
            let there = files.files.iter().map(|file| {
                let path = downloads.join(&file.name);
                let bytes = path.metadata().ok()?.len();
                let there = File { bytes, took: None, resumed: 0, is_whole: None };
                let result = match changed(&path, file.bytes) {
                    Some(_) if overwrite => return None,
                    Some(changed) => Err(Error::new(ErrorKind::LocalFile, changed)),
                    None => Ok(there),
                };
                Some(Fetched { kind: file.kind, nth: file.nth, path, result })
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
    Ok(Some(Exit::worst(fetched.iter().map(Fetched::exit))))
}
