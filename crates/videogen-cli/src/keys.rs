//! The keys of providers and where they are asked, from flags, the environment and a file.

use std::collections::BTreeMap;
use std::env::VarError;
use std::path::Path;
use std::sync::Arc;

use videogen_core::{ApiKey, BaseUrl, Provider};

use crate::args::Global;
use crate::known::{self, KnownProvider};
use crate::output::note;
use crate::problem::Problem;

/// Stands for a key where none is needed, because nothing is sent.
const NO_KEY: &str = "no-key";

/// Keys and places, from flags, the environment and a file.
pub(crate) struct Settings {
    keys_of_file: BTreeMap<String, String>,
    base_urls: BTreeMap<&'static str, BaseUrl>,
}

impl Settings {
    /// `asked` names the providers that a command asks: one `--base-url` without a name is for them if they are one.
    pub(crate) fn read(global: &Global, asked: &[&'static str]) -> Result<Self, Problem> {
        let keys_of_file = match &global.keys {
            Some(file) => read_keys(file)?,
            None => BTreeMap::new(),
        };
        let parse = |text: &str| {
            if global.allow_plaintext {
                return BaseUrl::parse_allowing_plaintext(text).map_err(|error| error.to_string());
            }
            BaseUrl::parse(text).map_err(|error| {
                let is_plaintext = BaseUrl::parse_allowing_plaintext(text).is_ok();
                let hint = if is_plaintext { " (--allow-plaintext does)" } else { "" };
                format!("{error}{hint}")
            })
        };
        let mut base_urls = BTreeMap::new();
        for known in &global.providers {
            if let Some(text) = variable(&known.base_url_variable)? {
                let base_url = parse(&text).map_err(|error| {
                    Problem::Usage(format!("{}: {error}", known.base_url_variable))
                })?;
                base_urls.insert(known.name, base_url);
            }
        }
        for argument in &global.base_url {
            let (name, text) = match argument.split_once('=') {
                Some((name, text)) if !name.contains('/') => {
                    (known::find(global, name)?.name, text)
                }
                _ => match asked {
                    [only] => (*only, argument.as_str()),
                    _ => {
                        return Err(Problem::Usage(
                            "--base-url: several providers are asked; write which one it is for, as in --base-url prism=https://…"
                                .to_owned(),
                        ));
                    }
                },
            };
            let base_url =
                parse(text).map_err(|error| Problem::Usage(format!("--base-url: {error}")))?;
            base_urls.insert(name, base_url);
        }
        Ok(Self { keys_of_file, base_urls })
    }

    /// The provider with its key.
    pub(crate) fn provider(&self, known: &KnownProvider) -> Result<Arc<dyn Provider>, Problem> {
        let Some(key) = self.key(known)? else {
            return Err(Problem::Usage(format!(
                "there is no key for {}: set {} in the environment, or name a file that has it with --keys",
                known.name, known.key_variable
            )));
        };
        let key = ApiKey::new(key)
            .map_err(|error| Problem::Usage(format!("{}: {error}", known.key_variable)))?;
        Ok((known.make)(key, self.base_urls.get(known.name).cloned())?)
    }

    /// The provider without a key, for what needs none.
    pub(crate) fn provider_without_key(
        &self,
        known: &KnownProvider,
    ) -> Result<Arc<dyn Provider>, Problem> {
        let key = ApiKey::new(NO_KEY)?;
        Ok((known.make)(key, self.base_urls.get(known.name).cloned())?)
    }

    pub(crate) fn has_key(&self, known: &KnownProvider) -> Result<bool, Problem> {
        Ok(self.key(known)?.is_some())
    }

    fn key(&self, known: &KnownProvider) -> Result<Option<String>, Problem> {
        let key = variable(&known.key_variable)?;
        Ok(key.or_else(|| self.keys_of_file.get(&known.key_variable).cloned()))
    }
}

/// An environment variable that says something.
fn variable(name: &str) -> Result<Option<String>, Problem> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        // Not the value: it may be a key.
        Err(VarError::NotUnicode(_)) => {
            Err(Problem::Usage(format!("{name}: the variable's value is not UTF-8")))
        }
    }
}

/// Lines of `NAME=value`, as shells and most tools for such files understand them.
fn read_keys(file: &Path) -> Result<BTreeMap<String, String>, Problem> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Problem::Io(format!("read the keys in {}", file.display()), error))?;
    warn_if_others_can_read(file);
    let mut keys = BTreeMap::new();
    // Some editors put a byte order mark in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    for (number, line) in text.lines().enumerate() {
        // Not the line itself: it may be a key.
        let wrong =
            |what: &str| Problem::Usage(format!("{}, line {}: {what}", file.display(), number + 1));
        let line = line.trim();
        let exported =
            line.strip_prefix("export").filter(|rest| rest.starts_with(char::is_whitespace));
        let line = exported.map_or(line, str::trim_start);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, value)) = line.split_once('=') else {
            return Err(wrong("not of the form NAME=value"));
        };
        let value = unquoted(value.trim()).map_err(wrong)?;
        keys.insert(name.trim().to_owned(), value.to_owned());
    }
    Ok(keys)
}

/// What a value says without the quotes around it.
fn unquoted(value: &str) -> Result<&str, &'static str> {
    let is_quote = |c: char| matches!(c, '"' | '\'');
    let Some(quote) = value.chars().next().filter(|c| is_quote(*c)) else {
        let is_open = value.ends_with(is_quote);
        return if is_open { Err("a quote is closed and not opened") } else { Ok(value) };
    };
    let Some((inside, after)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote))
    else {
        return Err("a quote is not closed");
    };
    let after = after.trim_start();
    if after.is_empty() || after.starts_with('#') {
        Ok(inside)
    } else {
        Err("something follows the closing quote")
    }
}

#[cfg(unix)]
fn warn_if_others_can_read(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    if let Ok(metadata) = file.metadata()
        && metadata.permissions().mode() & 0o044 != 0
    {
        note(&format!(
            "warning: other users of this machine can read the keys in {0}; `chmod 600 {0}` ends that",
            file.display()
        ));
    }
}

#[cfg(not(unix))]
fn warn_if_others_can_read(_: &Path) {}
