//! Clients that nobody here wrote, against the emulator.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use videogen_emulator::{ProviderName, Script, Server, SubmitPlan};

use crate::{Problem, output_of, root};

/// Who runs a client.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Python,
    JavaScript,
}

/// A client, pinned: the emulator is written by these.
struct Client {
    package: &'static str,
    language: Language,
    script: &'static str,
    provider: ProviderName,
}

const CLIENTS: &[Client] = &[
    Client {
        package: "syncsdk==0.3.0",
        language: Language::Python,
        script: "sync_sdk.py",
        provider: ProviderName::SYNCLABS,
    },
    Client {
        package: "@sync.so/sdk@0.3.0",
        language: Language::JavaScript,
        script: "sync_sdk.cjs",
        provider: ProviderName::SYNCLABS,
    },
    Client {
        package: "openai==3.54.0",
        language: Language::Python,
        script: "openai_sdk.py",
        provider: ProviderName::OPENAI,
    },
    Client {
        package: "openai@6.49.0",
        language: Language::JavaScript,
        script: "openai_sdk.cjs",
        provider: ProviderName::OPENAI,
    },
];

/// How long what they submit runs.
const RUNNING: Duration = Duration::from_millis(1500);

/// Runs the clients through every operation that they have and the emulator serves.
///
/// With `skip_missing` a language that is not there, or whose package cannot be had, is skipped with a word.
pub(crate) fn run(skip_missing: bool) -> Result<(), Problem> {
    let there = root().join("target/interop");
    std::fs::create_dir_all(&there)
        .map_err(|error| format!("cannot make {}: {error}", there.display()))?;
    for client in CLIENTS {
        println!("{}", client.package);
        let installed = match client.language {
            Language::Python => python(&there, client),
            Language::JavaScript => node(&there, client),
        };
        let mut program = match installed {
            Ok(program) => program,
            Err(problem) if skip_missing => {
                println!("  skipped: {}", problem.lines().next().unwrap_or_default());
                continue;
            }
            Err(problem) => return Err(problem),
        };
        against_the_emulator(&mut program, client)?;
    }
    Ok(())
}

/// A folder for a package and nothing else.
fn folder(there: &Path, client: &Client) -> PathBuf {
    let language = if client.language == Language::Python { "python" } else { "node" };
    there.join(format!("{language}-{}", client.package.replace(['/', '@', '='], "_")))
}

/// What runs a Python script, in a virtual environment of its own.
fn python(there: &Path, client: &Client) -> Result<Command, Problem> {
    let environment = folder(there, client);
    let python = environment.join("bin/python");
    let marker = environment.join("installed");
    if !marker.exists() {
        output_of(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        let pip = ["-m", "pip", "--quiet", "--disable-pip-version-check", "--retries", "1"];
        output_of(Command::new(&python).args(pip).args(["install", client.package]))?;
        mark(&marker)?;
    }
    let mut program = Command::new(python);
    program.arg(script(client.script));
    Ok(program)
}

/// What runs JavaScript, with a folder of packages of its own.
fn node(there: &Path, client: &Client) -> Result<Command, Problem> {
    let packages = folder(there, client);
    let marker = packages.join("installed");
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
        let mut install = Command::new("npm");
        output_of(install.args(npm).arg("--prefix").arg(&packages).arg(client.package))?;
        mark(&marker)?;
    }
    let mut program = Command::new("node");
    // The script is not where the packages are.
    program.arg(script(client.script)).env("NODE_PATH", packages.join("node_modules"));
    Ok(program)
}

fn mark(marker: &Path) -> Result<(), Problem> {
    std::fs::write(marker, "")
        .map_err(|error| format!("cannot write {}: {error}", marker.display()))
}

fn script(name: &str) -> PathBuf {
    root().join("xtask/interop").join(name)
}

/// Every script gets the emulator's origin, the id of a generation that is done, and the provider's base URL.
fn against_the_emulator(program: &mut Command, client: &Client) -> Result<(), Problem> {
    let server = Server::start().map_err(|error| format!("no emulator: {error}"))?;
    let script = Script::new(client.provider).running_for(Duration::ZERO);
    let done = server.add(script).map_err(|error| error.to_string())?;
    let generation = Script::new(client.provider).running_for(RUNNING);
    // Sync Labs' scripts have their own idea of what is done.
    if client.provider != ProviderName::SYNCLABS {
        let plan = SubmitPlan::new(client.provider).with_generation(generation);
        server.plan_submits(plan).map_err(|error| error.to_string())?;
    }
    let status = program
        .arg(server.origin())
        .arg(&done.id)
        .arg(server.base_url(client.provider).as_str())
        .status()
        .map_err(|error| format!("cannot run {program:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program:?}: {status}")) }
}
