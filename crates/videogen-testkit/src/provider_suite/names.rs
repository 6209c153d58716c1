//! What a provider says of itself: name, words, guidance.

use std::time::Duration;

use videogen_core::{BaseUrl, ErrorKind, Phase, StatusQuery};

use super::ProviderSuite;
use crate::fixture::TEST_KEY;
use crate::rules;
use crate::suite::Suite;

pub(super) fn names(it: &ProviderSuite<'_>, suite: &mut Suite) {
    let provider = it.provider();
    let name = provider.name();
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    suite.rule(&rules::NAME_IS_PLAIN, !name.is_empty() && name.chars().all(is_plain), || {
        format!("the name is `{name}`")
    });
    let base = provider.base_url();
    let is_canonical = BaseUrl::parse(base.as_str()).is_ok_and(|parsed| parsed == *base);
    suite.rule(&rules::BASE_URL_IS_CANONICAL, is_canonical, || format!("it is `{base}`"));
    suite.rule(&rules::KEY_IS_HIDDEN, !format!("{provider:?}").contains(TEST_KEY), || {
        "the provider's `Debug` shows it".to_owned()
    });
}

pub(super) fn words(it: &ProviderSuite<'_>, suite: &mut Suite) {
    let table = it.provider().lifecycle();
    let rule = &rules::WORDS_ARE_A_TABLE;
    for entry in table.words() {
        let word = entry.word;
        let count = table.words().iter().filter(|other| other.word == word).count();
        suite.rule(rule, count == 1, || format!("`{word}` is there {count} times"));
        suite.rule(rule, entry.phase != Phase::Unrecognized, || {
            format!("`{word}` is there, so it cannot be unrecognised")
        });
        suite.rule(rule, entry.phase.is_terminal() == entry.next.is_empty(), || {
            format!("`{word}` must have a next one, or be an end")
        });
        for next in entry.next {
            suite.rule(rule, table.find(next).is_some(), || {
                format!("`{next}` may come after `{word}` and is not there")
            });
        }
    }
    let succeeds = table.words().iter().any(|entry| entry.phase == Phase::Succeeded);
    suite.rule(&rules::SUCCESS_HAS_A_WORD, succeeds, || "no word does".to_owned());
}

pub(super) fn guidance(it: &ProviderSuite<'_>, suite: &mut Suite) {
    let provider = it.provider();
    let guidance = provider.guidance();
    let rule = &rules::GUIDANCE_IS_SANE;
    suite.rule(rule, !guidance.interval.is_zero(), || "the interval is zero".to_owned());
    suite.rule(rule, guidance.deadline >= *guidance.typical.end(), || {
        format!("the deadline is {:?}, and it takes {:?}", guidance.deadline, guidance.typical)
    });
    let mut queries = vec![(
        StatusQuery::Progress,
        if guidance.progress_on_request { None } else { Some(ErrorKind::Unsupported) },
    )];
    let held = |hold| StatusQuery::LongPoll { hold };
    match guidance.long_poll {
        Some(long_poll) => {
            let (default, most) = (long_poll.default_hold, long_poll.max_hold);
            suite.rule(rule, !default.is_zero() && default <= most, || {
                format!("the default hold is {default:?}, and the longest {most:?}")
            });
            let forbidden = Some(ErrorKind::InvalidInput);
            queries.push((held(None), None));
            queries.push((held(Some(most)), None));
            queries.push((held(Some(Duration::ZERO)), forbidden));
            queries.push((held(Some(most + Duration::from_millis(1))), forbidden));
        }
        None => queries.push((held(None), Some(ErrorKind::Unsupported))),
    }
    let Some((handle, _)) = it.example_call(suite) else { return };
    for (query, expected) in queries {
        let kind = provider.status(&handle, query).err().map(|error| error.kind());
        suite.rule(&rules::QUERY_IS_CHECKED, kind == expected, || {
            format!("{query:?} gives {kind:?}, not {expected:?}")
        });
    }
}
