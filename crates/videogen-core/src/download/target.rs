//! Where a redirect leads.

use http::Uri;

/// The URL that a `Location` stands for in an answer from `base` (RFC 3986, section 5.2), without its fragment. Text, since it
/// is still to be checked.
pub(super) fn resolve(base: &Uri, location: &str) -> String {
    let location = location.trim();
    let location = location.split('#').next().unwrap_or_default();
    let scheme = base.scheme_str().unwrap_or("https");
    let authority = base.authority().map_or("", |authority| authority.as_str());
    let origin = format!("{scheme}://{authority}");
    if let Some(end) = scheme_end(location) {
        let (scheme, rest) = location.split_at(end);
        let Some(rest) = rest.strip_prefix("://") else { return location.to_owned() };
        return format!("{}://{}", scheme.to_ascii_lowercase(), without_dots_after_host(rest));
    }
    if let Some(rest) = location.strip_prefix("//") {
        return format!("{scheme}://{}", without_dots_after_host(rest));
    }
    if location.is_empty() {
        return base.to_string();
    }
    let (path, query) = split_query(location);
    let path = if path.is_empty() {
        base.path().to_owned()
    } else if path.starts_with('/') {
        without_dots(path)
    } else {
        let directory = base.path().rsplit_once('/').map_or("", |(directory, _)| directory);
        without_dots(&format!("{directory}/{path}"))
    };
    encoded(&format!("{origin}{path}{query}"))
}

/// The length of the scheme at the beginning of an absolute URL.
fn scheme_end(url: &str) -> Option<usize> {
    let end = url.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))?;
    let is_scheme = url.starts_with(|c: char| c.is_ascii_alphabetic());
    (is_scheme && url.get(end..)?.starts_with(':')).then_some(end)
}

/// What follows `//`: the authority as it is, and a path without dots.
fn without_dots_after_host(url: &str) -> String {
    let end = url.find(['/', '?']).unwrap_or(url.len());
    let (authority, rest) = url.split_at(end);
    let (path, query) = split_query(rest);
    let path = if path.is_empty() { "/".to_owned() } else { without_dots(path) };
    format!("{authority}{}", encoded(&format!("{path}{query}")))
}

/// A path, and the query with its mark.
fn split_query(url: &str) -> (&str, &str) {
    url.split_at(url.find('?').unwrap_or(url.len()))
}

/// A path without the parts `.` and `..` (RFC 3986, section 5.2.4).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut parts = path.split('/').skip(1).peekable();
    while let Some(part) = parts.next() {
        let is_dot = part == "." || part.eq_ignore_ascii_case("%2e");
        let is_up = matches!(part.to_ascii_lowercase().as_str(), ".." | ".%2e" | "%2e." | "%2e%2e");
        if is_up {
            kept.pop();
        }
        if !is_dot && !is_up {
            kept.push(part);
        } else if parts.peek().is_none() {
            // The path ends in a directory.
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

/// A URL with what cannot stand in one percent-encoded, as browsers do it: providers put spaces and letters of all scripts
/// into names.
pub(super) fn encoded(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    let mut in_query = false;
    for byte in url.bytes() {
        in_query |= byte == b'?';
        let is_stray = !byte.is_ascii_graphic()
            || matches!(byte, b'"' | b'<' | b'>' | b'`' | b'{' | b'}' | b'|' | b'\\' | b'^')
            || (in_query && byte == b'\'');
        if is_stray {
            out.push_str(&format!("%{byte:02X}"));
        } else {
            out.push(char::from(byte));
        }
    }
    out
}
