//! A request as a server receives it.

use std::io::BufRead;

/// A request as a server received it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The headers in the order of arrival, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of a header.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether `secret` is anywhere in it.
    #[must_use]
    pub fn shows(&self, secret: &str) -> bool {
        let in_headers = self.headers.iter().any(|(_, value)| value.contains(secret));
        let in_body = String::from_utf8_lossy(&self.body).contains(secret);
        in_headers || in_body || self.path.contains(secret)
    }

    /// Reads request line and headers. `None` if the connection ended before there was a request, or what comes is
    /// another protocol.
    pub(crate) fn read_head(reader: &mut impl BufRead) -> Option<Self> {
        // A TLS handshake does not begin with a letter, and may not have the end of line that is waited for.
        if !reader.fill_buf().ok()?.first()?.is_ascii_alphabetic() {
            return None;
        }
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let mut words = line.split_whitespace();
        let mut request = Self {
            method: words.next()?.to_owned(),
            path: words.next()?.to_owned(),
            ..Self::default()
        };
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            match line.trim_end().split_once(':') {
                Some((name, value)) => {
                    request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
                }
                None => return Some(request),
            }
        }
    }

    /// Reads the body that the head announces. `None` if the connection ended before its end.
    pub(crate) fn read_body(&mut self, reader: &mut impl BufRead) -> Option<()> {
        let length = self.header("content-length").and_then(|text| text.parse().ok());
        self.body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut self.body).ok()
    }
}
