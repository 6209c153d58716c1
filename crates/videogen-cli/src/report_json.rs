//! What `--json` prints: one object a line, each with an `event` and a `handle`.

use serde_json::{Map, Value, json};
use videogen_core::{Error, Generation, Handle, Verdict};

use crate::exit::Exit;
use crate::text;

/// `{"event":"observed","handle":…,"verdict":…,"generation":{…}}`.
pub(crate) fn observed(generation: &Generation, verdict: Option<Verdict>) -> Value {
    let mut object = event("observed", &generation.handle);
    if let Some(verdict) = verdict {
        let word = match verdict {
            Verdict::Contradicts(contradiction) => {
                object.insert("contradiction".to_owned(), snake_case(&contradiction).into());
                "contradicts".to_owned()
            }
            verdict => snake_case(&verdict),
        };
        object.insert("verdict".to_owned(), word.into());
    }
    object.insert("generation".to_owned(), form(generation));
    object.into()
}

/// `{"event":"missed","handle":…,"error":{…}}`: a poll that taught nothing; the wait goes on.
pub(crate) fn missed(handle: &Handle, error: &Error) -> Value {
    let mut object = event("missed", handle);
    object.insert("error".to_owned(), error_form(error));
    object.into()
}

/// `{"event":"ended","handle":…,"outcome":…,"generation":{…}}`, or `gave_up` with an `error` and what was last seen.
pub(crate) fn ended(handle: &Handle, result: &Result<Generation, Error>) -> Value {
    let outcome = Exit::of(result).word();
    let (mut object, generation) = match result {
        Ok(generation) => (event("ended", handle), Some(generation)),
        Err(error) => {
            let mut object = event("gave_up", handle);
            object.insert("error".to_owned(), error_form(error));
            (object, error.last_observation())
        }
    };
    object.insert("outcome".to_owned(), outcome.into());
    if let Some(generation) = generation {
        object.insert("generation".to_owned(), form(generation));
    }
    object.into()
}

/// `{"event":"interrupted","handle":…}`: still running, as far as is known.
pub(crate) fn interrupted(handle: &Handle) -> Value {
    event("interrupted", handle).into()
}

fn event(name: &str, handle: &Handle) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("event".to_owned(), name.into());
    object.insert("handle".to_owned(), handle.to_string().into());
    object
}

fn form(generation: &Generation) -> Value {
    serde_json::to_value(generation).unwrap_or_default()
}

fn error_form(error: &Error) -> Value {
    json!({
        "kind": snake_case(&error.kind()),
        "remedy": snake_case(&error.remedy()),
        "message": error.to_string(),
        "http_status": error.http_status(),
        "provider_code": error.provider_code(),
        "provider_message": error.provider_message(),
        "request_id": error.request_id(),
        "causes": text::causes(error),
    })
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
