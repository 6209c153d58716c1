//! What a download must have come to.

use std::path::PathBuf;

use videogen_core::Generation;
use videogen_testkit::download_suite::Done;
use videogen_testkit::{Suite, error_chain, leaks};

use super::cases::{Case, Expected};
use super::dir::{Found, FoundFile};
use super::{KEY, is_keyed};
use crate::fetch::Fetches;
use crate::log::Recorded;

/// What a request for an output must not have.
pub(super) const NOT_FOR_STORAGES: [&str; 5] =
    ["authorization", "x-api-key", "cookie", "referer", "proxy-authorization"];

/// What came of a case.
pub(super) struct Ran {
    pub(super) generation: Generation,
    /// Where the file is to be, if it is one.
    pub(super) path: Option<PathBuf>,
    pub(super) done: Done,
    pub(super) found: Found,
    /// What came of the second download.
    pub(super) again: Option<(Done, Found)>,
    pub(super) fetches: Fetches,
}

/// Judges one case by what the client says, by what is on the disk and by what the emulator saw.
pub(super) fn judge(suite: &mut Suite, case: &Case<'_>, ran: &Ran, log: &[Recorded]) {
    let Ran { done, found, .. } = ran;
    let name = &case.name;
    match case.expected {
        Expected::File { resumed, restarted, renewed } => {
            is_whole(suite, name, case, ran, done, found);
            let said = done.result.as_ref();
            suite.check(
                said.is_ok_and(|it| it.resumed == resumed && it.restarted == restarted),
                || format!("{name}: not resumed {resumed}, restarted {restarted}: {said:?}"),
            );
            suite.check(said.is_ok_and(|it| it.renewed >= renewed), || {
                format!("{name}: not renewed {renewed} times: {said:?}")
            });
        }
        Expected::Fails(kind) => {
            suite.check(done.result.as_ref().is_err_and(|error| error.kind() == kind), || {
                format!("{name}: not {kind:?}, but {:?}", done.result)
            });
            suite.check(found.file == FoundFile::None, || format!("{name}: there is {found:?}"));
        }
    }
    if let Err(error) = &done.result {
        let url = ran.generation.outputs.first().map_or("", |output| output.url.expose());
        let leaked = leaks(&error_chain(error), &case.side.key_text(KEY), url);
        suite.check(leaked.is_empty(), || format!("{name}: shows {leaked:?}: {error}"));
        suite.check(error.handle() == Some(&ran.generation.handle), || {
            format!("{name}: names no generation: {error}")
        });
    }
    if let Some((done, found)) = &ran.again {
        is_whole(suite, &format!("{name}, again"), case, ran, done, found);
    }
    witness(suite, case, ran, log);
}

fn is_whole(suite: &mut Suite, name: &str, case: &Case<'_>, ran: &Ran, done: &Done, found: &Found) {
    let length = case.script.file_bytes;
    suite.check(found.is_whole(), || format!("{name}: there is {found:?}: {:?}", done.result));
    let said = done.result.as_ref();
    suite.check(said.is_ok_and(|it| it.bytes == length && it.path == ran.path), || {
        format!("{name}: says {said:?}")
    });
    let last = done.progress.last();
    suite.check(last.is_some_and(|it| it.bytes == length), || {
        format!("{name}: what was told last is {last:?}")
    });
}

/// What the emulator saw.
fn witness(suite: &mut Suite, case: &Case<'_>, ran: &Ran, log: &[Recorded]) {
    let Case { name, script, side, .. } = case;
    let fetches = ran.fetches;
    let least = u64::from(case.requests > 0);
    suite.check((least..=case.requests).contains(&fetches.requests), || {
        format!("{name}: {} requests, not {least} to {}", fetches.requests, case.requests)
    });
    let is_file = matches!(case.expected, Expected::File { .. }) || ran.again.is_some();
    let least = if is_file { script.file_bytes.min(case.bytes) } else { 0 };
    suite.check((least..=case.bytes).contains(&fetches.bytes_sent), || {
        format!("{name}: {} bytes were sent, not {least} to {}", fetches.bytes_sent, case.bytes)
    });
    let about = Some(ran.generation.handle.to_string());
    let requests: Vec<_> = log.iter().filter(|it| it.for_video && it.handle == about).collect();
    suite.check(requests.len() as u64 == fetches.requests, || {
        format!("{name}: {} requests are in the log", requests.len())
    });
    let key = side.key_text(KEY);
    for request in &requests {
        // The key opens what is on the API, and nothing else.
        if is_keyed(*side) && !request.is_on_storage() {
            suite.check(request.has_key(), || format!("{name}: no key in {request:?}"));
            continue;
        }
        suite.check(!request.has_key(), || format!("{name}: a key in {request:?}"));
        suite.check(!shows_too_much(request, &key), || format!("{name}: too much in {request:?}"));
    }
    let when = |number| requests.iter().rfind(|it| it.fetch == Some(number)).map(|it| it.at);
    if let (Some(first), Some(second)) = (when(1), when(2)) {
        let rested = second.since(first);
        suite.check(rested >= case.rest, || format!("{name}: it rested only for {rested:?}"));
    }
}

/// Whether a request for an output says what is nobody's business there.
fn shows_too_much(request: &Recorded, key: &str) -> bool {
    let values = request.headers.values();
    request.path.contains(key)
        || NOT_FOR_STORAGES.into_iter().any(|name| request.headers.contains_key(name))
        || values.into_iter().any(|value| String::from_utf8_lossy(value.as_bytes()).contains(key))
}
