//! The chores of this repository. `cargo xtask help` lists them.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a chore reads files and talks to a person"
)]

mod bench;
mod bench_download;
mod ci;
mod examples;
mod fixtures;
mod guide;
mod interop;
mod manual;
mod names;
mod new_provider;
mod purity;
mod survive;
mod workspace;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::{Parser, Subcommand, ValueEnum};

/// The chores of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Everything that has to hold before a change lands: what CI runs
    Ci,
    /// Check the fixtures: form, sources, secrets; print which status and error of which provider is covered
    Fixtures,
    /// Check which crates depend on what: no HTTP client, runtime or TLS in core and providers; count crates; and that core, files,
    /// transports and test kit name no provider
    Purity,
    /// Build and test the examples outside the workspace, and check how small they are; check that the guide shows their code
    Examples {
        /// Bring their lock files to the versions of this workspace, and check nothing
        #[arg(long)]
        update: bool,
    },
    /// Lay out the crate of a new provider, with fixtures and tests to fill in
    NewProvider {
        /// What handles call it, such as `acme`
        #[arg(required_unless_present = "check")]
        name: Option<String>,
        /// A folder of its own outside this repository, instead of `crates/videogen-NAME` and `fixtures/NAME`
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Lay one out below `target` in both ways, and test them
        #[arg(long, conflicts_with_all = ["name", "out"])]
        check: bool,
    },
    /// Measure: decoding against plain `serde_json`, in instructions (needs valgrind) or in time; downloads against curl
    Bench {
        /// What to measure [default: all]
        name: Option<Benchmark>,
    },
    /// Run the providers' own SDKs against the emulator; needs Python, Node and their package registries
    Interop {
        /// Skip, with a word, what is not there
        #[arg(long)]
        skip_missing: bool,
    },
    /// Write the command's manual pages
    Man {
        /// Where to [default: target/man]
        directory: Option<PathBuf>,
    },
    /// Write the command's completions for bash, elvish, fish, PowerShell and zsh
    Completions {
        /// Where to [default: target/completions]
        directory: Option<PathBuf>,
    },
    /// Kill `videogen run` with SIGKILL at random moments and start it again, with the emulator as the witness
    Survive {
        /// How often to kill
        #[arg(long, default_value_t = 200)]
        kills: u32,
        /// What the moments are drawn from [default: the time]
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Run the benchmarked loop itself, for `bench`
    #[command(hide = true)]
    BenchLoop {
        /// What to decode into
        subject: String,
        /// How often
        times: u32,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Benchmark {
    Decode,
    Download,
}

/// What went wrong, for a person.
type Problem = String;

fn main() -> ExitCode {
    let result = match Xtask::parse().chore {
        Chore::Ci => ci::run(),
        Chore::Fixtures => fixtures::check(),
        Chore::Purity => purity::check(),
        Chore::Examples { update: true } => examples::update(),
        Chore::Examples { update: false } => guide::check().and_then(|()| examples::check()),
        Chore::NewProvider { check: true, .. } => new_provider::check(),
        Chore::NewProvider { name, out, .. } => {
            new_provider::lay_out(&name.unwrap_or_default(), out)
        }
        Chore::Bench { name: Some(Benchmark::Decode) } => bench::compare(),
        Chore::Bench { name: Some(Benchmark::Download) } => bench_download::compare(),
        Chore::Bench { name: None } => bench::compare().and_then(|()| bench_download::compare()),
        Chore::Interop { skip_missing } => interop::run(skip_missing),
        Chore::Man { directory } => manual::write_pages(directory),
        Chore::Completions { directory } => manual::write_completions(directory),
        Chore::Survive { kills, seed } => survive::run(kills, seed),
        Chore::BenchLoop { subject, times } => bench::run_loop(&subject, times),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// The repository's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The `cargo` that runs this.
fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// What a command prints.
fn output_of(command: &mut Command) -> Result<String, Problem> {
    let output = command.output().map_err(|error| format!("cannot run {command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
