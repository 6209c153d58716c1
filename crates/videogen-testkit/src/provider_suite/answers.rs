//! What is made of the fixtures' answers.

use serde_json::Value;
use videogen_core::{
    Error, ErrorKind, FailureClass, Generation, HttpResponse, OutputKind, Phase, Provider,
    StatusTable,
};

use super::ProviderSuite;
use super::exchange::total;
use crate::decoded::decode_fixture;
use crate::fixture::{Fixture, TEST_KEY, text_of};
use crate::rules;
use crate::secrets::{error_chain, leaks};
use crate::suite::Suite;

pub(super) fn check(it: &ProviderSuite<'_>, suite: &mut Suite) {
    let provider = it.provider();
    let mut has_output = it.status.is_empty();
    for fixture in &it.status {
        let name = &fixture.name;
        // What has no request or no second answer is a matter of the requests.
        let Some(decoded) = total(suite, name, || decode_fixture(&*provider, fixture)) else {
            continue;
        };
        let again = total(suite, name, || decode_fixture(&*provider, fixture));
        suite.rule(
            &rules::REQUEST_IS_A_FUNCTION,
            again.is_some_and(|it| same(&it, &decoded)),
            || format!("{name}: the answer is read otherwise the second time"),
        );
        let body = text_of(fixture.last_response());
        match &decoded {
            Ok(seen) => {
                has_output |= seen.phase() == Phase::Succeeded && seen.has_primary_output();
                of_generation(it, suite, &*provider, fixture, seen);
                shows_nothing(suite, name, &shown(seen), body);
            }
            Err(error) => {
                of_error(it, suite, fixture, error);
                shows_nothing(suite, name, &error_chain(error), body);
            }
        }
    }
    suite.rule(&rules::OUTPUT_IS_PRIMARY, has_output, || {
        "no fixture has a generation that succeeded with one".to_owned()
    });
}

fn same(one: &Result<Generation, Error>, other: &Result<Generation, Error>) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => one == other,
        (Err(one), Err(other)) => error_chain(one) == error_chain(other),
        _ => false,
    }
}

fn shown(seen: &Generation) -> String {
    let failure = seen.failure.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{seen:?}\n{}{failure}", seen.status)
}

/// Neither the key nor a query of the body.
pub(super) fn shows_nothing(suite: &mut Suite, about: &str, shown: &str, body: &str) {
    let key = leaks(shown, TEST_KEY, "");
    suite.rule(&rules::KEY_IS_HIDDEN, key.is_empty(), || format!("{about}: shows {key:?}"));
    let queries = leaks(shown, "", body);
    let queries: Vec<_> = queries.into_iter().filter(|leak| !leak.is_empty()).collect();
    suite.rule(&rules::QUERIES_ARE_HIDDEN, queries.is_empty(), || {
        format!("{about}: shows {queries:?}")
    });
}

fn of_generation(
    it: &ProviderSuite<'_>,
    suite: &mut Suite,
    provider: &dyn Provider,
    fixture: &Fixture,
    seen: &Generation,
) {
    let name = &fixture.name;
    let status = fixture.last_response().status();
    let is_outcome = it.second_is_the_outcome
        && fixture.then.is_some()
        && fixture.response.status().is_success()
        && seen.is_terminal()
        && seen.phase() != Phase::Succeeded;
    suite.rule(&rules::ANSWER_IS_2XX, status.is_success() || is_outcome, || {
        format!("{name}: HTTP {status} is read as a generation")
    });
    phase(suite, name, provider.lifecycle(), seen);
    json_form(suite, name, seen);
    nothing_lost(it, suite, name, seen, text_of(fixture.last_response()));
    outcome(suite, name, seen);
}

pub(super) fn phase(suite: &mut Suite, about: &str, table: &StatusTable, seen: &Generation) {
    let (raw, phase) = (seen.status.raw(), seen.phase());
    suite.rule(&rules::PHASE_IS_OF_THE_WORD, table.allows(raw, phase), || {
        format!("{about}: `{raw}` is read as {phase}")
    });
}

pub(super) fn json_form(suite: &mut Suite, about: &str, seen: &Generation) {
    let text = serde_json::to_string(seen);
    let read = text.as_deref().map(serde_json::from_str::<Generation>);
    suite.rule(&rules::JSON_FORM_SURVIVES, matches!(&read, Ok(Ok(read)) if read == seen), || {
        format!("{about}: it is read as {read:?}")
    });
}

