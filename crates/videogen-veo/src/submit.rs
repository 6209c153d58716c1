//! `POST {model}:predictLongRunning`.

use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Accepted, Call, Error, ErrorKind, HttpResponse, NewGeneration, Provider as _, post_json,
};

use crate::errors::{self, words};
use crate::observed::observed;
use crate::provider::Veo;
use crate::wire;

/// As the pages "Generate videos with Veo" and "Veo on Vertex AI video generation API" describe it. They promise no idempotency.
pub(crate) fn call(veo: &Veo, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
    let refused = |what: &str| Err(Error::new(ErrorKind::InvalidInput, what));
    if new.idempotency_key.is_some() {
        return refused("Veo knows no idempotency keys");
    }
    if new.template.is_some() {
        return refused("Veo has no templates");
    }
    if !new.files.is_empty() {
        return refused("Veo takes no files with a submission, only Base64 in its JSON, or URIs");
    }
    if new.native {
        return refused("Veo hands no body on to another: its own is native already");
    }
    let Some(model) = &new.endpoint else {
        let example = veo.api().example();
        return refused(&format!(
            "Veo's model is in the path: name it as the endpoint, such as `{example}`"
        ));
    };
    let path = format!("{}:predictLongRunning", veo.model_path(model)?);
    let request = post_json(veo.base_url(), &path, veo.credentials()?, &new.body)?;
    let veo = veo.clone();
    Ok(Call::new(request, move |response| read(&veo, response)))
}

fn read(veo: &Veo, response: &HttpResponse) -> Result<Accepted, Error> {
    let answer = Answer::of(response, words).map_err(|error| {
        let body = String::from_utf8_lossy(response.body());
        error.with_refusal(errors::refusal(&body))
    })?;
    let wire: wire::Operation = answer.parse()?;
    let handle =
        wire.name.as_deref().and_then(|name| veo.handle(name).ok()).ok_or_else(|| {
            invalid_response(response, "names no operation that can be asked about")
        })?;
    let mut accepted = Accepted::new(vec![handle.clone()]);
    let place = (veo.api(), veo.base_url());
    accepted.generation = observed(place, &handle, &answer, wire).ok().map(Box::new);
    Ok(accepted)
}
