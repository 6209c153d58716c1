//! What `--json` prints: one object a line, each with an `event` and a `handle` or a `provider`.

use std::path::Path;

use serde::Serialize;
use videogen_core::{Cost, Error, Generation, Handle, OutputKind, Verdict};

use crate::exit::Exit;
use crate::fetch::Fetched;
use crate::text;

/// Every `event` and what it says, in the order in which they come.
pub(crate) const EVENTS: [(&str, &str); 22] = [
    ("submitting", "about to be sent; with `idempotency_key`, in a run with its `journal`"),
    ("accepted", "`handles` of what was submitted; `earlier` if before this run"),
    ("not_accepted", "the submission: `outcome`, `error`, maybe `refusal` and `candidates`"),
    ("ambiguous", "it may have been accepted: `idempotency_key`, `begun_at`, `candidates`"),
    ("adopted", "`handles` that were taken for what was submitted"),
    ("observed", "one answer, with the `generation`; in a watch with its `verdict`"),
    ("missed", "a poll that taught nothing: `error`; the wait goes on"),
    ("ended", "`generation` and `outcome`; URLs have no queries where files are fetched"),
    ("gave_up", "the wait ended and the generation did not: `outcome`, `error`"),
    ("interrupted", "not through with this `handle`"),
    ("downloaded", "a file: `kind`, `path`, `bytes`; `earlier` if before this run"),
    ("not_downloaded", "a file that is not there: `kind`, `path`, `error`"),
    ("cost", "what it would cost: `credits`, `usd`"),
    ("listed", "one `generation` of the account's"),
    ("more", "the list goes on: `cursor`"),
    ("deleted", "the `handle` of what is gone"),
    ("not_deleted", "the `handle` of what is not: `outcome`, `error`"),
    ("cancelling", "the `handle` of what the provider was asked to stop, and said that it will"),
    ("not_cancelled", "the `handle` of what it was not: `outcome`, `error`"),
    ("not_told", "the provider did not answer: `outcome`, `error`"),
    ("listening", "the emulator: `origin`, `base_urls`, `handles`"),
    ("provider", "one provider: words, places, whether there is a key"),
];

/// One line.
#[derive(Serialize)]
pub(crate) struct Line<'a> {
    event: &'static str,
    handle: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contradiction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorForm<'a>>,
    /// What was seen, or was last seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<&'a Generation>,
}

/// A line about a submission that was not accepted, as far as is known.
#[derive(Serialize)]
pub(crate) struct NotAccepted<'a> {
    event: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotency_key: Option<&'a str>,
    /// What the provider's list shows that may be it, if that was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    candidates: Option<Vec<&'a Handle>>,
    error: ErrorForm<'a>,
}

/// A line of `run` about its submission.
#[derive(Serialize)]
pub(crate) struct Submission<'a> {
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    journal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotency_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    begun_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    handles: Option<&'a [Handle]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidates: Option<&'a [Handle]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credits: Option<f64>,
    /// It was so before this run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    earlier: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
}

/// A line about an output.
#[derive(Serialize)]
pub(crate) struct FetchedLine<'a> {
    event: &'static str,
    handle: String,
    kind: OutputKind,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    took_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resumed: Option<u32>,
    /// Whether it is a whole MP4, where that could be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    whole: Option<bool>,
    /// It was there before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    earlier: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorForm<'a>>,
}

/// A line about a provider, and no generation.
#[derive(Serialize)]
pub(crate) struct OfProvider<'a> {
    event: &'static str,
    provider: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorForm<'a>>,
}

#[derive(Serialize)]
struct ErrorForm<'a> {
    kind: String,
    remedy: String,
    message: String,
    http_status: Option<u16>,
    provider_code: Option<&'a str>,
    provider_message: Option<&'a str>,
    request_id: Option<&'a str>,
    causes: Vec<String>,
}

/// An observation. `verdict` is what it means for the course, in a wait.
pub(crate) fn observed(generation: &Generation, verdict: Option<Verdict>) -> Line<'_> {
    let mut line = line("observed", &generation.handle);
    if let Some(Verdict::Contradicts(contradiction)) = verdict {
        line.contradiction = Some(snake_case(&contradiction));
        line.verdict = Some("contradicts".to_owned());
    } else {
        line.verdict = verdict.map(|verdict| snake_case(&verdict));
    }
    line.generation = Some(generation);
    line
}

/// A poll that taught nothing; the wait goes on.
pub(crate) fn missed<'a>(handle: &Handle, error: &'a Error) -> Line<'a> {
    Line { error: Some(form(error)), ..line("missed", handle) }
}

/// The end of a wait: `ended`, or `gave_up` with why and what was last seen.
pub(crate) fn ended<'a>(handle: &Handle, result: &'a Result<Generation, Error>) -> Line<'a> {
    let outcome = Some(Exit::of(result).word());
    match result {
        Ok(generation) => Line { outcome, generation: Some(generation), ..line("ended", handle) },
        Err(error) => Line {
            outcome,
            error: Some(form(error)),
            generation: error.last_observation(),
            ..line("gave_up", handle)
        },
    }
}

/// A submission that was refused, not delivered, or is ambiguous.
pub(crate) fn not_accepted(error: &Error) -> NotAccepted<'_> {
    NotAccepted {
        event: "not_accepted",
        outcome: Exit::of_error(error).word(),
        refusal: error.refusal().map(|refusal| snake_case(&refusal)),
        idempotency_key: error.idempotency_key(),
        candidates: error
            .look_up()
            .and_then(Result::ok)
            .map(|found| found.iter().map(|candidate| &candidate.handle).collect()),
        error: form(error),
    }
}

