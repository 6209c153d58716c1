//! Which providers there are for the command.

use std::fmt;
use std::sync::Arc;

use videogen_core::{ApiKey, BaseUrl, Error, ErrorKind, Provider};
use videogen_emulator::Side;

use crate::args::Global;
use crate::output::clean;
use crate::problem::Problem;

type Made = Result<Arc<dyn Provider>, Error>;
type Make = dyn Fn(ApiKey, Option<BaseUrl>) -> Made + Send + Sync;

/// A provider that the command knows, and how it is made of a key and a place.
#[derive(Clone)]
pub struct KnownProvider {
    pub(crate) name: &'static str,
    pub(crate) key_variable: String,
    pub(crate) base_url_variable: String,
    pub(crate) make: Arc<Make>,
    pub(crate) side: Option<Box<dyn Side>>,
}

impl KnownProvider {
    /// The provider whose [`name`](Provider::name) is `name`. `make` makes it of its key, and of a base URL where another
    /// than its own was named. The key is read from `NAME_API_KEY` and the base URL from `NAME_BASE_URL`, in capitals.
    #[must_use]
    pub fn new(
        name: &'static str,
        make: impl Fn(ApiKey, Option<BaseUrl>) -> Arc<dyn Provider> + Send + Sync + 'static,
    ) -> Self {
        Self::fallible(name, move |key, base_url| Ok(make(key, base_url)))
    }

    /// As [`new`](Self::new), of a provider that needs more than a key: what it lacks is the error, and nothing is sent then.
    #[must_use]
    pub fn fallible(
        name: &'static str,
        make: impl Fn(ApiKey, Option<BaseUrl>) -> Made + Send + Sync + 'static,
    ) -> Self {
        let prefix = name.to_ascii_uppercase().replace('-', "_");
        Self {
            name,
            key_variable: format!("{prefix}_API_KEY"),
            base_url_variable: format!("{prefix}_BASE_URL"),
            make: Arc::new(make),
            side: None,
        }
    }

    /// This provider with its emulated half, which `emulate` then has too, in place of one of the same name.
    #[must_use]
    pub fn with_emulator(mut self, side: impl Side) -> Self {
        self.side = Some(Box::new(side));
        self
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

    /// A provider without a base URL of its own, since it is wherever somebody runs it.
    #[must_use]
    pub fn wherever<P: Provider + 'static>(
        name: &'static str,
        at: impl Fn(ApiKey, BaseUrl) -> P + Send + Sync + 'static,
    ) -> Self {
        let mut known = Self::fallible(name, |_, _| Err(Error::new(ErrorKind::InvalidInput, "")));
        let variable = known.base_url_variable.clone();
        known.make = Arc::new(move |key, base_url| match base_url {
            Some(base_url) => Ok(Arc::new(at(key, base_url))),
            None => Err(Error::new(
                ErrorKind::InvalidInput,
                format!(
                    "{name} is wherever somebody runs it: say where with {variable} or --base-url"
                ),
            )),
        });
        known
    }

    /// The provider's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The provider with this key, at its own base URL or another.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if it lacks something else.
    pub fn provider(&self, key: ApiKey, base_url: Option<BaseUrl>) -> Made {
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
            .field("side", &self.side)
            .finish_non_exhaustive()
    }
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
