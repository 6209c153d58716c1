//! What the crate of Newcomer does with every fixture, and with whatever else may come.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod conformance;
