//! What is made of the fixtures' answers when something in them is different: cut, missing, of another form, new.

use serde_json::Value;
use videogen_core::{Error, ErrorKind, Generation, HttpResponse, Phase, Provider};

use super::ProviderSuite;
use super::answers::{json_form, phase, shows_nothing};
use super::exchange::{total, with_body};
use crate::decoded::decode_both;
use crate::fixture::Fixture;
use crate::rules;
use crate::suite::Suite;

/// How deep members are looked at: deeper ones are the provider's own affair.
const DEPTH: usize = 4;

/// What a member may become.
const ODD: [&str; 10] =
    ["null", "\"\"", "[]", "{}", "7", "-1.5", "true", "\"x\"", "[1,\"a\"]", "{\"a\":1}"];

const NEW_WORD: &str = "a word of tomorrow";

pub(super) fn check(it: &ProviderSuite<'_>, suite: &mut Suite) {
    let provider = it.provider();
    for fixture in &it.status {
        let first = Exchange { provider: &*provider, fixture, is_second: false };
        of_exchange(it, suite, &first);
        if fixture.then.is_some() {
            of_exchange(it, suite, &Exchange { is_second: true, ..first });
        }
    }
}

/// One of a fixture's exchanges, whose answer is changed while the other stays.
struct Exchange<'a> {
    provider: &'a dyn Provider,
    fixture: &'a Fixture,
    is_second: bool,
}

impl Exchange<'_> {
    fn name(&self) -> String {
        let name = &self.fixture.name;
        if self.is_second { format!("{name}, then") } else { name.clone() }
    }

    fn response(&self) -> &HttpResponse {
        if self.is_second { self.fixture.last_response() } else { &self.fixture.response }
    }

    fn decode(&self, changed: &HttpResponse) -> Result<Generation, Error> {
        let fixture = self.fixture;
        let then = fixture.then.as_ref().map(|then| &then.response);
        let (first, second) =
            if self.is_second { (&fixture.response, Some(changed)) } else { (changed, then) };
        // Where no answer says that another request is needed, there is nothing to read in its place.
        let nothing = with_body(first, "");
        let second = second.unwrap_or(&nothing);
        decode_both(self.provider, fixture.id(), fixture.query(), first, Some(second))
    }

    /// What is made of the answer with another body.
    fn decode_body(
        &self,
        suite: &mut Suite,
        body: impl Into<Vec<u8>>,
    ) -> Option<Result<Generation, Error>> {
        let changed = with_body(self.response(), body);
        total(suite, &self.name(), || self.decode(&changed))
    }
}

fn of_exchange(it: &ProviderSuite<'_>, suite: &mut Suite, exchange: &Exchange<'_>) {
    let name = exchange.name();
    let body = exchange.response().body().clone();
    for cut in 0..body.len() {
        let left = body.get(..cut).unwrap_or_default();
        let is_whole = serde_json::from_slice::<Value>(left).is_ok()
            || (cut == 0 && it.empty_202 && exchange.response().status() == 202);
        let Some(decoded) = exchange.decode_body(suite, left) else { continue };
        suite.rule(&rules::CUT_IS_NO_ANSWER, is_whole || decoded.is_err(), || {
            format!("{name}: {cut} of {} bytes are read as a generation", body.len())
        });
    }
    let whole = exchange.decode_body(suite, body.clone());
    if !matches!(whole, Some(Ok(_))) {
        return;
    }
    let Ok(json @ Value::Object(_)) = serde_json::from_slice::<Value>(&body) else { return };
    odd_members(it, suite, exchange, &json);
    a_new_member(suite, exchange, &json);
    another_generation(it, suite, exchange, &json);
    new_words(it, suite, exchange, &json);
}

/// A member of a JSON value: where it is, and the path with full stops by which options name it.
struct Member {
    pointer: String,
    path: String,
}

fn members(value: &Value, at: &Member, depth: usize, into: &mut Vec<Member>) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let escaped = key.replace('~', "~0").replace('/', "~1");
                let path =
                    if at.path.is_empty() { key.clone() } else { format!("{}.{key}", at.path) };
                let member = Member { pointer: format!("{}/{escaped}", at.pointer), path };
                members(value, &member, depth - 1, into);
                into.push(member);
            }
        }
        // The first stands for the others.
        Value::Array(items) => {
            if let Some(first) = items.first() {
                let item = Member { pointer: format!("{}/0", at.pointer), path: at.path.clone() };
                members(first, &item, depth - 1, into);
            }
        }
        _ => {}
    }
}

