//! The command as a person and as a script meet it: exit code, stdout and stderr, against the emulator.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod costs;
mod deleting;
mod demo;
mod downloading;
mod emulate;
mod help;
mod interrupt;
mod keys;
mod listing;
mod one_meaning;
mod running;
mod stdout;
mod submitting;
mod support;
mod waiting;
