//! URLs that a provider names: where an output is, where a file is to be sent.
//!
//! Whoever can put a URL into a provider's answer must not reach what only this machine can reach: the router's page, a
//! cloud's metadata, a database without a password. So private addresses are refused, unless the provider itself is at
//! one (an emulator, a company's own gateway), and plain `http` is refused in the same way.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;

use crate::base_url::BaseUrl;
use crate::error::{Error, ErrorKind};
use crate::loopback::is_loopback;
use crate::redact;

/// The URL `url` that the provider at `base` named, if it may be asked.
///
/// Names are not looked up here: what they stand for is checked with [`is_public`] by the transport that looks them up.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`] if it is not an absolute `https` URL without a user name, or its host is a private address.
/// Where the provider at `base` is itself at a private address, `http` and private addresses are fine; where it is asked in
/// plain text, `http` is fine.
pub fn check(base: &BaseUrl, url: &str) -> Result<Uri, Error> {
    let refused = |why: &str| {
        Error::new(
            ErrorKind::InvalidInput,
            format!("the URL `{}` that the provider named {why}", redact::url(url)),
        )
    };
    // A fragment is not sent.
    let bare = url.split('#').next().unwrap_or_default();
    let uri: Uri = bare.parse().map_err(|_| refused("is not a URL"))?;
    let is_plain = match uri.scheme_str() {
        Some("https") => false,
        Some("http") => true,
        _ => return Err(refused("does not begin with https://")),
    };
    let authority = uri.authority().ok_or_else(|| refused("does not name a host"))?;
    if authority.as_str().contains('@') {
        return Err(refused("has a user name in it"));
    }
    if authority.host().is_empty() {
        return Err(refused("does not name a host"));
    }
    let private_is_fine = is_at_private_address(base);
    if is_plain && !private_is_fine && !base.as_str().starts_with("http://") {
        return Err(refused("is not https"));
    }
    if !private_is_fine && host_is_private(authority.host()) {
        return Err(refused("is at a private address"));
    }
    Ok(uri)
}

/// Whether the provider at `base` is itself at a private address, as far as its URL says: then it may name others.
#[must_use]
pub fn is_at_private_address(base: &BaseUrl) -> bool {
    base.as_str().parse::<Uri>().is_ok_and(|uri| uri.host().is_some_and(host_is_private))
}

pub(crate) fn host_is_private(host: &str) -> bool {
    if let Some(bracketed) = host.strip_prefix('[') {
        let address = bracketed.strip_suffix(']').and_then(|bare| bare.parse::<Ipv6Addr>().ok());
        // What is in brackets and no address has a zone (`[fe80::1%25eth0]`), which is one of this machine's.
        return address.is_none_or(|address| !is_public(address.into()));
    }
    match host.parse::<IpAddr>() {
        Ok(address) => !is_public(address),
        // `0x7f.1`, `127.1` and `2130706433` are addresses to the system's resolver.
        Err(_) => is_loopback(host) || looks_like_ipv4(host),
    }
}

/// Whether the last part of a host is a number: then it stands for an IPv4 address in one of its odd forms (WHATWG URL).
fn looks_like_ipv4(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()),
    }
}

/// Azure's host agent, at an address of the internet that only its virtual machines reach
/// (<https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16>). Other clouds' are link-local,
/// shared or unique local ones.
const AZURE_HOST: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// Whether an address is one of the internet's, by the column "globally reachable" of IANA's registries of special-purpose
/// addresses, but for [those](https://www.rfc-editor.org/rfc/rfc7723) of the nearest router (`192.0.0.9`, `192.0.0.10`, and
/// their like in IPv6). Azure's host agent (`168.63.129.16`) is not one.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        // Multicast, reserved and broadcast.
        || a >= 224
        // Shared by carriers (RFC 6598), protocol assignments (RFC 6890), benchmarks (RFC 2544).
        || (a == 100 && (64..=127).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        // Relays of 6to4, given up (RFC 7526): whoever is nearest.
        || (a == 192 && b == 88 && c == 99)
        || address == AZURE_HOST
        || (a == 198 && (b == 18 || b == 19)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, ..] = address.segments();
    // All that is given out is in 2000::/3.
    if (a & 0xe000) != 0x2000 {
        // NAT64 (RFC 6052) stands for the IPv4 address in it.
        let is_nat64 = [a, b, c, d, e, f] == [0x64, 0xff9b, 0, 0, 0, 0];
        return is_nat64 && is_public_v4(last_v4(address));
    }
    let teredo_and_others = a == 0x2001 && b < 0x0200;
    let documentation = (a == 0x2001 && b == 0x0db8) || (a == 0x3fff && b < 0x1000);
    // 6to4 (RFC 3056) stands for the IPv4 address in it.
    let is_6to4_of_private =
        a == 0x2002 && !is_public_v4(Ipv4Addr::from((u32::from(b) << 16) | u32::from(c)));
    !(teredo_and_others || documentation || is_6to4_of_private)
}

fn last_v4(address: Ipv6Addr) -> Ipv4Addr {
    let [.., high, low] = address.segments();
    Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))
}
