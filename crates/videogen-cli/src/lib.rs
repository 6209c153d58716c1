//! The `videogen` command as a library: for a command of your own, with providers of your own.
//!
//! ```no_run
//! use std::process::ExitCode;
//! use videogen_cli::KnownProvider;
//! # use videogen_prism::Prism as Acme;
//!
//! fn main() -> ExitCode {
//!     let mut providers = videogen_cli::built_in();
//!     // Its key is in ACME_API_KEY.
//!     providers.push(KnownProvider::of("acme", Acme::new, Acme::at));
//!     videogen_cli::main_with(providers)
//! }
//! ```
//!
//! `docs/adding-a-provider.md` in videogen's repository walks through such a provider and such a command.
//!
//! # In scope
//!
//! The whole command in one function, [`main_with`]: arguments, keys, output, exit codes. `videogen --help` says what it does, and
//! lists the lines that `--json` prints.
//!
//! # Out of scope
//!
//! Its parts one by one: what they do for a program is in videogen-reqwest and videogen-ureq. Commands of your own.
#![expect(
    clippy::disallowed_methods,
    reason = "the command is a driver: it reads the clock, the environment and files"
)]

mod act;
mod again_command;
mod args;
mod cancel;
mod cost;
mod delete;
mod demo;
mod download;
mod emulate;
mod exit;
mod fetch;
mod follow;
mod handles;
mod interrupt;
mod keys;
mod known;
mod list;
mod new_generation;
mod output;
mod problem;
mod providers;
mod report_json;
mod run;
mod screen;
mod status;
mod submit;
mod table;
mod text;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};
use tracing_subscriber::EnvFilter;

use crate::args::{Args, Command};
use crate::exit::Exit;
use crate::problem::Problem;

pub use known::{KnownProvider, built_in};

/// The command, from the arguments of this process to its exit code, with these providers.
///
/// It takes the process for its own: stdin, stdout and stderr, the signals that end it, and the subscriber of `tracing`.
#[must_use]
pub fn main_with(providers: impl IntoIterator<Item = KnownProvider>) -> ExitCode {
    let providers: Vec<_> = providers.into_iter().collect();
    // Clap prints usage errors itself and ends with 2, as `Exit::BadUsage` does.
    let matches = command(&providers).get_matches();
    let mut args = Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    args.global.providers = providers;
    log_to_stderr();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Problem::Io("start a runtime".to_owned(), error)),
    };
    match runtime.block_on(go(args)) {
        Ok(exit) => exit.into(),
        Err(problem) => fail(&problem),
    }
}

/// What the command takes, for its manual and its completions.
#[doc(hidden)]
#[must_use]
pub fn command(providers: &[KnownProvider]) -> clap::Command {
    Args::command().after_long_help(args::after_help(providers))
}

async fn go(args: Args) -> Result<Exit, Problem> {
    let Args { command, global } = args;
    match command {
        Command::Submit(args) => submit::run(&global, &args).await,
        Command::Cost(args) => cost::run(&global, &args).await,
        Command::List(args) => list::run(&global, &args).await,
        Command::Delete(args) => delete::run(&global, &args).await,
        Command::Cancel(args) => cancel::run(&global, &args).await,
        Command::Run(args) => run::run(&global, &args).await,
        Command::Download(args) => download::run(&global, &args).await,
        Command::Status(args) => status::run(&global, &args).await,
        Command::Wait(args) => follow::wait(&global, &args).await,
        Command::Watch(args) => follow::watch(&global, &args).await,
        Command::Emulate(args) => emulate::run(&global, &args).await,
        Command::Demo => demo::run(&global).await,
        Command::Providers => providers::run(&global),
    }
}

fn fail(problem: &Problem) -> ExitCode {
    // A reader of stdout that has had enough (`| head`) is no failure.
    if !problem.is_broken_pipe() {
        output::complain(&problem.to_string());
    }
    problem.exit().into()
}

/// Logs go to stderr, and are silent unless `RUST_LOG` asks for them: what goes wrong is told by the lines themselves.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("off"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(console::colors_enabled_stderr())
        .init();
}
