//! `POST /<product>/<model>` and `POST /v1/videos/<kind>`.

use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Accepted, Call, Error, ErrorKind, Handle, HttpResponse, NewGeneration, Provider as _, post_json,
};

use crate::errors::opened;
use crate::provider::Kling;
use crate::read::{self, object};
use crate::route::{Endpoint, Place, what_to_write};
use crate::wire::{Envelope, LegacyTask, Task};

pub(crate) fn call(kling: &Kling, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
    let refused = |what: &str| Err(Error::new(ErrorKind::InvalidInput, what));
    if new.idempotency_key.is_some() {
        return refused(
            "Kling knows no idempotency keys; give the task an external id of your own, by which it can be found again",
        );
    }
    if new.template.is_some() {
        return refused("Kling has no templates");
    }
    if !new.files.is_empty() {
        return refused(
            "Kling takes no files with a submission, only their URLs, or images as Base64 in the JSON",
        );
    }
    if new.native {
        return refused("Kling hands no body on to a model");
    }
    let Some(endpoint) = &new.endpoint else {
        return refused(&format!("there is no endpoint to submit to; {}", what_to_write()));
    };
    let endpoint = Endpoint::of(endpoint)?;
    let credentials = match endpoint {
        Endpoint::Current(_) => kling.credentials()?,
        Endpoint::Legacy(_) => kling.legacy_credentials()?,
    };
    let request = post_json(kling.base_url(), &endpoint.path(), credentials, &new.body)?;
    let kling = kling.clone();
    Ok(Call::new(request, move |response| read(&kling, &endpoint, response)))
}

fn read(kling: &Kling, endpoint: &Endpoint, response: &HttpResponse) -> Result<Accepted, Error> {
    let (answer, envelope) = opened(response)?;
    let handle = named(kling, endpoint.place(), &envelope)
        .ok_or_else(|| invalid_response(response, "names no generation that can be asked about"))?;
    let mut accepted = Accepted::new(vec![handle.clone()]);
    // The id is enough.
    accepted.generation = seen(&handle, endpoint, &answer, &envelope).ok().map(Box::new);
    Ok(accepted)
}

fn named(kling: &Kling, place: Place<'_>, envelope: &Envelope) -> Option<Handle> {
    let data = envelope.data.as_ref()?;
    let id = match place {
        Place::Tasks => object::<Task>(data)?.id?,
        Place::Legacy(_) => object::<LegacyTask>(data)?.task_id?,
    };
    kling.handle(&place.id_of(&id)).ok()
}

fn seen(
    handle: &Handle,
    endpoint: &Endpoint,
    answer: &Answer<'_>,
    envelope: &Envelope,
) -> Result<videogen_core::Generation, Error> {
    match endpoint {
        Endpoint::Current(_) => read::made(handle, answer, envelope),
        Endpoint::Legacy(_) => read::legacy(handle, answer, envelope),
    }
}
