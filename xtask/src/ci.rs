//! What CI runs, in the order of how soon it fails.

use std::process::Command;
use std::time::Instant;

use crate::{Problem, cargo, examples, fixtures, guide, interop, new_provider, purity, root};

/// The README's test command, without `cargo`.
const TEST: &[&str] = &["test", "--workspace"];

pub(crate) fn run() -> Result<(), Problem> {
    readme_names_the_test_command()?;
    readme_shows_the_example()?;
    step("format", cargo().args(["fmt", "--all", "--check"]))?;
    step(
        "lints",
        cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    )?;
    chore("fixtures", fixtures::check)?;
    chore("purity", purity::check)?;
    chore("guide", guide::check)?;
    // Snapshots are compared, never written.
    step("tests", cargo().args(TEST).env("INSTA_UPDATE", "no"))?;
    no_pending_snapshots()?;
    chore("examples", examples::check)?;
    chore("a new provider", new_provider::check)?;
    chore("interop", || interop::run(true))?;
    step(
        "docs",
        cargo()
            .args(["doc", "--workspace", "--no-deps", "--document-private-items"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    println!("\nall of it holds");
    Ok(())
}

fn step(name: &str, command: &mut Command) -> Result<(), Problem> {
    println!("\n== {name}: {}", shown(command));
    let begun = Instant::now();
    let status = command.status().map_err(|error| format!("cannot run {command:?}: {error}"))?;
    println!("== {name}: {} s", begun.elapsed().as_secs());
    if status.success() { Ok(()) } else { Err(format!("{name} failed")) }
}

fn chore(name: &str, check: fn() -> Result<(), Problem>) -> Result<(), Problem> {
    println!("\n== {name}");
    check().map_err(|problem| format!("{name}: {problem}"))
}

fn shown(command: &Command) -> String {
    let words = command.get_args().map(|word| word.to_string_lossy());
    std::iter::once("cargo".into()).chain(words).collect::<Vec<_>>().join(" ")
}

/// A person who follows the README runs what CI runs.
fn readme_names_the_test_command() -> Result<(), Problem> {
    let readme = std::fs::read_to_string(root().join("README.md"))
        .map_err(|error| format!("cannot read README.md: {error}"))?;
    let command = format!("cargo {}", TEST.join(" "));
    if readme.lines().any(|line| line == command) {
        return Ok(());
    }
    Err(format!("README.md has no line `{command}`"))
}

/// The README's code is that of an example, which the tests build.
fn readme_shows_the_example() -> Result<(), Problem> {
    let read = |path: &str| {
        std::fs::read_to_string(root().join(path))
            .map_err(|error| format!("cannot read {path}: {error}"))
    };
    let path = "crates/videogen-ureq/examples/generate.rs";
    let (readme, example) = (read("README.md")?, read(path)?);
    let code = readme.split_once("```rust\n").and_then(|(_, rest)| rest.split_once("```"));
    let (code, _) = code.ok_or("README.md has no Rust code")?;
    for line in code.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        if !example.lines().any(|of_example| of_example.trim() == line) {
            return Err(format!("README.md has the line `{line}`, which is not in {path}"));
        }
    }
    Ok(())
}

fn no_pending_snapshots() -> Result<(), Problem> {
    let mut git = Command::new("git");
    git.current_dir(root()).args(["ls-files", "--others", "--", "*.snap.new"]);
    let pending = crate::output_of(&mut git).unwrap_or_default();
    if pending.is_empty() { Ok(()) } else { Err(format!("snapshots wait for review:\n{pending}")) }
}
