//! Clients that nobody here wrote, against the emulator.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use videogen_emulator::{ProviderName, Script, Server};

use crate::{Problem, output_of, root};

/// The SDKs of Sync Labs, pinned: the emulator is written by these.
const PYTHON_SDK: &str = "syncsdk==0.3.0";
const NODE_SDK: &str = "@sync.so/sdk@0.3.0";

/// Runs the SDKs through every operation that they have and the emulator serves.
///
/// With `skip_missing` a language that is not there, or whose package cannot be had, is skipped with a word.
pub(crate) fn run(skip_missing: bool) -> Result<(), Problem> {
    let there = root().join("target/interop");
    std::fs::create_dir_all(&there)
        .map_err(|error| format!("cannot make {}: {error}", there.display()))?;
    for (sdk, install) in [(PYTHON_SDK, python as fn(&Path) -> _), (NODE_SDK, node)] {
        println!("{sdk}");
        let mut program = match install(&there) {
            Ok(program) => program,
            Err(problem) if skip_missing => {
                println!("  skipped: {}", problem.lines().next().unwrap_or_default());
                continue;
            }
            Err(problem) => return Err(problem),
        };
        against_the_emulator(&mut program)?;
    }
    Ok(())
}

/// What runs the Python script, in a virtual environment of its own.
fn python(there: &Path) -> Result<Command, Problem> {
    let environment = there.join("python");
    let python = environment.join("bin/python");
    let marker = environment.join(PYTHON_SDK);
    if !marker.exists() {
        output_of(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        let pip = ["-m", "pip", "--quiet", "--disable-pip-version-check", "--retries", "1"];
        output_of(Command::new(&python).args(pip).args(["install", PYTHON_SDK]))?;
        mark(&marker)?;
    }
    let mut program = Command::new(python);
    program.arg(script("sync_sdk.py"));
    Ok(program)
}

/// What runs the JavaScript, with a folder of packages of its own.
fn node(there: &Path) -> Result<Command, Problem> {
    let packages = there.join("node");
    let marker = packages.join(NODE_SDK.replace('/', "_"));
    // Its file API is global from here on.
    let version = output_of(Command::new("node").arg("--version"))?;
    let major =
        version.trim().trim_start_matches('v').split('.').next().and_then(|it| it.parse().ok());
    if major.is_none_or(|major: u32| major < 20) {
        return Err(format!("node {} is older than 20", version.trim()));
    }
    if !marker.exists() {
        std::fs::create_dir_all(&packages)
            .map_err(|error| format!("cannot make {}: {error}", packages.display()))?;
        let npm =
            ["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--fetch-retries=1"];
        output_of(Command::new("npm").args(npm).arg("--prefix").arg(&packages).arg(NODE_SDK))?;
        mark(&marker)?;
    }
    let mut program = Command::new("node");
    // The script is not where the packages are.
    program.arg(script("sync_sdk.cjs")).env("NODE_PATH", packages.join("node_modules"));
    Ok(program)
}

fn mark(marker: &Path) -> Result<(), Problem> {
    std::fs::write(marker, "")
        .map_err(|error| format!("cannot write {}: {error}", marker.display()))
}

fn script(name: &str) -> PathBuf {
    root().join("xtask/interop").join(name)
}

fn against_the_emulator(program: &mut Command) -> Result<(), Problem> {
    let server = Server::start().map_err(|error| format!("no emulator: {error}"))?;
    let script = Script::new(ProviderName::SYNCLABS).running_for(Duration::ZERO);
    let done = server.add(script).map_err(|error| error.to_string())?;
    let status = program
        .arg(server.origin())
        .arg(&done.id)
        .status()
        .map_err(|error| format!("cannot run {program:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program:?}: {status}")) }
}
