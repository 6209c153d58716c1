//! Tests of the emulator.

#![expect(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "helpers of tests")]

mod acme;
mod bodies;
mod control;
mod download_suite;
mod fault_suite;
mod faults;
mod fetch_faults;
mod fidelity;
mod files;
mod files_over_a_socket;
mod idempotency;
mod in_process;
mod kling_api;
mod prism_api;
mod properties;
mod refusals;
mod round_trips;
mod scripts;
mod socket;
mod submission;
mod submit_faults;
mod submit_plans;
mod submit_properties;
mod submit_requests;
mod submit_suite;
mod submits;
mod support;
mod sync_query;
mod synclabs_api;
mod token360_api;
mod webhooks;
mod webhooks_over_a_socket;
