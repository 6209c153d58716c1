//! `delete`: generations that have ended, for ever.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use console::style;
use videogen_core::{Error, ErrorKind, Handle};

use crate::args::{DeleteArgs, Global};
use crate::exit::Exit;
use crate::follow::handles_of;
use crate::handles;
use crate::output::{clean, complain, complain_of, note, say, say_json};
use crate::problem::Problem;
use crate::report_json;

/// Deletes one after the other, so that an interruption leaves what was not named as deleted.
pub(crate) async fn run(global: &Global, args: &DeleteArgs) -> Result<Exit, Problem> {
    let asked = handles::resolve(global, &args.generations)?;
    // Before anything is sent: what a provider does not have.
    for asked in &asked {
        drop(asked.client.provider().delete(&asked.handle)?);
    }
    if !args.yes && !is_meant(&handles_of(&asked))? {
        note("nothing was deleted");
        return Ok(Exit::BadUsage);
    }
    let mut exits = Vec::new();
    let mut unwritten = None;
    for asked in &asked {
        let result = asked.client.delete(&asked.handle).await;
        exits.push(result.as_ref().map_or_else(Exit::of_error, |()| Exit::Succeeded));
        // What was asked for is done to its end, and told where it can be.
        if let Err(problem) = tell(global.json, &asked.handle, &result) {
            match &result {
                Ok(()) => note(&format!("{}  deleted", asked.handle)),
                Err(error) => complain_of(error),
            }
            unwritten.get_or_insert(problem);
        }
    }
    if let Some(problem) = unwritten.filter(|problem| !problem.is_broken_pipe()) {
        complain(&problem.to_string());
        exits.push(problem.exit());
    }
    Ok(Exit::worst(exits))
}

fn tell(json: bool, handle: &Handle, result: &Result<(), Error>) -> Result<(), Problem> {
    match result {
        Ok(()) if json => say_json(&report_json::deleted(handle)),
        Ok(()) => say(&format!("{handle}  deleted")),
        Err(error) if json => say_json(&report_json::not_deleted(handle, error)),
        Err(error) => {
            complain_of(error);
            if let Some(advice) = advice(error) {
                note(&format!("  {advice}"));
            }
            Ok(())
        }
    }
}

/// What the error itself does not say, since it is worded for questions.
fn advice(error: &Error) -> Option<&'static str> {
    matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::InvalidResponse)
        .then_some("it may be deleted: no answer said so; deleting it again is safe")
}

/// Asks on the terminal. Where there is none nobody can answer.
fn is_meant(handles: &[Handle]) -> Result<bool, Problem> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Problem::Usage(
            "deleting is for ever: say --yes where there is no terminal to ask on; nothing was deleted"
                .to_owned(),
        ));
    }
    for handle in handles {
        note(&format!("  {handle}"));
    }
    let question = format!(
        "Delete {} for ever? [y/N] ",
        if handles.len() == 1 { "it".to_owned() } else { format!("these {}", handles.len()) }
    );
    // There is nobody to tell if even that fails; no answer is then a no.
    drop(write!(std::io::stderr().lock(), "{}", style(clean(&question)).bold().for_stderr()));
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Problem::Io("read the answer".to_owned(), error))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
