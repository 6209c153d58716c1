//! What every provider must do.
//!
//! ```
//! # use videogen_core::ApiKey;
//! # use videogen_testkit::{TEST_KEY, doc_provider::Example, provider_suite};
//! let make = || Example::new(ApiKey::new(TEST_KEY).unwrap());
//! // In your own tests: `Fixture::load_all("../../fixtures", "example", "status")`.
//! let fixtures = [];
//! provider_suite::check(&make, &fixtures).assert();
//! ```

use serde_json::Value;
use videogen_core::{
    BaseUrl, ErrorKind, Generation, Handle, HttpResponse, Phase, Provider, StatusQuery,
};

use crate::decoded::decode_as;
use crate::fixture::{Fixture, TEST_KEY};
use crate::secrets::{error_chain, leaks};
use crate::suite::Suite;

/// Ids that are no one's, and must be refused or sent as exactly one path segment.
pub const HOSTILE_IDS: [&str; 18] = [
    "../../x?y#z",
    "..",
    ".",
    "",
    " ",
    "a b",
    "a/b",
    "a\\b",
    "..\\x",
    "a?b=c",
    "a#b",
    "%2e%2e%2fx",
    "a\nb",
    "a\0b",
    "ü/ß",
    "a;b=c",
    "@host.example",
    "https://host.example/x",
];

/// Checks a provider, made with [`TEST_KEY`] and its default base URL by `make`, against
/// what the trait promises and against its fixtures.
pub fn check<P: Provider>(make: &dyn Fn() -> P, fixtures: &[Fixture]) -> Suite {
    let mut suite = Suite::new();
    let provider = make();
    names(&mut suite, &provider);
    words(&mut suite, &provider);
    guidance(&mut suite, &provider);
    ids(&mut suite, &provider);
    foreign_handles(&mut suite, &provider);
    for fixture in fixtures {
        request(&mut suite, &provider, fixture);
        answer(&mut suite, &provider, fixture);
        damaged_answers(&mut suite, &provider, fixture);
    }
    coverage(&mut suite, &provider, fixtures);
    suite
}

fn names(suite: &mut Suite, provider: &dyn Provider) {
    let name = provider.name();
    suite.check(
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
        || format!("the name `{name}` is not lower case letters, digits and hyphens"),
    );
    let base = provider.base_url();
    suite.check(BaseUrl::parse(base.as_str()).is_ok_and(|parsed| parsed == *base), || {
        format!("the base URL `{base}` is not in the form that `BaseUrl::parse` gives it")
    });
    suite.check(!format!("{provider:?}").contains(TEST_KEY), || {
        "the provider's `Debug` shows the key".to_owned()
    });
}

fn words(suite: &mut Suite, provider: &dyn Provider) {
    let table = provider.lifecycle();
    for entry in table.words() {
        let word = entry.word;
        suite.check(table.words().iter().filter(|other| other.word == word).count() == 1, || {
            format!("the word `{word}` is in the table twice")
        });
        suite.check(entry.phase != Phase::Unrecognized, || {
            format!("the word `{word}` is in the table, so it cannot be unrecognized")
        });
        suite.check(entry.phase.is_terminal() == entry.next.is_empty(), || {
            format!("the word `{word}` must have a next one, or be an end")
        });
        for next in entry.next {
            suite.check(table.find(next).is_some(), || {
                format!("the word `{next}` may come after `{word}` and is not in the table")
            });
        }
        suite.check(table.status(word).phase() == entry.phase, || {
            format!("the word `{word}` does not mean what the table says")
        });
    }
    suite.check(table.words().iter().any(|entry| entry.phase == Phase::Succeeded), || {
        "no word means success".to_owned()
    });
    suite.check(table.status("no such word").phase() == Phase::Unrecognized, || {
        "an unknown word is not unrecognized".to_owned()
    });
}

