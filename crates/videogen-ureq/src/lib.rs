//! Blocking HTTP transport and client for videogen, on [`ureq`] with rustls.
//!
//! ```no_run
//! use videogen_core::{ApiKey, Provider};
//! use videogen_ureq::Client;
//! # use videogen_testkit::doc_provider::Example;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // `Example` stands for the type of a provider's crate.
//! let client = Client::new(Example::new(ApiKey::new("your-api-key")?));
//! let handle = client.handle("gen_abc123")?;
//! let ended = client.wait(&handle).run()?; // asks every five seconds, for fifteen minutes at the most
//! let ended = ended.succeeded()?; // a failed generation is an answer; this makes it an error
//! println!("{}", ended.video()?.url.expose()); // presigned: whoever has it has the video
//! # Ok(())
//! # }
//! ```
//!
//! # In scope
//!
//! [`UreqTransport`], which carries any videogen request; [`Client`], which submits ([`Client::submit`]), asks once ([`Client::status`]), waits
//! for the end ([`Client::wait`]), shows every observation on the way ([`Client::watch`]), or downloads what was made
//! ([`Client::download`]); [`CancelToken`], which ends a wait or a download from another thread.
//!
//! # Out of scope
//!
//! Async (that is videogen-reqwest), many waits under one rate limit. When to ask
//! and what an answer means is decided elsewhere: in videogen-core's `Wait`, and in the providers.
//!
//! # How it fits
//!
//! ```text
//! Client ── driver: a clock, a rest ──▶ videogen_core::Wait     what to do next
//!    └──── videogen_core::poll ──▶ Provider ──▶ Call ──▶ UreqTransport ──▶ ureq
//! ```
//!
//! # TLS and proxies
//!
//! rustls with *ring*, or with the process's default crypto provider if one was installed. Certificates are checked
//! against the operating system's trust store, so that a company's own CA works; on Linux `SSL_CERT_FILE` and
//! `SSL_CERT_DIR` override where it is. Proxies are taken from `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.
//! None is used for this machine itself: `localhost` and the names below it, `127.0.0.0/8`, `[::1]`.
//! Whoever needs something else passes an agent of their own to [`UreqTransport::from_agent`].
//!
//! # Logging
//!
//! With [`tracing`]: every poll, observation and rest at `DEBUG`, missed polls, errors that end a wait and
//! contradictions at `WARN`. No key and no query of a URL is in them. ureq logs too, with `log`; at `TRACE` its target
//! `ureq_proto` logs every byte that it sends and receives, and `ureq` every URL. The key is not among what they are given
//! to send, but presigned URLs are: leave these targets at `DEBUG`.

mod agent;
mod arriving;
mod cancel;
mod client;
mod download;
mod driver;
mod exchange;
mod explain;
mod generate;
mod inbox;
mod submit;
mod transport;
mod wait;
mod watch;

pub use cancel::CancelToken;
pub use client::Client;
pub use download::DownloadBuilder;
pub use generate::GenerateBuilder;
pub use submit::{SubmitBuilder, random_idempotency_key};
pub use transport::UreqTransport;
pub use wait::WaitBuilder;
pub use watch::Watch;
