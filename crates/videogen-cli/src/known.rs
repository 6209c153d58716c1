//! Which providers there are for the command.

use std::fmt;
use std::sync::Arc;

use videogen_core::{ApiKey, BaseUrl, Provider};
use videogen_prism::Prism;
use videogen_synclabs::SyncLabs;
use videogen_token360::Token360;

use crate::args::Global;
use crate::output::clean;
use crate::problem::Problem;

type Make = dyn Fn(ApiKey, Option<BaseUrl>) -> Arc<dyn Provider> + Send + Sync;

/// A provider that the command knows, and how it is made of a key and a place.
#[derive(Clone)]
pub struct KnownProvider {
    pub(crate) name: &'static str,
    pub(crate) key_variable: String,
    pub(crate) base_url_variable: String,
    pub(crate) make: Arc<Make>,
}

impl KnownProvider {
    /// The provider whose [`name`](Provider::name) is `name`. `make` makes it of its key, and of a base URL where another
    /// than its own was named. The key is read from `NAME_API_KEY` and the base URL from `NAME_BASE_URL`, in capitals.
    #[must_use]
    pub fn new(
        name: &'static str,
        make: impl Fn(ApiKey, Option<BaseUrl>) -> Arc<dyn Provider> + Send + Sync + 'static,
    ) -> Self {
        let prefix = name.to_ascii_uppercase().replace('-', "_");
        Self {
            name,
            key_variable: format!("{prefix}_API_KEY"),
            base_url_variable: format!("{prefix}_BASE_URL"),
            make: Arc::new(make),
        }
    }

    /// The provider whose name is `name`, by the two functions that a provider's type has: one that makes it of a key, and one that
    /// moves it to another base URL.
    ///
    /// ```
    /// use videogen_cli::KnownProvider;
    /// # use videogen_prism::Prism as Acme;
    /// let acme = KnownProvider::of("acme", Acme::new, Acme::at);
    /// assert_eq!(acme.name(), "acme");
    /// ```
    #[must_use]
    pub fn of<P: Provider + 'static>(
        name: &'static str,
        new: impl Fn(ApiKey) -> P + Send + Sync + 'static,
        at: impl Fn(P, BaseUrl) -> P + Send + Sync + 'static,
    ) -> Self {
        Self::new(name, move |key, base_url| {
            let provider = new(key);
            Arc::new(match base_url {
                Some(base_url) => at(provider, base_url),
                None => provider,
            })
        })
    }

    /// The provider's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The provider with this key, at its own base URL or another.
    #[must_use]
    pub fn provider(&self, key: ApiKey, base_url: Option<BaseUrl>) -> Arc<dyn Provider> {
        (self.make)(key, base_url)
    }

    /// This provider with other names of the environment variables for its key and its base URL.
    #[must_use]
    pub fn with_variables(mut self, key: impl Into<String>, base_url: impl Into<String>) -> Self {
        self.key_variable = key.into();
        self.base_url_variable = base_url.into();
        self
    }
}

impl fmt::Debug for KnownProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownProvider")
            .field("name", &self.name)
            .field("key_variable", &self.key_variable)
            .field("base_url_variable", &self.base_url_variable)
            .finish_non_exhaustive()
    }
}

/// Prism Videos, Token360 and Sync Labs.
#[must_use]
pub fn built_in() -> Vec<KnownProvider> {
    vec![
        KnownProvider::of(videogen_prism::NAME, Prism::new, Prism::at),
        KnownProvider::of(videogen_token360::NAME, Token360::new, Token360::at),
        KnownProvider::of(videogen_synclabs::NAME, SyncLabs::new, SyncLabs::at)
            // As the provider's own tools call them.
            .with_variables("SYNC_API_KEY", "SYNC_BASE_URL"),
    ]
}

/// The provider named so.
pub(crate) fn find<'a>(global: &'a Global, name: &str) -> Result<&'a KnownProvider, Problem> {
    global.providers.iter().find(|known| known.name == name).ok_or_else(|| {
        let names: Vec<_> = global.providers.iter().map(|known| known.name).collect();
        let name: String = clean(name).chars().take(40).collect();
        Problem::Usage(format!(
            "there is no provider `{name}` here; there are {}",
            names.join(", ")
        ))
    })
}
