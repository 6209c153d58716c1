//! Which hosts are this machine itself.

use std::net::IpAddr;

/// Whether a URL's host is this machine: then a transport asks no proxy, which would reach another machine, or none, and
/// would be given a key that was meant to stay here. IPv6 addresses are in brackets, as in a URL.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return address.to_canonical().is_loopback();
    }
    // RFC 6761, section 6.3: every name below `localhost` too.
    let name = host.strip_suffix('.').unwrap_or(host);
    name.rsplit('.').next().is_some_and(|label| label.eq_ignore_ascii_case("localhost"))
}
