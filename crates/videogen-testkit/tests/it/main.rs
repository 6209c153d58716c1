//! Tests of the test kit: what it calls wrong, and what its servers do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod broken;
mod rules;
mod servers;
mod suites;
