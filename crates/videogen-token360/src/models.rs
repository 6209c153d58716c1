//! `GET /models`. That it exists is on the page "Error handling"
//! (<https://www.token360.ai/en-US/docs/api-reference/error-handling>); its answer is on none.

use http::header::AUTHORIZATION;
use serde::Deserialize;
use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{Call, Error, HttpResponse, Json, Provider as _, get, lenient};

use crate::errors::words;
use crate::provider::Token360;
use crate::wire;

/// A model that the key may use.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Model {
    /// Its id, such as `seedance-2.0`: what a submission names.
    pub id: String,
    /// All that Token360 says of it.
    pub json: Json,
}

impl Token360 {
    /// `GET /models`: the models that the key may use, of all kinds.
    ///
    /// **Inferred.** Token360 documents that the operation exists and calls its API compatible with OpenAI's, where the answer is
    /// `{"object": "list", "data": [{"id": …}]}`; no page prints it. Only `id` is relied on, and items without one are left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) if base URL and path make no URL. Nothing was sent then.
    pub fn models(&self) -> Result<Call<Vec<Model>>, Error> {
        let request = get(self.base_url(), "/models", (AUTHORIZATION, self.key().bearer()?))?;
        Ok(Call::new(request, read))
    }
}

#[derive(Deserialize)]
struct Item {
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
}

fn read(response: &HttpResponse) -> Result<Vec<Model>, Error> {
    let answer = Answer::of(response, words)?;
    let wire: wire::ModelList = answer.parse()?;
    let data = wire.data.ok_or_else(|| invalid_response(response, "has no list of models"))?;
    let models = data.into_iter().filter_map(|json| {
        let id = json.parse::<Item>().ok()?.id?;
        Some(Model { id, json })
    });
    Ok(models.collect())
}
