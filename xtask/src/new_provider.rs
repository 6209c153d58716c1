//! A crate of a new provider, laid out so that it compiles, with fixtures and tests to fill in.

use std::fs;
use std::path::{Path, PathBuf};

use crate::examples::{in_folder, run};
use crate::workspace::{provider_crates, providers, text};
use crate::{Problem, root};

/// What the templates call the provider, in three ways of writing.
const SAMPLE: [&str; 3] = ["newcomer", "Newcomer", "NEWCOMER"];

/// Where the tests of the templates have their fixtures, from the crate's folder.
const FIXTURES_OF_TEMPLATE: &str = "/../../fixtures";

const LONGEST_NAME: usize = 32;

/// Names of crates that are no providers, and words that would be confusing.
const TAKEN: [&str; 12] = [
    "async", "cli", "core", "emulator", "example", "files", "newcomer", "provider", "reqwest",
    "test", "testkit", "ureq",
];

macro_rules! templates {
    ($($path:literal)+) => {
        &[$(($path, include_str!(concat!("../templates/", $path)))),+]
    };
}

/// The files of the crate.
const CRATE: &[(&str, &str)] = templates! {
    "src/lib.rs" "src/status.rs" "src/wire.rs" "src/errors.rs" "src/failures.rs" "src/provider.rs" "src/submit.rs"
    "tests/it/main.rs" "tests/it/conformance.rs"
};

/// The fixtures.
const FIXTURES: &[(&str, &str)] = templates! {
    "fixtures/status/queued.json" "fixtures/status/running.json" "fixtures/status/succeeded.json"
    "fixtures/status/failed.json" "fixtures/status/failed_moderation.json"
    "fixtures/status/error_404_not_found.json" "fixtures/status/html_502.json"
    "fixtures/submit/accepted.json" "fixtures/submit/error_402_no_credits.json"
};

const MANIFEST_HERE: &str = include_str!("../templates/Cargo.here.toml");
const MANIFEST_APART: &str = include_str!("../templates/Cargo.apart.toml");

/// Lays out a provider: in this workspace, or in a folder of its own.
pub(crate) fn lay_out(name: &str, out: Option<PathBuf>) -> Result<(), Problem> {
    check_name(name)?;
    let (krate, fixtures) = match &out {
        Some(folder) => (absolute(folder)?, absolute(folder)?.join("fixtures").join(name)),
        None => (
            root().join("crates").join(format!("videogen-{name}")),
            root().join("fixtures").join(name),
        ),
    };
    let is_apart = out.is_some();
    for folder in [&krate, &fixtures] {
        let is_empty = || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
        if folder.exists() && !(is_apart && is_empty()) {
            return Err(format!("{} is there already; nothing was written", folder.display()));
        }
    }
    write(name, &krate, &fixtures, is_apart)?;
    // Where a name comes in the order of imports depends on the name.
    run(in_folder(&krate).arg("fmt"))?;
    println!("{}", next_steps(name, &krate, &fixtures, is_apart));
    Ok(())
}

/// Lays one out in both ways, in folders below `target`, and runs its lints and tests.
pub(crate) fn check() -> Result<(), Problem> {
    for (name, what) in [
        ("", "empty"),
        ("Acme", "capitals"),
        ("a_b", "an underscore"),
        ("-a", "a hyphen first"),
        ("core", "a crate of ours"),
        ("../x", "a path"),
    ] {
        if check_name(name).is_ok() {
            return Err(format!("the name `{name}` is not refused: {what}"));
        }
    }
    for name in providers()? {
        if check_name(&name).is_ok() {
            return Err(format!("the name `{name}` of a provider that is here is not refused"));
        }
    }
    let place = root().join("target").join("new-provider");
    if place.exists() {
        fs::remove_dir_all(&place).map_err(|error| format!("{}: {error}", place.display()))?;
    }
    let lints = ["clippy", "--all-targets", "--", "-D", "warnings"];
    let apart = place.join("apart");
    lay_out("zebra-9", Some(apart.clone()))?;
    if lay_out("zebra-9", Some(apart.clone())).is_ok() {
        return Err("a folder that is there is written over".to_owned());
    }
    keep_versions(&apart)?;
    run(in_folder(&apart).args(["fmt", "--check"]))?;
    run(in_folder(&apart).args(lints))?;
    run(in_folder(&apart).arg("test"))?;
    // As it would be in this workspace, whose own lock file is left alone.
    let here = place.join("here");
    let krate = here.join("crates/videogen-aardvark");
    write("aardvark", &krate, &here.join("fixtures/aardvark"), false)?;
    let manifest = text("Cargo.toml")?
        .replace("\"crates/*\", \"xtask\"", "\"crates/*\"")
        .replace("path = \"crates/", &format!("path = \"{}/crates/", root().display()));
    put(&here.join("Cargo.toml"), &manifest)?;
    put(&here.join("rustfmt.toml"), &text("rustfmt.toml")?)?;
    put(&here.join("clippy.toml"), &text("clippy.toml")?)?;
    keep_versions(&here)?;
    run(in_folder(&here).arg("fmt"))?;
    run(in_folder(&here).args(lints))?;
    run(in_folder(&here).arg("test"))
}