fn outcome(suite: &mut Suite, about: &str, seen: &Generation) {
    let is_media = |kind| !matches!(kind, OutputKind::SharePage | OutputKind::LastFrame);
    let has_media = seen.outputs.iter().any(|output| is_media(output.kind));
    let is_primary = seen.phase() != Phase::Succeeded || !has_media || seen.has_primary_output();
    suite
        .rule(&rules::OUTPUT_IS_PRIMARY, is_primary, || format!("{about}: none of its outputs is"));
    let rule = &rules::FAILURE_IS_TOLD;
    let has_to_tell = matches!(seen.phase(), Phase::Failed | Phase::Rejected);
    suite.rule(rule, !has_to_tell || seen.failure.is_some(), || {
        format!("{about}: it is {} and has no failure", seen.phase())
    });
    let is_moderation =
        seen.failure.as_ref().is_some_and(|failure| failure.class == FailureClass::Moderation);
    let is_otherwise = matches!(seen.phase(), Phase::Succeeded | Phase::Failed);
    suite.rule(rule, !is_moderation || !is_otherwise, || {
        format!("{about}: its failure is Moderation, and it is {}", seen.phase())
    });
}

/// Every text in the body is somewhere in the JSON form.
fn nothing_lost(
    it: &ProviderSuite<'_>,
    suite: &mut Suite,
    about: &str,
    seen: &Generation,
    body: &str,
) {
    let form = serde_json::to_value(seen).unwrap_or_default();
    let mut kept = Vec::new();
    texts(&form, &mut kept);
    let mut said = Vec::new();
    texts(&serde_json::from_str(body).unwrap_or_default(), &mut said);
    for text in said {
        let is_time = videogen_core::timestamp::parse(&text).is_some();
        let is_constant = text == "video" || text.trim().is_empty() || it.constants.contains(&text);
        // A text of several may be joined to one, and a number may stand as text.
        let found = kept.iter().any(|kept| kept.contains(&text));
        let is_number = text.trim().parse::<f64>().is_ok();
        suite.rule(&rules::NOTHING_IS_LOST, found || is_time || is_constant || is_number, || {
            let shown: String = text.chars().take(80).collect();
            format!("{about}: `{shown}` is neither in the model nor in its other fields")
        });
    }
}

fn texts(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(members) => members.values().for_each(|member| texts(member, into)),
        _ => {}
    }
}

fn of_error(it: &ProviderSuite<'_>, suite: &mut Suite, fixture: &Fixture, error: &Error) {
    let name = &fixture.name;
    // Whichever of the two exchanges failed.
    let first = &fixture.response;
    let response = if error.http_status() == Some(first.status().as_u16()) {
        first
    } else {
        fixture.last_response()
    };
    kind(it, suite, name, response, error);
    let names_it = error.handle().is_some_and(|about| about.id() == fixture.id());
    suite.rule(&rules::ERROR_NAMES_ITS_CAUSE, names_it, || {
        format!("{name}: the error does not name the generation")
    });
}

/// The kind of an error, its HTTP status and its text.
pub(super) fn kind(
    it: &ProviderSuite<'_>,
    suite: &mut Suite,
    about: &str,
    response: &HttpResponse,
    error: &Error,
) {
    let status = response.status();
    let expected = if status.is_success() && is_without_generation(it, response) {
        ErrorKind::NotFound
    } else if status.is_success() {
        ErrorKind::InvalidResponse
    } else {
        ErrorKind::of_http_status(status.as_u16())
    };
    let code = error.provider_code();
    let says_more =
        |(known, kind): &(String, ErrorKind)| Some(known.as_str()) == code && *kind == error.kind();
    let is_asked_again = it.second_is_the_outcome
        && (expected, error.kind()) == (ErrorKind::Refused, ErrorKind::Unavailable);
    let fits = error.kind() == expected
        || is_asked_again
        || it.kinds_of_codes.iter().any(says_more)
        // An envelope: that it is an error at all is told by its code.
        || (status.is_success() && code.is_some());
    suite.rule(&rules::ERROR_KIND_IS_THE_STATUS, fits, || {
        format!("{about}: HTTP {status} gives {:?} (code {code:?}), not {expected:?}", error.kind())
    });
    let told = error.http_status();
    suite.rule(&rules::ERROR_NAMES_ITS_CAUSE, told == Some(status.as_u16()), || {
        format!("{about}: the error's HTTP status is {told:?}")
    });
    let shown = error.to_string();
    let is_line = shown.len() < 1500 && !shown.chars().any(char::is_control);
    suite.rule(&rules::ERROR_IS_ONE_LINE, is_line, || {
        let begin: String = shown.chars().take(60).collect();
        format!("{about}: {} bytes, beginning {begin:?}", shown.len())
    });
}

/// Whether the list that the suite was told of is there, and empty.
fn is_without_generation(it: &ProviderSuite<'_>, response: &HttpResponse) -> bool {
    let Some(path) = &it.empty_list else { return false };
    let body = serde_json::from_slice(response.body()).unwrap_or_default();
    let list = path.split('.').try_fold(&body, |value: &Value, key| value.get(key));
    list.and_then(Value::as_array).is_some_and(Vec::is_empty)
}