/// A submission is about to be sent; a run's is written down in `journal`.
pub(crate) fn submitting<'a>(
    provider: &'a str,
    journal: Option<&Path>,
    idempotency_key: Option<&'a str>,
) -> Submission<'a> {
    let journal = journal.map(|journal| journal.display().to_string());
    Submission { provider: Some(provider), journal, idempotency_key, ..submission("submitting") }
}

/// An earlier run submitted it.
pub(crate) fn accepted_before(handles: &[Handle], cost: Option<Cost>) -> Submission<'_> {
    let credits = cost.and_then(|cost| cost.credits);
    Submission { handles: Some(handles), credits, earlier: true, ..submission("accepted") }
}

/// It was found, or named, as what was submitted.
pub(crate) fn adopted(handles: &[Handle]) -> Submission<'_> {
    Submission { handles: Some(handles), ..submission("adopted") }
}

/// An earlier run's submission may have been accepted.
pub(crate) fn ambiguous<'a>(
    provider: &'a str,
    begun_at: &'a str,
    idempotency_key: Option<&'a str>,
    candidates: Option<&'a [Handle]>,
) -> Submission<'a> {
    Submission {
        provider: Some(provider),
        begun_at: Some(begun_at),
        idempotency_key,
        candidates,
        outcome: Some(Exit::Ambiguous.word()),
        ..submission("ambiguous")
    }
}

/// An interruption before the answer: it may have been accepted.
pub(crate) fn interrupted_submission<'a>(
    provider: &'a str,
    idempotency_key: Option<&'a str>,
) -> Submission<'a> {
    Submission {
        provider: Some(provider),
        idempotency_key,
        outcome: Some(Exit::Ambiguous.word()),
        ..submission("ambiguous")
    }
}

const fn submission(event: &'static str) -> Submission<'static> {
    Submission {
        event,
        provider: None,
        journal: None,
        idempotency_key: None,
        begun_at: None,
        handles: None,
        candidates: None,
        credits: None,
        earlier: false,
        outcome: None,
    }
}

/// An output that was downloaded, or could not be.
pub(crate) fn fetched<'a>(handle: &Handle, fetched: &'a Fetched) -> FetchedLine<'a> {
    let file = fetched.result.as_ref().ok();
    let error = fetched.result.as_ref().err();
    FetchedLine {
        event: if error.is_none() { "downloaded" } else { "not_downloaded" },
        handle: handle.to_string(),
        kind: fetched.kind,
        path: fetched.path.display().to_string(),
        bytes: file.map(|file| file.bytes),
        took_s: file.and_then(|file| file.took).map(|took| took.as_secs_f64()),
        resumed: file.map(|file| file.resumed).filter(|resumed| *resumed > 0),
        whole: file.and_then(|file| file.is_whole),
        earlier: file.is_some_and(|file| file.took.is_none()),
        outcome: error.map(|_| Exit::NotDownloaded.word()),
        error: error.map(form),
    }
}

/// One of a list.
pub(crate) fn listed(generation: &Generation) -> Line<'_> {
    Line { generation: Some(generation), ..line("listed", &generation.handle) }
}

/// Deleted for ever.
pub(crate) fn deleted(handle: &Handle) -> Line<'static> {
    line("deleted", handle)
}

/// Not deleted, as far as is known.
pub(crate) fn not_deleted<'a>(handle: &Handle, error: &'a Error) -> Line<'a> {
    let outcome = Some(Exit::of_error(error).word());
    Line { outcome, error: Some(form(error)), ..line("not_deleted", handle) }
}

/// The provider will stop it.
pub(crate) fn cancelling(handle: &Handle) -> Line<'static> {
    line("cancelling", handle)
}

/// Not cancelled, as far as is known.
pub(crate) fn not_cancelled<'a>(handle: &Handle, error: &'a Error) -> Line<'a> {
    let outcome = Some(Exit::of_error(error).word());
    Line { outcome, error: Some(form(error)), ..line("not_cancelled", handle) }
}

/// The list goes on after this place.
pub(crate) fn more<'a>(provider: &'a str, cursor: &'a str) -> OfProvider<'a> {
    OfProvider { event: "more", provider, cursor: Some(cursor), outcome: None, error: None }
}

/// A provider did not answer a question that is about no generation.
pub(crate) fn not_told<'a>(provider: &'a str, error: &'a Error) -> OfProvider<'a> {
    let outcome = Some(Exit::of_error(error).word());
    OfProvider { event: "not_told", provider, cursor: None, outcome, error: Some(form(error)) }
}

/// Still running, as far as is known.
pub(crate) fn interrupted(handle: &Handle) -> Line<'static> {
    line("interrupted", handle)
}

fn line<'a>(event: &'static str, handle: &Handle) -> Line<'a> {
    Line {
        event,
        handle: handle.to_string(),
        outcome: None,
        verdict: None,
        contradiction: None,
        error: None,
        generation: None,
    }
}

fn form(error: &Error) -> ErrorForm<'_> {
    ErrorForm {
        kind: snake_case(&error.kind()),
        remedy: snake_case(&error.remedy()),
        message: error.to_string(),
        http_status: error.http_status(),
        provider_code: error.provider_code(),
        provider_message: error.provider_message(),
        request_id: error.request_id(),
        causes: text::causes(error),
    }
}

/// A fieldless variant's name as JSON writes such words.
fn snake_case(variant: &dyn std::fmt::Debug) -> String {
    let mut words = String::new();
    for c in format!("{variant:?}").chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}