/// The versions of dependencies that this workspace has, so that they are built once.
fn keep_versions(folder: &Path) -> Result<(), Problem> {
    put(&folder.join("Cargo.lock"), &text("Cargo.lock")?)
}

fn check_name(name: &str) -> Result<(), Problem> {
    let is_letter = |c: char| c.is_ascii_lowercase();
    let is_plain = |c: char| is_letter(c) || c.is_ascii_digit() || c == '-';
    let is_name = name.starts_with(is_letter)
        && name.chars().all(is_plain)
        && !name.ends_with('-')
        && !name.contains("--")
        && name.len() <= LONGEST_NAME;
    if !is_name {
        return Err(format!(
            "`{name}` is no name of a provider: lower-case letters, digits and single hyphens, a letter first, at most {LONGEST_NAME}"
        ));
    }
    if TAKEN.contains(&name) || provider_crates()?.contains(&format!("videogen-{name}")) {
        return Err(format!("the name `{name}` is taken"));
    }
    if root().join("crates").join(format!("videogen-{name}")).exists() {
        return Err(format!("there is a crate videogen-{name} already"));
    }
    Ok(())
}

fn write(name: &str, krate: &Path, fixtures: &Path, is_apart: bool) -> Result<(), Problem> {
    let filled = |text: &str| {
        let text = if is_apart {
            text.replace(FIXTURES_OF_TEMPLATE, "/fixtures")
        } else {
            text.to_owned()
        };
        let shouted = name.to_ascii_uppercase().replace('-', "_");
        // In Rust a hyphen is an underscore, and as text it stays what it is.
        text.replace("videogen_newcomer", &format!("videogen_{}", name.replace('-', "_")))
            .replace(SAMPLE[0], name)
            .replace(SAMPLE[1], &type_name(name))
            .replace(SAMPLE[2], &shouted)
    };
    let manifest = if is_apart { MANIFEST_APART } else { MANIFEST_HERE };
    let manifest = manifest.replace("CRATES", &root().join("crates").display().to_string());
    put(&krate.join("Cargo.toml"), &filled(&manifest))?;
    for (path, text) in CRATE {
        put(&krate.join(path), &filled(text))?;
    }
    if is_apart {
        put(&krate.join(".gitignore"), "/target\n")?;
        put(&krate.join("rustfmt.toml"), &text("rustfmt.toml")?)?;
    }
    for (path, text) in FIXTURES {
        put(&fixtures.join(path.trim_start_matches("fixtures/")), &filled(text))?;
    }
    Ok(())
}

/// `new-provider` as `NewProvider`.
fn type_name(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect()
}

fn put(path: &Path, text: &str) -> Result<(), Problem> {
    let problem = |error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(problem)?;
    }
    fs::write(path, text).map_err(problem)
}

fn absolute(folder: &Path) -> Result<PathBuf, Problem> {
    std::path::absolute(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn next_steps(name: &str, krate: &Path, fixtures: &Path, is_apart: bool) -> String {
    let test = if is_apart {
        format!("cd {} && cargo test", krate.display())
    } else {
        format!("cargo test -p videogen-{name}")
    };
    let last = if is_apart {
        "give the dependencies on videogen's crates versions in place of paths, and publish"
    } else {
        "for the command: a line in crates/videogen-cli/src/known.rs; for people: a row in README.md"
    };
    format!(
        "\nvideogen-{name} is in {}, and its fixtures in {}.\n\n\
         1. {test}: it passes, and shows a provider that does not exist.\n\
         2. Replace each fixture by an exchange of the provider's page; those that are left say `TO BE REPLACED`.\n\
         3. status.rs, wire.rs, errors.rs, failures.rs, provider.rs, submit.rs: what the page says. The tests name each rule that is broken.\n\
         4. docs/adding-a-provider.md has the way through it, and what to do where a provider is strange.\n\
         5. At the end: {last}.",
        krate.display(),
        fixtures.display(),
    )
}

#[cfg(test)]
mod tests {
    use super::type_name;

    #[test]
    fn hyphens_are_humps_in_a_type() {
        assert_eq!(type_name("acme"), "Acme");
        assert_eq!(type_name("new-acme-2"), "NewAcme2");
    }
}
