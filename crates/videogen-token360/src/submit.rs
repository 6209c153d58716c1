//! `POST /videos`.

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Accepted, Call, Error, ErrorKind, HttpResponse, NewGeneration, Provider as _, Refusal,
    post_json,
};

use crate::errors::words;
use crate::provider::{Token360, observed};
use crate::wire;

/// With it, the body is the JSON of the model's vendor, handed on unchanged.
const NATIVE_PARAMS: HeaderName = HeaderName::from_static("token360-native-params");

/// As the page "Submit video generation request" describes it. It promises no idempotency: its `request_id` is only
/// echoed to the callback.
pub(crate) fn call(token360: &Token360, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
    if new.idempotency_key.is_some() {
        return Err(Error::new(ErrorKind::InvalidInput, "Token360 knows no idempotency keys"));
    }
    if new.endpoint.is_some() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "Token360 has no endpoints to choose from; the model is in the body",
        ));
    }
    if new.template.is_some() {
        return Err(Error::new(ErrorKind::InvalidInput, "Token360 has no templates"));
    }
    if !new.files.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "Token360 takes no files with a submission, only their URLs",
        ));
    }
    let credentials = (AUTHORIZATION, token360.key().bearer()?);
    let mut request = post_json(token360.base_url(), "/videos", credentials, &new.body)?;
    if new.native {
        request.headers_mut().insert(NATIVE_PARAMS, HeaderValue::from_static("true"));
    }
    let token360 = token360.clone();
    Ok(Call::new(request, move |response| read(&token360, response)))
}

fn read(token360: &Token360, response: &HttpResponse) -> Result<Accepted, Error> {
    let answer = Answer::of(response, words).map_err(|error| {
        let refusal = refusal(&error);
        error.with_refusal(refusal)
    })?;
    let wire: wire::Video = answer.parse()?;
    let handle =
        wire.id.as_deref().and_then(|id| token360.handle(id).ok()).ok_or_else(|| {
            invalid_response(response, "names no generation that can be asked about")
        })?;
    let mut accepted = Accepted::new(vec![handle.clone()]);
    // The rest of the answer is not printed on the page: the id is enough.
    accepted.generation = observed(&handle, &answer, wire).ok().map(Box::new);
    Ok(accepted)
}

fn refusal(error: &Error) -> Option<Refusal> {
    match error.provider_code()? {
        "insufficient_balance" => Some(Refusal::Credits),
        code if crate::failures::is_moderation(code) => Some(Refusal::Moderation),
        _ => None,
    }
}
