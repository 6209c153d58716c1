//! The fixtures: their form, their sources, that they hold no secret, and what they cover.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use regex_lite::Regex;
use videogen_core::{ApiKey, Provider};
use videogen_testkit::{Class, Fixture, TEST_KEY, decode_fixture};

use crate::workspace::{files_below, folders, has_crate, providers, shown, text};
use crate::{Problem, root};

/// What each provider's operation needs at the least.
const FEWEST: usize = 20;

/// The same for a name that shares its crate with others: a profile of a dialect, say.
const FEWEST_OF_ANOTHER_NAME: usize = 5;

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

/// What `new-provider` writes where a source is to stand.
pub(crate) const TO_BE_REPLACED: &str = "TO BE REPLACED";

pub(crate) fn check() -> Result<(), Problem> {
    let mut problems = Vec::new();
    let mut known = 0;
    for name in providers()? {
        known += cover(&mut problems, &name)?;
    }
    let files = files_below(&root().join("fixtures"))?;
    let json: Vec<_> =
        files.iter().filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
    if json.len() != known {
        problems.push(format!("{} files, and {known} of them belong to a provider", json.len()));
    }
    if !text("README.md")?.contains(&format!("{known} [fixtures]")) {
        problems.push(format!("README.md does not say that there are {known} fixtures"));
    }
    for path in json {
        form(&mut problems, path)?;
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

/// The provider of this name, if the command has it, and it needs no more than a key.
fn built_in(name: &str) -> Result<Option<Arc<dyn Provider>>, Problem> {
    let key = ApiKey::new(TEST_KEY).map_err(|error| error.to_string())?;
    let known = videogen_cli::built_in().into_iter().find(|known| known.name() == name);
    Ok(known.and_then(|known| known.provider(key, None).ok()))
}

/// Prints what the fixtures of a provider cover, and takes note of what they do not. That each documented error is among them is
/// checked by the tests of the provider's crate.
fn cover(problems: &mut Vec<String>, name: &str) -> Result<usize, Problem> {
    let fixtures = Fixture::load_all(root().join("fixtures"), name, "status");
    let class = |class| fixtures.iter().filter(|fixture| fixture.class == class).count();
    println!(
        "{name}, status: {} fixtures ({} documented, {} observed, {} synthetic)",
        fixtures.len(),
        class(Class::Documented),
        class(Class::Observed),
        class(Class::Synthetic),
    );
    // Another name in a crate adds only what is its own to what the crate's first one has.
    let fewest = if has_crate(name) { FEWEST } else { FEWEST_OF_ANOTHER_NAME };
    if fixtures.len() < fewest {
        problems.push(format!("{name} has {} fixtures, fewer than {fewest}", fixtures.len()));
    }
    match built_in(name)? {
        Some(provider) => words(problems, &*provider, &fixtures),
        None => println!("  not among the command's: what is covered, its tests say"),
    }
    let operations = folders(&root().join("fixtures").join(name))?;
    let others = operations.iter().filter(|operation| *operation != "status");
    Ok(fixtures.len() + others.map(|operation| count(name, operation)).sum::<usize>())
}

fn words(problems: &mut Vec<String>, provider: &dyn Provider, fixtures: &[Fixture]) {
    let name = provider.name();
    let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
    let mut errors: BTreeMap<(u16, String), usize> = BTreeMap::new();
    for fixture in fixtures {
        match decode_fixture(provider, fixture) {
            Ok(seen) => *statuses.entry(seen.status.raw().to_owned()).or_default() += 1,
            Err(error) => {
                let code = error.provider_code().unwrap_or("(no code)").to_owned();
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
    for ((status, code), count) in errors {
        println!("  error  {status} {code:<44} {count:>3}");
    }
}

fn count(provider: &str, operation: &str) -> usize {
    let fixtures = Fixture::load_all(root().join("fixtures"), provider, operation);
    println!("{provider}, {operation}: {} fixtures", fixtures.len());
    fixtures.len()
}

fn form(problems: &mut Vec<String>, path: &Path) -> Result<(), Problem> {
    let text = text(path)?;
    let shown = shown(path);
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        problems.push(format!("{shown}: the name is not snake_case"));
    }
    if let Err(problem) = Fixture::parse("", "", &name, &text) {
        problems.push(format!("{shown}: {problem}"));
    }
    if text.contains(TO_BE_REPLACED) {
        problems.push(format!("{shown}: is to be replaced by an exchange of the provider's"));
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
