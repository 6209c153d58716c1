//! Data goes to stdout, everything else to stderr.

use std::io::{self, Write as _};

use console::style;
use serde_json::Value;

use crate::problem::Problem;

/// A line of data.
pub(crate) fn say(line: &str) -> Result<(), Problem> {
    writeln!(io::stdout().lock(), "{line}")
        .map_err(|error| Problem::Io("write to stdout".to_owned(), error))
}

/// An object of data.
pub(crate) fn say_json(object: &Value) -> Result<(), Problem> {
    say(&object.to_string())
}

/// A line for a person. There is nobody to tell if even that fails.
pub(crate) fn note(line: &str) {
    drop(writeln!(io::stderr().lock(), "{line}"));
}

/// A line for a person about something that is wrong.
pub(crate) fn complain(line: &str) {
    note(&format!("{} {line}", style("error:").red().bold().for_stderr()));
}
