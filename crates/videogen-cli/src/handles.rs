//! Which generations are meant.

use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::sync::Arc;

use videogen_core::{Handle, Provider};
use videogen_reqwest::{Client, ReqwestTransport};

use crate::args::Global;
use crate::keys::Settings;
use crate::known::{self, KnownProvider};
use crate::problem::Problem;

/// A generation and the client to ask about it.
pub(crate) struct Asked {
    pub(crate) handle: Handle,
    pub(crate) client: Client,
}

/// The generations that were named, each once, with clients to ask.
///
/// Everything is checked before anything is sent.
pub(crate) fn resolve(global: &Global, arguments: &[String]) -> Result<Vec<Asked>, Problem> {
    let names = names(arguments)?;
    let mut needed: Vec<&KnownProvider> = Vec::new();
    for name in &names {
        let known = known::find(global, name.provider())?;
        if !needed.iter().any(|other| other.name == known.name) {
            needed.push(known);
        }
    }
    let asked: Vec<_> = needed.iter().map(|known| known.name).collect();
    let settings = Settings::read(global, &asked)?;
    let mut providers: BTreeMap<&str, Arc<dyn Provider>> = BTreeMap::new();
    for known in needed {
        providers.insert(known.name, settings.provider(known)?);
    }
    let transport = Arc::new(ReqwestTransport::new()?);
    let mut all: Vec<Asked> = Vec::new();
    for name in names {
        let Some(provider) = providers.get(name.provider()) else { continue };
        let handle = match name {
            Name::Text { id, .. } => provider.handle(&id)?,
            Name::Handle(handle) => {
                handle.check(provider.name(), provider.base_url())?;
                handle
            }
        };
        if !all.iter().any(|other| is_same(&other.handle, &handle)) {
            let client = Client::from_parts(Arc::clone(provider), transport.clone());
            all.push(Asked { handle, client });
        }
    }
    Ok(all)
}

/// Whether both name one generation. One may say more about it, such as when it was submitted.
pub(crate) fn is_same(one: &Handle, other: &Handle) -> bool {
    (one.provider(), one.base_url(), one.id()) == (other.provider(), other.base_url(), other.id())
}

/// How a generation was named.
enum Name {
    Text { provider: String, id: String },
    Handle(Handle),
}

impl Name {
    fn parse(text: &str) -> Result<Self, Problem> {
        if text.trim_start().starts_with('{') {
            return serde_json::from_str(text)
                .map(Self::Handle)
                .map_err(|error| Problem::Usage(format!("not a handle in JSON: {error}")));
        }
        let (provider, id) = Handle::split_text(text)?;
        Ok(Self::Text { provider: provider.to_owned(), id: id.to_owned() })
    }

    fn provider(&self) -> &str {
        match self {
            Self::Text { provider, .. } => provider,
            Self::Handle(handle) => handle.provider(),
        }
    }
}

fn names(arguments: &[String]) -> Result<Vec<Name>, Problem> {
    let mut names = Vec::new();
    for argument in arguments {
        if argument != "-" {
            names.push(Name::parse(argument)?);
            continue;
        }
        for line in std::io::stdin().lock().lines() {
            let line =
                line.map_err(|error| Problem::Io("read generations from stdin".to_owned(), error))?;
            if !line.trim().is_empty() {
                names.push(Name::parse(line.trim())?);
            }
        }
    }
    if names.is_empty() {
        return Err(Problem::Usage("stdin names no generation".to_owned()));
    }
    Ok(names)
}