fn guidance(suite: &mut Suite, provider: &dyn Provider) {
    let guidance = provider.guidance();
    suite.check(!guidance.interval.is_zero(), || "the interval is zero".to_owned());
    suite.check(guidance.deadline >= *guidance.typical.end(), || {
        "the deadline is shorter than generations typically take".to_owned()
    });
    if let Some(long_poll) = guidance.long_poll {
        suite.check(
            !long_poll.default_hold.is_zero() && long_poll.default_hold <= long_poll.max_hold,
            || "the default hold is not between nothing and the longest".to_owned(),
        );
        let handle = provider.handle("g1").expect("an ordinary id");
        let too_long = StatusQuery::LongPoll {
            hold: Some(long_poll.max_hold + std::time::Duration::from_millis(1)),
        };
        for (query, fits) in [
            (StatusQuery::LongPoll { hold: None }, true),
            (StatusQuery::LongPoll { hold: Some(long_poll.max_hold) }, true),
            (StatusQuery::LongPoll { hold: Some(std::time::Duration::ZERO) }, false),
            (too_long, false),
        ] {
            let call = provider.status(&handle, query);
            suite.check(call.is_ok() == fits, || format!("{query:?} gives {call:?}"));
        }
    }
}

fn ids(suite: &mut Suite, provider: &dyn Provider) {
    let plain = provider.handle("g1").expect("an ordinary id");
    let plain = provider.status(&plain, StatusQuery::Plain).expect("an ordinary call");
    let plain_path = plain.request().uri().path().to_owned();
    let long = "x".repeat(10_000);
    for id in HOSTILE_IDS.into_iter().chain([long.as_str()]) {
        let shown: String = id.chars().take(40).collect();
        let handle = match provider.handle(id) {
            Ok(handle) => handle,
            Err(error) => {
                suite.check(error.kind() == ErrorKind::InvalidInput, || {
                    format!("the id {shown:?} is refused as {:?}", error.kind())
                });
                suite.check(error.to_string().len() < 400, || {
                    format!(
                        "the error about the id {shown:?} has {} bytes",
                        error.to_string().len()
                    )
                });
                continue;
            }
        };
        let text = serde_json::to_string(&handle).unwrap_or_default();
        suite.check(serde_json::from_str::<Handle>(&text).is_ok_and(|read| read == handle), || {
            format!("the handle of {shown:?} does not survive its JSON form")
        });
        let Ok(call) = provider.status(&handle, StatusQuery::Plain) else { continue };
        let uri = call.request().uri();
        let one_segment = uri.path().split('/').count() == plain_path.split('/').count()
            && uri.path().rsplit_once('/').map(|(before, _)| before)
                == plain_path.rsplit_once('/').map(|(before, _)| before);
        suite.check(one_segment && uri.query().is_none(), || {
            format!("the id {shown:?} is not one path segment in {uri}")
        });
        suite.check(uri.to_string().starts_with(provider.base_url().as_str()), || {
            format!("the id {shown:?} leads away from the base URL, to {uri}")
        });
    }
}

fn foreign_handles(suite: &mut Suite, provider: &dyn Provider) {
    let elsewhere = BaseUrl::parse("https://elsewhere.example/api").expect("a base URL");
    let other_base = Handle::new(provider.name(), &elsewhere, "g1").expect("an ordinary id");
    let other_name = Handle::new("someone", provider.base_url(), "g1").expect("an ordinary id");
    for handle in [other_base, other_name] {
        let kind = provider.status(&handle, StatusQuery::Plain).map_err(|error| error.kind());
        suite.check(matches!(kind, Err(ErrorKind::ForeignHandle)), || {
            format!("{handle:?} is not refused as foreign")
        });
    }
}

