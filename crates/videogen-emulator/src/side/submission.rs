//! What is submitted.

use std::fmt;

use serde_json::{Map, Value};

/// A submission that the provider can read. `Debug` does not show its body: it may hold presigned URLs.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Submission {
    /// What the [path](crate::Operation::Submit) says of it: a template, a model.
    pub of: Option<String>,
    /// The body as JSON, whatever form it came in. Two submissions with the same key for idempotency must have the same.
    pub body: Map<String, Value>,
    /// The key with which it can be repeated, at a provider that has such keys.
    pub idempotency_key: Option<String>,
    /// Whether that key is only to keep it from being made twice: a repetition is refused ([`Reason::Conflict`](crate::Reason::Conflict)),
    /// also with the same body.
    pub refuses_repeats: bool,
    /// How many generations it makes.
    pub count: usize,
}

impl Submission {
    /// A submission of one generation.
    #[must_use]
    pub const fn new(of: Option<String>, body: Map<String, Value>) -> Self {
        Self { of, body, idempotency_key: None, refuses_repeats: false, count: 1 }
    }

    /// This submission with the key with which it can be repeated.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: Option<String>) -> Self {
        self.idempotency_key = key;
        self
    }

    /// This submission with a key that may be used once.
    #[must_use]
    pub const fn refusing_repeats(mut self) -> Self {
        self.refuses_repeats = true;
        self
    }

    /// This submission of so many generations.
    #[must_use]
    pub const fn with_count(mut self, count: usize) -> Self {
        self.count = count;
        self
    }

    /// A member of the body that is not `null`.
    #[must_use]
    pub fn get(&self, member: &str) -> Option<&Value> {
        self.body.get(member).filter(|value| !value.is_null())
    }

    /// A member of the body that is a text.
    #[must_use]
    pub fn text(&self, member: &str) -> Option<String> {
        self.get(member).and_then(Value::as_str).map(str::to_owned)
    }

    /// Whether it asks for the same.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.of == other.of && self.body == other.body
    }
}

impl fmt::Debug for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submission")
            .field("of", &self.of)
            .field("members", &self.body.len())
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}
