//! The query of a URL.

use std::fmt::Write as _;

use videogen_core::Error;

use crate::check::invalid;

/// Parameters, in the order in which they were added.
#[derive(Default)]
pub(crate) struct Query(String);

impl Query {
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        self.0.push(if self.0.is_empty() { '?' } else { '&' });
        self.0.push_str(name);
        self.0.push('=');
        encode(&mut self.0, value);
    }

    pub(crate) fn add_some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    /// A list with commas, as the pages have it. (The Python SDK repeats the name, the TypeScript SDK sends a JSON array.)
    pub(crate) fn add_list(&mut self, name: &str, values: &[String]) -> Result<(), Error> {
        if let Some(bad) = values.iter().find(|value| value.is_empty() || value.contains(',')) {
            let problem = format!("has {bad:?}, which is empty or has a comma in it");
            return Err(invalid(name, &problem));
        }
        if !values.is_empty() {
            self.add(name, &values.join(","));
        }
        Ok(())
    }

    /// With the question mark; empty if there are none.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn encode(out: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~,".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}
