//! Deleting, stopping and remixing a generation, where a service has that.

use http::HeaderMap;
use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Accepted, Call, Error, ErrorKind, Handle, HttpResponse, NewGeneration,
    delete as delete_request, post_json,
};

use crate::errors::words;
use crate::profile::BodyForm;
use crate::provider::OpenAi;
use crate::{submit, wire};

impl OpenAi {
    /// Remixes a finished video: a new generation of the same with another prompt. It is billed, so it is sent once: what no answer tells the end of is
    /// [`ErrorKind::Ambiguous`].
    ///
    /// `POST /videos/{id}/remix`, documented at OpenAI, Azure and LiteLLM. OpenAI meant to replace it by `POST /videos/edits`, which is an
    /// [endpoint](videogen_core::NewGeneration::for_endpoint).
    ///
    /// ```
    /// use videogen_core::{ApiKey, Provider};
    /// use videogen_openai::{OpenAi, profiles};
    ///
    /// let openai = OpenAi::new(profiles::openai::profile(), ApiKey::new("your-api-key").unwrap());
    /// let done = openai.handle("video_123").unwrap();
    /// let call = openai.remix(&done, "The same at night").unwrap();
    /// assert_eq!(call.request().uri(), "https://api.openai.com/v1/videos/video_123/remix");
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] unless the service has it, [`ErrorKind::InvalidInput`] for a blank prompt, and
    /// [`ErrorKind::ForeignHandle`]. Nothing was sent then.
    pub fn remix(&self, handle: &Handle, prompt: &str) -> Result<Call<Accepted>, Error> {
        let path = self.path_if_any(self.profile().paths.remix, handle, "remix a video")?;
        if prompt.trim().is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, "`prompt` is blank").about(handle));
        }
        let body = serde_json::json!({ "prompt": prompt }).to_string();
        let new = NewGeneration::from_json(body)?;
        let is_form = self.profile().body == BodyForm::Form;
        let request = submit::request(self, &path, &new, is_form)?;
        let openai = self.clone();
        let call = Call::new(request, move |response| submit::read(&openai, response));
        Ok(call.billed_by(self.profile().name))
    }
}

pub(crate) fn delete(openai: &OpenAi, handle: &Handle) -> Result<Call<()>, Error> {
    let path = openai.path_if_any(openai.profile().paths.delete, handle, "delete a generation")?;
    let request = delete_request(openai.base(), &path, openai.credentials()?)?;
    Ok(Call::new(request, read_deleted).about(handle))
}

fn read_deleted(response: &HttpResponse) -> Result<(), Error> {
    if is_done_without_words(response) {
        return Ok(());
    }
    let deleted: wire::Deleted = Answer::of(response, words)?.parse()?;
    match deleted.deleted {
        Some(false) => Err(invalid_response(response, "says that nothing was deleted")),
        _ => Ok(()),
    }
}

pub(crate) fn cancel(openai: &OpenAi, handle: &Handle) -> Result<Call<()>, Error> {
    let path = openai.path_if_any(openai.profile().paths.cancel, handle, "cancel a generation")?;
    let mut request = post_json(openai.base(), &path, openai.credentials()?, "")?;
    without_body(request.headers_mut());
    Ok(Call::new(request, read_cancelled).about(handle))
}

fn without_body(headers: &mut HeaderMap) {
    headers.remove(http::header::CONTENT_TYPE);
}

/// What it says beside that is not looked at: it may end otherwise all the same.
fn read_cancelled(response: &HttpResponse) -> Result<(), Error> {
    if is_done_without_words(response) {
        return Ok(());
    }
    Answer::of(response, words).map(|_| ())
}

fn is_done_without_words(response: &HttpResponse) -> bool {
    response.status().is_success() && response.body().trim_ascii().is_empty()
}
