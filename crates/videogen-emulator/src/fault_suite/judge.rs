//! Whether a case came out as it must.

use std::time::Duration;

use videogen_core::{Error, Generation, Handle, StatusQuery};
use videogen_testkit::{Suite, error_chain, leaks};

use super::Ran;
use super::cases::{Case, Expected, GivesUp, Requests};
use crate::log::Recorded;
use crate::script::Ending;

/// Judges what came of a case, and the requests that it took.
pub(super) fn judge(
    suite: &mut Suite,
    case: &Case<'_>,
    handle: &Handle,
    ran: &Ran,
    requests: &[Recorded],
) {
    let name = &case.name;
    match (&case.expected, &ran.result) {
        (Expected::Ends(ending), Ok(seen)) => ended(suite, case, *ending, seen),
        (Expected::GivesUp(expected), Err(error)) => {
            gave_up(suite, case, handle, expected, error, requests.len());
        }
        (Expected::Ends(_), Err(error)) => {
            suite.check(false, || format!("{name}: {}", error_chain(error)));
        }
        (Expected::GivesUp(expected), Ok(seen)) => {
            suite.check(false, || format!("{name}: gives {}, not {expected:?}", seen.status));
        }
    }
    suite.check(!case.missed || !ran.missed.is_empty(), || {
        format!("{name}: no missed poll is reported")
    });
    for error in &ran.missed {
        is_clean(suite, case, handle, error);
    }
    let count = requests.len();
    let enough = match case.requests {
        Requests::Exactly(exactly) => count == exactly,
        Requests::AtLeast(least) => count >= least,
    };
    suite.check(enough, || format!("{name}: {count} requests, not {:?}", case.requests));
    asked_well(suite, case, requests);
}

/// The end is the true one.
fn ended(suite: &mut Suite, case: &Case<'_>, ending: Ending, seen: &Generation) {
    let name = &case.name;
    suite.check(seen.phase() == case.side.phase(ending), || {
        format!("{name}: ends as {}", seen.status)
    });
    let succeeded = ending == Ending::Completed;
    suite.check(seen.has_primary_output() == succeeded, || {
        format!("{name}: {} has outputs {:?}", seen.status, seen.outputs)
    });
    suite.check(seen.failure.is_some() != succeeded, || {
        format!("{name}: {} has the failure {:?}", seen.status, seen.failure)
    });
    hides_secrets(suite, case, &format!("{seen:?}"));
}

/// The error says what it must.
fn gave_up(
    suite: &mut Suite,
    case: &Case<'_>,
    handle: &Handle,
    expected: &GivesUp,
    error: &Error,
    requests: usize,
) {
    let name = &case.name;
    suite.check(error.kind() == expected.kind, || {
        format!("{name}: gives {:?}: {}", error.kind(), error_chain(error))
    });
    let seen = error.last_observation().map(Generation::phase);
    suite.check(seen == expected.seen, || format!("{name}: the error has seen it as {seen:?}"));
    let behind = error.last_error().map(Error::kind);
    suite.check(expected.behind.is_none() || behind == expected.behind, || {
        format!("{name}: behind the error is {behind:?}, not {:?}", expected.behind)
    });
    if let Some(word) = expected.word {
        let text = error.to_string();
        let times = text
            .split_once(&format!("`{word}`"))
            .and_then(|(_, after)| after.split_once(" times in a row"))
            .and_then(|(before, _)| before.rsplit(' ').next()?.parse().ok());
        suite.check(times.is_some_and(|times| (1..=requests).contains(&times)), || {
            format!("{name}: does not say how often `{word}` was seen: {text}")
        });
    }
    is_clean(suite, case, handle, error);
}

/// An error names the generation and no secret.
fn is_clean(suite: &mut Suite, case: &Case<'_>, handle: &Handle, error: &Error) {
    let name = &case.name;
    suite.check(
        error.handle() == Some(handle) && error.to_string().starts_with(&handle.to_string()),
        || format!("{name}: does not name the generation: {error}"),
    );
    hides_secrets(suite, case, &error_chain(error));
}

fn hides_secrets(suite: &mut Suite, case: &Case<'_>, shown: &str) {
    let leaked = leaks(shown, &case.key_text(), "https://emulator?sig=EMULATED");
    suite.check(leaked.is_empty(), || format!("{}: shows {leaked:?} in {shown}", case.name));
}

/// Requests are as many, as far apart and of the form that is asked for.
fn asked_well(suite: &mut Suite, case: &Case<'_>, requests: &[Recorded]) {
    let name = &case.name;
    for (number, pair) in requests.windows(2).enumerate() {
        let [before, after] = pair else { continue };
        // The same poll goes on at once.
        if after.for_outcome {
            continue;
        }
        let apart = after.at.since(before.at);
        let asked = if number == 1 { case.rest } else { Duration::ZERO };
        let least = asked.max(case.options.pace.floor);
        suite.check(apart >= least, || {
            format!("{name}: {apart:?} after request {}, not {least:?} or more", number + 1)
        });
    }
    let holds = matches!(case.options.query, StatusQuery::LongPoll { .. });
    suite.check(requests.iter().take(1).all(|it| it.long_poll == holds), || {
        format!("{name}: asked as {:?}, not as {:?}", requests.first(), case.options.query)
    });
}