fn request(suite: &mut Suite, provider: &dyn Provider, fixture: &Fixture) {
    let name = &fixture.name;
    let call =
        provider.handle(fixture.id()).and_then(|handle| provider.status(&handle, fixture.query()));
    let call = match call {
        Ok(call) => call,
        Err(error) => return suite.check(false, || format!("{name}: no request: {error}")),
    };
    let request = call.request();
    suite.check(request.method().as_str() == fixture.request.method, || {
        format!("{name}: the method is {}", request.method())
    });
    let path_and_query = request.uri().path_and_query().map_or("", |both| both.as_str());
    suite.check(path_and_query == fixture.request.path, || {
        format!("{name}: {path_and_query} is asked for, not {}", fixture.request.path)
    });
    for (header, value) in &fixture.request.headers {
        let sent = request.headers().get(header);
        suite.check(
            sent.is_some_and(|sent| sent.as_bytes() == value.replace("<key>", TEST_KEY).as_bytes()),
            || format!("{name}: the header {header} is not {value}"),
        );
        if value.contains("<key>") {
            suite.check(sent.is_some_and(http::HeaderValue::is_sensitive), || {
                format!("{name}: the header {header} is not marked sensitive")
            });
        }
    }
    suite.check(!format!("{call:?}").contains(TEST_KEY), || {
        format!("{name}: the call's `Debug` shows the key")
    });
}

fn answer(suite: &mut Suite, provider: &dyn Provider, fixture: &Fixture) {
    let name = &fixture.name;
    let shown = match decode(provider, fixture, &fixture.response) {
        Ok(generation) => {
            suite.check(fixture.response.status().is_success(), || {
                format!("{name}: HTTP {} is read as a generation", fixture.response.status())
            });
            json_form(suite, name, &generation);
            nothing_lost(suite, name, &generation, fixture.body());
            format!("{generation:?}\n{}", generation.status)
                + &generation.failure.as_ref().map(ToString::to_string).unwrap_or_default()
        }
        Err(error) => {
            let status = fixture.response.status();
            let kind = if status.is_success() {
                ErrorKind::InvalidResponse
            } else {
                ErrorKind::of_http_status(status.as_u16())
            };
            suite.check(error.kind() == kind, || {
                format!("{name}: HTTP {status} gives {:?}, not {kind:?}", error.kind())
            });
            suite.check(error.handle().is_some_and(|about| about.id() == fixture.id()), || {
                format!("{name}: the error does not name the generation")
            });
            suite.check(error.http_status() == Some(status.as_u16()), || {
                format!("{name}: the error does not name the HTTP status")
            });
            error_chain(&error)
        }
    };
    let leaked = leaks(&shown, TEST_KEY, fixture.body());
    suite.check(leaked.is_empty(), || format!("{name}: shows {leaked:?}"));
}

fn json_form(suite: &mut Suite, name: &str, generation: &Generation) {
    let text = serde_json::to_string(generation);
    let read = text.as_deref().map(serde_json::from_str::<Generation>);
    suite.check(matches!(&read, Ok(Ok(read)) if read == generation), || {
        format!("{name}: the generation does not survive its JSON form: {read:?}")
    });
}

