//! `POST /templates/{id}/generate` and `POST /generations`.

use std::time::Duration;

use http::header::AUTHORIZATION;
use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Accepted, Call, Cost, Error, ErrorKind, Expected, Handle, HttpResponse, NewGeneration,
    Provider as _, Refusal, path, post_json,
};

use crate::errors::words;
use crate::provider::Prism;
use crate::wire;

/// From a template, as the page "Generate video" describes it; without one, as the page "Create generation" does, whose
/// answer is not printed: see [`wire::Submitted`].
pub(crate) fn call(prism: &Prism, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
    if new.idempotency_key.is_some() {
        return Err(Error::new(ErrorKind::InvalidInput, "Prism knows no idempotency keys"));
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
    let credentials = (AUTHORIZATION, prism.key().bearer()?);
    let request = post_json(prism.base_url(), &path, credentials, &new.body)?;
    let prism = prism.clone();
    Ok(Call::new(request, move |response| read(&prism, response)))
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
