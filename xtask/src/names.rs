//! Who names a provider: the crates that must work for every provider do not.

use std::path::Path;

use regex_lite::Regex;

use crate::workspace::{files_below, providers, shown, text};
use crate::{Problem, root};

/// What providers and their products are called where that is not the name of their crate.
const PRODUCTS: [&str; 14] = [
    "fal", "hailuo", "heygen", "kling", "luma", "minimax", "openai", "pika", "prismvideos", "runway",
    "sora", r"sync[ -]labs", r"sync\.so", "veo",
];

/// Crates of which no file at all names one.
const WHOLLY: [&str; 3] = ["videogen-core", "videogen-files", "videogen-testkit"];

/// Crates whose tests and examples run real providers, and whose own code names none.
const OWN_CODE: [&str; 2] = ["videogen-ureq", "videogen-reqwest"];

/// Looks for names of providers, as words and in any case, in
///
/// - every file of core, files and testkit: code, comments, tests, snapshots, manifests;
/// - every file below `src` of the transports. Their tests, examples and the dev-dependencies of these name some.
pub(crate) fn check(problems: &mut Vec<String>) -> Result<(), Problem> {
    let names = names()?;
    let crates = root().join("crates");
    let mut files = Vec::new();
    for krate in WHOLLY {
        files.extend(files_below(&crates.join(krate))?);
    }
    for krate in OWN_CODE {
        files.extend(files_below(&crates.join(krate).join("src"))?);
        manifest(problems, &crates.join(krate).join("Cargo.toml"), &names)?;
    }
    println!("{} files of core, files, testkit and transports name no provider", files.len());
    for file in files {
        let Ok(text) = text(&file) else { continue };
        for (number, line) in text.lines().enumerate() {
            if let Some(name) = named(line, &names) {
                problems.push(format!("{}:{}: names `{name}`", shown(&file), number + 1));
            }
        }
    }
    Ok(())
}

/// What a transport needs for its tests stands below its dev-dependencies.
fn manifest(problems: &mut Vec<String>, path: &Path, names: &Regex) -> Result<(), Problem> {
    let text = text(path)?;
    let normal = text.split("[dev-dependencies]").next().unwrap_or_default();
    if let Some(name) = named(normal, names) {
        problems.push(format!("{}: names `{name}` outside its dev-dependencies", shown(path)));
    }
    Ok(())
}

fn names() -> Result<Regex, Problem> {
    let mut names = providers()?;
    names.extend(PRODUCTS.map(str::to_owned));
    // Between anything that is no letter and no digit: `videogen_x`, `x:id` and `x.example` are found.
    let pattern = format!("(?i)(?:^|[^a-z0-9])({})(?:$|[^a-z0-9])", names.join("|"));
    Regex::new(&pattern).map_err(|error| error.to_string())
}

fn named<'a>(text: &'a str, names: &Regex) -> Option<&'a str> {
    Some(names.captures(text)?.get(1)?.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words() {
        let names = names().unwrap();
        for text in ["Prism", "videogen_prism::X", "prism:gen_1", "at sync.so", "Sync Labs", "fal-ai"] {
            assert!(named(text, &names).is_some(), "{text}");
        }
        for text in ["prismatic", "false", "fall", "veoneer", "synchronous labs", "interval"] {
            assert_eq!(named(text, &names), None, "{text}");
        }
    }
}
