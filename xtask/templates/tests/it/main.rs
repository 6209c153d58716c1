//! What the crate of Newcomer does with every fixture, and with whatever else may come.

mod conformance;
