//! The `videogen` command.
#![expect(
    clippy::disallowed_methods,
    reason = "the command is a driver: it reads the clock, the environment and files"
)]

mod args;
mod demo;
mod emulate;
mod exit;
mod follow;
mod handles;
mod keys;
mod output;
mod problem;
mod providers;
mod report_json;
mod screen;
mod status;
mod submit;
mod table;
mod text;

use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use crate::args::{Args, Command};
use crate::exit::Exit;
use crate::problem::Problem;

fn main() -> ExitCode {
    // Clap prints usage errors itself and ends with 2, as `Exit::BadUsage` does.
    let args = Args::parse();
    log_to_stderr();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Problem::Io("start a runtime".to_owned(), error)),
    };
    match runtime.block_on(run(args)) {
        Ok(exit) => exit.into(),
        Err(problem) => fail(&problem),
    }
}

async fn run(args: Args) -> Result<Exit, Problem> {
    let Args { command, global } = args;
    match command {
        Command::Submit(args) => submit::run(&global, &args).await,
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
