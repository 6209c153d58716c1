//! Text made fit to print: no query of a URL, no user name or password in one, no fragment.
//!
//! A presigned URL is a key to a file, so its query is a secret wherever a person or a log may see it.

use std::borrow::Cow;

/// Stands where something secret stood.
pub const REDACTED: &str = "<redacted>";

/// `text` with the secret parts of every URL in it replaced: also of one without a scheme, of one in JSON that escapes
/// slashes, and of one that is percent-encoded itself.
///
/// What follows a `?` is taken for a query where it stands in a URL or begins like one (`name=`). Parameters that
/// signatures and tokens go by are replaced wherever they stand.
///
/// ```
/// use videogen_core::redact;
/// assert_eq!(
///     redact::text("cannot fetch https://u:p@b.example/v.mp4?X-Amz-Signature=1f, sorry"),
///     "cannot fetch https://<redacted>@b.example/v.mp4?<redacted> sorry",
/// );
/// assert_eq!(redact::text("b.example/v.mp4?sig=1f? why?"), "b.example/v.mp4?<redacted> why?");
/// ```
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| b"?&;@%#".contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_url = false;
    while let Some(c) = rest.chars().next() {
        if let Some(mark) = starts_with_any(rest, SCHEME_ENDS) {
            rest = push_authority(&mut out, rest, mark);
            in_url = true;
        } else if let Some(mark) = starts_with_any(rest, AUTHORITY_MARKS) {
            // No more than a user's name is looked for: it may as well be prose.
            rest = push_authority(&mut out, rest, mark);
        } else if let Some(mark) = query_mark(rest, in_url) {
            let (mark, after) = rest.split_at(mark);
            out.push_str(mark);
            rest = skip_secret(&mut out, after, ends_url);
            in_url = false;
        } else if let Some(name) = secret_parameter(rest) {
            let (name, value) = rest.split_at(name);
            out.push_str(name);
            rest = skip_secret(&mut out, value, |c| ends_url(c) || matches!(c, '&' | ';'));
        } else {
            in_url &= !ends_url(c);
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    Cow::Owned(out)
}

/// What ends a scheme, plain, in JSON that escapes slashes, and percent-encoded.
const SCHEME_ENDS: &[&str] = &["://", ":\\/\\/", "%3a%2f%2f"];

/// What an authority begins with where there is no scheme.
const AUTHORITY_MARKS: &[&str] = &["//", "\\/\\/"];

/// What the names of parameters hold that open something.
const SECRET_NAMES: [&str; 9] =
    ["x-amz-", "x-goog-", "x-tos-", "sig", "token", "credential", "secret", "password", "apikey"];

/// The longest name of a parameter, in bytes.
const LONGEST_NAME: usize = 64;

/// The length of whichever of these `text` begins with, in whatever case.
fn starts_with_any(text: &str, beginnings: &[&str]) -> Option<usize> {
    beginnings
        .iter()
        .find(|b| text.get(..b.len()).is_some_and(|start| start.eq_ignore_ascii_case(b)))
        .map(|beginning| beginning.len())
}

/// The length of what begins a query here, if one begins here.
fn query_mark(text: &str, in_url: bool) -> Option<usize> {
    let mark = starts_with_any(text, &["?", "%3f"]);
    if in_url {
        return mark.or_else(|| starts_with_any(text, &["#"]));
    }
    mark.filter(|&mark| text.get(mark..).and_then(parameter_name).is_some())
}

/// The name at the beginning of `name=`, also with a percent-encoded equals sign.
fn parameter_name(text: &str) -> Option<&str> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.[]".contains(byte);
    let length = text.bytes().take(LONGEST_NAME).take_while(is_name).count();
    let (name, rest) = (text.get(..length)?, text.get(length..)?);
    (length > 0 && starts_with_any(rest, &["=", "%3d"]).is_some()).then_some(name)
}

