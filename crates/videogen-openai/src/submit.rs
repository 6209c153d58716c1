//! Submitting: as JSON or as a form.

use std::collections::BTreeMap;

use http::header::HeaderValue;
use serde_json::Value;
use videogen_core::answer::Answer;
use videogen_core::{
    Accepted, Call, Error, ErrorKind, HttpRequest, HttpResponse, Json, NewGeneration, post_form,
    post_json,
};

use crate::errors::{refusal, words};
use crate::profile::BodyForm;
use crate::provider::OpenAi;
use crate::{member, observe};

/// The longest idempotency key that is sent, in bytes. No page says how long one may be.
const MAX_KEY_BYTES: usize = 255;

pub(crate) fn call(openai: &OpenAi, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
    check(openai, new)?;
    let path = path(openai, new)?;
    let is_form = match openai.profile().body {
        BodyForm::Json => false,
        BodyForm::JsonOrForm => !new.files.is_empty(),
        BodyForm::Form => true,
    };
    let mut request = request(openai, path, new, is_form)?;
    if let (Some(name), Some(key)) =
        (openai.profile().idempotency_header, new.idempotency_key.as_deref())
    {
        let value = HeaderValue::from_str(key)
            .ok()
            .filter(|_| (1..=MAX_KEY_BYTES).contains(&key.len()))
            .ok_or_else(|| {
                invalid(&format!(
                    "an idempotency key has 1 to {MAX_KEY_BYTES} characters that can stand in a header"
                ))
            })?;
        request.headers_mut().insert(openai.header(name)?, value);
    }
    let openai = openai.clone();
    Ok(Call::new(request, move |response| read(&openai, response)))
}

/// What the dialect has nothing like.
fn check(openai: &OpenAi, new: &NewGeneration) -> Result<(), Error> {
    let profile = openai.profile();
    let name = profile.name;
    if new.template.is_some() {
        return Err(invalid(&format!("{name} has no templates")));
    }
    if new.native {
        return Err(invalid(&format!("{name} hands no body on to a model unchanged")));
    }
    if new.idempotency_key.is_some() && profile.idempotency_header.is_none() {
        return Err(invalid(&format!("{name} knows no idempotency keys")));
    }
    if profile.body == BodyForm::Json && !new.files.is_empty() {
        return Err(invalid(&format!("{name} takes no files with a submission, only their URLs")));
    }
    Ok(())
}

fn path(openai: &OpenAi, new: &NewGeneration) -> Result<&'static str, Error> {
    let paths = openai.profile().paths;
    let Some(wanted) = &new.endpoint else { return Ok(paths.submit) };
    let known = paths.endpoints.iter().find(|(name, _)| name == wanted);
    known.map(|(_, path)| *path).ok_or_else(|| {
        let names: Vec<_> = paths.endpoints.iter().map(|(name, _)| format!("`{name}`")).collect();
        let there_are = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let name = openai.profile().name;
        // The caller's word, which may be anything.
        let wanted: String = wanted.chars().filter(|c| !c.is_control()).take(60).collect();
        invalid(&format!(
            "{name} has no endpoint `{wanted}` beside the usual one; there are {there_are}"
        ))
    })
}

/// The `POST`. A form has a field for each member of the body: a text as it is, anything else as JSON; of an object each member as
/// `name[member]`, as OpenAI's own SDKs write it.
pub(crate) fn request(
    openai: &OpenAi,
    path: &str,
    new: &NewGeneration,
    is_form: bool,
) -> Result<HttpRequest, Error> {
    if !is_form {
        return post_json(openai.base(), path, openai.credentials()?, &new.body);
    }
    let members: BTreeMap<String, Json> = serde_json::from_str(&new.body).map_err(|error| {
        invalid("what is to be submitted is not a JSON object").with_source(error)
    })?;
    let mut fields = Vec::new();
    for (name, value) in members {
        if new.files.iter().any(|file| file.name == name) {
            return Err(invalid(&format!("`{name}` is there twice: in the body, and as a file")));
        }
        let value: Value =
            value.parse().map_err(|error| invalid("the body cannot be read").with_source(error))?;
        add(&mut fields, name, value);
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    post_form(openai.base(), path, openai.credentials()?, &fields, &new.files)
}

fn add(fields: &mut Vec<(String, String)>, name: String, value: Value) {
    match value {
        Value::Null => {}
        Value::String(text) => fields.push((name, text)),
        Value::Object(members) => {
            for (member, value) in members {
                add(fields, format!("{name}[{member}]"), value);
            }
        }
        Value::Array(items) => {
            for item in items {
                add(fields, format!("{name}[]"), item);
            }
        }
        other => fields.push((name, other.to_string())),
    }
}

pub(crate) fn read(openai: &OpenAi, response: &HttpResponse) -> Result<Accepted, Error> {
    let answer = Answer::of(response, words).map_err(|error| {
        let refusal = refusal(openai.profile(), &error, response);
        error.with_refusal(refusal)
    })?;
    let tree: Value = answer.parse()?;
    let id = member::id(&tree, openai.profile().submitted_id);
    let mut accepted = answer.accepted(openai, id.as_deref())?;
    // Some say nothing but the id, which is enough.
    accepted.generation = accepted
        .handles
        .first()
        .and_then(|handle| observe::observed(openai, handle, &answer, response).ok().map(Box::new));
    accepted.cost = accepted.generation.as_ref().and_then(|seen| seen.cost);
    Ok(accepted)
}

fn invalid(what: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, what)
}
