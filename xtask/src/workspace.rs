//! What is in this repository: found, not listed, so that a new provider is in no list.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Problem, root};

/// What the crates are called after.
const PREFIX: &str = "videogen-";

/// The names of the providers: the folders of `fixtures`. Several may be of one crate.
pub(crate) fn providers() -> Result<Vec<String>, Problem> {
    let names = folders(&root().join("fixtures"))?;
    let mut sources = String::new();
    for krate in provider_crates()? {
        for file in files_below(&root().join("crates").join(krate).join("src"))? {
            sources.push_str(&text(file)?);
        }
    }
    for name in &names {
        if !has_crate(name) && !sources.contains(&format!("\"{name}\"")) {
            return Err(format!("fixtures/{name} is of no provider: no crate of one names it"));
        }
    }
    Ok(names)
}

/// Whether a provider has a crate of its own name.
pub(crate) fn has_crate(name: &str) -> bool {
    root().join("crates").join(format!("{PREFIX}{name}")).is_dir()
}

/// The crates of the providers: a crate `videogen-NAME` with a folder `fixtures/NAME` is one.
pub(crate) fn provider_crates() -> Result<Vec<String>, Problem> {
    let is_provider = |krate: &String| {
        let name = krate.strip_prefix(PREFIX);
        name.is_some_and(|name| root().join("fixtures").join(name).is_dir())
    };
    Ok(folders(&root().join("crates"))?.into_iter().filter(is_provider).collect())
}

/// The names of the folders in a folder, in order.
pub(crate) fn folders(folder: &Path) -> Result<Vec<String>, Problem> {
    let mut names: Vec<String> = entries(folder)?
        .into_iter()
        .filter(|path| path.is_dir())
        .filter_map(|path| path.file_name()?.to_str().map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}

/// Every file below a folder, in order.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(|error| error.to_string()))
        .collect()
}

/// The text of a file, by its path in this repository.
pub(crate) fn text(path: impl AsRef<Path>) -> Result<String, Problem> {
    let path = root().join(path);
    fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
}

/// A path as it is shown: from this repository's root.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