/// The length of `&name=` at the beginning of `text`, if the name is one that opens something.
fn secret_parameter(text: &str) -> Option<usize> {
    let mark = starts_with_any(text, &["&", ";", "%26"])?;
    let after = text.get(mark..)?;
    let name = parameter_name(after)?;
    let lower = name.to_ascii_lowercase();
    let opens = SECRET_NAMES.iter().any(|secret| lower.contains(secret));
    let equals = starts_with_any(after.get(name.len()..)?, &["=", "%3d"])?;
    opens.then_some(mark + name.len() + equals)
}

/// Appends the end of a scheme and the authority behind it, without a user's name and password. Returns the rest.
fn push_authority<'a>(out: &mut String, text: &'a str, mark: usize) -> &'a str {
    let (mark, after) = text.split_at(mark);
    out.push_str(mark);
    let end = after.find(|c| ends_url(c) || matches!(c, '/' | '\\' | '?' | '#'));
    let (authority, rest) = after.split_at(end.unwrap_or(after.len()));
    // Percent-encoded, it has no end of its own; then it is left to the marks of a query.
    match authority.rfind('@') {
        Some(at) => {
            out.push_str(REDACTED);
            out.push_str(authority.get(at..).unwrap_or_default());
            rest
        }
        None => after,
    }
}

/// Appends the placeholder for what is secret at the beginning of `text`, if anything is. Returns the rest.
fn skip_secret<'a>(out: &mut String, text: &'a str, ends: impl Fn(char) -> bool) -> &'a str {
    let end = text.find(ends).unwrap_or(text.len());
    if end > 0 {
        out.push_str(REDACTED);
    }
    text.get(end..).unwrap_or_default()
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
    let (beginning, rest) = url.split_at(authority_start(url));
    out.push_str(beginning);
    push_url(&mut out, rest);
    out
}

/// Where the authority of a URL begins, which may have no scheme (`//host/…`), or begin as only browsers let it (`https:/host`,
/// `https:\\host`).
fn authority_start(url: &str) -> usize {
    let is_slash = |c: char| matches!(c, '/' | '\\');
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let scheme = match url.split_once(':') {
        Some((scheme, rest)) if scheme.chars().all(is_scheme) && rest.starts_with(is_slash) => {
            scheme.len() + 1
        }
        _ => 0,
    };
    let after = url.get(scheme..).unwrap_or_default();
    let slashes = after.len() - after.trim_start_matches(is_slash).len();
    // One alone begins a path.
    if scheme == 0 && slashes == 1 { 0 } else { scheme + slashes }
}

/// At most `limit` bytes of `bytes` as one line of printable text, secrets of URLs and files in Base64 replaced.
pub(crate) fn excerpt(bytes: &[u8], limit: usize) -> String {
    // Redact before cutting: a cut in the middle of a URL must not hide where its query begins.
    let lossy = String::from_utf8_lossy(bytes.get(..bytes.len().min(limit * 8)).unwrap_or(bytes));
    let clean = text(&lossy);
    let clean = without_base64(&clean);
    // After redacting: a tag may stand in the middle of a URL.
    let clean = if clean.trim_start().starts_with('<') { without_tags(&clean) } else { clean };
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

/// As long as this, a text of nothing but the characters of Base64 is taken for a file. The hash of a file is shorter, and a line of Base64
/// where it is broken into lines is longer.
const BASE64_RUN: usize = 72;

/// `text` without the files that stand in it in Base64: they are somebody's pictures and videos.
fn without_base64(text: &str) -> Cow<'_, str> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let mut out = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let run = rest.bytes().take_while(|byte| is_base64(byte)).count();
        let (taken, after) = rest.split_at(run.max(next.len_utf8()));
        out.push_str(if run < BASE64_RUN { taken } else { REDACTED });
        rest = after;
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
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
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '`')
}

/// Appends what follows a URL's scheme.
fn push_url(out: &mut String, url: &str) {
    let secret_from = url.find(['?', '#']).unwrap_or(url.len());
    let (open, secret) = url.split_at(secret_from);
    let authority_end = open.find(['/', '\\']).unwrap_or(open.len());
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
