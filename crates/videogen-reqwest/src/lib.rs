//! Async HTTP transport and client for videogen, on [`reqwest`] and Tokio with rustls.
//!
//! ```no_run
//! use videogen_core::{ApiKey, Provider};
//! use videogen_reqwest::Client;
//! # use videogen_testkit::doc_provider::Example;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! // `Example` stands for the type of a provider's crate.
//! let client = Client::new(Example::new(ApiKey::new("your-api-key")?));
//! let handle = client.handle("gen_abc123")?;
//! let ended = client.wait(&handle).await?; // asks every five seconds, for fifteen minutes at the most
//! let ended = ended.succeeded()?; // a failed generation is an answer; this makes it an error
//! println!("{}", ended.video()?.url.expose()); // presigned: whoever has it has the video
//! # Ok(())
//! # }
//! ```
//!
//! # In scope
//!
//! [`ReqwestTransport`], which carries any videogen request; [`Client`], which submits ([`Client::submit`]), asks once ([`Client::status`]), waits
//! for the end ([`Client::wait`]), shows every observation on the way ([`Client::watch`]), or downloads what was made
//! ([`Client::download`]). Dropping a future or a stream ends what it does, at once.
//!
//! # Out of scope
//!
//! Blocking (that is videogen-ureq), other runtimes than Tokio, many waits under one rate
//! limit. When to ask and what an answer means is decided elsewhere: in videogen-core's `Wait`, and in the providers.
//!
//! # How it fits
//!
//! ```text
//! Client ── driver: a clock, a rest ──▶ videogen_core::Wait           what to do next
//!    └──── videogen_core::poll_async ──▶ Provider ──▶ Call ──▶ ReqwestTransport ──▶ reqwest
//! ```
//!
//! A Tokio runtime with its I/O and time drivers enabled must be there when something is awaited.
//!
//! # TLS and proxies
//!
//! rustls with *ring*; nothing is installed for the whole process. Certificates are checked against the operating
//! system's trust store, so that a company's own CA works; on Linux `SSL_CERT_FILE` and `SSL_CERT_DIR` override where it
//! is. Proxies are taken from `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. None is used for this machine
//! itself: `localhost` and the names below it, `127.0.0.0/8`, `[::1]`. HTTP/1.1 only. Whoever needs something else passes
//! a client of their own to [`ReqwestTransport::from_client`].
//!
//! # Logging
//!
//! With [`tracing`]: every poll, observation and rest at `DEBUG`, missed polls, errors that end a wait and contradictions at
//! `WARN`. No key and no query of a URL is in them.

mod arriving;
mod client;
mod download;
mod driver;
mod explain;
mod generate;
mod public;
mod sink;
mod submit;
mod tls;
mod transport;
mod wait;
mod watch;

pub use client::Client;
pub use download::DownloadBuilder;
pub use generate::{GenerateBuilder, GenerateFuture};
pub use submit::{SubmitBuilder, random_idempotency_key};
pub use transport::ReqwestTransport;
pub use wait::{WaitBuilder, WaitFuture};
pub use watch::Watch;
