//! `POST /videos`, as the page TO BE REPLACED describes it.

use videogen_core::answer::Answer;
use videogen_core::{Accepted, Call, Error, NewGeneration, Provider as _, post_json};

use crate::errors::words;
use crate::provider::Newcomer;
use crate::wire::Video;

pub(crate) fn call(provider: &Newcomer, new: &NewGeneration) -> Result<Call<Accepted>, Error> {
    let body = new.body_alone("Newcomer")?;
    let request = post_json(provider.base_url(), "/videos", provider.credentials()?, body)?;
    let provider = provider.clone();
    Ok(Call::new(request, move |response| {
        let answer = Answer::of(response, words)?;
        let video: Video = answer.parse()?;
        answer.accepted(&provider, video.id.as_deref())
    }))
}
