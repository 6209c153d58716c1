//! `POST /{endpoint}`.

use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Accepted, Call, Error, ErrorKind, Handle, HttpResponse, NewGeneration, Phase, Provider as _,
    post_json,
};

use crate::errors::{refusal, words};
use crate::options::QueueOptions;
use crate::path;
use crate::provider::Fal;
use crate::status::STATUSES;
use crate::wire;

/// As the page "Asynchronous Inference" describes it. No page promises that the same submission makes nothing twice.
pub(crate) fn call(
    fal: &Fal,
    new: &NewGeneration,
    options: &QueueOptions,
) -> Result<Call<Accepted>, Error> {
    let refused = |what: &str| Err(Error::new(ErrorKind::InvalidInput, what));
    if new.idempotency_key.is_some() {
        return refused("fal knows no idempotency keys");
    }
    if new.template.is_some() {
        return refused("fal has no templates");
    }
    if !new.files.is_empty() {
        return refused("fal takes no files with a submission, only their URLs");
    }
    if new.native {
        return refused("fal takes no body but the model's own: leave out that it is native");
    }
    let Some(endpoint) = new.endpoint.clone() else {
        return refused(
            "there is no endpoint, such as `fal-ai/veo3`, which says what is to make it",
        );
    };
    path::check_endpoint(&endpoint)?;
    let path = format!("/{endpoint}{}", options.query()?);
    let mut request = post_json(fal.base_url(), &path, fal.credentials()?, &new.body)?;
    options.put_headers(request.headers_mut())?;
    let fal = fal.clone();
    Ok(Call::new(request, move |response| read(&fal, &endpoint, response)))
}

fn read(fal: &Fal, endpoint: &str, response: &HttpResponse) -> Result<Accepted, Error> {
    let answer = Answer::of(response, |body| words(response.headers(), body)).map_err(|error| {
        let refusal = refusal(error.provider_code());
        error.with_refusal(refusal)
    })?;
    let queue: wire::QueueStatus = answer.parse()?;
    let handle = path::submitted(
        fal.base_url(),
        endpoint,
        queue.request_id.as_deref(),
        queue.status_url.as_deref(),
    )
    .ok_or_else(|| invalid_response(response, "names no request that can be asked about"))?;
    let mut accepted = Accepted::new(vec![handle.clone()]);
    // One page prints the answer without a status: the id is enough.
    accepted.generation = seen(&handle, &answer, &queue).map(Box::new);
    Ok(accepted)
}

fn seen(
    handle: &Handle,
    answer: &Answer<'_>,
    queue: &wire::QueueStatus,
) -> Option<videogen_core::Generation> {
    let status = queue.status.as_deref()?;
    let mut seen = answer
        .generation(handle, Some(handle.id()), Some(status), &STATUSES, wire::QUEUE_FIELDS)
        .ok()?;
    // What has ended already is not known by this answer alone.
    if seen.is_terminal() {
        return None;
    }
    if seen.phase() == Phase::Queued {
        seen.queue_position = queue.queue_position.and_then(|it| u64::try_from(it).ok());
    }
    Some(seen)
}
