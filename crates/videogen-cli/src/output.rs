//! Data goes to stdout, everything else to stderr.

use std::io::{self, Write as _};

use console::style;
use serde::Serialize;
use videogen_core::Error;

use crate::problem::Problem;
use crate::text;

/// A line of data.
pub(crate) fn say(line: &str) -> Result<(), Problem> {
    writeln!(io::stdout().lock(), "{line}").map_err(Problem::Output)
}

/// An object of data, on a line.
pub(crate) fn say_json(object: &impl Serialize) -> Result<(), Problem> {
    say(&serde_json::to_string(object).map_err(|error| Problem::Output(error.into()))?)
}

/// A line for a person. There is nobody to tell if even that fails.
pub(crate) fn note(line: &str) {
    drop(writeln!(io::stderr().lock(), "{line}"));
}

/// A line for a person about something that is wrong.
pub(crate) fn complain(line: &str) {
    note(&format!("{} {line}", style("error:").red().bold().for_stderr()));
}

/// An error and what caused it, for a person.
pub(crate) fn complain_of(error: &Error) {
    complain(&error.to_string());
    for cause in text::causes(error) {
        note(&format!("  caused by: {cause}"));
    }
}