fn odd_members(it: &ProviderSuite<'_>, suite: &mut Suite, exchange: &Exchange<'_>, json: &Value) {
    let name = exchange.name();
    let mut found = Vec::new();
    let root = Member { pointer: String::new(), path: String::new() };
    members(json, &root, DEPTH, &mut found);
    for member in found {
        let Some(value) = json.pointer(&member.pointer) else { continue };
        let mut variants = vec![Some(of_number_form(value))];
        if !it.needs(&member.path) {
            variants.extend(ODD.map(|text| serde_json::from_str(text).ok()));
            variants.push(None);
        }
        for variant in variants {
            let shown = variant.as_ref().map_or("nothing".to_owned(), ToString::to_string);
            let changed = with_member(json, &member.pointer, variant);
            let text = changed.to_string();
            let Some(decoded) = exchange.decode_body(suite, text.clone()) else { continue };
            suite.rule(&rules::ODD_FIELDS_COST_NOTHING, decoded.is_ok(), || {
                let error = decoded.as_ref().err().map(ToString::to_string).unwrap_or_default();
                format!("{name}: not read with {shown} as `{}`: {error}", member.path)
            });
            if let Ok(seen) = &decoded {
                let about = format!("{name} with {shown} as `{}`", member.path);
                json_form(suite, &about, seen);
                phase(suite, &about, exchange.provider.lifecycle(), seen);
                shows_nothing(suite, &about, &format!("{seen:?}"), &text);
            }
        }
    }
}

fn a_new_member(suite: &mut Suite, exchange: &Exchange<'_>, json: &Value) {
    let new = ("a_field_of_tomorrow", Value::from("kept"));
    let changed = with_member(json, &format!("/{}", new.0), Some(new.1.clone()));
    let Some(decoded) = exchange.decode_body(suite, changed.to_string()) else { return };
    // Of the first of two answers nothing is kept but what the second request needs.
    if exchange.fixture.then.is_some() && !exchange.is_second {
        return suite.rule(&rules::ODD_FIELDS_COST_NOTHING, decoded.is_ok(), || {
            format!("{}: not read with a new field", exchange.name())
        });
    }
    let is_kept = decoded.is_ok_and(|seen| seen.field(new.0) == Some(&new.1));
    suite.rule(&rules::NOTHING_IS_LOST, is_kept, || {
        format!("{}: a new field is not in the other fields", exchange.name())
    });
}

fn another_generation(
    it: &ProviderSuite<'_>,
    suite: &mut Suite,
    exchange: &Exchange<'_>,
    json: &Value,
) {
    let Some(id) = &it.id_member else { return };
    let pointer = pointer_of(id);
    if json.pointer(&pointer).is_none() {
        return;
    }
    let another = Value::from(format!("{}x", exchange.fixture.id()));
    for changed in [Some(another), Some(Value::Null), None] {
        let shown = changed.as_ref().map_or("nothing".to_owned(), ToString::to_string);
        let body = with_member(json, &pointer, changed).to_string();
        let Some(decoded) = exchange.decode_body(suite, body) else { continue };
        let kind = decoded.map(|seen| seen.status).map_err(|error| error.kind());
        suite.rule(
            &rules::ANOTHER_IS_NO_ANSWER,
            matches!(kind, Err(ErrorKind::InvalidResponse)),
            || format!("{}: with {shown} as `{id}` it gives {kind:?}", exchange.name()),
        );
    }
}

fn new_words(it: &ProviderSuite<'_>, suite: &mut Suite, exchange: &Exchange<'_>, json: &Value) {
    let Some(status) = &it.status_member else { return };
    let pointer = pointer_of(status);
    let Some(word) = json.pointer(&pointer).and_then(Value::as_str) else { return };
    let table = exchange.provider.lifecycle();
    let mut others = vec![NEW_WORD.to_owned(), word.to_uppercase(), word.to_lowercase()];
    others.retain(|other| table.find(other).is_none() && !other.trim().is_empty());
    for other in others {
        let body = with_member(json, &pointer, Some(Value::from(other.clone()))).to_string();
        let Some(decoded) = exchange.decode_body(suite, body) else { continue };
        let seen = decoded.map(|seen| (seen.phase(), seen.status.raw().to_owned()));
        let is_kept = matches!(&seen, Ok((Phase::Unrecognized, raw)) if *raw == other);
        suite.rule(&rules::WORDS_ARE_LETTERS, is_kept, || {
            let seen = seen.map_err(|error| error.to_string());
            format!("{}: `{other}` is read as {seen:?}", exchange.name())
        });
    }
}

fn pointer_of(path: &str) -> String {
    path.split('.').fold(String::new(), |pointer, key| pointer + "/" + key)
}

/// A value with another member at a place, or without it.
fn with_member(value: &Value, pointer: &str, member: Option<Value>) -> Value {
    let mut changed = value.clone();
    let Some((parent, key)) = pointer.rsplit_once('/') else { return changed };
    let key = key.replace("~1", "/").replace("~0", "~");
    if let Some(Value::Object(parent)) = changed.pointer_mut(parent) {
        match member {
            Some(value) => parent.insert(key, value),
            None => parent.remove(&key),
        };
    }
    changed
}

/// A number as text, a text of digits as a number, anything else as it is.
fn of_number_form(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.to_string()),
        Value::String(text) => match text.parse::<i64>() {
            Ok(number) => Value::from(number),
            Err(_) => value.clone(),
        },
        other => other.clone(),
    }
}
