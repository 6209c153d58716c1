//! Which crates depend on what: the arrows of `ARCHITECTURE.md`.

use std::collections::BTreeSet;

use crate::{Problem, cargo, names, output_of, workspace};

const CORE: &str = "videogen-core";
/// The driver of files, which no more than files are to come with.
const FILES: &str = "videogen-files";
const TRANSPORTS: [&str; 2] = ["videogen-ureq", "videogen-reqwest"];

/// HTTP clients and servers, async runtimes, sockets, TLS.
const IMPURE: [&str; 24] = [
    "async-std",
    "aws-lc-rs",
    "aws-lc-sys",
    "curl",
    "curl-sys",
    "h2",
    "hyper",
    "hyper-util",
    "isahc",
    "mio",
    "native-tls",
    "openssl",
    "openssl-sys",
    "polling",
    "reqwest",
    "ring",
    "rustls",
    "smol",
    "socket2",
    "tokio",
    "tokio-rustls",
    "ureq",
    "ureq-proto",
    "hickory-resolver",
];

/// A second TLS implementation beside rustls with ring.
const OTHER_TLS: [&str; 5] = ["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys"];

const MOST_CRATES_OF_CORE: usize = 25;
const MOST_CRATES_OF_A_BLOCKING_CLIENT: usize = 60;

pub(crate) fn check() -> Result<(), Problem> {
    let mut problems = Vec::new();
    let providers = workspace::provider_crates()?;
    let providers: Vec<&str> = providers.iter().map(String::as_str).collect();
    for name in std::iter::once(CORE).chain(providers.iter().copied()) {
        let tree = normal_dependencies(&[name])?;
        println!("{name:<20} {:>3} crates", tree.len());
        absent(&mut problems, name, &tree, &IMPURE);
        let ours = |krate: &&String| krate.starts_with("videogen-") && *krate != name;
        for other in tree.iter().filter(ours).filter(|krate| *krate != CORE) {
            problems.push(format!("{name} depends on {other}"));
        }
        if name == CORE && tree.len() > MOST_CRATES_OF_CORE {
            problems
                .push(format!("{name} has {} crates, more than {MOST_CRATES_OF_CORE}", tree.len()));
        }
    }
    let tree = normal_dependencies(&[FILES])?;
    println!("{FILES:<20} {:>3} crates", tree.len());
    absent(&mut problems, FILES, &tree, &IMPURE);
    let is_allowed = |name: &str| name == FILES || name == CORE;
    if let Some(other) = tree.iter().find(|it| it.starts_with("videogen-") && !is_allowed(it)) {
        problems.push(format!("{FILES} depends on {other}"));
    }
    for name in TRANSPORTS {
        let tree = normal_dependencies(&[name])?;
        println!("{name:<20} {:>3} crates", tree.len());
        absent(&mut problems, name, &tree, &providers);
        absent(&mut problems, name, &tree, &OTHER_TLS);
    }
    for provider in &providers {
        let count = normal_dependencies(&["videogen-ureq", provider])?.len();
        println!("a blocking client with TLS and {provider}: {count} crates");
        if count > MOST_CRATES_OF_A_BLOCKING_CLIENT {
            problems.push(format!("more than {MOST_CRATES_OF_A_BLOCKING_CLIENT}: {count}"));
        }
    }
    readme_counts(&mut problems, &providers)?;
    names::check(&mut problems)?;
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

/// What the README says of the number of crates is what there is: a row has names of crates first, and last as many numbers.
fn readme_counts(problems: &mut Vec<String>, providers: &[&str]) -> Result<(), Problem> {
    let readme = workspace::text("README.md")?;
    let mut named = BTreeSet::new();
    for row in readme.lines().filter(|line| line.starts_with("| `videogen-")) {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let (Some(names), Some(counts)) = (cells.next(), cells.next_back()) else { continue };
        let names: Vec<&str> = names.split(',').map(|name| name.trim().trim_matches('`')).collect();
        if counts.is_empty() {
            continue;
        }
        let mut real = Vec::new();
        for name in &names {
            real.push(normal_dependencies(&[name])?.len().to_string());
        }
        if real.join(", ") != counts {
            problems.push(format!(
                "README.md says that {} have {counts} crates; it is {}",
                names.join(", "),
                real.join(", ")
            ));
        }
        named.extend(names.into_iter().map(str::to_owned));
    }
    for name in providers.iter().copied().chain([CORE]).chain(TRANSPORTS) {
        if !named.contains(name) {
            problems.push(format!("README.md has no row with the number of crates of {name}"));
        }
    }
    Ok(())
}

fn absent(problems: &mut Vec<String>, name: &str, tree: &BTreeSet<String>, forbidden: &[&str]) {
    for krate in forbidden.iter().filter(|krate| tree.contains(**krate)) {
        problems.push(format!("{name} pulls in {krate}"));
    }
}

/// Every crate that these compile on this machine, themselves included, each version once.
fn normal_dependencies(packages: &[&str]) -> Result<BTreeSet<String>, Problem> {
    let mut names = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for package in packages {
        let mut tree = cargo();
        tree.args(["tree", "--package", package, "--edges", "normal", "--prefix", "none"]);
        for line in output_of(&mut tree)?.lines() {
            let mut words = line.split_whitespace();
            if let (Some(name), Some(version)) = (words.next(), words.next())
                && seen.insert(format!("{name} {version}"))
                && !names.insert(name.to_owned())
            {
                names.insert(format!("{name} {version}"));
            }
        }
    }
    Ok(names)
}
