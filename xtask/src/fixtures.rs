//! The fixtures: their form, their sources, that they hold no secret, and what they cover.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use regex_lite::Regex;
use videogen_core::{ApiKey, Observed, Provider};
use videogen_prism::Prism;
use videogen_synclabs::SyncLabs;
use videogen_testkit::{Class, Fixture, TEST_KEY};
use videogen_token360::Token360;

use crate::{Problem, root};

/// What each provider's operation needs at the least.
const FEWEST: usize = 20;

/// What looks like a real secret, and what of that is a placeholder.
const SECRETS: [(&str, &str); 7] = [
    (r"prism_sk_[A-Za-z0-9_]{8,}", r"prism_sk_your_key_here"),
    (r"\bsk-[A-Za-z0-9_-]{12,}", r"sk-your-api-key"),
    (r"\bwhsec_[A-Za-z0-9+/=]{8,}", r"^$"),
    (r"\bAKIA[A-Z0-9]{12,}", r"^$"),
    (r"(?i)(signature|security-token|credential)=[^&\x22\s]{8,}", r"(?i)=example"),
    (r"\beyJ[A-Za-z0-9_-]{16,}", r"^$"),
    (r"(?i)bearer [^<\s\x22\\]+", r"(?i)bearer (token|auth)"),
];

struct Subject {
    provider: Box<dyn Provider>,
    documented_errors: &'static [(u16, &'static str)],
}

fn subjects() -> Result<Vec<Subject>, Problem> {
    let key = ApiKey::new(TEST_KEY).map_err(|error| error.to_string())?;
    Ok(vec![
        Subject {
            provider: Box::new(Prism::new(key.clone())),
            documented_errors: videogen_prism::DOCUMENTED_ERRORS,
        },
        Subject {
            provider: Box::new(Token360::new(key.clone())),
            documented_errors: videogen_token360::DOCUMENTED_ERRORS,
        },
        Subject {
            provider: Box::new(SyncLabs::new(key)),
            documented_errors: videogen_synclabs::DOCUMENTED_ERRORS,
        },
    ])
}

pub(crate) fn check() -> Result<(), Problem> {
    let mut problems = Vec::new();
    let mut known = 0;
    for subject in subjects()? {
        known += cover(&mut problems, &subject);
    }
    let files = files_below(&root().join("fixtures"))?;
    let json: Vec<_> =
        files.iter().filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
    if json.len() != known {
        problems.push(format!("{} files, and {known} of them belong to a provider", json.len()));
    }
    let readme = fs::read_to_string(root().join("README.md"))
        .map_err(|error| format!("cannot read README.md: {error}"))?;
    if !readme.contains(&format!("{known} [fixtures]")) {
        problems.push(format!("README.md does not say that there are {known} fixtures"));
    }
    for path in json {
        form(&mut problems, path)?;
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

/// Prints what the fixtures of a provider cover, and takes note of what they do not.
fn cover(problems: &mut Vec<String>, subject: &Subject) -> usize {
    let provider = &*subject.provider;
    let name = provider.name();
    let fixtures = Fixture::load_all(root().join("fixtures"), name, "status");
    let class = |class| fixtures.iter().filter(|fixture| fixture.class == class).count();
    println!(
        "{name}, status: {} fixtures ({} documented, {} observed, {} synthetic)",
        fixtures.len(),
        class(Class::Documented),
        class(Class::Observed),
        class(Class::Synthetic),
    );
    if fixtures.len() < FEWEST {
        problems.push(format!("{name} has {} fixtures, fewer than {FEWEST}", fixtures.len()));
    }
    let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
    let mut errors: BTreeMap<(u16, String), usize> = BTreeMap::new();
    for fixture in &fixtures {
        let decoded = provider
            .handle(fixture.id())
            .and_then(|handle| provider.status(&handle, fixture.query()))
            .and_then(|call| call.decode(&fixture.response));
        match decoded {
            Ok(Observed::Generation(seen)) => {
                *statuses.entry(seen.status.raw().to_owned()).or_default() += 1;
            }
            Ok(Observed::Then(_)) => {}
            Err(error) => {
                let code = error.provider_code().unwrap_or_default().to_owned();
                let status = error.http_status().unwrap_or_default();
                *errors.entry((status, code)).or_default() += 1;
            }
        }
    }
    for entry in provider.lifecycle().words() {
        let count = statuses.remove(entry.word).unwrap_or_default();
        println!("  status {:<12} {:<12} {count:>3}", entry.word, entry.phase);
        if count == 0 {
            problems.push(format!("{name}: no fixture has the status {}", entry.word));
        }
    }
    for (word, count) in statuses {
        println!("  status {:<12} {:<12} {count:>3}", format!("{word:?}"), "(unknown)");
    }
    for &(status, code) in subject.documented_errors {
        let count = errors.remove(&(status, code.to_owned())).unwrap_or_default();
        let shown = if code.is_empty() { "(no code)" } else { code };
        println!("  error  {status} {shown:<44} {count:>3}");
        if count == 0 {
            problems.push(format!("{name}: no fixture has HTTP {status} {code}"));
        }
    }
    let others: usize = errors.values().sum();
    println!("  error  answers that no page describes {others:>22}");
    match operations(name) {
        Ok(operations) => {
            let others = operations.iter().filter(|operation| *operation != "status");
            fixtures.len() + others.map(|operation| count(name, operation)).sum::<usize>()
        }
        Err(problem) => {
            problems.push(problem);
            fixtures.len()
        }
    }
}

/// The operations that a provider has fixtures of.
fn operations(provider: &str) -> Result<Vec<String>, Problem> {
    let folder = root().join("fixtures").join(provider);
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}

fn count(provider: &str, operation: &str) -> usize {
    let fixtures = Fixture::load_all(root().join("fixtures"), provider, operation);
    println!("{provider}, {operation}: {} fixtures", fixtures.len());
    fixtures.len()
}

fn form(problems: &mut Vec<String>, path: &Path) -> Result<(), Problem> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let shown = path.strip_prefix(root()).unwrap_or(path).display();
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        problems.push(format!("{shown}: the name is not snake_case"));
    }
    if let Err(problem) = Fixture::parse("", "", &name, &text) {
        problems.push(format!("{shown}: {problem}"));
    }
    for (looks_like, placeholder) in SECRETS {
        let looks_like = Regex::new(looks_like).map_err(|error| error.to_string())?;
        let placeholder = Regex::new(placeholder).map_err(|error| error.to_string())?;
        for found in
            looks_like.find_iter(&text).filter(|found| !placeholder.is_match(found.as_str()))
        {
            problems.push(format!("{shown}: `{}` looks like a secret", found.as_str()));
        }
    }
    Ok(())
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
