//! URLs that a provider names: which of them are asked.

use std::net::{IpAddr, Ipv4Addr};

use proptest::prelude::*;
use videogen_core::stream::PublicAddressesOnly;
use videogen_core::{BaseUrl, ErrorKind, named_url, put_file};

use crate::base_url;

fn refused(base: &BaseUrl, url: &str) -> String {
    let error = named_url::check(base, url).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{url}");
    error.to_string()
}

#[test]
fn a_url_of_the_internet_is_asked() {
    for url in [
        "https://bucket.s3.amazonaws.com/v.mp4?X-Amz-Signature=1f",
        "https://cdn.example.com:8443/v.mp4#t=3",
        "https://93.184.215.14/v.mp4",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/v.mp4",
    ] {
        let uri = named_url::check(&base_url(), url).unwrap();
        assert!(url.starts_with(&uri.to_string()), "{uri}");
    }
}

#[test]
fn what_only_this_machine_can_reach_is_refused() {
    for host in [
        "localhost",
        "a.localhost.",
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "2130706433",
        "0177.0.0.1",
        "0.0.0.0",
        "10.0.0.7",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[::ffff:10.0.0.7]",
        "[64:ff9b::a00:7]",
        "[2002:a00:7::]",
        "[2001:db8::1]",
        "[ff02::1]",
        // Azure's host agent; the relays of 6to4.
        "168.63.129.16",
        "[::ffff:168.63.129.16]",
        "192.88.99.1",
        // Beside the prefix of NAT64.
        "[64:ff9b:0:1::808:808]",
        // With its zone (RFC 6874), which is one of this machine's; what is in brackets and no address.
        "[::1%251]",
        "[::1%25lo]",
        "[fe80::1%25eth0]",
        "[2606:2800:21f:cb07:6820:80da:af6b:8b2c%251]",
        "[v1.example]",
        "[127.0.0.1]",
    ] {
        let message = refused(&base_url(), &format!("https://{host}/v.mp4?token=secret"));
        assert!(message.contains("private address"), "{message}");
        assert!(!message.contains("secret"), "{message}");
    }
}

#[test]
fn special_addresses_of_the_whole_internet_are_public() {
    // IANA calls them globally reachable: AS112 and AMT, in both forms.
    for host in ["192.31.196.1", "192.52.193.1", "192.175.48.1", "[2620:4f:8000::1]"] {
        named_url::check(&base_url(), &format!("https://{host}/v.mp4")).unwrap();
    }
}

#[test]
fn a_file_goes_to_a_public_address_only() {
    let is_marked = |base: &BaseUrl, to: &str| {
        let request = put_file(base, to, "video/mp4", b"bytes".to_vec()).unwrap();
        request.extensions().get::<PublicAddressesOnly>().is_some()
    };
    assert!(is_marked(&base_url(), "https://bucket.example/up?sig=1"));
    let gateway = BaseUrl::parse_allowing_plaintext("http://gateway.example.com/v2").unwrap();
    assert!(is_marked(&gateway, "http://bucket.example/up"));
    for base in ["http://127.0.0.1:4010/v2", "http://localhost:4010/v2", "https://10.0.0.7/v2"] {
        assert!(!is_marked(&BaseUrl::parse(base).unwrap(), "http://127.0.0.1:4011/up"), "{base}");
    }
}

#[test]
fn what_is_no_url_of_a_file_is_refused() {
    for (url, why) in [
        ("http://cdn.example.com/v.mp4", "is not https"),
        ("ftp://cdn.example.com/v.mp4", "does not begin with https://"),
        ("file:///etc/passwd", "is not a URL"),
        ("/v.mp4", "does not begin with https://"),
        ("your-video-url", "does not begin with https://"),
        ("https://user:word@cdn.example.com/v.mp4", "has a user name"),
        ("https://cdn.example.com\\@evil.example/v.mp4", "is not a URL"),
        ("", "is not a URL"),
    ] {
        let message = refused(&base_url(), url);
        assert!(message.contains(why), "{url}: {message}");
    }
}

#[test]
fn a_provider_at_a_private_address_may_name_others() {
    for base in ["http://127.0.0.1:4010/v2", "http://localhost:4010/v2", "https://10.0.0.7/v2"] {
        let base = BaseUrl::parse(base).unwrap();
        named_url::check(&base, "http://127.0.0.1:4011/v.mp4").unwrap();
        named_url::check(&base, "https://cdn.example.com/v.mp4").unwrap();
    }
    let base = BaseUrl::parse_allowing_plaintext("http://gateway.example.com/v2").unwrap();
    named_url::check(&base, "http://cdn.example.com/v.mp4").unwrap();
    assert!(refused(&base, "http://127.0.0.1/v.mp4").contains("private"));
}

proptest! {
    /// However an IPv4 address is dressed up, it stays what it is.
    #[test]
    fn an_address_in_ipv6_is_as_public_as_it_is(bits: u32) {
        let plain = Ipv4Addr::from(bits);
        let public = named_url::is_public(IpAddr::V4(plain));
        let [a, b, c, d] = plain.octets();
        for dressed in [
            format!("::ffff:{plain}"),
            format!("64:ff9b::{plain}"),
            format!("2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1"),
        ] {
            let address: IpAddr = dressed.parse().unwrap();
            prop_assert_eq!(named_url::is_public(address), public, "{}", dressed);
        }
    }

    /// Nothing makes it panic, and what it lets through is `https`.
    #[test]
    fn any_text_is_checked(url in "\\PC{0,60}|https?://\\PC{0,40}") {
        if let Ok(uri) = named_url::check(&base_url(), &url) {
            prop_assert_eq!(uri.scheme_str(), Some("https"));
        }
    }
}
