//! `POST /templates/{id}/generate` and `POST /generations`.

use std::time::Duration;

use serde_json::{Map, Value};
use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Accepted, Call, Cost, Error, ErrorKind, Expected, Handle, HttpResponse, NewGeneration,
    Provider as _, Refusal, path, post_form, post_json,
};

use crate::errors::words;
use crate::provider::Prism;
use crate::wire;

/// From a template, as the page "Generate video" describes it; without one, as the page "Create generation" does, whose
/// answer is not printed: see [`wire::Submitted`].
pub(crate) fn call(prism: &Prism, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
    let refused = |why: &str| Err(Error::new(ErrorKind::InvalidInput, why));
    if new.idempotency_key.is_some() {
        return refused("Prism knows no idempotency keys");
    }
    if new.native {
        return refused("Prism hands no body on to a model");
    }
    if new.endpoint.is_some() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "Prism has no endpoints to choose from; a template is named as one",
        ));
    }
    if new.template.is_none() && !new.files.is_empty() {
        return refused(
            "without a template Prism takes no files: upload them first, and name their keys",
        );
    }
    let path = match &new.template {
        None => "/generations".to_owned(),
        Some(template) => {
            let segment = path::encode_segment(template).map_err(|problem| {
                Error::new(ErrorKind::InvalidInput, format!("the template's id {problem}"))
            })?;
            format!("/templates/{segment}/generate")
        }
    };
    let (base, credentials) = (prism.base_url(), prism.credentials()?);
    let request = if new.files.is_empty() {
        post_json(base, &path, credentials, &new.body)?
    } else {
        let fields = fields(&new.body)?;
        let fields: Vec<_> = fields.iter().map(|(name, text)| (&**name, &**text)).collect();
        post_form(base, &path, credentials, &fields, &new.files)?
    };
    let prism = prism.clone();
    Ok(Call::new(request, move |response| read(&prism, response)))
}

/// The members of a body as fields of a form: a text as it is, anything else as JSON. Inferred: the page says that there is such a
/// form, and does not show one.
fn fields(body: &str) -> Result<Vec<(String, String)>, Error> {
    let members: Map<String, Value> = serde_json::from_str(body).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, "what is to be submitted is not a JSON object")
            .with_source(error)
    })?;
    let fields = members.into_iter().filter(|(_, value)| !value.is_null());
    Ok(fields
        .map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        })
        .collect())
}

fn read(prism: &Prism, response: &HttpResponse) -> Result<Accepted, Error> {
    let answer = Answer::of(response, words).map_err(|error| {
        let refusal = refusal(&error);
        error.with_refusal(refusal)
    })?;
    let wire: wire::Submitted = answer.parse()?;
    let ids = wire.generations.into_iter().filter_map(|generation| generation.generation_id);
    let mut ids: Vec<String> = ids.collect();
    if ids.is_empty() {
        ids.extend(wire.generation_id.or(wire.id));
    }
    // One id that cannot be used must not lose the others.
    let handles: Vec<Handle> = ids.iter().filter_map(|id| prism.handle(id).ok()).collect();
    if handles.is_empty() {
        return Err(invalid_response(response, "names no generation that can be asked about"));
    }
    let mut accepted = Accepted::new(handles);
    accepted.cost = wire.credits_charged.map(Cost::credits);
    let seconds = |s: Option<f64>| s.and_then(|s| Duration::try_from_secs_f64(s).ok());
    accepted.expected = wire.latency_estimate_sec.and_then(|estimate| {
        Some(Expected::new(seconds(estimate.typical)?, seconds(estimate.busy)))
    });
    Ok(accepted)
}

fn refusal(error: &Error) -> Option<Refusal> {
    match error.provider_code()? {
        "insufficient_credits" => Some(Refusal::Credits),
        // Of what was to be paid, for these inputs.
        "pricing_error" | "validation_error" | "invalid_template" => Some(Refusal::Input),
        _ => None,
    }
}
