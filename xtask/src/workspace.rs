//! What is in this repository: found, not listed, so that a new provider is in no list.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Problem, root};

/// What the crates are called after.
const PREFIX: &str = "videogen-";

/// The names of the providers: a crate `videogen-NAME` with a folder `fixtures/NAME` is one.
pub(crate) fn providers() -> Result<Vec<String>, Problem> {
    let mut names = Vec::new();
    for krate in folders(&root().join("crates"))? {
        if let Some(name) = krate.strip_prefix(PREFIX)
            && root().join("fixtures").join(name).is_dir()
        {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// The crates of the providers.
pub(crate) fn provider_crates() -> Result<Vec<String>, Problem> {
    Ok(providers()?.into_iter().map(|name| format!("{PREFIX}{name}")).collect())
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
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(|error| error.to_string())).collect()
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
