//! The `videogen` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    videogen_cli::main_with(videogen_cli::built_in())
}
