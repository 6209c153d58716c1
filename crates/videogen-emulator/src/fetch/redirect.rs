//! Where a redirected fetch goes.

use super::{Fetch, Place};
use crate::script::{HTTP, OTHER_HOST};
use crate::signed_url;

/// Counts in a URL's query how many redirects are left.
const HOPS: &str = "hops";

impl Fetch<'_> {
    /// How many redirects are left, if the request follows one.
    pub(super) fn hops_left(&self) -> Option<u32> {
        let query = self.request.uri().query()?;
        signed_url::parameter(query, HOPS)?.parse().ok()
    }

    /// The URL of a redirect to the same file, after which so many are left.
    pub(super) fn elsewhere(&self, to: &str, left: u32) -> String {
        let origin = match to {
            HTTP => self.origin.replacen("https://", "http://", 1),
            // There and back, so that the last one leads there.
            OTHER_HOST if left.is_multiple_of(2) => other_host(self.origin),
            OTHER_HOST => self.origin.to_owned(),
            url => return url.to_owned(),
        };
        // Where a key opens the file it opens the storage instead: no client takes the key along.
        let uri = match self.refusing.place {
            Place::Storage => self.request.uri().clone(),
            Place::Api { .. } => self.signed.parse().unwrap_or_default(),
        };
        let query = uri.query().unwrap_or_default().split('&');
        let query = query.filter(|pair| !pair.starts_with(HOPS)).collect::<Vec<_>>().join("&");
        format!("{origin}{}?{query}&{HOPS}={left}", uri.path())
    }
}

/// This machine by its other name; else the name of some other host.
fn other_host(origin: &str) -> String {
    const NAMES: [(&str, &str); 2] = [("127.0.0.1", "localhost"), ("localhost", "127.0.0.1")];
    let Some((scheme, authority)) = origin.split_once("://") else { return origin.to_owned() };
    let other = NAMES.into_iter().find_map(|(name, other)| {
        let port = authority.strip_prefix(name)?;
        (port.is_empty() || port.starts_with(':')).then(|| format!("{other}{port}"))
    });
    let other = other.unwrap_or_else(|| format!("files.{authority}"));
    format!("{scheme}://{other}")
}
