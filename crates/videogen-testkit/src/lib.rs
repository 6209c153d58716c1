//! For testing what is built on videogen: providers, transports, and products.
//!
//! ```
//! use std::time::Duration;
//! use videogen_core::{ApiKey, Outcome, Phase, Provider, WaitOptions};
//! use videogen_testkit::{ScriptedTransport, VirtualClock, json, wait};
//! # use videogen_testkit::doc_provider::Example;
//!
//! // Hours of waiting in microseconds: the provider's answers are scripted, the clock is virtual.
//! let provider = Example::new(ApiKey::new("any-key").unwrap());
//! let handle = provider.handle("g1").unwrap();
//! let transport = ScriptedTransport::new()
//!     .then(json(200, r#"{"id": "g1", "status": "running"}"#))
//!     .then(json(502, "<html>bad gateway</html>"))
//!     .then(json(200, r#"{"id": "g1", "status": "done", "url": "https://cdn.example/v.mp4"}"#));
//! let clock = VirtualClock::new();
//! let options = WaitOptions::of(&provider.guidance());
//! let course = wait(&provider, &transport, &clock, &handle, options);
//! let Outcome::Settled(video) = course.outcome else { panic!() };
//! assert_eq!(video.phase(), Phase::Succeeded);
//! assert_eq!(course.polls.len(), 3);
//! ```
//!
//! - [`ScriptedTransport`], [`VirtualClock`] and [`wait()`]: the wait machine against any answers, in virtual time.
//! - [`download()`] and [`MemorySink`]: the same for the download machine.
//! - [`Fixture`]: the HTTP exchanges in `fixtures/`.
//! - [`provider_suite`], [`transport_suite`], [`stream_suite`] and [`redirect_suite`]: what every provider, every transport
//!   and every client must do. Run them in the tests of your own.
//! - [`download_suite`]: what every client must do that downloads outputs.
//! - [`ProbeServer`] and [`ScriptedServer`]: small HTTP servers, one that misbehaves on request and one that plays a
//!   script.
//! - [`fast_wait`] and [`slow_wait`]: options of waits against such servers.
//! - [`log_suite`], with [`Memory`] and [`keep_log_of_this_thread`]: to look for secrets in what is logged.
//!
//! Everything here is for tests, and fails by panicking.
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::exhaustive_structs,
    reason = "a test fails by panicking, and its values are plain data"
)]

mod clock;
mod course;
mod decoded;
#[doc(hidden)]
pub mod doc_provider;
mod download;
pub mod download_suite;
mod fixture;
mod listener;
pub mod log_suite;
mod logs;
mod options;
mod probe;
pub mod provider_suite;
mod received;
pub mod redirect_suite;
pub mod rules;
mod scripted;
mod scripted_server;
mod secrets;
mod shown;
pub mod stream_suite;
mod submission;
mod suite;
pub mod transport_suite;

pub use clock::{VirtualClock, test_now};
pub use course::{Course, Polled, wait};
pub use decoded::{decode, decode_fixture, seen};
pub use download::{DownloadCourse, MemorySink, download};
pub use fixture::{Class, Exchange, Fixture, RequestShape, TEST_KEY};
pub use logs::{Memory, keep_log_of_this_thread};
pub use options::{fast_wait, slow_wait};
pub use probe::ProbeServer;
pub use provider_suite::check_submissions;
pub use received::Received;
pub use scripted::{ScriptedTransport, json};
pub use scripted_server::{ScriptedServer, ServerEvent, ServerReply};
pub use secrets::{error_chain, leaks};
pub use shown::{shown_answer, shown_report, shown_request};
pub use submission::{new_generation, shown_submission, submission};
pub use suite::Suite;