/// Every text in the body is somewhere in the JSON form.
fn nothing_lost(suite: &mut Suite, name: &str, generation: &Generation, body: &str) {
    let form = serde_json::to_value(generation).unwrap_or_default();
    let mut kept = Vec::new();
    texts(&form, &mut kept);
    let mut said = Vec::new();
    texts(&serde_json::from_str(body).unwrap_or_default(), &mut said);
    for text in said {
        let is_time = videogen_core::timestamp::parse(&text).is_some();
        let is_constant = text == "video" || text.trim().is_empty();
        // A text of several may be joined to one, and a number may stand as text.
        let found = kept.iter().any(|kept| kept.contains(&text));
        let is_number = text.trim().parse::<f64>().is_ok();
        suite.check(found || is_time || is_constant || is_number, || {
            format!("{name}: `{text}` is neither in the model nor in its other fields")
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

/// Whatever of a generation is missing or of another form, its id and status are enough; and whatever
/// the bytes, nothing panics.
fn damaged_answers(suite: &mut Suite, provider: &dyn Provider, fixture: &Fixture) {
    let name = &fixture.name;
    let body = fixture.response.body();
    for cut in 0..body.len() {
        let cut_body = body.get(..cut).unwrap_or_default().to_vec();
        let whole = serde_json::from_slice::<Value>(&cut_body).is_ok();
        // An empty 202 is an answer of its own at some: that it was taken, and goes on.
        let is_taken = cut == 0 && fixture.response.status() == http::StatusCode::ACCEPTED;
        let decoded = decode(provider, fixture, &with_body(&fixture.response, cut_body));
        suite.check(whole || is_taken || decoded.is_err(), || {
            format!("{name}: {cut} of {} bytes are read as a generation", body.len())
        });
    }
    if decode(provider, fixture, &fixture.response).is_err() {
        return;
    }
    let Ok(Value::Object(members)) = serde_json::from_slice::<Value>(body) else { return };
    for member in members.keys() {
        let is_needed = member == "id" || member == "status";
        let mut variants = vec![Some(json_of_number_form(&members[member]))];
        if !is_needed {
            let odd = [
                "null",
                "\"\"",
                "[]",
                "{}",
                "7",
                "-1.5",
                "true",
                "\"x\"",
                "[1,\"a\"]",
                "{\"a\":1}",
            ];
            variants.extend(odd.map(|text| Some(serde_json::from_str(text).unwrap_or_default())));
            variants.push(None);
        }
        for variant in variants {
            let mut changed = members.clone();
            let shown = format!("{variant:?}");
            match variant {
                Some(value) => changed.insert(member.clone(), value),
                None => changed.remove(member),
            };
            let text = Value::Object(changed).to_string();
            let decoded =
                decode(provider, fixture, &with_body(&fixture.response, text.clone().into_bytes()));
            match decoded {
                Ok(generation) => {
                    json_form(suite, name, &generation);
                    let leaked = leaks(&format!("{generation:?}"), TEST_KEY, &text);
                    suite.check(leaked.is_empty(), || format!("{name}: shows {leaked:?}"));
                }
                // Where there is no status, something else stands for it.
                Err(error) => suite.check(!members.contains_key("status"), || {
                    format!("{name}: not read with {shown} as `{member}`: {error}")
                }),
            }
        }
    }
    let mut more = members;
    more.insert("a_field_of_tomorrow".to_owned(), Value::from("kept"));
    let decoded = decode(
        provider,
        fixture,
        &with_body(&fixture.response, Value::Object(more).to_string().into_bytes()),
    );
    suite.check(
        decoded.is_ok_and(|seen| seen.field("a_field_of_tomorrow") == Some(&Value::from("kept"))),
        || format!("{name}: an unknown field is not kept"),
    );
}

/// A number as text, a text of digits as a number, anything else as it is.
fn json_of_number_form(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.to_string()),
        Value::String(text) => match text.parse::<i64>() {
            Ok(number) => Value::from(number),
            Err(_) => value.clone(),
        },
        other => other.clone(),
    }
}

/// Every word of the table has a fixture.
fn coverage(suite: &mut Suite, provider: &dyn Provider, fixtures: &[Fixture]) {
    if fixtures.is_empty() {
        return;
    }
    for entry in provider.lifecycle().words() {
        let covered = fixtures.iter().any(|fixture| {
            decode(provider, fixture, &fixture.response)
                .is_ok_and(|seen| seen.status.raw() == entry.word)
        });
        suite.check(covered, || format!("no fixture has the status `{}`", entry.word));
    }
}

fn decode(
    provider: &dyn Provider,
    fixture: &Fixture,
    response: &HttpResponse,
) -> Result<Generation, videogen_core::Error> {
    decode_as(provider, fixture.id(), fixture.query(), response)
}

fn with_body(response: &HttpResponse, body: Vec<u8>) -> HttpResponse {
    let mut response = response.clone();
    *response.body_mut() = body;
    response
}
