//! Text made fit to print: no query of a URL, no user name or password in one, no fragment.
//!
//! A presigned URL is a key to a file, so its query is a secret wherever a person or a log may see it.

use std::borrow::Cow;

/// Stands where something secret stood.
pub const REDACTED: &str = "<redacted>";

/// `text` with the secret parts of every absolute URL in it replaced.
///
/// ```
/// use videogen_core::redact;
/// assert_eq!(
///     redact::text("cannot fetch https://u:p@b.example/v.mp4?X-Amz-Signature=1f, sorry"),
///     "cannot fetch https://<redacted>@b.example/v.mp4?<redacted> sorry",
/// );
/// ```
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    if !text.contains("://") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(scheme_end) = rest.find("://") {
        let (before, from_authority) = rest.split_at(scheme_end + 3);
        out.push_str(before);
        let url_len = from_authority.find(ends_url).unwrap_or(from_authority.len());
        let (url, after) = from_authority.split_at(url_len);
        push_url(&mut out, url);
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// One URL, absolute or not, with its secret parts replaced.
///
/// ```
/// use videogen_core::redact;
/// assert_eq!(redact::url("https://b.example/v.mp4?sig=1"), "https://b.example/v.mp4?<redacted>");
/// assert_eq!(redact::url("v.mp4?sig=1"), "v.mp4?<redacted>");
/// ```
#[must_use]
pub fn url(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    match url.find("://") {
        Some(scheme_end) => {
            let (scheme, rest) = url.split_at(scheme_end + 3);
            out.push_str(scheme);
            push_url(&mut out, rest);
        }
        None => push_url(&mut out, url),
    }
    out
}

/// At most `limit` bytes of `bytes` as one line of printable text, secrets of URLs replaced.
pub(crate) fn excerpt(bytes: &[u8], limit: usize) -> String {
    // Redact before cutting: a cut in the middle of a URL must not hide where its query begins.
    let lossy = String::from_utf8_lossy(bytes.get(..bytes.len().min(limit * 8)).unwrap_or(bytes));
    let lossy = if lossy.trim_start().starts_with('<') { without_tags(&lossy) } else { lossy };
    let clean = text(&lossy);
    let mut out = String::with_capacity(limit);
    for word in clean.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().filter(|c| !c.is_control()));
        if out.len() > limit {
            break;
        }
    }
    if out.len() > limit {
        let end = (0..=limit).rev().find(|&i| out.is_char_boundary(i)).unwrap_or(0);
        out.truncate(end);
        out.push('…');
    }
    out
}

/// The text of a web page, such as gateways send in the place of an answer.
fn without_tags(page: &str) -> Cow<'_, str> {
    let mut out = String::new();
    for part in page.split('<') {
        // What stands for a secret looks like a tag.
        if part.starts_with("redacted>") {
            out.push('<');
            out.push_str(part);
        } else {
            out.push_str(part.split_once('>').map_or("", |(_, text)| text));
        }
        out.push(' ');
    }
    if out.trim().is_empty() { Cow::Borrowed(page) } else { Cow::Owned(out) }
}

fn ends_url(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '<' | '>' | '`')
}

/// Appends what follows a URL's scheme.
fn push_url(out: &mut String, url: &str) {
    let secret_from = url.find(['?', '#']).unwrap_or(url.len());
    let (open, secret) = url.split_at(secret_from);
    let authority_end = open.find('/').unwrap_or(open.len());
    match open.get(..authority_end).and_then(|authority| authority.rfind('@')) {
        Some(at) => {
            out.push_str(REDACTED);
            out.push_str(open.get(at..).unwrap_or_default());
        }
        None => out.push_str(open),
    }
    if let Some(mark) = secret.get(..1) {
        out.push_str(mark);
        // Nothing follows the mark where the text was redacted before.
        if secret.len() > 1 {
            out.push_str(REDACTED);
        }
    }
}
