//! The core of videogen: how AI-video generations are named, asked for, read and waited for, without any I/O.
//!
//! A *generation* is one job at a *provider*. Its [`Handle`] finds it again from anywhere. A [`Provider`] turns a handle into
//! a [`Call`]: an HTTP request as a value and a function that reads the answer as a [`Generation`]. A
//! [`Wait`] says when to ask again and when it is over; a [`Submit`] says when a submission may be sent again and when not.
//! Transports and drivers are other crates.
//!
//! ```
//! use videogen_core::{Handle, BaseUrl};
//!
//! // A handle survives the process: store it before the first poll.
//! let base = BaseUrl::parse("https://api.example.com/v1").unwrap();
//! let handle = Handle::new("example", &base, "gen_abc123").unwrap();
//! let stored = serde_json::to_string(&handle).unwrap();
//! assert_eq!(serde_json::from_str::<Handle>(&stored).unwrap(), handle);
//! ```
//!
//! # In scope
//!
//! Status words and the moves between them ([`lifecycle`]), the one model of a generation and its JSON form
//! ([`generation_json`]), the machines of waiting, submitting and downloading ([`wait`], [`submit`], [`download`]), looking for what a lost submission may have made
//! ([`candidates`]), which URLs of a provider's are asked ([`named_url`]), what all webhooks have in common ([`webhook`]), errors ([`ErrorKind`]), reading answers that are not what was promised ([`answer`], [`lenient`]).
//!
//! # Out of scope
//!
//! Sockets, clocks, threads, sleeping, the environment, files, randomness. This crate names no provider and no
//! HTTP client, and has no Cargo features.

pub mod answer;
pub mod candidates;
pub mod container;
pub mod download;
pub mod fetch;
pub mod fields;
pub mod file_name;
pub mod generate;
pub mod generation_json;
pub mod json;
pub mod lenient;
pub mod lifecycle;
pub mod loopback;
pub mod multipart;
pub mod named_url;
pub mod path;
pub mod redact;
pub mod signer;
pub mod stream;
pub mod submit;
pub mod timestamp;
pub mod wait;
pub mod webhook;

mod api_key;
mod base_url;
mod call;

mod cost;
mod error;
mod failure;
mod generation;
mod handle;
mod listing;
mod moment;
mod output;
mod pace;
mod progress;
mod provider;
mod report;
mod status;
mod transport;

pub use api_key::ApiKey;
pub use base_url::BaseUrl;
pub use call::{
    AnswerLimit, Call, ExchangeTimeout, HttpRequest, HttpResponse, delete, get, get_named,
    post_form, post_json, put_file,
};
pub use cost::Cost;
pub use error::{Error, ErrorKind, Refusal, Remedy};
pub use failure::{Failure, FailureClass};
pub use generation::{Generation, Times};
pub use handle::Handle;
pub use json::Json;
pub use lifecycle::{Contradiction, Lifecycle, Standing, StatusTable, StatusWord, Verdict};
pub use listing::{ListQuery, Page};
pub use moment::Moment;
pub use multipart::FilePart;
pub use output::{FailedOutput, Output, OutputKind, OutputUrl};
pub use pace::Pace;
pub use progress::Progress;
pub use provider::{LongPoll, Observed, PollGuidance, Provider, StatusQuery, poll, poll_async};
pub use report::Report;
pub use signer::{Credentials, Signer};
pub use status::{Phase, Status};
pub use submit::{
    Accepted, Expected, NewGeneration, Submit, SubmitAction, SubmitEvent, SubmitOptions,
};
pub use transport::{
    AsyncTransport, Delivery, MAX_ANSWER_BYTES, Transport, TransportError, stamp_date,
};
pub use wait::{Action, Event, Outcome, Wait, WaitOptions};
pub use webhook::{SeenWebhooks, WebhookSecret};
