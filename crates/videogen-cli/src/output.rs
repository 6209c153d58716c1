//! Data goes to stdout, everything else to stderr.

use std::io::{self, Write as _};

use console::style;
use serde::Serialize;
use videogen_core::Error;

use crate::problem::Problem;
use crate::text;

/// A line of data for a person.
pub(crate) fn say(line: &str) -> Result<(), Problem> {
    say_as_is(&clean(line))
}

/// A line that has colours of ours, and nothing of a provider's.
pub(crate) fn say_as_is(line: &str) -> Result<(), Problem> {
    writeln!(io::stdout().lock(), "{line}").map_err(Problem::Output)
}

/// An object of data, on a line.
pub(crate) fn say_json(object: &impl Serialize) -> Result<(), Problem> {
    say_as_is(&serde_json::to_string(object).map_err(|error| Problem::Output(error.into()))?)
}

/// A line for a person. There is nobody to tell if even that fails.
pub(crate) fn note(line: &str) {
    note_as_is(&clean(line));
}

fn note_as_is(line: &str) {
    drop(writeln!(io::stderr().lock(), "{line}"));
}

/// A line for a person about something that is wrong.
pub(crate) fn complain(line: &str) {
    note_as_is(&format!("{} {}", style("error:").red().bold().for_stderr(), clean(line)));
}

/// The text as part of one line that does nothing to a terminal.
///
/// A provider's words could otherwise clear the screen, or look like a line of ours.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
            // These show what follows in another order.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
            c if c.is_control() => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}

/// An error and what caused it, for a person.
pub(crate) fn complain_of(error: &Error) {
    complain(&error.to_string());
    for cause in text::causes(error) {
        note(&format!("  caused by: {cause}"));
    }
}
