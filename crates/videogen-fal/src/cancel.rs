//! `PUT …/requests/{request_id}/cancel`.

use http::Method;
use videogen_core::answer::{Answer, ProviderWords};
use videogen_core::{Call, Error, ErrorKind, Handle, HttpResponse, Provider as _, get};

use crate::errors::words;
use crate::provider::Fal;
use crate::wire::CancelAnswer;

/// As the reference "Cancel a request" (<https://fal.ai/docs/inference-api/queue/cancel>) and the page "Asynchronous Inference" have it: 200 for what was taken out
/// of the queue, 202 for what was told to stop, 400 for what has ended, 404 for what is not there.
pub(crate) fn call(fal: &Fal, handle: &Handle) -> Result<Call<()>, Error> {
    fal.check(handle)?;
    let path = format!("/{}/cancel", handle.id_path());
    let mut request = get(fal.base_url(), &path, fal.credentials()?)?;
    *request.method_mut() = Method::PUT;
    Ok(Call::new(request, read).about(handle))
}

fn read(response: &HttpResponse) -> Result<(), Error> {
    let answer = Answer::of(response, |body| words(response.headers(), body))?;
    let said: CancelAnswer = answer.parse()?;
    let is_refused = match said.status.as_deref() {
        Some("ALREADY_COMPLETED" | "NOT_FOUND") => true,
        Some(_) => false,
        // As models' own OpenAPI documents have it.
        None => said.success == Some(false),
    };
    if is_refused {
        return Err(answer.error(ErrorKind::Refused, ProviderWords::new(said.status, None)));
    }
    Ok(())
}
