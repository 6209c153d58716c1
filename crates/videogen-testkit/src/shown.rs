//! Requests and answers as text, for snapshots.

use std::error::Error as _;
use std::fmt::Write as _;

use videogen_core::webhook::Notice;
use videogen_core::{Error, Generation, HttpRequest, Provider, Report};

use crate::decoded::decode_fixture;
use crate::fixture::Fixture;

/// A request as text: method, URL, headers by name. Sensitive values are left out.
#[must_use]
pub fn shown_request(request: &HttpRequest) -> String {
    let mut shown = format!("{} {}", request.method(), request.uri());
    let mut headers: Vec<_> = request.headers().iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in headers {
        // `Debug` of a sensitive value is `Sensitive`.
        write!(shown, "\n{name}: {value:?}").expect("writing to a string");
    }
    if !request.body().is_empty() {
        write!(shown, "\n\n{}", String::from_utf8_lossy(request.body()))
            .expect("writing to a string");
    }
    shown
}

/// A report as a word or two. Rests depend on the machine: leave them out of what is compared.
#[must_use]
pub fn shown_report(report: &Report<'_>) -> String {
    match report {
        Report::Polling { .. } => "polling".to_owned(),
        Report::Observed { generation, .. } => format!("observed {}", generation.status),
        Report::Missed { error } => format!("missed {:?}", error.kind()),
        Report::Resting { .. } => "resting".to_owned(),
        Report::Notified { notice: Notice::Hint(_) } => "heard a hint".to_owned(),
        Report::Notified { notice: Notice::Verified(verified) } => {
            format!("heard {}", verified.generation().status)
        }
        Report::Ended { .. } => "ended".to_owned(),
        other => format!("{other:?}"),
    }
}

/// What a provider makes of a fixture's answer, as text: the JSON form of the generation, or all of the error.
///
/// # Panics
///
/// If the provider makes no request of the fixture's, or needs a second one that the fixture has not.
#[must_use]
pub fn shown_answer(provider: &dyn Provider, fixture: &Fixture) -> String {
    match decode_fixture(provider, fixture) {
        Ok(generation) => shown_generation(&generation),
        Err(error) => shown_error(&error),
    }
}

fn shown_generation(generation: &Generation) -> String {
    let form = serde_json::to_string_pretty(generation).expect("a generation has a JSON form");
    // The versions, with which every snapshot would change.
    form.replace("\n  \"v\": 1,", "").replace("\n    \"v\": 1,", "")
}

pub(crate) fn shown_error(error: &Error) -> String {
    let mut shown = format!("{error}\n\nkind: {:?}\nremedy: {:?}", error.kind(), error.remedy());
    let particulars = [
        ("code", error.provider_code().map(ToOwned::to_owned)),
        ("message", error.provider_message().map(ToOwned::to_owned)),
        ("request id", error.request_id().map(ToOwned::to_owned)),
        ("retry after", error.retry_after().map(|rest| format!("{rest:?}"))),
    ];
    for (name, value) in particulars {
        if let Some(value) = value {
            write!(shown, "\n{name}: {value}").expect("writing to a string");
        }
    }
    let mut source = error.source();
    while let Some(cause) = source {
        write!(shown, "\ncaused by: {cause}").expect("writing to a string");
        source = cause.source();
    }
    shown
}
