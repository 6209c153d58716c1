//! Looking up names for requests that may go to public addresses only.

use std::error::Error as StdError;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use videogen_core::named_url::is_public;
use videogen_core::stream::NotPublic;

tokio::task_local! {
    /// The host of the request that this task is sending.
    ///
    /// reqwest looks up the names of proxies with the same resolver, and proxies may be in the house. It does so in the task
    /// of the request. What it goes on with elsewhere counts as the host's.
    pub(crate) static HOST: String;
}

/// The system's resolver, without the addresses that are not public.
pub(crate) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let is_a_proxys = HOST.try_with(|host| host != name.as_str()).unwrap_or(false);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            allowed(found, is_a_proxys)
        })
    }
}

fn allowed(
    found: impl Iterator<Item = SocketAddr>,
    is_a_proxys: bool,
) -> Result<Addrs, Box<dyn StdError + Send + Sync>> {
    let allowed: Vec<_> = found.filter(|address| is_a_proxys || is_public(address.ip())).collect();
    if allowed.is_empty() { Err(NotPublic.into()) } else { Ok(Box::new(allowed.into_iter())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(found: &[&str], is_a_proxys: bool) -> Result<Vec<SocketAddr>, String> {
        let found: Vec<_> = found.iter().map(|address| address.parse().unwrap()).collect();
        allowed(found.into_iter(), is_a_proxys)
            .map(Iterator::collect)
            .map_err(|error| error.is::<NotPublic>().to_string())
    }

    #[test]
    fn private_addresses_of_a_name_are_left_out() {
        let mixed = of(&["10.0.0.1:0", "93.184.215.14:0", "[::1]:0"], false);
        assert_eq!(mixed.unwrap(), ["93.184.215.14:0".parse().unwrap()]);
        let private = of(&["169.254.169.254:0", "[::ffff:127.0.0.1]:0"], false);
        assert_eq!(private.unwrap_err(), "true");
    }

    #[test]
    fn a_proxy_may_be_in_the_house() {
        assert_eq!(of(&["10.0.0.1:0"], true).unwrap(), ["10.0.0.1:0".parse().unwrap()]);
    }

    #[tokio::test]
    async fn a_name_is_the_hosts_unless_it_is_known_to_be_another() {
        let lookup = || async { PublicOnly.resolve("localhost".parse().unwrap()).await.is_ok() };
        assert!(!lookup().await);
        assert!(!HOST.scope("localhost".to_owned(), lookup()).await);
        assert!(HOST.scope("cdn.example".to_owned(), lookup()).await);
    }
}
