//! The command's manual and completions, from what its arguments say.

use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use clap_complete::Shell;

use crate::{Problem, root};

const NAME: &str = "videogen";

/// Writes a page for the command and for each of its subcommands.
pub(crate) fn write_pages(directory: Option<PathBuf>) -> Result<(), Problem> {
    let directory = made(directory, "man")?;
    clap_mangen::generate_to(command(), &directory).map_err(|error| cannot(&directory, &error))?;
    list(&directory)?;
    println!("read one with: man -l {}", directory.join(format!("{NAME}.1")).display());
    Ok(())
}

/// Writes a file for each shell.
pub(crate) fn write_completions(directory: Option<PathBuf>) -> Result<(), Problem> {
    let directory = made(directory, "completions")?;
    for shell in Shell::value_variants() {
        clap_complete::generate_to(*shell, &mut command(), NAME, &directory)
            .map_err(|error| cannot(&directory, &error))?;
    }
    list(&directory)
}

fn command() -> clap::Command {
    videogen_cli::command(&videogen_cli::built_in())
}

fn made(directory: Option<PathBuf>, usual: &str) -> Result<PathBuf, Problem> {
    let directory = directory.unwrap_or_else(|| root().join("target").join(usual));
    std::fs::create_dir_all(&directory).map_err(|error| cannot(&directory, &error))?;
    Ok(directory)
}

fn list(directory: &Path) -> Result<(), Problem> {
    let entries = std::fs::read_dir(directory).map_err(|error| cannot(directory, &error))?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in files {
        println!("{}", file.display());
    }
    Ok(())
}

fn cannot(directory: &Path, error: &std::io::Error) -> Problem {
    format!("cannot write to {}: {error}", directory.display())
}
