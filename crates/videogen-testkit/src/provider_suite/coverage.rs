//! That there are fixtures of everything.

use videogen_core::{ErrorKind, NewGeneration};

use super::ProviderSuite;
use super::exchange::guarded;
use crate::decoded::decode_fixture;
use crate::rules;
use crate::suite::Suite;

pub(super) fn check(it: &ProviderSuite<'_>, suite: &mut Suite) {
    let provider = it.provider();
    let takes = NewGeneration::from_json("{}").map(|new| provider.submit(&new).map(drop));
    let takes = !matches!(takes, Ok(Err(error)) if error.kind() == ErrorKind::Unsupported);
    let rule = &rules::FIXTURES_ARE_OF_ALL;
    if it.at.is_some() {
        suite.rule(rule, !it.status.is_empty(), || "there are none of the status".to_owned());
        suite.rule(rule, !takes || !it.submit.is_empty(), || {
            "it takes submissions, and there are none of them".to_owned()
        });
    }
    if it.status.is_empty() {
        return;
    }
    let decoded: Vec<_> = it
        .status
        .iter()
        .filter_map(|fixture| guarded(|| decode_fixture(&*provider, fixture)))
        .collect();
    for entry in provider.lifecycle().words() {
        let has = |word: &str| decoded.iter().flatten().any(|seen| seen.status.raw() == word);
        suite.rule(&rules::EVERY_WORD_HAS_A_FIXTURE, has(entry.word), || {
            format!("none has `{}`", entry.word)
        });
    }
    let submitted = it.submit.iter().filter_map(|fixture| {
        let call = guarded(|| crate::submission(&*provider, fixture))?;
        guarded(|| call.decode(&fixture.response))?.err()
    });
    let errors: Vec<(u16, String)> = decoded
        .iter()
        .filter_map(|decoded| decoded.as_ref().err().cloned())
        .chain(submitted)
        .map(|error| {
            let code = error.provider_code().unwrap_or_default().to_owned();
            (error.http_status().unwrap_or_default(), code)
        })
        .collect();
    for documented in &it.documented_errors {
        suite.rule(&rules::EVERY_ERROR_HAS_A_FIXTURE, errors.contains(documented), || {
            format!("none has HTTP {} {}", documented.0, documented.1)
        });
    }
}
