//! The examples outside the workspace: a provider and a command of somebody else's.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::workspace::{files_below, folders, text};
use crate::{Problem, cargo, output_of, root};

/// The provider of the simplest kind, and all that such a one depends on.
const SIMPLEST: &str = "acme";
const ITS_DEPENDENCIES: [&str; 4] = ["http", "serde", "serde_json", "videogen-core"];
/// Blank lines and comments are among them.
const FEWER_LINES_THAN: usize = 150;

/// The command with a provider of one's own.
const COMMAND: &str = "acme-command";
const FEWER_LINES_OF_A_COMMAND_THAN: usize = 20;

pub(crate) fn check() -> Result<(), Problem> {
    sizes()?;
    for name in folders(&root().join("examples"))? {
        let folder = root().join("examples").join(&name);
        run(in_folder(&folder).args(["fmt", "--check"]))?;
        let lints = ["clippy", "--locked", "--all-targets", "--", "-D", "warnings"];
        run(in_folder(&folder).args(lints))?;
        run(in_folder(&folder).args(["test", "--locked"]))?;
    }
    dependencies()
}

/// `cargo` in a folder that is a workspace of its own. What it has in common with this one is built once.
pub(crate) fn in_folder(folder: &Path) -> Command {
    let mut cargo = cargo();
    cargo.current_dir(folder).env("CARGO_TARGET_DIR", root().join("target"));
    cargo
}

pub(crate) fn run(command: &mut Command) -> Result<(), Problem> {
    let status = command.status().map_err(|error| format!("cannot run {command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed")) }
}

fn sizes() -> Result<(), Problem> {
    let lines = |text: &str| text.lines().count();
    let mut provider = 0;
    for file in files_below(&root().join("examples").join(SIMPLEST).join("src"))? {
        provider += lines(&text(file)?);
    }
    let command = lines(&text(Path::new("examples").join(COMMAND).join("src/main.rs"))?);
    println!("{SIMPLEST}: {provider} lines without tests; {COMMAND}: {command} lines");
    if provider >= FEWER_LINES_THAN {
        return Err(format!("{SIMPLEST} has {provider} lines, and not fewer than {FEWER_LINES_THAN}"));
    }
    if command >= FEWER_LINES_OF_A_COMMAND_THAN {
        return Err(format!(
            "{COMMAND} has {command} lines, and not fewer than {FEWER_LINES_OF_A_COMMAND_THAN}"
        ));
    }
    Ok(())
}

fn dependencies() -> Result<(), Problem> {
    let mut tree = in_folder(&root().join("examples").join(SIMPLEST));
    tree.args(["tree", "--locked", "--edges", "normal", "--depth", "1", "--prefix", "none"]);
    let tree = output_of(&mut tree)?;
    let names = tree.lines().skip(1).filter_map(|line| line.split_whitespace().next());
    let names: BTreeSet<&str> = names.collect();
    println!("{SIMPLEST} depends on {}", names.iter().copied().collect::<Vec<_>>().join(", "));
    if names == BTreeSet::from(ITS_DEPENDENCIES) {
        return Ok(());
    }
    Err(format!("{SIMPLEST} is to depend on {} and nothing else", ITS_DEPENDENCIES.join(", ")))
}
