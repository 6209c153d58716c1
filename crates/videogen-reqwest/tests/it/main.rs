//! The transport and the client against servers on this machine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod client;
mod conformance;
mod credentials;
mod downloads;
mod emulator_downloads;
mod faults;
mod generate;
mod logs;
mod look_up;
mod providers;
mod proxies;
mod submits;
mod transport;
mod webhooks;
