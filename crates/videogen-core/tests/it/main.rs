//! The core, without sockets and in virtual time.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod answers;
mod candidates;
mod container;
mod download;
mod download_model;
mod download_properties;
mod errors;
mod file_name;
mod forms;
mod generations;
mod handles;
mod lifecycle;
mod loopback;
mod named_urls;
mod redaction;
mod signers;
mod submit;
mod wait_examples;
mod wait_machine;
mod wait_properties;
mod wait_webhooks;
mod webhooks;

use std::time::Duration;

use videogen_core::{
    BaseUrl, Generation, Handle, Output, OutputKind, Phase, PollGuidance, StatusTable, StatusWord,
};

static WORDS: StatusTable = StatusTable::new(&[
    StatusWord::documented("queued", Phase::Queued, &["running", "failed"]),
    StatusWord::documented("running", Phase::Running, &["done", "failed"]),
    StatusWord::documented("done", Phase::Succeeded, &[]),
    StatusWord::documented("failed", Phase::Failed, &[]),
    StatusWord::legacy("cancelled", Phase::Cancelled),
]);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn base_url() -> BaseUrl {
    BaseUrl::parse("https://api.example.com/v1").unwrap()
}

fn handle() -> Handle {
    Handle::new("example", &base_url(), "g1").unwrap()
}

fn guidance() -> PollGuidance {
    PollGuidance::new(seconds(5), seconds(30)..=seconds(180), seconds(900))
}

/// A generation with this status, and an output if it is done.
fn seen(word: &str) -> Generation {
    let mut generation = Generation::new(handle(), WORDS.status(word));
    if word == "done" {
        generation.outputs.push(Output::primary(OutputKind::Video, "https://cdn.example/v.mp4"));
    }
    generation
}

fn without_output(word: &str) -> Generation {
    Generation::new(handle(), WORDS.status(word))
}
