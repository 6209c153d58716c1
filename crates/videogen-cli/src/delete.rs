//! `delete`: generations that have ended, for ever.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use console::style;
use videogen_core::Handle;

use crate::act::Act;
use crate::args::{DeleteArgs, Global};
use crate::exit::Exit;
use crate::follow::handles_of;
use crate::handles;
use crate::output::{clean, note};
use crate::problem::Problem;

pub(crate) async fn run(global: &Global, args: &DeleteArgs) -> Result<Exit, Problem> {
    let asked = handles::resolve(global, &args.generations)?;
    Act::Delete.check(&asked)?;
    if !args.yes && !is_meant(&handles_of(&asked))? {
        note("nothing was deleted");
        return Ok(Exit::BadUsage);
    }
    Act::Delete.on(global, &asked).await
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
